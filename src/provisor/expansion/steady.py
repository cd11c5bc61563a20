"""A daily plan without a search: every site ships a constant share of each product, and stock follows its level.

Theorem. Let shares x of the sites be such that in every month that can bind the stock x asks for has room. Then it
has room in every month (dominance), and the plan in which each site ships its share every day, orders up to the level
of the month, and lets stock run down by its shipments where the level falls, keeps balance, demand, days on hand and,
in steps down as in steps up, room: stock is never above the larger of the levels of two months that both have room.
If the days on hand of a product are the same at all sites (or do not depend on the shares), its stock over all sites
is the least possible one of :mod:`provisor.expansion.floor`, so the plan is optimal.

Conditions are checked on the finished plan: its room every day, and its cost against the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.backends import back_end
from provisor.engine.problem import Floats, Problem, Statement
from provisor.engine.result import Limits
from provisor.expansion.dominance import maximal
from provisor.expansion.floor import drained
from provisor.expansion.flow import Flow
from provisor.expansion.model.pins import share_bounds

if TYPE_CHECKING:
    from provisor.expansion.design import Design
    from provisor.expansion.network import Network, Numbers

SECONDS = 20.0
NEAR = 1e-6
"""Weight of shares nearby against the cost of running."""


def steady_shares(design: Design, reserve: Floats | None = None) -> Floats | None:
    """Shares of the sites, S x F, with room in every month and the least cost of running; none if there are none.

    Among shares of equal cost those nearest to an earlier plan are chosen, or else the most even ones.
    """
    network = design.network
    problem, share = _shares_problem(design, reserve)
    result = back_end("highs").solve(problem, Limits(seconds=SECONDS))
    if result.x is None:
        return None
    shares = np.maximum(result.x[share], 0.0).reshape(len(network.skus), -1)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _shares_problem(design: Design, reserve: Floats | None) -> tuple[Problem, Numbers]:
    network, state = design.network, Statement()
    products, sites = len(network.skus), len(network.facilities)
    own = network.rules.days_on_hand != "network"
    volume = network.average.sum(axis=0) * network.month_days
    per_stock = network.holding[:, None] * network.days_on_hand if own else np.zeros((products, sites))
    running = volume[:, None] * (per_stock + network.transport[None, :])
    keys = [(sku, facility) for sku in network.skus for facility in network.facilities]
    least, most = _bounds(network)
    share = state.columns("share", keys, lower=least, upper=most, cost=running.ravel())
    scale = NEAR * max(float(running.max()), 1.0)
    moved = state.columns("moved", keys, cost=scale)
    rows, ones = np.arange(products * sites), np.ones(products * sites)
    near = 1.0 / sites if network.earlier is None else network.earlier.shares.ravel()
    state.rows("more", keys, [(rows, share, ones), (rows, moved, -ones)], upper=near)
    state.rows("less", keys, [(rows, share, ones), (rows, moved, ones)], lower=near)
    whole = [(np.repeat(np.arange(products), sites), share, ones)]
    state.rows("whole", [(sku,) for sku in network.skus], whole, lower=1.0, upper=1.0)
    for month in _months(design):
        _room(design, state, share, month, reserve)
    return state.problem(), share


def _bounds(network: Network) -> tuple[Floats, Floats]:
    """Least and largest share over all months, one after the other; crossed where months are pinned apart."""
    bounds = share_bounds(network)
    if bounds is None:
        count = len(network.skus) * len(network.facilities)
        return np.zeros(count), np.ones(count)
    return bounds[0].max(axis=0).ravel(), bounds[1].min(axis=0).ravel()


def _months(design: Design) -> list[int]:
    """Months not dominated by another with the same phases or fewer; all where room can be rented."""
    network = design.network
    if network.settings.overflow_per_cuft_day is not None:
        return list(range(network.months))
    phase = np.array([design.phase_of(month) for month in range(network.months)])
    return [month for month, kept in enumerate(maximal(network.average, phase)) if kept]


def _room(design: Design, state: Statement, share: Numbers, month: int, reserve: Floats | None) -> None:
    network = design.network
    average = network.average[month][:, None]
    days = network.days_on_hand
    upper = design.capacity(month) - (0.0 if reserve is None else reserve)
    morning = np.full_like(days, network.morning)
    if network.rules.days_on_hand == "network":
        upper = upper - np.einsum("tks,sf->ftk", network.used, days * average)
        per_share = morning * average
    else:
        per_share = (days + morning) * average
    taken = np.einsum("tks,sf->ftks", network.used, per_share)
    rows = np.arange(upper.size).reshape(upper.shape)
    wide = np.broadcast_to(rows[..., None], taken.shape)
    columns = np.broadcast_to(share.reshape(len(network.skus), -1).T[:, None, None, :], taken.shape)
    keys = [tuple(map(str, place)) for place in np.ndindex(*upper.shape)]
    terms = [(wide.ravel(), columns.ravel(), taken.ravel())]
    rent = network.settings.overflow_per_cuft_day
    if rent is not None:
        volume = rows[:, :, 0].ravel()
        rented = state.columns(f"rented {month + 1}", [()] * volume.size, cost=rent * network.month_days)
        terms.append((volume, rented, -np.ones(volume.size)))
    slack = np.abs(upper) * 1e-9
    state.rows(f"room {month + 1}", keys, terms, upper=(upper + slack).ravel())


@dataclass(frozen=True)
class _Month:
    """Stock before a month, level and demand of it."""

    before: Floats
    level: Floats
    demand: Floats
    gone: Floats


def steady_flow(network: Network, shares: Floats) -> Flow:
    """The plan in which sites ship these shares, S x F, of every day's demand."""
    before = opening_stock(network, shares)
    opening, stocks, ships = before, [], []
    by_excess = network.rules.days_on_hand == "network"
    for number in range(network.months):
        level = network.level(number, shares)
        month = _Month(before, level, network.daily[number], drained(network, number))
        stock, ship = (_by_excess if by_excess else _by_share)(month, shares, network)
        stocks.append(stock)
        ships.append(ship)
        before = stock[-1]
    nothing = np.zeros((network.horizon, len(network.facilities), len(network.types)))
    return Flow(
        opening,
        np.concatenate(stocks),
        np.concatenate(ships),
        np.zeros((network.horizon, len(network.skus))),
        nothing,
    )


