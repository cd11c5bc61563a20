"""Charts of a production plan, drawn from its tables alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from provisor.planner import Chart
from provisor.production.report import runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.plan import Plan


def charts(plan: Plan) -> list[Chart]:
    """Production, hours, trucks, service and costs; those with nothing to show are left out."""
    by_table = {
        "production": production_chart,
        "hours": hours_chart,
        "truck_loading": trucks_chart,
        "service": service_chart,
    }
    drawn = [draw(plan.table(name)) for name, draw in by_table.items() if name in plan.tables]
    return [chart for chart in (*drawn, costs_chart(plan.costs)) if chart.table.height]


def production_chart(production: pl.DataFrame) -> Chart:
    """Gantt of production: a bar per product (and node, where several make), a piece per run of days."""
    found = runs(production)
    label = pl.col("product")
    if found["node"].n_unique() > 1:
        label = pl.concat_str("node", "product", separator=" ")
    first_day = found["first"].min()
    if not isinstance(first_day, date):
        return Chart("Production by product", "gantt", pl.DataFrame(), "day")
    bars = [
        {"product": name, **_pieces(pieces, first_day)}
        for (name,), pieces in found.group_by(label.alias("product"), maintain_order=True)
    ]
    return Chart(
        "Production by product",
        "gantt",
        pl.DataFrame(bars, infer_schema_length=None),
        "day",
        start=first_day,
    )


def _pieces(found: pl.DataFrame, first_day: date) -> dict[str, float]:
    """Days idle and days of work in turn, counted from ``first_day``."""
    pieces: dict[str, float] = {}
    reached = first_day
    for number, (first, days) in enumerate(found.select("first", "days").iter_rows(), 1):
        pieces[f"idle {number}"] = float((first - reached).days)
        pieces[f"run {number}"] = float(days)
        reached = first + timedelta(days=days)
    return pieces


def hours_chart(hours: pl.DataFrame) -> Chart:
    """Hours by kind and day against the limit, all nodes that make together."""
    kinds = ["regular", "overtime", "premium", "limit"]
    table = hours.group_by("date").agg(pl.col(kinds).sum()).sort("date")
    return Chart("Hours by day against their limit", "stacked_column", table, "h", lines=("limit",))


def trucks_chart(loading: pl.DataFrame) -> Chart:
    """Pallets of each departure against the places of the truck."""
    label = pl.concat_str(pl.col("date").dt.strftime("%a %d %b"), "truck", separator=" ")
    table = loading.select(label.alias("departure"), "pallets", "places")
    return Chart("Trucks: pallets against places", "stacked_column", table, "pallet", lines=("places",))


def service_chart(service: pl.DataFrame) -> Chart:
    """Share of demand served, by node with one column per product."""
    table = service.sort("product").pivot("product", index="node", values="service").sort("node")
    return Chart("Demand served by node and product", "column", table, "share")


def costs_chart(costs: Mapping[str, float]) -> Chart:
    """Costs by component, largest last, those of nothing left out."""
    rows = [
        (name.replace("_", " "), amount)
        for name, amount in sorted(costs.items(), key=lambda item: item[1])
        if abs(amount) >= 0.005
    ]
    table = pl.DataFrame(rows, schema={"component": pl.String, "cost": pl.Float64}, orient="row")
    return Chart("Costs by component", "bar", table, "$")
