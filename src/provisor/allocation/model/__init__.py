"""The exact model of allocation: one function per family of constraints.

A pair that hangs shows its least pieces at once (``x``) and any further ones (``z``, each at most ``x``): the convex
hull of a pair, because the value of an n-th piece falls with n. Pieces come from its opening stock, from centres in
whole packs (``y``) and from other stores (``t``). What a store carries is limited as
:mod:`provisor.allocation.limits` says, at a price where a rule is priced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.allocation.model import flow, stores
from provisor.allocation.model.columns import declare
from provisor.allocation.model.context import Model

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.worth import Worth
    from provisor.engine.problem import Problem

__all__ = ["FAMILIES", "Model", "build"]

CONSTRAINTS: tuple[Callable[[Model], None], ...] = (
    flow.hull,
    flow.filling,
    flow.balance,
    flow.packs,
    flow.stock,
    flow.ways,
    flow.transfers,
    flow.budget,
    flow.sell_through,
    stores.store_rows,
    stores.categories,
    stores.launch,
)

FAMILIES: dict[str, Callable[..., object] | str] = {
    "balance": flow.balance,
    "eligibility": "columns.declare has an x only for eligible pairs",
    "lifecycle": "columns.declare has an x, and so shipments, only while a product is alive",
    "stock": flow.stock,
    "slots": stores.store_rows,
    "displays": stores.store_rows,
    "pieces": stores.store_rows,
    "presentation": "x shows the least pieces at once",
    "max-pieces": "columns.declare has a further piece only up to the most pieces",
    "pack": flow.packs,
    "role-minimum": stores.store_rows,
    "role-maximum": stores.store_rows,
    "coherence": stores.store_rows,
    "corridor": stores.store_rows,
    "lane-capacity": flow.ways,
    "throughput": flow.ways,
    "transfers": flow.transfers,
    "returns": "columns.declare has pieces taken back only where the rule allows it",
    "launch": stores.launch,
    "pins": "extents and lower bounds of x",
    "budget": flow.budget,
    "categories": stores.categories,
    "price-bands": stores.store_rows,
    "core-subcategories": stores.store_rows,
    "sell-through": flow.sell_through,
}
"""By rule of docs/allocation/rules.md: the function that states it, or why none is needed."""


def build(arrays: Arrays, worth: Worth) -> tuple[Model, Problem]:
    """State the exact model of a case; it minimises minus the objective.

    Raises:
        BadRequest: A pair must be carried that has no room for its presentation minimum.
    """
    model = Model(arrays, worth)
    declare(model)
    for family in CONSTRAINTS:
        family(model)
    return model, model.statement.problem()
