"""Rule ``state-change``: ambient, frozen and thawed goods, where each may be and what each may become."""

from __future__ import annotations

import polars as pl

from provisor.auditing import Checked, Finding
from provisor.production.audit.evidence import BATCH, Evidence, rule
from provisor.tables.findings import report

_RULE = "state-change"

_frozen = pl.col("state") == "frozen"
_misplaced = ((pl.col("storage") == "frozen") & ~_frozen) | ((pl.col("storage") == "ambient") & _frozen)
"""Goods that freeze or thaw on the day they arrive, and are not kept, sold or sent on as they came."""


@rule(_RULE, "goods freeze and thaw where they must, only where they may, and thawed goods never again")
def state_change(evidence: Evidence) -> Checked:
    """States of stock, sales and shipments, changes and their batches, state and name of what is made."""
    storage = evidence.nodes.select("node", "storage")
    checks = (
        _kept(evidence["stock"].join(storage, on="node")),
        _used(evidence["sales"].join(storage, on="node"), "sold"),
        _used(evidence.moves.with_columns(node="origin").join(storage, on="node"), "shipped"),
        _sent(evidence, storage),
        _changed(evidence["state_changes"].join(storage, on="node")),
        _made(evidence["production"].join(storage, on="node")),
        _mistaken(evidence),
    )
    tables = ("stock", "sales", "departures", "state_changes", "production")
    places = sum(evidence[name].height for name in tables)
    return Checked(places, [finding for check in checks for finding in check])


def _found(rows: pl.DataFrame, words: str) -> list[Finding]:
    where = [c for c in ("date", "node", "stop", "truck", "leg", "product", "batch") if c in rows.columns]
    return report(_RULE, rows.with_columns(amount=pl.col("units")), where, "unit", words)


def _kept(stock: pl.DataFrame) -> list[Finding]:
    nowhere = stock.filter(pl.col("storage") == "none")
    words = "On {date}, {units} units of {product} ({batch}) stay overnight at {node}, which keeps no goods"
    wrong = stock.filter(_misplaced)
    return _found(nowhere, words) + _found(
        wrong,
        "On {date}, {units} {state} units of {product} ({batch}) stay overnight at {node}, which keeps only "
        "{storage} goods",
    )


def _used(rows: pl.DataFrame, use: str) -> list[Finding]:
    words = (
        f"On {{date}}, {{units}} {{state}} units of {{product}} ({{batch}}) are {use} at {{node}}, where "
        "goods become {storage} on arrival"
    )
    return _found(rows.filter(_misplaced), words)


def _sent(evidence: Evidence, storage: pl.DataFrame) -> list[Finding]:
    goal = storage.select(stop="node", keeps="storage")
    moves = evidence.moves.join(goal, on="stop")
    carried = moves.filter(pl.col("mode").is_not_null() & (_frozen != (pl.col("mode") == "frozen")))
    refrozen = moves.filter((pl.col("state") == "thawed") & (pl.col("keeps") == "frozen"))
    return _found(
        carried, "On {date}, {units} {state} units of {product} ({batch}) go on leg {leg}, which is {mode}"
    ) + _found(
        refrozen,
        "On {date}, {units} thawed units of {product} ({batch}) go to {stop}, which keeps only frozen",
    )


def _changed(changes: pl.DataFrame) -> list[Finding]:
    """Ambient goods freeze where frozen ones are kept, frozen goods thaw where ambient ones are; no more."""
    freezes = (pl.col("from_state") == "ambient") & (pl.col("to_state") == "frozen")
    thaws = (pl.col("from_state") == "frozen") & (pl.col("to_state") == "thawed")
    here = (freezes & pl.col("storage").is_in(["frozen", "both"])) | (
        thaws & pl.col("storage").is_in(["ambient", "both"])
    )
    mark = pl.when(pl.col("to_state") == "frozen").then(pl.lit(">F")).otherwise(pl.lit(">T"))
    named = changes.with_columns(name=pl.col("batch") + mark + pl.col("date").cast(pl.String))
    words = (
        "On {date} at {node} (storage {storage}), {units} units of {product} ({batch}) change from "
        "{from_state} to {to_state}, which is not possible"
    )
    unsaid = "On {date} at {node}, batch {batch} of {product} becomes {new_batch}; its name must be {name}"
    return (
        _found(changes.filter(~here & (freezes | thaws)), words + " there")
        + _found(changes.filter(~(freezes | thaws)), words)
        + _found(named.filter((freezes | thaws) & (pl.col("new_batch") != pl.col("name"))), unsaid)
    )


def _made(production: pl.DataFrame) -> list[Finding]:
    named = production.with_columns(
        name=pl.format("{}/{}/{}", "node", "product", pl.col("date").cast(pl.String)),
        due=pl.when(pl.col("storage") == "frozen").then(pl.lit("frozen")).otherwise(pl.lit("ambient")),
    )
    return _found(
        named.filter(pl.col("state") != pl.col("due")),
        "On {date}, {product} made at {node} is said to be {state}; it is {due} (storage {storage})",
    ) + _found(
        named.filter(pl.col("batch") != pl.col("name")),
        "On {date}, the batch of {product} made at {node} is called {batch}; its name must be {name}",
    )


def _mistaken(evidence: Evidence) -> list[Finding]:
    """Rows that give a batch a state it does not have at that node, where it is known there in another."""
    changes = evidence["state_changes"].with_columns(state="from_state")
    moves = evidence.moves.with_columns(node="origin")
    frames = (evidence["stock"], evidence["sales"], evidence["disposal"], moves, changes)
    rows = pl.concat([frame.select("date", *BATCH, "units") for frame in frames])
    here = evidence.batches.group_by("node", "product", "batch").agg(
        pl.col("state").sort().str.join(" and ").alias("true")
    )
    wrong = rows.join(evidence.batches, on=list(BATCH), how="anti").join(
        here, on=["node", "product", "batch"]
    )
    return _found(
        wrong, "On {date} at {node}, batch {batch} of {product} is said to be {state}; it is {true}"
    )
