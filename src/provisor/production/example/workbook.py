"""Writing the tables of an example as a workbook that begins with a guide to every column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.tables.guided import write_guided

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from provisor.tables.schema import Schema

_WEEKDAYS = {1: "Mon", 2: "Tue", 3: "Wed", 4: "Thu", 5: "Fri", 6: "Sat", 7: "Sun"}
_NOTES = (
    "Lists are separated by ; and an empty list of weekdays means every day.",
    "Days are dates, times of day are text such as 06:00, flags are TRUE or FALSE.",
)


def write_workbook(path: Path, tables: Mapping[str, pl.DataFrame], schemas: Sequence[Schema]) -> None:
    """Write the tables of ``schemas``, one sheet each; the same tables give the same bytes."""
    named = {schema.name: _with_weekdays(tables[schema.name]) for schema in schemas}
    write_guided(path, named, schemas, notes=_NOTES)


def _with_weekdays(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with numbers of weekdays as their names."""
    weekdays = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.Int64)]
    names = pl.element().replace_strict(_WEEKDAYS, return_dtype=pl.String)
    return frame.with_columns(pl.col(name).list.eval(names) for name in weekdays)
