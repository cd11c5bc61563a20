"""Rule ``costs``: the plan's figures of cost are those of its decisions."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.auditing import Checked, Finding, Findings
from provisor.expansion.audit.building import tiers
from provisor.expansion.audit.components import components, holding_price
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.expansion.audit.stated import compared
from provisor.expansion.tables import COMPONENTS
from provisor.tables.findings import report, said

if TYPE_CHECKING:
    from collections.abc import Mapping

CENT = 0.01
"""Difference in money that is no rounding any more."""

TOTAL = "total"
"""Name under which a plan may state the sum of its components."""


def line_sums(evidence: Evidence) -> dict[str, float] | None:
    """Cost by component as the lines of the plan's table add up; none where it has no such table."""
    if "costs" not in evidence.given:
        return None
    return dict(
        evidence["costs"].group_by("component").agg(pl.col("amount").sum()).sort("component").iter_rows()
    )


def claimed_figures(evidence: Evidence) -> dict[str, float] | None:
    """Cost by component as the plan claims it, what is no number left out; none where it claims nothing."""
    if evidence.claimed is None:
        return None
    return {name: float(value) for name, value in evidence.claimed.items() if _is_number(value)}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and isfinite(value)


def differences(true: Mapping[str, float], stated: Mapping[str, float]) -> dict[str, float]:
    """Stated minus recomputed by component and for the total; what one side lacks counts in full."""
    names = dict.fromkeys([*true, *(name for name in stated if name != TOTAL)])
    gaps = {name: stated.get(name, 0.0) - true.get(name, 0.0) for name in names}
    return {**gaps, TOTAL: stated.get(TOTAL, sum(stated.values())) - sum(true.values())}


def cost_difference(evidence: Evidence) -> float | None:
    """Largest difference between the auditor's and any of the plan's figures; none where it states none."""
    sources = [figures for figures in (claimed_figures(evidence), line_sums(evidence)) if figures is not None]
    if not sources:
        return None
    true = evidence.once(components)
    return max(abs(gap) for figures in sources for gap in differences(true, figures).values())


@rule("costs", "the plan's lines and figures of cost are those of its decisions")
def costs(evidence: Evidence) -> Checked:
    """Every component and the total, claimed and in lines, and the columns of cost in other tables."""
    findings = [
        *_holding_misstated(evidence),
        *_transport_misstated(evidence),
        *_expansion_misstated(evidence),
    ]
    for source, figures in (
        ("The plan's figures", claimed_figures(evidence)),
        ("The lines of table costs", line_sums(evidence)),
    ):
        if figures is not None:
            findings += _compared(evidence.once(components), figures, source)
    return Checked(len(COMPONENTS) + 1, findings)


def _compared(true: Mapping[str, float], stated: Mapping[str, float], source: str) -> list[Finding]:
    findings = []
    for name, gap in differences(true, stated).items():
        unknown = name not in COMPONENTS and name != TOTAL
        if abs(gap) < CENT and not unknown:
            continue
        figure = sum(true.values()) if name == TOTAL else true.get(name, 0.0)
        words = f"{source} give {said(figure + gap)} as {name}; its decisions cost {said(figure)}"
        if unknown:
            words = f"{source} charge {said(stated[name])} for {name}, which is no component of cost"
        findings.append(Finding("costs", {"component": name}, abs(gap), "$", words))
    return findings


def _holding_misstated(evidence: Evidence) -> Findings:
    if not evidence.states("inventory_levels_daily", "holding_cost_dollars"):
        return Findings({}, tuple)
    days = _days_of_row(evidence)
    price = pl.Series(
        holding_price(evidence)[evidence.products.places(evidence["inventory_levels_daily"], ("sku",))]
    )
    true = pl.col("units") * price * pl.Series(days)
    return compared(evidence, "costs", "inventory_levels_daily", "holding_cost_dollars", true)[1]


def _days_of_row(evidence: Evidence) -> np.ndarray:
    """Days on which the stock of each row is charged: one, or all of its month."""
    month = (evidence["inventory_levels_daily"]["month"] - 1).to_numpy()
    return evidence.days_of_month[month].astype(np.float64) if evidence.by_month else np.ones(len(month))


def _transport_misstated(evidence: Evidence) -> Findings:
    if not evidence.states("shipment_plan_daily", "transportation_cost_dollars"):
        return Findings({}, tuple)
    prices = evidence.of_case("sites")["transport_per_pack"].to_numpy()
    price = pl.Series(prices[evidence.sites.places(evidence["shipment_plan_daily"], ("facility",))])
    true = pl.col("units_shipped") * price
    return compared(evidence, "costs", "shipment_plan_daily", "transportation_cost_dollars", true)[1]


def _expansion_misstated(evidence: Evidence) -> list[Finding]:
    true = tiers(evidence).with_columns(true=pl.col("width") * pl.col("price_per_sqft"))
    by_site = true.group_by("facility").agg(pl.col("true").sum())
    decisions = evidence["expansion_decisions"].select("facility", cost="expansion_cost")
    by_tier = evidence["expansion_tiers"].select("facility", "tier", "cost")
    rows = pl.concat(
        [
            decisions.join(by_site, on="facility", how="left"),
            by_tier.join(true.select("facility", "tier", "true"), on=["facility", "tier"], how="left"),
        ],
        how="diagonal",
    ).with_columns(pl.col("true").fill_null(0.0))
    wrong = rows.with_columns(amount=(pl.col("cost") - pl.col("true")).abs()).filter(pl.col("amount") >= CENT)
    where = [column for column in ("facility", "tier") if column in wrong.columns]
    return report("costs", wrong, where, "$", "The area added at {facility} costs {true}, not {cost}")
