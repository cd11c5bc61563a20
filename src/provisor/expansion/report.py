"""Summary tables and key figures of an expansion plan, made when it is solved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
import polars as pl

from provisor.expansion import summary_tables as schema
from provisor.expansion.capital import need_by_year, prices
from provisor.expansion.network import ALL_TYPES, Network, network_of
from provisor.expansion.running import break_even, cash_by_month, daily_work
from provisor.expansion.share_ranges import share_ranges
from provisor.expansion.tables import MEASURES
from provisor.expansion.tabulate import typed_as

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provisor.case import Case
    from provisor.expansion.rules import Rules, Settings
    from provisor.plan import Plan

KPI_UNITS = {
    "sqft_added": "sqft",
    "shelves_added": "shelf",
    "units_shipped": "pack",
    "units_lost": "pack",
    "service_level": "share",
    "mean_stock": "pack",
    "mean_stock_cuft": "cuft",
    "stock_turns": "turn/year",
    "fullest_share": "share",
    "truckloads": "truck",
    "trucks": "truck",
    "excess_truckloads": "truck",
    "orders": "",
    "orders_before_start": "",
}
"""Unit of each key figure."""

_DAY = ("month", "day", "date")


def with_report(case: Case, plan: Plan) -> Plan:
    """The same plan with summary tables and key figures; a plan without tables stays as it is."""
    if not plan.tables:
        return plan
    network = network_of(case)
    used = utilisation(case, network, plan.tables)
    summary = {
        "utilisation": used,
        "dock_schedule": dock_schedule(case, network, plan.tables),
        "daily_work": daily_work(case, plan.tables),
        "peaks": peaks(used, network.measures),
        "prices": prices(network),
        "share_ranges": share_ranges(network, plan.tables),
        "need_by_year": need_by_year(network),
        "cash_by_month": cash_by_month(plan.tables),
        "break_even": break_even(case, {**plan.tables, "utilisation": used}),
    }
    tables = {**plan.tables, **summary}
    return replace(plan, tables=tables, kpis={**kpis(case, network, tables), **plan.kpis})


def utilisation(case: Case, network: Network, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table :data:`UTILISATION`: what is kept at the time room is checked against what the shelves take."""
    types = _in_rooms(network, case.table("products").select("sku", "storage_type", "ratio"))
    use = pl.DataFrame({"sku": network.skus, "cuft": network.use[0], "lbs": network.use[1]})
    units = pl.col("units")
    kept = tables["inventory_levels_daily"]
    if network.rules.check_time == "morning":
        shipped = tables["shipment_plan_daily"].select("month", "day", "sku", "facility", "units_shipped")
        kept = kept.join(shipped, on=["month", "day", "sku", "facility"])
        units = units + network.morning * pl.col("units_shipped")
    stock = (
        kept.join(types, on="sku")
        .join(use, on="sku")
        .group_by(*_DAY, "facility", "storage_type")
        .agg(
            volume_cuft=(units * pl.col("cuft")).sum(),
            weight_lbs=(units * pl.col("lbs")).sum(),
            positions=(units / pl.col("ratio")).sum(),
        )
    )
    full = stock.join(_capacity(network, case, tables), on=["month", "facility", "storage_type"], how="left")
    return typed_as(
        schema.UTILISATION,
        full.with_columns(
            volume_used=_share("volume_cuft", "volume_capacity_cuft"),
            weight_used=_share("weight_lbs", "weight_capacity_lbs"),
        ),
    )


def _share(used: str, capacity: str) -> pl.Expr:
    there = pl.col(capacity) > 0
    return pl.when(there).then(pl.col(used) / pl.col(capacity)).otherwise(0.0)


