"""From a table that has types already, such as Parquet, to a typed table of a schema: no detour over text.

It finds the same faults as :func:`provisor.tables.read_sheet.read_sheet` and tells them in the same words; rows are
counted as if a header were row 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.tables.cells import reading
from provisor.tables.grid import ROW, Grid, Sheet
from provisor.tables.read_sheet import filled, match_columns
from provisor.tables.validate import check_schema, note_cells

if TYPE_CHECKING:
    from provisor.case import Problems
    from provisor.tables.schema import Column, Schema


def read_frame(frame: pl.DataFrame, file: str, schema: Schema, problems: Problems) -> Sheet | None:
    """Read a typed frame as a table of ``schema``.

    Args:
        frame: The table, its columns in any order and under any header the schema knows.
        file: Name of the file as the case names it.
        schema: What it must be.
        problems: Where to note what is wrong; bad cells come back empty.

    Returns:
        The table; none where a required column is missing.
    """
    matched = match_columns(_header(frame, file), 0, schema, problems)
    if matched is None:
        return None
    columns = [column for column in schema.columns if column.name in matched]
    values = {column.name: _values(column, frame[matched[column.name]]) for column in columns}
    rows = pl.int_range(2, frame.height + 2, dtype=pl.Int64, eager=True).alias(ROW)
    headers = {name: header for name, header in matched.items() if name != header}
    sheet = Sheet(pl.DataFrame([rows, *values.values()]), file, "", headers, frozenset(matched))
    unreadable = {}
    for column in columns:
        raw = frame[matched[column.name]]
        bad = _lost(raw, values[column.name], rows)
        if bad.height:
            unreadable[column.name] = set(bad[ROW])
            expected = reading(column, column.name).expected
            note_cells(sheet, column.name, bad, "not-a-value", expected, problems)
    sheet = filled(sheet, schema, unreadable, problems)
    check_schema(sheet, schema, problems, unreadable)
    return sheet


def _header(frame: pl.DataFrame, file: str) -> Grid:
    """A grid of the header alone."""
    cells = {str(number): [name] for number, name in enumerate(frame.columns)}
    return Grid(pl.DataFrame({ROW: [1], **cells}), file)


def _lost(raw: pl.Series, values: pl.Series, rows: pl.Series) -> pl.DataFrame:
    """Row and text of the cells that held something and became empty."""
    if values.null_count() == raw.null_count():
        return pl.DataFrame(schema={ROW: pl.Int64, "value": pl.String})
    held = raw.str.strip_chars() != "" if raw.dtype == pl.String else raw.is_not_null()
    return pl.DataFrame([rows, raw.cast(pl.String).alias("value")]).filter(values.is_null() & held)


def _values(column: Column, raw: pl.Series) -> pl.Series:
    """The column in its type; null where a cell is empty or no such value."""
    series = raw.alias(column.name)
    if column.dtype == pl.Float64 and series.dtype.is_numeric():
        number = series.cast(pl.Float64)
        return number if number.is_finite().all() else _only(number, number.is_finite())
    if column.dtype == pl.Int64 and series.dtype.is_integer():
        return series.cast(pl.Int64, strict=False)
    if column.dtype == series.dtype and column.dtype != pl.String:
        return series
    if column.dtype == pl.String == series.dtype:
        return _texts(column, series)
    return _from_text(column, _text(series))


def _texts(column: Column, series: pl.Series) -> pl.Series:
    """Texts as they are read from any file: trimmed, empty ones null. Most columns need nothing of it."""
    different = series.unique()
    read = _from_text(column, _text(different))
    same = read.eq_missing(different)
    if same.all():
        return series
    return series.replace(different.filter(~same), read.filter(~same))


def _only(series: pl.Series, which: pl.Series) -> pl.Series:
    return pl.select(pl.when(which).then(series).otherwise(None).alias(series.name)).to_series()


def _text(series: pl.Series) -> pl.Series:
    """Cells as text, empty ones null; lists as the text they are read from."""
    if isinstance(series.dtype, pl.List):
        series = series.cast(pl.List(pl.String)).list.join(";")
    text = series.cast(pl.String)
    return text.str.strip_chars().replace("", None)


def _from_text(column: Column, text: pl.Series) -> pl.Series:
    return text.to_frame().select(reading(column, text.name).value.alias(column.name)).to_series()
