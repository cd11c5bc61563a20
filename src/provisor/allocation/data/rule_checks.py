"""Checks of what the rules ask of the stores against what their pairs can give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.data.context import Context, some, suggestion
from provisor.allocation.data.given import alive_in, check_given, given_in
from provisor.allocation.data.pair_checks import by_product, cell_of_product, cell_slots
from provisor.allocation.words import counted
from provisor.tables.document import key_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from provisor.allocation.data.pairs import Pairs
    from provisor.tables.grid import Sheet

_ROUNDING = 1e-9


def check_rules(
    context: Context, pairs: Pairs, sheets: Mapping[str, Sheet], tables: Mapping[str, pl.DataFrame]
) -> None:
    """Note what locks and pins cannot have, and unknown core subcategories; tell minima that no store can reach."""
    if not len(pairs.store):
        return
    check_given(context, pairs, tables)
    if context.keys.rules.role_minimum:
        _check_role_minimum(context, pairs, sheets["roles"], tables)
    _check_core(context, pairs, tables["products"])
    _check_launches(context, pairs, tables["launches"])


def eligible(context: Context, pairs: Pairs, tables: Mapping[str, pl.DataFrame]) -> np.ndarray:
    """Pairs that can hang in the first period: not forbidden, with a slot, room for the minimum, and alive."""
    rules, products = context.keys.rules, tables["products"]
    shown = by_product(pairs, products, "presentation_min")[pairs.product] if rules.presentation else 1
    free: np.ndarray = ~given_in(context, pairs, tables, 1).never & (pairs.column("max_pieces") >= shown)
    if rules.slots:
        free &= cell_slots(pairs, tables)[pairs.store, cell_of_product(pairs, tables)[pairs.product]] > 0
    free &= alive_in(context, pairs, products, 1)
    return free


def _check_role_minimum(
    context: Context, pairs: Pairs, roles: Sheet, tables: Mapping[str, pl.DataFrame]
) -> None:
    """Tell stores in which fewer products of a role are eligible than its minimum asks for."""
    free = eligible(context, pairs, tables)
    role = by_product(pairs, tables["products"], "role")[pairs.product]
    slots = cell_slots(pairs, tables).sum(axis=1)
    for name, share in tables["roles"].select("role", "min_share").iter_rows():
        asked = np.ceil(share * slots - _ROUNDING)
        here = np.bincount(pairs.store[free & (role == name)], minlength=len(pairs.stores))
        short = np.flatnonzero(here < asked).tolist()
        if not short:
            continue
        first = [f"{asked[j]:.0f} asked, {here[j]} eligible in store {pairs.stores[j]}" for j in short]
        said = f"{name} minimum: {some(first)}; there what is eligible is the minimum"
        context.tell("minimum-above-eligible", said, roles, "lower min_share, or add pairs", "min_share")


def _check_core(context: Context, pairs: Pairs, products: pl.DataFrame) -> None:
    core = context.keys.rules.core_subcategories
    known = products["subcategory"].unique().sort().to_list()
    subcategory = by_product(pairs, products, "subcategory")[pairs.product]
    for name in core:
        if name not in known:
            context.problems.error(
                "unknown-subcategory",
                f"there is no subcategory {name}",
                mend=suggestion(known)(name),
                value=name,
                **key_place(context.document, ("rules", "core_subcategories")),
            )
            continue
        here = np.bincount(pairs.store[subcategory == name], minlength=len(pairs.stores))
        bare = [pairs.stores[int(number)] for number in np.flatnonzero(here == 0)]
        if bare:
            said = f"{counted(len(bare), 'store')} may carry nothing of the core subcategory {name} ({some(bare)})"
            context.tell("core-not-eligible", said, pairs.sheet, "add pairs", "store")


def _check_launches(context: Context, pairs: Pairs, launches: pl.DataFrame) -> None:
    here = np.bincount(pairs.product, minlength=len(pairs.products))
    number = {name: place for place, name in enumerate(pairs.products)}
    for product, least in launches.select("product", "min_stores").iter_rows():
        if here[number[product]] < least:
            asked, pairs_of_it = counted(least, "store"), counted(here[number[product]], "pair")
            said = f"{product} starts in {asked} and is in {pairs_of_it}; the rest is priced"
            context.tell("launch-too-wide", said, pairs.sheet, "add pairs, or lower min_stores", "product")
