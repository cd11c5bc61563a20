"""The levels of the pairs as columns: a chain of binaries for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.value import pieces_at

if TYPE_CHECKING:
    from provisor.allocation.kernel.problem import KernelProblem
    from provisor.allocation.kernel.scope import Scope
    from provisor.allocation.kernel.stated import Index, Statement


@dataclass(frozen=True)
class Chains:
    """What stands behind the columns of levels.

    Attributes:
        place_of: (pairs,) place.
        pair, level: By column, the pair and the level it reaches.
        item, place: By column.
        more: By column, pieces shown beyond those of the level below.
        step: The columns.
    """

    place_of: Index
    pair: Index
    level: Index
    item: Index
    place: Index
    more: Index
    step: Index


def add_chains(out: Statement, problem: KernelProblem, scope: Scope) -> Chains:
    """One binary for each level above the lowest, none without the one below it."""
    pairs = problem.pairs
    count = (scope.high - scope.low).astype(np.int64)
    pair = np.repeat(np.arange(pairs.count), count)
    ends = np.cumsum(count)
    level = np.arange(pair.size) - np.repeat(ends - count, count) + 1 + scope.low[pair]
    gain = pairs.gain[pairs.start[pair] + level].astype(np.float64)
    step = out.add_columns(np.zeros(pair.size), np.ones(pair.size), gain, whole=True)
    follows = np.flatnonzero(level > scope.low[pair] + 1)
    row = np.arange(follows.size)
    out.add_rows(
        np.full(row.size, -np.inf), np.zeros(row.size),
        (row, step[follows], 1.0), (row, step[follows - 1], -1.0),
    )  # fmt: skip
    place_of = np.searchsorted(pairs.place_start, np.arange(pairs.count), side="right") - 1
    more = pieces_at(pairs, pair, level) - pieces_at(pairs, pair, level - 1)
    return Chains(place_of, pair, level, pairs.item[pair].astype(np.int64), place_of[pair], more, step)
