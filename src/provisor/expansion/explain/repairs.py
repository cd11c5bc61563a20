"""What would have to give, as changes of the case.

A case says days on hand, shelves, limits and trucks for the whole horizon. So what months or days ask for is given on
all of them: the most that any asks for. Demand gives in its own months.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from provisor.expansion.arrays import CALENDAR_SHARE
from provisor.expansion.changes import CHANGES
from provisor.expansion.changes.cover import DaysOnHand
from provisor.expansion.changes.goods import Demand, SoldFrom
from provisor.expansion.changes.pins import Unpin
from provisor.expansion.changes.sites import ShelfType, SiteLimit
from provisor.expansion.changes.supply import SupplierTrucks
from provisor.expansion.elastic import Given, room_for_packs, trucks_needed, what_gives
from provisor.expansion.infeasible import more_area, most_days_on_hand
from provisor.expansion.network import network_of
from provisor.expansion.solve import can_be_planned
from provisor.planner import SolveOptions
from provisor.scenario import Scenario, apply

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from provisor.case import Case
    from provisor.expansion.network import Network
    from provisor.plan import Relaxation
    from provisor.scenario import Change

    Asked: TypeAlias = Callable[[float], list[Change]]

MORE = (0.0, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 1.0)
"""Parts by which more is given than months by themselves ask for, until there is a plan."""

SECONDS = 60.0
"""Time in which a plan of a mended case is looked for."""

STEP = 1e-6
"""Amounts are rounded to the generous side by this much, so that a solver's rounding leaves the case feasible."""


def repairs(case: Case, relaxations: Sequence[Relaxation]) -> list[Change]:
    """Changes that give each rule the room that the relaxations ask for; one that would do alone gives its own.

    Relaxations are of months by themselves. Where the days between them cannot be planned with just so much, as little
    more of the same is given as makes a plan, in steps (:data:`MORE`).
    """
    changes: list[Change] = []
    asked = _asked(case, relaxations)
    for more in MORE:
        changes = asked(more)
        if _planned(case, changes):
            return changes
    return changes


def _planned(case: Case, changes: Sequence[Change]) -> bool:
    """Whether a plan of the case after changes is found, whatever its gap."""
    return can_be_planned(_after(case, changes), SolveOptions(time_limit=SECONDS, gap=1.0))


def _after(case: Case, changes: Sequence[Change]) -> Case:
    return apply(case, Scenario("repair", tuple(changes)), CHANGES).case


def _asked(case: Case, relaxations: Sequence[Relaxation]) -> Asked:
    """What is asked for by so much more; trucks are counted last, in the case in which all else has given."""
    network = network_of(case)
    together = [entry for entry in relaxations if not entry.instead]
    if not together:
        return _alone(network, dict.fromkeys(entry.rule for entry in relaxations))
    least = what_gives(network)
    rules = dict.fromkeys(entry.rule for entry in together)

    def asked(more: float) -> list[Change]:
        given = least.and_more(more, network)
        changes = [change for rule in rules if rule in _REPAIRS for change in _REPAIRS[rule](network, given)]
        if network.rules.trucks == "hard":
            changes += _trucks(network_of(_after(case, changes)), more)
        return changes

    return asked


def up(amount: float) -> float:
    """An amount rounded up.

    >>> up(1.0)
    1.000002
    """
    return round(amount * (1 + STEP) + STEP, 6)


def _alone(network: Network, rules: Collection[str]) -> Asked:
    """Single steps: a part of the days on hand, or more area."""
    packs = room_for_packs(network)
    most = most_days_on_hand(network, packs) if "days-on-hand" in rules else None
    area = more_area(network, packs) if "area" in rules else None
    sites = np.zeros(0) if area is None else area

    def days(more: float) -> Iterator[Change]:
        kept = (most or 0.0) * max(1 - more, 0.0)
        yield DaysOnHand(factor=math.floor(kept * (1 - STEP) * 1e6) / 1e6)

    def limits(more: float) -> Iterator[Change]:
        for site in np.flatnonzero(sites > 0):
            limit = up(float(network.limit[site] + sites[site] * (1 + more)))
            yield SiteLimit(facility=(network.facilities[site],), limit_sqft=limit)

    steps = {"days-on-hand": days, "area": limits}
    return lambda more: [change for rule in rules if rule in steps for change in steps[rule](more)]


def _days(network: Network, given: Given) -> Iterator[Change]:
    """Days on hand of a product at a site: as many as its stock covers in the month in which it covers fewest."""
    unit = CALENDAR_SHARE if network.rules.days_on_hand_unit == "calendar" else 1.0
    scale = unit * network.rules.doh_multiplier / network.period_days
    for sku, site in np.argwhere(given.days < network.days_on_hand * (1 - 1e-9)):
        days = math.floor(given.days[sku, site] / scale * (1 - STEP) * 1e6) / 1e6
        yield DaysOnHand(product=(network.skus[sku],), facility=(network.facilities[site],), days=days)


def _storage(network: Network, given: Given) -> Iterator[Change]:
    """Shelves there are: one limit holds for all months."""
    for site, kind in np.argwhere(given.shelves > 0):
        more = up(float(given.shelves[site, kind]))
        yield ShelfType(storage_type=(network.types[kind],), facility=(network.facilities[site],), more=more)


def _area(network: Network, given: Given) -> Iterator[Change]:
    """Area: one limit holds for all years."""
    for site in np.flatnonzero(given.area > 0):
        limit = float(network.limit[site] + given.area[site])
        yield SiteLimit(facility=(network.facilities[site],), limit_sqft=up(limit))


def _demand(network: Network, given: Given) -> Iterator[Change]:
    """Less demand in the months that cannot serve it all; none before anything can arrive."""
    for month, sku in np.argwhere(given.served < 1):
        factor = math.floor(given.served[month, sku] * (1 - STEP) * 1e9) / 1e9
        name = network.skus[sku]
        yield Demand(product=(name,), first=int(month) + 1, last=int(month) + 1, factor=max(factor, 0.0))
    for sku in np.flatnonzero(given.first_day > 0):
        month, day = divmod(int(given.first_day[sku]), network.month_days)
        yield SoldFrom(product=(network.skus[sku],), month=month + 1, day=day + 1)


def _trucks(network: Network, more: float) -> Iterator[Change]:
    """Trucks of a supplier: as many on all days at all sites as bring what is needed in even loads."""
    for supplier, trucks in trucks_needed(network, whole=more > 0).items():
        enough = math.ceil(trucks * (1 + more) - STEP)
        yield SupplierTrucks(supplier=(network.suppliers[supplier],), trucks_per_day=enough)


def _pins(network: Network, given: Given) -> Iterator[Change]:  # noqa: ARG001 - pins that contradict go
    """Pins of what is built, which contradict each other or the limits, are free again."""
    for site in dict.fromkeys(pin.facility for pin in network.settings.pins if pin.of_building):
        yield Unpin(facility=(site,))


_REPAIRS: dict[str, Callable[[Network, Given], Iterator[Change]]] = {
    "pins": _pins,
    "days-on-hand": _days,
    "area": _area,
    "storage": _storage,
    "demand": _demand,
}
"""How each rule of the relaxations gives way."""
