"""Rules ``shelf-life`` and ``min-days-at-sale``: how old goods are when they are used."""

from __future__ import annotations

import polars as pl

from provisor.auditing import Checked, Finding
from provisor.production.audit.evidence import Evidence, rule
from provisor.tables.findings import report

_WHERE = ("table", "date", "node", "product", "state", "batch", "stop", "truck")


@rule("shelf-life", "goods are kept, shipped, sold and changed only while they are alive")
def shelf_life(evidence: Evidence) -> Checked:
    """Batches alive at day end, at sale, on departure and at a change; days left as the plan says."""
    uses = (
        ("stock", evidence.aged(evidence["stock"]), "is kept"),
        ("sales", evidence.aged(evidence["sales"]), "is sold"),
        ("departures", evidence.aged(evidence.moves, node="origin"), "is shipped"),
        ("state_changes", evidence.aged(evidence["state_changes"], state="from_state"), "changes its state"),
    )
    findings: list[Finding] = []
    for table, rows, use in uses:
        if evidence.rules.shelf_life:
            findings += _dead(table, rows, use)
        if "days_left" in rows.columns and evidence.states_column(table, "days_left"):
            findings += _misstated(table, rows)
    return Checked(sum(rows.height for _, rows, _ in uses), findings)


def _dead(table: str, rows: pl.DataFrame, use: str) -> list[Finding]:
    place = "origin" if table == "departures" else "node"
    dead = rows.filter(pl.col("left") < 0).with_columns(
        table=pl.lit(table), amount=pl.col("units"), over=-pl.col("left")
    )
    words = (
        f"On {{date}} at {{{place}}}, batch {{batch}} of {{product}} {use} ({{units}} units), {{over}} days "
        "after its last day alive, {expires}"
    )
    return report("shelf-life", dead, _columns(dead), "unit", words)


def _misstated(table: str, rows: pl.DataFrame) -> list[Finding]:
    wrong = rows.filter(pl.col("left") != pl.col("days_left")).with_columns(
        table=pl.lit(table), amount=(pl.col("left") - pl.col("days_left")).abs()
    )
    words = (
        "Table {table}, {date} at {node}: batch {batch} of {product} is said to have {days_left} days left; "
        "it expires on {expires}, that is {left}"
    )
    return report("shelf-life", wrong, _columns(wrong), "day", words)


@rule("min-days-at-sale", "what is sold has the days left that its product asks for")
def min_days_at_sale(evidence: Evidence) -> Checked:
    """Days left of every batch sold, against ``min_days_at_sale``."""
    sold = evidence.aged(evidence["sales"])
    if not evidence.rules.min_days_at_sale:
        return Checked(0)
    needs = evidence.products.select("product", needed="min_days_at_sale")
    late = sold.join(needs, on="product").filter(pl.col("left") < pl.col("needed"))
    words = (
        "On {date} at {node}, {units} units of {product} are sold with {left} days left instead of {needed}: "
        "batch {batch} expires on {expires}"
    )
    rows = late.with_columns(amount=pl.col("units"))
    where = ("date", "node", "product", "batch")
    return Checked(sold.height, report("min-days-at-sale", rows, where, "unit", words))


def _columns(rows: pl.DataFrame) -> list[str]:
    return [name for name in _WHERE if name in rows.columns]
