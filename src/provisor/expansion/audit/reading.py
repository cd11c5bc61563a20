"""Plan tables of any origin as the auditor reads them: cast, and held against the names and days of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.expansion.rules import Rules
from provisor.expansion.summary_tables import DOCK_SCHEDULE, UTILISATION
from provisor.expansion.tables import CALENDAR, PLAN_TABLES
from provisor.tables.casting import RULE, Derived, coerce
from provisor.tables.findings import report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from provisor.auditing import Finding
    from provisor.case import Case
    from provisor.tables.schema import Schema

ALL_TYPES = "all types"
"""Name of the one room of a site where products are not kept apart by storage type."""

AUDITED = (*PLAN_TABLES, DOCK_SCHEDULE, UTILISATION)
"""Tables of a plan that are audited: its decisions, and what it shows of docks and shelves."""

_OF_ORDERS = frozenset({"order_date", "arrival_date", "inbound_packs", "lead_time_days", "supplier_type"})

DERIVED = Derived(
    tables=frozenset(
        {
            "expansion_tiers",
            "phases",
            "shelf_assignments",
            "opening_stock",
            "lost_sales",
            "overflow",
            "costs",
            "dock_schedule",
            "utilisation",
        }
    ),
    columns={
        "expansion_decisions": frozenset({"tier1_sqft", "tier2_sqft", "expansion_cost"}),
        "expansion_tiers": frozenset({"price_per_sqft", "cost"}),
        "shelf_additions": frozenset(
            {"sqft_per_shelf", "total_sqft", "weight_capacity_lbs", "volume_capacity_cuft"}
        ),
        "phases": frozenset({"sqft_added"}),
        "inventory_levels_daily": frozenset({"date", "volume_cuft", "weight_lbs", "holding_cost_dollars"}),
        "deliveries_daily": _OF_ORDERS,
        "order_schedule_daily": _OF_ORDERS,
        "dock_schedule": frozenset(c.name for c in DOCK_SCHEDULE.columns if c.name not in DOCK_SCHEDULE.key),
        "utilisation": frozenset(c.name for c in UTILISATION.columns if c.name not in UTILISATION.key),
        "shipment_plan_daily": frozenset(
            {"date", "daily_demand", "demand_fulfilled_pct", "transportation_cost_dollars"}
        ),
    },
)
"""Tables and columns that follow from decisions and may be left out; columns may be empty throughout too."""

MOMENTS: Mapping[str, tuple[str, str, str]] = {
    "": ("month", "day", "date"),
    "arrival": ("arrival_month", "arrival_day", "arrival_date"),
    "order": ("order_month", "order_day", "order_date"),
}
"""Columns of month, business day and date by what happens then."""

_FIGURES = frozenset({"expansion_tiers", "costs"})
"""Plan tables that hold nothing but figures that follow from the others."""

_PLACE = (
    "month", "day", "arrival_month", "arrival_day", "order_month", "order_day", "year", "tier", "sku", "facility",
    "storage_type", "supplier", "component",
)  # fmt: skip


def read_plan(
    case: Case, tables: Mapping[str, pl.DataFrame], months: int
) -> tuple[dict[str, pl.DataFrame], list[Finding]]:
    """Plan tables cast to their schemas, without rows of names and days that the case does not have.

    Returns:
        All plan tables, and what is wrong with them as findings of rule ``tables``. Rows that repeat a key
        are findings and stay: their goods are counted.
    """
    frames, findings = coerce(tables, AUDITED, DERIVED)
    names = {
        "sku": case.table("products")["sku"],
        "facility": case.table("sites")["facility"],
        "storage_type": _storage_types(case),
        "supplier": case.table("suppliers")["supplier"],
    }
    calendar = case.table(CALENDAR.name).select("month", "day", "date").unique(["month", "day"], keep="first")
    kept = {}
    for schema in AUDITED:
        frame = frames[schema.name]
        findings += _repeated(schema, frame)
        frame, strange = _of_names(schema, frame, names)
        frame, outside = _of_days(schema, frame, calendar, months)
        findings += [*strange, *outside]
        kept[schema.name] = frame
    return kept, findings


def decided(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What is built, kept, ordered, shipped, lost and rented, without what follows from it and from the case."""
    kept = [schema.name for schema in PLAN_TABLES if schema.name not in _FIGURES]
    return {
        name: tables[name].drop(DERIVED.columns.get(name, ()), strict=False)
        for name in kept
        if name in tables
    }


