"""What running the warehouses asks of people and money: work by day, cash by month, and where renting would pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.expansion import summary_tables as schema
from provisor.expansion.tables import COMPONENTS
from provisor.expansion.tabulate import typed_as
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case

BUILDING = ("expansion", "phases")
"""Components of the cost that are paid for building."""

_DAY = ("month", "day", "date", "facility")


def daily_work(case: Case, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table :data:`DAILY_WORK`: what comes in and goes out at a site on a day, as its people handle it."""
    packs = case.table("products").select(
        "sku", "sell_weight_lb", "inbound_weight_lb", "inbound_volume_cuft", "carrier"
    )
    arrivals = {f"arrival_{name}": name for name in ("month", "day", "date")}
    count = pl.col("inbound_packs")
    received = (
        tables["deliveries_daily"]
        .rename(arrivals)
        .join(packs, on="sku")
        .group_by(_DAY)
        .agg(
            packs_received=count.sum(),
            pallets_received=count.filter(pl.col("carrier") == "LTL").sum(),
            received_lbs=(count * pl.col("inbound_weight_lb")).sum(),
            received_cuft=(count * pl.col("inbound_volume_cuft")).sum(),
        )
    )
    shipped = (
        tables["shipment_plan_daily"]
        .join(packs, on="sku")
        .group_by(_DAY)
        .agg(
            packs_shipped=pl.col("units_shipped").sum(),
            shipped_lbs=(pl.col("units_shipped") * pl.col("sell_weight_lb")).sum(),
        )
    )
    both = shipped.join(received, on=_DAY, how="full", coalesce=True)
    amounts = [name for name in schema.DAILY_WORK.dtypes if name not in _DAY]
    both = both.with_columns(pl.col(amounts).fill_null(0.0))
    return typed_as(schema.DAILY_WORK, both)


def cash_by_month(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table :data:`CASH_BY_MONTH`: cost by component in each month, and the sum since the start."""
    days = tables["inventory_levels_daily"].group_by("month").agg(pl.col("date").min())
    sums = tables["costs"].group_by("month", "component").agg(pl.col("amount").sum())
    paid = days.join(
        sums.pivot("component", index="month", values="amount"), on="month", how="left"
    ).with_columns(pl.lit(0.0).alias(name) for name in COMPONENTS if name not in sums["component"])
    whole = paid.with_columns(pl.col(COMPONENTS).fill_null(0.0)).sort("month")
    total = pl.sum_horizontal(COMPONENTS)
    return typed_as(schema.CASH_BY_MONTH, whole.with_columns(total=total, so_far=total.cum_sum()))


def break_even(case: Case, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table :data:`BREAK_EVEN`: the rent below which keeping the same stock elsewhere surely costs less than building.

    With stock shared out otherwise less would have to be rented, so renting may pay at a higher rent too.

    What is beyond the shelves there are is the part of the stock of a day that they do not take, by volume or
    by weight, whichever leaves more. A site's cost is shared out by area.
    """
    built = (
        tables["shelf_additions"]
        .filter(pl.col("shelves_added") > 0)
        .join(_cost_of_building(tables["costs"]), on="facility")
        .with_columns(
            cost=pl.col("cost") * pl.col("total_sqft") / pl.col("total_sqft").sum().over("facility")
        )
    )
    rents = built.join(_beyond(case, tables["utilisation"]), on=["facility", "storage_type"], how="left")
    rent = pl.when(pl.col("cuft_days_beyond") > 0).then(pl.col("cost") / pl.col("cuft_days_beyond"))
    found = rents.with_columns(rent=rent)
    words = [_words(row, case.currency) for row in found.to_dicts()]
    return typed_as(schema.BREAK_EVEN, found.with_columns(words=pl.Series(words, dtype=pl.String)))


def _cost_of_building(costs: pl.DataFrame) -> pl.DataFrame:
    paid = costs.filter(pl.col("component").is_in(BUILDING))
    return paid.group_by("facility").agg(cost=pl.col("amount").sum())


def _beyond(case: Case, utilisation: pl.DataFrame) -> pl.DataFrame:
    """Days on which the shelves there are would not do, and the volume that would stand elsewhere."""
    there = case.table("shelving").select(
        "facility",
        "storage_type",
        cuft=pl.col("shelves") * pl.col("volume_cuft"),
        lbs=pl.col("shelves") * pl.col("weight_lb"),
    )
    volume, weight = pl.col("volume_cuft"), pl.col("weight_lbs")
    part = pl.min_horizontal(_part("cuft", volume), _part("lbs", weight), pl.lit(1.0))
    return (
        utilisation.join(there, on=["facility", "storage_type"])
        .with_columns(out=volume * (1 - part))
        .group_by("facility", "storage_type")
        .agg(
            days_beyond=(pl.col("out") > schema.NOTHING_CUFT).sum(),
            cuft_days_beyond=pl.col("out").filter(pl.col("out") > schema.NOTHING_CUFT).sum(),
        )
    )


def _part(room: str, stock: pl.Expr) -> pl.Expr:
    """Part of the stock that room takes."""
    return pl.when(stock > 0).then(pl.col(room) / stock).otherwise(1.0)


def _words(row: Mapping[str, Any], currency: str) -> str:
    cost = money(row["cost"], currency)
    place = f"{row['shelves_added']:,.4g} {row['storage_type']} shelves at {row['facility']} for {cost}"
    if row["rent"] is None:
        return f"{place} are never needed for the stock of this plan"
    return (
        f"{place} keep {row['cuft_days_beyond']:,.0f} cuft-days on {row['days_beyond']:,} days that would have no "
        f"room: renting surely costs less below {row['rent']:,.4f} {currency} per cuft and day"
    )
