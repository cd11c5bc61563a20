"""How goods flow: the linear problem of every day, or of buckets of days, for what is built or while it is chosen.

A bucket is some days of a month in a row. Within it shipments and arrivals per day are constant and stock runs
straight from the end of the bucket before to its own end, so that whatever is convex and holds at both ends holds on
every day of it. The first bucket of a month is one day, because levels step up there. With buckets of one day this is
the daily problem itself.

Axes: buckets P, products S, sites F, storage types T, measures K.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.problem import Flags, Floats, Problem, Statement
from provisor.expansion.model.building import Building, build
from provisor.expansion.model.levels import average, level, opening_level, stock_terms
from provisor.expansion.model.limits import room, trucks
from provisor.expansion.model.pins import delivered, pinned_flows
from provisor.expansion.model.terms import keys, places, terms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.expansion.design import Design
    from provisor.expansion.network import Network, Numbers

Buckets = tuple[tuple[int, ...], ...]
"""Lengths of the buckets of each month in days."""

_NONE = np.zeros(0, np.int64)


@dataclass
class DaysModel:
    """The problem of flows, with the places of its columns.

    Attributes:
        network: The case.
        design: What is built; the flows must fit it. Empty where the problem chooses what to build too.
        building: What can be built, where the problem chooses it.
        given: Shipments that are fixed, if any.
        buckets: Lengths of the buckets of each month.
        reserve: Room kept free for whole packs, F x T x K.
        spare_loads: Truckloads kept free for whole packs, suppliers x L.
        opening: Columns of opening stock, S x F.
        above: Columns of stock at the end of a bucket, P x S x F, less its level where :attr:`cover` says so.
        ship: Columns of shipments per day, P x S x F.
        arrive: Columns of arrivals per day, P x S x F; -1 where no row asks for them.
        average: Columns of average daily shipments of a month, M x S x F; -1 where no row asks for them.
        lost: Columns of demand not served per day, P x S; -1 where it must be.
        overflow: Columns of volume kept elsewhere, P x F x T; -1 where it cannot be.
        excess: Columns of loads beyond the trucks allowed per day, P x suppliers x F; -1 where there are none.
    """

    network: Network
    design: Design | None
    buckets: Buckets
    reserve: Floats
    spare_loads: Floats
    statement: Statement = field(default_factory=Statement)
    building: Building | None = None
    given: Given | None = None
    opening: Numbers = field(default_factory=lambda: _NONE)
    above: Numbers = field(default_factory=lambda: _NONE)
    ship: Numbers = field(default_factory=lambda: _NONE)
    arrive: Numbers = field(default_factory=lambda: _NONE)
    average: Numbers = field(default_factory=lambda: _NONE)
    lost: Numbers = field(default_factory=lambda: _NONE)
    overflow: Numbers = field(default_factory=lambda: _NONE)
    excess: Numbers = field(default_factory=lambda: _NONE)

    @cached_property
    def lengths(self) -> Floats:
        """Days of each bucket, P."""
        return np.array([days for month in self.buckets for days in month], dtype=np.float64)

    @cached_property
    def month_of(self) -> Numbers:
        """Month (from 0) of each bucket, P."""
        return np.repeat(np.arange(len(self.buckets)), [len(month) for month in self.buckets])

    @cached_property
    def first_day(self) -> Numbers:
        """First day (from 0) of each bucket, P."""
        return np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.int64)

    @cached_property
    def last_day(self) -> Numbers:
        """Last day of each bucket, P."""
        return self.first_day + self.lengths.astype(np.int64) - 1

    @cached_property
    def demand(self) -> Floats:
        """Demand per day of each bucket, P x S."""
        daily = self.network.daily.reshape(self.network.horizon, -1)
        sums = np.add.reduceat(daily, self.first_day, axis=0)
        return np.asarray(sums / self.lengths[:, None])

    @cached_property
    def active(self) -> Floats:
        """Days on hand where they hold at the end of a bucket, P x S x F; 0 else."""
        holds = self.last_day[:, None, None] >= self.network.first_arrival[None]
        return np.asarray(np.where(holds, self.network.days_on_hand[None], 0.0))

    @cached_property
    def cover(self) -> Floats:
        """Days of the month's average shipments of the site in a stock beside ``above``, P x S x F.

        A level that follows from the site's own shipments is a bound of ``above`` so, and not a row.
        """
        own = self.network.rules.days_on_hand == "own"
        return self.active if own else np.zeros_like(self.active)

    def problem(self) -> Problem:
        """The problem stated."""
        return self.statement.problem()


@dataclass(frozen=True)
class Given:
    """What is fixed of a daily plan.

    Attributes:
        ship: Shipments, N x S x F.
        taken: Room that other goods take when it is checked, N x F x T x K; none where room is left aside.
    """

    ship: Floats
    taken: Floats | None


@dataclass(frozen=True)
class Prices:
    """Prices of what is limited, instead of the limits.

    Attributes:
        room: Price of room at the end of a bucket, P x F x T x K.
        loads: Price of a truckload in a bucket, all its days together, P x suppliers x F x L.
    """

    room: Floats
    loads: Floats

    @classmethod
    def none(cls, model: DaysModel) -> Prices:
        """Nothing is priced."""
        network = model.network
        sites = len(network.facilities)
        loads = np.zeros((1, len(network.suppliers), sites, network.load.shape[0]))
        return cls(np.zeros((1, *network.capacity.shape)), loads)

    def of_stock(self, network: Network) -> Floats:
        """Price of a pack in stock at the end of a bucket, P x S x F."""
        return np.asarray(np.einsum("pftk,tks->psf", self.room, network.used, optimize=True))

    def of_arrivals(self, network: Network) -> Floats:
        """Price of a pack that arrives every day of a bucket, P x S x F."""
        return np.asarray(np.einsum("psfl,ls->psf", self.loads[:, network.supplier_of], network.load))


def even_buckets(network: Network, lengths: Sequence[int]) -> Buckets:
    """The same buckets in every month; days where days differ, in demand or in what can arrive.

    Raises:
        ValueError: The lengths do not add up to a month, or do not begin with one day.
    """
    if sum(lengths) != network.month_days or lengths[0] != 1:
        raise ValueError(
            f"buckets begin with one day and add up to {network.month_days}, not {tuple(lengths)}"
        )
    single = (1,) * network.month_days
    if network.rules.demand in {"weekday", "daily"}:
        return (single,) * network.months
    start_up = int(network.first_arrival.max())
    months = -(-start_up // network.month_days)
    return (single,) * months + (tuple(lengths),) * (network.months - months)


def days_model(
    network: Network,
    design: Design | None,
    buckets: Buckets,
    reserve: Floats | None = None,
    spare_loads: Floats | None = None,
    prices: Prices | None = None,
    given: Given | None = None,
) -> DaysModel:
    """State the flows through what is built; without a design what to build is part of the problem.

    With prices room and trucks are not limited but paid for; what is built plays no part then. With ``given``
    shipments are fixed, and other goods take their room already; buckets are days then.
    """
    free = np.zeros_like(network.capacity) if reserve is None else reserve
    loads = np.zeros((len(network.suppliers), network.load.shape[0])) if spare_loads is None else spare_loads
    model = DaysModel(network, design, buckets, free, loads)
    if design is None and prices is None:
        model.building = build(network, model.statement, network.years if network.rules.phases else 1)
    model.given = given
    _columns(model, Prices.none(model) if prices is None else prices)
    balance(model)
    serve(model)
    pinned_flows(model)
    average(model)
    level(model)
    opening_level(model)
    if prices is None:
        trucks(model)
    if prices is None and not (given is not None and given.taken is None):
        room(model)
    return model


def _columns(model: DaysModel, prices: Prices) -> None:
    network, settings = model.network, model.network.settings
    shape = (model.lengths.size, len(network.skus), len(network.facilities))
    opening_most = np.inf if network.rules.opening == "level" else network.opening
    opening_least = 0.0 if network.rules.opening == "level" else network.opening
    model.opening = _family(model, "opening", shape[1:], lower=opening_least, upper=opening_most)
    after = np.append(model.lengths[1:], 1.0)
    days = (model.lengths + 1) / 2 + (after - 1) / 2
    price = days[:, None, None] * network.holding[None, :, None] + prices.of_stock(network)
    floor = np.zeros(shape)
    if network.rules.days_on_hand == "network" and settings.lost_sale_per_pack is None:
        floor = model.active * network.average[model.month_of][:, :, None]
    price = np.broadcast_to(price, shape)
    model.above = _family(model, "above", shape, lower=floor, cost=price)
    transport = model.lengths[:, None, None] * network.transport[None, None, :]
    least, most = (0.0, np.inf) if model.given is None else (model.given.ship, model.given.ship)
    model.ship = _family(
        model, "ship", shape, lower=least, upper=most, cost=np.broadcast_to(transport, shape)
    )
    limited = network.truck_rows[network.supplier_of]
    early = model.first_day[:, None, None] < network.first_arrival[None]
    model.arrive = _family(
        model,
        "arrive",
        shape,
        there=limited[None] | early | delivered(network)[None, :, None],
        upper=np.where(early, 0.0, np.inf),
        cost=prices.of_arrivals(network),
    )
    own = network.rules.days_on_hand != "network" or settings.lost_sale_per_pack is not None
    months = (network.months, *shape[1:])
    first = np.flatnonzero(np.diff(model.month_of, prepend=-1))
    model.average = _family(
        model, "average", months, there=own, cost=np.add.reduceat(price * model.cover, first, axis=0)
    )
    lost, rent = settings.lost_sale_per_pack, settings.overflow_per_cuft_day
    per_day = np.broadcast_to(model.lengths[:, None], shape[:2])
    model.lost = _family(model, "lost", shape[:2], there=lost is not None, cost=per_day * (lost or 0.0))
    shape = (shape[0], *network.sqft.shape)
    per_day = np.broadcast_to(model.lengths[:, None, None], shape)
    model.overflow = _family(model, "overflow", shape, there=rent is not None, cost=per_day * (rent or 0.0))
    soft = network.truck_rows & (network.rules.trucks == "soft")
    shape = (shape[0], *soft.shape)
    per_day = np.broadcast_to(model.lengths[:, None, None] * settings.excess_truck_cost, shape)
    model.excess = _family(model, "excess", shape, there=soft[None], cost=per_day)


def _family(
    model: DaysModel,
    name: str,
    shape: tuple[int, ...],
    *,
    there: bool | Flags = True,
    lower: float | Floats = 0.0,
    upper: float | Floats = np.inf,
    cost: float | Floats = 0.0,
) -> Numbers:
    """Columns in a shape, -1 where there is none."""
    mask = np.broadcast_to(np.asarray(there, dtype=bool), shape)
    if not mask.any():
        return np.full(shape, -1)

    def picked(values: float | Floats) -> Floats:
        return np.asarray(np.broadcast_to(np.asarray(values, dtype=np.float64), shape)[mask])

    found = np.full(shape, -1)
    labels = [()] * int(mask.sum())
    found[mask] = model.statement.columns(
        name, labels, lower=picked(lower), upper=picked(upper), cost=picked(cost)
    )
    return found


def balance(model: DaysModel) -> None:
    """Balance: stock = stock before + days x (arrivals - shipments); without a column arrivals are what is left."""
    rows, days = places(model.ship.shape), model.lengths[:, None, None]
    terms = [
        *stock_terms(model, rows, np.s_[:]),
        terms_of(rows[0], model.opening, -1.0),
        *stock_terms(model, rows[1:], np.s_[:-1], -1.0),
        terms_of(rows, model.ship, np.broadcast_to(days, rows.shape)),
        terms_of(rows, model.arrive, np.broadcast_to(-days, rows.shape)),
    ]
    upper = np.where(model.arrive.ravel() >= 0, 0.0, np.inf)
    model.statement.rows("balance", keys(rows.size), terms, lower=0.0, upper=upper)


def serve(model: DaysModel) -> None:
    """Demand: shipments of all sites and what is lost add up to demand, by day or, if it may wait, by month."""
    days = model.lengths
    if model.network.rules.demand == "monthly":
        rows = places((model.network.months, len(model.network.skus)))[model.month_of]
        demand = model.network.average * model.network.month_days
        part = days
    else:
        rows, demand, part = places(model.demand.shape), model.demand, np.ones_like(days)
    terms = [
        terms_of(rows[:, :, None], model.ship, np.broadcast_to(part[:, None, None], model.ship.shape)),
        terms_of(rows, model.lost, np.broadcast_to(part[:, None], model.lost.shape)),
    ]
    model.statement.rows("serve", keys(demand.size), terms, lower=demand.ravel(), upper=demand.ravel())
