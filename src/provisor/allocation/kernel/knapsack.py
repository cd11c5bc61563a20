"""Compiled knapsacks: which pairs of a place are worth most within its capacity, by dynamic programming.

Weights and capacities are whole numbers, so that a table of the best value by capacity used is exact. All loops take
the pairs of all places at once, as flat lists sorted by place.
"""

# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN001, ANN202 - compiled for the types they are called with
# ruff: noqa: PLR0913, PLR0917 - calls between compiled functions compile long
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.jit import maker
from provisor.allocation.kernel.side_by_side import side_by_side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.problem import Flags, Floats


def fill(
    start: NDArray[np.int64], net: Floats, weight: NDArray[np.int64], capacity: NDArray[np.int64]
) -> tuple[Floats, Flags]:
    """Fill every place as well as can be.

    Args:
        start: (places + 1,) pairs of place p are ``start[p] .. start[p + 1] - 1``.
        net: (pairs,) $ that holding the pair brings.
        weight: (pairs,) what it takes, at least 0.
        capacity: (places,) what there is.

    Returns:
        (places,) $ of the best choice, and (pairs,) whether the pair is in it.

    >>> fill(np.array([0, 3]), np.array([6.0, 5.0, 5.0]), np.array([3, 2, 2]), np.array([4]))
    (array([10.]), array([False,  True,  True]))
    """
    value, chosen = np.zeros(capacity.size), np.zeros(net.size, np.bool_)
    side_by_side(_fill, capacity.size, start, net, weight, capacity, value, chosen)
    return value, chosen


def prices_of_choice(
    start: NDArray[np.int64], net: Floats, weight: NDArray[np.int64], capacity: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """(pairs,) $ by which its place's best choice is worth less if the pair has to be held, and if it may not be.

    >>> prices_of_choice(np.array([0, 3]), np.array([6.0, 5.0, 5.0]), np.array([3, 2, 2]), np.array([4]))
    (array([4., 0., 0.]), array([0., 4., 4.]))
    """
    held, left = np.zeros(net.size), np.zeros(net.size)
    side_by_side(_prices, capacity.size, start, net, weight, capacity, held, left)
    return held, left


@maker
def _wanted(net, weight, capacity, first, last):
    """Pairs that bring something and fit by themselves, and what they weigh together."""
    pair = np.empty(last - first, np.int64)
    count, total = 0, 0
    for e in range(first, last):
        if net[e] > 0.0 and weight[e] <= capacity:
            pair[count] = e
            count += 1
            total += weight[e]
    return pair[:count], total


@maker
def _fill(begin, end, start, net, weight, capacity, value, chosen):
    for p in range(begin, end):
        room = capacity[p]
        pair, total = _wanted(net, weight, room, start[p], start[p + 1])
        if total <= room:
            for k in range(pair.size):
                chosen[pair[k]] = True
                value[p] += net[pair[k]]
            continue
        best = np.zeros(room + 1)
        taken = np.zeros((pair.size, room + 1), np.bool_)
        for k in range(pair.size):
            gain, size = net[pair[k]], weight[pair[k]]
            for used in range(room, size - 1, -1):
                more = best[used - size] + gain
                if more > best[used]:
                    best[used] = more
                    taken[k, used] = True
        value[p] = best[room]
        used = room
        for k in range(pair.size - 1, -1, -1):
            if taken[k, used]:
                chosen[pair[k]] = True
                used -= weight[pair[k]]


@maker
def _prices(begin, end, start, net, weight, capacity, held, left):
    for p in range(begin, end):
        room = capacity[p]
        pair, _ = _wanted(net, weight, room, start[p], start[p + 1])
        before, after = _tables(pair, net, weight, room)
        best = before[pair.size, room]
        for e in range(start[p], start[p + 1]):
            held[e] = best - before[pair.size, room - weight[e]] - net[e] if weight[e] <= room else np.inf
        for k in range(pair.size):
            e = pair[k]
            without, rest = 0.0, -np.inf
            for used in range(room + 1):
                without = max(without, before[k, used] + after[k + 1, room - used])
                if used <= room - weight[e]:
                    rest = max(rest, before[k, used] + after[k + 1, room - weight[e] - used])
            left[e] = best - without
            held[e] = best - rest - net[e]


@maker
def _tables(pair, net, weight, room):
    """Best value of the first k pairs, and of those from k on, by capacity."""
    count = pair.size
    before, after = np.zeros((count + 1, room + 1)), np.zeros((count + 1, room + 1))
    for k in range(count):
        a, b = pair[k], pair[count - 1 - k]
        for used in range(room + 1):
            before[k + 1, used] = before[k, used]
            after[count - 1 - k, used] = after[count - k, used]
            if used >= weight[a]:
                before[k + 1, used] = max(before[k + 1, used], before[k, used - weight[a]] + net[a])
            if used >= weight[b]:
                after[count - 1 - k, used] = max(
                    after[count - 1 - k, used], after[count - k, used - weight[b]] + net[b]
                )
    return before, after
