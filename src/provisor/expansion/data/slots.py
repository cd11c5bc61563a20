"""Packs of a product on a shelf counted slot by slot (``rules.shelf_packs: slots``), from the sizes of the files.

A shelf has as many slots as positions. In each stand as many whole packs as its part of the shelf's volume and weight
allow; of a product told of in ``rules.whole_shelf`` as many as the shelf as a whole allows. On shelves of its own type
a product may stand in one stack per slot instead: packs lying flat up to the height of the largest item, each counted
with the pieces in it, within the weight of the shelf. The larger count holds. Of shelves without dimensions of their
own only stacks are known.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from provisor.expansion.tables import SHELF_PACKS

if TYPE_CHECKING:
    import polars as pl

    from provisor.expansion.data.context import Context
    from provisor.expansion.data.pack_checks import Slots
    from provisor.tables.grid import Sheet

ROUNDING = 1e-9
"""Part of a pack that is rounding."""


def packs_by_slot(context: Context, products: Sheet, shelving: Sheet, slots: Slots) -> pl.DataFrame:
    """Table :data:`SHELF_PACKS` for every shelf and product; empty where sizes lack, which the problems say."""
    types = set(products.frame["storage_type"].drop_nulls())
    if "sell_in" not in products.frame.columns:
        _lacks(context, "the sizes of sell packs", "give products with sizes, such as 3 x 6 x 1")
    elif types - set(slots):
        names = ", ".join(sorted(types - set(slots)))
        _lacks(context, f"the largest item on {names}", "add rows to the file storage_types")
    else:
        together = set(context.keys.rules.whole_shelf)
        for number, sku in enumerate(context.keys.rules.whole_shelf):
            key = ("rules", "whole_shelf", str(number))
            context.check_name(key, sku, "product", products.frame["sku"].drop_nulls())
        rows = [
            {
                "facility": shelf["facility"],
                "storage_type": shelf["storage_type"],
                "sku": product["sku"],
                "packs": _packs(shelf, product, slots, whole=product["sku"] in together),
            }
            for shelf in shelving.frame.iter_rows(named=True)
            for product in products.frame.iter_rows(named=True)
        ]
        return SHELF_PACKS.frame(rows)
    return SHELF_PACKS.empty()


def _lacks(context: Context, what: str, mend: str) -> None:
    message = f"rules.shelf_packs: slots asks for {what}, which no file gives"
    context.problems.error(
        "no-sizes", message, mend=f"{mend}, or say volume", **context.key("rules", "shelf_packs")
    )


def _packs(shelf: dict[str, Any], product: dict[str, Any], slots: Slots, *, whole: bool) -> float:
    return max(_in_slots(shelf, product, whole=whole), _in_stacks(shelf, product, slots))


def _in_slots(shelf: dict[str, Any], product: dict[str, Any], *, whole: bool) -> float:
    """Packs slot by slot, or on the shelf as a whole, by volume and weight."""
    if shelf.get("size", "") is None or not shelf["positions"]:
        return 0.0
    count = 1.0 if whole else float(shelf["positions"])
    by_volume = shelf["volume_cuft"] / count / product["sell_volume_cuft"]
    by_weight = shelf["weight_lb"] / count / product["sell_weight_lb"]
    return float(math.floor(min(by_volume, by_weight) + ROUNDING) * count)


def _in_stacks(shelf: dict[str, Any], product: dict[str, Any], slots: Slots) -> float:
    """Packs in one stack per slot, lying flat, on shelves of the product's own type."""
    kind = shelf["storage_type"]
    if product["storage_type"] != kind:
        return 0.0
    stack = math.floor(slots[kind][-1] / product["sell_in"][-1] + ROUNDING)
    by_weight = math.floor(shelf["weight_lb"] / product["sell_weight_lb"] + ROUNDING)
    return float(min(stack * shelf["positions"], by_weight) * product["sell_quantity"])
