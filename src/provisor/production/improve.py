"""Fix-and-optimise on the small problem, told what it does not know as soon as a solution makes use of it.

The small problem takes goods for younger than they can be. Rows for ages and rows for the actual cost are added where a
solution needs them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.backends.common import FEASIBLE
from provisor.engine.neighbourhood import Neighbourhood, Round, fix_and_optimise_side_by_side
from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.production.ages import with_ages
from provisor.production.stated import Stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.planner import SolveOptions
    from provisor.production.actual import Actual

AMOUNTS_SECONDS = 2.0
"""Longest time to make whole what is not yet, with all else that is whole held."""

GRACE = 2.0
"""Seconds after the time given in which the last solution is still made good."""

NEARLY = 1e-6
"""How far a whole value may be from one by rounding errors."""

MOST_ROWS = 20
"""Times in a row that a solution is made good."""


@dataclass
class Improvement:
    """A solution under improvement.

    Attributes:
        stated: The small problem, with the rows found so far.
        whole: Columns that are whole in the solution.
        x: The solution.
        actual: What solutions cost on the exact problem, for the values of ``families``.
        families: Families of columns that make up a solution.
    """

    stated: Stated
    whole: Flags
    x: Floats
    actual: Actual
    families: tuple[str, ...]

    def __post_init__(self) -> None:
        """Nothing is known yet of the solution's actual cost, and there is time."""
        self._sure: Floats | None = None
        self._until = math.inf

    @property
    def objective(self) -> float:
        """Cost of the solution."""
        return self.stated.problem.objective(self.x)

    def run(
        self,
        neighbourhoods: Iterator[Neighbourhood],
        limits: Limits,
        options: SolveOptions,
        *,
        seconds: float,
        processes: int,
    ) -> Iterator[Round]:
        """Improve for some seconds; yields after each neighbourhood.

        Rows that are added may make a solution dearer: it was cheaper than it could be.
        """
        until = perf_counter() + seconds
        self._until = until + GRACE
        if self.stated.problem.relaxed(self.whole).violation(self.x) > FEASIBLE:
            self.settle(self.x)
        again = True
        while again and self.stated.problem.relaxed(self.whole).violation(self.x) <= FEASIBLE:
            again = False
            for done in fix_and_optimise_side_by_side(
                self.stated.problem.relaxed(self.whole), self.x, neighbourhoods, limits,
                seconds=until - perf_counter(), processes=processes, solver=options.solver, stop=options.stop,
            ):  # fmt: skip
                again = done.improved and self._taken(done.x)
                yield replace(done, x=self.x, objective=self.objective)
                if again:
                    break
        self.settle(self.x)

    def made_whole(self, columns: Flags) -> bool:
        """Make more columns whole with what is whole held; false, and nothing is changed, if none is found in time."""
        whole = self.whole
        self.whole = whole | (columns & self.stated.problem.integer)
        found = self._with_amounts(self.x)
        if self._broken(found).any():
            self.whole = whole
            return False
        self.x = found
        return True

    def settle(self, x: Floats) -> None:
        """Take over a solution if at its actual cost it is the best so far; late, only where none is sure yet."""
        if self._late and self._sure is not None:
            x = self._sure
        good = self._made_good(x)
        if good is None or (self._sure is not None and self._cost(good) >= self._cost(self._sure)):
            self.x = x if self._sure is None else self._with_amounts(self._sure)
        else:
            self.x = self._sure = good

    def _taken(self, x: Floats) -> bool:
        """Take over a solution; whether the small problem was told more because of it."""
        rows, count = self.stated.problem.row_lower.size, self.whole.sum()
        self.settle(x)
        return bool(self.stated.problem.row_lower.size != rows or self.whole.sum() != count)

    @property
    def _late(self) -> bool:
        return perf_counter() > self._until

    def _cost(self, x: Floats) -> float:
        return self.stated.problem.objective(x)

    def _made_good(self, x: Floats) -> Floats | None:
        """The best amounts for the whole values of a solution, all that they lack added; none if there are none."""
        found: Floats | None = self._with_amounts(x)
        for _ in range(MOST_ROWS):
            if found is None or self._late:
                return found
            more = self._lacked(found)
            if more is None:
                return found
            self.stated = Stated(self.stated.model, more)
            found = self._amounts(found)
        return found

    def _with_amounts(self, x: Floats) -> Floats:
        """A solution, with new amounts if it breaks rows that were added since or is not whole enough."""
        if not self._broken(x).any() and self.stated.problem.violation(x) <= FEASIBLE:
            return x
        found = self._amounts(x)
        return x if found is None else found

    def _lacked(self, x: Floats) -> Problem | None:
        """The small problem with the rows that a solution lacks; none if it lacks none."""
        aged = with_ages(self.stated.model, self.stated.problem, x)
        return self.actual.told(self.stated, x, self.families) if aged is None else aged

    def _broken(self, x: Floats) -> Flags:
        """Columns that are to be whole and are not."""
        return self.whole & (np.abs(x - np.round(x)) > NEARLY)

    def _amounts(self, x: Floats) -> Floats | None:
        """The best amounts for the whole values of a solution; those that are not whole yet are made so."""
        problem, broken = self.stated.problem, self._broken(x)
        held = self.whole & ~broken
        lower, upper = (np.where(held, np.round(x), bound) for bound in (problem.lower, problem.upper))
        limits = Limits(seconds=AMOUNTS_SECONDS) if broken.any() else Limits()
        return solve(problem.with_bounds(lower, upper).relaxed(broken), limits).x
