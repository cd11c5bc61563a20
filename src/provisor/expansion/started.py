"""An earlier plan of the same case to go on from: what a new solve finds never costs more than it.

A plan of another case is one to be near to (:mod:`provisor.expansion.earlier`), no plan of this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion.audit import audit
from provisor.expansion.certify import Candidate
from provisor.expansion.design import Design
from provisor.expansion.flow import Flow
from provisor.expansion.homes import is_dedicated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from provisor.case import Case
    from provisor.engine.problem import Floats
    from provisor.expansion.network import Network
    from provisor.plan import Plan

METHOD = "the plan it started from"


def started(case: Case, network: Network, plan: Plan | None) -> Candidate | None:
    """The plan to start from, as arrays.

    None where there is none, where it is a plan of another case or breaks a rule of this one, and where shelves are
    given to products or months are planned in one piece.
    """
    if plan is None or plan.certificate.case_fingerprint != case.fingerprint:
        return None
    if is_dedicated(network) or network.rules.resolution != "daily" or not plan.tables:
        return None
    if not audit(case, plan.tables, None).ok:
        return None
    return candidate_of(network, plan, METHOD)


def candidate_of(network: Network, plan: Plan, method: str) -> Candidate:
    """A plan as arrays of a case that has all its products, sites and shelves; nothing where it has no row."""
    return Candidate(_design(network, plan), _flow(network, plan), method, plan.size)


def _design(network: Network, plan: Plan) -> Design:
    """What the plan builds; area beyond that of the shelves in the first year."""
    years, (sites, types) = network.years if network.rules.phases else 1, network.sqft.shape
    added, area = np.zeros((years, sites, types)), np.zeros((years, sites))
    for row in plan.table("phases").to_dicts():
        site = network.facilities.index(row["facility"])
        added[row["year"] - 1, site, network.types.index(row["storage_type"])] += row["shelves_added"]
        area[row["year"] - 1, site] += row["sqft_added"]
    for facility, sqft in plan.table("expansion_decisions").select("facility", "sqft_added").iter_rows():
        site = network.facilities.index(facility)
        area[0, site] += max(0.0, sqft - area[:, site].sum())
    return Design(network, np.cumsum(added, axis=0), np.cumsum(area, axis=0))


def _flow(network: Network, plan: Plan) -> Flow:
    opening = np.zeros((len(network.skus), len(network.facilities)))
    for sku, facility, units in plan.table("opening_stock").select("sku", "facility", "units").iter_rows():
        opening[network.skus.index(sku), network.facilities.index(facility)] = units
    goods = {"sku": network.skus, "facility": network.facilities}
    rooms = {"facility": network.facilities, "storage_type": network.rooms}
    return Flow(
        opening,
        _by_day(network, plan.table("inventory_levels_daily"), goods, "units"),
        _by_day(network, plan.table("shipment_plan_daily"), goods, "units_shipped"),
        _by_day(network, plan.table("lost_sales"), {"sku": network.skus}, "units"),
        _by_day(network, plan.table("overflow"), rooms, "volume_cuft"),
    )


def _by_day(network: Network, table: pl.DataFrame, axes: Mapping[str, Sequence[str]], value: str) -> Floats:
    """Values of a table by day and names, N x the axes; 0 where there is no row."""
    found = np.zeros((network.horizon, *(len(names) for names in axes.values())))
    day = (table["month"].to_numpy() - 1) * network.month_days + table["day"].to_numpy() - 1
    places = [
        np.array([names.index(name) for name in table[axis]], dtype=np.int64) for axis, names in axes.items()
    ]
    found[(day, *places)] = table[value].to_numpy()
    return found
