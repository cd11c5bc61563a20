"""What binds in a plan, and what one more unit of it would be worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.explaining import Limit
from provisor.production.changes.common import settings_of
from provisor.production.model import build
from provisor.production.network import network_of
from provisor.production.pattern import PATTERN
from provisor.production.stated import Stated
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from provisor.case import Case
    from provisor.engine.problem import Floats, Problem
    from provisor.engine.result import Result
    from provisor.plan import Plan
    from provisor.production.network import Network

Key = tuple[str | int, ...]

LEAST_WORTH = 1e-4
"""Money by unit that is nothing."""

HELD = "with what is made on which day and which trucks leave held as in the plan, and amounts divisible"
"""How the worth of one more unit is found."""


def limits(case: Case, plan: Plan) -> list[Limit]:
    """Limits that bind in a plan; worth from a linear problem with the plan's pattern held.

    The pattern is what is made on which day and which trucks leave; mixes, pallets and cases are divisible, or no
    limit on their sum would ever be worth anything.
    """
    network = network_of(case)
    model = Stated(*build(network, exact=True, pinned=settings_of(case).pins))
    result = solve(held(model, plan).relaxed(), Limits())
    if result.duals is None or result.reduced_costs is None or result.x is None:
        return []
    idle = {
        (str(key[0]), str(key[1]))
        for key, column in model.model.columns.get("used", {}).items()
        if result.x[column] < 1
    }
    found = [*_rows(network, model.problem, result.duals, idle), *_hours(model, result)]
    return [limit for limit in found if limit.worth > LEAST_WORTH]


def held(stated: Stated, plan: Plan) -> Problem:
    """The problem with the pattern of a plan held, as far as bounds allow."""
    network, problem = stated.model.network, stated.problem
    lower, upper = problem.lower.copy(), problem.upper.copy()
    taken = _pattern(network, plan)
    for family in PATTERN:
        for key, column in stated.model.columns.get(family, {}).items():
            named: Key = key
            if family == "chosen":
                lane = network.lanes[int(key[0])]
                named = (lane.truck or "", lane.stop, int(key[1]))
            value = float(named in taken[family])
            lower[column] = upper[column] = min(max(value, lower[column]), upper[column])
    return problem.with_bounds(lower, upper)


def _pattern(network: Network, plan: Plan) -> dict[str, set[Key]]:
    """What a plan makes and sends, by family of the pattern's columns."""
    made: set[Key] = {
        (node, product, (day - network.start).days)
        for node, product, day, units in plan.table("production")
        .select("node", "product", "date", "units")
        .iter_rows()
        if units > 0
    }
    left: set[Key] = {
        (truck, stop, (day - network.start).days)
        for truck, stop, day in plan.table("departures")
        .select("truck", "stop", "date")
        .drop_nulls()
        .iter_rows()
    }
    return {
        "made": made,
        "run": {(node, t) for node, _, t in made},
        "used": {(truck, t) for truck, _, t in left},
        "chosen": left,
        "brand": {
            (node, network.products[code].brand, t) for node, code, t in made if code in network.products
        },
    }


def _rows(network: Network, problem: Problem, duals: Floats, idle: set[tuple[str, str]]) -> Iterator[Limit]:
    """Limits that are rows: worth of one more unit is minus the dual of an upper limit.

    A truck that stays has no places, whatever one would be worth.
    """
    for block in problem.rows:
        if block.name not in _SAID:
            continue
        for key, dual in zip(block.keys, duals[block.slice], strict=True):
            stays = block.name == "truck_pallets" and (key[0], key[1]) in idle
            if -dual > LEAST_WORTH and not stays:
                yield _limit(network, block.name, key, -float(dual))


_SAID: Mapping[str, tuple[str, str, tuple[str, ...], str]] = {
    "storage_capacity": ("storage-capacity", "unit", ("node", "day"), "room for one more unit at {node} on {date}"),
    "leg_capacity": ("leg-capacity", "unit/day", ("leg", "day"), "room for one more unit on leg {leg} on {date}"),
    "truck_pallets": ("truck-pallets", "pallet", ("truck", "day"), "one more place on truck {truck} on {date}"),
    "same_day_rate": (
        "loading", "unit", ("node", "hour", "day"),
        "one more unit made at {node} before the truck at {hour} h on {date}",
    ),
}  # fmt: skip
"""By family of rows: rule, unit, what its keys name, and what one more unit is."""


def _limit(network: Network, family: str, key: tuple[str, ...], worth: float) -> Limit:
    rule, unit, names, what = _SAID[family]
    where = dict(zip(names, key, strict=True))
    day = int(where.pop("day"))
    where["date"] = str(network.day(day))
    return Limit(
        rule,
        where,
        _amount(network, family, key),
        unit,
        worth,
        _worth_said(what.format(**where), worth, network.currency),
    )


def _worth_said(what: str, worth: float, currency: str) -> str:
    return f"{what[:1].upper()}{what[1:]} would be worth {money(worth, currency)}"


def _amount(network: Network, family: str, key: tuple[str, ...]) -> float:
    """The limit itself."""
    if family == "storage_capacity":
        return float(network.nodes[key[0]].capacity or 0.0)
    if family == "leg_capacity":
        return network.leg_capacity[key[0]]
    if family == "truck_pallets":
        return float(network.trucks[key[0]].pallets)
    node = network.nodes[key[0]]
    return node.rate * max(0.0, float(key[1]) - node.shift_start - node.startup)


def _hours(stated: Stated, result: Result) -> Iterator[Limit]:
    """Hours: one more of a kind moves its own limit and, the day being longer, that of the day."""
    model, network = stated.model, stated.model.network
    duals, reduced, x = result.duals, result.reduced_costs, result.x
    if duals is None or reduced is None or x is None:
        return
    block = stated.problem.row_block("hours") if any(b.name == "hours" for b in stated.problem.rows) else None
    of_day = {} if block is None else {key: float(duals[block.start + i]) for i, key in enumerate(block.keys)}
    for family, kind in (("regular", "fixed hour"), ("overtime", "hour of overtime"), ("premium", "hour")):
        for key, column in model.columns.get(family, {}).items():
            node, t = str(key[0]), int(key[1])
            at_limit = (
                np.isclose(x[column], stated.problem.upper[column]) and stated.problem.upper[column] > 0
            )
            if not at_limit or x[model.columns["run"][key]] < 1:
                continue
            worth = -min(0.0, float(reduced[column])) - min(0.0, of_day.get((node, str(t)), 0.0))
            where = {"node": node, "date": str(network.day(t))}
            what = f"one more {kind} at {node} on {where['date']}"
            yield Limit(
                "hours",
                {**where, "kind": family},
                float(x[column]),
                "h",
                worth,
                _worth_said(what, worth, network.currency),
            )
