"""Stock that stores may pass on to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.extents import extents_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays

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
