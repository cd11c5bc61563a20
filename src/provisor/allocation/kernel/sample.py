"""Prices to start from in a large problem: those of a sample of its places, with their share of what all places share.

A step of the dual takes as long as there are pairs, and most steps only bring the prices of items to where they belong.
A sample of the places does that in a fraction of the time; places outside start from the mean price of those inside.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.dual import descend, until
from provisor.allocation.kernel.layout import lay_out
from provisor.allocation.kernel.parts import of_pairs
from provisor.allocation.kernel.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.problem import (
        Coverage,
        Floats,
        ItemLimit,
        KernelProblem,
        Passes,
        PlaceLimit,
        Sources,
    )
    from provisor.allocation.kernel.result import Prices

    Flags = NDArray[np.bool_]
    Index = NDArray[np.int64]

PAIRS = 100_000
"""Pairs of a sample."""

STEPS = 500
"""Most steps on it."""

PATIENCE = 1e-5
"""The sample's dual is good enough when 20 steps better it by less than this share."""


def prices_of_sample(problem: KernelProblem, seconds: float, seed: int) -> Prices:
    """Prices of a sample, for all places.

    Args:
        problem: The whole problem.
        seconds: Wall-clock limit.
        seed: Of the choice of places.
    """
    inside = _chosen(problem, seed)
    part = sampled(problem, inside)
    rows = Rows(part)
    found = descend(rows, lay_out(part, rows), None, until(seconds, STEPS, PATIENCE))
    return _spread(problem, rows.as_prices(found.price), inside)


def sampled(problem: KernelProblem, inside: Flags) -> KernelProblem:
    """The problem of some places, with their share of what is limited for all; places and items keep their numbers.

    Args:
        problem: The whole problem.
        inside: (places,) whether a place is of the sample.
    """
    pairs = problem.pairs
    pair = np.flatnonzero(np.repeat(inside, np.diff(pairs.place_start)))
    part, _ = of_pairs(problem, pair)
    share = _share_by_item(problem, pair)
    sources, passes = part.sources, part.passes
    return replace(
        part,
        place_limits=tuple(_place_limit(limit, inside) for limit in part.place_limits),
        item_limits=tuple(_item_limit(limit, share) for limit in part.item_limits),
        coverages=tuple(_coverage(coverage, inside) for coverage in part.coverages),
        sources=None if sources is None else _sources(sources, share, pair.size / max(1, pairs.count)),
        passes=None if passes is None else _passes(passes, pair.size / max(1, pairs.count)),
    )


def _chosen(problem: KernelProblem, seed: int) -> Flags:
    """Places at random, at least one, until there are pairs enough."""
    order = np.random.default_rng(seed).permutation(problem.pairs.places)
    before = np.cumsum(np.diff(problem.pairs.place_start)[order]) - np.diff(problem.pairs.place_start)[order]
    inside = np.zeros(order.size, np.bool_)
    inside[order[before < PAIRS]] = True
    return inside


def _share_by_item(problem: KernelProblem, pair: Index) -> Floats:
    """(items,) share of the pieces that an item could be sent in, that could go to these pairs."""
    pairs = problem.pairs
    steps = np.diff(pairs.start)
    most = np.where(steps > 0, np.maximum(0, pairs.first + steps - 1 - pairs.opening), 0).astype(np.float64)
    whole = np.bincount(pairs.item, most, pairs.items)
    some = np.bincount(pairs.item[pair], most[pair], pairs.items)
    usual = some.sum() / max(1.0, whole.sum())
    return np.where(whole > 0, some / np.maximum(whole, 1.0), usual)


def _place_limit(limit: PlaceLimit, inside: Flags) -> PlaceLimit:
    band = limit.band
    if band is not None:
        band = replace(band, group=np.where(inside, band.group, -1).astype(np.int32))
    lower = np.where(inside[:, None], limit.lower, -np.inf)
    return replace(limit, lower=lower, upper=np.where(inside[:, None], limit.upper, np.inf), band=band)


def _item_limit(limit: ItemLimit, share: Floats) -> ItemLimit:
    def scaled(side: Floats) -> Floats:
        bounded = np.isfinite(side)
        return np.where(bounded, np.where(bounded, side, 0.0) * share[:, None], side)

    return replace(limit, lower=np.floor(scaled(limit.lower)), upper=np.ceil(scaled(limit.upper)))


def _coverage(coverage: Coverage, inside: Flags) -> Coverage:
    """What a place has to cover; how many classes of places an item has to reach is no question for a sample."""
    needed = inside if coverage.by == "place" else np.zeros(coverage.need.size, np.bool_)
    return replace(coverage, need=np.where(needed, coverage.need, 0).astype(np.int32))


def _sources(sources: Sources, share: Floats, usual: float) -> Sources:
    bounded = np.isfinite(sources.stock)
    return replace(
        sources,
        stock=np.where(bounded, np.where(bounded, sources.stock, 0.0) * share[:, None], np.inf),
        throughput=sources.throughput * usual,
        budget=sources.budget * usual,
    )


def _passes(passes: Passes, usual: float) -> Passes:
    """Stocks of places outside have as much for those inside as is their share."""
    own = np.zeros(passes.stock.size, np.bool_)
    own[passes.own[passes.own >= 0]] = True
    return replace(passes, stock=np.where(own, passes.stock, passes.stock * usual))


def _spread(problem: KernelProblem, prices: Prices, inside: Flags) -> Prices:
    """Give the places outside the mean price of those inside (in place)."""
    of_places = {coverage.name for coverage in problem.coverages if coverage.by == "place"}
    tables = [*prices.place.values(), *(prices.cover[name] for name in of_places)]
    for table in [*tables, prices.lane, prices.taking]:
        if table.shape[0] == inside.size:
            table[~inside] = table[inside].mean(axis=0)
    return prices
