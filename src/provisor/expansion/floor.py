"""A bound on the cost of running any plan, product by product, in closed form.

Theorem. Let T(d) be the stock of a product at all sites together at the end of day d. Arrivals are not negative, so
T(d) >= T(d-1) - demand(d); days on hand ask for T(d) >= L(m), the least level of month m over all ways to share the
shipments. Hence T(d) >= max(L(m), T(d-1) - demand(d)) for every plan, started from the stock given (or none). Where
a month's demand may be served on any of its days, all of it may have left before day d.

The bound holds whatever is built and whatever trucks do, for they only take plans away. Where demand may be lost at a
price days on hand can be lost with it, and the bound of holding is 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from provisor.engine.problem import Floats
    from provisor.expansion.network import Network


def least_stock(network: Network) -> Floats:
    """Least stock of all sites together at day end in packs, N x S."""
    days, months = network.month_days, network.months
    if network.settings.lost_sale_per_pack is not None:
        return np.zeros((months * days, len(network.skus)))
    floors = _floors(network)
    before, levels = network.opening.sum(axis=1), np.empty((months, days, len(network.skus)))
    for month in range(months):
        gone = drained(network, month)
        levels[month] = np.maximum(np.maximum(floors[month], (before[None] - gone)), 0.0)
        levels[month] = np.maximum.accumulate(levels[month] + gone, axis=0) - gone
        before = levels[month, -1]
    return levels.reshape(months * days, -1)


def drained(network: Network, month: int) -> Floats:
    """Most packs that can have left since the start of a month by the end of each of its days, D x S."""
    demand = network.daily[month]
    if network.rules.demand == "monthly":
        return np.repeat(demand.sum(axis=0)[None], network.month_days, axis=0)
    return np.asarray(np.cumsum(demand, axis=0))


def running_bound(network: Network) -> float:
    """No plan costs less to run: holding by :func:`least_stock`, and every pack shipped from the cheapest site."""
    holding = float(network.holding @ least_stock(network).sum(axis=0))
    if network.settings.lost_sale_per_pack is not None:
        return holding
    return holding + float(network.daily.sum()) * float(network.transport.min())


def _floors(network: Network) -> Floats:
    """Least level by day, M x D x S; 0 on days on which days on hand do not hold at every site yet."""
    levels = np.repeat(network.least_level[:, None, :], network.month_days, axis=1)
    if network.rules.pipeline:
        return levels
    day = np.arange(network.horizon).reshape(network.months, network.month_days, 1)
    return np.asarray(np.where(day >= network.first_arrival.max(axis=1)[None, None, :], levels, 0.0))


def overloaded(network: Network) -> dict[int, float]:
    """Suppliers whose limited trucks cannot bring what is needed by the end of some month, whatever is planned.

    With them the least truckloads beyond those allowed, over the months up to the worst one.
    """
    if network.rules.trucks != "hard" or network.settings.lost_sale_per_pack is not None:
        return {}
    found = least_excess(network)
    return {supplier: found[supplier] for supplier in found if network.truck_rows[supplier].all()}


def least_excess(network: Network) -> dict[int, float]:
    """Least truckloads beyond the trucks of all sites, of suppliers that cannot bring what is needed without.

    What has arrived by the end of a month is at least the demand so far and the least level of the month, less the
    most that may be there before the first day.
    """
    first, days = network.average[0], network.days_on_hand
    scope = days.sum(axis=1) if network.rules.days_on_hand == "network" else days.max(axis=1)
    before = first * scope if network.rules.opening == "level" else network.opening.sum(axis=1)
    demand = np.cumsum(network.average, axis=0) * network.month_days
    floors = _floors(network)[:, -1]
    needed = np.maximum(demand + floors - before[None], 0.0)
    month_ends = network.month_days * np.arange(1, network.months + 1)
    found = {}
    for supplier in np.flatnonzero(np.isfinite(network.trucks).all(axis=1)):
        mine = network.supplier_of == supplier
        loads = needed[:, mine] @ network.load[:, mine].T
        most = month_ends * network.trucks[supplier].sum()
        if (loads > most[:, None] * (1 + 1e-9)).any():
            found[int(supplier)] = float((loads - most[:, None]).max())
    return found
