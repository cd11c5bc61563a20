"""Which questions a planner answers."""

from __future__ import annotations

from provisor.planner import BadRequest, HasExplanations, HasRepairs, HasScenarios, planner


def scenarios_of(name: str) -> HasScenarios:
    """The planner of a name, to change cases and compare plans.

    Raises:
        BadRequest: It knows no scenarios.
    """
    found = planner(name)
    if not isinstance(found, HasScenarios):
        raise BadRequest(f"the planner {name} has no scenarios")
    return found


def explanations_of(name: str) -> HasExplanations:
    """The planner of a name, to explain plans.

    Raises:
        BadRequest: It explains none.
    """
    found = planner(name)
    if not isinstance(found, HasExplanations):
        raise BadRequest(f"the planner {name} answers no questions about a plan")
    return found


def repairs_of(name: str) -> HasRepairs:
    """The planner of a name, to repair infeasible cases.

    Raises:
        BadRequest: It repairs none.
    """
    found = planner(name)
    if not isinstance(found, HasRepairs):
        raise BadRequest(f"the planner {name} repairs no cases")
    return found
