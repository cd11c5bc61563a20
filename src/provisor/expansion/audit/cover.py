"""Rules ``days-on-hand`` and ``opening``: what must lie in stock, and what may before the first day."""

from __future__ import annotations

import numpy as np
import polars as pl

from provisor.auditing import Checked, Finding
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.expansion.audit.grid import Axis, Flags, Floats, rows_where, slack_of, spread
from provisor.tables.findings import findings_of, report

_RULE = "days-on-hand"
BUSINESS_SHARE = 5 / 7
"""Business days of a calendar day."""

_NETWORK = Axis(pl.DataFrame({"facility": ["all sites"]}), ("facility",))


def days_on_hand(evidence: Evidence) -> Floats:
    """Days on hand in business days by product and site, all switches applied."""
    table = evidence.of_case("lead_times")
    places = (evidence.products.places(table, ("sku",)), evidence.sites.places(table, ("facility",)))
    days = spread(table["days_on_hand"], (len(evidence.products), len(evidence.sites)), places)
    if evidence.rules.policy is not None:
        days = np.broadcast_to(_policy_days(evidence)[:, None], days.shape)
    unit = BUSINESS_SHARE if evidence.rules.days_on_hand_unit == "calendar" else 1.0
    return days * evidence.rules.doh_multiplier * unit


def _policy_days(evidence: Evidence) -> Floats:
    """Days of the policy by product.

    Raises:
        ValueError: The policy has no days for a kind of supplier.
    """
    policy = evidence.rules.policy or {}
    products, suppliers = evidence.of_case("products"), evidence.of_case("suppliers")
    kinds = products.select("supplier").join(suppliers, on="supplier", how="left", maintain_order="left")[
        "kind"
    ]
    missing = sorted({kind for kind in kinds if kind not in policy})
    if missing:
        raise ValueError(f"rules.policy has no days on hand for suppliers of kind {', '.join(missing)}")
    return np.array([policy[kind] for kind in kinds])


def served_from(evidence: Evidence) -> Flags:
    """Whether an order of day 1 can have arrived, by period, product and site."""
    shape = (len(evidence.periods), len(evidence.products), len(evidence.sites))
    if evidence.rules.pipeline:
        return np.ones(shape, dtype=bool)
    table = evidence.of_case("lead_times")
    places = (evidence.products.places(table, ("sku",)), evidence.sites.places(table, ("facility",)))
    lead = spread(table["lead_time_days"], shape[1:], places)
    if evidence.rules.lead_time_unit == "business":
        elapsed = np.cumsum(evidence.length) - 1
    else:
        dates = evidence.periods.labels["date"].to_numpy().astype("datetime64[D]")
        first = evidence.days.labels["date"].to_numpy().astype("datetime64[D]")[0]
        elapsed = (dates - first).astype(np.int64)
    return np.asarray(elapsed[:, None, None] >= lead[None])


def levels(evidence: Evidence) -> Floats:
    """Days on hand x average daily shipments as the scope has it, by month, product and site."""
    average = evidence.average
    if evidence.rules.days_on_hand == "network":
        average = np.broadcast_to(average.sum(axis=2, keepdims=True), average.shape)
    return average * evidence.once(days_on_hand)[None]


@rule(_RULE, "stock at day end covers the days on hand of average daily shipments")
def cover(evidence: Evidence) -> Checked:
    """Every product, site and evening, or the sites together."""
    need = np.where(served_from(evidence), evidence.once(levels)[evidence.month_of_period], 0.0)
    have, sites = evidence.stock, evidence.sites
    if evidence.rules.days_on_hand == "pooled":
        need, have, sites = need.sum(axis=2, keepdims=True), have.sum(axis=2, keepdims=True), _NETWORK
    figures = {"need": need, "have": have, "amount": need - have}
    rows = rows_where(need - have > slack_of(need), (evidence.periods, evidence.products, sites), figures)
    words = "On {date}, {have} packs of {sku} are left at {facility}; days on hand ask for {need}: {amount} too few"
    return Checked(need.size, findings_of(_RULE, rows, ("month", "day", "sku", "facility"), "pack", words))


@rule("opening", "stock before day 1 is what the rules let it be")
def opening(evidence: Evidence) -> Checked:
    """Opening stock of every product and site, or of the sites together, against its level or its table."""
    have, sites = evidence.opening, evidence.sites
    below = _differing(evidence, have, np.zeros_like(have), have < -slack_of(have), evidence.sites)
    if evidence.rules.opening == "level":
        allowed = evidence.once(levels)[0]
        if evidence.rules.days_on_hand == "pooled":
            have, allowed = have.sum(axis=1, keepdims=True), allowed.sum(axis=1, keepdims=True)
            sites = _NETWORK
        wrong = have - allowed > slack_of(allowed)
    else:
        allowed = _given(evidence) if evidence.rules.opening == "data" else np.zeros_like(have)
        wrong = np.abs(have - allowed) > slack_of(allowed)
    return Checked(have.size, [*below, *_differing(evidence, have, allowed, wrong, sites)])


def _given(evidence: Evidence) -> Floats:
    table = evidence.of_case("opening")
    places = (evidence.products.places(table, ("sku",)), evidence.sites.places(table, ("facility",)))
    return spread(table["units"], evidence.opening.shape, places)


def _differing(evidence: Evidence, have: Floats, allowed: Floats, wrong: Flags, sites: Axis) -> list[Finding]:
    figures = {"have": have, "allowed": allowed, "amount": np.abs(have - allowed)}
    rows = rows_where(wrong, (evidence.products, sites), figures)
    words = (
        f"Before the first day there are {{have}} packs of {{sku}} at {{facility}}; opening: {evidence.rules.opening} "
        "has {allowed}"
    )
    return report("opening", rows, ("sku", "facility"), "pack", words)
