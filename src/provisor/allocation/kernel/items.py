"""Items with limits of their own decided exactly at the prices of all else: a closer bound where few items have any.

An item that is to reach so many places, or classes of places, out of little stock is where prices on single pairs prove
least: half a place costs half the stock, and coverages have no price at all. At prices on what places and items share,
such an item is a small problem of its own, with its stock, its limits and its coverages. Its optimum takes the place
of what its pairs and rows add to the dual, and is never above that.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.exact import state_model
from provisor.allocation.kernel.layout import lay_out
from provisor.allocation.kernel.loops import evaluate
from provisor.allocation.kernel.parts import of_pairs
from provisor.allocation.kernel.problem import Coverage, KernelProblem, Pairs, Passes, Sources
from provisor.engine.backends import back_end
from provisor.engine.result import Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.problem import Floats
    from provisor.allocation.kernel.rows import Rows

ITEM_GAP = 1e-4
"""Gap at which an item is decided."""


def without_slack(rows: Rows, price: Floats, seconds: float, threads: int) -> float:
    """$ by which the bound at these prices falls when items with limits of their own are decided exactly.

    Args:
        rows: The limits.
        price: (rows,) prices.
        seconds: Wall-clock limit; items left over keep what they add to the dual.
        threads: Items decided at once.
    """
    items, sources, until = limited_items(rows.problem), rows.problem.sources, perf_counter() + seconds
    if not items.size or (sources is not None and (sources.later >= 0).any()):
        return 0.0
    stated = [found for item in items.tolist() if (found := _stated(rows, price, until, item)) is not None]
    with ThreadPoolExecutor(threads) as pool:
        return float(sum(pool.map(partial(_fall, until), stated)))


def limited_items(problem: KernelProblem) -> NDArray[np.int64]:
    """Items with a limit or a coverage of their own."""
    limited = np.zeros(problem.pairs.items, np.bool_)
    for limit in problem.item_limits:
        limited |= (np.isfinite(limit.lower) | np.isfinite(limit.upper)).any(axis=1)
    for coverage in problem.coverages:
        if coverage.by == "item":
            limited |= coverage.need > 0
    return np.flatnonzero(limited)


def _stated(rows: Rows, price: Floats, until: float, item: int) -> tuple[float, KernelProblem] | None:
    """What the item adds to the dual, and its own problem; None if it has no pairs or there is no time."""
    pair = np.flatnonzero(rows.problem.pairs.item == item)
    if perf_counter() > until or not pair.size:
        return None
    part, _ = of_pairs(rows.problem, pair)
    worth, _ = evaluate(lay_out(part, rows), rows.reach_pairs(price), rows.shape)
    others = price.copy()
    others[_own_rows(rows, part, item)] = 0.0
    worth += rows.limit_value(price) - rows.limit_value(others)
    return worth, _priced(rows, part, rows.reach_pairs(others), item)


def _fall(until: float, stated: tuple[float, KernelProblem]) -> float:
    """$ by which one item's part of the dual falls; 0 if there was no time."""
    left = until - perf_counter()
    if left <= 0.0:
        return 0.0
    result = back_end("highs").solve(state_model(stated[1]).stated, Limits(left, ITEM_GAP, 1))
    return 0.0 if result.bound is None else max(0.0, stated[0] + result.bound)


def _own_rows(rows: Rows, part: KernelProblem, item: int) -> NDArray[np.int64]:
    """Rows of the item alone: its stock in all sources, its limits, and what places have of it."""
    found = [rows.stock.start + item * rows.stock.shape[1] + np.arange(rows.stock.shape[1])]
    found += [family.start + item * family.shape[1] + np.arange(family.shape[1]) for family in rows.item]
    if part.passes is not None:
        stocks = np.union1d(part.passes.stock_of, part.passes.own[part.passes.own >= 0])
        found.append((rows.kept.start + stocks).astype(np.int64))
    return np.concatenate(found).astype(np.int64)


def _priced(rows: Rows, part: KernelProblem, met: Floats, item: int) -> KernelProblem:
    """The item's own problem: its stock, limits and coverages as they are, all else at its price (as pairs meet it)."""
    coverages = tuple(
        Coverage(
            c.name,
            c.by,
            c.member,
            np.where(np.arange(c.need.size) == item, c.need, 0).astype(np.int32),
            c.price,
        )
        for c in part.coverages
        if c.by == "item"
    )
    pairs, sources, passes = part.pairs, part.sources, part.passes
    here = np.arange(pairs.items)[:, None] == item
    limits = tuple(
        replace(limit, lower=np.where(here, limit.lower, -np.inf), upper=np.where(here, limit.upper, np.inf))
        for limit in part.item_limits
    )
    return KernelProblem(
        replace(pairs, gain=_net_of_places(rows, part, met)),
        (),
        limits,
        coverages,
        None if sources is None else _priced_sources(rows, sources, met, item),
        None if passes is None else _priced_passes(rows, passes, pairs, met),
    )


def _net_of_places(rows: Rows, part: KernelProblem, met: Floats) -> Floats:
    """(steps,) gains less the prices of the places' limits."""
    pairs = part.pairs
    count = np.diff(pairs.start)
    pair = np.repeat(np.arange(pairs.count), count)
    level = np.arange(pair.size) - pairs.start[pair]
    single = np.maximum(0, pairs.opening.astype(np.int64) - pairs.first)[pair]
    more = np.where(level <= single, 1, pairs.packs(pair))
    pieces = np.where(level == 0, pairs.first[pair], more)
    place = np.repeat(np.arange(pairs.places), np.diff(pairs.place_start))
    net = pairs.gain.astype(np.float64)
    for family, limit in zip(rows.place, part.place_limits, strict=True):
        classes = limit.item_class[pairs.item]
        paid = np.where(classes >= 0, family.of(met)[place, np.maximum(classes, 0)], 0.0)
        if limit.weight is not None:
            paid = paid * (limit.weight if limit.per_pair else limit.weight[pairs.item])
        net -= paid[pair] * (pieces if limit.per == "pieces" else level == 0)
    return net


def _priced_sources(rows: Rows, sources: Sources, met: Floats, item: int) -> Sources:
    paid = rows.throughput.of(met)[None, :] + (rows.lane.of(met) if sources.lane is not None else 0.0)
    budget = np.where(sources.budget_of >= 0, np.append(rows.budget.of(met), 0.0)[sources.budget_of], 0.0)
    return replace(
        sources,
        cost=sources.cost + paid + budget * sources.goods[item],
        throughput=np.full(sources.count, np.inf),
        budget=np.full(sources.budget.size, np.inf),
        lane=None,
    )


def _priced_passes(rows: Rows, passes: Passes, pairs: Pairs, met: Floats) -> Passes:
    place = np.repeat(np.arange(pairs.places), np.diff(pairs.place_start))
    taker = np.repeat(place, np.diff(passes.start))
    return replace(
        passes,
        cost=passes.cost + rows.pass_lane.of(met)[passes.lane] + rows.taking.of(met)[taker],
        capacity=np.full(passes.capacity.size, np.inf),
        taking=np.full(passes.taking.size, np.inf),
    )
