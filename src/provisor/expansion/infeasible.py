"""What would make an infeasible case feasible: the smallest relaxation, rule by rule, in the rule's own unit.

Rules give way one after the other, as ``rules.give_first`` says: none gives more than it must after those before it
have given all they can (lexicographically, never as one sum of penalties). Beside it stand the two smallest single
steps that would do alone: fewer days on hand, and more area than the limit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.relaxation import Group, Violation, relax
from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.expansion.design import find_design
from provisor.expansion.floor import overloaded
from provisor.expansion.flow import excess_loads
from provisor.expansion.homes import room_of
from provisor.expansion.model.days import days_model, even_buckets
from provisor.expansion.model.peak import peak_model
from provisor.expansion.spread import flow_of
from provisor.expansion.tables import MEASURES
from provisor.expansion.tiers import Tier
from provisor.plan import Relaxation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.engine.problem import Floats, Problem
    from provisor.expansion.flow import Flow
    from provisor.expansion.network import Network

SECONDS = 60.0
UNLIMITED = 1e9
"""Square feet that no site will ever ask for."""

STEPS = 30
"""Halvings of the interval of multipliers of days on hand: exact to 1e-9, well within what solvers keep rows to."""

NOTHING = 1e-6
LOST_BEFORE = 1e4
"""Price of a pack lost where a truckload costs 1: demand gives last."""


def relaxations(network: Network, solver: str = "highs") -> list[Relaxation]:
    """Smallest relaxation of months that cannot be served by themselves, first what gives first; then single steps.

    Trucks that are too few whatever else gives are told besides.
    """
    problem = peak_model(network, range(network.months), elastic=True).problem()
    groups = groups_of(network, problem)
    found = relax(problem, groups, Limits(seconds=SECONDS), solver)
    told = [_told(network, problem, group.name, found.violations) for group in groups]
    return [
        *overloads(network),
        *(entry for entry in told if entry is not None),
        *single_steps(network),
    ]


def overloads(network: Network) -> list[Relaxation]:
    """Suppliers whose hard trucks cannot bring what is needed, whatever is built, in closed form."""
    return [
        Relaxation(
            "trucks",
            excess,
            "truckload",
            {"supplier": network.suppliers[supplier]},
            f"{_needed(network, supplier)}; at least {excess:,.0f} truckloads too many over the horizon",
        )
        for supplier, excess in overloaded(network).items()
    ]


def _needed(network: Network, supplier: int) -> str:
    """What a supplier brings on an average day of the first month, against what the rule allows."""
    mine = network.supplier_of == supplier
    needed = float((network.average[0, mine] @ network.load[:, mine].T).max())
    allowed = float(network.trucks[supplier].sum())
    times = f"{needed / allowed:,.0f} times" if allowed else "none"
    return (
        f"{network.suppliers[supplier]} needs {needed:,.1f} truckloads on an average day of month 1; the rule allows "
        f"{allowed:,.0f} ({times})"
    )


PINS = {"pinned_share": "pack/day", "pins": "shelf or sqft"}
"""Families of rows that the user's pins have, with their units."""

FAMILIES = {"days-on-hand": "level", "area": "limit", "demand": "serve"}


def groups_of(network: Network, problem: Problem) -> list[Group]:
    """Families of rows from "gives way first" to "gives way last"; room by measure, for their units differ.

    Pins give last, and only where they contradict each other or what may never give.
    """
    groups = []
    for rule in network.rules.give_first:
        if rule == "storage":
            block = problem.row_block("room")
            measures = room_of(network).measures
            for number, measure in enumerate(measures):
                rows = np.arange(block.start + number, block.stop, len(measures))
                groups.append(Group(f"storage {measure}", rows))
        elif rule in FAMILIES and any(block.name == FAMILIES[rule] for block in problem.rows):
            groups.append(Group.of(problem, FAMILIES[rule], name=rule))
    there = {block.name for block in problem.rows}
    groups += [Group.of(problem, name, name=f"pins {name}") for name in PINS if name in there]
    return groups


