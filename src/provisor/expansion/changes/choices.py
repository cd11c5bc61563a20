"""What ready scenarios leave to the case: its cheapest site, its policy for far suppliers, a fair rent and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.case import BadRequest
from provisor.expansion.changes.common import settings_of
from provisor.scenario import Choice

if TYPE_CHECKING:
    from provisor.case import Case

MONTHS_OF_YEAR = 12


def growing(case: Case) -> pl.DataFrame:
    """Sites that may grow with the price of their first tier, the cheapest first."""
    sites = case.table("sites").filter(pl.col("expandable") & (pl.col("limit_sqft") > 0))
    first = case.table("tiers").filter(pl.col("tier") == 1).select("facility", "price_per_sqft")
    found = sites.join(first, on="facility").sort("price_per_sqft", "facility")
    if found.is_empty():
        raise BadRequest("no site may grow")
    return found


def cheapest_site(case: Case) -> str:
    """The site that may grow whose first sqft costs least."""
    return str(growing(case)["facility"][0])


def other_sites(case: Case) -> list[str]:
    """All other sites that may grow."""
    others = growing(case)["facility"].to_list()[1:]
    if not others:
        raise BadRequest("only one site may grow already")
    return others


def dearest_sqft(case: Case) -> float:
    """The highest price of a sqft that may be built."""
    sites = growing(case)["facility"].to_list()
    return float(case.table("tiers").filter(pl.col("facility").is_in(sites))["price_per_sqft"].max())  # type: ignore[arg-type]


def rent(case: Case) -> float:
    """Rent of a cuft and day if a sqft is let for a year at the highest price of one that may be built.

    Price of a sqft x sqft of a shelf / cuft of a shelf / business days of a year, for the roomiest shelves there are.
    """
    shelves = case.table("shelving").filter(
        pl.col("facility").is_in(growing(case)["facility"].to_list()) & (pl.col("volume_cuft") > 0)
    )
    if shelves.is_empty():
        raise BadRequest("no shelf that may be added has any volume")
    sqft_per_cuft = min((shelves["sqft_per_shelf"] / shelves["volume_cuft"]).to_list())
    days = MONTHS_OF_YEAR * settings_of(case).days_per_month
    return float(f"{dearest_sqft(case) * sqft_per_cuft / days:.3g}")


def days_14_4(case: Case) -> dict[str, float]:
    """14 days on hand for the kind of supplier with the longest mean lead time, 4 for the others."""
    kinds = case.table("suppliers").select("supplier", "kind")
    lead = (
        case.table("lead_times")
        .join(case.table("products").select("sku", "supplier"), on="sku")
        .join(kinds, on="supplier")
        .group_by("kind")
        .agg(pl.col("lead_time_days").mean())
        .sort("lead_time_days", "kind", descending=[True, False])
    )
    far = lead["kind"][0]
    return {kind: 14.0 if kind == far else 4.0 for kind in sorted(set(kinds["kind"]))}


def largest_limit(case: Case) -> float:
    """The most area that any one site may add."""
    return float(growing(case)["limit_sqft"].max())  # type: ignore[arg-type]


CHOICES = (
    Choice("cheapest_site", "the site that may grow whose first sqft costs least", cheapest_site),
    Choice("other_sites", "all other sites that may grow", other_sites),
    Choice("dearest_sqft", "the highest price of a sqft that may be built", dearest_sqft),
    Choice("largest_limit", "the most area that any one site may add", largest_limit),
    Choice("rent", "rent of a cuft and day where a sqft is let for a year at that price", rent),
    Choice(
        "days_14_4",
        "14 days on hand for the kind of supplier with the longest lead times, 4 for others",
        days_14_4,
    ),
)
"""Names that a case answers for itself."""
