"""What all back ends share: checks before a solve, and the result after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.backends.watch import INFINITE, Steps
from provisor.engine.result import Result, SolverError, SolveStatus

if TYPE_CHECKING:
    import scipy.sparse as sp

    from provisor.engine.problem import Flags, Floats, Problem

FEASIBLE = 1e-5
"""Violation up to which a solution counts as one."""

_WHOLE = 1e-6
_CROSSED = 1e-9
_PROOF = 1e-6
_WITHOUT_SOLUTION = (SolveStatus.INFEASIBLE, SolveStatus.UNBOUNDED, SolveStatus.INFEASIBLE_OR_UNBOUNDED)


def sound(problem: Problem) -> Problem:
    """The problem as every solver takes it: one entry per place, infinite bounds as ``inf``.

    Raises:
        SolverError: Arrays differ in length, or a number is missing or not finite.
    """
    _check_lengths(problem)
    _check_numbers(problem)
    lower, upper = _limits(problem.lower, problem.upper)
    row_lower, row_upper = _limits(problem.row_lower, problem.row_upper)
    return replace(
        problem,
        matrix=_one_entry_per_place(problem.matrix),
        lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper,
        cost=np.ascontiguousarray(problem.cost, dtype=np.float64),
    )  # fmt: skip


def _check_lengths(problem: Problem) -> None:
    rows, columns = problem.matrix.shape
    for name, length in (
        ("row_lower", rows), ("row_upper", rows),
        ("lower", columns), ("upper", columns), ("cost", columns), ("integer", columns),
    ):  # fmt: skip
        found = len(getattr(problem, name))
        if found != length:
            raise SolverError(f"{name} has {found} values where the matrix asks for {length}")


def _check_numbers(problem: Problem) -> None:
    for name in ("lower", "upper", "row_lower", "row_upper"):
        _no_bad(name, np.isnan(getattr(problem, name)))
    _no_bad("cost", ~np.isfinite(problem.cost))
    _no_bad("matrix", ~np.isfinite(problem.matrix.data))
    if not np.isfinite(problem.offset):
        raise SolverError(f"offset is {problem.offset}")


def _no_bad(name: str, bad: Flags) -> None:
    if bad.any():
        raise SolverError(
            f"{name} has {int(bad.sum())} values that are not numbers, first at {int(bad.argmax())}"
        )


def _limits(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    low, high = (np.array(values, dtype=np.float64) for values in (lower, upper))
    for values in (low, high):
        values[values >= INFINITE] = np.inf
        values[values <= -INFINITE] = -np.inf
    with np.errstate(invalid="ignore"):
        crossed = (low > high) & (low - high <= _CROSSED)
    high[crossed] = low[crossed]
    return low, high


def _one_entry_per_place(matrix: sp.csr_array) -> sp.csr_array:
    if matrix.has_canonical_format:
        return matrix
    joined = matrix.copy()
    joined.sum_duplicates()
    return joined


def trivial(problem: Problem, solver: str) -> Result | None:
    """The outcome of a problem without columns or with limits that cross, none for any other.

    Solvers differ on these, and some crash.
    """
    crossed = _crossed(problem)
    if crossed is not None:
        return Result(SolveStatus.INFEASIBLE, None, None, None, 0.0, solver, crossed)
    if problem.matrix.shape[1] > 0:
        return None
    rows = problem.matrix.shape[0]
    if np.any(problem.row_lower > FEASIBLE) or np.any(problem.row_upper < -FEASIBLE):
        message = "a row without columns cannot be met"
        return Result(SolveStatus.INFEASIBLE, None, None, None, 0.0, solver, message)
    offset, nothing = problem.offset, np.zeros(0)
    return Result(
        SolveStatus.OPTIMAL, nothing, offset, offset, 0.0, solver, "no columns", np.zeros(rows), nothing
    )  # fmt: skip


def _crossed(problem: Problem) -> str | None:
    whole = problem.integer
    low = np.where(whole, np.ceil(problem.lower - _WHOLE), problem.lower)
    high = np.where(whole, np.floor(problem.upper + _WHOLE), problem.upper)
    for kind, below, above, name in (
        ("column", low, high, problem.column_name),
        ("row", problem.row_lower, problem.row_upper, problem.row_name),
    ):
        bad = (below > above) | (below == np.inf) | (above == -np.inf)
        if bad.any():
            return f"the limits of {kind} {name(int(bad.argmax()))} cross"
    return None


def finished(steps: Steps, result: Result, start: Floats | None, gap: float) -> Result:
    """The result with objective recomputed, bound no higher than it, and no solution lost.

    A start or a streamed solution that is better than what the solver brought back is kept, and
    the message says so. Optimal stays only what the bound proves to be.
    """
    if result.status in _WITHOUT_SOLUTION:
        return replace(result, x=None, bound=None, seconds=steps.seconds)
    result = _best(steps, result, start)
    objective = None if result.x is None else steps.problem.objective(result.x)
    bound = result.bound
    if bound is not None and (not np.isfinite(bound) or abs(bound) >= INFINITE):
        bound = None
    if bound is not None and objective is not None:
        bound = min(bound, objective)
    result = replace(result, objective=objective, bound=bound, seconds=steps.seconds)
    if result.status is SolveStatus.OPTIMAL and not _proven(result, gap):
        return replace(
            result, status=SolveStatus.LIMIT, message=joined(result.message, "the gap is not closed")
        )
    return result


def _proven(result: Result, gap: float) -> bool:
    if result.objective is None or result.bound is None:
        return False
    size = max(1.0, abs(result.objective))
    return result.objective - result.bound <= gap * size * (1 + _PROOF) + _PROOF * size


def _best(steps: Steps, result: Result, start: Floats | None) -> Result:
    if result.status not in (SolveStatus.LIMIT, SolveStatus.INTERRUPTED):
        return result
    best, value = result.x, np.inf if result.x is None else steps.problem.objective(result.x)
    message = result.message
    if steps.x is not None and steps.objective is not None and steps.objective < value:
        best, value = steps.x, steps.objective
    if start is not None and steps.problem.violation(start) <= FEASIBLE:
        own = steps.problem.objective(start)
        if own < value - 1e-9 * max(1.0, abs(own)):
            best, message = (
                start,
                joined(message, "the start is better than what the solver found and is kept"),
            )
    return replace(result, x=best, message=message)


def start_words(problem: Problem, start: Floats | None, takes_start: bool) -> str:
    """What the message must say of the start: empty if all is well with it.

    Raises:
        SolverError: The start has not one number per column.
    """
    if start is None:
        return ""
    if start.shape != problem.lower.shape or not np.all(np.isfinite(start)):
        raise SolverError(f"the start needs {problem.lower.size} finite numbers")
    if not takes_start:
        return "the solver takes no start; it is kept as a solution to beat"
    violation = problem.violation(start)
    if violation > FEASIBLE:
        return f"the start is no solution (violation {violation:.3g}) and may be ignored"
    return ""


def joined(*parts: str) -> str:
    """Parts of a message, empty ones left out."""
    return "; ".join(part for part in parts if part)
