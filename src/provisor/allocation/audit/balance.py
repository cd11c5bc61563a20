"""Rule ``balance``: no piece appears or disappears, and sales are those of the pieces on display."""

from __future__ import annotations

import polars as pl

from provisor.allocation.audit.evidence import PAIR, Evidence, rule
from provisor.allocation.audit.rows import moved_pieces
from provisor.auditing import Checked, Finding
from provisor.tables.findings import differs, report, slack

_RULE = "balance"

_FIGURES = {
    "opening": ("before", "were left before"),
    "shipped": ("arrived", "arrive by table routes"),
    "transferred": ("net", "come less those that go, by table transfers"),
    "sales": ("sold", "are expected to be sold"),
}
"""By column of the plan: the auditor's figure and its words."""


@rule(_RULE, "pieces on display = opening + shipped + transferred - returned, and what is unsold stays")
def balance(evidence: Evidence) -> Checked:
    """Every pair of every period: its figures, its sum, what it may give, and that none is left out."""
    rows = evidence.rows.with_columns(net=pl.col("came") - pl.col("went"))
    findings: list[Finding] = []
    for column, (own, words) in _FIGURES.items():
        wrong = rows.filter(differs(pl.col(column), pl.col(own)))
        wrong = wrong.with_columns(amount=(pl.col(column) - pl.col(own)).abs())
        text = (
            f"Period {{period}}, {{store}}, {{product}}: {{{own}}} pieces {words}; {column} is {{{column}}}"
        )
        findings += report(_RULE, wrong, PAIR, "piece", text)
    findings += _sums(rows) + _given_away(rows) + _centres(evidence) + _left_out(evidence)
    return Checked(rows.height, findings)


def _sums(rows: pl.DataFrame) -> list[Finding]:
    total = pl.col("before") + pl.col("arrived") + pl.col("net") - pl.col("returned")
    wrong = rows.with_columns(total=total).filter(differs(pl.col("pieces"), pl.col("total")))
    wrong = wrong.with_columns(amount=(pl.col("pieces") - pl.col("total")).abs())
    words = (
        "Period {period}, {store}, {product}: {pieces} pieces are on display; {before} + {arrived} shipped "
        "+ {net} transferred - {returned} returned are {total}"
    )
    return report(_RULE, wrong, PAIR, "piece", words)


def _given_away(rows: pl.DataFrame) -> list[Finding]:
    """Pieces that leave a store are of its opening."""
    wrong = rows.with_columns(amount=pl.col("went") + pl.col("returned") - pl.col("before"))
    wrong = wrong.filter(pl.col("amount") > slack(pl.col("before")))
    words = (
        "Period {period}, {store}, {product}: {went} pieces go to other stores and {returned} are taken back; "
        "{before} were there"
    )
    return report(_RULE, wrong, PAIR, "piece", words)


def _centres(evidence: Evidence) -> list[Finding]:
    """Column ``from_centre`` names a centre that most of the pieces come from."""
    if not evidence.states_column("allocation", "from_centre"):
        return []
    pieces = pl.col("pieces")
    most = evidence["routes"].filter(pieces == pieces.max().over(PAIR), pieces > 0)
    said = evidence.rows.select(*PAIR, "from_centre", amount="arrived")
    sources = most.select(*PAIR, from_centre="centre")
    named = said.join(sources, on=[*PAIR, "from_centre"], how="anti")
    wrong = named.filter((pl.col("amount") > 0) | pl.col("from_centre").is_not_null())
    words = (
        "Period {period}, {store}, {product}: from_centre is {from_centre}; it sends less than another centre"
    )
    return report(_RULE, wrong, PAIR, "piece", words)


def _left_out(evidence: Evidence) -> list[Finding]:
    """Pairs that must have a row: what hung or lay there before, and what pieces go to or from."""
    rows = evidence.rows
    first = evidence.possible.filter((pl.col("first") > 0) | pl.col("carried_before"), pl.col("period") == 1)
    lasting = rows.filter(pl.col("carried") | (pl.col("left") > slack(pl.col("pieces"))))
    needed = [
        first.select(*PAIR, amount=pl.col("first").cast(pl.Float64)),
        lasting.select(pl.col("period") + 1, "store", "product", amount="left"),
        *(
            moved.rename({name: "amount"}).select(*PAIR, "amount")
            for name, moved in moved_pieces(evidence).items()
        ),
    ]
    inside = pl.concat(needed).filter(pl.col("period") <= evidence.settings.periods)
    missing = inside.join(rows, on=PAIR, how="anti").group_by(PAIR).agg(pl.col("amount").max())
    words = "Period {period}: table allocation has no row of {store} and {product} ({amount} pieces are there or move)"
    return report(_RULE, missing, PAIR, "piece", words)
