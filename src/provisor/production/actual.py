"""What whole values cost on the exact problem, and the row that tells the small problem so.

The least cost Q(y) of a flow with exact ages for whole values y is convex in y. With g, the reduced costs of the
columns held on y, every other y' keeps to ``cost of the small problem >= Q(y) + g (y' - y)`` (Benders). The row stops
the small problem from taking goods for younger than they can be, wherever its own rows for ages do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.backends.warm import WarmLp
from provisor.production.stated import hold, to_name, values_of

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem
    from provisor.production.stated import Stated

LEAST_MISSED = 1e-5
"""Share of a cost by which the small problem may miss it without a row."""


class Actual:
    """The exact problem with everything divisible, solved again and again from its last basis."""

    def __init__(self, exact: Stated) -> None:
        """Load the exact problem."""
        self._exact = exact
        self._warm = WarmLp(exact.problem.relaxed())

    def cost(self, stated: Stated, x: Floats, families: tuple[str, ...]) -> float | None:
        """Least cost of a flow with exact ages for the whole values of some families; none if there is none."""
        return self._solved(stated, x, families)[0]

    def told(self, stated: Stated, x: Floats, families: tuple[str, ...]) -> Problem | None:
        """The small problem with a row for the cost of a solution; none if it knows that cost well enough."""
        cost, reduced = self._solved(stated, x, families)
        problem = stated.problem
        if cost is None or cost - problem.objective(x) <= LEAST_MISSED * abs(cost):
            return None
        row, need = problem.cost.copy(), cost - problem.offset
        slope = {
            (family, to_name(self._exact.model, family, key)): float(reduced[column])
            for family in families
            for key, column in self._exact.model.columns.get(family, {}).items()
        }
        for family in families:
            for key, column in stated.model.columns.get(family, {}).items():
                by = slope.get((family, to_name(stated.model, family, key)), 0.0)
                row[column] -= by
                need -= by * float(np.round(x[column]))
        scale = float(np.abs(row).max())
        return problem.with_rows(
            "actual", sp.csr_array(row[None, :] / scale), np.array([need / scale]), np.array([np.inf])
        )

    def _solved(self, stated: Stated, x: Floats, families: tuple[str, ...]) -> tuple[float | None, Floats]:
        held = hold(self._exact, values_of(stated, x, families))
        now = self._warm.problem
        changed = np.flatnonzero((held.lower != now.lower) | (held.upper != now.upper))
        self._warm.change_bounds(changed, held.lower[changed], held.upper[changed])
        result = self._warm.solve()
        if result.objective is None or result.reduced_costs is None:
            return None, np.zeros(0)
        return result.objective, result.reduced_costs
