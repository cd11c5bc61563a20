"""Fix-and-optimise on the small problem, with rows for ages added as soon as a solution lacks them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.neighbourhood import Neighbourhood, Round, fix_and_optimise_side_by_side
from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.production.ages import with_ages
from provisor.production.stated import Stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.engine.problem import Flags, Floats
    from provisor.planner import SolveOptions


@dataclass
class Improvement:
    """A solution under improvement.

    Attributes:
        stated: The small problem, with the rows for ages found so far.
        whole: Columns that are whole in the solution.
        x: The solution.
    """

    stated: Stated
    whole: Flags
    x: Floats

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

        Rows that are added may make the solution dearer: it was cheaper than it could be.
        """
        until = perf_counter() + seconds
        again = True
        while again:
            again = False
            for done in fix_and_optimise_side_by_side(
                self.stated.problem.relaxed(self.whole), self.x, neighbourhoods, limits,
                seconds=until - perf_counter(), processes=processes, solver=options.solver, stop=options.stop,
            ):  # fmt: skip
                again = done.improved and self._aged(done.x)
                yield replace(done, x=self.x, objective=self.objective)
                if again:
                    break

    def _aged(self, x: Floats) -> bool:
        """Take over a solution; whether rows were added because it lacked some."""
        before, self.x = self.x, x
        problem = with_ages(self.stated.model, self.stated.problem, x)
        if problem is None:
            return False
        while problem is not None:
            self.stated = Stated(self.stated.model, problem)
            held = np.where(self.whole, np.round(self.x), np.nan)
            lower, upper = (np.where(self.whole, held, bound) for bound in (problem.lower, problem.upper))
            result = solve(problem.with_bounds(lower, upper).relaxed(), Limits())
            if result.x is None:
                # no amounts go with these whole values any more
                self.x = before
                return True
            self.x = result.x
            problem = with_ages(self.stated.model, problem, self.x)
        return True
