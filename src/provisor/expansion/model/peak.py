"""What to build: the least cost at which every month that can bind has room for its stock.

Each month is planned by itself: daily shipments of each site as an average, stock at its days-on-hand level. Any
daily plan averages to a solution of this problem, so its optimum bounds the cost of expansion from below; where
:mod:`provisor.expansion.steady` turns it into a daily plan it is the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.problem import Floats, Problem, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from provisor.expansion.network import Network, Numbers

Terms = list[tuple[Numbers, Numbers, Floats]] if TYPE_CHECKING else list


@dataclass
class PeakModel:
    """The problem of what to build, with the places of its columns.

    Attributes:
        network: The case.
        months: Months (from 0) it looks at.
        reserve: Room kept free, F x T x K.
        build_years: Years (from 0) at whose start shelves can be added.
        shelves: Columns of shelves added up to a year, years x F x T; -1 where none can be.
        area: Columns of area in a tier up to a year, by year and site.
        ship: Columns of average daily shipments, months x S x F; -1 where they do not matter.
        stock: Columns of stock, months x S x F, where days on hand are pooled; -1 else.
        lost: Columns of average daily demand not served, months x S; -1 where it must be.
        overflow: Columns of volume kept elsewhere, months x F x T; -1 where it cannot be.
    """

    network: Network
    months: Sequence[int]
    reserve: Floats
    statement: Statement = field(default_factory=Statement)
    build_years: Sequence[int] = ()
    shelves: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    area: list[list[Numbers]] = field(default_factory=list)
    ship: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    stock: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    lost: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    overflow: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))

    def problem(self) -> Problem:
        """The problem stated."""
        return self.statement.problem()

    def discount(self, year: int) -> float:
        """Worth today of money spent at the start of a year (from 0)."""
        return float((1 + self.network.settings.discount_rate) ** -year)

    def phase_of(self, month: int) -> int:
        """Number of the last phase that is built before a month."""
        return self.network.year_of(month) if self.network.rules.phases else 0


def peak_model(network: Network, months: Sequence[int], reserve: Floats | None = None) -> PeakModel:
    """State the problem for some months, with some room of each site, type and measure (F x T x K) kept free."""
    free = np.zeros_like(network.capacity) if reserve is None else reserve
    model = PeakModel(network, months, free)
    phases = max(network.year_of(month) for month in months) + 1 if network.rules.phases else 1
    model.build_years = range(phases)
    _columns(model)
    serve(model)
    pooled_level(model)
    room(model)
    area(model)
    tiers(model)
    phase_order(model)
    pins(model)
    return model


def _columns(model: PeakModel) -> None:
    network, state, rules = model.network, model.statement, model.network.rules
    years, (sites, types) = len(model.build_years), network.sqft.shape
    model.shelves = np.full((years, sites, types), -1)
    where = np.nonzero(np.repeat(network.can_add[None], years, axis=0))
    keys = [(str(y + 1), network.facilities[f], network.types[t]) for y, f, t in zip(*where, strict=True)]
    model.shelves[where] = state.columns("shelves", keys, integer=rules.whole_shelves)
    for year in model.build_years:
        model.area.append([_tier_columns(model, year, site) for site in range(sites)])
    shape = (len(model.months), len(network.skus), sites)
    moving = rules.days_on_hand != "network" or rules.check_time == "morning"
    model.ship = _family(model, "ship", shape, there=moving)
    model.stock = _family(model, "stock", shape, there=rules.days_on_hand == "pooled")
    lost, rent = network.settings.lost_sale_per_pack, network.settings.overflow_per_cuft_day
    days = network.month_days
    model.lost = _family(model, "lost", shape[:2], there=lost is not None, cost=(lost or 0.0) * days)
    shape = (len(model.months), sites, types)
    model.overflow = _family(model, "overflow", shape, there=rent is not None, cost=(rent or 0.0) * days)


def _family(
    model: PeakModel, name: str, shape: tuple[int, ...], *, there: bool, cost: float = 0.0
) -> Numbers:
    if not there:
        return np.full(shape, -1)
    keys = [tuple(str(i) for i in place) for place in np.ndindex(*shape)]
    return model.statement.columns(name, keys, cost=cost).reshape(shape)


def _tier_columns(model: PeakModel, year: int, site: int) -> Numbers:
    """Area in each tier up to a year, with what a sqft there costs more than one added the year after."""
    network = model.network
    last = year == len(model.build_years) - 1
    worth = model.discount(year) - (0.0 if last else model.discount(year + 1))
    limit, start, widths, costs = float(network.limit[site]), 0.0, [], []
    for tier in network.tiers[site]:
        widths.append(max(min(tier.upto, limit) - start, 0.0))
        costs.append(tier.price * worth)
        start = tier.upto
    keys = [(str(year + 1), network.facilities[site], str(number + 1)) for number in range(len(widths))]
    return model.statement.columns("area", keys, upper=np.array(widths), cost=np.array(costs))


def serve(model: PeakModel) -> None:
    """Demand: average shipments of all sites and what is lost add up to average demand, by month and product."""
    count = len(model.months) * len(model.network.skus)
    if not count or model.ship.flat[0] < 0:
        return
    demand = model.network.average[list(model.months)].ravel()
    sites = model.ship.shape[2]
    terms = [(np.repeat(np.arange(count), sites), model.ship.ravel(), np.ones(count * sites))]
    if model.lost.flat[0] >= 0:
        terms.append((np.arange(count), model.lost.ravel(), np.ones(count)))
    keys = [(str(m + 1), sku) for m in model.months for sku in model.network.skus]
    model.statement.rows("serve", keys, terms, lower=demand, upper=demand)


def pooled_level(model: PeakModel) -> None:
    """Days on hand, pooled: stock of all sites covers the sum of what each would need, by month and product."""
    if model.stock.flat[0] < 0:
        return
    network, sites = model.network, model.stock.shape[2]
    count = len(model.months) * len(network.skus)
    rows = np.repeat(np.arange(count), sites)
    days = np.concatenate([active_days(network, month).ravel() for month in model.months])
    terms = [(rows, model.stock.ravel(), np.ones(rows.size)), (rows, model.ship.ravel(), -days)]
    keys = [(str(m + 1), sku) for m in model.months for sku in network.skus]
    model.statement.rows("level", keys, terms, lower=0.0)


def active_days(network: Network, month: int) -> Floats:
    """Days on hand, S x F, where they hold from the first day of a month on; 0 else."""
    return np.asarray(
        np.where(network.first_arrival <= month * network.month_days, network.days_on_hand, 0.0)
    )


def room(model: PeakModel) -> None:
    """Storage: stock takes no more than the shelves there are and those added, by month, site, type and measure."""
    network = model.network
    shape = (len(model.months), *network.capacity.shape)
    number = np.arange(np.prod(shape)).reshape(shape)
    upper = np.repeat((network.capacity - model.reserve)[None], len(model.months), axis=0)
    terms = []
    for place, month in enumerate(model.months):
        for rows, columns, values in _room_terms(model, number, upper, place, month):
            keep = columns >= 0
            terms.append((rows[keep], columns[keep], values[keep]))
    keys = [
        (str(month + 1), facility, kind, measure)
        for month in model.months
        for facility in network.facilities
        for kind in network.types
        for measure in network.measures
    ]
    model.statement.rows("room", keys, terms, upper=upper.ravel())


def _room_terms(
    model: PeakModel, number: Numbers, upper: Floats, place: int, month: int
) -> Iterator[tuple[Numbers, Numbers, Floats]]:
    """Terms of the rows of one month; what is constant is taken off ``upper`` in place."""
    network, rules = model.network, model.network.rules
    days, used = active_days(network, month), network.used
    rows = number[place]
    scope = rules.days_on_hand
    per_ship = np.zeros_like(days)
    if scope == "own":
        per_ship = days.copy()
    elif scope == "network":
        upper[place] -= np.einsum("tks,sf->ftk", used, days * network.average[month][:, None])
        lost = np.broadcast_to(model.lost[place][None, None, None, :], (*rows.shape, len(network.skus)))
        cover = -np.einsum("tks,sf->ftks", used, days)
        yield _flat(rows, lost, cover)
    else:
        yield _flat(rows, _spread(model.stock[place], rows), _weights(used, np.ones_like(days)))
    if rules.check_time == "morning":
        per_ship += 1.0
    yield _flat(rows, _spread(model.ship[place], rows), _weights(used, per_ship))
    phase = model.shelves[model.phase_of(month)]
    added = np.broadcast_to(phase[:, :, None, None], (*rows.shape, 1))
    yield _flat(rows, added, -network.added_room[:, :, :, None])
    volume = np.where(np.arange(rows.shape[2]) == 0, -1.0, 0.0)
    yield _flat(
        rows,
        np.broadcast_to(model.overflow[place][:, :, None, None], (*rows.shape, 1)),
        np.broadcast_to(volume[None, None, :, None], (*rows.shape, 1)),
    )


def _spread(columns: Numbers, rows: Numbers) -> Numbers:
    """Columns S x F for every row F x T x K, products last."""
    return np.broadcast_to(columns.T[:, None, None, :], (*rows.shape, columns.shape[0]))


def _weights(used: Floats, days: Floats) -> Floats:
    """Room taken per column, F x T x K x S."""
    return np.asarray(np.einsum("tks,sf->ftks", used, days))


def _flat(rows: Numbers, columns: Numbers, values: Floats) -> tuple[Numbers, Numbers, Floats]:
    """Terms with a coefficient, one by one."""
    wide = np.broadcast_to(rows[..., None], columns.shape).ravel()
    column, value = columns.ravel(), np.asarray(values, dtype=np.float64).ravel()
    keep = (column >= 0) & (value != 0)
    return wide[keep], column[keep], value[keep]


def area(model: PeakModel) -> None:
    """Area: shelves added up to a year take no more than the area added up to it, by site that may grow."""
    network = model.network
    for year in model.build_years:
        for site in np.flatnonzero(network.growing):
            kinds = np.flatnonzero(network.can_add[site])
            shelves, tier = model.shelves[year, site, kinds], model.area[year][site]
            columns = np.concatenate([shelves, tier])
            values = np.concatenate([network.sqft[site, kinds], -np.ones(tier.size)])
            rows = np.zeros(columns.size, np.int64)
            key = (str(year + 1), network.facilities[site])
            model.statement.rows("area", [key], [(rows, columns, values)], upper=0.0)


def tiers(model: PeakModel) -> None:
    """Tiers: a cheaper tier after a dearer one opens only when the one before it is full.

    Where prices rise the cheaper tier fills by itself; where they fall it takes a binary to keep the order.
    """
    network = model.network
    for year in model.build_years:
        for site in np.flatnonzero(network.growing):
            prices = [tier.price for tier in network.tiers[site]]
            for number in range(1, len(prices)):
                if prices[number] < min(prices[:number]):
                    _ordered(model, year, int(site), number)


def _ordered(model: PeakModel, year: int, site: int, number: int) -> None:
    network, columns = model.network, model.area[year][site]
    limit, bounds = float(network.limit[site]), [0.0, *(tier.upto for tier in network.tiers[site])]
    widths = [max(min(end, limit) - start, 0.0) for start, end in zip(bounds, bounds[1:], strict=False)]
    key = (str(year + 1), network.facilities[site], str(number + 1))
    full = model.statement.columns("full", [key], upper=1.0, integer=True)
    before, ones = columns[:number], np.ones(number)
    zeros = np.zeros(number, np.int64)
    terms = [(zeros, before, ones), (0, full, -float(sum(widths[:number])))]
    model.statement.rows("tier_full", [key], terms, lower=0.0)
    model.statement.rows(
        "tier_open", [key], [(0, columns[number], 1.0), (0, full, -widths[number])], upper=0.0
    )


def phase_order(model: PeakModel) -> None:
    """Phases: what is added stays; a phase in which anything is built at a site costs its fixed cost."""
    network, state = model.network, model.statement
    for year in model.build_years:
        for site in np.flatnonzero(network.growing):
            kinds = np.flatnonzero(network.can_add[site])
            now = model.shelves[year, site, kinds]
            before = model.shelves[year - 1, site, kinds] if year else None
            key = (str(year + 1), network.facilities[site])
            rows = np.arange(kinds.size)
            if before is not None:
                keys = [(*key, network.types[kind]) for kind in kinds]
                terms = [(rows, now, np.ones(kinds.size)), (rows, before, -np.ones(kinds.size))]
                state.rows("phase_order", keys, terms, lower=0.0)
            if network.fixed_cost[site] > 0:
                cost = float(network.fixed_cost[site]) * model.discount(year)
                built = state.columns("built", [key], upper=1.0, cost=cost, integer=True)
                sqft, zeros = network.sqft[site, kinds], np.zeros(kinds.size, np.int64)
                terms = [(zeros, now, sqft), (0, built, -float(network.limit[site]))]
                if before is not None:
                    terms.append((zeros, before, -sqft))
                state.rows("built", [key], terms, upper=0.0)


def pins(model: PeakModel) -> None:
    """Pins: shelves of a type, or area, at a site as given, over the whole horizon."""
    network = model.network
    for number, pin in enumerate(network.settings.pins):
        site = network.facilities.index(pin.facility)
        last = model.shelves[-1, site]
        if pin.storage_type is not None:
            columns = last[[network.types.index(pin.storage_type)]]
            values = np.ones(1)
        else:
            columns, values = last, network.sqft[site]
        keep = columns >= 0
        rows = np.zeros(int(keep.sum()), np.int64)
        if pin.decision == "sqft":
            columns, values, rows = model.area[-1][site], np.ones(model.area[-1][site].size), None
            rows = np.zeros(columns.size, np.int64)
            keep = np.ones(columns.size, dtype=bool)
        model.statement.rows(
            "pins",
            [(str(number + 1),)],
            [(rows, columns[keep], values[keep])],
            lower=pin.amount,
            upper=pin.amount,
        )
