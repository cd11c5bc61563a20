"""A choice made better: the linear problem of the levels near the prices, rounded, then store after store decided anew.

Few pairs of the linear problem are in part held; its whole levels with the rest given out again are a better choice
than one led by the prices alone. What rounding left over is found a place by freeing the near levels of some places at
a time, two such parts side by side.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.contest import completed, near
from provisor.allocation.kernel.exact import state_model
from provisor.allocation.kernel.layout import lay_out
from provisor.allocation.kernel.parts import groups_of, joined, shared_out
from provisor.allocation.kernel.rows import Rows
from provisor.allocation.kernel.scope import Scope
from provisor.engine import worker
from provisor.engine.backends.common import FEASIBLE
from provisor.engine.neighbourhood import Neighbourhood, fix_and_optimise_side_by_side
from provisor.engine.reduction import without_fixed
from provisor.engine.result import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from provisor.allocation.kernel.layout import Layout
    from provisor.allocation.kernel.problem import Floats, KernelProblem
    from provisor.allocation.kernel.result import Holding

    Levels = NDArray[np.int16]

LEVEL_SHARE, LEAST_LEVELS = 0.55, 8_000
"""Levels of the linear problem by pair, and how many there are at least."""

PAIRS = 22_500
"""Pairs of a part that is stated as one."""

PART_LEAST = 3.5
"""Seconds that a part gets at least: parts that come too late for that are left as they are."""

LINEAR_SHARE = 0.75
"""Share of the time that the linear problem may take."""

ROUND_SHARE = 0.6
"""Share of the time left in which it is rounded."""

FIRST_CLOSE = 0.01
"""Levels are free first that cost the linear problem at most so much of what a pair is usually worth."""

PART = 800
"""Levels that are free at a time."""

PART_SECONDS = 6.0
"""Wall-clock limit of one part."""

PART_GAP = 2e-6
"""Gap, as a share of the whole, at which a part is decided."""

ROUND_GAP = 5e-5
"""The same for the rounding."""

WHOLE = 1e-6
"""A column this near to a whole number is one."""


@dataclass(frozen=True)
class Task:
    """What is to be made better, and with what.

    Attributes:
        problem: The problem.
        layout: The same.
        price: (rows,) prices as the pairs meet them.
        best: A choice.
        unit: $ that a pair is usually worth.
        solver: Back end.
        processes: Parts decided at once.
        seed: Of the order of the places.
    """

    problem: KernelProblem
    layout: Layout
    price: Floats
    best: Holding
    unit: float
    solver: str
    processes: int
    seed: int


def polished(task: Task, seconds: float, enough: Callable[[Holding], bool]) -> Holding:
    """The best choice found until the time is up or ``enough(holding)``."""
    return _Polish(task, seconds, enough).run()


def polished_by_parts(task: Task, seconds: float, enough: Callable[[Holding], bool]) -> Holding:
    """The same for problems too large to be stated as one: parts of their places, some side by side."""
    until, random, best = perf_counter() + seconds, np.random.default_rng(task.seed), task.best
    while True:
        groups = groups_of(task.problem, PAIRS, random)
        for first in range(0, len(groups), task.processes):
            batches_left = -(-(len(groups) - first) // task.processes)
            left = until - perf_counter()
            if left < PART_LEAST:
                return best
            share = max(left / batches_left, PART_LEAST)
            best = _side_by_side(task, best, groups[first : first + task.processes], share, random)
            if enough(best):
                return best


def _side_by_side(
    task: Task, best: Holding, groups: list[NDArray[np.bool_]], seconds: float, random: np.random.Generator
) -> Holding:
    """Parts decided at once, each in a process of its own, and joined."""
    until, made = perf_counter() + seconds, []
    parts = shared_out(task.problem, best, groups, random)
    for part in parts:
        layout = lay_out(part.problem, Rows(part.problem))
        own = replace(task, problem=part.problem, layout=layout, best=part.best, processes=1)
        made.append(_Polish(own, until - perf_counter(), lambda _: False))
    with ThreadPoolExecutor(len(made)) as pool:
        found = list(pool.map(_Polish.run, made))
    return joined(task.problem, best, list(zip(parts, found, strict=True)))


class _Polish:
    def __init__(self, task: Task, seconds: float, enough: Callable[[Holding], bool]) -> None:
        self.until = perf_counter() + seconds
        self.task, self.enough, self.best = task, enough, task.best
        most = max(LEAST_LEVELS, int(LEVEL_SHARE * task.problem.pairs.count))
        levels = near(task.layout, task.price, np.inf, most)
        low, high = np.minimum(levels[0], self.best.level), np.maximum(levels[1], self.best.level)
        routed = np.ones(low.size, np.bool_)
        self.model = state_model(task.problem, Scope(low, high, routed, self.best.sent, self.best.passed))
        self.pair_of = self._pairs_of_columns()

    @property
    def left(self) -> float:
        """Seconds left, a little at least."""
        return max(0.1, self.until - perf_counter())

    def run(self) -> Holding:
        task, stated = self.task, self.model.stated
        linear = worker.solve(stated.relaxed(), Limits(LINEAR_SHARE * self.left, seed=task.seed), task.solver)
        if linear.x is None or linear.reduced_costs is None:
            return self.best
        cost = np.abs(linear.reduced_costs)
        x = self._rounded(linear.x, again=False)
        if x is None:
            x = self._rounded(linear.x, again=True)
        if x is None or stated.violation(x) > FEASIBLE:
            x = completed(self.model, self.best, Limits(self.left))
        if x is None or stated.violation(x) > FEASIBLE:
            return self.best
        self._offer(x)
        rounds = fix_and_optimise_side_by_side(
            stated, x, self._parts(cost), Limits(PART_SECONDS, PART_GAP, 1, task.seed),
            seconds=self.left, processes=task.processes, solver=task.solver,
        )  # fmt: skip
        for done in rounds:
            if done.improved:
                self._offer(done.x)
            if self.enough(self.best):
                break
        return self.best

    def _offer(self, x: Floats) -> None:
        found = self.model.holding(x)
        if found.value > self.best.value:
            self.best = found

    def _rounded(self, x: Floats, *, again: bool) -> Floats | None:
        """Decide what is not whole in a solution of the linear problem.

        Args:
            x: The solution.
            again: Whether all pieces of the items in question may come from elsewhere, which is more to decide, and
                finds a way where whole packs have none.
        """
        stated, pairs = self.model.stated, self.task.problem.pairs
        free = stated.integer & (np.abs(x - np.round(x)) > WHOLE)
        inside, items = self.pair_of[free], np.zeros(pairs.items, np.bool_)
        items[pairs.item[inside[inside < pairs.count]]] = again
        held = stated.integer & ~self._with_ways(free, np.append(items[pairs.item], False))
        reduced = without_fixed(stated, held, np.where(held, np.round(x), x))
        limits = Limits(ROUND_SHARE * self.left, ROUND_GAP, self.task.processes, self.task.seed)
        found = worker.solve(reduced.problem, limits, self.task.solver)
        return None if found.x is None else reduced.expand(found.x)

    def _parts(self, cost: Floats) -> Iterator[Neighbourhood]:
        """Places in random order, so many at a time that there is enough to decide; ever more levels are free."""
        random, pairs = np.random.default_rng(self.task.seed), self.task.problem.pairs
        place = np.repeat(np.arange(pairs.places), np.diff(pairs.place_start))
        steps = self.model.step_pair
        within = FIRST_CLOSE * self.task.unit
        while True:
            close = cost[: steps.size] <= within
            count = np.bincount(place[steps[close]], minlength=pairs.places)
            order = random.permutation(pairs.places)
            part = np.empty(pairs.places, np.int64)
            part[order] = np.cumsum(count[order]) // PART
            for number in range(int(part.max()) + 1):
                free = np.zeros(self.model.stated.cost.size, np.bool_)
                free[: steps.size] = close & (part[place[steps]] == number)
                yield Neighbourhood(f"{int((part == number).sum())} places", self._with_ways(free))
            if close.all() and number == 0:
                return
            within *= 2.0

    def _with_ways(self, free: NDArray[np.bool_], also: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
        """The columns, and those of all ways and passes to their pairs, and to others (by pair) if they are given."""
        mine = np.zeros(self.task.problem.pairs.count + 1, np.bool_) if also is None else also.copy()
        mine[self.pair_of[free]] = True
        mine[-1] = False
        ways = np.arange(free.size) >= self.model.step_pair.size
        return free | (ways & mine[self.pair_of])

    def _pairs_of_columns(self) -> NDArray[np.int64]:
        """(columns,) pair of each level, way and pass; the number of pairs for other columns."""
        model, pairs, passes = self.model, self.task.problem.pairs, self.task.problem.passes
        pair_of = np.full(model.stated.cost.size, pairs.count)
        pair_of[: model.step_pair.size] = model.step_pair
        pair_of[model.way_start : model.way_start + model.way_pair.size] = model.way_pair
        if passes is not None:
            taker = np.repeat(np.arange(pairs.count), np.diff(passes.start))
            pair_of[model.pass_start : model.pass_start + model.passes.size] = taker[model.passes]
        return pair_of
