"""Rules ``eligibility`` and ``lifecycle``: what may hang where, and when."""

from __future__ import annotations

import polars as pl

from provisor.allocation.audit.evidence import PAIR, Evidence, rule
from provisor.allocation.audit.excess import flagged
from provisor.auditing import Checked
from provisor.tables.findings import report, slack


@rule("eligibility", "only eligible pairs are carried, and what is not carried has no pieces")
def eligibility(evidence: Evidence) -> Checked:
    """Rows against the case's pairs; pieces of what does not hang."""
    rows = evidence.rows
    strange = rows.filter(~pl.col("known"))
    findings = flagged(
        "eligibility", strange, PAIR, "Period {period}: {store} and {product} are no pair of the case"
    )
    idle = rows.filter("known", ~pl.col("carried"))
    gains = idle.with_columns(amount=pl.col("arrived") + pl.col("came")).filter(pl.col("amount") > 0)
    findings += report(
        "eligibility",
        gains,
        PAIR,
        "piece",
        "Period {period}: {amount} pieces come to {store} of {product}, which is not carried there",
    )
    stays = pl.lit(value=True) if not evidence.rules.returns else pl.col("frozen") & ~pl.col("carried_before")
    kept = idle.filter(~stays, pl.col("pieces") > slack(pl.col("before"))).with_columns(amount="pieces")
    findings += report(
        "eligibility",
        kept,
        PAIR,
        "piece",
        "Period {period}: {store} has {pieces} pieces of {product}, which is not carried there",
    )
    return Checked(rows.height, findings)


@rule("lifecycle", "a product is carried and shipped only from its first to its last period")
def lifecycle(evidence: Evidence) -> Checked:
    """Rows of products that are not alive."""
    if not evidence.rules.lifecycle:
        return Checked(0)
    life = evidence.table("products").select("product", "first_period", "last_period")
    dead = evidence.rows.filter("known", ~pl.col("alive"), pl.col("carried") | (pl.col("arrived") > 0))
    words = "Period {period}: {product} hangs in or goes to {store}; it may from period {first_period} to {last_period}"
    return Checked(evidence.rows.height, flagged("lifecycle", dead.join(life, on="product"), PAIR, words))
