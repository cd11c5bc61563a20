"""Arrivals within trucks: shipments stay as they are, goods of limited suppliers come earlier where they must.

What no truck limits comes as late as it can (:mod:`provisor.expansion.drawdown`). Without room the goods of limited
suppliers fall apart into a problem of each supplier; those whose goods have no room then are planned together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.expansion.drawdown import drawn_down
from provisor.expansion.flow import room_taken
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
    return _Pressed(design, flow, limited, seconds, solver).brought()


@dataclass(frozen=True)
class _Pressed:
    """Goods of limited suppliers, to be brought early enough.

    Attributes:
        design: What is built.
        flow: The daily plan, goods without limit drawn down.
        limited: Products whose trucks are limited.
        seconds: Seconds left.
        solver: Name of the back end.
    """

    design: Design
    flow: Flow
    limited: Numbers
    seconds: Callable[[], float]
    solver: str

    @property
    def network(self) -> Network:
        """The case."""
        return self.design.network

    def brought(self) -> Flow | None:
        """The daily plan within trucks; as it was where time is short and loads are paid for, else none."""
        found = self._each_supplier()
        crowded = self.limited if found is None else self._crowded(found)
        if found is not None and crowded.size:
            found = self._together(found, crowded)
            crowded = self.limited if found is None else crowded[:0]
        if crowded.size:
            found = self._together(self.flow, self.limited)
        return self.flow if found is None and self.network.rules.trucks == "soft" else found

    def _each_supplier(self) -> Flow | None:
        """Each supplier by itself, room left aside: the least stock of all."""
        flow: Flow | None = self.flow
        for supplier in np.unique(self.network.supplier_of[self.limited]):
            mine = self.limited[self.network.supplier_of[self.limited] == supplier]
            flow = None if flow is None else self._planned(flow, mine, None)
        return flow

    def _crowded(self, flow: Flow) -> Numbers:
        """Limited products of suppliers with goods in rooms that are too full; empty where all has room."""
        network = self.network
        taken = room_taken(network, flow) + spare_room(network)
        room = np.repeat(self.design.capacities(), network.month_days, axis=0) * (1 + ROUNDING) + ROUNDING
        full = np.flatnonzero((taken > room).any(axis=(0, 1, 3)))
        there = np.isin(network.room_number[network.type_of], full)
        suppliers = np.unique(network.supplier_of[there])
        return self.limited[np.isin(network.supplier_of[self.limited], suppliers)]

    def _together(self, flow: Flow, products: Numbers) -> Flow | None:
        """Some products in the room that all others leave."""
        rest = np.setdiff1d(np.arange(len(self.network.skus)), products)
        return self._planned(flow, products, _taken(self.network, flow, rest))

    def _planned(self, flow: Flow, products: Numbers, taken: Floats | None) -> Flow | None:
        """A daily plan with the arrivals of some products planned within trucks, and within room where it is given."""
        network, days = self.network, (1,) * self.network.month_days
        given = Given(flow.ship[:, products], taken)
        spare = spare_room(network) - ROUNDING * network.capacity
        part = network.only(products)
        model = days_model(
            part, self.design, even_buckets(network, days), spare, spare_loads(network), given=given
        )
        soft = network.rules.trucks == "soft"
        limit = min(self.seconds(), SOFT_SECONDS) if soft else self.seconds()
        result = solve(model.problem(), Limits(seconds=limit), self.solver)
        if result.x is None:
            return None
        found, stock, opening = flow_of(model, result.x), flow.stock.copy(), flow.opening.copy()
        stock[:, products], opening[products] = found.stock, found.opening
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