def _told(
    network: Network, problem: Problem, group: str, violations: Sequence[Violation]
) -> Relaxation | None:
    """All that one group gives, in one sentence: how much, where most, when first, how often."""
    mine = [violation for violation in violations if violation.group == group]
    if not mine:
        return None
    rule, _, measure = group.partition(" ")
    units = {
        "days-on-hand": "pack",
        "area": "sqft",
        "demand": "pack/day",
        "storage": MEASURES.get(measure, "pack"),
        "pins": PINS.get(measure, ""),
    }
    unit, total = units[rule], sum(violation.amount for violation in mine)
    worst = max(mine, key=lambda violation: violation.amount)
    keys = [key_of(problem, violation.row) for violation in mine]
    where = _where(network, rule, measure, key_of(problem, worst.row))
    place = ", ".join(f"{name} {value}" for name, value in where.items())
    what = {
        "days-on-hand": "stock below its days on hand",
        "area": "area beyond the limits",
        "demand": "demand not served",
        "storage": f"{measure} beyond the shelves",
        "pins": "pins that contradict each other or the limits",
    }[rule]
    words = f"{what}: {worst.amount:,.1f} {unit} at worst ({place})"
    if rule not in {"area", "pins"}:
        months = sorted({int(key[0]) for key in keys})
        words += f", {len(months)} of {network.months} months, first in month {months[0]}"
    return Relaxation(rule, total, unit, where, words)


def key_of(problem: Problem, row: int) -> tuple[str, ...]:
    """Key of a row.

    Raises:
        KeyError: The problem has no such row.
    """
    for block in problem.rows:
        if block.start <= row < block.stop:
            return block.keys[row - block.start]
    raise KeyError(row)


def _where(network: Network, rule: str, family: str, key: tuple[str, ...]) -> dict[str, str]:
    """Place of a row by column."""
    if family == "pins":
        pin = network.settings.pins[int(key[0]) - 1]
        kind = {"storage_type": pin.storage_type} if pin.storage_type else {}
        return {"facility": pin.facility, **kind}
    names = {
        "pins": ("month", "sku", "facility"),
        "days-on-hand": ("month", "sku", "facility"),
        "area": ("year", "facility"),
        "demand": ("month", "sku"),
        "storage": ("month", "facility", "storage_type", "measure"),
    }[rule]
    return dict(zip(names, key, strict=False))


def single_steps(network: Network) -> list[Relaxation]:
    """Steps that would each make the case feasible alone: fewer days on hand, or more area."""
    steps = []
    share = most_days_on_hand(network)
    if share is not None and share < 1:
        words = f"or: keep {100 * share:.1f} % of the days on hand, and build all that is allowed"
        steps.append(Relaxation("days-on-hand", 1 - share, "share", {}, words, instead=True))
    area = more_area(network)
    if area is not None and area.sum() > NOTHING:
        sites = [
            f"{sqft:,.0f} sqft at {name}"
            for name, sqft in zip(network.facilities, area, strict=True)
            if sqft > NOTHING
        ]
        words = f"or: build more than the limit, {' and '.join(sites)}"
        steps.append(Relaxation("area", float(area.sum()), "sqft", {}, words, instead=True))
    return steps


def most_days_on_hand(network: Network, reserve: Floats | None = None) -> float | None:
    """Largest multiple of the days on hand that can be kept with all that may be built; none if not even 0.

    With some room (F x T x K) kept free, if asked for.
    """

    def possible(multiple: float) -> bool:
        scaled = replace(network, days_on_hand=network.days_on_hand * multiple)
        return find_design(scaled, reserve=reserve, whole=False).design is not None

    if not possible(0.0):
        return None
    low, high = 0.0, 1.0
    while possible(high) and high < UNLIMITED:
        low, high = high, 2 * high
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if possible(middle) else (low, middle)
    return low


