"""Rules ``units`` and ``resolution``: figures in other units, and rows of days the rules do not speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.auditing import TOLERANCE, Checked, Findings
from provisor.expansion.audit.demand import by_month, daily_demand
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.expansion.audit.rooms import taken
from provisor.tables.findings import findings_of, slack

if TYPE_CHECKING:
    from provisor.expansion.audit.grid import Floats

_KEYS = {
    "inventory_levels_daily": ("month", "day", "sku", "facility"),
    "shipment_plan_daily": ("month", "day", "sku", "facility"),
    "deliveries_daily": ("arrival_month", "arrival_day", "sku", "facility"),
    "order_schedule_daily": ("order_month", "order_day", "arrival_month", "arrival_day", "sku", "facility"),
}


@rule("units", "volume, weight, inbound packs and demand follow from sell packs")
def units(evidence: Evidence) -> Checked:
    """Every cell of a column that says sell packs in another unit."""
    columns = {
        ("inventory_levels_daily", "volume_cuft"): pl.col("pack_volume") * pl.col("units"),
        ("inventory_levels_daily", "weight_lbs"): pl.col("pack_weight") * pl.col("units"),
        ("deliveries_daily", "inbound_packs"): pl.col("units_delivered") / pl.col("ratio"),
        ("order_schedule_daily", "inbound_packs"): pl.col("units_ordered") / pl.col("ratio"),
        ("shipment_plan_daily", "daily_demand"): pl.col("asked"),
        ("shipment_plan_daily", "demand_fulfilled_pct"): pl.when(pl.col("asked") > 0)
        .then(100 * pl.col("units_shipped") / pl.col("asked"))
        .otherwise(0.0),
    }
    places, parts = 0, []
    for (table, column), true in columns.items():
        if evidence.states(table, column):
            seen, found = compared(evidence, "units", table, column, true)
            places += seen
            parts.append(found)
    return Checked(places, Findings.together(*parts))


def compared(
    evidence: Evidence, rule_id: str, table: str, column: str, true: pl.Expr
) -> tuple[int, Findings]:
    """Cells of a column looked at, and those that are not what they must be."""
    rows = evidence.once(_with_products)[table].with_columns(true=true)
    gap = (pl.col(column) - pl.col("true")).abs()
    wrong = rows.with_columns(amount=gap).filter(gap > slack(pl.col("true")))
    words = f"Table {table}: {column} of {{sku}} at {{facility}} {_when(table)} is {{true}}, not {{{column}}}"
    return rows.height, findings_of(rule_id, wrong, _KEYS[table], column.rpartition("_")[2], words)


def _when(table: str) -> str:
    month, day = _KEYS[table][:2]
    return f"in month {{{month}}}, day {{{day}}}"


def _with_products(evidence: Evidence) -> dict[str, pl.DataFrame]:
    """The tables of goods with what a pack of their product takes, its ratio, and the demand of the day."""
    one = evidence.once(taken)
    products = evidence.of_case("products").select(
        "sku", "ratio", pack_volume=pl.Series(one["volume"]), pack_weight=pl.Series(one["weight"])
    )
    frames = {
        name: evidence[name].join(products, on="sku", how="left", maintain_order="left") for name in _KEYS
    }
    table = frames["shipment_plan_daily"]
    asked = _asked(evidence)[
        evidence.days.places(table, ("month", "day")), evidence.products.places(table, ("sku",))
    ]
    frames["shipment_plan_daily"] = table.with_columns(asked=pl.Series(asked))
    return frames


def _asked(evidence: Evidence) -> Floats:
    """Demand that the row of each day is held against, by product: of the day, or of its month."""
    asked = evidence.once(daily_demand)
    if not evidence.by_month:
        return asked
    return by_month(asked, evidence.month_of_day, evidence.settings.months)[evidence.month_of_day]


@rule("resolution", "stock and shipments are told for the days, or the months, that the rules speak of")
def resolution(evidence: Evidence) -> Checked:
    """Under ``orders`` and ``monthly``: rows of months' last days; deliveries of ``monthly`` on their first."""
    if not evidence.by_month:
        return Checked(0)
    ends = evidence.periods.labels.select("month", last="day")
    places, parts = 0, []
    for table, column in (("inventory_levels_daily", "units"), ("shipment_plan_daily", "units_shipped")):
        rows = evidence[table].join(ends, on="month").filter(pl.col(column).abs() > TOLERANCE)
        stray = rows.filter(pl.col("day") != pl.col("last")).with_columns(amount=pl.col(column))
        words = f"Table {table}: {{sku}} at {{facility}} has a figure on day {{day}} of month {{month}}, not its last"
        places += rows.height
        parts.append(findings_of("resolution", stray, _KEYS[table], "pack", words))
    if evidence.rules.resolution == "monthly":
        rows = evidence["deliveries_daily"]
        stray = rows.filter(pl.col("arrival_day") != 1).with_columns(amount=pl.col("units_delivered"))
        words = (
            "{sku} arrives at {facility} in month {arrival_month} on day {arrival_day}, not on its first day"
        )
        places += rows.height
        parts.append(findings_of("resolution", stray, _KEYS["deliveries_daily"], "pack", words))
    return Checked(places, Findings.together(*parts))
