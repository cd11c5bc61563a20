"""Charts of an expansion plan, drawn from its tables alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.planner import Chart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.plan import Plan

NEARLY_FULL = 0.85
"""Share of the room from which the shelves of a type at a site have a chart of their own."""

MOST_SHELF_CHARTS = 6

UNITS = {"volume": "cuft", "weight": "lb"}
_COLUMNS = {
    "volume": ("volume_cuft", "volume_capacity_cuft", "volume_used"),
    "weight": ("weight_lbs", "weight_capacity_lbs", "weight_used"),
}
"""Columns of utilisation by measure: what is used, what there is, and their ratio."""


def charts(plan: Plan) -> list[Chart]:
    """Costs, need, shelves that fill up, stock, work, trucks, cash; those with nothing to show are left out."""
    tables, drawn = plan.tables, [costs_chart(plan.costs)]
    if "utilisation" in tables:
        used = tables["utilisation"]
        if "need_by_year" in tables:
            drawn.append(need_chart(tables["need_by_year"], used))
        drawn += [fullness_chart(used), *shelf_charts(used)]
    if "inventory_levels_daily" in tables:
        drawn.append(stock_chart(tables["inventory_levels_daily"]))
    if "daily_work" in tables:
        drawn += work_charts(tables["daily_work"])
    if "dock_schedule" in tables:
        drawn.append(trucks_chart(tables["dock_schedule"]))
    if "cash_by_month" in tables:
        drawn.append(cash_chart(tables["cash_by_month"]))
    return [chart for chart in drawn if chart.table.height]


def costs_chart(costs: Mapping[str, float]) -> Chart:
    """Cost by component."""
    table = pl.DataFrame(
        {"component": [_plain(name) for name in costs], "cost": list(costs.values())},
        schema={"component": pl.String, "cost": pl.Float64},
    )
    return Chart("Cost by component", "bar", table.filter(pl.col("cost").abs() > 0.005), "$")


def need_chart(need: pl.DataFrame, used: pl.DataFrame) -> Chart:
    """Area needed by the end of each year."""
    known = need.filter(pl.col("sqft").is_not_null()).sort("year", "facility")
    table = known.pivot("facility", index="last_month", values="sqft").rename({"last_month": "month"})
    return Chart("Area to be added by the end of", "stacked_column", _named(table, used), "sqft")


def fullness_chart(used: pl.DataFrame) -> Chart:
    """Fullest day of each year, by volume or weight whichever is more, by site and type."""
    series = pl.concat_str("facility", pl.lit(" "), "storage_type")
    table = (
        used.with_columns(year=(pl.col("month") - 1) // 12 + 1, series=series, share=_fullest())
        .group_by("year", "series")
        .agg(pl.col("share").max(), pl.col("date").min())
        .sort("year", "series")
        .with_columns(year=pl.format("year {} from {}", "year", pl.col("date").dt.strftime("%b %Y")))
        .pivot("series", index="year", values="share")
    )
    title = "Fullest day of the year: stock against the shelves, by volume or weight"
    return Chart(title, "column", table, "share")


def shelf_charts(used: pl.DataFrame) -> list[Chart]:
    """Fullest day of each month against the room, for shelves that fill up, the fullest first."""
    full = (
        used.group_by("facility", "storage_type")
        .agg(_fullest().max().alias("share"), pl.col("volume_used", "weight_used").max())
        .filter(pl.col("share") >= NEARLY_FULL)
        .sort("share", "facility", "storage_type", descending=[True, False, False])
    )
    return [_shelf_chart(used, row) for row in full.head(MOST_SHELF_CHARTS).to_dicts()]


def _shelf_chart(used: pl.DataFrame, row: Mapping[str, object]) -> Chart:
    measure = max(("volume", "weight"), key=lambda name: float(str(row[f"{name}_used"])))
    amount, room, _ = _COLUMNS[measure]
    here = used.filter(facility=row["facility"], storage_type=row["storage_type"])
    table = here.group_by("month").agg(stock=pl.col(amount).max(), room=pl.col(room).max()).sort("month")
    table = _named(table, here)
    title = f"{row['facility']}, {row['storage_type']} shelves: fullest day of the month by {measure}, and the room"
    return Chart(title, "column", table, UNITS[measure], lines=("room",))


def stock_chart(stock: pl.DataFrame) -> Chart:
    """Mean stock of each month by site."""
    table = _by_month(stock, "facility", pl.col("volume_cuft").sum() / pl.col("day").n_unique())
    return Chart("Stock at day end, mean of the month", "stacked_column", table, "cuft")


def work_charts(work: pl.DataFrame) -> list[Chart]:
    """What comes in and goes out on the busiest day of each month, by site."""
    said = {"received_lbs": "Goods received", "shipped_lbs": "Goods shipped"}
    return [
        Chart(
            f"{words} on the busiest day of the month",
            "column",
            _by_month(work, "facility", pl.col(column).max()),
            "lb",
        )
        for column, words in said.items()
    ]


def trucks_chart(dock: pl.DataFrame) -> Chart:
    """Whole trucks of each month by supplier."""
    table = _by_month(dock, "supplier", pl.col("trucks").sum())
    return Chart("Trucks of the month by supplier", "stacked_column", table, "trucks")


def cash_chart(cash: pl.DataFrame) -> Chart:
    """What has been paid so far, by component."""
    components = [name for name in cash.columns[2:-2] if (cash[name].abs() > 0.005).any()]
    sums = (pl.col(name).cum_sum().alias(_plain(name)) for name in components)
    paid = _named(cash.sort("month").select("month", *sums), cash)
    return Chart("Paid since the start", "stacked_column", paid if components else paid.clear(), "$")


def _plain(component: str) -> str:
    """Name of a component for people.

    >>> _plain("lost_sales")
    'Lost sales'
    """
    return component.replace("_", " ").capitalize()


def _fullest() -> pl.Expr:
    return pl.max_horizontal(share for _, _, share in _COLUMNS.values())


def _labels(rows: pl.DataFrame) -> pl.DataFrame:
    """Name of each month by its number: that of its first business day, with the day where months are shorter."""
    first = rows.group_by("month").agg(pl.col("date").min()).sort("month")
    names = first["date"].dt.strftime("%b %Y")
    return first.select(
        "month", label=names if names.is_unique().all() else first["date"].dt.strftime("%d %b %Y")
    )


def _named(by_month: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """A table with its months named as they are in ``rows``."""
    named = by_month.join(_labels(rows), on="month").sort("month")
    return named.select(pl.col("label").alias("month"), *by_month.columns[1:])


def _by_month(rows: pl.DataFrame, series: str, value: pl.Expr) -> pl.DataFrame:
    table = rows.group_by("month", series).agg(value=value).sort("month", series)
    return _named(table.pivot(series, index="month", values="value").fill_null(0), rows)
