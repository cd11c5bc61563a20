"""Names an irreducible conflict: rows and bounds that cannot all hold, each needed for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from provisor.engine.backends import back_end
from provisor.engine.backends.common import sound, trivial
from provisor.engine.result import Limits, Result, SolveStatus
from provisor.engine.worker import submit_conflict

if TYPE_CHECKING:
    from provisor.engine.problem import Problem


@dataclass(frozen=True)
class NamedConflict:
    """A conflict in the names of the problem.

    Attributes:
        rows: Names of the rows.
        bounds: Bounds of columns, as ``name >= 3`` or ``name <= 4``; SCIP tells of none.
        irreducible: Whether all the rest can hold once any one of them is left out.
        solver: Solver that found it.
    """

    rows: tuple[str, ...]
    bounds: tuple[str, ...]
    irreducible: bool
    solver: str


def find_conflict(problem: Problem, limits: Limits) -> NamedConflict | None:
    """A conflict of an infeasible problem, none if it is feasible or nothing was found in time.

    HiGHS looks without whole values; if they are needed for the conflict, SCIP looks, where it is installed.

    Raises:
        SolverError: The solver refused the problem or an option.
    """
    early = trivial(sound(problem), "")
    if early is not None:
        crossed = early.status is SolveStatus.INFEASIBLE
        return NamedConflict((), (early.message,), irreducible=True, solver="") if crossed else None
    until = perf_counter() + limits.seconds
    found = submit_conflict(problem, limits, "highs").result()
    if found.conflict is None and problem.integer.any() and back_end("scip").version() is not None:
        left = until - perf_counter()
        if left > 0:
            found = submit_conflict(problem, replace(limits, seconds=left, options={}), "scip").result()
    return _named(problem, found)


def _named(problem: Problem, result: Result) -> NamedConflict | None:
    conflict = result.conflict
    if conflict is None:
        return None
    low = [f"{problem.column_name(column)} >= {problem.lower[column]:g}" for column in conflict.lower]
    high = [f"{problem.column_name(column)} <= {problem.upper[column]:g}" for column in conflict.upper]
    rows = tuple(problem.row_name(row) for row in conflict.rows)
    return NamedConflict(rows, (*low, *high), conflict.irreducible, result.solver)
