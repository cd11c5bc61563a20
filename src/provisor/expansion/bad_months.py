"""Months that cannot be served whatever is built, with few problems solved.

Months whose least stock all sites together cannot take are found by arithmetic, and so are months that the shares found
for another serve. Where days on hand do not depend on shares no problem is solved at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion.design import find_design
from provisor.expansion.homes import is_dedicated

if TYPE_CHECKING:
    from provisor.engine.problem import Flags, Floats
    from provisor.expansion.design import Found
    from provisor.expansion.network import Network

WITHIN = 1e-9
"""Part of a limit of area by which shares that are tried stay below it."""


def bad_months(network: Network) -> list[int]:
    """Months (from 1) that cannot be served by themselves, whatever is built.

    A month below one that can be served can be served, one above one that cannot cannot; what is left in doubt is
    halved at the month of middling demand.
    """
    average = network.average
    doubt = np.argsort(average.sum(axis=1), kind="stable")
    if _fixed(network):
        return sorted(int(month) + 1 for month in doubt[~_served(network, _even(network), None)[doubt]])
    hopeless = _hopeless(network)
    bad = [int(month) + 1 for month in np.flatnonzero(hopeless)]
    doubt = doubt[~hopeless[doubt]]
    while doubt.size:
        middle = int(doubt[len(doubt) // 2])
        found = find_design(network, months=[middle], whole=False)
        if found.design is None:
            settled = (average[doubt] >= average[middle]).all(axis=1)
            bad += [int(month) + 1 for month in doubt[settled]]
        else:
            settled = (average[doubt] <= average[middle]).all(axis=1) | _also(network, found, middle)[doubt]
        doubt = doubt[~settled]
    return sorted(bad)


def _plain(network: Network) -> bool:
    """Whether room is all that limits a month, and shelves all that gives it."""
    settings = network.settings
    priced = settings.overflow_per_cuft_day is not None or settings.lost_sale_per_pack is not None
    rules = network.rules
    return rules.pipeline and rules.own_type and not (priced or settings.pins or is_dedicated(network))


def _fixed(network: Network) -> bool:
    """Whether what a month needs does not depend on shares."""
    return _plain(network) and network.rules.days_on_hand == "network" and not network.morning


def _even(network: Network) -> Floats:
    return np.full(network.days_on_hand.shape, 1.0 / len(network.facilities))


def _hopeless(network: Network) -> Flags:
    """Months whose least stock is more than all sites take with all their area in shelves of one type, M."""
    if not _plain(network):
        return np.zeros(network.months, dtype=bool)
    packs = network.least_level + network.morning * network.average
    needed = np.einsum("ms,tks->mtk", packs, network.used)
    sqft = np.where(network.can_add, network.sqft, np.inf)
    most = network.capacity + network.added_room * (network.limit[:, None] / sqft)[:, :, None]
    return np.asarray((needed > most.sum(axis=0) * (1 + WITHIN)).any(axis=(1, 2)))


def _also(network: Network, found: Found, month: int) -> Flags:
    """Months that the shares found for one month serve too, M."""
    if not _plain(network) or found.result.x is None:
        return np.zeros(network.months, dtype=bool)
    x, model = found.result.x, found.model
    demand = network.average[month][:, None]
    ship = np.divide(x[model.ship[0]], demand, out=_even(network), where=demand > 0)
    if model.stock.flat[0] < 0:
        return _served(network, ship, None)
    stock = x[model.stock[0]]
    whole = stock.sum(axis=1, keepdims=True)
    return _served(network, ship, np.divide(stock, whole, out=_even(network), where=whole > 0))


def _served(network: Network, ship: Floats, stock: Floats | None) -> Flags:
    """Months that have room with these shares of shipments, and of stock where it is pooled, both S x F."""
    days = network.days_on_hand
    per_pack = days if network.rules.days_on_hand == "network" else days * ship
    if stock is not None:
        per_pack = per_pack.sum(axis=1, keepdims=True) * stock
    per_pack = per_pack + network.morning * ship
    weights = np.einsum("tks,sf->sftk", network.used, per_pack)
    short = np.einsum("ms,sftk->mftk", network.average, weights, optimize=True) - network.capacity
    short = np.where(short > network.capacity * WITHIN, short, 0.0)
    room = np.where(network.can_add[:, :, None], network.added_room, 0.0)
    shelves = np.divide(short, room, out=np.where(short > 0, np.inf, 0.0), where=room > 0).max(axis=3)
    area = np.where(shelves > 0, shelves * np.where(network.sqft > 0, network.sqft, 1.0), 0.0).sum(axis=2)
    return np.asarray((area <= network.limit * (1 - WITHIN)).all(axis=1))
