"""Rule ``pins``: locks and pins are kept."""

from __future__ import annotations

import polars as pl

from provisor.allocation.audit.evidence import PAIR, Evidence, rule
from provisor.allocation.audit.excess import flagged
from provisor.allocation.audit.pairs import given_orders
from provisor.auditing import Checked, Finding
from provisor.tables.findings import differs, report

_RULE = "pins"


@rule(_RULE, "what is locked or pinned is carried, not carried, or left as it hangs")
def pins(evidence: Evidence) -> Checked:
    """Every lock and pin, in the periods in which the product is alive."""
    alive = evidence.possible.filter("alive").select(*PAIR, then="carried_before")
    orders = evidence.once(given_orders).join(alive, on=PAIR)
    figures = evidence.rows.select(*PAIR, "carried", "arrived", "came", "went", "returned", shown="pieces")
    rows = orders.join(figures, on=PAIR, how="left").with_columns(
        pl.col("carried").fill_null(value=False),
        pl.col("arrived", "came", "went", "returned", "shown").fill_null(0.0),
    )
    pinned, forbidden, frozen = (
        rows.filter(pl.col("kind") == kind) for kind in ("pinned", "forbidden", "frozen")
    )
    return Checked(orders.height, _pinned(pinned) + _forbidden(forbidden) + _frozen(frozen))


def _pinned(rows: pl.DataFrame) -> list[Finding]:
    words = "Period {period}: {product} is not carried in {store}, and is pinned to be"
    findings = flagged(_RULE, rows.filter(~pl.col("carried")), PAIR, words)
    wrong = rows.filter(differs(pl.col("pieces"), pl.col("shown")))
    wrong = wrong.with_columns(amount=(pl.col("pieces") - pl.col("shown")).abs())
    words = "Period {period}: {store} has {shown} pieces of {product}; pinned are {pieces}"
    return findings + report(_RULE, wrong, PAIR, "piece", words)


def _forbidden(rows: pl.DataFrame) -> list[Finding]:
    words = "Period {period}: {product} is carried in {store}, where it is forbidden"
    return flagged(_RULE, rows.filter("carried"), PAIR, words)


def _frozen(rows: pl.DataFrame) -> list[Finding]:
    turned = rows.filter(pl.col("carried") != pl.col("then"))
    words = "Period {period}: {product} in {store} is to be as it was before the first period, and is not"
    findings = flagged(_RULE, turned, PAIR, words)
    moved = rows.with_columns(amount=pl.sum_horizontal("arrived", "came", "went", "returned"))
    words = "Period {period}: {amount} pieces of {product} move to or from {store}, where nothing is to move"
    return findings + report(_RULE, moved.filter(pl.col("amount") > 0), PAIR, "piece", words)