def _storage_types(case: Case) -> pl.Series:
    """Types of shelf, and the one room of all of them where shared shelves do not keep them apart."""
    rules = case.rules
    kinds = case.table("shelving")["storage_type"].unique()
    if isinstance(rules, Rules) and not rules.own_type and rules.shelf_use == "shared":
        kinds = pl.concat([kinds, pl.Series("storage_type", [ALL_TYPES])])
    return kinds


def _of_names(
    schema: Schema, frame: pl.DataFrame, names: Mapping[str, pl.Series]
) -> tuple[pl.DataFrame, list[Finding]]:
    named = [column for column in names if column in frame.columns]
    if frame.is_empty() or not named:
        return frame, []
    known = frame.select(
        pl.col(column).is_in(names[column].implode()) | pl.col(column).is_null() for column in named
    )
    findings: list[Finding] = []
    for column, has in zip(named, known.get_columns(), strict=True):
        if not has.all():
            findings += _report(schema, frame.filter(~has), f"the case has no {column} {{{column}}}")
    if findings:
        frame = frame.filter(known.select(pl.all_horizontal(pl.all())).to_series())
    return frame, findings


def _of_days(
    schema: Schema, frame: pl.DataFrame, calendar: pl.DataFrame, months: int
) -> tuple[pl.DataFrame, list[Finding]]:
    """Rows on days of the calendar; those of all but orders lie in the horizon, and dates are the calendar's."""
    findings: list[Finding] = []
    for kind, month, day, date in _moments(frame) if frame.height else ():
        days = calendar.rename({"month": month, "day": day, "date": "_date"})
        if kind != "order":
            days = days.filter(pl.col(month).is_between(1, months))
        inside = frame.join(days, on=[month, day], how="inner", maintain_order="left")
        if inside.height != frame.height:
            outside = frame.join(days, on=[month, day], how="anti")
            words = f"month {{{month}}}, day {{{day}}} is no {kind or 'business'} day of the case's calendar"
            findings += _report(schema, outside, words)
        frame = inside
        if date in frame.columns:
            findings += _misdated(schema, frame, (month, day, date))
        frame = frame.drop("_date")
    return frame, findings


def _moments(frame: pl.DataFrame) -> Iterator[tuple[str, str, str, str]]:
    for kind, (month, day, date) in MOMENTS.items():
        if month in frame.columns and day in frame.columns:
            yield kind, month, day, date


def _misdated(schema: Schema, frame: pl.DataFrame, columns: tuple[str, str, str]) -> list[Finding]:
    month, day, date = columns
    wrong = frame.filter(pl.col(date) != pl.col("_date"))
    return _report(schema, wrong, f"month {{{month}}}, day {{{day}}} is {{_date}}, not {{{date}}}")


def _repeated(schema: Schema, frame: pl.DataFrame) -> list[Finding]:
    if not schema.key or frame.is_empty():
        return []
    repeated = frame.filter(~pl.struct(schema.key).is_first_distinct())
    return _report(schema, repeated, f"a second row has the same {', '.join(schema.key)}")


def _report(schema: Schema, rows: pl.DataFrame, words: str) -> list[Finding]:
    if rows.is_empty():
        return []
    where = ["table", *(column for column in _PLACE if column in rows.columns)]
    named = rows.with_columns(table=pl.lit(schema.name), amount=pl.lit(1.0))
    return report(RULE, named, where, "row", f"Table {schema.name}: {words}")
