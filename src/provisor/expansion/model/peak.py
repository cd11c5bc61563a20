"""What to build: the least cost at which every month that can bind has room for its stock.

Each month is planned by itself: daily shipments of each site as an average, stock at its days-on-hand level. Any
daily plan averages to a solution of this problem, so its optimum bounds the cost of expansion from below; where
:mod:`provisor.expansion.steady` turns it into a daily plan it is the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.problem import Statement
from provisor.expansion.homes import Room, assign, is_dedicated, packs_of_shelf, room_of
from provisor.expansion.model.building import Building, build
from provisor.expansion.model.pins import pinned_shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from provisor.engine.problem import Floats, Problem
    from provisor.expansion.network import Network, Numbers


@dataclass
class PeakModel:
    """The problem of what to build, with the places of its columns.

    Attributes:
        network: The case.
        months: Months (from 0) it looks at.
        reserve: Room kept free, F x T x K.
        building: What can be built.
        ship: Columns of average daily shipments, months x S x F; -1 where they do not matter.
        stock: Columns of stock, months x S x F, where days on hand are pooled; -1 else.
        lost: Columns of average daily demand not served, months x S; -1 where it must be.
        overflow: Columns of volume kept elsewhere, months x F x T; -1 where it cannot be.
        assigned: Columns of shelves given to products, S x F x T, where each holds one product; -1 else.
    """

    network: Network
    months: Sequence[int]
    reserve: Floats
    statement: Statement = field(default_factory=Statement)
    building: Building = field(init=False)
    ship: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    stock: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    lost: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    overflow: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    assigned: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def room(self) -> Room:
        """What limits stock: shelves by storage type, or each product's own ones."""
        return room_of(self.network)

    def problem(self) -> Problem:
        """The problem stated."""
        return self.statement.problem()


def peak_model(
    network: Network, months: Sequence[int], reserve: Floats | None = None, *, elastic: bool = False
) -> PeakModel:
    """State the problem for some months, with some room of each site, type and measure (F x T x K) kept free.

    Elastic: every rule that may give way has rows of its own: stock has columns and levels, areas have limits.
    """
    free = np.zeros_like(room_of(network).capacity) if reserve is None else reserve
    model = PeakModel(network, months, free)
    phases = max(network.year_of(month) for month in months) + 1 if network.rules.phases else 1
    model.building = build(network, model.statement, phases, elastic=elastic)
    _columns(model, elastic=elastic)
    if is_dedicated(network):
        model.assigned = assign(network, model.building, model.statement)
    serve(model)
    pinned_shares(network, model.statement, np.array(model.months), model.ship)
    level(model)
    room(model)
    return model


def _columns(model: PeakModel, *, elastic: bool) -> None:
    network, rules = model.network, model.network.rules
    sites, types = network.sqft.shape
    shape = (len(model.months), len(network.skus), sites)
    moving = elastic or rules.days_on_hand != "network" or network.morning > 0
    model.ship = _family(model, "ship", shape, there=moving)
    model.stock = _family(model, "stock", shape, there=elastic or rules.days_on_hand == "pooled")
    lost, rent = network.settings.lost_sale_per_pack, network.settings.overflow_per_cuft_day
    days = network.month_days
    model.lost = _family(model, "lost", shape[:2], there=lost is not None, cost=(lost or 0.0) * days)
    shape = (len(model.months), sites, types)
    rented = rent is not None and not is_dedicated(network)
    model.overflow = _family(model, "overflow", shape, there=rented, cost=(rent or 0.0) * days)


def _family(
    model: PeakModel, name: str, shape: tuple[int, ...], *, there: bool, cost: float = 0.0
) -> Numbers:
    if not there:
        return np.full(shape, -1)
    keys = [tuple(str(i) for i in place) for place in np.ndindex(*shape)]
    return model.statement.columns(name, keys, cost=cost).reshape(shape)


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


def level(model: PeakModel) -> None:
    """Days on hand where stock has columns: it covers days of shipments of the site, of all sites, or pooled."""
    if model.stock.flat[0] < 0:
        return
    network, (months, products, sites) = model.network, model.stock.shape
    days = np.stack([active_days(network, month) for month in model.months])
    pooled = network.rules.days_on_hand == "pooled"
    number = np.arange(months * products * (1 if pooled else sites)).reshape(months, products, -1)
    rows = np.broadcast_to(number, model.stock.shape).ravel()
    terms = [(rows, model.stock.ravel(), np.ones(rows.size))]
    shipped = [model.ship]
    if network.rules.days_on_hand == "network":
        shipped = [np.broadcast_to(model.ship[:, :, [site]], model.ship.shape) for site in range(sites)]
    terms += [(rows, columns.ravel(), -days.ravel()) for columns in shipped]
    places = [("all",)] if pooled else [(facility,) for facility in network.facilities]
    keys = [(str(m + 1), sku, *place) for m in model.months for sku in network.skus for place in places]
    model.statement.rows("level", keys, terms, lower=0.0)


def active_days(network: Network, month: int) -> Floats:
    """Days on hand, S x F, where they hold from the first day of a month on; 0 else."""
    return np.asarray(
        np.where(network.first_arrival <= month * network.month_days, network.days_on_hand, 0.0)
    )


def room(model: PeakModel) -> None:
    """Storage: stock takes no more than the shelves there are and those added, by month, site, type and measure."""
    network, there = model.network, model.room
    shape = (len(model.months), *there.capacity.shape)
    number = np.arange(np.prod(shape)).reshape(shape)
    upper = np.repeat((there.capacity - model.reserve)[None], len(model.months), axis=0)
    terms = []
    for place, month in enumerate(model.months):
        for rows, columns, values in _room_terms(model, number, upper, place, month):
            keep = columns >= 0
            terms.append((rows[keep], columns[keep], values[keep]))
    keys = [
        (str(month + 1), facility, kind, measure)
        for month in model.months
        for facility in network.facilities
        for kind in there.names
        for measure in there.measures
    ]
    model.statement.rows("room", keys, terms, upper=upper.ravel())


def _room_terms(
    model: PeakModel, number: Numbers, upper: Floats, place: int, month: int
) -> Iterator[tuple[Numbers, Numbers, Floats]]:
    """Terms of the rows of one month; what is constant is taken off ``upper`` in place."""
    network, rules = model.network, model.network.rules
    days, used = active_days(network, month), model.room.used
    rows = number[place]
    scope = rules.days_on_hand
    per_ship = np.zeros_like(days)
    if model.stock.flat[0] >= 0:
        yield _flat(rows, _spread(model.stock[place], rows), _weights(used, np.ones_like(days)))
    elif scope == "own":
        per_ship = days.copy()
    else:
        upper[place] -= np.einsum("tks,sf->ftk", used, days * network.average[month][:, None])
        lost = np.broadcast_to(model.lost[place][None, None, None, :], (*rows.shape, len(network.skus)))
        cover = -np.einsum("tks,sf->ftks", used, days)
        yield _flat(rows, lost, cover)
    per_ship += network.morning
    yield _flat(rows, _spread(model.ship[place], rows), _weights(used, per_ship))
    if model.assigned.size:
        held = -packs_of_shelf(network).transpose(1, 0, 2)[:, :, None]
        yield _flat(rows, model.assigned.transpose(1, 0, 2)[:, :, None], held)
        return
    yield from model.building.terms(rows[None], np.array([month]))
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
