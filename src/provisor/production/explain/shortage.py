"""Why demand is short: how much of it each rule keeps from being served, found by leaving the rule out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.case import BadRequest
from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.explaining import Cause
from provisor.production.changes.common import settings_of
from provisor.production.data.context import units as units_said
from provisor.production.model import build
from provisor.production.network import network_of
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from provisor.case import Case
    from provisor.engine.problem import Problem
    from provisor.plan import Plan
    from provisor.production.network import Network

Place = tuple[str, str, int]

LEAST = 0.01
"""Units that are none."""


def shortage(case: Case, plan: Plan, where: Mapping[str, str]) -> list[Cause]:
    """Causes of the shortages that a question means.

    For all of them together: the least that could be short if nothing else counted, by a linear problem; what each
    rule adds to that least, by leaving it out; and what is short beyond it, which is not worth serving. What two rules
    keep from being served only together is in neither; what one or the other would let be served is in both.

    Raises:
        BadRequest: There is no such shortage in the plan.
    """
    short = plan.table("shortage")
    for name, value in where.items():
        short = short.filter(pl.col(name).cast(pl.String) == value)
    total = float(short["units"].sum())
    if total < LEAST:
        raise BadRequest("nothing is short there")
    network = network_of(case)
    places = {
        (node, product, (day - network.start).days)
        for node, product, day in short.select("node", "product", "date").iter_rows()
    }
    least = min(total, _least(build(network, pinned=settings_of(case).pins)[1], places))
    found = [_not_worth(total, least, where, network)] if total - least > LEAST else []
    left = least
    for name, (without, said) in _WITHOUT.items() if least > LEAST else ():
        without_it = min(least, _least(without(network, case), places))
        left = min(left, without_it)
        if least - without_it > LEAST:
            facts = {"short": total, "unavoidable": least, "left_without": without_it}
            words = f"{units_said(least - without_it)} of {units_said(total)} short could be served {said}"
            found.append(Cause(name, dict(where), least - without_it, "unit", words, facts))
    return [*found, *([_too_early(total, least, left, where)] if left > LEAST else [])]


def _too_early(total: float, least: float, left: float, where: Mapping[str, str]) -> Cause:
    """What no single rule left out would let be served."""
    facts = {"short": total, "unavoidable": least, "left_without": left}
    why = "nothing there or on the road at the start, or made since, can be there in time"
    words = f"{units_said(left)} of {units_said(total)} short come too early: {why}"
    return Cause("too_early", dict(where), left, "unit", words, facts)


def _not_worth(total: float, least: float, where: Mapping[str, str], network: Network) -> Cause:
    """What is short beyond the least."""
    facts = {"short": total, "unavoidable": least, "shortage_price": network.costs["shortage_per_unit"]}
    price = f"the {money(facts['shortage_price'], network.currency)} that a unit short costs"
    words = (
        f"{units_said(total - least)} of {units_said(total)} short could be served, "
        f"but that would cost more than {price}, or leave others short"
    )
    return Cause("not_worth_it", dict(where), total - least, "unit", words, facts)


def _least(problem: Problem, places: set[Place]) -> float:
    """Least units short at some places, whatever all else costs."""
    block = problem.column_block("short")
    cost = np.zeros_like(problem.cost)
    for number, (node, product, day) in enumerate(block.keys):
        cost[block.start + number] = float((node, product, int(day)) in places)
    result = solve(replace(problem, cost=cost, offset=0.0).relaxed(), Limits())
    return float("inf") if result.objective is None else result.objective


def _more_hours(network: Network, case: Case) -> Problem:
    """Endless hours on days with a shift; a unit is still made whole within its day."""
    nodes = {code: replace(node, rate=1e3 * node.rate) for code, node in network.nodes.items()}
    return build(replace(network, nodes=nodes), pinned=settings_of(case).pins)[1]


def _more_trucks(network: Network, case: Case) -> Problem:
    """Trucks that leave every day with room for all."""
    every = tuple(range(network.days))
    trucks = {code: replace(truck, days=every, pallets=10_000) for code, truck in network.trucks.items()}
    lanes = tuple(replace(lane, days=every) if lane.truck else lane for lane in network.lanes)
    return build(replace(network, trucks=trucks, lanes=lanes), pinned=settings_of(case).pins)[1]


def _with_rules(network: Network, case: Case, **rules: object) -> Problem:
    return build(
        replace(network, rules=network.rules.model_copy(update=rules)), pinned=settings_of(case).pins
    )[1]


_WITHOUT: Mapping[str, tuple[Callable[[Network, Case], Problem], str]] = {
    "hours": (_more_hours, "if the lines were as fast as needed on their working days"),
    "trucks": (_more_trucks, "if trucks left every day with as many places as needed"),
    "loading": (
        lambda network, case: _with_rules(network, case, loading="same_day"),
        "if every truck could carry what is made on its day",
    ),
    "room": (
        lambda network, case: _with_rules(network, case, storage_capacity=False, leg_capacity=False),
        "if stores and legs had room for all",
    ),
    "age": (
        lambda network, case: _with_rules(network, case, shelf_life=False, min_days_at_sale=False),
        "if goods did not age",
    ),
}  # fmt: skip
"""By cause: the problem without the rule, and how that is said."""
