"""Takes columns whose values are known out of a problem, so that less is sent and solved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.engine.problem import Flags, Floats, Problem


@dataclass(frozen=True)
class Reduced:
    """A problem without its fixed columns and the rows they leave empty; its blocks have no names.

    Attributes:
        problem: What is left; its objective is that of the whole problem.
        columns: Indices of the columns left, in the whole problem.
        rows: Indices of the rows left.
        fixed: Values for all columns; those of the columns left have no meaning.
    """

    problem: Problem
    columns: NDArray[np.intp]
    rows: NDArray[np.intp]
    fixed: Floats

    def shrink(self, x: Floats) -> Floats:
        """The values of ``x`` for the columns left."""
        return x[self.columns]

    def expand(self, x: Floats) -> Floats:
        """Values for all columns from those of the columns left."""
        whole = self.fixed.copy()
        whole[self.columns] = x
        return whole


def without_fixed(problem: Problem, fixed: Flags, x: Floats) -> Reduced:
    """The problem with the columns in ``fixed`` held at their values in ``x``.

    A row whose columns are all fixed is dropped: whether it holds is for the caller to know.
    """
    values = np.where(fixed, x, 0.0)
    activity = problem.matrix @ values
    columns = np.flatnonzero(~fixed)
    matrix = sp.csr_array(problem.matrix[:, columns])
    rows = np.flatnonzero(np.diff(matrix.indptr))
    left = replace(
        problem,
        matrix=sp.csr_array(matrix[rows]),
        row_lower=(problem.row_lower - activity)[rows],
        row_upper=(problem.row_upper - activity)[rows],
        lower=problem.lower[columns],
        upper=problem.upper[columns],
        cost=problem.cost[columns],
        integer=problem.integer[columns],
        offset=problem.objective(values),
        rows=(),
        columns=(),
    )
    return Reduced(left, columns, rows, values)
