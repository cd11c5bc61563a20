"""What would make an infeasible case feasible: the smallest relaxation, rule by rule, in the rule's own unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.engine.relaxation import Group, Violation, relax
from provisor.engine.result import Limits
from provisor.plan import Relaxation

if TYPE_CHECKING:
    from provisor.engine.problem import Problem
    from provisor.production.network import Network
    from provisor.production.stated import Stated

SECONDS = 30.0

GIVE_WAY: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("demand", "demand", "unit", ("node", "product", "day")),
    ("storage_capacity", "storage-capacity", "unit", ("node", "day")),
    ("leg_capacity", "leg-capacity", "unit", ("leg", "day")),
    ("same_day_rate", "loading", "unit", ("node", "hour", "day")),
    ("loading", "loading", "unit", ("node", "product", "kind", "hour", "day")),
    ("truck_pallets", "truck-pallets", "pallet", ("truck", "day")),
    ("hours", "hours", "h", ("node", "day")),
)
"""Families of rows from "gives way first" to "gives way last": family, rule, unit, and what its keys name."""


def relaxations(stated: Stated) -> list[Relaxation]:
    """Smallest relaxation of a case without a plan, the most important rule first; empty if none was found."""
    for problem in (stated.problem.relaxed(), stated.problem):
        groups = [
            Group.of(problem, family)
            for family, *_ in GIVE_WAY
            if family in {block.name for block in problem.rows}
        ]
        found = relax(problem, groups, Limits(seconds=SECONDS))
        if found.needed:
            return [_in_words(stated.model.network, problem, violation) for violation in found.violations]
    return []


def _in_words(network: Network, problem: Problem, violation: Violation) -> Relaxation:
    family, rule, unit, names = next(entry for entry in GIVE_WAY if entry[0] == violation.group)
    block = problem.row_block(family)
    where = dict(zip(names, block.keys[violation.row - block.start], strict=True))
    if "day" in where:
        where["date"] = str(network.day(int(where.pop("day"))))
    place = ", ".join(f"{name} {value}" for name, value in where.items())
    words = {
        "demand": f"{violation.amount:,.1f} units of demand cannot be served ({place})",
        "storage-capacity": f"{violation.amount:,.1f} units more than the capacity have to be kept ({place})",
        "leg-capacity": f"{violation.amount:,.1f} units more than the leg's capacity have to leave ({place})",
        "loading": f"{violation.amount:,.1f} units have to be loaded that are not there in time ({place})",
        "truck-pallets": f"{violation.amount:,.1f} pallets more than the truck has places have to leave ({place})",
        "hours": f"{violation.amount:,.2f} hours more than the day allows have to be worked ({place})",
    }[rule]
    return Relaxation(rule, violation.amount, unit, where, words)
