"""Rules ``lead-time`` and ``packs``: every delivery was ordered in time, in whole inbound packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.auditing import TOLERANCE, Checked, Findings
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.tables.findings import findings_of, slack

if TYPE_CHECKING:
    from provisor.expansion.audit.grid import Numbers

_LEAD = "lead-time"
_ORDER = ["order_month", "order_day", "arrival_month", "arrival_day", "sku", "facility"]
_AMOUNTS = {"deliveries_daily": "units_delivered", "order_schedule_daily": "units_ordered"}


@rule(_LEAD, "an order lies a lead time before its arrival, and orders and deliveries are the same goods")
def lead_time(evidence: Evidence) -> Checked:
    """Every row of deliveries and orders; with ``pipeline: false`` no order lies before day 1."""
    parts = [_unmatched(evidence)]
    for table in _AMOUNTS:
        rows = _with_due(evidence, table)
        parts += [_mistimed(rows, table), _too_early(evidence, rows, table)]
        parts += [_misstated(evidence, rows, table, "lead_time_days", "lead")]
        parts += [_misstated(evidence, rows, table, "supplier_type", "kind")]
    return Checked(sum(evidence[table].height for table in _AMOUNTS), Findings.together(*parts))


def _unmatched(evidence: Evidence) -> Findings:
    """Goods ordered and goods delivered, by order, arrival, product and site."""
    sums = [evidence[table].group_by(_ORDER).agg(pl.col(value).sum()) for table, value in _AMOUNTS.items()]
    both = (
        sums[0]
        .join(sums[1], on=_ORDER, how="full", coalesce=True)
        .with_columns(pl.col(value).fill_null(0.0) for value in _AMOUNTS.values())
    )
    gap = (pl.col("units_delivered") - pl.col("units_ordered")).abs()
    wrong = both.filter(gap > slack(pl.col("units_delivered"))).with_columns(amount=gap)
    words = (
        "Of {sku} for {facility}, ordered in month {order_month}, day {order_day}, to arrive in month "
        "{arrival_month}, day {arrival_day}: {units_ordered} packs are ordered, {units_delivered} delivered"
    )
    return findings_of(_LEAD, wrong, _ORDER, "pack", words)


def _with_due(evidence: Evidence, table: str) -> pl.DataFrame:
    """Rows of orders with ``due_month`` and ``due_day``, when the order had to be placed, and its lead and kind."""
    products = evidence.of_case("products").select("sku", "supplier")
    kinds = evidence.of_case("suppliers").select("supplier", "kind")
    leads = evidence.of_case("lead_times").select("sku", "facility", lead="lead_time_days")
    rows = (
        evidence[table]
        .join(products.join(kinds, on="supplier", how="left"), on="sku", how="left", maintain_order="left")
        .join(leads, on=["sku", "facility"], how="left", maintain_order="left")
    )
    due = last_order_day(
        evidence, evidence.calendar.places(rows, ("arrival_month", "arrival_day")), rows["lead"].to_numpy()
    )
    days = evidence.calendar.labels.select(due_month="month", due_day="day")
    known = pl.Series(due >= 0)
    placed = days[np.maximum(due, 0)].with_columns(pl.when(known).then(pl.all()))
    both: pl.DataFrame = pl.concat([rows, placed], how="horizontal")
    return both


def last_order_day(evidence: Evidence, arrival: Numbers, lead: Numbers) -> Numbers:
    """Place in the calendar of the order for an arrival there; -1 where the calendar does not reach back so far."""
    if evidence.rules.lead_time_unit == "business":
        return np.asarray(np.maximum(arrival - lead, -1))
    dates = evidence.calendar.labels["date"].to_numpy().astype("datetime64[D]")
    latest = dates[arrival] - lead.astype("timedelta64[D]")
    return np.asarray(np.searchsorted(dates, latest, side="right") - 1)


def _mistimed(rows: pl.DataFrame, table: str) -> Findings:
    same = (pl.col("due_month") == pl.col("order_month")) & (pl.col("due_day") == pl.col("order_day"))
    wrong = rows.filter(~same.fill_null(value=False)).with_columns(amount=pl.lit(1.0), table=pl.lit(table))
    words = (
        "Table {table}: {sku} for {facility} that arrives in month {arrival_month}, day {arrival_day} is ordered in "
        "month {order_month}, day {order_day}; with {lead} days of lead time that is month {due_month}, day {due_day}"
    )
    return findings_of(_LEAD, wrong, ("table", *_ORDER), "order", words)


def _too_early(evidence: Evidence, rows: pl.DataFrame, table: str) -> Findings:
    if evidence.rules.pipeline:
        return Findings({}, tuple)
    early = rows.filter(pl.col("order_month") < 1).with_columns(amount=pl.lit(1.0), table=pl.lit(table))
    words = (
        "Table {table}: {sku} for {facility} is ordered in month {order_month}, day {order_day}, before the first day; "
        "pipeline: false allows no such order"
    )
    return findings_of(_LEAD, early, ("table", *_ORDER), "order", words)


def _misstated(evidence: Evidence, rows: pl.DataFrame, table: str, column: str, true: str) -> Findings:
    if not evidence.states(table, column):
        return Findings({}, tuple)
    wrong = rows.filter(pl.col(column).ne_missing(pl.col(true))).with_columns(
        amount=pl.lit(1.0), table=pl.lit(table)
    )
    words = f"Table {{table}}: {{sku}} for {{facility}} has {column} {{{true}}}, not {{{column}}}"
    return findings_of(_LEAD, wrong, ("table", *_ORDER), "order", words)


@rule("packs", "every delivery is a whole number of inbound packs")
def packs(evidence: Evidence) -> Checked:
    """Deliveries by day, product and site over the packs' ratio."""
    if not evidence.rules.whole_packs:
        return Checked(0)
    ratio = evidence.of_case("products").select("sku", "ratio")
    key = ("arrival_month", "arrival_day", "sku", "facility")
    rows = evidence["deliveries_daily"].group_by(key).agg(pl.col("units_delivered").sum())
    rows = rows.join(ratio, on="sku").with_columns(count=pl.col("units_delivered") / pl.col("ratio"))
    off = (pl.col("count") - pl.col("count").round()).abs() * pl.col("ratio")
    wrong = rows.with_columns(amount=off).filter(pl.col("amount") > TOLERANCE)
    words = (
        "In month {arrival_month}, on day {arrival_day}, {units_delivered} packs of {sku} arrive at {facility}: "
        "{count} inbound packs of {ratio}, which is not whole"
    )
    return Checked(rows.height, findings_of("packs", wrong, key, "pack", words))
