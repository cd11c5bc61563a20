"""Slots of the stores: a table of their own, or columns of the stores, one for each display cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.data.context import Context, known_only
from provisor.allocation.tables import ANY_CELL, SLOTS, STORES
from provisor.tables.grid import ROW, Sheet, plain
from provisor.tables.schema import Column, Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

_PREFIX = "slots"


def read_slots(context: Context, stores: Sheet | None, names: Sequence[str]) -> Sheet | None:
    """The slots; from columns ``slots`` or ``slots_CELL`` of the stores where there is no table of slots."""
    sheet = None if "slots" in context.sources.by_table or stores is None else _of_stores(context)
    if sheet is None:
        sheet = context.sheet("slots")
    if sheet is None or not names:
        return sheet
    return known_only(context, sheet, "store", names, "store")


def _of_stores(context: Context) -> Sheet | None:
    """Slots by cell from the columns of the stores; none where it has no such columns."""
    source = context.sources.by_table.get("stores")
    headers = [] if source is None else source.headers(STORES)
    cells = {
        header: plain(header).removeprefix(_PREFIX).strip("_") or ANY_CELL
        for header in headers
        if plain(header) == _PREFIX or plain(header).startswith(f"{_PREFIX}_")
    }
    if source is None or not cells:
        return None
    slots = SLOTS.column("slots")
    columns = [Column(header, pl.Int64, slots.unit, slots.meaning, minimum=0) for header in cells]
    sheet = source.read(
        Schema("stores", STORES.meaning, [STORES.column("store"), *columns]), context.problems
    )
    if sheet is None:
        return None
    long = sheet.frame.unpivot(
        list(cells), index=[ROW, "store"], variable_name="cell", value_name="slots"
    ).with_columns(pl.col("cell").replace_strict(cells, return_dtype=pl.String))
    return sheet.of(long)
