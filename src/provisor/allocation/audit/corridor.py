"""Rule ``corridor``: styles stay near the manual plan."""

from __future__ import annotations

import polars as pl

from provisor.allocation.audit.evidence import Evidence, rule
from provisor.allocation.audit.excess import PLACE, lacking, misstated, nothing
from provisor.auditing import Checked
from provisor.tables.findings import report

_RULE = "corridor"


def _planned(evidence: Evidence) -> pl.DataFrame:
    """Rows of the manual plan by period, with ``hung``, the styles the plan carries, and the corridor's ends."""
    subcategories = evidence.table("products").select("product", "subcategory")
    hung = evidence.hung.select("period", "store", "product").join(subcategories, on="product")
    parts = hung.group_by("period", "store", "subcategory").agg(pl.len().cast(pl.Float64).alias("hung"))
    whole = hung.group_by("period", "store").agg(pl.len().cast(pl.Float64).alias("hung"))
    whole = whole.with_columns(subcategory=pl.lit(None, dtype=pl.String)).select(parts.columns)
    periods = pl.DataFrame({"period": list(evidence.periods)}, schema={"period": pl.Int64})
    rows = evidence.table("manual_plan").join(periods, how="cross")
    place = ["period", "store", "subcategory"]
    rows = rows.join(pl.concat([parts, whole]), on=place, how="left", nulls_equal=True)
    width = pl.max_horizontal(pl.lit(1.0), evidence.rules.corridor_width * pl.col("styles"))
    return rows.with_columns(
        pl.col("hung").fill_null(0.0), low=pl.col("styles") - width, high=pl.col("styles") + width
    )


def outside_corridor(evidence: Evidence) -> pl.DataFrame:
    """Styles outside the corridor of the manual plan."""
    if evidence.rules.corridor == "off":
        return nothing()
    outside = pl.max_horizontal(pl.col("low") - pl.col("hung"), pl.col("hung") - pl.col("high"), pl.lit(0.0))
    return lacking(evidence.once(_planned), outside, store=pl.col("store"), group=pl.col("subcategory"))


@rule(_RULE, "styles stay near the manual plan, or outside its corridor at a price")
def corridor(evidence: Evidence) -> Checked:
    """The plan's slacks against those of its styles; where the corridor is hard there is none."""
    if evidence.rules.corridor == "off":
        return Checked(0)
    own = evidence.once(outside_corridor)
    findings = misstated(evidence, _RULE, own, "style", "corridor_per_style")
    if evidence.rules.corridor == "hard":
        words = "Period {period}: {store} is {amount} styles outside the manual plan's corridor ({group})"
        findings = report(
            _RULE, own.with_columns(pl.col("group").fill_null("all styles")), PLACE, "style", words
        )
    return Checked(evidence.once(_planned).height, findings)
