"""Arrivals within trucks: shipments stay as they are, goods of limited suppliers come earlier where they must.

What no truck limits comes as late as it can (:mod:`provisor.expansion.drawdown`); the goods of limited suppliers are
planned together in the room it leaves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.expansion.drawdown import drawn_down
from provisor.expansion.model.days import Given, days_model, even_buckets
from provisor.expansion.model.limits import limited_products
from provisor.expansion.model.pins import delivered
from provisor.expansion.packs import most_added, most_added_loads
from provisor.expansion.spread import flow_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.engine.problem import Floats
    from provisor.expansion.design import Design
    from provisor.expansion.flow import Flow
    from provisor.expansion.network import Network, Numbers


ROUNDING = 1e-9
"""Part of the room by which goods without trucks may be over it, so that rounding is not taken for a conflict."""


SOFT_SECONDS = 15.0
"""Time that better arrivals get where any arrivals would do."""


def within_trucks(
    design: Design, flow: Flow, seconds: Callable[[], float], solver: str = "highs"
) -> Flow | None:
    """The same shipments with arrivals within trucks and the least stock; none where that cannot be.

    Where loads beyond the trucks are paid for, a plan whose arrivals cannot be improved in a short time stays as it is.

    Pooled stock, goods of which a delivery is pinned, and stock before anything can arrive are planned with shipments
    and stay as they are.
    """
    network = design.network
    limited = limited_products(network)
    held = np.union1d(limited, np.flatnonzero(delivered(network)))
    flow = drawn_down(network, flow, np.setdiff1d(np.arange(len(network.skus)), held))
    if network.rules.days_on_hand == "pooled" or not network.rules.pipeline:
        return flow
    if not limited.size:
        return flow
    part, rest = network.only(limited), np.setdiff1d(np.arange(len(network.skus)), limited)
    every_day = even_buckets(network, (1,) * network.month_days)
    given = Given(flow.ship[:, limited], _taken(network, flow, rest))
    spare = spare_room(network) - ROUNDING * network.capacity
    model = days_model(part, design, every_day, spare, spare_loads(network), given=given)
    soft = network.rules.trucks == "soft"
    result = solve(
        model.problem(), Limits(seconds=min(seconds(), SOFT_SECONDS) if soft else seconds()), solver
    )
    if result.x is None:
        return flow if soft else None
    found, stock, opening = flow_of(model, result.x), flow.stock.copy(), flow.opening.copy()
    stock[:, limited], opening[limited] = found.stock, found.opening
    return replace(flow, stock=stock, opening=opening)


def _taken(network: Network, flow: Flow, products: Numbers) -> Floats:
    """Room that some products take at the time it is checked, overflow taken off, N x F x T x K."""
    kept = flow.stock[:, products] + network.morning * flow.ship[:, products]
    taken = np.einsum("nsf,tks->nftk", kept, network.only(products).used, optimize=True)
    taken[:, :, :, 0] -= flow.overflow
    return np.asarray(taken)


def spare_room(network: Network) -> Floats:
    """Room kept free for whole packs, F x T x K."""
    return most_added(network) if network.rules.whole_packs else np.zeros_like(network.capacity)


def spare_loads(network: Network) -> Floats:
    """Truckloads kept free for whole packs where trucks are a hard limit, suppliers x L."""
    by_day = network.rules.resolution == "orders"
    loads = most_added_loads(network) * (network.period_days if by_day else 1)
    needed = network.rules.whole_packs and network.rules.trucks == "hard"
    return loads if needed else np.zeros_like(loads)
