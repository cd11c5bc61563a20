"""Each place decided exactly at the prices of what it shares with others: a better bound, and a choice of levels.

At prices on stock, ways, passes, bands and item limits alone, the problem falls apart into one small problem by place,
with all of the place's own limits and coverages. The sum of their optima is a bound like that of :mod:`dual`, and never
above it at the same prices, because limits of whole pairs are kept where their prices only come near.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.exact import state_model
from provisor.allocation.kernel.loops import net_gains, worth_of_places
from provisor.allocation.kernel.problem import Coverage, KernelProblem, Pairs, PlaceLimit
from provisor.allocation.kernel.scope import Scope
from provisor.engine.backends import back_end
from provisor.engine.result import Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.layout import Layout
    from provisor.allocation.kernel.problem import Floats
    from provisor.allocation.kernel.rows import Rows

FIRST_SLACK = 0.01
"""Levels that cost at most this share of a place's worth are tried first; more where that does not prove enough."""

ROUNDS = 3
"""Times that a place is tried with more levels."""

OUT = -1e9
"""$ of a step that cannot be taken; small enough that sums with it are exact to the cent."""

PLACE_GAP = 2e-4
"""Gap at which a place is decided."""


@dataclass(frozen=True)
class Decided:
    """What the places choose.

    Attributes:
        level: (pairs,) levels.
        bound: Bound on the value of any choice for the whole problem.
        proven: Places that were decided.
    """

    level: NDArray[np.int16]
    bound: float
    proven: int


def decide_places(rows: Rows, layout: Layout, price: Floats, seconds: float, threads: int) -> Decided:
    """Decide place by place until the time is up; places left over count with their dual.

    Args:
        rows: The limits.
        layout: The problem.
        price: (rows,) prices.
        seconds: Wall-clock limit.
        threads: Places decided at once.
    """
    return _Places(rows, layout, price, seconds).run(threads)


class _Places:
    def __init__(self, rows: Rows, layout: Layout, price: Floats, seconds: float) -> None:
        self.until = perf_counter() + seconds
        self.rows, self.layout, self.problem = rows, layout, rows.problem
        self.met = rows.reach_pairs(price)
        self.link = price.copy()
        for family, limit in zip(rows.place, self.problem.place_limits, strict=True):
            if limit.band is None:
                self.link[family.slice] = 0.0
        self.covers = [cover for cover in rows.covers if cover.coverage.by == "place"]
        for cover in self.covers:
            self.link[cover.family.slice] = 0.0
        self.gain = net_gains(layout, rows.reach_pairs(self.link))
        self.net = np.maximum(net_gains(layout, self.met), OUT)
        self.level = np.full(self.problem.pairs.count, -1, np.int16)
        self.dual = worth_of_places(layout, self.met, rows.shape, self.level) + self._limit_worth(price)

    def run(self, threads: int) -> Decided:
        order = np.argsort(-self.dual, kind="stable")
        with ThreadPoolExecutor(threads) as pool:
            worth = np.array(list(pool.map(self._place, order.tolist())))
        total = float(np.where(np.isfinite(worth), worth, self.dual[order]).sum())
        bound = total + self.rows.limit_value(self.link) + self.rows.rounding + self.problem.pairs.constant
        return Decided(self.level, bound, int(np.isfinite(worth).sum()))

    def _limit_worth(self, price: Floats) -> Floats:
        """(places,) what the rows of the place's own limits add to the dual."""
        worth = np.zeros(self.problem.pairs.places)
        for family, limit in zip(self.rows.place, self.problem.place_limits, strict=True):
            if limit.band is None:
                moved = family.start + np.flatnonzero(price[family.slice])
                added = self.rows.turns.values(moved, price[moved])
                place = (moved - family.start) // family.shape[1]
                worth += np.bincount(place, added, worth.size)
        for cover in self.covers:
            worth += cover.worth(price)
        return worth

    def _place(self, p: int) -> float:
        """Bound on what the place is worth at the prices, its levels entered; inf if there was no time."""
        begin, end = self.problem.pairs.place_start[p : p + 2]
        if begin == end:
            return float(self.dual[p])
        part, slack = self._part(p), max(1.0, FIRST_SLACK * abs(float(self.dual[p])))
        for _ in range(ROUNDS):
            left = self.until - perf_counter()
            if left <= 0.0:
                return np.inf
            low, high = self._close(begin, end, slack)
            scope = Scope(low, high, np.ones(low.size, bool), np.zeros((low.size, 0), np.int32))
            model = state_model(part, scope)
            result = back_end("highs").solve(model.stated, Limits(left, PLACE_GAP, 1))
            if result.x is None or result.bound is None:
                return np.inf
            holding = model.holding(result.x)
            self.level[begin:end] = holding.level
            missing = float(self.dual[p]) - holding.value
            if missing <= slack:
                return max(-result.bound, holding.value)
            slack = missing * (1 + 1e-9)
        return np.inf

    def _close(self, begin: int, end: int, slack: float) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
        """Lowest and highest level of the place's pairs that cost at most ``slack`` at all prices."""
        pairs = self.problem.pairs
        start = pairs.start[begin : end + 1] - pairs.start[begin]
        low, high = np.full(end - begin, -1, np.int16), np.full(end - begin, -1, np.int16)
        some = np.flatnonzero(np.diff(start))
        if not some.size:
            return low, high
        net = self.net[pairs.start[begin] : pairs.start[end]]
        total, first, count = np.cumsum(net), start[some], np.diff(start)[some]
        value = total - np.repeat(total[first] - net[first], count)
        must = np.zeros(some.size, bool) if pairs.held is None else pairs.held[begin:end][some]
        best = np.maximum(np.maximum.reduceat(value, first), np.where(must, -np.inf, 0.0))
        level = np.arange(net.size) - np.repeat(first, count)
        near = value >= np.repeat(best - slack, count)
        lowest = np.minimum.reduceat(np.where(near, level, net.size), first)
        low[some] = np.where(~must & (best <= slack), -1, lowest)
        high[some] = np.maximum.reduceat(np.where(near, level, -1), first)
        return low, high

    def _part(self, p: int) -> KernelProblem:
        """The place's own problem."""
        pairs = self.problem.pairs
        begin, end = (int(pairs.place_start[p]), int(pairs.place_start[p + 1]))
        item = pairs.item[begin:end]
        first, last = int(pairs.start[begin]), int(pairs.start[end])
        own = Pairs(
            place_start=np.array([0, end - begin], np.int64),
            item=np.arange(end - begin, dtype=np.int32),
            first=pairs.first[begin:end],
            opening=pairs.opening[begin:end],
            start=pairs.start[begin : end + 1] - first,
            gain=self.gain[first:last],
            pack=pairs.packs(np.arange(begin, end)),
            held=None if pairs.held is None else pairs.held[begin:end],
        )
        limits = tuple(
            self._own_limit(limit, p, item, slice(begin, end))
            for limit in self.problem.place_limits
            if limit.band is None
        )
        coverages = tuple(
            Coverage(c.name, "place", c.member[item], c.need[p : p + 1], c.price)
            for c in self.problem.coverages
            if c.by == "place"
        )
        return KernelProblem(own, limits, (), coverages)

    @staticmethod
    def _own_limit(limit: PlaceLimit, p: int, item: NDArray[np.int32], pairs: slice) -> PlaceLimit:
        weight = limit.weight
        if weight is not None:
            weight = weight[pairs] if limit.per_pair else weight[item]
        return replace(
            limit,
            item_class=limit.item_class[item],
            lower=limit.lower[p : p + 1],
            upper=limit.upper[p : p + 1],
            weight=weight,
        )
