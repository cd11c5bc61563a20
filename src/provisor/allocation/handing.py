"""Stock that stores pass on: pieces that would be taken back go where they spare a shipment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.decisions import Decisions, Routes, Transfers, outcome_of
from provisor.allocation.extents import extents_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.worth import Worth

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Ways:
    """Pairs that may pass on opening stock to pairs of the same product: numbers of both, lane, cost of a piece."""

    giver: Whole
    taker: Whole
    lane: Whole
    cost: Floats


def ways_between(arrays: Arrays) -> Ways:
    """All ways in a case of one period, sorted by giver."""
    pairs, lanes, extents = arrays.pairs, arrays.transfer_lanes, extents_of(arrays)
    width = len(arrays.product_names)
    key = pairs.store * width + pairs.product
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    gives = np.flatnonzero((pairs.opening > 0) & extents.moves[:, 0])
    by_store = np.argsort(pairs.store[gives], kind="stable")
    gives = gives[by_store]
    start = np.searchsorted(pairs.store[gives], lanes.giver, side="left")
    stop = np.searchsorted(pairs.store[gives], lanes.giver, side="right")
    count = stop - start
    lane = np.repeat(np.arange(lanes.giver.size), count)
    first = np.repeat(start - np.concatenate([[0], np.cumsum(count)[:-1]]) if count.size else start, count)
    giver = gives[first + np.arange(lane.size)]
    wanted = lanes.taker[lane] * width + pairs.product[giver]
    place = np.minimum(np.searchsorted(ordered, wanted), max(ordered.size - 1, 0))
    known = ordered[place] == wanted if lane.size else np.zeros(0, dtype=bool)
    giver, taker, lane = giver[known], order[place[known]], lane[known]
    able = extents.may[taker, 0] & extents.moves[taker, 0]
    giver, taker, lane = giver[able], taker[able], lane[able]
    return Ways(giver, taker, lane, lanes.cost[lane])


def hand_over(arrays: Arrays, worth: Worth, ways: Ways, decisions: Decisions) -> Decisions:
    """Replace shipments of single pieces by pieces that would be taken back, the most saving first.

    A piece handed over costs its way and what taking it back would bring; a piece shipped costs its goods and its
    route.
    """
    outcome = outcome_of(arrays, decisions)
    spare = np.rint(outcome.returned[:, 0]).astype(np.int64)
    pack = arrays.pack[arrays.pairs.product]
    routes = decisions.routes
    best = np.full(arrays.pairs.count, -1, dtype=np.int64)
    dear = np.argsort(arrays.lanes.cost[routes.lane], kind="stable")
    best[routes.pair[dear]] = dear
    useful = np.flatnonzero((spare[ways.giver] > 0) & (best[ways.taker] >= 0) & (pack[ways.taker] == 1))
    if not useful.size:
        return decisions
    giver, taker = ways.giver[useful], ways.taker[useful]
    saved = -worth.goods[taker] - worth.ways * arrays.lanes.cost[routes.lane[best[taker]]]
    saved += worth.ways * ways.cost[useful] - (worth.taken_back[giver] + worth.returned)
    pieces = routes.pieces.copy()
    moved = _moved(
        arrays, ways, useful[saved > 0][np.argsort(-saved[saved > 0], kind="stable")], (spare, best, pieces)
    )
    chosen = np.flatnonzero(moved)
    returned = decisions.returned.copy()
    np.subtract.at(returned[:, 0], ways.giver[chosen], moved[chosen])
    returned[~decisions.carried] = 0.0
    left = pieces > 0
    return replace(
        decisions,
        returned=np.maximum(returned, 0.0),
        routes=Routes(routes.lane[left], routes.pair[left], routes.period[left], pieces[left]),
        transfers=Transfers(
            ways.lane[chosen], ways.giver[chosen], ways.taker[chosen],
            np.zeros(chosen.size, dtype=np.int64), moved[chosen].astype(np.float64),
        ),
    )  # fmt: skip


def _moved(arrays: Arrays, ways: Ways, order: Whole, state: tuple[Whole, Whole, Whole]) -> Whole:
    """Pieces handed over on each way, the ways taken in order; spare and shipped pieces are used up in place."""
    spare, best, shipped = state
    lanes = arrays.transfer_lanes
    room = np.where(np.isfinite(lanes.capacity), np.floor(lanes.capacity), 2**31).astype(np.int64)
    most_in = arrays.rules.max_transfer_in
    taking = np.full(len(arrays.store_names), 2**31 if most_in is None else most_in, dtype=np.int64)
    moved = np.zeros(ways.giver.size, dtype=np.int64)
    for way in order.tolist():
        giver, taker, lane = int(ways.giver[way]), int(ways.taker[way]), int(ways.lane[way])
        store, route = int(lanes.taker[lane]), int(best[taker])
        pieces = min(int(spare[giver]), int(shipped[route]), int(room[lane]), int(taking[store]))
        if pieces > 0:
            moved[way] = pieces
            spare[giver] -= pieces
            shipped[route] -= pieces
            room[lane] -= pieces
            taking[store] -= pieces
    return moved
