"""The problem as the compiled loops read it: named tuples of arrays, and one long vector for all limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.allocation.kernel.problem import Floats, KernelProblem
    from provisor.allocation.kernel.rows import Rows

CHUNKS = 16
"""Runs of places that the loops work on side by side; fixed, so that sums do not depend on the threads."""

Ints = NDArray[np.int64]


class PairArrays(NamedTuple):
    """Pairs and levels, as in ``Pairs``."""

    chunk: Ints  # (CHUNKS + 1,) first place
    place_start: Ints
    item: NDArray[np.int32]
    first: NDArray[Any]
    opening: NDArray[Any]
    start: Ints
    gain: NDArray[Any]
    pack: NDArray[np.int32]
    held: NDArray[np.bool_]  # (pairs,) or (0,)
    singly: NDArray[np.bool_]  # (pairs,) or (0,)


class RuleArrays(NamedTuple):
    """Limits and coverages of places ``f``, those of items ``g``, and where their rows begin."""

    start: Ints  # (f,) row of place 0, class 0
    width: Ints  # (f,) classes
    classes: NDArray[np.int32]  # (items, f)
    pieces: NDArray[np.bool_]  # (f,) counts pieces
    by_item: Ints  # (f,) row of item_weight, -1 for none
    by_pair: Ints  # (f,) row of pair_weight, -1 for none
    item_weight: Floats
    pair_weight: Floats
    shared: NDArray[np.bool_]  # (f,)
    share: Floats  # (f, widest)
    item_start: Ints  # (g,)
    item_width: Ints
    item_classes: NDArray[np.int32]  # (places, g)


class FlowArrays(NamedTuple):
    """Sources and where their rows begin."""

    way: Floats  # (places, sources) $/piece
    goods: Floats  # (items,)
    later: NDArray[np.int32]
    budget_of: NDArray[np.int32]  # (sources,)
    stock: int
    lane: int  # -1 without lanes
    throughput: int
    budget: int


class PassArrays(NamedTuple):
    """Passes, and the rows of what they use."""

    start: Ints  # (pairs + 1,), or (0,) without passes
    row: Ints  # (passes,) row of the stock that gives
    cost: Floats
    lane: Ints  # (passes,) row of the lane
    own: Ints  # (pairs,) row of the pair's own stock, -1 for none
    renewal: Floats  # (pairs,)
    taking: int  # row of place 0


class Layout(NamedTuple):
    """All of it."""

    pairs: PairArrays
    rules: RuleArrays
    flow: FlowArrays
    passes: PassArrays


def lay_out(problem: KernelProblem, rows: Rows) -> Layout:
    """Regroup the problem; no array of pairs or steps is copied."""
    pairs = problem.pairs
    arrays = PairArrays(
        chunk=_chunks(pairs.place_start),
        place_start=pairs.place_start,
        item=pairs.item,
        first=pairs.first,
        opening=pairs.opening,
        start=pairs.start,
        gain=pairs.gain,
        pack=pairs.pack,
        held=np.zeros(0, bool) if pairs.held is None else pairs.held,
        singly=np.zeros(0, bool) if pairs.singly is None else pairs.singly,
    )
    return Layout(arrays, _rules(problem, rows), _flow(problem, rows), _passes(problem, rows))


def without_flow(layout: Layout) -> Layout:
    """The same where pieces come from nowhere and cost nothing."""
    flow = layout.flow._replace(way=np.zeros((layout.flow.way.shape[0], 0)), lane=-1)
    none = PassArrays(_ints([]), _ints([]), np.zeros(0), _ints([]), _ints([]), np.zeros(0), -1)
    return layout._replace(flow=flow, passes=none)


def _rules(problem: KernelProblem, rows: Rows) -> RuleArrays:
    limits, pairs = problem.place_limits, problem.pairs
    by_pair = [limit.weight is not None and limit.per_pair for limit in limits]
    by_item = [limit.weight is not None and not limit.per_pair for limit in limits]
    of_places = [cover for cover in rows.covers if cover.coverage.by == "place"]
    of_items = [cover for cover in rows.covers if cover.coverage.by == "item"]
    none = [False] * len(of_places)
    place = [*rows.place, *(cover.family for cover in of_places)]
    item = [*rows.item, *(cover.family for cover in of_items)]
    share = np.zeros((len(place), max((limit.upper.shape[1] for limit in limits), default=0)))
    for index, limit in enumerate(limits):
        if limit.share is not None:
            share[index, : limit.share.size] = limit.share
    classes = [limit.item_class for limit in limits] + [cover.coverage.member for cover in of_places]
    place_classes = [limit.place_class for limit in problem.item_limits]
    place_classes += [cover.coverage.member for cover in of_items]
    return RuleArrays(
        start=_ints([family.start for family in place]),
        width=_ints([family.shape[1] for family in place]),
        classes=_side_by_side(classes, pairs.items),
        pieces=np.array([limit.per == "pieces" for limit in limits] + none, dtype=bool),
        by_item=_numbered(by_item + none),
        by_pair=_numbered(by_pair + none),
        item_weight=_stack(
            [limit.weight for limit in limits if limit.weight is not None and not limit.per_pair]
        ),
        pair_weight=_stack([limit.weight for limit in limits if limit.weight is not None and limit.per_pair]),
        shared=np.array([limit.share is not None for limit in limits] + none, dtype=bool),
        share=share,
        item_start=_ints([family.start for family in item]),
        item_width=_ints([family.shape[1] for family in item]),
        item_classes=_side_by_side(place_classes, pairs.places),
    )


def _flow(problem: KernelProblem, rows: Rows) -> FlowArrays:
    pairs, sources = problem.pairs, problem.sources
    return FlowArrays(
        way=np.zeros((pairs.places, 0))
        if sources is None
        else np.ascontiguousarray(sources.cost, dtype=np.float64),
        goods=np.zeros(pairs.items) if sources is None else sources.goods.astype(np.float64),
        later=np.zeros(0, np.int32) if sources is None else sources.later,
        budget_of=np.zeros(0, np.int32) if sources is None else sources.budget_of,
        stock=rows.stock.start,
        lane=rows.lane.start if rows.lane.shape[1] else -1,
        throughput=rows.throughput.start,
        budget=rows.budget.start,
    )


def _passes(problem: KernelProblem, rows: Rows) -> PassArrays:
    passes = problem.passes
    if passes is None:
        return PassArrays(_ints([]), _ints([]), np.zeros(0), _ints([]), _ints([]), np.zeros(0), -1)
    return PassArrays(
        start=passes.start,
        row=rows.kept.start + passes.stock_of.astype(np.int64),
        cost=passes.cost,
        lane=rows.pass_lane.start + passes.lane.astype(np.int64),
        own=np.where(passes.own >= 0, rows.kept.start + passes.own.astype(np.int64), -1),
        renewal=passes.renewal,
        taking=rows.taking.start,
    )


def _chunks(place_start: Ints) -> Ints:
    """Cut the places into runs of about equally many pairs."""
    aims = np.linspace(0, place_start[-1], CHUNKS + 1)
    cuts = np.searchsorted(place_start, aims, side="left").astype(np.int64)
    cuts[0], cuts[-1] = 0, place_start.size - 1
    return np.asarray(np.maximum.accumulate(np.minimum(cuts, place_start.size - 1)))


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _side_by_side(columns: Sequence[NDArray[np.int32]], height: int) -> NDArray[np.int32]:
    table = np.full((height, len(columns)), -1, np.int32)
    for index, column in enumerate(columns):
        table[:, index] = column
    return table


def _stack(rows: Sequence[Floats | None]) -> Floats:
    return np.array(rows, dtype=np.float64) if rows else np.zeros((0, 0))


def _numbered(flags: list[bool]) -> Ints:
    """Running number of each that is flagged, -1 for the others."""
    flagged = np.array(flags, dtype=bool)
    return np.where(flagged, np.cumsum(flagged) - 1, -1).astype(np.int64)
