"""The kernel's problem of a case of one period: pairs by store with the value of each further piece, and all limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.demand import sales_between
from provisor.allocation.extents import extents_of
from provisor.allocation.kernel import problem as kernel
from provisor.allocation.limits import StoreLimit, store_limits
from provisor.allocation.widths import categories_wanted, launches
from provisor.planner import BadRequest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.extents import Extents
    from provisor.allocation.handing import Ways
    from provisor.allocation.worth import Worth

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

BLOCK = 500_000
"""Pairs whose gains are worked out at once."""


@dataclass(frozen=True)
class Blocks:
    """The kernel's problem and how to read its answer.

    Attributes:
        problem: The problem.
        order: Pair of the case by pair of the kernel.
        lane: Lane by store and centre, -1 where there is none that arrives in time.
        empty: Whether a pair of the kernel hangs without a piece: its one piece is none.
        ways: Way of the case by pass of the kernel.
    """

    problem: kernel.KernelProblem
    order: Whole
    lane: Whole
    empty: NDArray[np.bool_]
    ways: Whole

    @property
    def is_stuck(self) -> bool:
        """Whether a pair must hang that may show no piece: the kernel has no level for it, and would leave it out."""
        pairs = self.problem.pairs
        return pairs.held is not None and bool((np.diff(pairs.start)[pairs.held] == 0).any())


def blocks_of(arrays: Arrays, worth: Worth, ways: Ways, *, singly: bool = False) -> Blocks:
    """State a case of one period for the kernel.

    Args:
        arrays: The case.
        worth: Coefficients of the objective.
        ways: Transfers that there may be.
        singly: Whether pieces come singly to every pair that may take some from another store, packs
            notwithstanding. This is wider than the case, as the bound needs it, because transfers come piece by piece.

    Raises:
        BadRequest: The case has several periods, or stock that may not be taken back.
    """
    _refuse(arrays)
    extents, told = extents_of(arrays), arrays.pairs.given
    levels = _levels_of(arrays, extents, ways, singly=singly)
    order, empty = levels.order, levels.empty
    back = np.where(extents.moves[:, 0], worth.taken_back + worth.returned, 0.0)
    stays = told.frozen[:, 0] & ~told.carried[:, 0]
    used = _used(arrays, order, empty, stays)
    item_limits, coverages = _launch_limits(arrays, -worth.misses)
    lane = _lanes(arrays)
    chosen, passes = _passes(arrays, worth, ways, order, back, empty)
    problem = kernel.KernelProblem(
        pairs=_stated(arrays, worth, levels, back, stays),
        place_limits=tuple(place_limit(arrays, worth, limit, used) for limit in store_limits(arrays)),
        item_limits=item_limits,
        coverages=(*_category_coverage(arrays, -worth.misses), *coverages),
        sources=_sources(arrays, worth, lane),
        passes=passes,
    )
    return Blocks(problem, order, lane, empty, chosen)


def _refuse(arrays: Arrays) -> None:
    """Raise BadRequest for a case that the kernel cannot state."""
    if arrays.periods > 1:
        raise BadRequest("method dual plans one period; use exact, or periods: 1")
    if not arrays.rules.returns and bool((arrays.pairs.opening > 0).any()):
        raise BadRequest("method dual needs rules.returns where stores have opening stock; use exact")


@dataclass(frozen=True)
class _Levels:
    """Pieces by level of the kernel's pairs."""

    order: Whole
    first: Whole
    opening: Whole
    pack: Whole
    start: Whole
    empty: NDArray[np.bool_]
    apart: NDArray[np.bool_]

    def part(self, begin: int, end: int) -> tuple[Whole, Whole, Whole]:
        """Pair of the kernel, and pieces after and before, of each step of some pairs."""
        count = np.diff(self.start[begin : end + 1])
        pair = np.repeat(np.arange(begin, end), count)
        level = np.arange(pair.size) - (self.start[pair] - self.start[begin])
        pieces = self.pieces(pair, level)
        before = np.where(level > 0, self.pieces(pair, np.maximum(level - 1, 0)), 0)
        return pair, pieces, before

    def pieces(self, pair: Whole, level: Whole) -> Whole:
        """Pieces shown at a level."""
        singly = np.maximum(self.opening[pair] - self.first[pair], 0)
        packs = np.maximum(level - singly, 0)
        found: Whole = self.first[pair] + np.minimum(level, singly) + packs * self.pack[pair]
        return found


