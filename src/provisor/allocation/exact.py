"""The exact route: the whole model to one solver."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.allocation.decisions import outcome_of
from provisor.allocation.model import build
from provisor.allocation.model.decode import decisions_of
from provisor.allocation.model.encode import fixed_to
from provisor.allocation.prices import row_prices
from provisor.allocation.route import NOTHING, Floor, Found, Known
from provisor.engine.backends import back_end
from provisor.engine.result import Limits, Result, SolveStatus
from provisor.engine.worker import solve as solve_problem
from provisor.planner import Progress

if TYPE_CHECKING:
    from provisor.allocation.arrays import Arrays
    from provisor.allocation.decisions import Decisions
    from provisor.allocation.model import Model
    from provisor.allocation.prices import Price
    from provisor.allocation.worth import Worth
    from provisor.clock import Clock
    from provisor.engine.problem import Floats, Problem
    from provisor.engine.result import Incumbent
    from provisor.planner import SolveOptions

PRICE_SECONDS = 5.0
"""Seconds that shadow prices may take."""

LEAST_SECONDS = 1.0
"""Seconds that shadow prices may take where no time is left."""

START_SHARE = 0.2
"""Share of the time left in which a plan to start from is completed."""

START_GAP = 0.01
"""Gap of the solve that completes a plan to start from."""

GAP_SHARE = 0.5
"""Share of the gap asked for at which the solver stops, so that rounding leaves the plan within the gap."""


def solve_exactly(
    arrays: Arrays,
    worth: Worth,
    options: SolveOptions,
    gap: float,
    clock: Clock,
    known: Known = NOTHING,
) -> Found:
    """Solve the exact model.

    Args:
        arrays: The case.
        worth: What counts.
        options: How to solve.
        gap: Relative gap to stop at.
        clock: Time.
        known: What is known before; of the plans to start from, the first that keeps all rules is used.

    Raises:
        SolverError: The solver refused the problem or is not installed.
    """
    model, problem = build(arrays, worth)
    for floor in known.floors:
        problem = _with_floor(arrays, problem, floor)

    def show(step: Incumbent) -> None:
        objective = None if step.objective is None else -step.objective
        bound = None if step.bound is None else -step.bound
        options.on_progress(Progress(clock.seconds, objective, bound, "branch and bound"))

    tried = (_started(arrays, model, problem, start, options, clock) for start in known.starts)
    first = next((x for x in tried if x is not None), None)
    limits = Limits(clock.left, GAP_SHARE * gap, max(1, options.threads), options.seed)
    result = solve_problem(problem, limits, options.solver, first, on_incumbent=show, stop=options.stop)
    decisions = None if result.x is None else decisions_of(model, result.x)
    return Found(
        decisions,
        None if result.bound is None or not np.isfinite(result.bound) else -result.bound,
        result.status is SolveStatus.INFEASIBLE,
        "branch and bound on the whole model",
        "branch and bound",
        f"{options.solver} {back_end(options.solver).version()}",
        problem.size,
        known.prices or _prices(problem, result, options, clock),
    )


def _with_floor(arrays: Arrays, problem: Problem, floor: Floor) -> Problem:
    """The problem with one more row: another objective of the same columns reaches its least value."""
    other = build(arrays, floor.worth)[1]
    row = sp.csr_array(-other.cost.reshape(1, -1))
    return problem.with_rows(f"tier-{floor.name}", row, np.array([floor.least]), np.array([np.inf]))


def _started(
    arrays: Arrays, model: Model, problem: Problem, start: Decisions, options: SolveOptions, clock: Clock
) -> Floats | None:
    """A solution of the whole problem from decisions, or from its styles alone where its pieces break a rule."""
    for shipments in (True, False):
        fixed = fixed_to(model, problem, outcome_of(arrays, start), shipments=shipments)
        found = solve_problem(
            fixed,
            Limits(min(PRICE_SECONDS, START_SHARE * clock.left), gap=START_GAP, seed=options.seed),
            options.solver,
        ).x
        if found is not None:
            return found
    return None


def _prices(problem: Problem, result: Result, options: SolveOptions, clock: Clock) -> tuple[Price, ...]:
    """Shadow prices with the styles that each store carries fixed."""
    if result.x is None:
        return ()
    whole = np.rint(result.x)
    fixed = np.zeros_like(problem.integer)
    fixed[problem.column_block("carried").slice] = True
    linear = replace(
        problem.relaxed(),
        lower=np.where(fixed, whole, problem.lower),
        upper=np.where(fixed, whole, problem.upper),
    )
    seconds = min(PRICE_SECONDS, max(LEAST_SECONDS, clock.left))
    solved = solve_problem(linear, Limits(seconds, seed=options.seed))
    return () if solved.duals is None else row_prices(problem, solved.duals)
