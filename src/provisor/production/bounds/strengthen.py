"""Adds violated inequalities to a problem, round by round, while they lift its linear bound."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.backends.warm import WarmLp
from provisor.engine.result import Limits, SolverError, SolveStatus
from provisor.production.bounds.cut import as_rows
from provisor.production.bounds.cuts import violated
from provisor.production.bounds.sums import Sums
from provisor.production.bounds.supply import Supply

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.engine.problem import Floats, Problem
    from provisor.production.model.context import Model

MOST_ROUNDS = 30
LEAST_LIFT = 1e-5
"""Relative lift of the bound below which a round is not worth another."""

NEARLY = 1e-6
"""Share of an inequality's limit within which it binds."""


@dataclass(frozen=True)
class Strengthened:
    """A problem with the inequalities that bind, and its linear bound.

    Attributes:
        problem: The problem with more rows and the same solutions in whole numbers; sums of sales follow its columns.
        bound: Value of its linear relaxation.
        x: Solution of its linear relaxation.
        cuts: Number of rows added.
    """

    problem: Problem
    bound: float
    x: Floats
    cuts: int


def strengthen(
    model: Model,
    problem: Problem,
    seconds: float,
    on_bound: Callable[[float], None],
    stop: Callable[[], bool],
) -> Strengthened:
    """Strengthen a problem of a model for up to some seconds.

    Raises:
        SolverError: The linear relaxation could not be solved.
    """
    began = time.perf_counter()
    supply = Supply(model)
    sums = Sums(supply, problem.integer.size)
    problem = sums.added_to(problem)
    warm = WarmLp(problem)
    bound, x = _solved(warm)
    on_bound(bound)
    rows: list[sp.csr_array] = []
    limits: list[Floats] = []
    for _ in range(MOST_ROUNDS):
        cuts = violated(supply, sums, x)
        if not cuts or time.perf_counter() - began > seconds or stop():
            break
        matrix, limit = as_rows(cuts, problem.matrix.shape[1])
        rows.append(matrix)
        limits.append(limit)
        warm.add_rows("cuts", matrix, limit, np.full(limit.size, np.inf))
        last = bound
        try:
            bound, x = _solved(warm)
        except SolverError:
            # the rows so far are as good as they were; a solver in trouble over more of them is no reason to lose them
            break
        on_bound(bound)
        if bound - last < LEAST_LIFT * max(1.0, abs(bound)) and len(rows) > 3:
            break
    return _with_binding(problem, rows, limits, bound, x)


def _solved(warm: WarmLp) -> tuple[float, Floats]:
    result = warm.solve(Limits())
    if result.status is not SolveStatus.OPTIMAL or result.objective is None or result.x is None:
        raise SolverError(f"the linear relaxation ended as {result.status.value}: {result.message}")
    return result.objective, result.x


def _with_binding(
    problem: Problem, rows: list[sp.csr_array], limits: list[Floats], bound: float, x: Floats
) -> Strengthened:
    """Keep only the rows that hold with equality at the last point."""
    if not rows:
        return Strengthened(problem, bound, x, 0)
    matrix, limit = sp.csr_array(sp.vstack(rows)), np.concatenate(limits)
    binding = np.flatnonzero(matrix @ x - limit < NEARLY * np.maximum(1.0, np.abs(limit)))
    kept = sp.csr_array(matrix[binding, :])
    stronger = problem.with_rows("cuts", kept, limit[binding], np.full(binding.size, np.inf))
    return Strengthened(stronger, bound, x, int(binding.size))
