"""The least that has to give for a case to be planned, laid out as its tables would have it.

The priority is that of :mod:`provisor.expansion.infeasible`. Room for the rounding of whole packs is kept free, so that
the case has a plan day by day when all of it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.relaxation import relax
from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.expansion.homes import is_dedicated, packs_of_shelf, room_of
from provisor.expansion.infeasible import SECONDS, elastic_days, groups_of, key_of
from provisor.expansion.model.days import days_model, even_buckets
from provisor.expansion.model.peak import peak_model
from provisor.expansion.packs import most_added
from provisor.expansion.trucks import spare_loads, spare_room

if TYPE_CHECKING:
    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.engine.relaxation import Violation
    from provisor.expansion.model.peak import PeakModel
    from provisor.expansion.network import Network, Numbers

NOTHING = 1e-6

ROUNDING = 1e-9
"""Part of days on hand that is rounding."""


@dataclass(frozen=True)
class Given:
    """What gives.

    Attributes:
        days: Days on hand that can be kept, S x F.
        shelves: Shelves more than there are, F x T.
        area: Area beyond the limits, F.
        served: Part of a month's demand that can be served, M x S.
        first_day: First day (from 0) on which a product can be served, S.
    """

    days: Floats
    shelves: Floats
    area: Floats
    served: Floats
    first_day: Numbers

    def and_more(self, part: float, network: Network) -> Given:
        """A part of it more of everything: fewer days by as much, more shelves and area, less demand."""
        fewer = self.days < network.days_on_hand * (1 - ROUNDING)
        return Given(
            days=np.where(fewer, self.days * max(1 - part, 0.0), self.days),
            shelves=self.shelves * (1 + part),
            area=self.area * (1 + part),
            served=np.clip(1 - (1 - self.served) * (1 + part), 0.0, 1.0),
            first_day=self.first_day,
        )


def what_gives(network: Network, solver: str = "highs") -> Given:
    """The least that has to give, rule after rule, for every month to be served by itself, and every first day."""
    months = range(network.months)
    model = peak_model(network, months, room_for_packs(network), elastic=True)
    problem = model.problem()
    found = relax(problem, groups_of(network, problem), Limits(seconds=SECONDS), solver)
    by_group: dict[str, list[Violation]] = {}
    for violation in found.violations:
        by_group.setdefault(violation.group.split(" ")[0], []).append(violation)
    rows = {
        name: [(key_of(problem, v.row), v.amount) for v in violations]
        for name, violations in by_group.items()
    }
    return Given(
        days=_days(model, found.problem, rows.get("days-on-hand", []), solver),
        shelves=_shelves(network, rows.get("storage", [])),
        area=_area(network, rows.get("area", [])),
        served=_served(network, rows.get("demand", [])),
        first_day=_first_day(network, solver),
    )


def room_for_packs(network: Network) -> Floats:
    """Room kept free for whole packs, of what the shelves there are have."""
    capacity = room_of(network).capacity
    if not network.rules.whole_packs:
        return np.zeros_like(capacity)
    if is_dedicated(network):
        return np.asarray(np.broadcast_to(network.ratio[None, :, None], capacity.shape))
    return np.minimum(most_added(network), capacity)


def _days(model: PeakModel, moved: Problem, rows: list[tuple[tuple[str, ...], float]], solver: str) -> Floats:
    """Days that stock covers, in the month in which it covers fewest."""
    network = model.network
    days = network.days_on_hand.copy()
    x = solve(moved, Limits(seconds=SECONDS), solver).x if rows else None
    if x is None:
        return days
    ship, stock = x[model.ship], x[model.stock]
    for (month, name, facility), _ in rows:
        m, sku = int(month) - 1, network.skus.index(name)
        if facility == "all":
            asked = float((network.days_on_hand[sku] * ship[m, sku]).sum())
            kept = network.days_on_hand[sku] * float(stock[m, sku].sum()) / asked
            days[sku] = np.minimum(days[sku], kept)
            continue
        site = network.facilities.index(facility)
        shipped = ship[m, sku].sum() if network.rules.days_on_hand == "network" else ship[m, sku, site]
        days[sku, site] = min(days[sku, site], float(stock[m, sku, site] / shipped))
    return np.maximum(days, 0.0)


def _shelves(network: Network, rows: list[tuple[tuple[str, ...], float]]) -> Floats:
    """Shelves more than there are, for the month that asks for most of them."""
    shelves = np.zeros(network.sqft.shape)
    homes: dict[tuple[int, int], float] = {}
    for (_, facility, name, measure), amount in rows:
        site = network.facilities.index(facility)
        if is_dedicated(network):
            place = (network.skus.index(name), site)
            homes[place] = max(homes.get(place, 0.0), amount)
            continue
        each = network.room[site, :, network.measures.index(measure)]
        kind = _roomiest(each, network.room_number == network.rooms.index(name))
        shelves[site, kind] = max(shelves[site, kind], amount / each[kind])
    for (sku, site), packs in homes.items():
        each = packs_of_shelf(network)[sku, site]
        kind = _roomiest(each, np.ones(each.size, dtype=bool))
        shelves[site, kind] += np.ceil(packs / each[kind] - NOTHING)
    return shelves


def _roomiest(each: Floats, allowed: Flags) -> int:
    """Type of shelf that takes most, among some."""
    return int(np.where(allowed, each, -1.0).argmax())


def _area(network: Network, rows: list[tuple[tuple[str, ...], float]]) -> Floats:
    area = np.zeros(len(network.facilities))
    for (_, facility), amount in rows:
        site = network.facilities.index(facility)
        area[site] = max(area[site], amount)
    return area


def _served(network: Network, rows: list[tuple[tuple[str, ...], float]]) -> Floats:
    served = np.ones((network.months, len(network.skus)))
    for (month, name), amount in rows:
        m, sku = int(month) - 1, network.skus.index(name)
        served[m, sku] = 1 - amount / network.average[m, sku]
    return np.clip(served, 0.0, 1.0)


def _first_day(network: Network, solver: str) -> Numbers:
    """First day (from 0) on which all of a product's demand can be served; all where orders may lie before day 1."""
    first = np.zeros(len(network.skus), np.int64)
    if network.rules.pipeline:
        return first
    _, flow = elastic_days(network, solver, SECONDS)
    for sku in range(first.size) if flow is not None else ():
        days = np.flatnonzero(flow.lost[:, sku] > NOTHING) if flow is not None else np.zeros(0)
        first[sku] = int(days[-1]) + 1 if days.size else 0
    return first