def more_area(network: Network, reserve: Floats | None = None) -> Floats | None:
    """Least area beyond the limits that would do, F; none if no area would; room as for days on hand."""
    tiers = tuple(
        (Tier(float(limit), 0.0), Tier(UNLIMITED, 1.0)) if limit > 0 else () for limit in network.limit
    )
    limit = np.where(network.limit > 0, UNLIMITED, 0.0)
    free = replace(
        network,
        tiers=tiers,
        limit=limit,
        fixed_cost=np.zeros_like(network.fixed_cost),
        rules=network.rules.model_copy(update={"phases": False}),
    )
    design = find_design(free, reserve=reserve, whole=False).design
    return None if design is None else np.maximum(design.area[-1] - network.limit, 0.0)


@dataclass(frozen=True)
class _Loads:
    """Loads of a supplier beyond its trucks: over the horizon, on which share of days, and on which day first."""

    supplier: int
    excess: float
    share_of_days: float
    first_day: int


def day_relaxations(network: Network, solver: str, seconds: float) -> list[Relaxation]:
    """Smallest relaxation of days that cannot be planned though months could: truckloads, then demand."""
    elastic, flow = elastic_days(network, solver, seconds)
    if flow is None:
        return []
    return [*_lost(network, flow), *(_loads_told(elastic, entry) for entry in _loads(elastic, flow))]


def elastic_days(network: Network, solver: str, seconds: float) -> tuple[Network, Flow | None]:
    """The case in which demand and trucks may give, and its plan of least truckloads, demand lost least of all."""
    elastic = replace(
        network,
        rules=network.rules.model_copy(
            update={"trucks": "soft" if network.rules.trucks == "hard" else network.rules.trucks}
        ),
        settings=network.settings.model_copy(
            update={"excess_truck_cost": 1.0, "lost_sale_per_pack": LOST_BEFORE}
        ),
        holding=np.zeros_like(network.holding),
        transport=np.zeros_like(network.transport),
        tiers=tuple(tuple(Tier(tier.upto, 0.0) for tier in tiers) for tiers in network.tiers),
    )
    days = network.month_days
    lengths = (1, days - 1) if days > 1 else (1,)
    model = days_model(elastic, None, even_buckets(elastic, lengths))
    result = solve(model.problem().relaxed(), Limits(seconds=max(seconds, SECONDS)), solver)
    return elastic, None if result.x is None else flow_of(model, result.x)


def _lost(network: Network, flow: Flow) -> list[Relaxation]:
    by_product = flow.lost.sum(axis=0)
    total = float(by_product.sum())
    if total <= NOTHING:
        return []
    worst = int(by_product.argmax())
    days = np.flatnonzero(flow.lost.sum(axis=1) > NOTHING)
    words = (
        f"demand not served: {total:,.0f} packs on {days.size} days, the first day {days[0] + 1}, most of product "
        f"{network.skus[worst]} ({by_product[worst]:,.0f} packs); nothing can arrive before its lead time"
    )
    return [Relaxation("demand", total, "pack", {"sku": network.skus[worst]}, words)]


def _loads(network: Network, flow: Flow) -> list[_Loads]:
    if network.rules.trucks != "soft":
        return []
    excess = excess_loads(network, flow.arrivals)
    found = []
    for number in range(len(network.suppliers)):
        mine = excess[:, number].sum(axis=1)
        if mine.sum() > NOTHING:
            days = np.flatnonzero(mine > NOTHING)
            found.append(_Loads(number, float(mine.sum()), days.size / network.horizon, int(days[0])))
    return found


def _loads_told(network: Network, entry: _Loads) -> Relaxation:
    words = (
        f"{_needed(network, entry.supplier)}; {entry.excess:,.0f} truckloads too many over the horizon, on "
        f"{100 * entry.share_of_days:.1f} % of days, the first day {entry.first_day + 1}"
    )
    supplier = {"supplier": network.suppliers[entry.supplier]}
    return Relaxation("trucks", entry.excess, "truckload", supplier, words)
