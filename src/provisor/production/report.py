"""Summary tables and key figures of a production plan, made when it is solved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

import polars as pl

from provisor.tables.schema import Column, Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.plan import Plan
    from provisor.production.rules import Rules, Settings

_text, _number, _whole, _day = pl.String, pl.Float64, pl.Int64, pl.Date

SERVICE = Schema(
    "service",
    "demand of a product at a node over the horizon, and what was served of it",
    [
        Column("node", _text, "", "node that sells"),
        Column("product", _text, "", "product"),
        Column("demand", _number, "unit", "units asked for"),
        Column("sold", _number, "unit", "units sold"),
        Column("short", _number, "unit", "units short"),
        Column("service", _number, "share", "sold / demand"),
    ],
    key=("node", "product"),
)

TRUCK_LOADING = Schema(
    "truck_loading",
    "load of a truck that leaves with goods",
    [
        Column("date", _day, "", "day of departure"),
        Column("truck", _text, "", "truck"),
        Column("origin", _text, "", "node left"),
        Column("stops", _text, "", "nodes where goods get off"),
        Column("units", _number, "unit", "units on it"),
        Column("pallets", _whole, "pallet", "pallets on it"),
        Column("places", _whole, "pallet", "places it has"),
        Column("fill", _number, "share", "pallets / places"),
    ],
    key=("date", "truck"),
)

HOURS = Schema(
    "hours",
    "working time of a node on every day of the horizon, against its limit",
    [
        Column("date", _day, "", "day"),
        Column("node", _text, "", "node that makes"),
        Column("used", _number, "h", "hours used"),
        Column("regular", _number, "h", "hours used within the fixed hours"),
        Column("overtime", _number, "h", "hours used beyond the fixed hours"),
        Column("premium", _number, "h", "hours paid on a day without fixed hours"),
        Column("fixed", _number, "h", "fixed hours of the day"),
        Column("limit", _number, "h", "most hours of the day"),
    ],
    key=("date", "node"),
)

WEEKLY = Schema(
    "production_by_week",
    "what is made of a product in a week of the horizon",
    [
        Column("week", _day, "", "first day of the week, counted from the start of the horizon"),
        Column("node", _text, "", "node that makes"),
        Column("product", _text, "", "product"),
        Column("mixes", _number, "mix", "mixes; 0 where the product has none"),
        Column("units", _number, "unit", "units"),
    ],
    key=("week", "node", "product"),
)

SUMMARY_TABLES = (SERVICE, TRUCK_LOADING, HOURS, WEEKLY)
"""Tables that sum up a plan; nothing is decided in them."""

KPI_UNITS = {
    "units_made": "unit",
    "units_sold": "unit",
    "units_short": "unit",
    "service_level": "share",
    "units_disposed": "unit",
    "stock_left": "unit",
    "production_days": "day",
    "starts": "",
    "regular_hours": "h",
    "overtime_hours": "h",
    "premium_hours": "h",
    "departures": "",
    "mean_truck_fill": "share",
    "controllable_cost": "$",
}
"""Unit of each key figure."""


def with_report(case: Case, plan: Plan) -> Plan:
    """The same plan with summary tables and key figures; a plan without tables stays as it is."""
    if not plan.tables:
        return plan
    asked = {name: _asked(case, table) for name, table in plan.tables.items()}
    summary = {
        "service": service(case, asked),
        "truck_loading": truck_loading(case, asked),
        "hours": hours(case, asked),
        "production_by_week": weekly(case, asked),
    }
    figures = kpis(case, {**asked, **summary})
    return replace(plan, tables={**plan.tables, **summary}, kpis={**figures, **plan.kpis})


def _asked(case: Case, table: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table on days asked for, without those looked ahead."""
    return table.filter(_within(_settings(case))) if "date" in table.columns else table


