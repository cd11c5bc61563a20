"""Problems whose places are knapsacks: one hard limit of whole weights by place, limits by item across the places.

With prices on the items each place is a knapsack, decided exactly. The dual over those prices is closer than that of
:mod:`dual`, which decides every pair alone, because it keeps what does not fit side by side. What holding or leaving a
pair costs its knapsack tells which pairs are still in question; the engine decides those.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.contest import Contest, decide
from provisor.allocation.kernel.knapsack import fill, prices_of_choice
from provisor.allocation.kernel.scope import Scope
from provisor.allocation.kernel.volume import average_down
from provisor.engine.result import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from provisor.allocation.kernel.problem import Floats, KernelProblem, PlaceLimit
    from provisor.allocation.kernel.result import Holding
    from provisor.allocation.kernel.rows import Rows
    from provisor.allocation.kernel.volume import Centre

CELLS = 50_000_000
"""Most entries of all tables together, pairs times capacity; beyond it the pairs decide alone."""

DUAL_SHARE = 0.4
"""Share of the time left for the prices."""

NEXT = 3
"""Whole values below the bound that are tried one after the other."""

PARTS = (2.5, 5.0, 10.0, 20.0, 1e9)
"""Pairs stated in one part after the other, as multiples of the number of items."""

PART_SHARE = 0.4
"""Share of the time left that one part may take, unless it is all that is in question."""

WHOLE = 1e-6
"""A bound on a whole number may be off by this before it is rounded down."""


@dataclass(frozen=True)
class Packing:
    """The places as knapsacks.

    Attributes:
        worth: (pairs,) $ of holding the pair at its best level; -inf where it cannot be.
        level: (pairs,) that level.
        weight: (pairs,) what it takes.
        capacity: (places,) what there is.
        rows: (limits, pairs) row of each item limit that the pair counts in; ``row_count`` for none.
        row_count: Number of rows.
    """

    worth: Floats
    level: NDArray[np.int16]
    weight: NDArray[np.int64]
    capacity: NDArray[np.int64]
    rows: NDArray[np.int64]
    row_count: int

    def net(self, price: Floats) -> Floats:
        """(pairs,) $ of holding the pair at the prices."""
        paid = np.append(price, 0.0)[self.rows].sum(axis=0)
        return np.asarray(self.worth - paid)

    def amounts(self, chosen: NDArray[np.bool_]) -> Floats:
        """(rows,) what the pairs chosen use."""
        return np.bincount(self.rows[:, chosen].ravel(), minlength=self.row_count + 1)[:-1].astype(float)


@dataclass(frozen=True)
class Packed:
    """What came of it.

    Attributes:
        holding: Best choice found, or None.
        bound: Proven bound.
        price: (rows,) prices at which it was found.
        steps: Evaluations of the dual.
        proof: What proves the bound.
    """

    holding: Holding | None
    bound: float
    price: Floats
    steps: int
    proof: str


def as_packing(problem: KernelProblem, rows: Rows) -> Packing | None:
    """The places as knapsacks, or None where the problem says more than that."""
    pairs = problem.pairs
    if problem.sources is not None or problem.coverages or pairs.held is not None:
        return None
    if len(problem.place_limits) != 1 or not _is_knapsack(problem.place_limits[0]):
        return None
    limit = problem.place_limits[0]
    weight = np.ones(pairs.count) if limit.weight is None else limit.weight
    weight = weight if limit.per_pair or limit.weight is None else weight[pairs.item]
    capacity = np.floor(limit.upper.ravel() + WHOLE)
    if np.any(weight != np.round(weight)) or capacity @ np.diff(pairs.place_start) > CELLS:
        return None
    worth, level = _best_levels(problem)
    place = np.repeat(np.arange(pairs.places), np.diff(pairs.place_start))
    counted = np.full((len(problem.item_limits), pairs.count), rows.count)
    for index, (family, item_limit) in enumerate(zip(rows.item, problem.item_limits, strict=True)):
        column = item_limit.place_class[place].astype(np.int64)
        row = family.start + pairs.item.astype(np.int64) * family.shape[1] + column
        counted[index] = np.where(column >= 0, row, rows.count)
    return Packing(worth, level, weight.astype(np.int64), capacity.astype(np.int64), counted, rows.count)


def _is_knapsack(limit: PlaceLimit) -> bool:
    return bool(
        limit.per == "styles"
        and limit.upper.shape[1] == 1
        and np.all(limit.item_class == 0)
        and np.all(np.isneginf(limit.lower))
        and np.all(np.isfinite(limit.upper) & (limit.upper >= 0))
        and np.isposinf(limit.over_price)
        and limit.share is None
        and limit.band is None
    )


def _best_levels(problem: KernelProblem) -> tuple[Floats, NDArray[np.int16]]:
    """What holding each pair brings at most, and at which level."""
    pairs = problem.pairs
    count = np.diff(pairs.start)
    worth, level = np.full(pairs.count, -np.inf), np.full(pairs.count, -1, np.int16)
    some = np.flatnonzero(count)
    first = pairs.start[some]
    later = np.ones(pairs.gain.size, np.bool_)
    later[first] = False
    rising = later & (pairs.gain > 0)  # gains fall from the second step on
    if some.size:
        worth[some] = np.add.reduceat(np.where(later & ~rising, 0.0, pairs.gain.astype(np.float64)), first)
        level[some] = np.add.reduceat(rising.astype(np.int16), first)
    return worth, level


def is_whole(problem: KernelProblem) -> bool:
    """Whether the value of every choice of a packing is a whole number."""
    numbers = [problem.pairs.gain, np.array([problem.pairs.constant])]
    for limit in problem.item_limits:
        numbers += [limit.lower, limit.upper, np.array([limit.under_price, limit.over_price])]
    return all(bool(np.all(np.isinf(part) | (part == np.round(part)))) for part in numbers)


def pack(
    problem: KernelProblem,
    rows: Rows,
    packing: Packing,
    price: Floats,
    best: Holding | None,
    limits: Limits,
    solver: str,
) -> Packed:
    """Prices, proven bound and a choice.

    Args:
        problem: The problem.
        rows: Its limits.
        packing: The same as knapsacks.
        price: (rows,) prices to start from; those of the places' own limits are left out.
        best: A choice to start from, or None.
        limits: Limits of the solve.
        solver: Back end that decides what is in question.
    """
    return _Pack(problem, rows, packing, best, limits, solver).run(price)


class _Pack:
    def __init__(
        self,
        problem: KernelProblem,
        rows: Rows,
        packing: Packing,
        best: Holding | None,
        limits: Limits,
        solver: str,
    ) -> None:
        self.until = perf_counter() + limits.seconds
        self.problem, self.rows, self.packing = problem, rows, packing
        self.best, self.limits, self.solver = best, limits, solver
        self.whole = is_whole(problem)
        self.start = problem.pairs.place_start
        self.bound = np.inf
        self.proof = "prices on the items, each place a knapsack decided exactly"

    @property
    def left(self) -> float:
        return self.until - perf_counter()

    @property
    def close(self) -> bool:
        if self.best is None:
            return False
        return self.bound - self.best.value <= self.limits.gap * max(abs(self.best.value), 1e-9)

    def run(self, price: Floats) -> Packed:
        price = price.copy()
        price[self.rows.place[0].slice] = 0.0
        prices_until = perf_counter() + DUAL_SHARE * self.left
        centre = average_down(
            self.rows,
            price,
            self._value_at,
            lambda now: perf_counter() > prices_until or self._met(now.bound),
        )
        self.bound = self._rounded(centre.bound)
        for contest, outside in self._contests(centre):
            if self.close or self.left < 0.2:
                break
            self._decide(contest, outside)
        return Packed(self.best, self.bound, centre.price, centre.steps, self.proof)

    def _met(self, bound: float) -> bool:
        return self.best is not None and self._rounded(bound) <= self.best.value

    def _rounded(self, bound: float) -> float:
        return float(np.floor(bound + WHOLE)) if self.whole else bound

    def _value_at(self, price: Floats) -> tuple[float, Floats]:
        packing = self.packing
        value, chosen = fill(self.start, packing.net(price), packing.weight, packing.capacity)
        constant = self.problem.pairs.constant + self.rows.rounding
        return float(value.sum()) + self.rows.limit_value(price) + constant, packing.amounts(chosen)

    def _contests(self, centre: Centre) -> Iterator[tuple[Contest, float]]:
        """Ever more pairs in question, the closest calls first, with a bound on all choices outside."""
        packing = self.packing
        held, left = prices_of_choice(self.start, packing.net(centre.price), packing.weight, packing.capacity)
        for slack in self._slacks(centre, held):
            low = np.where(left > slack, packing.level, -1).astype(np.int16)
            high = np.maximum(low, np.where(held <= slack, packing.level, -1).astype(np.int16))
            value = -np.inf if self.best is None else self.best.value
            yield Contest(self._scope(low, high), centre.bound - slack <= value), centre.bound - slack

    def _slacks(self, centre: Centre, held: Floats) -> Iterator[float]:
        """What a pair in question may cost: what one of the next whole values leaves, or a part's number of pairs."""
        ranked = np.sort(held)
        parts = [ranked[min(ranked.size - 1, int(part * self.problem.pairs.items))] for part in PARTS]
        if self.whole:
            first = centre.bound - self.bound + WHOLE
            parts += [slack for slack in first + np.arange(NEXT) if slack < parts[0]]
        for slack in np.sort(parts):
            value = -np.inf if self.best is None else self.best.value
            yield float(min(slack, centre.bound - value))

    def _scope(self, low: NDArray[np.int16], high: NDArray[np.int16]) -> Scope:
        if self.best is not None:
            low, high = np.minimum(low, self.best.level), np.maximum(high, self.best.level)
        none = np.zeros(0, np.int32)
        return Scope(low, high, np.ones(low.size, np.bool_), np.zeros((low.size, 0), np.int32), none)

    def _decide(self, contest: Contest, outside: float) -> None:
        share = 1.0 if contest.whole else PART_SHARE
        limits = Limits(share * self.left, self.limits.gap / 10, self.limits.threads, self.limits.seed)
        slight = max(WHOLE, 0.9 * self.limits.gap) * max(1.0, abs(self.bound))
        enough = self.bound - slight
        holding, bound, solver = decide(self.problem, contest, self.best, limits, self.solver, enough)
        if holding is not None and (self.best is None or holding.value > self.best.value):
            self.best = holding
        if bound is None:
            return
        value = -np.inf if self.best is None else self.best.value
        proven = self._rounded(max(bound, outside, value))
        if proven < self.bound:
            self.bound = proven
            self.proof = f"each place a knapsack at prices on the items; exact model of what is in question by {solver}"
