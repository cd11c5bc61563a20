"""What is built, inside a problem: shelves by phase, area by tier, fixed costs, pins."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.engine.problem import Floats, Statement
    from provisor.expansion.network import Network, Numbers


@dataclass
class Building:
    """Columns and rows of what is built.

    Attributes:
        network: The case.
        statement: The problem it is part of.
        phases: Years (from 0) at whose start shelves can be added.
        elastic: Whether the limits of area are rows, which may give way, instead of bounds.
        shelves: Columns of shelves added up to a phase, phases x F x T; -1 where none can be.
        area: Columns of area in a tier up to a phase, by phase and site.
    """

    network: Network
    statement: Statement
    phases: Sequence[int]
    elastic: bool = False
    shelves: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    area: list[list[Numbers]] = field(default_factory=list)

    def phase_of(self, month: int) -> int:
        """Number of the last phase that is built before a month."""
        return min(self.network.year_of(month), len(self.phases) - 1)

    def discount(self, phase: int) -> float:
        """Worth today of money spent at the start of a phase."""
        return float((1 + self.network.settings.discount_rate) ** -phase)

    def terms(self, rows: Numbers, months: Numbers) -> list[tuple[Numbers, Numbers, Floats]]:
        """What added shelves give in rows of room, x F x T x K, of some months."""
        phase = np.array([self.phase_of(int(month)) for month in months])
        rows = rows[:, :, self.network.room_number]
        columns = np.broadcast_to(self.shelves[phase][:, :, :, None], rows.shape)
        room = np.broadcast_to(-self.network.added_room[None], rows.shape)
        keep = (columns >= 0) & (room != 0)
        return [(rows[keep], columns[keep], room[keep])]


def build(network: Network, statement: Statement, phases: int, *, elastic: bool = False) -> Building:
    """State what can be built: columns first, then every family of rows; elastic: limits of area are rows."""
    building = Building(network, statement, range(phases), elastic=elastic)
    _columns(building)
    limit(building)
    area(building)
    tiers(building)
    phase_order(building)
    fixed_costs(building)
    pins(building)
    return building


def _columns(building: Building) -> None:
    network, years = building.network, len(building.phases)
    building.shelves = np.full((years, *network.sqft.shape), -1)
    where = np.nonzero(np.repeat(network.can_add[None], years, axis=0))
    keys = [(str(y + 1), network.facilities[f], network.types[t]) for y, f, t in zip(*where, strict=True)]
    whole = network.rules.whole_shelves
    building.shelves[where] = building.statement.columns("shelves", keys, integer=whole)
    for year in building.phases:
        building.area.append([_tier_columns(building, year, site) for site in range(len(network.facilities))])


def _tier_columns(building: Building, year: int, site: int) -> Numbers:
    """Area in each tier up to a year; its price is what a sqft costs more than one added the year after.

    The sum over years of discount x (cost up to a year - cost up to the year before) is the sum of
    (discount of a year - discount of the next) x cost up to the year.
    """
    last = year == len(building.phases) - 1
    worth = building.discount(year) - (0.0 if last else building.discount(year + 1))
    widths = _widths(building.network, site)
    costs = np.array([tier.price * worth for tier in building.network.tiers[site]])
    name = building.network.facilities[site]
    keys = [(str(year + 1), name, str(number + 1)) for number in range(widths.size)]
    if building.elastic and widths.size:
        widths = np.append(widths[:-1], np.inf)
    return building.statement.columns("area", keys, upper=widths, cost=costs)


def _widths(network: Network, site: int) -> Floats:
    """Area of each tier of a site within its limit."""
    ends = [0.0, *(min(tier.upto, float(network.limit[site])) for tier in network.tiers[site])]
    return np.array([max(end - start, 0.0) for start, end in pairwise(ends)])


def limit(building: Building) -> None:
    """Area: what is added up to a year is within the limit of the site; where it may not give way, by bounds."""
    network = building.network
    for year in building.phases if building.elastic else ():
        for site in np.flatnonzero(network.growing):
            columns = building.area[year][site]
            key = (str(year + 1), network.facilities[site])
            terms = [(np.zeros(columns.size, np.int64), columns, np.ones(columns.size))]
            building.statement.rows("limit", [key], terms, upper=float(network.limit[site]))


def area(building: Building) -> None:
    """Area: shelves added up to a year take no more than the area added up to it, by site that may grow."""
    network = building.network
    for year in building.phases:
        for site in np.flatnonzero(network.growing):
            kinds = np.flatnonzero(network.can_add[site])
            shelves, tier = building.shelves[year, site, kinds], building.area[year][site]
            columns = np.concatenate([shelves, tier])
            values = np.concatenate([network.sqft[site, kinds], -np.ones(tier.size)])
            key = (str(year + 1), network.facilities[site])
            terms = [(np.zeros(columns.size, np.int64), columns, values)]
            building.statement.rows("area", [key], terms, upper=0.0)


def tiers(building: Building) -> None:
    """Tiers: a cheaper tier after a dearer one opens only when those before it are full.

    Where prices rise the cheaper tier fills by itself; where they fall it takes a binary to keep the order.
    """
    network = building.network
    for year in building.phases:
        for site in np.flatnonzero(network.growing):
            prices = [tier.price for tier in network.tiers[site]]
            for number in range(1, len(prices)):
                if prices[number] < max(prices[:number]):
                    _ordered(building, year, int(site), number)


def _ordered(building: Building, year: int, site: int, number: int) -> None:
    columns, widths = building.area[year][site], _widths(building.network, site)
    key = (str(year + 1), building.network.facilities[site], str(number + 1))
    state = building.statement
    full = state.columns("full", [key], upper=1.0, integer=True)
    both = np.concatenate([columns[:number], full])
    values = np.concatenate([np.ones(number), [-float(widths[:number].sum())]])
    state.rows("tier_full", [key], [(np.zeros(number + 1, np.int64), both, values)], lower=0.0)
    both = np.concatenate([columns[[number]], full])
    values = np.array([1.0, -float(widths[number])])
    state.rows("tier_open", [key], [(np.zeros(2, np.int64), both, values)], upper=0.0)


def phase_order(building: Building) -> None:
    """Phases: what is added stays, shelves and area."""
    network, state = building.network, building.statement
    for year in building.phases[1:]:
        for site in np.flatnonzero(network.growing):
            kinds = np.flatnonzero(network.can_add[site])
            now, before = (building.shelves[y, site, kinds] for y in (year, year - 1))
            rows, ones = np.arange(kinds.size), np.ones(kinds.size)
            keys = [(str(year + 1), network.facilities[site], network.types[kind]) for kind in kinds]
            state.rows("phase_order", keys, [(rows, now, ones), (rows, before, -ones)], lower=0.0)


def fixed_costs(building: Building) -> None:
    """Fixed costs: a phase in which anything is added at a site costs its fixed cost."""
    network, state = building.network, building.statement
    for year in building.phases:
        for site in np.flatnonzero(network.growing & (network.fixed_cost > 0)):
            cost = float(network.fixed_cost[site]) * building.discount(year)
            key = (str(year + 1), network.facilities[site])
            built = state.columns("built", [key], upper=1.0, cost=cost, integer=True)
            kinds = np.flatnonzero(network.can_add[site])
            sqft = network.sqft[site, kinds]
            columns = [building.shelves[year, site, kinds], built]
            values = [sqft, np.array([-float(network.limit[site])])]
            if year:
                columns.append(building.shelves[year - 1, site, kinds])
                values.append(-sqft)
            rows = np.zeros(sum(part.size for part in columns), np.int64)
            state.rows("built", [key], [(rows, np.concatenate(columns), np.concatenate(values))], upper=0.0)


def pins(building: Building) -> None:
    """Pins: shelves of a type, or area, at a site are as given, or at least or at most that, over the whole horizon."""
    network = building.network
    for number, pin in enumerate(network.settings.pins):
        if not pin.of_building:
            continue
        site = network.facilities.index(pin.facility)
        if pin.storage_type is None:
            columns = building.area[-1][site]
        else:
            columns = building.shelves[-1, site, [network.types.index(pin.storage_type)]]
        columns = columns[columns >= 0]
        terms = [(np.zeros(columns.size, np.int64), columns, np.ones(columns.size))]
        row = building.statement.rows
        row("pins", [(str(number + 1),)], terms, lower=pin.least, upper=pin.most)
