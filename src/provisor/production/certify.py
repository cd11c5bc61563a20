"""A finished plan with its certificate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.certificate import Status
from provisor.certifying import certificate
from provisor.plan import Plan
from provisor.production.floor import flow_floor

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.planner import SolveOptions
    from provisor.production.proof import Proof
    from provisor.production.stated import Stages
    from provisor.production.tabulate import Tabulated


def plan_of(
    case: Case,
    stages: Stages,
    found: Tabulated,
    proof: Proof,
    options: SolveOptions,
    *,
    gap: float,
    method: str,
) -> Plan:
    """Tables, costs and certificate of what was found.

    Args:
        case: The case.
        stages: Its problems.
        found: The plan's tables and its cost.
        proof: What is proven of the case.
        options: Limits and choices of the solve.
        gap: Proven gap asked for.
        method: How the plan was found.
    """
    objective, floor = found.objective, flow_floor(stages.exact.model.network)
    bound = None if proof.bound is None else min(proof.bound, objective)
    reached = bound is not None and objective - bound <= gap * max(abs(objective), 1e-9)
    status = Status.OPTIMAL if reached else Status.FEASIBLE
    controllable = objective - floor
    notes = {"flow_floor": floor, "controllable_cost": controllable}
    if bound is not None and controllable > 0:
        notes["gap_on_controllable"] = (objective - bound) / controllable
    certified = certificate(
        case, options, status, objective=objective, bound=bound, method=method, proof=proof.words
    )
    return Plan(
        planner="production",
        case_name=case.name,
        currency=case.currency,
        certificate=replace(certified, notes=notes),
        tables=found.tables,
        costs=found.costs,
        kpis={"controllable_cost": controllable},
        size=stages.exact.problem.size,
        warnings=[problem.message for problem in case.warnings],
    )
