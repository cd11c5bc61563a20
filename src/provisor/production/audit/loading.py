"""Rule ``loading``: what was made or came today is on no truck that leaves before it is ready."""

from __future__ import annotations

import polars as pl

from provisor.auditing import Checked, Finding
from provisor.production.audit.balance import early
from provisor.production.audit.evidence import BATCH, Evidence, rule
from provisor.production.audit.moves import NOON
from provisor.production.audit.ways import minutes_of
from provisor.tables.findings import report, slack

_RULE = "loading"
_KEY = [*BATCH, "date"]


@rule(_RULE, "morning trucks carry what was there in the morning, afternoon trucks what was made by then")
def loading(evidence: Evidence) -> Checked:
    """Goods of the day on trucks, by the switch ``loading``."""
    on_trucks = evidence.moves.filter(pl.col("minute").is_not_null()).with_columns(node="origin")
    if evidence.rules.loading == "same_day":
        return Checked(0)
    bound = on_trucks
    findings: list[Finding] = []
    if evidence.rules.loading == "business":
        bound = on_trucks.filter(pl.col("minute") < NOON)
        findings += _afternoon(evidence, on_trucks)
    return Checked(on_trucks.height, [*_of_the_day(evidence, bound), *findings])


def _of_the_day(evidence: Evidence, loads: pl.DataFrame) -> list[Finding]:
    """Units of a batch on trucks beyond those that were there in the morning."""
    there = evidence.once(early).group_by(_KEY).agg(pl.col("units").sum().alias("early"))
    loaded = loads.group_by(_KEY).agg(
        pl.col("truck").unique().sort().str.join(", "), pl.col("units").sum().alias("loaded")
    )
    joined = loaded.join(there, on=_KEY, how="left").with_columns(pl.col("early").fill_null(0.0))
    over = joined.with_columns(amount=pl.col("loaded") - pl.col("early")).filter(
        pl.col("amount") > slack(pl.col("loaded"))
    )
    words = (
        "On {date}, truck {truck} takes {loaded} units of batch {batch} ({product}) from {node}; {early} "
        "were there in the morning, {amount} came up only that day"
    )
    return report(_RULE, over, ("date", "truck", "node", "product", "batch"), "unit", words)


def _afternoon(evidence: Evidence, on_trucks: pl.DataFrame) -> list[Finding]:
    """Goods made that day on all trucks up to an hour, against what the line has made by then."""
    fresh = _made_today(evidence)
    loads = (
        on_trucks.join(fresh, on=_KEY, how="semi")
        .group_by("node", "date", "minute")
        .agg(pl.col("units").sum(), pl.col("truck").unique().sort().str.join(", "))
        .sort("node", "date", "minute")
        .with_columns(loaded=pl.col("units").cum_sum().over("node", "date"))
    )
    line = evidence.nodes.select(
        "node",
        pl.col("rate_units_per_hour").fill_null(0.0).alias("rate"),
        "startup_hours",
        "shift_start",
        pl.col("shift_start").map_elements(minutes_of, return_dtype=pl.Int64).alias("begin"),
    )
    hours = (pl.col("minute") - pl.col("begin")) / 60 - pl.col("startup_hours")
    made = loads.join(line, on="node").with_columns(ready=pl.col("rate") * hours.clip(lower_bound=0))
    over = made.filter(pl.col("minute") >= NOON).with_columns(
        amount=pl.col("loaded") - pl.col("ready"),
        hour=pl.format("{}:{}", pl.col("minute") // 60, (pl.col("minute") % 60).cast(pl.String).str.zfill(2)),
    )
    words = (
        "On {date}, trucks from {node} carry {loaded} units made that day by {hour} (truck {truck}); "
        "starting at {shift_start} the line has made {ready} by then: {amount} too many"
    )
    return report(
        _RULE,
        over.filter(pl.col("amount") > slack(pl.col("loaded"))),
        ("date", "node", "truck"),
        "unit",
        words,
    )


def _made_today(evidence: Evidence) -> pl.DataFrame:
    """Batches made at a node on a day, and what became of them there by freezing or thawing on that day."""
    fresh = evidence["production"].select(_KEY).unique()
    changes = evidence["state_changes"].with_columns(state="from_state")
    while True:
        became = changes.join(fresh, on=_KEY, how="semi").select(
            "node", "product", "date", state="to_state", batch="new_batch"
        )
        wider = pl.concat([fresh, became.select(_KEY)]).unique()
        if wider.height == fresh.height:
            return fresh
        fresh = wider
