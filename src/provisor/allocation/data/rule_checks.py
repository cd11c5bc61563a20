"""Checks of what the rules ask of the stores against what their pairs can give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation.data.context import Context, some, suggestion
from provisor.allocation.data.pair_checks import by_product, cell_of_product, cell_slots, cells
from provisor.allocation.data.pairs import Pairs, numbers
from provisor.tables.document import key_place
from provisor.tables.validate import LISTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.tables.grid import Sheet

_ROUNDING = 1e-9


def check_rules(
    context: Context, pairs: Pairs, sheets: Mapping[str, Sheet], tables: Mapping[str, pl.DataFrame]
) -> None:
    """Note more locks than slots and unknown core subcategories; tell minima that no store can reach."""
    if not len(pairs.store):
        return
    _check_locks(context, pairs, tables)
    if context.keys.rules.role_minimum:
        _check_role_minimum(context, pairs, sheets["roles"], tables)
    _check_core(context, pairs, tables["products"])
    _check_launches(context, pairs, tables["launches"])


def eligible(context: Context, pairs: Pairs, tables: Mapping[str, pl.DataFrame]) -> np.ndarray:
    """Pairs that can hang in the first period: not forbidden, with a slot, room for the minimum, and alive."""
    rules, products = context.keys.rules, tables["products"]
    most = pairs.column("max_pieces")
    shown = by_product(pairs, products, "presentation_min")[pairs.product] if rules.presentation else 1
    free = ~(pairs.frame["lock"] == "forbid").fill_null(value=False).to_numpy() & (most >= shown)
    if rules.slots:
        free &= cell_slots(pairs, tables)[pairs.store, cell_of_product(pairs, tables)[pairs.product]] > 0
    if rules.lifecycle:
        alive = products.with_columns(
            ((pl.col("first_period").fill_null(1) <= 1) & (pl.col("last_period").fill_null(1) >= 1))
            .cast(pl.Int64)
            .alias("alive")
        )
        free &= by_product(pairs, alive, "alive")[pairs.product] > 0
    return free


def _must(pairs: Pairs) -> np.ndarray:
    """Pairs that a lock puts into their store."""
    locked = (pl.col("lock") == "carry") | ((pl.col("lock") == "keep") & pl.col("carried_before"))
    found: np.ndarray = pairs.frame.select(locked.fill_null(value=False)).to_series().to_numpy()
    return found


def _check_locks(context: Context, pairs: Pairs, tables: Mapping[str, pl.DataFrame]) -> None:
    """Note display cells in which more pairs are locked than there are slots."""
    if not context.keys.rules.slots:
        return
    known = cells(tables)
    must = _must(pairs)
    place = pairs.store[must] * len(known) + cell_of_product(pairs, tables)[pairs.product[must]]
    locked = np.bincount(place, minlength=len(pairs.stores) * len(known))
    slots = (cell_slots(pairs, tables) * _least_factor(pairs, tables)[:, None]).ravel()
    over = np.flatnonzero(locked > np.floor(slots + _ROUNDING))
    for number in over[:LISTED].tolist():
        store, cell = pairs.stores[number // len(known)], known[number % len(known)]
        context.problems.error(
            "more-locks-than-slots",
            f"{locked[number]} products are locked into cell {cell} of store {store}; it has {slots[number]:g} slots",
            expected="at most as many locks carry and keep as slots",
            mend="take locks out, or give the store more slots",
            **pairs.sheet.place("lock", None, store),
        )
    if len(over) > LISTED:
        context.problems.error("more-locks-than-slots", f"{len(over) - LISTED} more cells like these")


def _least_factor(pairs: Pairs, tables: Mapping[str, pl.DataFrame]) -> np.ndarray:
    """Least factor on the slots of each store over the periods."""
    least = np.ones(len(pairs.stores))
    capacity = tables["capacity"]
    np.minimum.at(least, numbers(capacity["store"], pairs.stores), capacity["slots_factor"].to_numpy())
    return least


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
        said = f"{name} minimum: {some(first)}; in these {len(short)} stores what is eligible is the minimum"
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
            said = f"{len(bare)} stores may carry nothing of the core subcategory {name} ({some(bare)})"
            context.tell("core-not-eligible", said, pairs.sheet, "add pairs", "store")


def _check_launches(context: Context, pairs: Pairs, launches: pl.DataFrame) -> None:
    here = np.bincount(pairs.product, minlength=len(pairs.products))
    number = {name: place for place, name in enumerate(pairs.products)}
    for product, least in launches.select("product", "min_stores").iter_rows():
        if here[number[product]] < least:
            said = f"{product} starts in {least} stores and is in {here[number[product]]} pairs; the rest is priced"
            context.tell("launch-too-wide", said, pairs.sheet, "add pairs, or lower min_stores", "product")