def trucks_needed(network: Network, *, whole: bool, solver: str = "highs") -> dict[int, float]:
    """Trucks that suppliers need at each site on a day, the same on all days, where those allowed do not do.

    The least sum over suppliers of what the fullest day takes beyond the trucks allowed, goods brought as early as
    room allows, in months of two buckets; whole: with room on every truck for the rounding of whole packs.
    """
    soft = replace(network, rules=network.rules.model_copy(update={"trucks": "soft"}))
    spare, days = spare_loads(network), network.month_days
    lengths = (1, days - 1) if days > 1 else (1,)
    model = days_model(soft, None, even_buckets(soft, lengths), spare_room(soft), spare if whole else None)
    problem = _of_fullest_day(model.problem().relaxed(), model.excess)
    result = solve(problem, Limits(seconds=SECONDS), solver)
    if result.x is None:
        return {}
    more = result.x[-len(network.suppliers) :]
    return {
        int(supplier): float(network.trucks[supplier].max() + more[supplier])
        for supplier in np.flatnonzero(more > NOTHING)
    }


def _of_fullest_day(problem: Problem, excess: Numbers) -> Problem:
    """The problem of least excess on the fullest day of each supplier, in columns after its own."""
    suppliers, own = excess.shape[1], problem.cost.size
    place = np.broadcast_to(np.arange(suppliers)[None, :, None], excess.shape)[excess >= 0]
    columns = excess[excess >= 0]
    count = columns.size
    rows = np.arange(count)
    wider = replace(problem, cost=np.zeros(own)).with_columns(np.ones(suppliers))
    values = np.concatenate([np.ones(count), -np.ones(count)])
    entries = (np.concatenate([rows, rows]), np.concatenate([columns, own + place]))
    matrix = sp.csr_array(sp.coo_array((values, entries), shape=(count, own + suppliers)))
    return wider.with_rows("fullest", matrix, np.full(count, -np.inf), np.zeros(count))
