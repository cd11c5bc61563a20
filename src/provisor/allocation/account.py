"""Adds up a plan: the slack of every priced rule and every line of the objective; see docs/allocation/rules.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.level import best_level
from provisor.allocation.limits import StoreLimit, store_limits, styles
from provisor.allocation.widths import categories_wanted, launches
from provisor.allocation.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.decisions import Outcome
    from provisor.allocation.worth import Worth

    Floats = NDArray[np.float64]

DUST = 1e-7
"""Slack below this is none."""


@dataclass(frozen=True)
class Miss:
    """By how much a priced rule is missed in one place; numbers of period, store and product (-1 for none)."""

    rule: str
    period: int
    store: int
    product: int
    group: str | None
    amount: float
    unit: str
    price: float
    words: str


def misses(arrays: Arrays, outcome: Outcome) -> list[Miss]:
    """Every priced rule that is missed."""
    found = [miss for limit in store_limits(arrays) for miss in _store_misses(arrays, outcome, limit)]
    return [*found, *_category_misses(arrays, outcome), *_launch_misses(arrays, outcome)]


def _store_misses(arrays: Arrays, outcome: Outcome, limit: StoreLimit) -> Iterator[Miss]:
    if limit.counts != "styles" or limit.rule in {"slots", "displays"}:
        return
    classes = len(limit.names)
    amount = styles(arrays, outcome.carried, limit.class_of, classes)
    if limit.share is not None:
        everything = np.zeros(len(arrays.product_names), dtype=np.int64)
        amount = amount - limit.share[None, :, None] * styles(arrays, outcome.carried, everything, 1)
    if limit.band is not None:
        yield from _band_misses(arrays, limit, amount[:, 0, :])
        return
    for side, missed, price in (
        ("fewer", limit.lower - amount, limit.under_price),
        ("more", amount - limit.upper, limit.over_price),
    ):
        if not np.isfinite(price):
            continue
        for j, c, k in np.argwhere(missed > DUST).tolist():
            name = limit.names[c]
            by = float(missed[j, c, k])
            words = f"{counted(by, 'style')} {side} than the rule asks for"
            yield Miss(limit.rule, k, j, -1, name, by, _UNITS.get(limit.rule, "style"), price, words)


_UNITS = {"core-subcategories": "subcategory"}


def _band_misses(arrays: Arrays, limit: StoreLimit, amount: Floats) -> Iterator[Miss]:
    band = limit.band
    if band is None:
        return
    for k in range(arrays.periods):
        for c, name in enumerate(band.names):
            stores = np.flatnonzero((band.cluster == c) & (band.scale[:, k] > 0))
            if stores.size < 2:
                continue
            scale, width = band.scale[stores, k], float(band.width[c, k])
            missed = best_level(amount[stores, k], scale, width)[1]
            for place in np.flatnonzero(missed > DUST).tolist():
                by, j = float(missed[place]), int(stores[place])
                words = f"{counted(by, 'style')} outside what the stores of cluster {name} carry"
                yield Miss(limit.rule, k, j, -1, name, by, "style", limit.under_price, words)


def _category_misses(arrays: Arrays, outcome: Outcome) -> Iterator[Miss]:
    wanted = categories_wanted(arrays)
    there = styles(arrays, outcome.carried, arrays.category.of, len(arrays.category.names)) > 0
    missed = wanted - there.sum(axis=1)
    price = arrays.charges["category_shortfall"]
    for j, k in np.argwhere(missed > 0).tolist():
        by = float(missed[j, k])
        words = f"{counted(by, 'category', 'categories')} fewer than the rule asks for"
        yield Miss("categories", k, j, -1, None, by, "category", price, words)


def _launch_misses(arrays: Arrays, outcome: Outcome) -> Iterator[Miss]:
    told = launches(arrays)
    for number, product in enumerate(told.product.tolist()):
        mine = np.flatnonzero(arrays.pairs.product == product)
        clusters = arrays.cluster.of[arrays.pairs.store[mine]]
        for k in np.flatnonzero(told.alive[number]).tolist():
            there = outcome.carried[mine, k]
            reached = np.unique(clusters[there & (clusters >= 0)]).size
            for group, unit, least, found, price in (
                ("stores", "store", told.least_stores[number], int(there.sum()), told.store_price),
                ("clusters", "cluster", told.least_clusters[number], reached, told.cluster_price),
            ):
                if found < least:
                    words = f"{counted(least - found, unit)} fewer than the launch asks for"
                    yield Miss("launch", k, -1, product, group, float(least - found), unit, price, words)


def pair_values(arrays: Arrays, outcome: Outcome, worth: Worth) -> Floats:
    """What each pair and period adds to the objective, penalties left out, by pair and period."""
    total = np.zeros(outcome.carried.shape)
    for part in pair_lines(arrays, outcome, worth).values():
        total += part
    return total


def pair_lines(arrays: Arrays, outcome: Outcome, worth: Worth) -> dict[str, Floats]:
    """Lines of the objective by component, by pair and period."""
    shown = np.where(outcome.carried, outcome.pieces, 0.0)
    leftover = outcome.pieces - outcome.sales
    left, held = leftover.copy(), leftover.copy()
    left[:, :-1], held[:, -1] = 0.0, 0.0
    back = outcome.returned
    opened = outcome.carried.copy()
    opened[:, 0] &= ~arrays.pairs.before
    opened[:, 1:] &= ~outcome.carried[:, :-1]
    routes, transfers = outcome.decisions.routes, outcome.decisions.transfers
    ways, moves = np.zeros(shown.shape), np.zeros(shown.shape)
    np.add.at(ways, (routes.pair, routes.period), arrays.lanes.cost[routes.lane] * routes.pieces)
    cost = arrays.transfer_lanes.cost[transfers.lane]
    np.add.at(moves, (transfers.taker, transfers.period), cost * transfers.pieces)
    return {
        "sales": worth.sale[:, None] * outcome.sales + worth.piece[:, None] * shown,
        "salvage": worth.left[:, None] * left + worth.taken_back[:, None] * back,
        "unsold": worth.unsold[:, None] * (shown - outcome.sales),
        "goods": worth.goods[:, None] * outcome.shipped,
        "routes": worth.ways * ways,
        "transfers": worth.ways * moves,
        "returns": worth.returned * back,
        "opening": worth.opening * opened.astype(np.float64),
        "holding": worth.held[:, None] * held,
    }
