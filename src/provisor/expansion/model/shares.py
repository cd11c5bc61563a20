"""Shares of the sites by month, with the days of a month in closed form (days on hand of the site's own shipments).

Theorem. Let h be the average daily shipments of a site in a month and g·h its level. What a site has above its level
when a month begins, p, is at least its stock at the end of the month before less the level. All sites together ship
no more than the demand, and a site no more than its shipments of the month, so on day d at least
max(Σ p - demand of the days up to d, Σ (p - days·h)+) packs stand above the levels. Summed over the days that is a
maximum of linear terms. With room asked of the levels only, the problem below is a lower bound for every plan; and the
plan that ships first what stands above levels has that stock wherever it has room (:mod:`provisor.expansion.shares`).

Hard trucks are asked for by month, and on the first day of a month for the step of the levels; goods brought early
for them are charged one day, which keeps the bound.

Axes: months M, products S, sites F, storage types T, measures K.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.problem import Floats, Problem, Statement
from provisor.expansion.floor import drained
from provisor.expansion.model.building import Building, build
from provisor.expansion.model.limits import limited_products
from provisor.expansion.model.pins import pinned_shares
from provisor.expansion.model.terms import keys, places, terms_of

if TYPE_CHECKING:
    from provisor.expansion.design import Design
    from provisor.expansion.network import Network, Numbers

_NONE = np.zeros(0, np.int64)


@dataclass
class SharesModel:
    """The problem of monthly shares, with the places of its columns.

    Attributes:
        network: The case.
        design: What is built; none where the problem chooses it too.
        reserve: Room kept free, M x F x T x K.
        building: What can be built, where the problem chooses it.
        ship: Columns of average daily shipments, M x S x F.
        above: Columns of stock above the level when a month begins, M x S x F.
        rest: Columns of what of it is left when the month ends, M x S x F.
        early: Columns of stock brought early for trucks at the end of a month, M x S x F; -1 where there is none.
        excess: Columns of pack-days above the levels in a month, M x S.
    """

    network: Network
    design: Design | None
    reserve: Floats
    statement: Statement = field(default_factory=Statement)
    building: Building | None = None
    ship: Numbers = field(default_factory=lambda: _NONE)
    above: Numbers = field(default_factory=lambda: _NONE)
    rest: Numbers = field(default_factory=lambda: _NONE)
    early: Numbers = field(default_factory=lambda: _NONE)
    excess: Numbers = field(default_factory=lambda: _NONE)

    def problem(self) -> Problem:
        """The problem stated."""
        return self.statement.problem()


def shares_model(network: Network, design: Design | None, reserve: Floats | None = None) -> SharesModel:
    """State the problem for what is built, with some room (M x F x T x K) kept free; without a design it chooses it."""
    free = np.zeros((network.months, *network.capacity.shape)) if reserve is None else reserve
    model = SharesModel(network, design, free)
    if design is None:
        model.building = build(network, model.statement, network.years if network.rules.phases else 1)
    _columns(model)
    serve(model)
    pinned_shares(network, model.statement, np.arange(network.months), model.ship)
    step(model)
    rest(model)
    excess(model)
    room(model)
    if network.rules.trucks == "hard" and network.truck_rows.any():
        trucks(model)
    return model


def _columns(model: SharesModel) -> None:
    network, state = model.network, model.statement
    shape = (network.months, len(network.skus), len(network.facilities))
    days = float(network.month_days)
    running = days * (network.holding[:, None] * network.days_on_hand + network.transport[None])

    def family(name: str, shape: tuple[int, ...], cost: Floats | float = 0.0) -> Numbers:
        values = np.broadcast_to(np.asarray(cost, dtype=np.float64), shape).ravel()
        return state.columns(name, keys(int(np.prod(shape))), cost=values).reshape(shape)

    model.ship = family("ship", shape, running)
    model.above = family("above", shape)
    model.rest = family("rest", shape)
    model.early = np.full(shape, -1)
    limited = limited_products(network)
    if limited.size:
        cost = network.holding[limited, None]
        model.early[:, limited] = family("early", (shape[0], limited.size, shape[2]), cost)
    model.excess = family("excess", shape[:2], network.holding)


def serve(model: SharesModel) -> None:
    """Demand: average shipments of all sites add up to average demand, by month and product."""
    rows, demand = places(model.excess.shape), model.network.average
    terms = [terms_of(rows[:, :, None], model.ship, 1.0)]
    model.statement.rows("serve", keys(rows.size), terms, lower=demand.ravel(), upper=demand.ravel())


def step(model: SharesModel) -> None:
    """What stands above the level when a month begins is at least stock before less the level."""
    network, rows = model.network, places(model.ship.shape)
    lower = np.zeros(rows.shape)
    lower[0] = network.opening if network.rules.opening != "level" else 0.0
    terms = [
        terms_of(rows, model.above, 1.0),
        terms_of(rows, model.ship, np.broadcast_to(network.days_on_hand, rows.shape)),
        *_Stock(model, np.arange(rows.shape[1])).terms(rows[1:], -1.0),
    ]
    model.statement.rows("step", keys(rows.size), terms, lower=lower.ravel())


def rest(model: SharesModel) -> None:
    """What is left above the level when a month ends is at least what the site cannot ship in it."""
    rows, days = places(model.ship.shape), float(model.network.month_days)
    terms = [
        terms_of(rows, model.rest, 1.0),
        terms_of(rows, model.above, -1.0),
        terms_of(rows, model.ship, days),
    ]
    model.statement.rows("rest", keys(rows.size), terms, lower=0.0)


def excess(model: SharesModel) -> None:
    """Pack-days above levels: for every day k, k·Σ above - demand up to each day + (days - k)·Σ rest, at least."""
    network = model.network
    days = network.month_days
    gone = np.stack([drained(network, month) for month in range(network.months)])
    up_to = np.cumsum(gone, axis=1).transpose(1, 0, 2)
    rows = places((days, *model.excess.shape))
    count = np.arange(1.0, days + 1)[:, None, None, None]
    wide = rows[..., None]
    shape = (days, *model.above.shape)
    terms = [
        terms_of(rows, np.broadcast_to(model.excess, rows.shape), 1.0),
        terms_of(wide, np.broadcast_to(model.above, shape), np.broadcast_to(-count, shape)),
        terms_of(wide, np.broadcast_to(model.rest, shape), np.broadcast_to(count - days, shape)),
    ]
    model.statement.rows("excess", keys(rows.size), terms, lower=-up_to.ravel())


def room(model: SharesModel) -> None:
    """Storage: levels and what is left above them take no more than the shelves built by then, by month."""
    network = model.network
    there = network.capacity[None] if model.design is None else model.design.capacities()
    upper = np.broadcast_to(there, model.reserve.shape) - model.reserve
    rows, terms = places(upper.shape), []
    for sku, kind in enumerate(network.room_number[network.type_of]):
        for measure, use in enumerate(network.use[:, sku]):
            mine = rows[:, :, kind, measure]
            per_ship = use * (network.days_on_hand[sku] + network.morning)
            terms.append(terms_of(mine, model.ship[:, sku], np.broadcast_to(per_ship, mine.shape)))
            terms.append(terms_of(mine, model.rest[:, sku], float(use)))
            if not network.morning:  # on the last morning of a month a site may ship less than on average
                terms.append(terms_of(mine, model.early[:, sku], float(use)))
    if model.building is not None:
        terms += model.building.terms(rows, np.arange(network.months))
    model.statement.rows("room", keys(rows.size), terms, upper=upper.ravel())


def trucks(model: SharesModel) -> None:
    """Trucks: arrivals of a month within those of its days, and arrivals of its first day within those of a day.

    On the first day arrives at least what the step of the level asks for.
    """
    network = model.network
    limited = limited_products(network)
    shape = (network.months, limited.size, len(network.facilities))
    first = model.statement.columns("first", keys(int(np.prod(shape)))).reshape(shape)
    rows, days = places(shape), network.days_on_hand[limited]
    ship, end = model.ship[:, limited], _Stock(model, limited)
    terms = [terms_of(rows, first, 1.0), terms_of(rows, ship, np.broadcast_to(-days, shape))]
    terms += end.terms(rows[1:], 1.0)
    model.statement.rows("first_day", keys(rows.size), terms, lower=_opening_step(network, limited))
    _loads(model, limited, first)


def _opening_step(network: Network, limited: Numbers) -> Floats:
    """Right sides of the rows of first days: stock there is before the first one, or no row."""
    lower = np.zeros((network.months, limited.size, len(network.facilities)))
    lower[0] = -np.inf if network.rules.opening == "level" else -network.opening[limited]
    return lower.ravel()


def _loads(model: SharesModel, limited: Numbers, first: Numbers) -> None:
    """Loads of months and of first days, by supplier, site and measure."""
    network, days = model.network, float(model.network.month_days)
    pairs, measures = np.argwhere(network.truck_rows), network.load.shape[0]
    rows = places((2, network.months, len(pairs), measures))
    upper, terms = np.empty(rows.shape), []
    for number, (supplier, site) in enumerate(pairs):
        upper[:, :, number] = np.array([days, 1.0])[:, None, None] * network.trucks[supplier, site]
        for sku in np.flatnonzero(network.supplier_of == supplier):
            end, place = _Stock(model, np.array([sku])), int(np.searchsorted(limited, sku))
            for measure, load in enumerate(network.load[:, sku]):
                whole, one = rows[0, :, number, measure], rows[1, :, number, measure]
                terms += end.terms(whole[:, None], load, site)
                terms += end.terms(whole[1:, None], -load, site)
                terms.append(terms_of(whole, model.ship[:, sku, site], days * load))
                terms.append(terms_of(one, first[:, place, site], load))
    before = network.opening[:, :, None] * network.load.T[:, None]
    if network.rules.opening == "level":
        upper[0, 0] = np.inf
    else:
        mine = network.supplier_of[None] == pairs[:, [0]]
        upper[0, 0] += np.einsum("ps,spl->pl", mine, before[:, pairs[:, 1]])
    model.statement.rows("trucks", keys(rows.size), terms, upper=upper.ravel())


@dataclass(frozen=True)
class _Stock:
    """Stock of some products at the end of months."""

    model: SharesModel
    products: Numbers

    def terms(
        self, rows: Numbers, value: float, site: int | None = None
    ) -> list[tuple[Numbers, Numbers, Floats]]:
        """Terms in rows of the first months of the horizon, by product, and by site unless one is named."""
        model, sites = self.model, slice(None) if site is None else site
        days = model.network.days_on_hand[self.products][:, sites]
        columns = (
            of[: len(rows), self.products][:, :, sites] for of in (model.ship, model.rest, model.early)
        )
        ship, rest, early = columns
        return [
            terms_of(rows, ship, np.broadcast_to(value * days, ship.shape)),
            terms_of(rows, rest, value),
            terms_of(rows, early, value),
        ]
