"""Writing the tables of an example as a workbook that begins with a guide to every column."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from provisor.tables.excel_out import SheetOut, add_table, new_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from provisor.tables.schema import Column, Schema

GUIDE = "guide"
"""Name of the sheet that explains the others."""

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks hold a clock without zone
"""Date in the properties of every workbook, so that the same tables give the same bytes."""

_WEEKDAYS = {1: "Mon", 2: "Tue", 3: "Wed", 4: "Thu", 5: "Fri", 6: "Sat", 7: "Sun"}
_GUIDE_COLUMNS = ("sheet", "column", "unit", "may be empty", "meaning")
_NOTES = (
    "Lists are separated by ; and an empty list of weekdays means every day.",
    "Days are dates, times of day are text such as 06:00, flags are TRUE or FALSE.",
)


def write_workbook(path: Path, tables: Mapping[str, pl.DataFrame], schemas: Sequence[Schema]) -> None:
    """Write the tables of ``schemas``, one sheet each; the same tables give the same bytes."""
    book = new_workbook(path)
    book.set_properties({"created": _CREATED})
    add_table(book, SheetOut(GUIDE, _guide(schemas)))
    for schema in schemas:
        add_table(book, SheetOut(schema.name, _with_weekdays(tables[schema.name]), schema))
    book.close()


def _guide(schemas: Sequence[Schema]) -> pl.DataFrame:
    rows = [["", "", "", "", note] for note in _NOTES]
    for schema in schemas:
        rows.append([schema.name, "", "", "", f"one row: {schema.meaning}"])
        rows += [[schema.name, *_said(column)] for column in schema.columns]
    return pl.DataFrame(rows, schema=dict.fromkeys(_GUIDE_COLUMNS, pl.String), orient="row")


def _said(column: Column) -> list[str]:
    """Name, unit, whether it may be empty, and meaning of a column."""
    may_be_empty = column.nullable or not column.required or isinstance(column.dtype, pl.List)
    allowed = f" (one of {', '.join(column.allowed)})" if column.allowed else ""
    return [column.name, column.unit, "yes" if may_be_empty else "", f"{column.meaning}{allowed}"]


def _with_weekdays(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with numbers of weekdays as their names."""
    weekdays = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.Int64)]
    names = pl.element().replace_strict(_WEEKDAYS, return_dtype=pl.String)
    return frame.with_columns(pl.col(name).list.eval(names) for name in weekdays)
