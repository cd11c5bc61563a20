"""Every cost of a plan, added up from its decisions and the case's prices alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.auditing import TOLERANCE
from provisor.expansion.audit.brought import excess, truck_days
from provisor.expansion.audit.building import built
from provisor.expansion.audit.demand import lost
from provisor.expansion.audit.grid import Floats, spread
from provisor.expansion.audit.rooms import years
from provisor.expansion.audit.storage import overflow

if TYPE_CHECKING:
    from provisor.expansion.audit.evidence import Evidence


def components(evidence: Evidence) -> dict[str, float]:
    """Cost by component, in the order of ``COMPONENTS``, in the case's currency; without those not priced."""
    figures = {"expansion": float(_discounted(evidence, evidence.once(area_cost)).sum())}
    if (evidence.of_case("sites")["fixed_cost"] > 0).any():
        figures["phases"] = _fixed(evidence)
    evenings = (evidence.stock * holding_price(evidence)[None, :, None]).sum(axis=(1, 2))
    figures["holding"] = float(evenings @ evidence.length)
    transport = evidence.of_case("sites")["transport_per_pack"].to_numpy()
    if (transport > 0).any():
        figures["transport"] = float(evidence.shipments.sum(axis=(0, 1)) @ transport)
    if evidence.rules.trucks == "soft":
        loads = evidence.once(excess) * truck_days(evidence)
        figures["trucks"] = float(loads.sum()) * evidence.settings.excess_truck_cost
    if evidence.settings.overflow_per_cuft_day is not None:
        rented = evidence.once(overflow).sum(axis=(1, 2)) @ evidence.length
        figures["overflow"] = float(rented) * evidence.settings.overflow_per_cuft_day
    if evidence.settings.lost_sale_per_pack is not None:
        figures["lost_sales"] = float(evidence.once(lost).sum()) * evidence.settings.lost_sale_per_pack
    return figures


def holding_price(evidence: Evidence) -> Floats:
    """Cost of a sell pack of each product at day end: its own, or that of the volume it is sold in."""
    products = evidence.of_case("products")
    own = products["holding_per_pack_day"]
    of_volume = products["sell_volume_cuft"] * evidence.settings.holding_per_cuft_day
    return np.asarray(own.fill_null(of_volume).to_numpy())


def area_by_year(evidence: Evidence) -> Floats:
    """Area added up to and with each year, by site; what no shelf stands on is added in year 1."""
    decisions = evidence["expansion_decisions"]
    whole = spread(
        decisions["sqft_added"], (len(evidence.sites),), (evidence.sites.places(decisions, ("facility",)),)
    )
    if not (evidence.rules.phases and "phases" in evidence.given):
        return np.broadcast_to(whole, (years(evidence), whole.size))
    rows = built(evidence, "phases").with_columns(
        area=pl.col("shelves_added") * pl.col("true_sqft").fill_null(0.0)
    )
    year = (rows["year"] - 1).to_numpy()
    places = (np.where(year < years(evidence), year, -1), evidence.sites.places(rows, ("facility",)))
    steps: Floats = spread(rows["area"], (years(evidence), whole.size), places)
    return np.asarray(steps.cumsum(axis=0) + np.maximum(whole - steps.sum(axis=0), 0.0)[None])


def area_cost(evidence: Evidence) -> Floats:
    """Cost of the area added in each year, by site, not discounted."""
    area = evidence.once(area_by_year)
    up_to = np.zeros_like(area)
    for number, facility in enumerate(evidence.sites.labels["facility"]):
        tiers = evidence.of_case("tiers").filter(pl.col("facility") == facility).sort("tier")
        ends = tiers["upto_sqft"].to_numpy()
        starts = np.concatenate([[0.0], ends])[: len(ends)]
        widths = np.clip(area[:, number, None] - starts[None], 0.0, (ends - starts)[None])
        up_to[:, number] = widths @ tiers["price_per_sqft"].to_numpy()
    return np.asarray(np.diff(up_to, axis=0, prepend=0.0))


def _fixed(evidence: Evidence) -> float:
    """Fixed costs of the years in which a site adds area."""
    steps = np.diff(evidence.once(area_by_year), axis=0, prepend=0.0)
    fixed = evidence.of_case("sites")["fixed_cost"].to_numpy()
    return float(_discounted(evidence, (steps > TOLERANCE) * fixed[None]).sum())


def _discounted(evidence: Evidence, by_year: Floats) -> Floats:
    rate = 1 + evidence.settings.discount_rate
    return np.asarray(by_year * rate ** -np.arange(len(by_year), dtype=np.float64)[:, None])