def service(case: Case, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table :data:`SERVICE`: demand of the horizon and what was sold and short of it."""
    settings = _settings(case)
    key = ["node", "product"]
    demand = case.table("demand").filter(_within(settings)).group_by(key).agg(demand=pl.col("units").sum())
    sold = tables["sales"].group_by(key).agg(sold=pl.col("units").sum())
    short = tables["shortage"].group_by(key).agg(short=pl.col("units").sum())
    joined = demand.join(sold, on=key, how="left").join(short, on=key, how="left").fill_null(0.0)
    share = pl.when(pl.col("demand") > 0).then(pl.col("sold") / pl.col("demand")).otherwise(1.0)
    return _typed(joined.with_columns(service=share), SERVICE)


def truck_loading(case: Case, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table :data:`TRUCK_LOADING`: pallets against places of every departure of a truck with goods."""
    places = case.table("trucks").select("truck", places=pl.col("pallets"))
    loads = (
        tables["departures"]
        .filter(pl.col("truck").is_not_null() & (pl.col("units") > 0))
        .group_by("date", "truck", "origin")
        .agg(pl.col("stop").unique().sort().str.join(", ").alias("stops"), pl.col("units", "pallets").sum())
        .join(places, on="truck", how="left")
    )
    share = pl.when(pl.col("places") > 0).then(pl.col("pallets") / pl.col("places"))
    return _typed(loads.with_columns(fill=share), TRUCK_LOADING)


def hours(case: Case, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table :data:`HOURS`: hours by kind and their limit, for every day with a calendar row."""
    rules = cast("Rules", case.rules)
    nodes = case.table("nodes").filter("can_make").select("node", most=pl.col("max_hours"))
    other_days = pl.lit(rules.max_hours_other_days)
    allowed = (
        pl.when("is_fixed_day").then(pl.col("fixed_hours") + pl.col("overtime_hours")).otherwise(other_days)
    )
    days = (
        case.table("calendar")
        .filter(_within(_settings(case)))
        .join(nodes, on="node")
        .select("date", "node", fixed=pl.col("fixed_hours"), limit=pl.min_horizontal(allowed, pl.col("most")))
    )
    labour = tables["labour"].select("date", "node", "regular", "overtime", "premium", used="hours_used")
    return _typed(days.join(labour, on=["date", "node"], how="left").fill_null(0.0), HOURS)


def weekly(case: Case, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table :data:`WEEKLY`: units by week of the horizon."""
    start = _settings(case).start
    week = (pl.col("date") - pl.lit(start)).dt.total_days() // 7
    first_day = pl.lit(start) + pl.duration(days=week * 7)
    made = (
        tables["production"]
        .group_by(first_day.cast(pl.Date).alias("week"), "node", "product")
        .agg(pl.col("mixes").sum(), pl.col("units").sum())
    )
    return _typed(made, WEEKLY)


def kpis(case: Case, tables: Mapping[str, pl.DataFrame]) -> dict[str, float]:
    """Key figures by name; units in :data:`KPI_UNITS`."""
    settings = _settings(case)
    served, loads, labour = tables["service"], tables["truck_loading"], tables["labour"]
    demand = _total(served, "demand")
    fill = loads["fill"].mean()
    last_day = tables["stock"].filter(pl.col("date") == _last_day(settings))
    made = tables["production"].filter(pl.col("units") > 0)
    return {
        "units_made": _total(made, "units"),
        "units_sold": _total(served, "sold"),
        "units_short": _total(served, "short"),
        "service_level": _total(served, "sold") / demand if demand else 1.0,
        "units_disposed": _total(tables["disposal"], "units"),
        "stock_left": _total(last_day, "units"),
        "production_days": float(made.select("date", "node").n_unique()),
        "starts": float(_starts(made, cast("Rules", case.rules).starts)),
        "regular_hours": _total(labour, "regular"),
        "overtime_hours": _total(labour, "overtime"),
        "premium_hours": _total(labour, "premium"),
        "departures": float(loads.height),
    } | ({} if fill is None else {"mean_truck_fill": float(cast("float", fill))})


def runs(production: pl.DataFrame) -> pl.DataFrame:
    """Days in a row on which a product is made at a node: columns node, product, first, days, units."""
    key = ["node", "product"]
    made = production.filter(pl.col("units") > 0).sort(*key, "date")
    gap = (pl.col("date").diff().over(key) != pl.duration(days=1)).fill_null(value=True)
    numbered = made.with_columns(run=gap.cast(pl.Int64).cum_sum())
    return (
        numbered.group_by(*key, "run")
        .agg(first=pl.col("date").min(), days=pl.len().cast(pl.Int64), units=pl.col("units").sum())
        .drop("run")
        .sort(*key, "first")
    )


def _starts(made: pl.DataFrame, counted: str) -> int:
    """Starts as the rule ``starts`` counts them: every day, or the first day of each run."""
    return made.height if counted == "daily" else runs(made).height


def _settings(case: Case) -> Settings:
    return cast("Settings", case.settings)


def _within(settings: Settings) -> pl.Expr:
    return pl.col("date").is_between(settings.start, _last_day(settings))


def _last_day(settings: Settings) -> date:
    """Last day asked for."""
    return settings.start + timedelta(days=(settings.asked_days or settings.days) - 1)


def _total(table: pl.DataFrame, column: str) -> float:
    return float(table[column].sum())


def _typed(table: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of a schema in its order and types, rows sorted by its key."""
    typed = table.select(pl.col(name).cast(dtype) for name, dtype in schema.dtypes.items())
    return typed.sort(*schema.key)
