"""What an infeasible problem must give up: the least of each family of rows, the most important first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.backends.common import FEASIBLE
from provisor.engine.result import Limits, Result, SolverError, SolveStatus
from provisor.engine.worker import solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from provisor.engine.backends.watch import Stop
    from provisor.engine.problem import Floats, Problem

_NOTHING = 1e-6
"""A row that gives way by less does not."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Group:
    """Rows that give way together.

    Attributes:
        name: For people.
        rows: Their indices; they should share a unit, for their violations are added up.
    """

    name: str
    rows: NDArray[np.intp]

    @staticmethod
    def of(problem: Problem, *families: str, name: str = "") -> Group:
        """All rows of one or more families; named after the first unless told."""
        blocks = [problem.row_block(family) for family in families]
        rows = np.concatenate([np.arange(block.start, block.stop) for block in blocks])
        return Group(name or families[0], rows)


@dataclass(frozen=True)
class Violation:
    """One row that gives way.

    Attributes:
        group: Name of its group.
        row: Index of the row.
        name: Its name.
        below: Units below its lower limit.
        above: Units above its upper limit.
    """

    group: str
    row: int
    name: str
    below: float
    above: float

    @property
    def amount(self) -> float:
        """Units by which it gives way, either side."""
        return max(self.below, self.above)


@dataclass(frozen=True)
class Relaxation:
    """The least that must give way.

    Attributes:
        needed: Whether anything must.
        found: Whether it was found; if not, the other rows or the bounds conflict by themselves, or time
            was short.
        proven: Whether each group was shown to give way no more than it must.
        violations: The rows that give way, most important group first.
        problem: The problem with the limits of those rows moved, so that it is feasible.
    """

    needed: bool
    found: bool
    proven: bool
    violations: tuple[Violation, ...]
    problem: Problem


def relax(
    problem: Problem,
    groups: Sequence[Group],
    limits: Limits,
    solver: str = "highs",
    stop: Stop | None = None,
) -> Relaxation:
    """Find the least by which the rows of the groups must give way.

    Rows in no group never give way. The total violation of the last group is brought to its minimum first and
    held there, then that of the group before it, and so on: no amount of a group that gives way first is ever
    traded for one that gives way last.

    Args:
        problem: What cannot be solved; its costs play no part.
        groups: From "gives way first" to "gives way last".
        limits: Of all solves together.
        solver: Name of the back end.
        stop: Asked many times a second; true ends the search.

    Raises:
        ValueError: A row is in two groups.
        SolverError: The solver refused an option.
    """
    rows = np.concatenate([group.rows for group in groups]) if groups else np.zeros(0, np.intp)
    if np.unique(rows).size != rows.size:
        raise ValueError("a row can give way in one group only")
    until = perf_counter() + limits.seconds
    without_costs = replace(problem, cost=np.zeros_like(problem.cost), offset=0.0)
    result = _solved(without_costs, limits, until, solver, stop)
    if result.x is not None:
        return Relaxation(needed=False, found=True, proven=True, violations=(), problem=problem)
    elastic = Elastic.of(without_costs, rows)
    proven = True
    for group in reversed(groups):
        costs = elastic.total(group.rows)
        result = _solved(replace(elastic.problem, cost=costs), limits, until, solver, stop)
        if result.x is None:
            break
        proven = proven and result.status is SolveStatus.OPTIMAL
        elastic = elastic.held(group.name, costs, result.x)
    if result.x is None:
        return Relaxation(needed=True, found=False, proven=False, violations=(), problem=problem)
    return _told(problem, groups, result.x[: elastic.columns], proven=proven)