def opening_stock(network: Network, shares: Floats) -> Floats:
    """Stock before the first day: as given, or the level of the first month, or none."""
    if network.rules.opening == "level":
        return network.level(0, shares)
    return network.opening


def _by_share(month: _Month, shares: Floats, network: Network) -> tuple[Floats, Floats]:
    """Each site ships its share of demand; its stock runs down by no more, to its level."""
    left = month.before[None] - month.gone[:, :, None] * shares[None]
    stock = np.maximum(month.level[None], left)
    if network.rules.demand != "monthly":
        return stock, month.demand[:, :, None] * shares[None]
    early = np.maximum(month.before - stock[0], 0.0)
    rest = (month.demand.sum(axis=0)[:, None] * shares - early) / network.month_days
    ship = np.repeat(rest[None], network.month_days, axis=0)
    ship[0] += early
    return stock, ship


def _by_excess(month: _Month, shares: Floats, network: Network) -> tuple[Floats, Floats]:
    """Sites with more than their level serve demand first, each in proportion to what it has more."""
    excess = np.maximum(month.before - month.level, 0.0)
    total = excess.sum(axis=1)
    left = np.maximum(total[None] - month.gone, 0.0)
    part = np.divide(left, total[None], out=np.zeros_like(left), where=total[None] > 0)
    stock = month.level[None] + excess[None] * part[:, :, None]
    off = -np.diff(part, axis=0, prepend=np.where(total > 0, 1.0, 0.0)[None])
    ship = excess[None] * off[:, :, None]
    if network.rules.demand == "monthly":
        rest = (month.demand.sum(axis=0) - ship.sum(axis=(0, 2))) / network.month_days
        rest = np.repeat(rest[None], network.month_days, axis=0)
    else:
        rest = month.demand - ship.sum(axis=2)
    return stock, ship + np.maximum(rest, 0.0)[:, :, None] * shares[None]