def _levels_of(arrays: Arrays, extents: Extents, ways: Ways, *, singly: bool) -> _Levels:
    """Pairs that may hang, by store, and the pieces that each may show."""
    pairs, told = arrays.pairs, arrays.pairs.given
    may = extents.may[:, 0] | told.carried[:, 0]
    order = np.lexsort((pairs.product, pairs.store))
    order = order[may[order]]
    least, most, opening = extents.least[order, 0], extents.most[order, 0], pairs.opening[order]
    empty = most == 0
    least = np.where(empty, 1, np.where(told.frozen[order, 0], opening, least))
    most = np.where(empty, 1, most)
    opening = np.where(empty, 1, opening)
    apart = np.isin(order, ways.taker) & singly
    pack = np.where(apart, 1, arrays.pack[pairs.product[order]])
    first = np.where(least > opening, opening + -(-(least - opening) // pack) * pack, least)
    steps = _steps(first, most, opening, pack)
    start = np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)
    return _Levels(order, first, opening, pack, start, empty, apart)


def _stated(
    arrays: Arrays, worth: Worth, levels: _Levels, back: Floats, stays: NDArray[np.bool_]
) -> kernel.Pairs:
    """The pairs in the kernel's words; ``back`` is what taking a piece back costs, ``stays`` what is left hanging."""
    pairs, told, order = arrays.pairs, arrays.pairs.given, levels.order
    stores = np.searchsorted(pairs.store[order], np.arange(len(arrays.store_names) + 1))
    all_back = float((back * pairs.opening).sum())
    return kernel.Pairs(
        place_start=stores.astype(np.int64),
        item=pairs.product[order].astype(np.int32),
        first=levels.first.astype(np.int32),
        opening=levels.opening.astype(np.int32),
        start=levels.start,
        gain=_gains(arrays, worth, levels, back),
        pack=arrays.pack.astype(np.int32),
        held=told.carried[order, 0] if told.carried.any() else None,
        constant=all_back + float((worth.left * pairs.opening)[stays].sum()),
        singly=levels.apart if levels.apart.any() else None,
    )


def _steps(first: Whole, most: Whole, opening: Whole, pack: Whole) -> Whole:
    """Levels of each pair: none if even the first pieces are too many."""
    singly = np.maximum(np.minimum(opening, most) - first, 0)
    packs = np.where(most > np.maximum(opening, first), (most - np.maximum(opening, first)) // pack, 0)
    count: Whole = np.where(first <= most, 1 + singly + packs, 0)
    return count


def _gains(arrays: Arrays, worth: Worth, levels: _Levels, back: Floats) -> Floats:
    """Gain of each step."""
    gain = np.zeros(int(levels.start[-1]))
    for begin in range(0, levels.order.size, BLOCK):
        end = min(begin + BLOCK, levels.order.size)
        gain[levels.start[begin] : levels.start[end]] = _part_gains(arrays, worth, levels, back, (begin, end))
    return gain


def _part_gains(arrays: Arrays, worth: Worth, levels: _Levels, back: Floats, part: tuple[int, int]) -> Floats:
    pair, pieces, before = levels.part(*part)
    e, pairs = levels.order[pair], arrays.pairs
    start = levels.start[part[0] : part[1] + 1] - levels.start[part[0]]
    here = levels.order[part[0] : part[1]]
    sales = sales_between(start, pieces, pairs.mean[here, 0], pairs.dispersion[here])
    shown = pieces - before
    gained = worth.sale[e] * sales + worth.piece[e] * shown + (worth.left + worth.unsold)[e] * (shown - sales)
    opening = levels.opening[pair]
    used = np.minimum(pieces, opening) - np.minimum(before, opening)
    sent = np.maximum(pieces - opening, 0) - np.maximum(before - opening, 0)
    gained += worth.goods[e] * sent - back[e] * used
    gained += np.where((before == 0) & ~pairs.before[e], worth.opening, 0.0)
    opened = np.where(~pairs.before[e], worth.opening, 0.0)
    return np.where(levels.empty[pair], opened, gained)


def _used(arrays: Arrays, order: Whole, empty: NDArray[np.bool_], stays: NDArray[np.bool_]) -> Floats:
    """Space by store that the kernel does not see: pieces in the store room, less pieces that are none."""
    pairs, volume = arrays.pairs, arrays.volume[arrays.pairs.product]
    stores = len(arrays.store_names)
    room = np.bincount(pairs.store[stays], weights=(volume * pairs.opening)[stays], minlength=stores)
    none = np.bincount(pairs.store[order[empty]], weights=volume[order[empty]], minlength=stores)
    used: Floats = (room - none).astype(np.float64)
    return used


def place_limit(arrays: Arrays, worth: Worth, limit: StoreLimit, used: Floats) -> kernel.PlaceLimit:
    """A limit of stores in the kernel's words."""
    class_of, lower, upper = limit.class_of, limit.lower[:, :, 0], limit.upper[:, :, 0]
    share = limit.share
    if share is not None and (class_of < 0).any():
        class_of = np.where(class_of < 0, lower.shape[1], class_of)
        lower = np.concatenate([lower, np.full((lower.shape[0], 1), -np.inf)], axis=1)
        upper = np.concatenate([upper, np.full((upper.shape[0], 1), np.inf)], axis=1)
        share = np.append(share, 0.0)
    lower = np.where(lower <= 0, -np.inf, lower) if share is None else lower
    space = limit.counts == "space"
    return kernel.PlaceLimit(
        name=limit.name,
        per="pieces" if space else "styles",
        item_class=class_of.astype(np.int32),
        lower=lower,
        upper=upper - used[:, None] if space else upper,
        under_price=-worth.misses * limit.under_price,
        over_price=-worth.misses * limit.over_price,
        weight=arrays.volume if space and (arrays.volume != 1).any() else None,
        share=share,
        band=None if limit.band is None else _band(arrays, limit),
    )


def _band(arrays: Arrays, limit: StoreLimit) -> kernel.Band:
    band = limit.band
    if band is None:
        raise ValueError("the limit has no band")
    scale, cluster = band.scale[:, 0], np.where(band.scale[:, 0] > 0, band.cluster, -1)
    most = np.zeros(len(band.names))
    inside = cluster >= 0
    np.maximum.at(most, cluster[inside], arrays.store_slots[inside, 0] / scale[inside])
    return kernel.Band(cluster.astype(np.int32), scale, band.width[:, 0], most)


def _category_coverage(arrays: Arrays, money: float) -> tuple[kernel.Coverage, ...]:
    need = categories_wanted(arrays)[:, 0]
    if not (need > 0).any():
        return ()
    price = money * arrays.charges["category_shortfall"]
    member = arrays.category.of.astype(np.int32)
    return (kernel.Coverage("categories", "place", member, need.astype(np.int32), price),)


def _launch_limits(
    arrays: Arrays, money: float
) -> tuple[tuple[kernel.ItemLimit, ...], tuple[kernel.Coverage, ...]]:
    told, items = launches(arrays), len(arrays.product_names)
    on = np.flatnonzero(told.alive[:, 0])
    if not on.size:
        return (), ()
    lower, upper = np.full((items, 1), -np.inf), np.full((items, 1), np.inf)
    least = told.least_stores[on].astype(np.float64)
    lower[told.product[on], 0] = np.where(least > 0, least, -np.inf)
    upper[told.product[on], 0] = told.most_stores[on]
    place_class = np.zeros(len(arrays.store_names), dtype=np.int32)
    stores = kernel.ItemLimit("launch", place_class, lower, upper, money * told.store_price, np.inf)
    need = np.zeros(items, dtype=np.int32)
    need[told.product[on]] = told.least_clusters[on]
    member = arrays.cluster.of.astype(np.int32)
    clusters = kernel.Coverage("launch-clusters", "item", member, need, money * told.cluster_price)
    return (stores,), (clusters,) if (need > 0).any() else ()


def _lanes(arrays: Arrays) -> Whole:
    """Lane by store and centre: those that arrive in the period they leave."""
    found = np.full((len(arrays.store_names), len(arrays.centre_names)), -1, dtype=np.int64)
    at_once = np.flatnonzero(arrays.lanes.lead == 0)
    found[arrays.lanes.store[at_once], arrays.lanes.centre[at_once]] = at_once
    return found


def _passes(
    arrays: Arrays, worth: Worth, ways: Ways, order: Whole, back: Floats, empty: NDArray[np.bool_]
) -> tuple[Whole, kernel.Passes | None]:
    """Transfers as passes of the kernel, sorted by the pair that takes, and the way of each."""
    place = np.full(arrays.pairs.count, -1, dtype=np.int64)
    place[order] = np.arange(order.size)
    chosen = np.flatnonzero(place[ways.taker] >= 0)
    chosen = chosen[np.argsort(place[ways.taker[chosen]], kind="stable")]
    if not chosen.size:
        return chosen, None
    giver, taker = ways.giver[chosen], ways.taker[chosen]
    stocks, stock_of = np.unique(giver, return_inverse=True)
    own = np.full(order.size, -1, dtype=np.int32)
    inside = np.flatnonzero(place[stocks] >= 0)
    own[place[stocks[inside]]] = inside
    own[empty] = -1
    most_in, lanes = arrays.rules.max_transfer_in, arrays.transfer_lanes
    return chosen, kernel.Passes(
        start=np.searchsorted(place[taker], np.arange(order.size + 1)).astype(np.int64),
        stock_of=stock_of.astype(np.int32),
        cost=-worth.ways * ways.cost[chosen] + worth.goods[taker] + back[giver],
        lane=ways.lane[chosen].astype(np.int32),
        stock=arrays.pairs.opening[stocks].astype(np.float64),
        own=own,
        renewal=-(worth.goods + back)[order],
        capacity=np.floor(lanes.capacity.astype(np.float64)),
        taking=np.full(len(arrays.store_names), np.inf if most_in is None else float(most_in)),
    )


def _sources(arrays: Arrays, worth: Worth, lane: Whole) -> kernel.Sources:
    cost = np.where(lane >= 0, -worth.ways * arrays.lanes.cost[lane], np.inf)
    capacity = np.where(lane >= 0, arrays.lanes.capacity[lane], np.inf)
    centres = len(arrays.centre_names)
    stock = arrays.supply[:, :, 0].T.astype(np.float64)
    budget = arrays.tables["budget"].filter(arrays.tables["budget"]["period"] == 1)["amount"].to_numpy()
    limited = bool(arrays.rules.budget and budget.size)
    return kernel.Sources(
        cost=cost,
        stock=stock if arrays.rules.stock else np.full_like(stock, np.inf),
        later=np.full(centres, -1, dtype=np.int32),
        throughput=arrays.throughput if arrays.rules.throughput else np.full(centres, np.inf),
        goods=arrays.cost,
        budget=budget.astype(np.float64) if limited else np.zeros(0),
        budget_of=np.full(centres, 0 if limited else -1, dtype=np.int32),
        lane=capacity if np.isfinite(capacity).any() else None,
    )
