"""Turning columns of text into numbers, dates, flags and lists, and saying which cells are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from provisor.tables.schema import Column

CLOCK = "hh:mm"
"""Unit of text columns that hold a time of day."""

_TRUE = ["true", "1", "yes", "y", "x"]
_FALSE = ["false", "0", "no", "n"]
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAYS = {
    **{day: number for number, day in enumerate(_DAYS, 1)},
    **{day[:3]: number for number, day in enumerate(_DAYS, 1)},
    **{str(number): number for number in range(1, 8)},
    **{f"{number}.0": number for number in range(1, 8)},
}
_DATE_FORMATS = ("%Y-%m-%d", "%d.%m.%Y")
_SEPARATORS = r"[;|]"


@dataclass(frozen=True)
class Reading:
    """How a column of text is read.

    Attributes:
        value: The typed value, null where the cell is empty or no such value.
        expected: What a cell must hold, in words.
    """

    value: pl.Expr
    expected: str


def reading(column: Column, text: str) -> Reading:
    """How the text column named ``text`` is read as ``column``."""
    cell = pl.col(text)
    if column.unit == CLOCK:
        return Reading(_clock(cell), "a time such as 08:00")
    readings = {
        pl.String: lambda: Reading(code(cell), "text"),
        pl.Float64: lambda: Reading(_number(cell), "a number such as 1234.5"),
        pl.Int64: lambda: Reading(_whole(cell), "a whole number"),
        pl.Boolean: lambda: Reading(_flag(cell), "true or false"),
        pl.Date: lambda: Reading(date(cell), "a date such as 2025-10-17 or 17.10.2025"),
        pl.List(pl.String): lambda: Reading(_many(cell), "a list separated by , ; or |"),
        pl.List(pl.Int64): lambda: Reading(_weekdays(cell), "weekdays such as monday, friday"),
        pl.List(pl.Date): lambda: Reading(_dates(cell), "dates such as 2025-10-17; 2025-10-24"),
    }
    return readings[column.dtype]()


def code(cell: pl.Expr) -> pl.Expr:
    """Text as a code: a number stored as one loses its empty decimals."""
    return cell.str.replace(r"^(\d+)\.0+$", "$1")


def bare(cell: pl.Expr) -> pl.Expr:
    """A code without leading zeros, for matching codes of other systems."""
    return code(cell).str.replace(r"^0+(\d)", "$1")


def date(cell: pl.Expr) -> pl.Expr:
    """Text as a day: ISO, with midnight behind it or not, or day.month.year."""
    day = cell.str.replace(r"[ T]00:00:00(\.0+)?$", "")
    return pl.coalesce([day.str.to_date(form, strict=False) for form in _DATE_FORMATS])


def _number(cell: pl.Expr) -> pl.Expr:
    number = cell.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number).otherwise(None)


def _whole(cell: pl.Expr) -> pl.Expr:
    number = _number(cell)
    return pl.when(number == number.round()).then(number).otherwise(None).cast(pl.Int64, strict=False)


def _flag(cell: pl.Expr) -> pl.Expr:
    said = cell.str.to_lowercase().str.replace(r"\.0+$", "")
    return pl.when(said.is_in(_TRUE)).then(True).when(said.is_in(_FALSE)).then(False).otherwise(None)


def _clock(cell: pl.Expr) -> pl.Expr:
    parts = cell.str.extract_groups(r"^(?:\d{4}-\d{2}-\d{2}[ T])?(\d{1,2}):([0-5]\d)(?::\d{2}(?:\.\d+)?)?$")
    hour, minute = parts.struct[0].cast(pl.Int64, strict=False), parts.struct[1]
    return (
        pl.when(hour <= 23)
        .then(pl.format("{}:{}", hour.cast(pl.String).str.zfill(2), minute))
        .otherwise(None)
    )


def _pieces(cell: pl.Expr) -> pl.Expr:
    piece = pl.element().str.strip_chars()
    return cell.str.replace_all(_SEPARATORS, ",").str.split(",").list.eval(piece.filter(piece != ""))


def _many(cell: pl.Expr) -> pl.Expr:
    return _pieces(cell).list.eval(code(pl.element()))


def _weekdays(cell: pl.Expr) -> pl.Expr:
    said = pl.element().str.to_lowercase()
    days = _pieces(cell).list.eval(said.replace_strict(_WEEKDAYS, default=None, return_dtype=pl.Int64))
    return _without_gaps(days).list.unique().list.sort()


def _dates(cell: pl.Expr) -> pl.Expr:
    return _without_gaps(_pieces(cell).list.eval(date(pl.element()))).list.unique().list.sort()


def _without_gaps(values: pl.Expr) -> pl.Expr:
    """Lists all of whose entries could be read; others become null and are reported as cells."""
    return pl.when(values.list.eval(pl.element().is_null()).list.any()).then(None).otherwise(values)
