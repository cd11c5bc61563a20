"""Packs of a product that one shelf holds, where the case says more than volume and weight do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.expansion.data.context import known_only, names_in, table_of
from provisor.expansion.tables import SHELF_PACKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from provisor.expansion.data.context import Context


def read_shelf_packs(context: Context, skus: Sequence[str], shelving: pl.DataFrame) -> pl.DataFrame:
    """The case's table of packs per shelf; empty where it has none or ``rules.shelf_use`` does not ask for it."""
    if context.grid("shelf_packs") is None:
        return SHELF_PACKS.empty()
    rule = context.keys.rules.shelf_use
    if rule != "dedicated":
        message = f"the table shelf_packs is not used: rules.shelf_use is {rule}"
        context.tell("unused", message, context.key("rules", "shelf_use"), "set rules.shelf_use: dedicated")
        return SHELF_PACKS.empty()
    sheet = context.sheet("shelf_packs")
    if sheet is None:
        return SHELF_PACKS.empty()
    known = {
        "sku": (skus, "product"),
        "facility": (names_in(shelving, "facility"), "site"),
        "storage_type": (names_in(shelving, "storage_type"), "storage type"),
    }
    for column, (names, kind) in known.items():
        sheet = known_only(context, sheet, column, names, kind)
    return table_of(sheet.frame.drop_nulls(), SHELF_PACKS)
