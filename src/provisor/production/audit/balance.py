"""Rule ``balance``: every unit is made, kept, moved, changed, sold or thrown away, once."""

from __future__ import annotations

import polars as pl

from provisor.auditing import Checked
from provisor.production.audit.evidence import BATCH, Evidence, rule
from provisor.tables.findings import report, slack

_KEY = [*BATCH, "date"]


@rule("balance", "of each batch nothing is lost and nothing comes from nowhere")
def balance(evidence: Evidence) -> Checked:
    """Stock yesterday + made + arrived + changed into = stock today + sold + shipped + changed + disposed."""
    sums = (
        flows(evidence)
        .group_by(_KEY)
        .agg(
            pl.col("units").clip(lower_bound=0).sum().alias("come"),
            (-pl.col("units").clip(upper_bound=0)).sum().alias("gone"),
            pl.col("units").sum().alias("difference"),
        )
    )
    wrong = sums.filter(pl.col("difference").abs() > slack(pl.col("come"))).with_columns(
        amount=pl.col("difference").abs(),
        verdict=pl.when(pl.col("difference") > 0)
        .then(pl.lit("are lost"))
        .otherwise(pl.lit("come from nowhere")),
    )
    words = (
        "On {date} at {node}, batch {batch} of {product} ({state}): {come} units are there or come, {gone} "
        "are used or stay, {amount} {verdict}"
    )
    where = ("node", "product", "batch", "state", "date")
    return Checked(sums.height, report("balance", wrong, where, "unit", words))


def flows(evidence: Evidence) -> pl.DataFrame:
    """All flows by node, product, state, batch and day; what comes is positive, what goes negative."""
    stock, moves, changes = evidence["stock"], evidence.moves, evidence["state_changes"]
    came = [
        evidence.once(early),
        evidence["production"],
        moves.filter(pl.col("due") <= pl.col("date")).with_columns(node="stop"),
        changes.with_columns(state="to_state", batch="new_batch"),
    ]
    went = [
        stock,
        evidence["sales"],
        evidence["disposal"],
        moves.with_columns(node="origin"),
        changes.with_columns(state="from_state"),
    ]
    gone = [frame.with_columns(-pl.col("units")) for frame in went]
    return pl.concat([frame.select(*_KEY, "units") for frame in (*came, *gone)])


def early(evidence: Evidence) -> pl.DataFrame:
    """Goods there in the morning: stock of the evening before, and what left its origin on an earlier day."""
    opening = evidence.opening.with_columns(date=pl.lit(evidence.start))
    overnight = evidence["stock"].with_columns(date=pl.col("date") + pl.duration(days=1))
    landed = evidence.transit.rename({"arrival": "date"})
    moves = evidence.moves.filter(pl.col("due") > pl.col("date"))
    arrived = moves.with_columns(node="stop", date="due")
    frames = (opening, overnight, landed, arrived)
    rows = pl.concat([frame.select(*_KEY, "units") for frame in frames])
    return rows.filter(pl.col("date") <= evidence.end)
