"""Rule ``demand``: what customers ask for leaves a site, or is lost where that is allowed and priced."""

from __future__ import annotations

import numpy as np
import polars as pl

from provisor.auditing import TOLERANCE, Checked, Findings
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.expansion.audit.grid import Axis, Floats, Numbers, rows_where, slack_of, spread
from provisor.tables.findings import findings_of

_RULE = "demand"


def daily_demand(evidence: Evidence) -> Floats:
    """Demand in sell packs by day of the horizon and product; month / days where only months have a demand."""
    if evidence.rules.demand == "daily":
        table = evidence.of_case("daily_demand")
        places = (evidence.days.places(table, ("month", "day")), evidence.products.places(table, ("sku",)))
        asked = spread(table["quantity"], (len(evidence.days), len(evidence.products)), places)
    else:
        monthly = _monthly(evidence)[evidence.month_of_day]
        asked = monthly * _shares(evidence)[:, None]
    return asked / _pieces(evidence)


def _monthly(evidence: Evidence) -> Floats:
    table = evidence.of_case("demand")
    month = (table["month"] - 1).to_numpy()
    inside = np.where(month < evidence.settings.months, month, -1)
    places = (inside, evidence.products.places(table, ("sku",)))
    return spread(table["quantity"], (evidence.settings.months, len(evidence.products)), places)


def _shares(evidence: Evidence) -> Floats:
    """Share of its month's demand that falls on each day."""
    if evidence.rules.demand != "weekday":
        return 1.0 / evidence.days_of_month[evidence.month_of_day]
    weekdays = evidence.days.labels["date"].dt.weekday().to_numpy() - 1
    weights = np.array(evidence.rules.weekday_weights)[weekdays]
    of_month = np.bincount(evidence.month_of_day, weights=weights, minlength=evidence.settings.months)
    return np.asarray(weights / of_month[evidence.month_of_day])


def _pieces(evidence: Evidence) -> Floats:
    """Pieces that a unit of the demand tables' sell pack holds: 1 where they count sell packs."""
    products = evidence.of_case("products")
    if evidence.rules.demand_unit == "packs":
        return np.ones(products.height)
    return products["sell_quantity"].to_numpy()


def lost(evidence: Evidence) -> Floats:
    """Packs of demand not served by day and product, as the plan says, or what is missing where it may be."""
    if "lost_sales" in evidence.given:
        table = evidence["lost_sales"]
        places = (evidence.days.places(table, ("month", "day")), evidence.products.places(table, ("sku",)))
        return spread(table["units"], (len(evidence.days), len(evidence.products)), places)
    missing = np.zeros((len(evidence.days), len(evidence.products)))
    if evidence.settings.lost_sale_per_pack is not None:
        asked, served, periods = _asked(evidence)
        last_days = evidence.days.places(periods.labels, ("month", "day"))
        missing[last_days] = np.maximum(asked - served, 0.0)
    return missing


def _asked(evidence: Evidence) -> tuple[Floats, Floats, Axis]:
    """Demand and shipments of all sites by period of demand and product, and these periods."""
    asked, served = evidence.once(daily_demand), evidence.shipments.sum(axis=2)
    if evidence.by_month or evidence.rules.demand == "monthly":
        asked = by_month(asked, evidence.month_of_day, evidence.settings.months)
        served = by_month(served, evidence.month_of_period, evidence.settings.months)
        last = pl.col("day") == pl.col("day").max().over("month")
        return asked, served, Axis(evidence.days.labels.filter(last), ("month", "day"))
    return asked, served, evidence.days


def by_month(values: Floats, months: Numbers, count: int) -> Floats:
    """Sums of the rows of an array by their months (from 0)."""
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, months, values)
    return sums


@rule(_RULE, "shipments of all sites + lost sales = demand")
def demand(evidence: Evidence) -> Checked:
    """Every product on every day, or in every month where its days are free."""
    asked, served, places = _asked(evidence)
    short = evidence.once(lost)
    if len(places) < len(evidence.days):
        short = by_month(short, evidence.month_of_day, evidence.settings.months)
    gap = served + short - asked
    figures = {"asked": asked, "served": served, "short": short, "gap": gap, "amount": np.abs(gap)}
    rows = rows_where(np.abs(gap) > slack_of(asked + served), (places, evidence.products), figures)
    rows = rows.with_columns(
        verdict=pl.when(pl.col("gap") > 0).then(pl.lit("too many")).otherwise(pl.lit("not accounted for"))
    )
    words = (
        "Up to {date}, {asked} packs of {sku} are asked for, {served} shipped and {short} lost: {amount} {verdict}"
        if len(places) < len(evidence.days)
        else "On {date}, {asked} packs of {sku} are asked for, {served} shipped and {short} lost: {amount} {verdict}"
    )
    found = findings_of(_RULE, rows, ("month", "day", "sku"), "pack", words)
    return Checked(gap.size, Findings.together(found, _forbidden(evidence)))


def _forbidden(evidence: Evidence) -> Findings:
    if evidence.settings.lost_sale_per_pack is not None:
        return Findings({}, tuple)
    short = evidence["lost_sales"].filter(pl.col("units") > TOLERANCE).with_columns(amount=pl.col("units"))
    words = "In month {month}, on day {day}, {units} packs of {sku} are lost; without lost_sale_per_pack none may be"
    return findings_of(_RULE, short, ("month", "day", "sku"), "pack", words)
