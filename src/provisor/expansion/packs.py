"""Orders in whole inbound packs: cumulative arrivals rounded up, day by day.

Stock then is what it was plus less than one inbound pack of each product and site, so balance, demand and days on
hand hold exactly. What it adds to the room taken is kept free beforehand where it does not fit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from provisor.engine.problem import Floats
    from provisor.expansion.flow import Flow
    from provisor.expansion.network import Network

ROUNDING = 1e-8
"""Part of a pack that is rounding."""


def in_whole_packs(network: Network, flow: Flow) -> Flow:
    """The same shipments with arrivals in whole inbound packs."""
    needed = np.cumsum(flow.arrivals, axis=0)
    packs = np.ceil(needed / network.ratio[None, :, None] - ROUNDING)
    rounded = np.maximum.accumulate(packs, axis=0) * network.ratio[None, :, None]
    return replace(flow, stock=flow.stock + rounded - needed)


def most_added(network: Network) -> Floats:
    """Room that rounding can add at most, F x T x K: one inbound pack of every product."""
    return np.repeat(
        np.einsum("tks,s->tk", network.used, network.ratio)[None], len(network.facilities), axis=0
    )


def most_added_loads(network: Network) -> Floats:
    """Truckloads that rounding can add at most to a day, suppliers x L: one inbound pack of every product."""
    mine = (network.supplier_of[None, :] == np.arange(len(network.suppliers))[:, None]).astype(np.float64)
    return np.asarray(np.einsum("us,ls,s->ul", mine, network.load, network.ratio))
