"""Fix-and-optimise: free some columns of a plan, fix the other whole ones, solve, keep what is better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.backends.common import FEASIBLE
from provisor.engine.reduction import Reduced, without_fixed
from provisor.engine.result import Limits, SolveStatus
from provisor.engine.worker import Running, solve, submit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from provisor.engine.backends.watch import Stop
    from provisor.engine.problem import Flags, Floats, Problem

_BETTER = 1e-9
_LOOK = 0.05


@dataclass(frozen=True)
class Neighbourhood:
    """What one round may change.

    Attributes:
        name: For progress, in a few words.
        free: Columns that may change; those without whole values may always.
    """

    name: str
    free: Flags


@dataclass(frozen=True)
class Round:
    """What came of one neighbourhood.

    Attributes:
        name: Name of the neighbourhood.
        status: How its solve ended.
        objective: Objective of the best solution after it.
        improved: Whether it found a better one.
        seconds: Wall-clock seconds since the search began.
        x: Best solution after it.
    """

    name: str
    status: SolveStatus
    objective: float
    improved: bool
    seconds: float
    x: Floats


@dataclass
class _Search:
    problem: Problem
    x: Floats
    solver: str

    def __post_init__(self) -> None:
        self.objective = self.problem.objective(self.x)
        self.began = perf_counter()

    @property
    def seconds(self) -> float:
        return perf_counter() - self.began

    def round(self, neighbourhood: Neighbourhood, limits: Limits, stop: Stop | None) -> Round:
        """Solve one neighbourhood and keep its solution if it is better."""
        held = self.problem.integer & ~neighbourhood.free
        reduced = without_fixed(self.problem, held, np.where(held, np.round(self.x), self.x))
        start = reduced.shrink(self.x)
        result = solve(reduced.problem, limits, self.solver, start, stop=stop)
        improved = result.x is not None and self._accept(reduced.expand(result.x))
        return Round(neighbourhood.name, result.status, self.objective, improved, self.seconds, self.x)

    def pair(self, pair: tuple[Neighbourhood, Neighbourhood], limits: Limits, stop: Stop | None) -> Round:
        """Solve two neighbourhoods side by side, and keep the best of either and both together."""
        before, runs = self.x, [self._submitted(neighbourhood, limits) for neighbourhood in pair]
        found: list[Floats] = []
        for running, reduced in runs:
            while not running.wait(_LOOK):
                if stop is not None and stop():
                    running.cancel()
            result = running.result()
            if result.x is not None:
                found.append(reduced.expand(result.x))
        helped = [self.problem.objective(candidate) < self.objective for candidate in found]
        improved = [self._accept(candidate) for candidate in found]
        if all(helped) and len(helped) > 1:
            improved.append(self._accept_joined(before, pair, found, limits))
        name = f"{pair[0].name} and {pair[1].name}"
        return Round(name, SolveStatus.LIMIT, self.objective, any(improved), self.seconds, self.x)

    def _submitted(self, neighbourhood: Neighbourhood, limits: Limits) -> tuple[Running, Reduced]:
        held = self.problem.integer & ~neighbourhood.free
        reduced = without_fixed(self.problem, held, np.where(held, np.round(self.x), self.x))
        return submit(reduced.problem, limits, self.solver, reduced.shrink(self.x)), reduced

    def _accept_joined(
        self,
        before: Floats,
        pair: tuple[Neighbourhood, Neighbourhood],
        found: list[Floats],
        limits: Limits,
    ) -> bool:
        """Try the whole values that each found for its own columns, together; those of both are decided anew."""
        whole, both = self.problem.integer, pair[0].free & pair[1].free
        joined = before.copy()
        for neighbourhood, x in zip(pair, found, strict=True):
            joined[neighbourhood.free & whole] = x[neighbourhood.free & whole]
        held = whole & ~both
        reduced = without_fixed(self.problem, held, np.where(held, np.round(joined), joined))
        result = solve(reduced.problem, limits, self.solver)
        return result.x is not None and self._accept(reduced.expand(result.x))

    def _accept(self, x: Floats) -> bool:
        whole = np.where(self.problem.integer, np.round(x), x)
        for candidate in (whole, x):
            objective = self.problem.objective(candidate)
            better = objective < self.objective - _BETTER * max(1.0, abs(self.objective))
            if better and self.problem.violation(candidate) <= FEASIBLE:
                self.x, self.objective = candidate, objective
                return True
        return False


def fix_and_optimise(
    problem: Problem,
    x: Floats,
    neighbourhoods: Iterable[Neighbourhood],
    limits: Limits,
    *,
    seconds: float,
    solver: str = "highs",
    stop: Stop | None = None,
) -> Iterator[Round]:
    """Improve a solution by one neighbourhood after another; yields after each, the last holds the best.

    Args:
        problem: What to solve.
        x: A solution.
        neighbourhoods: Taken one at a time, so a generator may choose the next by what came of the last.
        limits: Of each round; its seconds are cut to what is left of the whole.
        seconds: Wall-clock limit of the whole.
        solver: Name of the back end.
        stop: Asked many times a second; true ends the search.

    Raises:
        ValueError: ``x`` is not a solution.
        SolverError: The solver refused an option.
    """
    violation = problem.violation(x)
    if not violation <= FEASIBLE:
        raise ValueError(
            f"the search starts from a solution; this one violates the problem by {violation:.3g}"
        )
    search = _Search(problem, x, solver)
    for neighbourhood in neighbourhoods:
        left = seconds - search.seconds
        if left <= 0 or (stop is not None and stop()):
            return
        yield search.round(neighbourhood, replace(limits, seconds=min(limits.seconds, left)), stop)


def fix_and_optimise_in_pairs(
    problem: Problem,
    x: Floats,
    pairs: Iterable[tuple[Neighbourhood, Neighbourhood]],
    limits: Limits,
    *,
    seconds: float,
    solver: str = "highs",
    stop: Stop | None = None,
) -> Iterator[Round]:
    """Like :func:`fix_and_optimise`, two neighbourhoods at a time, each in a process of its own.

    What each finds alone is joined with the whole values of both, and those columns that both free are decided anew, so
    these should be few; the best of the three is kept.

    Raises:
        ValueError: ``x`` is not a solution.
        SolverError: The solver refused an option.
    """
    violation = problem.violation(x)
    if not violation <= FEASIBLE:
        raise ValueError(
            f"the search starts from a solution; this one violates the problem by {violation:.3g}"
        )
    search = _Search(problem, x, solver)
    for pair in pairs:
        left = seconds - search.seconds
        if left <= 0 or (stop is not None and stop()):
            return
        yield search.pair(pair, replace(limits, seconds=min(limits.seconds, left)), stop)
