"""Checking typed tables against their schema, column-wise, with every bad cell named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.tables.grid import ROW, Sheet
from provisor.tables.schema import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandera.polars as pa

    from provisor.case import Problems
    from provisor.tables.schema import Column, Schema

LISTED = 50
"""Bad cells of one kind and column that are listed one by one; the rest is counted."""


def check_schema(
    sheet: Sheet, schema: Schema, problems: Problems, unreadable: Mapping[str, set[int]] | None = None
) -> None:
    """Note every cell of ``sheet`` that its schema does not allow, and every repeated key.

    ``unreadable`` are rows by column that were reported already and are empty for that reason.
    """
    columns = [column for column in schema.columns if column.name in sheet.frame.columns]
    for column, bad in _failures(sheet.frame, columns) if _anything_wrong(sheet.frame, columns) else ():
        known = (unreadable or {}).get(column.name, set())
        empty = bad.filter(pl.col("value").is_null() & ~pl.col(ROW).is_in(list(known)))
        note_cells(sheet, column.name, empty, "empty-cell", "a value", problems)
        high = pl.col("high")
        wrong = bad.filter(pl.col("value").is_not_null() & ~high)
        code = "out-of-range" if column.allowed is None else "not-allowed"
        note_cells(sheet, column.name, wrong, code, _expected(column), problems)
        note_high(sheet, column.name, bad.filter(high), column.most, problems)
    check_key(sheet, schema, problems)


def check_key(sheet: Sheet, schema: Schema, problems: Problems) -> None:
    """Note rows whose key stands in an earlier row already; empty keys are reported as empty cells."""
    key = [name for name in schema.key if name in sheet.frame.columns]
    if len(key) < len(schema.key) or not key:
        return
    keyed = sheet.frame.drop_nulls(key)
    if keyed.select(key).n_unique() == keyed.height:
        return
    again = keyed.filter(~pl.struct(key).is_first_distinct())
    shown = pl.concat_str([pl.col(name).cast(pl.String) for name in key], separator=" / ")
    note_cells(
        sheet,
        key[0],
        again.select(ROW, shown.alias("value")),
        "duplicate-key",
        f"one row for each {', '.join(sheet.headers.get(name, name) for name in key)}",
        problems,
    )


def note_cells(
    sheet: Sheet,
    column: str,
    bad: pl.DataFrame,
    code: str,
    expected: str,
    problems: Problems,
    mend: Callable[[str], str] = lambda value: "",  # noqa: ARG005 - nothing to say
) -> None:
    """Note bad cells as errors: the first ones one by one, the rest by their number.

    Args:
        sheet: Sheet they are in.
        column: Column they are in.
        bad: Columns :data:`ROW` and ``value``.
        code: Code of the problem.
        expected: What was expected.
        problems: Where to note.
        mend: What the user can do, by the value in the cell.
    """
    if bad.is_empty():
        return
    bad = bad.sort(ROW)
    for row, value in bad.select(ROW, "value").head(LISTED).iter_rows():
        shown = "empty" if value is None else repr(str(value)[:60])
        message = f"{_SAID[code]}: {shown}" if code in _SAID else shown
        problems.error(
            code, message, expected=expected, mend=mend(str(value)), **sheet.place(column, row, value)
        )
    if bad.height > LISTED:
        message = f"{_SAID.get(code, code)}: {bad.height - LISTED} more rows like these"
        problems.error(code, message, expected=expected, **sheet.place(column))


def note_high(sheet: Sheet, column: str, bad: pl.DataFrame, most: float | None, problems: Problems) -> None:
    """Note cells that hold more than the most that is plausible."""
    mend = "mend the number, or the unit that it is in"
    note_cells(
        sheet, column, bad, "out-of-range", f"at most {most or LARGEST:,.0f}", problems, lambda _: mend
    )


_SAID = {
    "empty-cell": "a cell must not be empty",
    "not-a-value": "cannot be read",
    "out-of-range": "is out of range",
    "not-allowed": "is none of the words allowed",
    "duplicate-key": "stands there twice",
    "unknown-node": "there is no such node",
    "unknown-product": "there is no such product",
    "unknown-store": "there is no such store",
    "unknown-centre": "there is no such centre",
    "unknown-pair": "there is no such pair of store and product",
    "unknown-site": "there is no such site",
    "unknown-supplier": "there is no such supplier",
    "unknown-type-of-shelf": "there is no such type of shelf",
    "no-supplier": "no supplier is given for it",
    "not-whole-packs": "is no whole number of sell packs",
    "no-capacity": "a shelf holds nothing",
    "lead-time-too-long": "is longer than the horizon",
    "contradiction": "contradicts what stands elsewhere",
}


def pandera_schema(columns: list[Column]) -> pa.DataFrameSchema:
    """The pandera schema of columns: empty cells, smallest values and words allowed."""
    import pandera.polars as pa  # noqa: PLC0415 - a second of import, needed only to explain bad cells

    return pa.DataFrameSchema(
        {
            column.name: pa.Column(nullable=column.nullable, checks=_checks(column, pa.Check))
            for column in columns
        }
    )


def _checks(column: Column, check: type[pa.Check]) -> list[pa.Check]:
    checks = []
    if column.minimum is not None:
        checks.append(check.gt(column.minimum) if column.positive else check.ge(column.minimum))
    if column.most is not None:
        checks.append(check.le(column.most))
    if column.allowed is not None:
        checks.append(check.isin(list(column.allowed)))
    return checks


def _anything_wrong(frame: pl.DataFrame, columns: list[Column]) -> bool:
    """Whether any cell fails, so that pandera is loaded only where there is something to explain."""
    failing = [_failing(column).any() for column in columns]
    flags = frame.select(flag.alias(str(number)) for number, flag in enumerate(failing))
    return any(flags.row(0)) if flags.width else False


def _failing(column: Column) -> pl.Expr:
    """Whether a cell is none that the column allows; true or false, never null."""
    cell = pl.col(column.name)
    failing = pl.lit(value=False) if column.nullable else cell.is_null()
    if column.minimum is not None:
        failing = failing | (cell <= column.minimum if column.positive else cell < column.minimum)
    if column.most is not None:
        failing = failing | _is_high(column)
    if column.allowed is not None:
        failing = failing | ~cell.is_in(list(column.allowed))
    return failing.fill_null(value=False)


def _is_high(column: Column) -> pl.Expr:
    """Whether a cell holds more than is plausible; true or false, never null."""
    if column.most is None:
        return pl.lit(value=False)
    return (pl.col(column.name) > column.most).fill_null(value=False)


def _failures(frame: pl.DataFrame, columns: list[Column]) -> list[tuple[Column, pl.DataFrame]]:
    """Bad cells by column, as pandera finds them: row, value, and whether it is too high."""
    import pandera.errors  # noqa: PLC0415 - see pandera_schema

    try:
        pandera_schema(columns).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases.filter(pl.col("index").is_not_null()).select("column", "index").unique()
    else:
        cases = pl.DataFrame(schema={"column": pl.String, "index": pl.Int32})
    found = []
    for column in columns:
        rows = cases.filter(pl.col("column") == column.name)["index"].sort().cast(pl.Int64)
        if len(rows):
            shown = frame[rows].select(
                ROW, _shown(column.name).alias("value"), _is_high(column).alias("high")
            )
            found.append((column, shown))
    return found


def _expected(column: Column) -> str:
    if column.allowed is not None:
        return f"one of {', '.join(column.allowed)}"
    return f"{'more than' if column.positive else 'at least'} {column.minimum or 0:g}"


def _shown(column: str) -> pl.Expr:
    """Values as their user wrote them: whole numbers without decimals."""
    return pl.col(column).cast(pl.String).str.replace(r"\.0$", "")
