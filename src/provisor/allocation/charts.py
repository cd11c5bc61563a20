"""Charts of an allocation plan, drawn from its tables alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.planner import Chart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.plan import Plan

SHOWN = 25
"""Stores and products that a chart shows, those with most first."""


def charts(plan: Plan) -> list[Chart]:
    """Use of stores, best products, roles and lines of the objective; those with nothing to show are left out."""
    by_table = {
        "store_summary": stores_chart,
        "product_summary": products_chart,
        "role_summary": roles_chart,
        "unserved": unserved_chart,
    }
    drawn = [draw(plan.table(name)) for name, draw in by_table.items() if name in plan.tables]
    return [chart for chart in (*drawn, objective_chart(plan.costs)) if chart.table.height]


def stores_chart(summary: pl.DataFrame) -> Chart:
    """Styles added and dropped in the stores that change most, first period."""
    change = pl.col("added") + pl.col("dropped")
    top = summary.filter(pl.col("period") == 1).sort(-change, "store").head(SHOWN)
    return Chart(
        "Styles added and dropped by store", "column", top.select("store", "added", "dropped"), "style"
    )


def products_chart(summary: pl.DataFrame) -> Chart:
    """Expected revenue of the best products, all periods."""
    total = summary.group_by("product").agg(pl.col("revenue").sum()).sort("revenue", "product").tail(SHOWN)
    return Chart("Expected revenue of the best products", "bar", total, "$")


def roles_chart(summary: pl.DataFrame) -> Chart:
    """Styles by role, all stores, by period."""
    total = summary.group_by("period", "role").agg(pl.col("styles").sum()).sort("period", "role")
    table = total.with_columns(pl.format("period {}", "period").alias("period"))
    return Chart(
        "Styles by role", "stacked_column", table.pivot("role", index="period", values="styles"), "style"
    )


def unserved_chart(table: pl.DataFrame) -> Chart:
    """Demand served and not by category."""
    total = table.group_by("category").agg(pl.col("sales", "unserved").sum()).sort("category")
    return Chart("Demand served and not, by category", "stacked_column", total, "piece")


def objective_chart(costs: Mapping[str, float]) -> Chart:
    """Lines of the objective, largest last, those of nothing left out."""
    rows = [
        (name.replace("_", " "), amount)
        for name, amount in sorted(costs.items(), key=lambda item: item[1])
        if abs(amount) >= 0.005
    ]
    table = pl.DataFrame(rows, schema={"component": pl.String, "amount": pl.Float64}, orient="row")
    return Chart("What the objective is made of", "bar", table, "$")