def confirm_infeasible(
    problem: Problem, limits: Limits, solver: str = "highs", stop: Stop | None = None
) -> bool:
    """Whether it is proven that the problem has no solution.

    All rows may give way; the problem is infeasible if the least total violation is proven to be positive, or
    if even then there is no solution, because of bounds and whole values alone.

    Raises:
        SolverError: The solver refused an option.
    """
    bare = replace(problem, cost=np.zeros_like(problem.cost), offset=0.0)
    rows = np.arange(problem.matrix.shape[0])
    elastic = Elastic.of(bare, rows)
    least = replace(elastic.problem, cost=elastic.total(rows))
    result = solve(least, replace(limits, cutoff=2 * FEASIBLE), solver, stop=stop)
    if result.status is SolveStatus.INFEASIBLE:
        return True
    return result.bound is not None and result.bound > FEASIBLE


def _solved(problem: Problem, limits: Limits, until: float, solver: str, stop: Stop | None) -> Result:
    left = max(until - perf_counter(), 0.0)
    result = solve(problem, replace(limits, seconds=left), solver, stop=stop)
    if result.status is SolveStatus.ERROR:
        raise SolverError(result.message)
    return result


@dataclass(frozen=True)
class Elastic:
    """A problem with columns added by which rows give way.

    Attributes:
        problem: The problem, its own columns first.
        columns: How many are its own.
        rows: The row of each added column.
    """

    problem: Problem
    columns: int
    rows: NDArray[np.intp]

    @staticmethod
    def of(problem: Problem, rows: NDArray[np.intp]) -> Elastic:
        """Let these rows give way, on the sides where they are limited."""
        low, high = rows[np.isfinite(problem.row_lower[rows])], rows[np.isfinite(problem.row_upper[rows])]
        places = np.concatenate([low, high])
        sign = np.concatenate([np.ones(low.size), -np.ones(high.size)])
        size = (problem.matrix.shape[0], places.size)
        slack = sp.csr_array(sp.coo_array((sign, (places, np.arange(places.size))), shape=size))
        more = np.zeros(places.size)
        wider = replace(
            problem,
            matrix=sp.csr_array(sp.hstack([problem.matrix, slack])),
            lower=np.concatenate([problem.lower, more]),
            upper=np.concatenate([problem.upper, more + np.inf]),
            cost=np.concatenate([problem.cost, more]),
            integer=np.concatenate([problem.integer, more > 0]),
            columns=(),
        )
        return Elastic(wider, problem.matrix.shape[1], places)

    def total(self, rows: NDArray[np.intp]) -> Floats:
        """Costs that add up the violations of these rows."""
        mine = np.isin(self.rows, rows).astype(np.float64)
        return np.concatenate([np.zeros(self.columns), mine])

    def held(self, name: str, costs: Floats, x: Floats) -> Elastic:
        """The same with this total no larger than at ``x``."""
        total = float(costs @ x)
        if total <= _NOTHING:
            upper = np.where(costs > 0, 0.0, self.problem.upper)
            return replace(self, problem=self.problem.with_bounds(self.problem.lower, upper))
        most = np.array([total + _ROUNDING * total])
        row = sp.csr_array(costs.reshape(1, -1))
        return replace(self, problem=self.problem.with_rows(f"least {name}", row, np.array([-np.inf]), most))


def _told(problem: Problem, groups: Sequence[Group], x: Floats, *, proven: bool) -> Relaxation:
    """Read off the solution by how much each row gives way, and move its limits so far."""
    activity = problem.matrix @ x
    below = np.maximum(problem.row_lower - activity, 0.0)
    above = np.maximum(activity - problem.row_upper, 0.0)
    amount = np.maximum(below, above)
    violations = tuple(
        Violation(group.name, int(row), problem.row_name(int(row)), float(below[row]), float(above[row]))
        for group in reversed(groups)
        for row in group.rows
        if amount[row] > _NOTHING
    )
    rows = np.concatenate([group.rows for group in groups])
    row_lower, row_upper = problem.row_lower.copy(), problem.row_upper.copy()
    row_lower[rows] -= below[rows]
    row_upper[rows] += above[rows]
    moved = replace(problem, row_lower=row_lower, row_upper=row_upper)
    return Relaxation(bool(violations), found=True, proven=proven, violations=violations, problem=moved)
