"""Small problems that many tests use."""

import numpy as np
import scipy.sparse as sp

from provisor.engine.problem import Problem


def problem(matrix, row_lower, row_upper, lower, upper, cost, integer, offset=0.0):  # noqa: PLR0917 - as in Problem
    """A problem from lists; ``None`` is no limit."""

    def limits(values, none):
        return np.array([none if value is None else value for value in values], dtype=float)

    columns = len(cost)
    return Problem(
        sp.csr_array(np.array(matrix, dtype=float).reshape(len(row_lower), columns)),
        limits(row_lower, -np.inf), limits(row_upper, np.inf), limits(lower, -np.inf), limits(upper, np.inf),
        np.array(cost, dtype=float), np.broadcast_to(integer, (columns,)).copy(), offset,
    )  # fmt: skip


def knapsack():
    """Optimum 82 with the first and last; its relaxation is lower."""
    return problem([[4, 3, 5, 6]], [None], [10], [0] * 4, [1] * 4, [-8, -5, -9, -10], True, 100.0)


def linear():
    """Optimum 12 + 7 at (4, 0), duals 3 and 0."""
    return problem([[1, 1], [1, 3]], [4, None], [None, 30], [0, 0], [None, None], [3, 5], False, 7.0)


def hard(rows=30, columns=60):
    """Takes seconds; has many solutions."""
    rng = np.random.default_rng(2)
    matrix = rng.random((rows, columns)) * (rng.random((rows, columns)) < 0.3)
    cost = -1.0 - 0.01 * np.arange(columns)
    return problem(matrix, [None] * rows, [3.3] * rows, [0] * columns, [5] * columns, cost, True, 7.0)
