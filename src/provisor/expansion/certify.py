"""A finished plan with its certificate."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from provisor.certificate import Status
from provisor.certifying import certificate
from provisor.expansion.flow import flow_costs
from provisor.expansion.tabulate import Tabulator, costs_of
from provisor.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provisor.case import Case
    from provisor.conflict import Conflict
    from provisor.expansion.design import Design
    from provisor.expansion.flow import Flow
    from provisor.plan import Relaxation
    from provisor.planner import SolveOptions

CURRENCY_CENT = 0.01


@dataclass(frozen=True)
class Bound:
    """A proven bound and what proves it."""

    value: float
    words: str


@dataclass(frozen=True)
class Candidate:
    """A plan in arrays.

    Attributes:
        design: What is built.
        flow: How goods flow.
        method: How it was found.
        size: Size of the largest problem that was solved for it.
    """

    design: Design
    flow: Flow
    method: str
    size: Mapping[str, int] = field(default_factory=dict)

    @property
    def objective(self) -> float:
        """Cost of building and running."""
        return self.design.cost + sum(flow_costs(self.design.network, self.flow).values())


def best_bound(bounds: Sequence[Bound]) -> Bound:
    """The largest of some bounds."""
    return max(bounds, key=lambda bound: bound.value)


def gap_of(objective: float, bound: float) -> float:
    """Relative gap."""
    return (objective - bound) / max(abs(objective), 1e-9)


def plan_of(
    case: Case,
    options: SolveOptions,
    candidate: Candidate,
    bound: Bound,
    gap: float,
    notes: Mapping[str, float],
) -> Plan:
    """Tables, costs and certificate of a candidate."""
    network = candidate.design.network
    tables = Tabulator(case, network, candidate.design, candidate.flow.cleaned()).tables()
    costs = costs_of(tables)
    objective = sum(costs.values())
    value = min(bound.value, objective) if bound.value <= objective + CURRENCY_CENT else bound.value
    if value > objective:
        raise ValueError(f"the bound {bound.value} ({bound.words}) lies above the plan's cost {objective}")
    status = Status.OPTIMAL if gap_of(objective, value) <= gap else Status.FEASIBLE
    proved = certificate(
        case, options, status, objective=objective, bound=value, method=candidate.method, proof=bound.words
    )
    return Plan(
        planner="expansion",
        case_name=case.name,
        currency=case.currency,
        certificate=replace(proved, notes=dict(notes)),
        tables=tables,
        costs=costs,
        size=candidate.size,
        warnings=[problem.message for problem in case.warnings],
    )


def plan_without(
    case: Case,
    options: SolveOptions,
    relaxations: Sequence[Relaxation],
    bound: float | None,
    proof: str,
    conflict: Conflict | None = None,
) -> Plan:
    """No plan: infeasible, with what would have to give, or none found within the limits."""
    status = Status.INFEASIBLE if relaxations else Status.NO_PLAN
    return Plan(
        planner="expansion",
        case_name=case.name,
        currency=case.currency,
        certificate=certificate(
            case, options, status, objective=None, bound=bound, method="months by themselves", proof=proof
        ),
        relaxations=relaxations,
        conflict=conflict,
        warnings=[problem.message for problem in case.warnings],
    )
