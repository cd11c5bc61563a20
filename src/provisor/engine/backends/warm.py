"""A linear problem that is changed a little and solved again from its last basis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from provisor.engine.backends.common import finished, sound, trivial
from provisor.engine.backends.highs import Highs, listen, outcome
from provisor.engine.backends.highs_model import checked, csr_arrays, loaded, run, set_limits
from provisor.engine.backends.watch import Steps, Stop, Watch
from provisor.engine.problem import Floats, Problem
from provisor.engine.result import Limits, Result, SolverError

Indices = NDArray[np.integer[Any]]


class WarmLp:
    """A linear problem held by HiGHS in this process; whole values are not asked for.

    Attributes:
        problem: The problem as changed so far.
    """

    def __init__(self, problem: Problem) -> None:
        """Load the problem; raises SolverError if HiGHS refuses it or it has no column."""
        if problem.matrix.shape[1] == 0:
            raise SolverError("a warm problem needs columns")
        self.problem = _own_arrays(sound(problem).relaxed())
        self._name = f"highs {Highs().version()}"
        self._model = loaded(self.problem)

    def change_bounds(self, columns: Indices, lower: Floats, upper: Floats) -> None:
        """Give columns other bounds."""
        self.problem.lower[columns], self.problem.upper[columns] = lower, upper
        index = np.asarray(columns, dtype=np.int32)
        low, high = self.problem.lower[index], self.problem.upper[index]
        checked(self._model.changeColsBounds(index.size, index, low, high), "the bounds")

    def change_costs(self, columns: Indices, cost: Floats) -> None:
        """Give columns other costs."""
        self.problem.cost[columns] = cost
        index = np.asarray(columns, dtype=np.int32)
        checked(self._model.changeColsCost(index.size, index, self.problem.cost[index]), "the costs")

    def change_rows(self, rows: Indices, lower: Floats, upper: Floats) -> None:
        """Give rows other limits."""
        self.problem.row_lower[rows], self.problem.row_upper[rows] = lower, upper
        for row in np.asarray(rows):
            low, high = float(self.problem.row_lower[row]), float(self.problem.row_upper[row])
            checked(self._model.changeRowBounds(int(row), low, high), f"the limits of row {row}")

    def add_rows(self, name: str, more: sp.csr_array, lower: Floats, upper: Floats) -> None:
        """Add a family of rows; the basis stays, with the new rows in it."""
        added = sound(
            Problem(
                sp.csr_array(more), lower, upper, self.problem.lower, self.problem.upper,
                self.problem.cost, self.problem.integer,
            )
        )  # fmt: skip
        matrix = added.matrix
        checked(
            self._model.addRows(
                matrix.shape[0], added.row_lower, added.row_upper, matrix.nnz, *csr_arrays(matrix)
            ),
            "the rows",
        )  # fmt: skip
        self.problem = self.problem.with_rows(name, matrix, added.row_lower, added.row_upper)

    def solve(self, limits: Limits | None = None, stop: Stop | None = None) -> Result:
        """Solve from the last basis.

        Raises:
            SolverError: HiGHS refused an option or failed.
        """
        limits = limits or Limits()
        early = trivial(self.problem, self._name)
        if early is not None:
            return early
        set_limits(self._model, limits)
        watch = Watch(Steps(self.problem, None), stop, None)
        listen(self._model, watch)
        status = run(self._model, limits.threads)
        result = watch.checked(outcome(self._model, status, self._name, self.problem))
        return finished(watch.steps, result, None, limits.gap)


def _own_arrays(problem: Problem) -> Problem:
    """The problem with arrays that can be changed without touching the caller's."""
    return replace(
        problem,
        lower=problem.lower.copy(),
        upper=problem.upper.copy(),
        row_lower=problem.row_lower.copy(),
        row_upper=problem.row_upper.copy(),
        cost=problem.cost.copy(),
    )
