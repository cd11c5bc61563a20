"""From the cells of a sheet to a typed table: header found, columns matched, every bad cell reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.tables.cells import reading
from provisor.tables.document import nearest
from provisor.tables.grid import ROW, Grid, Sheet, plain
from provisor.tables.validate import check_schema, note_cells

if TYPE_CHECKING:
    from provisor.case import Problems
    from provisor.tables.schema import Column, Schema


def read_sheet(grid: Grid, schema: Schema, problems: Problems) -> Sheet | None:
    """Read a grid as a table of ``schema``.

    What is wrong goes to ``problems``; a table with bad cells still comes back, the bad cells empty, so that
    the checks that follow can find the rest. A table without its required columns gives none.
    """
    header = grid.header(name for column in schema.columns for name in column.headers)
    if header is None:
        wanted = ", ".join(column.name for column in schema.columns if _needed(column))
        problems.error("no-header", "no row holds the headers of this table", expected=wanted, **grid.place)
        return None
    matched = match_columns(grid, header, schema, problems)
    if matched is None:
        return None
    return typed(grid, header, schema, matched, problems)


def match_columns(grid: Grid, header: int, schema: Schema, problems: Problems) -> dict[str, str] | None:
    """Header in the file by column of the schema; none where a required one is missing, which is noted."""
    names = grid.names(header)
    by_plain = {plain(name): name for name in reversed(names)}
    headers = [plain(cell) for cell in grid.cells.row(header) if cell]
    matched = {}
    missing = False
    for column in schema.columns:
        found = next((by_plain[plain(name)] for name in column.headers if plain(name) in by_plain), None)
        if found is not None:
            matched[column.name] = found
            if headers.count(plain(found)) > 1:
                place = {**grid.place, "row": grid.frame[ROW][header], "column": found}
                problems.error("duplicate-column", f"there are two columns {found}", **place)
        elif _needed(column):
            missing = True
            row = grid.frame[ROW][header]
            problems.error(
                "missing-column",
                f"there is no column {' or '.join(column.headers)}",
                row=row,
                expected=column.meaning,
                mend=nearest(column.name, names),
                **grid.place,
            )
    return None if missing else matched


def typed(grid: Grid, header: int, schema: Schema, matched: dict[str, str], problems: Problems) -> Sheet:
    """The typed table of matched columns, checked against the schema."""
    names = grid.names(header)
    body = grid.body(header)
    columns = [column for column in schema.columns if column.name in matched]
    readings = {column.name: reading(column, names[matched[column.name]]) for column in columns}
    frame = body.select(ROW, *(read.value.alias(name) for name, read in readings.items()))
    headers = {name: header_text for name, header_text in matched.items() if name != header_text}
    sheet = Sheet(frame, grid.file, grid.sheet, headers, frozenset(matched))
    unreadable = _report_broken(
        grid, header, sheet, {names[matched[c.name]]: c.name for c in columns}, problems
    )
    for column in columns:
        cells = names[matched[column.name]]
        if frame[column.name].null_count() == body[cells].null_count():
            continue  # an empty cell is read as empty, so no other was
        text = pl.col(cells)
        bad = body.filter(text.is_not_null() & frame[column.name].is_null())
        unreadable.setdefault(column.name, set()).update(bad[ROW])
        expected = readings[column.name].expected
        note_cells(
            sheet, column.name, bad.select(ROW, text.alias("value")), "not-a-value", expected, problems
        )
    sheet = filled(sheet, schema, unreadable, problems)
    check_schema(sheet, schema, problems, unreadable)
    return sheet


def _needed(column: Column) -> bool:
    return column.required and column.default is None and not column.nullable


def _report_broken(
    grid: Grid, header: int, sheet: Sheet, columns: dict[str, str], problems: Problems
) -> dict[str, set[int]]:
    """Note cells of the columns read whose value the file does not hold; their rows by column."""
    rows: dict[str, set[int]] = {}
    top = grid.frame[ROW][header]
    for cell in grid.broken:
        name = columns.get(str(cell.column))
        if name is None or cell.row <= top:
            continue
        rows.setdefault(name, set()).add(cell.row)
        formula = cell.what == "formula"
        problems.error(
            "formula-without-value" if formula else "error-value",
            "holds a formula whose value was never stored" if formula else f"holds the error {cell.what}",
            mend="open the workbook in Excel and save it" if formula else "mend the formula",
            **sheet.place(name, cell.row),
        )
    return rows


def filled(sheet: Sheet, schema: Schema, unreadable: dict[str, set[int]], problems: Problems) -> Sheet:
    """The table with all columns of the schema: defaults where it says so, told; else empty.

    ``unreadable`` are rows by column that were reported already.
    """
    fills = []
    for column in schema.columns:
        there = column.name in sheet.frame.columns
        if column.default is not None:
            if column.required:
                _tell_default(sheet, column, there, unreadable.get(column.name, set()), problems)
            default = pl.lit(column.default, dtype=column.dtype)
            fills.append((pl.col(column.name).fill_null(default) if there else default).alias(column.name))
        elif isinstance(column.dtype, pl.List):
            empty = pl.lit([], dtype=column.dtype)
            fills.append((pl.col(column.name).fill_null(empty) if there else empty).alias(column.name))
        elif not there:
            fills.append(pl.lit(None, dtype=column.dtype).alias(column.name))
    return sheet.of(sheet.frame.with_columns(fills).select(ROW, *schema.dtypes))


def _tell_default(
    sheet: Sheet, column: Column, there: bool, unreadable: set[int], problems: Problems
) -> None:
    unit = f" {column.unit}" if column.unit else ""
    if not there:
        message = f"there is no column {column.name}; taken as {column.default}{unit} in every row"
        problems.warning("default", message, **sheet.place(column.name))
        return
    empty = sheet.frame.filter(pl.col(column.name).is_null() & ~pl.col(ROW).is_in(list(unreadable)))
    if empty.height:
        message = f"{empty.height} empty cells are taken as {column.default}{unit}"
        problems.warning("default", message, **sheet.place(column.name, empty[ROW][0]))
