"""What locks and pins decide of each pair in a period, and where they contradict each other or the slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation.data.pair_checks import by_product, cell_of_product, cell_slots, cells
from provisor.allocation.data.pairs import Pairs, numbers
from provisor.allocation.words import counted
from provisor.tables.document import key_place
from provisor.tables.grid import ROW
from provisor.tables.validate import LISTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.allocation.data.context import Context
    from provisor.allocation.rules import Pin

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Given:
    """Pairs that must hang, and pairs that must not, in one period."""

    must: np.ndarray
    never: np.ndarray


def given_in(context: Context, pairs: Pairs, tables: Mapping[str, pl.DataFrame], period: int) -> Given:
    """Given decisions of a period; those of products that are not alive then say nothing."""
    before = pairs.column("carried_before").astype(bool)
    lock = pairs.frame["lock"].fill_null("")
    must = (lock == "carry").to_numpy() | ((lock == "keep").to_numpy() & before)
    never = (lock == "forbid").to_numpy().copy()
    for pin in context.keys.pins:
        if pin.period in (None, period):
            where = _meant(pairs, pin)
            if pin.kind == "forbidden":
                never |= where
            else:
                must |= where & before if pin.kind == "frozen" else where
    return Given(must & alive_in(context, pairs, tables["products"], period), never)


def alive_in(context: Context, pairs: Pairs, products: pl.DataFrame, period: int) -> np.ndarray:
    """Pairs whose product is alive in a period."""
    if not context.keys.rules.lifecycle:
        return np.ones(len(pairs.store), dtype=bool)
    first, last = pl.col("first_period").fill_null(period), pl.col("last_period").fill_null(period)
    alive = products.with_columns(((first <= period) & (last >= period)).cast(pl.Int64).alias("alive"))
    found: np.ndarray = by_product(pairs, alive, "alive")[pairs.product] > 0
    return found


def check_given(context: Context, pairs: Pairs, tables: Mapping[str, pl.DataFrame]) -> None:
    """Note pins of no pair, decisions that contradict each other, and more decisions for a cell than it has slots."""
    _check_pinned_pairs(context, pairs)
    for period in range(1, context.keys.periods + 1 if _varies(context, tables) else 2):
        given = given_in(context, pairs, tables, period)
        found = _check_contradictions(context, pairs, given)
        if context.keys.rules.slots:
            found |= _check_slots(context, pairs, tables, given.must, period)
        if found:
            return


def _varies(context: Context, tables: Mapping[str, pl.DataFrame]) -> bool:
    """Whether what is given, or what there is room for, may differ between periods."""
    products = tables["products"]
    lives = products["first_period"].count() + products["last_period"].count()
    return bool(context.keys.pins) or tables["capacity"].height > 0 or lives > 0


def _meant(pairs: Pairs, pin: Pin) -> np.ndarray:
    """Pairs that a pin speaks of."""
    where = np.ones(len(pairs.store), dtype=bool)
    for said, names, number in (
        (pin.store, pairs.stores, pairs.store),
        (pin.product, pairs.products, pairs.product),
    ):
        if said is not None:
            where &= number == names.index(said)
    return where


def _check_pinned_pairs(context: Context, pairs: Pairs) -> None:
    for number, pin in enumerate(context.keys.pins):
        if not _meant(pairs, pin).any():
            said = " in ".join(
                f"{kind} {name}" for kind, name in (("product", pin.product), ("store", pin.store)) if name
            )
            context.problems.error(
                "unknown-pair",
                f"no pair is meant by the pin of {said}",
                expected="a row of pairs",
                mend="add the pair to pairs, or take the pin out",
                **key_place(context.document, ("pins", str(number))),
            )


def _check_contradictions(context: Context, pairs: Pairs, given: Given) -> bool:
    both = np.flatnonzero(given.must & given.never)
    for number in both[:LISTED].tolist():
        store, product = pairs.stores[pairs.store[number]], pairs.products[pairs.product[number]]
        row = pairs.frame[ROW][number]
        context.problems.error(
            "contradiction",
            f"{product} in store {store} must be carried and must not, by its lock and the pins",
            expected="one decision for each pair",
            mend="take one of them out",
            **pairs.sheet.place("lock", row),
        )
    return len(both) > 0


def _check_slots(
    context: Context, pairs: Pairs, tables: Mapping[str, pl.DataFrame], must: np.ndarray, period: int
) -> bool:
    """Note display cells in which more pairs must hang than there are slots."""
    known = cells(tables)
    place = pairs.store[must] * len(known) + cell_of_product(pairs, tables)[pairs.product[must]]
    locked = np.bincount(place, minlength=len(pairs.stores) * len(known))
    factor = np.ones(len(pairs.stores))
    capacity = tables["capacity"].filter(pl.col("period") == period)
    factor[numbers(capacity["store"], pairs.stores)] = capacity["slots_factor"]
    slots = np.floor(cell_slots(pairs, tables) * factor[:, None] + _ROUNDING).ravel()
    over = np.flatnonzero(locked > slots)
    for number in over[:LISTED].tolist():
        store, cell = pairs.stores[number // len(known)], known[number % len(known)]
        context.problems.error(
            "more-locks-than-slots",
            f"{counted(locked[number], 'product')} locked or pinned into cell {cell} of store {store}; "
            f"in period {period} it has {counted(slots[number], 'slot')}",
            expected="at most as many locks and pins that carry as slots",
            mend="take locks out, or give the store more slots",
            **pairs.sheet.place("lock", None, store),
        )
    if len(over) > LISTED:
        context.problems.error(
            "more-locks-than-slots", f"{counted(len(over) - LISTED, 'more cell')} like these"
        )
    return len(over) > 0
