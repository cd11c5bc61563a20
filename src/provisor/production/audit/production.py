"""What is made, when it begins, and rule ``mixes``: in which amounts."""

from __future__ import annotations

import polars as pl

from provisor.auditing import TOLERANCE, Checked, Finding
from provisor.production.audit.evidence import Evidence, rule
from provisor.tables.findings import report, slack

_PLACE = ("date", "node", "product")


def made(evidence: Evidence) -> pl.DataFrame:
    """Units made by date, node and product, where any are."""
    units = evidence["production"].group_by(_PLACE).agg(pl.col("units").sum())
    return units.filter(pl.col("units") > TOLERANCE)


def starts_of(evidence: Evidence) -> pl.DataFrame:
    """Date, node and product of every start."""
    days = made(evidence).select(_PLACE)
    if evidence.rules.starts == "daily":
        return days
    went_on = days.with_columns(pl.col("date") + pl.duration(days=1))
    return days.join(went_on, on=_PLACE, how="anti")


@rule("mixes", "production is whole mixes")
def mixes(evidence: Evidence) -> Checked:
    """Units made in whole mixes where the product has them, and the plan's own count of mixes."""
    size = evidence.products.select("product", "units_per_mix")
    rows = evidence["production"].join(size, on="product")
    findings: list[Finding] = []
    if evidence.rules.mixes:
        near = (pl.col("units") / pl.col("units_per_mix")).round() * pl.col("units_per_mix")
        part = rows.with_columns(
            amount=(pl.col("units") - near).abs(), count=pl.col("units") / pl.col("units_per_mix")
        )
        words = "On {date}, {node} makes {units} units of {product}: {count} mixes of {units_per_mix}"
        findings += _found(part.filter(pl.col("amount") > slack(pl.col("units"))), "unit", words)
    if evidence.states_column("production", "mixes"):
        findings += _miscounted(rows)
    return Checked(rows.height, findings)


def _found(rows: pl.DataFrame, unit: str, words: str) -> list[Finding]:
    return report("mixes", rows, _PLACE, unit, words)


def _miscounted(rows: pl.DataFrame) -> list[Finding]:
    has_mixes = pl.col("units_per_mix").is_not_null()
    counted = pl.col("mixes").fill_null(0.0) * pl.col("units_per_mix")
    wrong = rows.with_columns(amount=(counted - pl.col("units")).abs(), said=pl.col("mixes").fill_null(0.0))
    strange = rows.filter(~has_mixes & pl.col("mixes").is_not_null()).with_columns(
        amount=pl.col("mixes").abs()
    )
    return _found(
        wrong.filter(has_mixes & (pl.col("amount") > slack(pl.col("units")))),
        "unit",
        "Table production, {date} at {node}: {units} units of {product} are not {said} mixes",
    ) + _found(
        strange, "mix", "Table production, {date} at {node}: {product} has no mixes, and {mixes} are stated"
    )
