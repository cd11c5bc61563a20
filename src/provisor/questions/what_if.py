"""What if: a case and what becomes of it in a scenario, both planned, proven and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisor.planner import HasExplanations, HasFigures, planner
from provisor.questions.asked import scenarios_of
from provisor.questions.compare import Comparison, compare
from provisor.scenario import Applied, apply
from provisor.solving import solved_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from provisor.auditing import AuditReport
    from provisor.case import Case
    from provisor.explaining import Limit
    from provisor.plan import Plan
    from provisor.planner import Planner, SolveOptions
    from provisor.scenario import Scenario


@dataclass(frozen=True)
class Unchanged:
    """What becomes of the base plan if the scenario happens and nothing is planned anew.

    Attributes:
        broken: Places in which it breaks a rule of the scenario's case, by rule.
        cost: What it costs under the prices of the scenario, as the auditor adds it up.
    """

    broken: Mapping[str, int]
    cost: float

    @classmethod
    def of(cls, report: AuditReport) -> Unchanged:
        """From the audit of the base plan against the case of the scenario; costs differ, of course."""
        broken = {rule: count for rule, count in report.violations.items() if rule != "costs"}
        return cls(broken, sum(report.costs.values()))


@dataclass(frozen=True)
class WhatIf:
    """The answer to a what-if question.

    Attributes:
        scenario: What was asked.
        case: The case after it.
        changes: What each change did, in words.
        base: The plan of the case before it.
        plan: The plan of the case after it; without tables where there is none.
        unchanged: What becomes of the base plan without planning anew.
        before: What the plan would cost in the case before, if it keeps every rule of that case too; none if not.
        comparison: Base plan and plan side by side; none where there is no plan.
        limits: What binds in the plan and what one more unit would be worth, the worthiest first.
    """

    scenario: Scenario
    case: Case
    changes: tuple[str, ...]
    base: Plan
    plan: Plan
    unchanged: Unchanged
    before: float | None
    comparison: Comparison | None
    limits: tuple[Limit, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        from provisor.questions.words import what_if_words  # noqa: PLC0415 - words speak of answers

        return {
            "scenario": self.scenario.as_dict(),
            "changes": list(self.changes),
            "base": self.base.as_dict(),
            "plan": self.plan.as_dict(),
            "unchanged": {"broken": dict(self.unchanged.broken), "cost": self.unchanged.cost},
            "cost_before": self.before,
            "comparison": None if self.comparison is None else self.comparison.as_dict(),
            "limits": [limit.as_dict() for limit in self.limits],
            "words": what_if_words(self),
        }


def changed(case: Case, scenario: Scenario) -> Applied:
    """The case after a scenario.

    Raises:
        BadRequest: Changes cannot be made to the case; the message names all that is wrong.
    """
    return apply(case, scenario, scenarios_of(case.planner).changes())


def what_if(case: Case, scenario: Scenario, base: Plan, options: SolveOptions) -> WhatIf:
    """Plan a scenario from the plan of the case before it.

    Args:
        case: The case before.
        scenario: What happens.
        base: A plan of ``case`` with tables; the scenario's plan is looked for from it.
        options: Limits of the scenario's solve.

    Raises:
        BadRequest: Changes cannot be made to the case; the message names all that is wrong.
    """
    applied = changed(case, scenario)
    plan = solved_from(applied.case, base, options)
    asked = planner(case.planner)
    report = asked.audit(applied.case, _decided(asked, base.tables), None)
    turned = asked.audit(case, _decided(asked, plan.tables), None) if plan.tables else None
    limits = asked.limits(applied.case, plan) if plan.tables and isinstance(asked, HasExplanations) else ()
    return WhatIf(
        scenario=scenario,
        case=applied.case,
        changes=applied.words,
        base=base,
        plan=plan,
        unchanged=Unchanged.of(report),
        before=None if turned is None else _kept_cost(turned),
        comparison=compare(base, plan, (case, applied.case)) if plan.tables else None,
        limits=tuple(sorted(limits, key=lambda limit: -limit.worth)),
    )


def _decided(asked: Planner, tables: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    """The tables without figures that follow from the case they were made for."""
    return asked.decided(tables) if isinstance(asked, HasFigures) else tables


def _kept_cost(report: AuditReport) -> float | None:
    """Cost of a plan as audited, if it keeps every rule; what it says of its costs is of another case."""
    return sum(report.costs.values()) if report.violations.keys() <= {"costs"} else None
