"""Fix-and-optimise: free some columns of a plan, fix the other whole ones, solve, keep what is better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.backends.common import FEASIBLE
from provisor.engine.reduction import Reduced, without_fixed
from provisor.engine.worker import Running, solve, submit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from provisor.engine.backends.watch import Stop
    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.engine.result import Limits, SolveStatus

_BETTER = 1e-9
_LOOK = 0.05
_MOST_WAITING = 6
STEP_OPTIONS: dict[str, dict[str, bool | int | float | str]] = {
    "highs": {
        "mip_heuristic_run_rens": False,
        "mip_heuristic_run_rins": False,
        "mip_heuristic_run_root_reduced_cost": False,
        "mip_heuristic_run_feasibility_jump": False,
        "mip_heuristic_run_zi_round": False,
        "mip_allow_restart": False,
        "mip_pscost_minreliable": 0,
    }
}
"""By back end, what makes it branch at once.

A step is a small problem that starts from a good solution; looking for others, or trying branches before one is taken,
costs most of its time. Measured, it improves twice as much in the same time without."""

_LITTLE = 0.2
"""Share of a neighbourhood's columns that another one being solved at the same time may change too."""


@dataclass(frozen=True, eq=False)
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


def _stepping(limits: Limits, solver: str) -> Limits:
    return replace(limits, options={**STEP_OPTIONS.get(solver, {}), **limits.options})


@dataclass(frozen=True, eq=False)
class _Run:
    """A neighbourhood being solved, the solution it is one of, and how often that had changed by then."""

    neighbourhood: Neighbourhood
    running: Running
    reduced: Reduced
    base: Floats
    objective: float
    seen: int


@dataclass
class _Search:
    problem: Problem
    x: Floats
    solver: str

    def __post_init__(self) -> None:
        self.objective = self.problem.objective(self.x)
        self.began = perf_counter()
        self.changed: list[Flags] = []

    @property
    def seconds(self) -> float:
        return perf_counter() - self.began

    def round(self, neighbourhood: Neighbourhood, limits: Limits, stop: Stop | None) -> Round:
        """Solve one neighbourhood and keep its solution if it is better."""
        held = self.problem.integer & ~neighbourhood.free
        reduced = without_fixed(self.problem, held, np.where(held, np.round(self.x), self.x))
        start = reduced.shrink(self.x)
        result = solve(reduced.problem, _stepping(limits, self.solver), self.solver, start, stop=stop)
        improved = result.x is not None and self._accept(reduced.expand(result.x))
        return Round(neighbourhood.name, result.status, self.objective, improved, self.seconds, self.x)

    def submitted(self, neighbourhood: Neighbourhood, limits: Limits) -> _Run:
        """Begin to solve a neighbourhood of the best solution so far in a process of its own."""
        held = self.problem.integer & ~neighbourhood.free
        reduced = without_fixed(self.problem, held, np.where(held, np.round(self.x), self.x))
        stepping = _stepping(limits, self.solver)
        running = submit(reduced.problem, stepping, self.solver, reduced.shrink(self.x))
        return _Run(neighbourhood, running, reduced, self.x, self.objective, len(self.changed))

    def taken(self, run: _Run, limits: Limits) -> Round:
        """Keep what a run found if it is better: as it is, or joined with what others found meanwhile."""
        result = run.running.result()
        improved = False
        if result.x is not None:
            found = run.reduced.expand(result.x)
            better = self.problem.objective(found) < run.objective - _BETTER * max(1.0, abs(run.objective))
            joined = better and run.base is not self.x
            improved = better and (self._accept_joined(run, found, limits) if joined else self._accept(found))
            if improved:
                self.changed = [*self.changed, run.neighbourhood.free]
        return Round(run.neighbourhood.name, result.status, self.objective, improved, self.seconds, self.x)

    def _accept_joined(self, run: _Run, found: Floats, limits: Limits) -> bool:
        """Try the whole values that a run found in the best solution of now; those others changed too, anew."""
        whole, mine = self.problem.integer, run.neighbourhood.free
        others = np.any(self.changed[run.seen :], axis=0)
        joined = np.where(mine & whole, found, self.x)
        held = whole & ~(mine & others)
        reduced = without_fixed(self.problem, held, np.where(held, np.round(joined), joined))
        result = solve(reduced.problem, limits, self.solver)
        alone = result.x is not None and self._accept(reduced.expand(result.x))
        return alone or self._accept(found)

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


def fix_and_optimise_side_by_side(  # noqa: PLR0913 - as its neighbour, and how many
    problem: Problem,
    x: Floats,
    neighbourhoods: Iterable[Neighbourhood],
    limits: Limits,
    *,
    seconds: float,
    processes: int = 2,
    solver: str = "highs",
    stop: Stop | None = None,
) -> Iterator[Round]:
    """Like :func:`fix_and_optimise`, some neighbourhoods at a time, each in a process of its own.

    A process that is done takes the next neighbourhood that has little in common with those being solved. What it
    found is joined with what others found meanwhile: columns that only it may change have its values, those that
    others changed too are decided anew.

    Raises:
        ValueError: ``x`` is not a solution.
        SolverError: The solver refused an option.
    """
    violation = problem.violation(x)
    if not violation <= FEASIBLE:
        raise ValueError(
            f"the search starts from a solution; this one violates the problem by {violation:.3g}"
        )
    search, queue = _Search(problem, x, solver), _Queue(iter(neighbourhoods), problem.integer)
    runs: list[_Run] = []
    try:
        while True:
            ended = stop is not None and stop()
            while len(runs) < processes and seconds > search.seconds and not ended:
                following = queue.next([run.neighbourhood for run in runs])
                if following is None:
                    break
                left = seconds - search.seconds
                runs.append(search.submitted(following, replace(limits, seconds=min(limits.seconds, left))))
            if not runs:
                return
            done = _first_over(runs, stop)
            runs.remove(done)
            yield search.taken(done, limits)
    finally:
        for run in runs:
            run.running.cancel()


def _first_over(runs: list[_Run], stop: Stop | None) -> _Run:
    """The first run that is over; a stop cancels all."""
    while True:
        for run in runs:
            if run.running.wait(_LOOK / len(runs)):
                return run
        if stop is not None and stop():
            for run in runs:
                run.running.cancel()


class _Queue:
    """Neighbourhoods in the order they come, those too close to one being solved put off."""

    def __init__(self, source: Iterator[Neighbourhood], integer: Flags) -> None:
        self._source, self._integer = source, integer
        self._waiting: list[Neighbourhood] = []

    def next(self, solving: list[Neighbourhood]) -> Neighbourhood | None:
        """The next one far from those being solved, or the one that waits longest; none if there are no more."""
        for neighbourhood in self._waiting:
            if not self._close(neighbourhood, solving):
                return self._without(neighbourhood)
        while len(self._waiting) < _MOST_WAITING:
            following = next(self._source, None)
            if following is None:
                break
            if not self._close(following, solving):
                return following
            self._waiting.append(following)
        return self._without(self._waiting[0]) if self._waiting else None

    def _without(self, neighbourhood: Neighbourhood) -> Neighbourhood:
        self._waiting = [other for other in self._waiting if other is not neighbourhood]
        return neighbourhood

    def _close(self, neighbourhood: Neighbourhood, solving: list[Neighbourhood]) -> bool:
        mine = neighbourhood.free & self._integer
        return any((mine & other.free).sum() > _LITTLE * mine.sum() for other in solving)
