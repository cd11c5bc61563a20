"""An earlier plan that a new one is to be near to: what it builds, and what each site ships of each product.

Of plans that cost the same, nearly, the one is wanted that moves least: a shelf more or fewer than before is charged a
small part of its price while what to build is looked for, and shares of the sites that cost alike stay as they were.
The charge is no part of any cost told, and bounds are proven without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import scipy.sparse as sp

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem
    from provisor.expansion.model.building import Building
    from provisor.expansion.network import Network
    from provisor.plan import Plan

PART = 2e-4
"""Part of the price of its area that a shelf more or fewer than before is charged."""


@dataclass(frozen=True)
class Earlier:
    """What an earlier plan does.

    Attributes:
        shelves: Shelves added, F x T; 0 at sites that it does not know.
        shares: Part of each product's shipments that leaves each site, S x F; even parts of products it does not know.
    """

    shelves: Floats
    shares: Floats

    @classmethod
    def of(cls, network: Network, plan: Plan) -> Earlier:
        """What a plan does, as far as it names the products, sites and shelves of a case."""
        shelves = np.zeros(network.sqft.shape)
        columns = ("facility", "storage_type", "shelves_added")
        for facility, kind, added in plan.table("shelf_additions").select(columns).iter_rows():
            if facility in network.facilities and kind in network.types:
                shelves[network.facilities.index(facility), network.types.index(kind)] = added
        units = np.zeros((len(network.skus), len(network.facilities)))
        shipped = (
            plan.table("shipment_plan_daily").group_by("sku", "facility").agg(pl.col("units_shipped").sum())
        )
        for sku, facility, packs in shipped.iter_rows():
            if sku in network.skus and facility in network.facilities:
                units[network.skus.index(sku), network.facilities.index(facility)] = packs
        whole = units.sum(axis=1, keepdims=True)
        even = np.full_like(units, 1.0 / len(network.facilities))
        return cls(shelves, np.asarray(np.divide(units, whole, out=even, where=whole > 0)))


def charged(problem: Problem, building: Building, earlier: Earlier) -> Problem:
    """The problem with a charge on shelves more or fewer than before, in columns after its own."""
    network, columns = building.network, building.shelves[-1]
    there = columns >= 0
    count, own = int(there.sum()), problem.cost.size
    first = np.array([tiers[0].price if tiers else 0.0 for tiers in network.tiers])
    price = PART * (network.sqft * first[:, None])[there]
    one = sp.eye_array(count, format="csr")
    places = (np.arange(count), columns[there])
    shelves = sp.csr_array(sp.coo_array((np.ones(count), places), shape=(count, own)))
    wider = problem.with_columns(price)
    before, free = earlier.shelves[there], np.full(count, -np.inf)
    wider = wider.with_rows("more", sp.csr_array(sp.hstack([shelves, -one])), free, before)
    return wider.with_rows("fewer", sp.csr_array(sp.hstack([-shelves, -one])), free, -before)
