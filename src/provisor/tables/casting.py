"""Reading plan tables of any origin: each cell becomes what the schema says, or a finding."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from provisor.auditing import TOLERANCE, Finding
from provisor.tables.findings import said
from provisor.tables.schema import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from provisor.tables.schema import Column, Schema

RULE = "tables"


@dataclass(frozen=True)
class Derived:
    """What follows from the decisions of a plan and may be left out.

    Attributes:
        tables: Names of tables that may be missing.
        columns: By table, columns that may be missing or empty throughout.
    """

    tables: frozenset[str] = frozenset()
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def has(self, schema: Schema, column: Column) -> bool:
        """Whether a column may be left out."""
        return column.name in self.columns.get(schema.name, frozenset())


_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
"""How files write yes and no, in small letters."""

_DAY = r"^(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$"
_DAYS = (date(1900, 1, 1), date(2200, 1, 1))


def coerce(
    tables: Mapping[str, pl.DataFrame], schemas: Iterable[Schema], derived: Derived
) -> tuple[dict[str, pl.DataFrame], list[Finding]]:
    """Cast plan tables to their schemas.

    Args:
        tables: Tables by name, as some system wrote them; unknown tables and columns are passed over.
        schemas: The tables of a plan.
        derived: What may be left out.

    Returns:
        All plan tables with exactly the columns of their schemas, without the rows that cannot be read; and
        what could not be read, as findings of rule ``tables``. It never raises.
    """
    frames, findings = {}, []
    for schema in schemas:
        frames[schema.name], found = _coerce_table(schema, tables.get(schema.name), derived)
        findings += found
    return frames, findings


def _coerce_table(schema: Schema, raw: object, derived: Derived) -> tuple[pl.DataFrame, list[Finding]]:
    if not isinstance(raw, pl.DataFrame):
        needed = raw is not None or schema.name not in derived.tables
        words = f"Table {schema.name} is missing: {schema.meaning}"
        return schema.empty(), [_finding(words, schema)] if needed else []
    missing = [
        c for c in schema.columns if c.required and c.name not in raw.columns and not derived.has(schema, c)
    ]
    if missing:
        return schema.empty(), [
            _finding(f"Table {schema.name} has no column {c.name}: {c.meaning}", schema, c) for c in missing
        ]
    findings: list[Finding] = []
    columns: list[pl.Series] = []
    sound = _sound_columns(schema, raw)
    for column in schema.columns:
        if column.name in sound:
            series = raw[column.name]
        elif column.name in raw.columns:
            series, found = _coerce_column(schema, column, raw[column.name], derived)
            findings += found
        else:
            series = pl.Series(column.name, [None] * raw.height, dtype=column.dtype)
        columns.append(series)
    frame = pl.DataFrame(columns, schema=schema.dtypes)
    needed_columns = [
        c.name for c in schema.columns if c.required and not c.nullable and not derived.has(schema, c)
    ]
    return frame.drop_nulls(needed_columns), findings


def _sound_columns(schema: Schema, raw: pl.DataFrame) -> frozenset[str]:
    """Columns of the right type in which every cell is what it should be: nothing is to be read or found."""
    typed = [column for column in schema.columns if raw.schema.get(column.name) == column.dtype]
    if not typed:
        return frozenset()
    answers = raw.select(_is_sound(column).all().alias(column.name) for column in typed).row(0, named=True)
    return frozenset(name for name, sound in answers.items() if sound)


def _is_sound(column: Column) -> pl.Expr:
    """Whether reading would leave a cell of the right type as it is, and nothing is found in it."""
    cell = pl.col(column.name)
    sound = pl.lit(value=True) if column.nullable else cell.is_not_null()
    if column.dtype == pl.String:
        sound &= (cell != "") & (cell.str.strip_chars() == cell)
    elif column.dtype == pl.Date:
        sound &= cell.is_between(*_DAYS)
    elif column.dtype.is_numeric():
        sound &= cell.cast(pl.Float64).abs() <= LARGEST
    if column.allowed:
        sound &= cell.is_in(list(column.allowed))
    if column.minimum is not None:
        sound &= cell >= column.minimum
    return sound.fill_null(value=column.nullable)


def _coerce_column(
    schema: Schema, column: Column, raw: pl.Series, derived: Derived
) -> tuple[pl.Series, list[Finding]]:
    values = read_series(raw, column.dtype)
    if column.allowed:
        known = values.is_in(list(column.allowed))
        values = values.set(~known.fill_null(value=True), None)
    if values.null_count() == 0 and (column.minimum is None or _least(values) >= column.minimum):
        return values.alias(column.name), []
    filled = _is_filled(raw)
    findings = [
        _cell(schema, column, row, f"{_raw_text(raw, row)!r} is not {_kind(column)}")
        for row in (filled & values.is_null()).arg_true()
    ]
    if not column.nullable and not (derived.has(schema, column) and values.null_count() == len(values)):
        findings += [_cell(schema, column, row, "the cell is empty") for row in (~filled).arg_true()]
    if column.minimum is not None:
        low = (values < column.minimum - TOLERANCE).fill_null(value=False)
        findings += [
            _below(schema, column, row, float(values[row]), column.minimum) for row in low.arg_true()
        ]
    return values.alias(column.name), findings


def read_series(raw: pl.Series, dtype: pl.DataType) -> pl.Series:
    """``raw`` as ``dtype`` (text, number, whole number, flag or day), empty where a cell cannot be read."""
    if raw.dtype.is_nested() or raw.dtype in (pl.Object, pl.Binary):
        return pl.Series(raw.name, [None] * len(raw), dtype=dtype)
    for kind, read in ((pl.String, _read_text), (pl.Date, _read_days), (pl.Boolean, _read_flags)):
        if dtype == kind:
            return read(raw)
    numbers = _read_numbers(raw)
    if dtype != pl.Int64:
        return numbers
    if raw.dtype.is_integer():
        return numbers.cast(pl.Int64)
    whole = numbers.round()
    return whole.set((numbers - whole).abs().fill_null(0.0) > TOLERANCE, None).cast(pl.Int64)


def _read_text(raw: pl.Series) -> pl.Series:
    if raw.dtype.is_float():
        whole = raw.cast(pl.Int64, strict=False)
        raw = whole if (whole == raw).all() else raw
    text = raw.cast(pl.String, strict=False).str.strip_chars()
    empty = (text == "").fill_null(value=False)
    return text.set(empty, None) if empty.any() else text


def _read_numbers(raw: pl.Series) -> pl.Series:
    if raw.dtype == pl.Boolean or raw.dtype.is_temporal():
        return pl.Series(raw.name, [None] * len(raw), dtype=pl.Float64)
    source = raw if raw.dtype.is_numeric() else _read_text(raw)
    numbers = source.cast(pl.Float64, strict=False)
    if numbers.abs().sum() <= LARGEST:
        return numbers
    sound = numbers.is_finite() & (numbers.abs() <= LARGEST)
    return numbers.set(~sound.fill_null(value=True), None)


def _read_flags(raw: pl.Series) -> pl.Series:
    if raw.dtype == pl.Boolean:
        return raw
    if raw.dtype.is_temporal():
        return pl.Series(raw.name, [None] * len(raw), dtype=pl.Boolean)
    return _read_text(raw).str.to_lowercase().replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)


def _read_days(raw: pl.Series) -> pl.Series:
    if raw.dtype == pl.Date:
        days = raw
    elif isinstance(raw.dtype, pl.Datetime):
        moments = raw.cast(pl.Datetime(raw.dtype.time_unit))
        days = raw.cast(pl.Date)
        days = days.set((days.cast(moments.dtype) != moments).fill_null(value=False), None)
    elif raw.dtype.is_numeric() or raw.dtype in (pl.Boolean, pl.Time, pl.Duration):
        return pl.Series(raw.name, [None] * len(raw), dtype=pl.Date)
    else:
        days = _read_text(raw).str.extract(_DAY).str.to_date("%Y-%m-%d", strict=False)
    sound = days.is_between(*_DAYS)
    return days.set(~sound.fill_null(value=True), None)


def _least(values: pl.Series) -> float:
    least = values.min()
    return float(least) if isinstance(least, int | float) else 0.0


def _is_filled(raw: pl.Series) -> pl.Series:
    filled = raw.is_not_null()
    if raw.dtype == pl.String:
        filled &= (raw.str.strip_chars() != "").fill_null(value=False)
    return filled


def _raw_text(raw: pl.Series, row: int) -> str:
    """The cell as the file has it; days by their number, for some are beyond all calendars."""
    if raw.dtype.is_nested() or raw.dtype in (pl.Object, pl.Binary):
        return str(raw.dtype)
    cell = raw.slice(row, 1)
    if raw.dtype.is_temporal():
        return f"{raw.dtype} {cell.cast(pl.Int64)[0]}"
    return str(cell.cast(pl.String, strict=False)[0])


def _kind(column: Column) -> str:
    if column.allowed:
        return f"one of {', '.join(column.allowed)}"
    if column.dtype == pl.Date:
        return "a day written as 2025-10-17"
    if column.dtype == pl.Boolean:
        return "true or false"
    if column.dtype == pl.Int64:
        return "a whole number"
    return "a text" if column.dtype == pl.String else "a plain number"


def _cell(schema: Schema, column: Column, row: int, problem: str) -> Finding:
    words = f"Table {schema.name}, row {row + 1}, column {column.name}: {problem}"
    where = {"table": schema.name, "row": str(row + 1), "column": column.name}
    return Finding(RULE, where, 1.0, "cell", words)


def _below(schema: Schema, column: Column, row: int, value: float, minimum: float) -> Finding:
    found = _cell(schema, column, row, f"{said(value)} is below {said(minimum)}")
    return replace(found, amount=minimum - value, unit=column.unit)


def _finding(words: str, schema: Schema, column: Column | None = None) -> Finding:
    where = {"table": schema.name} | ({"column": column.name} if column else {})
    return Finding(RULE, where, 1.0, "column" if column else "table", words)
