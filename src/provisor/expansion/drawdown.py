"""Stock no higher than it must be: arrivals as late as shipments and levels allow.

Theorem. Let shipments be given and nothing limit arrivals. The stock S(d) = max(level(d), S(d-1) - ship(d)), site by
site, is the least of all stocks that keep balance and days on hand, on every day at once; so it costs least to hold,
and it has room wherever any stock with these shipments has.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from provisor.engine.problem import Floats
    from provisor.expansion.flow import Flow
    from provisor.expansion.network import Network, Numbers


def least_levels(network: Network, flow: Flow) -> Floats:
    """Stock that days on hand ask for at every site and day, N x S x F, for given shipments (not for pooled)."""
    months, days = network.months, network.month_days
    shipped = flow.ship.reshape(months, days, *flow.ship.shape[1:]).mean(axis=1)
    if network.rules.days_on_hand == "network":
        shipped = np.repeat(shipped.sum(axis=2, keepdims=True), shipped.shape[2], axis=2)
    levels = np.repeat(shipped * network.days_on_hand[None], days, axis=0)
    day = np.arange(network.horizon)[:, None, None]
    return np.where(day >= network.first_arrival[None], levels, 0.0)


def drawn_down(network: Network, flow: Flow, products: Numbers) -> Flow:
    """The same shipments with the least stock of some products; the others stay as they are.

    Stock is not moved between pooled sites, and products that cannot arrive before a lead time stay as they are.
    """
    if network.rules.days_on_hand == "pooled" or not network.rules.pipeline or not products.size:
        return flow
    level = least_levels(network, flow)[:, products]
    ship, stock = flow.ship[:, products], flow.stock.copy()
    before = flow.opening[products]
    for day in range(network.horizon):
        before = np.maximum(level[day], before - ship[day])
        stock[day, products] = before
    return replace(flow, stock=stock)
