"""What would make an infeasible case feasible, as a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisor.certificate import Status
from provisor.questions.asked import repairs_of
from provisor.scenario import Scenario
from provisor.solving import solved

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.plan import Plan
    from provisor.planner import SolveOptions

NAME = "repair"
"""Name of the scenario of a repair."""


@dataclass(frozen=True)
class Repair:
    """What would make a case feasible.

    Attributes:
        plan: What solving the case gave, with the relaxations where it is infeasible.
        scenario: The relaxations as changes; none where the case needs no repair or no repair was found.
        alternatives: Relaxations that would each do alone instead, as changes.
    """

    plan: Plan
    scenario: Scenario | None
    alternatives: tuple[Scenario, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        from provisor.questions.words import repair_words  # noqa: PLC0415 - words speak of repairs

        return {
            "status": self.plan.certificate.status.value,
            "relaxations": [relaxation.as_dict() for relaxation in self.plan.relaxations],
            "conflict": None if self.plan.conflict is None else self.plan.conflict.as_dict(),
            "scenario": None if self.scenario is None else self.scenario.as_dict(),
            "alternatives": [scenario.as_dict() for scenario in self.alternatives],
            "words": repair_words(self),
        }


def repair(case: Case, options: SolveOptions) -> Repair:
    """Find the smallest relaxation of a case by the priority of its rules, and state it as a scenario.

    Args:
        case: A case, infeasible or not.
        options: Limits of the solve that finds out.

    Raises:
        BadRequest: The planner writes no repairs.
    """
    asked = repairs_of(case.planner)
    plan = solved(case, options)
    if plan.certificate.status is not Status.INFEASIBLE or not plan.relaxations:
        return Repair(plan, None)
    title = f"what makes {case.name} feasible"
    together = [entry for entry in plan.relaxations if not entry.instead]
    changes = tuple(asked.repairs(case, together)) if together else ()
    alone = [
        Scenario(f"{NAME}-{number}", tuple(asked.repairs(case, [entry])), title)
        for number, entry in enumerate((entry for entry in plan.relaxations if entry.instead), 2)
    ]
    return Repair(plan, Scenario(NAME, changes, title) if changes else None, tuple(alone))
