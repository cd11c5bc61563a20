"""Rule ``tables``: the plan can be read and speaks of what the case has."""

from __future__ import annotations

import polars as pl

from provisor.auditing import Checked, Finding
from provisor.production.audit.casting import RULE
from provisor.production.audit.evidence import Evidence, rule
from provisor.tables.findings import report

_OF_BATCHES = ("departures", "stock", "sales", "disposal", "state_changes")


@rule(RULE, "every table can be read and names nodes, products, trucks, days and batches of the case")
def tables(evidence: Evidence) -> Checked:
    """Cells and tables as the schemas say, names as in the case, and batches that began somewhere."""
    findings = [*evidence.unusable]
    for name in _OF_BATCHES:
        findings += _strange_batches(evidence, name)
    return Checked(sum(frame.height for frame in evidence.values()), findings)


def _strange_batches(evidence: Evidence, name: str) -> list[Finding]:
    """Rows of batches that were neither there at the start nor made, frozen or thawed anywhere."""
    strange = evidence[name].join(evidence.batches, on=["product", "batch"], how="anti")
    rows = strange.with_columns(table=pl.lit(name), amount=pl.col("units"))
    where = [
        c
        for c in ("table", "date", "node", "origin", "stop", "truck", "product", "batch")
        if c in rows.columns
    ]
    words = f"Table {name}, {{date}}: batch {{batch}} of {{product}} began nowhere ({{units}} units)"
    return report(RULE, rows, where, "unit", words)
