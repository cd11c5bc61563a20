"""Rule ``demand``: what is asked for is sold or short, and nothing else is sold."""

from __future__ import annotations

import polars as pl

from provisor.auditing import TOLERANCE, Checked, Finding
from provisor.production.audit.evidence import Evidence, rule
from provisor.tables.findings import report, slack

_RULE = "demand"
_PLACE = ["date", "node", "product"]


@rule(_RULE, "sold + short = demand")
def demand(evidence: Evidence) -> Checked:
    """Sales and shortage against the demand of every node, product and day of the horizon."""
    asked = evidence.demand.filter(pl.col("date").is_between(evidence.start, evidence.end))
    parts = {"asked": asked, "sold": evidence["sales"], "short": evidence["shortage"]}
    rows = pl.concat(
        [frame.select(*_PLACE, pl.col("units").alias(name)) for name, frame in parts.items()], how="diagonal"
    )
    sums = rows.group_by(_PLACE).agg(pl.col(name).sum() for name in parts)
    gap = pl.col("sold") + pl.col("short") - pl.col("asked")
    wrong = sums.filter(gap.abs() > slack(pl.col("asked") + pl.col("sold"))).with_columns(
        amount=gap.abs(),
        side=pl.when(gap > 0).then(pl.lit("too many")).otherwise(pl.lit("not accounted for")),
    )
    words = (
        "On {date} at {node}, {asked} units of {product} are asked for, {sold} sold and {short} short: "
        "{amount} {side}"
    )
    findings = report(_RULE, wrong, _PLACE, "unit", words)
    return Checked(sums.height, [*findings, *_misstated(evidence, asked), *_forbidden(evidence)])


def _misstated(evidence: Evidence, asked: pl.DataFrame) -> list[Finding]:
    if not evidence.states_column("shortage", "demand"):
        return []
    true = asked.group_by(_PLACE).agg(pl.col("units").sum().alias("asked"))
    rows = evidence["shortage"].join(true, on=_PLACE, how="left").with_columns(pl.col("asked").fill_null(0.0))
    wrong = rows.with_columns(amount=(pl.col("asked") - pl.col("demand")).abs())
    words = "Table shortage, {date} at {node}: {asked} units of {product} are asked for, not {demand}"
    return report(_RULE, wrong.filter(pl.col("amount") > slack(pl.col("asked"))), _PLACE, "unit", words)


def _forbidden(evidence: Evidence) -> list[Finding]:
    if evidence.rules.shortages:
        return []
    short = evidence["shortage"].filter(pl.col("units") > TOLERANCE).with_columns(amount=pl.col("units"))
    words = "On {date} at {node}, {units} units of {product} are short; the rules allow no shortage"
    return report(_RULE, short, _PLACE, "unit", words)
