"""Charts of an expansion plan, drawn from its tables alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.planner import Chart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.plan import Plan


def charts(plan: Plan) -> list[Chart]:
    """Fullness, stock, need by year, trucks and costs; those with nothing to show are left out."""
    by_table = {
        "utilisation": fullness_chart,
        "inventory_levels_daily": stock_chart,
        "need_by_year": need_chart,
        "dock_schedule": trucks_chart,
    }
    drawn = [draw(plan.table(name)) for name, draw in by_table.items() if name in plan.tables]
    return [chart for chart in (*drawn, costs_chart(plan.costs)) if chart.table.height]


def fullness_chart(utilisation: pl.DataFrame) -> Chart:
    """Fullest day of each year, volume over room, by site and type."""
    series = pl.concat_str("facility", "storage_type", separator=" ")
    table = (
        utilisation.with_columns(year=(pl.col("month") - 1) // 12 + 1, series=series)
        .group_by("year", "series")
        .agg(pl.col("volume_used").max())
        .sort("year", "series")
        .pivot("series", index="year", values="volume_used")
        .with_columns(pl.col("year").cast(pl.String))
    )
    return Chart("Fullest day of the year by volume", "column", table, "share of the room")


def stock_chart(stock: pl.DataFrame) -> Chart:
    """Mean stock of each month by site."""
    table = _by_month(stock.group_by("month", "facility").agg(value=pl.col("volume_cuft").sum()), "facility")
    days = stock.select("month", "day").unique().group_by("month").len()["len"].max()
    sites = pl.all().exclude("month")
    return Chart("Mean stock by month", "stacked_column", table.with_columns(sites / pl.lit(days)), "cuft")


def need_chart(need: pl.DataFrame) -> Chart:
    """Area needed by the end of each year."""
    table = need.filter(pl.col("sqft").is_not_null()).pivot("facility", index="year", values="sqft")
    return Chart(
        "Area needed by the end of the year",
        "stacked_column",
        table.with_columns(pl.col("year").cast(pl.String)),
        "sqft",
    )


def trucks_chart(dock: pl.DataFrame) -> Chart:
    """Whole trucks of each month by supplier."""
    table = _by_month(dock.group_by("month", "supplier").agg(value=pl.col("trucks").sum()), "supplier")
    return Chart("Trucks by month", "stacked_column", table, "truck")


def costs_chart(costs: Mapping[str, float]) -> Chart:
    """Cost by component."""
    table = pl.DataFrame(
        {"component": list(costs), "cost": list(costs.values())},
        schema={"component": pl.String, "cost": pl.Float64},
    )
    return Chart("Cost by component", "bar", table.filter(pl.col("cost").abs() > 0.005), "$")


def _by_month(values: pl.DataFrame, series: str) -> pl.DataFrame:
    table = values.sort("month", series).pivot(series, index="month", values="value").fill_null(0)
    return table.with_columns(pl.col("month").cast(pl.String))
