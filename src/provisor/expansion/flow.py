"""How goods flow day by day: stock, shipments and arrivals as arrays, with what they cost and where they break a rule.

Days run from 0 over the whole horizon. Axes: days N, products S, sites F, storage types T, measures K.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion.coarse import on_days

if TYPE_CHECKING:
    from provisor.engine.problem import Floats
    from provisor.expansion.design import Design
    from provisor.expansion.network import Network

ROUNDING = 1e-7
"""Part of a limit within which a difference is rounding."""


@dataclass(frozen=True)
class Flow:
    """A daily plan.

    Attributes:
        opening: Stock before the first day in packs, S x F.
        stock: Stock at day end in packs, N x S x F.
        ship: Packs that leave, N x S x F.
        lost: Packs of demand not served, N x S.
        overflow: Volume kept elsewhere, N x F x T.
    """

    opening: Floats
    stock: Floats
    ship: Floats
    lost: Floats
    overflow: Floats

    @property
    def arrivals(self) -> Floats:
        """Packs that arrive, N x S x F: what the balance leaves."""
        return np.asarray(np.diff(self.stock, axis=0, prepend=self.opening[None]) + self.ship)

    def cleaned(self) -> Flow:
        """The same without amounts that are rounding."""
        return replace(
            self,
            opening=np.maximum(self.opening, 0.0),
            stock=np.maximum(self.stock, 0.0),
            ship=np.maximum(self.ship, 0.0),
            lost=np.where(self.lost < ROUNDING, 0.0, self.lost),
            overflow=np.where(self.overflow < ROUNDING, 0.0, self.overflow),
        )


def kept(network: Network, flow: Flow) -> Floats:
    """Stock at the time room is checked, N x S x F."""
    return flow.stock + network.morning * flow.ship


def room_taken(network: Network, flow: Flow) -> Floats:
    """Room that stock takes when it is checked, overflow taken off, N x F x T x K."""
    taken = np.einsum("nsf,tks->nftk", kept(network, flow), network.used, optimize=True)
    taken[:, :, :, 0] -= flow.overflow
    return np.asarray(taken)


def overfull_by_month(design: Design, flow: Flow) -> Floats:
    """Most by which room is exceeded on any day of a month, M x F x T x K; 0 where it never is."""
    network = design.network
    taken = room_taken(network, flow)
    by_month = taken.reshape(network.months, network.month_days, *taken.shape[1:]).max(axis=1)
    return np.asarray(np.maximum(by_month - design.capacities(), 0.0))


def overfull(design: Design, flow: Flow) -> Floats:
    """Most by which room is exceeded on any day, F x T x K; 0 where it never is."""
    return np.asarray(overfull_by_month(design, flow).max(axis=0))


def fits(design: Design, flow: Flow) -> bool:
    """Whether stock has room every day, within rounding."""
    limit = design.capacities().max(axis=0) * ROUNDING + ROUNDING
    return bool((overfull(design, flow) <= limit).all())


def with_rent(design: Design, flow: Flow) -> Flow:
    """The same plan with room rented for the volume that shelves do not take, where it may be."""
    network = design.network
    if network.settings.overflow_per_cuft_day is None:
        return flow
    taken = room_taken(network, replace(flow, overflow=np.zeros_like(flow.overflow)))[..., 0]
    there = np.repeat(design.capacities()[..., 0], network.month_days, axis=0)
    return replace(flow, overflow=np.maximum(taken - there, 0.0))


def holding_cost(network: Network, flow: Flow) -> float:
    """Cost of stock at day ends over the horizon."""
    return float(network.holding @ flow.stock.sum(axis=(0, 2)))


def truck_loads(network: Network, arrivals: Floats) -> Floats:
    """Truckloads of a supplier at a site on a day, by weight, volume and positions: N x suppliers x F x L."""
    mine = (network.supplier_of[None, :] == np.arange(len(network.suppliers))[:, None]).astype(np.float64)
    return np.asarray(np.einsum("nsf,ls,us->nufl", arrivals, network.load, mine, optimize=True))


def excess_loads(network: Network, arrivals: Floats) -> Floats:
    """Loads beyond the trucks allowed, truck days x suppliers x F; 0 where trucks are not limited."""
    if network.rules.resolution == "orders":
        arrivals = on_days(network, arrivals) * network.period_days
    loads = truck_loads(network, arrivals).max(axis=3)
    return np.asarray(np.maximum(loads - network.trucks[None], 0.0))


def flow_costs(network: Network, flow: Flow) -> dict[str, float]:
    """Cost of a daily plan by component, building left out."""
    settings = network.settings
    costs = {"holding": holding_cost(network, flow)}
    if network.transport.any():
        costs["transport"] = float(flow.ship.sum(axis=(0, 1)) @ network.transport)
    if network.rules.trucks == "soft":
        excess = excess_loads(network, flow.arrivals)
        costs["trucks"] = float(excess.sum()) * network.excess_truck_cost
    if settings.overflow_per_cuft_day is not None:
        costs["overflow"] = float(flow.overflow.sum()) * settings.overflow_per_cuft_day
    if settings.lost_sale_per_pack is not None:
        costs["lost_sales"] = float(flow.lost.sum()) * settings.lost_sale_per_pack
    return costs
