"""Packs of a product that one shelf holds, where more is known than volume and weight: told, or counted by slots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.expansion.data.context import known_only, names_in, table_of
from provisor.expansion.data.slots import packs_by_slot
from provisor.expansion.tables import SHELF_PACKS

if TYPE_CHECKING:
    from provisor.expansion.data.context import Context
    from provisor.expansion.data.pack_checks import Slots
    from provisor.tables.grid import Sheet


def read_shelf_packs(context: Context, products: Sheet, shelving: Sheet, slots: Slots) -> pl.DataFrame:
    """Packs per shelf: counted by slots where the rules say so; what the case's own table says counts before that."""
    told, rules = _told(context, products, shelving), context.keys.rules
    if rules.shelf_use != "dedicated" or rules.shelf_packs != "slots":
        return told
    counted = packs_by_slot(context, products, shelving, slots)
    rest = counted.join(told, on=list(SHELF_PACKS.key), how="anti")
    return table_of(pl.concat([told, rest]), SHELF_PACKS)


def _told(context: Context, products: Sheet, shelving: Sheet) -> pl.DataFrame:
    """The case's own table; empty where it has none or ``rules.shelf_use`` does not ask for it."""
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
        "sku": (names_in(products.frame, "sku"), "product"),
        "facility": (names_in(shelving.frame, "facility"), "site"),
        "storage_type": (names_in(shelving.frame, "storage_type"), "storage type"),
    }
    for column, (names, kind) in known.items():
        sheet = known_only(context, sheet, column, names, kind)
    return table_of(sheet.frame.drop_nulls(), SHELF_PACKS)
