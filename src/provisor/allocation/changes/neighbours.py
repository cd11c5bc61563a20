"""Stores near each other, and demand that turns from one to those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.changes.demand import by_period, with_demand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.case import Case

EARTH_KM = 6371.0

SCALE_KM = 10.0
"""Distance over which a shopper's inclination to go there halves: a store's share is 1 / (1 + km / this)."""


def neighbours(case: Case, stores: Sequence[str], km: float) -> pl.DataFrame:
    """Stores within some distance of each given store: ``store, other, km, share``; shares add up to 1 by store.

    Where places are not known, or none is that near, the stores of the same cluster are taken, all alike. The given
    stores are no neighbours of each other.
    """
    table = case.table("stores")
    own = table.filter(pl.col("store").is_in(list(stores)))
    others = table.filter(~pl.col("store").is_in(list(stores)))
    columns = ["store", "cluster", "latitude", "longitude"]
    pairs = own.select(columns).join(others.select(columns), how="cross", suffix="_other")
    pairs = pairs.with_columns(km=_kilometres())
    near = pairs.filter(pl.col("km") <= km)
    alike = pairs.filter(pl.col("cluster") == pl.col("cluster_other"))
    found = pl.concat([near, alike.join(near, on="store", how="anti")])
    weight = 1.0 / (1.0 + pl.col("km").fill_null(0.0) / SCALE_KM)
    found = found.select("store", "km", other="store_other", weight=weight)
    return found.select(
        "store", "other", "km", share=pl.col("weight") / pl.col("weight").sum().over("store")
    ).sort("store", "other")


def _kilometres() -> pl.Expr:
    """Great-circle distance between ``latitude, longitude`` and the same of ``_other`` (haversine)."""
    first, second = pl.col("latitude").radians(), pl.col("latitude_other").radians()
    east = (pl.col("longitude_other") - pl.col("longitude")).radians()
    half = ((second - first) / 2).sin() ** 2 + first.cos() * second.cos() * (east / 2).sin() ** 2
    return 2 * EARTH_KM * half.sqrt().arcsin()


def diverted(case: Case, stores: Sequence[str], share: float, km: float, periods: Sequence[int]) -> Case:
    """The case with a share of the demand of some stores at their neighbours, where the product is a pair there.

    What no neighbour may carry is lost.
    """
    pairs = case.table("pairs")
    own = by_period(case, pairs.filter(pl.col("store").is_in(list(stores))), periods)
    near = neighbours(case, stores, km)
    gone = own.join(near, on="store").select(
        "product", "period", store="other", more=pl.col("demand") * share * pl.col("share")
    )
    takers = pairs.join(gone.select("store", "product").unique(), on=["store", "product"], how="semi")
    gained = by_period(case, takers, periods).join(
        gone.group_by("store", "product", "period").agg(pl.col("more").sum()),
        on=["store", "product", "period"],
    )
    rows = pl.concat([
        own.with_columns(demand=pl.col("demand") * (1.0 - share)),
        gained.select(*own.columns[:-1], demand=pl.col("demand") + pl.col("more")),
    ])  # fmt: skip
    return with_demand(case, rows)


def turned(case: Case, products: pl.DataFrame, share: float, periods: Sequence[int]) -> Case:
    """The case with a share of the demand of some products at others of the same subcategory in the same store.

    Those of the same gender and price band take it where there are any, in proportion to their own demand. What no
    other style of the store could take is lost.
    """
    pairs, kinds = case.table("pairs"), ["subcategory", "gender", "price_band"]
    known = [name for name in kinds if name in case.table("products").columns]
    named = pairs.join(case.table("products").select("product", *known), on="product", maintain_order="left")
    short = pl.col("product").is_in(products["product"].to_list())
    mine, others = named.filter(short), named.filter(~short)
    found = mine.join(others, on=["store", "subcategory"], suffix="_other")
    near = pl.all_horizontal(
        [pl.col(name).eq_missing(pl.col(f"{name}_other")) for name in known if name != "subcategory"]
        or [pl.lit(value=True)]
    )
    found = found.with_columns(near=near).filter(
        pl.col("near") == pl.col("near").max().over("store", "product")
    )
    weight = pl.col("demand_other") + 1e-9
    ways = found.select(
        "store", "product", other="product_other", part=weight / weight.sum().over("store", "product")
    )
    own = by_period(case, mine, periods)
    gone = own.join(ways, on=["store", "product"]).select(
        "store", "period", product="other", more=pl.col("demand") * share * pl.col("part")
    )
    gone = gone.group_by("store", "product", "period").agg(pl.col("more").sum())
    takers = pairs.join(gone.select("store", "product").unique(), on=["store", "product"], how="semi")
    gained = by_period(case, takers, periods).join(gone, on=["store", "product", "period"])
    rows = pl.concat([
        own.with_columns(demand=pl.col("demand") * (1.0 - share)),
        gained.select(*own.columns[:-1], demand=pl.col("demand") + pl.col("more")),
    ])  # fmt: skip
    return with_demand(case, rows)
