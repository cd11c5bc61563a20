"""What would make an infeasible case feasible: the smallest relaxation, rule by rule, in the rule's own unit."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.relaxation import Group, Violation, relax
from provisor.engine.result import Limits
from provisor.plan import Relaxation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from provisor.engine.problem import Problem
    from provisor.production.network import Network
    from provisor.production.stated import Stated

SECONDS = 30.0

LONGEST_DAY = 24.0
"""Hours of a day, to which any day can be made longer."""

SMALL = 2000
"""Integers up to which whole values are looked at from the start; above, only where the linear problem is feasible."""

FAMILIES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("demand", "demand", "unit", ("node", "product", "day")),
    ("room in storage_capacity", "storage-capacity", "unit", ("node",)),
    ("room in leg_capacity", "leg-capacity", "unit", ("leg",)),
    ("same_day_rate", "loading", "unit", ("node", "hour", "day")),
    ("loading", "loading", "unit", ("node", "product", "kind", "hour", "day")),
    ("room in truck_pallets", "truck-pallets", "pallet", ("truck",)),
    ("hours", "hours", "h", ("node", "day")),
)
"""Families of rows that may give way: family, rule, unit, and what its keys name."""

LASTING = ("storage_capacity", "leg_capacity", "truck_pallets")
"""Families of rows whose limit is one number for all days: what a place needs is what its day of most needs."""


def relaxations(stated: Stated) -> list[Relaxation]:
    """Smallest relaxation of a case without a plan, the rule that gives way last first; empty if none was found."""
    whole = with_lasting_room(with_room(stated))
    linear = whole.relaxed()
    groups = _groups(whole, stated.model.network.rules.gives_way)
    small = int(whole.integer.sum()) <= SMALL
    for problem in (whole, linear) if small else (linear, whole):
        found = relax(problem, groups, Limits(seconds=SECONDS))
        if found.found and found.needed:
            return [_in_words(stated.model.network, problem, violation) for violation in found.violations]
    return []


def with_room(stated: Stated) -> Problem:
    """The problem without the bounds that only repeat what rows of hours and trucks say, so that those can give way.

    What is pinned stays so: its columns are closed.
    """
    model, network, problem = stated.model, stated.model.network, stated.problem
    lower, upper, matrix = problem.lower, problem.upper.copy(), problem.matrix.tolil()
    open_ = lower < upper

    def widen(family: str, most: Callable[[tuple[str | int, ...]], float]) -> None:
        for key, column in model.columns.get(family, {}).items():
            if open_[column]:
                upper[column] = max(upper[column], most(key))

    def units(key: tuple[str | int, ...]) -> float:
        return LONGEST_DAY * network.nodes[str(key[0])].rate

    for family in ("overtime", "premium"):
        widen(family, lambda _: LONGEST_DAY)
    widen("units", units)
    widen("mixes", lambda key: math.floor(units(key) / (network.products[str(key[1])].units_per_mix or 1.0)))
    for family in ("ship", "pallets"):
        widen(family, lambda _: math.inf)
    block = next((block for block in problem.rows if block.name == "made"), None)
    for number, key in enumerate(block.keys if block else ()):
        made = model.columns["made"][key[0], key[1], int(key[2])]
        row = (block.start if block else 0) + number
        matrix[row, made] = min(matrix[row, made], -units(key))
    return replace(problem, upper=upper, matrix=sp.csr_array(matrix))


def with_lasting_room(problem: Problem) -> Problem:
    """The problem with room to add to each lasting limit, on all days alike, and rows that say that none is added."""
    for family in LASTING:
        block = next((block for block in problem.rows if block.name == family), None)
        if block is None:
            continue
        places = list(dict.fromkeys(key[0] for key in block.keys))
        first = problem.cost.size
        problem = problem.with_columns(np.zeros(len(places)))
        matrix = problem.matrix.tolil()
        for number, key in enumerate(block.keys):
            matrix[block.start + number, first + places.index(key[0])] = -1.0
        shape = (len(places), problem.cost.size)
        none = sp.csr_array((np.ones(len(places)), (range(len(places)), range(first, shape[1]))), shape=shape)
        problem = replace(problem, matrix=sp.csr_array(matrix))
        problem = problem.with_rows(
            f"room in {family}", none, np.full(len(places), -np.inf), np.zeros(len(places))
        )
        named = replace(problem.rows[-1], keys=tuple((place,) for place in places))
        problem = replace(problem, rows=(*problem.rows[:-1], named))
    return problem


def _groups(problem: Problem, rules: Sequence[str]) -> list[Group]:
    """Rows of the rules that may give way, from the one that does first to the one that does last."""
    stated = {block.name for block in problem.rows}
    families = [[family for family, of, *_ in FAMILIES if of == rule and family in stated] for rule in rules]
    return [Group.of(problem, *names) for names in families if names]


def _in_words(network: Network, problem: Problem, violation: Violation) -> Relaxation:
    block = next(block for block in problem.rows if block.start <= violation.row < block.stop)
    _, rule, unit, names = next(entry for entry in FAMILIES if entry[0] == block.name)
    where = dict(zip(names, block.keys[violation.row - block.start], strict=True))
    if "day" in where:
        where["date"] = str(network.day(int(where.pop("day"))))
    place = ", ".join(f"{name} {value}" for name, value in where.items())
    words = {
        "demand": f"{violation.amount:,.1f} units of demand cannot be served ({place})",
        "storage-capacity": f"{violation.amount:,.1f} units more than the capacity have to be kept on a day ({place})",
        "leg-capacity": f"{violation.amount:,.1f} units more than the leg's capacity have to leave on a day ({place})",
        "loading": f"{violation.amount:,.1f} units have to be loaded that are not there in time ({place})",
        "truck-pallets": f"{violation.amount:,.1f} pallets more than there are places leave on a day ({place})",
        "hours": f"{violation.amount:,.2f} hours more than the day allows have to be worked ({place})",
    }[rule]
    return Relaxation(rule, violation.amount, unit, where, words)
