"""Items decided exactly at the prices of all else: a closer bound than pairs that decide alone.

At prices on what a place has for all items, the problem falls apart into one small problem by item, with its stock, its
passes, its limits and its coverages. The optimum of such a problem takes the place of what the item's pairs and rows
add to the dual, and is never above that: half a first level costs half the stock, and half a place covers half a class.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.exact import state_model
from provisor.allocation.kernel.extents import extents
from provisor.allocation.kernel.layout import without_flow
from provisor.allocation.kernel.loops import best_of_levels, net_gains
from provisor.allocation.kernel.parts import runs
from provisor.allocation.kernel.problem import Coverage, ItemLimit, KernelProblem, Pairs, Passes, Sources
from provisor.allocation.kernel.scope import Scope
from provisor.allocation.kernel.stated import PROOF
from provisor.engine.backends import back_end
from provisor.engine.result import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from provisor.allocation.kernel.covers import Cover
    from provisor.allocation.kernel.layout import Layout
    from provisor.allocation.kernel.problem import Floats
    from provisor.allocation.kernel.rows import Rows
    from provisor.engine.problem import Problem

    Index = NDArray[np.int64]

ITEM_GAP = 1e-4
"""Gap at which an item is decided."""

SLACK, WIDE_SLACK = 0.2, 10.0
"""Levels are left to decide that cost at most so much of what a pair is usually worth; items with limits get more."""

DUST = 1e-9
"""A price below this is none."""

WHOLE = 1e-6
"""A column this near to a whole number is one."""


def without_slack(rows: Rows, layout: Layout, price: Floats, seconds: float, threads: int) -> float:
    """$ by which the bound at these prices falls when items are decided exactly, those with limits of their own first.

    Args:
        rows: The limits.
        layout: The problem.
        price: (rows,) prices.
        seconds: Wall-clock limit; items left over keep what they add to the dual.
        threads: Items decided at once.
    """
    until = perf_counter() + seconds
    return Tied(rows, layout, price).fall(until - perf_counter(), threads)


class Tied:
    """Items whose pairs do not decide alone at some prices, ready to be decided exactly."""

    def __init__(self, rows: Rows, layout: Layout, price: Floats) -> None:
        sources = rows.problem.sources
        self._parts: list[tuple[_Items, Index]] = []
        if sources is not None and (sources.later >= 0).any():
            return
        limited, unit = limited_items(rows.problem), usual(rows.problem)
        rest = np.setdiff1d(np.flatnonzero(_tied(rows, price)), limited)
        for item, share in ((limited, WIDE_SLACK), (rest, SLACK)):
            if item.size:
                self._parts.append((_Items(rows, layout, price, share * unit), item))

    def fall(self, seconds: float, threads: int, on_fall: Callable[[float], bool] = lambda _: True) -> float:
        """$ by which the bound falls.

        Args:
            seconds: Wall-clock limit.
            threads: Items decided at once.
            on_fall: Told of the fall so far after each item that makes one; whether to go on.
        """
        until, total = perf_counter() + seconds, 0.0
        for items, item in self._parts:
            items.until = until
            with ThreadPoolExecutor(threads) as pool:
                for fell in pool.map(items.fall, items.largest_first(item)):
                    total += fell
                    if fell and not on_fall(total):
                        until = items.until = 0.0
        return total


def usual(problem: KernelProblem) -> float:
    """$ that the first level of a pair usually brings."""
    pairs = problem.pairs
    start = pairs.start[:-1][np.diff(pairs.start) > 0]
    return float(np.abs(pairs.gain[start]).mean(dtype=np.float64)) if start.size else 1.0


def limited_items(problem: KernelProblem) -> Index:
    """Items with a limit or a coverage of their own."""
    limited = np.zeros(problem.pairs.items, np.bool_)
    for limit in problem.item_limits:
        limited |= (np.isfinite(limit.lower) | np.isfinite(limit.upper)).any(axis=1)
    for coverage in problem.coverages:
        if coverage.by == "item":
            limited |= coverage.need > 0
    return np.flatnonzero(limited)


def _tied(rows: Rows, price: Floats) -> NDArray[np.bool_]:
    """(items,) whether a stock of the item has a price; the pairs of others decide alone anyhow."""
    tied = np.asarray((rows.stock.of(price) > DUST).any(axis=1))
    passes = rows.problem.passes
    if passes is not None:
        tied[_items_of_stocks(rows.problem, passes)[rows.kept.of(price) > DUST]] = True
    return tied


def _items_of_stocks(problem: KernelProblem, passes: Passes) -> Index:
    """(stocks,) item of each stock that a place may pass on."""
    item, pairs = np.zeros(passes.stock.size, np.int64), problem.pairs
    item[passes.stock_of] = np.repeat(pairs.item, np.diff(passes.start))
    owned = passes.own >= 0
    item[passes.own[owned]] = pairs.item[owned]
    return item


@dataclass(frozen=True)
class _Stated:
    """The problem of one item.

    Attributes:
        problem: It; every pair is a place of its own, because nothing of a place is left but prices.
        scope: Levels left to decide.
    """

    problem: KernelProblem
    scope: Scope


class _Items:
    def __init__(self, rows: Rows, layout: Layout, price: Floats, slack: float) -> None:
        self.rows, self.problem, self.slack, self.until = rows, rows.problem, slack, 0.0
        pairs = self.problem.pairs
        self.order = np.argsort(pairs.item, kind="stable")
        self.start = np.searchsorted(pairs.item[self.order], np.arange(pairs.items + 1))
        self.place = np.repeat(np.arange(pairs.places), np.diff(pairs.place_start))
        met = rows.reach_pairs(price)
        self.low, self.high = extents(layout, met, slack)
        self.worth = self._worth_of_pairs(layout, met) + self._worth_of_rows(price)
        others = price.copy()
        for family in (rows.stock, rows.kept, *rows.item, *(c.family for c in self._covers())):
            others[family.slice] = 0.0
        self.met = rows.reach_pairs(others)
        self.gain = net_gains(without_flow(layout), self.met)

    def largest_first(self, item: Index) -> list[int]:
        """The items in the order of what there is to decide, most first; none where there is nothing."""
        count = np.bincount(self.problem.pairs.item, self.high > self.low, self.problem.pairs.items)
        item = item[count[item] > 0]
        return [int(i) for i in item[np.argsort(-count[item], kind="stable")]]

    def fall(self, item: int) -> float:
        """$ by which the item's part of the dual falls; 0 if there was no time."""
        left = self.until - perf_counter()
        if left <= 0.0:
            return 0.0
        stated = self._stated(item)
        model = state_model(stated.problem, stated.scope, wide=True)
        highs, limits = back_end("highs"), Limits(left, ITEM_GAP, 1, options=PROOF)
        result = highs.solve(model.stated.relaxed(), limits)
        if result.x is None or is_whole(model.stated, result.x):
            return 0.0
        result = highs.solve(model.stated, limits)
        fell = 0.0 if result.bound is None else float(self.worth[item]) + result.bound
        return min(max(0.0, fell), self.slack)  # levels left out cost the item more than the slack

    def _covers(self) -> list[Cover]:
        return [cover for cover in self.rows.covers if cover.coverage.by == "item"]

    def _worth_of_pairs(self, layout: Layout, met: Floats) -> Floats:
        """(items,) $ that the pairs earn at the prices."""
        pairs = self.problem.pairs
        held = np.zeros(0, np.bool_) if pairs.held is None else pairs.held
        best = best_of_levels(pairs.start, net_gains(layout, met), held)
        return np.asarray(np.bincount(pairs.item, best, pairs.items), dtype=np.float64)

    def _worth_of_rows(self, price: Floats) -> Floats:
        """(items,) what the rows of each item alone add to the dual."""
        rows, items = self.rows, self.problem.pairs.items
        stock = rows.stock.of(price)
        worth = np.asarray((stock * np.where(stock > 0, rows.stock.of(rows.upper), 0.0)).sum(axis=1))
        if self.problem.passes is not None:
            kept = rows.kept.of(price) * self.problem.passes.stock
            worth = worth + np.bincount(_items_of_stocks(self.problem, self.problem.passes), kept, items)
        for family in rows.item:
            moved = family.start + np.flatnonzero(price[family.slice])
            added = rows.turns.values(moved, price[moved])
            worth = worth + np.bincount((moved - family.start) // family.shape[1], added, items)
        for cover in self._covers():
            worth = worth + cover.worth(price)
        return np.asarray(worth)

    def _stated(self, item: int) -> _Stated:
        pairs = self.problem.pairs
        pair = self.order[self.start[item] : self.start[item + 1]]
        pair = pair[self.high[pair] >= 0]
        place = self.place[pair]
        step, start = runs(pairs.start, pair)
        own = Pairs(
            place_start=np.arange(pair.size + 1, dtype=np.int64),
            item=np.zeros(pair.size, np.int32),
            first=pairs.first[pair],
            opening=pairs.opening[pair],
            start=start,
            gain=self.gain[step],
            pack=pairs.pack[item : item + 1],
            held=None if pairs.held is None else pairs.held[pair],
            singly=None if pairs.singly is None else pairs.singly[pair],
        )
        limits = tuple(_of_item(limit, item, place) for limit in self.problem.item_limits)
        coverages = tuple(
            Coverage(c.name, "item", c.member[place], c.need[item : item + 1], c.price)
            for c in self.problem.coverages
            if c.by == "item"
        )
        sources, passes = self.problem.sources, self.problem.passes
        problem = KernelProblem(
            own,
            (),
            limits,
            coverages,
            None if sources is None else self._sources(sources, item, place),
            None if passes is None else self._passes(passes, pair, place),
        )
        none = np.zeros((pair.size, 0 if sources is None else sources.count), np.int32)
        passed = np.zeros(0 if problem.passes is None else problem.passes.count, np.int32)
        scope = Scope(self.low[pair], self.high[pair], np.ones(pair.size, np.bool_), none, passed)
        return _Stated(problem, scope)

    def _sources(self, sources: Sources, item: int, place: Index) -> Sources:
        """Its stock as it is; ways with the prices of what they use besides."""
        rows = self.rows
        paid = rows.throughput.of(self.met)[None, :]
        if sources.lane is not None:
            paid = paid + rows.lane.of(self.met)[place]
        budget = np.where(
            sources.budget_of >= 0, np.append(rows.budget.of(self.met), 0.0)[sources.budget_of], 0.0
        )
        return Sources(
            cost=sources.cost[place] + paid + budget * sources.goods[item],
            stock=sources.stock[item : item + 1],
            later=sources.later,
            throughput=np.full(sources.count, np.inf),
            goods=np.zeros(1),
            budget=np.zeros(0),
            budget_of=np.full(sources.count, -1, np.int32),
        )

    def _passes(self, passes: Passes, pair: Index, place: Index) -> Passes:
        """Its stocks as they are; passes with the prices of what they use besides."""
        way, start = runs(passes.start, pair)
        taker = np.repeat(place, np.diff(start))
        met, rows = self.met, self.rows
        used = np.union1d(passes.stock_of[way], passes.own[pair][passes.own[pair] >= 0]).astype(np.int64)
        number = np.full(passes.stock.size + 1, -1, np.int32)
        number[used] = np.arange(used.size)
        return Passes(
            start=start,
            stock_of=number[passes.stock_of[way]],
            cost=passes.cost[way] + rows.pass_lane.of(met)[passes.lane[way]] + rows.taking.of(met)[taker],
            lane=np.zeros(way.size, np.int32),
            stock=passes.stock[used],
            own=number[passes.own[pair]],
            renewal=passes.renewal[pair],
            capacity=np.full(1, np.inf),
            taking=np.full(pair.size, np.inf),
        )


def is_whole(stated: Problem, x: Floats) -> bool:
    """Whether a solution of the linear problem is one of the whole."""
    return bool(np.all(np.abs(x - np.round(x))[stated.integer] <= WHOLE))


def _of_item(limit: ItemLimit, item: int, place: Index) -> ItemLimit:
    return ItemLimit(
        limit.name,
        limit.place_class[place],
        limit.lower[item : item + 1],
        limit.upper[item : item + 1],
        limit.under_price,
        limit.over_price,
    )