def _capacity(network: Network, case: Case, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What the shelves of a type at a site take in each month."""
    phases = tables["phases"].with_columns(first=(pl.col("year") - 1) * 12 + 1)
    months = pl.DataFrame({"month": np.arange(1, network.months + 1)})
    growing = pl.DataFrame({"facility": network.facilities, "growing": network.growing})
    added = (
        months.join(phases, how="cross")
        .filter(pl.col("first") <= pl.col("month"))
        .group_by("month", "facility", "storage_type")
        .agg(added=pl.col("shelves_added").sum())
    )
    fill = network.rules.fill
    shelves = (
        months.join(case.table("shelving"), how="cross")
        .join(growing, on="facility")
        .join(added, on=["month", "facility", "storage_type"], how="left")
        .with_columns(
            usable=pl.col("shelves") * pl.when("growing").then(1.0).otherwise(fill)
            + pl.col("added").fill_null(0.0) * fill
        )
    )
    return (
        _in_rooms(network, shelves)
        .group_by("month", "facility", "storage_type")
        .agg(
            volume_capacity_cuft=(pl.col("usable") * pl.col("volume_cuft")).sum(),
            weight_capacity_lbs=(pl.col("usable") * pl.col("weight_lb")).sum(),
            positions_capacity=(pl.col("usable") * pl.col("positions")).sum(),
        )
    )


def _in_rooms(network: Network, table: pl.DataFrame) -> pl.DataFrame:
    """The same rows with one name for all types where shared shelves do not keep them apart."""
    if network.rules.own_type or network.rules.shelf_use == "dedicated":
        return table
    return table.with_columns(storage_type=pl.lit(ALL_TYPES))


def dock_schedule(case: Case, network: Network, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table :data:`DOCK_SCHEDULE`: loads of a supplier at a site on a day; empty with rules.trucks: off."""
    if network.rules.trucks == "off":
        return schema.DOCK_SCHEDULE.empty()
    trucks = cast("Settings", case.settings).trucks
    products = case.table("products").select(
        "sku", "supplier", "carrier", "inbound_weight_lb", "inbound_volume_cuft"
    )
    packs, weight = pl.col("inbound_packs"), pl.col("inbound_packs") * pl.col("inbound_weight_lb")
    days = {f"arrival_{name}": name for name in _DAY}
    loads = (
        _docked(case, network, tables["deliveries_daily"])
        .rename(days)
        .join(products, on="sku")
        .group_by(*_DAY, "facility", "supplier")
        .agg(
            weight_lbs=weight.sum(),
            volume_cuft=(packs * pl.col("inbound_volume_cuft")).sum(),
            parcel_lbs=weight.filter(pl.col("carrier") == "parcel").sum(),
            ltl_lbs=weight.filter(pl.col("carrier") == "LTL").sum(),
            packs=packs.sum(),
        )
        .with_columns(
            loads_by_weight=pl.col("weight_lbs") / trucks.weight_lb,
            loads_by_volume=pl.col("volume_cuft") / trucks.volume_cuft,
            loads_by_positions=pl.col("packs") / (trucks.positions or float("inf")),
        )
        .join(_allowed(network), on=["facility", "supplier"], how="left")
    )
    load = pl.max_horizontal("loads_by_weight", "loads_by_volume", "loads_by_positions")
    excess = (load - pl.col("allowed")).clip(lower_bound=0.0).fill_null(0.0)
    whole = (load - 1e-7).ceil().clip(lower_bound=0.0)
    return typed_as(schema.DOCK_SCHEDULE, loads.with_columns(trucks=whole, excess=excess))


def _docked(case: Case, network: Network, deliveries: pl.DataFrame) -> pl.DataFrame:
    """Deliveries as trucks are counted: those of a month told at once as an average day, on its last."""
    if network.rules.resolution != "monthly":
        return deliveries
    last = case.table("calendar").filter(pl.col("day") == network.period_days)
    days = last.select(arrival_month="month", arrival_day="day", arrival_date="date")
    averaged = deliveries.drop("arrival_day", "arrival_date").join(days, on="arrival_month")
    return averaged.with_columns(pl.col("units_delivered", "inbound_packs") / network.period_days)


def _allowed(network: Network) -> pl.DataFrame:
    """Trucks allowed of a supplier at a site; empty for an exempt one."""
    rows = [
        (supplier, facility, float(network.trucks[u, f]) if np.isfinite(network.trucks[u, f]) else None)
        for u, supplier in enumerate(network.suppliers)
        for f, facility in enumerate(network.facilities)
    ]
    names = {"supplier": pl.String, "facility": pl.String, "allowed": pl.Float64}
    return pl.DataFrame(rows, schema=names, orient="row")


_COLUMNS = {
    "volume": ("volume_cuft", "volume_capacity_cuft"),
    "weight": ("weight_lbs", "weight_capacity_lbs"),
    "positions": ("positions", "positions_capacity"),
}


def peaks(used: pl.DataFrame, limiting: Sequence[str]) -> pl.DataFrame:
    """Table :data:`PEAKS`: fullest day of each type at each site by measure, of which ``limiting`` are the rules'."""
    parts = []
    for measure in MEASURES:
        amount, capacity = _COLUMNS[measure]
        there = pl.col(capacity) > 0
        share = pl.when(there).then(pl.col(amount) / pl.col(capacity))
        rows = used.with_columns(used=pl.col(amount), capacity=pl.col(capacity), share=share)
        ordered = rows.sort(pl.col("share").fill_null(0.0), "month", "day", descending=[True, False, False])
        first = ordered.group_by("facility", "storage_type", maintain_order=True).first()
        parts.append(first.with_columns(measure=pl.lit(measure), limits=pl.lit(measure in limiting)))
    return typed_as(schema.PEAKS, pl.concat(parts))


def kpis(case: Case, network: Network, tables: Mapping[str, pl.DataFrame]) -> dict[str, float]:
    """Key figures by name; units in :data:`KPI_UNITS`."""
    stock, shipped, lost = (
        tables[name] for name in ("inventory_levels_daily", "shipment_plan_daily", "lost_sales")
    )
    served, missed = _total(shipped, "units_shipped"), _total(lost, "units")
    mean = _total(stock, "units") / network.horizon
    years = network.months / 12
    orders, dock, peak = (tables[name] for name in ("order_schedule_daily", "dock_schedule", "peaks"))
    limiting = peak.filter("limits")["share"].drop_nulls()
    figures = {
        "sqft_added": _total(tables["expansion_decisions"], "sqft_added"),
        "shelves_added": _total(tables["shelf_additions"], "shelves_added"),
        "units_shipped": served,
        "units_lost": missed,
        "service_level": served / (served + missed) if served + missed else 1.0,
        "mean_stock": mean,
        "mean_stock_cuft": _total(stock, "volume_cuft") / network.horizon,
        "orders": float(orders.height),
        "orders_before_start": float(orders.filter(pl.col("order_month") < 1).height),
    }
    if mean > 0:
        figures["stock_turns"] = served / years / mean
    if limiting.len():
        figures["fullest_share"] = float(cast("float", limiting.max()))
    if cast("Rules", case.rules).trucks != "off":
        load = dock.select(pl.max_horizontal("loads_by_weight", "loads_by_volume").alias("load"))
        figures["truckloads"] = _total(load, "load")
        figures["trucks"] = _total(dock, "trucks")
        figures["excess_truckloads"] = _total(dock, "excess")
    return figures


def _total(table: pl.DataFrame, column: str) -> float:
    return float(table[column].sum())
