"""Rules ``stock``, ``lane-capacity``, ``throughput``, ``pack`` and ``budget``: what centres can send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.audit.evidence import PAIR, Evidence, rule
from provisor.allocation.audit.excess import beyond
from provisor.auditing import Checked, Finding
from provisor.tables.findings import report, slack

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROUTE = ("period", "centre", "store", "product")


def routes(evidence: Evidence) -> pl.DataFrame:
    """Routes with lane and product; ``leaves`` is the period of sending, empty where there is no lane."""
    lanes = evidence.table("lanes").rename({"cost": "lane_cost", "capacity": "lane_capacity"})
    products = evidence.table("products").select("product", "pack", "cost", "salvage")
    joined = evidence["routes"].join(lanes, on=["centre", "store"], how="left").join(products, on="product")
    return joined.with_columns(leaves=pl.col("period") - pl.col("lead_periods"))


def sent(evidence: Evidence) -> pl.DataFrame:
    """Pieces by ``leaves``, centre and product; by arrival where there is no lane."""
    moves = evidence.once(routes).with_columns(pl.coalesce("leaves", "period").alias("leaves"))
    return moves.group_by("leaves", "centre", "product").agg(pl.col("pieces").sum().cast(pl.Float64))


def overdrawn(evidence: Evidence, rule_id: str, opening: pl.DataFrame, words: str) -> list[Finding]:
    """Centres that have sent more of a product, up to some period, than ``opening`` and receipts gave."""
    kinds = ["centre", "product"]
    receipts = evidence.table("receipts").select(
        *kinds, leaves="period", given=pl.col("pieces").cast(pl.Float64)
    )
    first = opening.with_columns(leaves=pl.lit(0, dtype=pl.Int64)).select(*kinds, "leaves", "given")
    gives = pl.concat([first, receipts.select(*kinds, "leaves", "given")])
    takes = evidence.once(sent).rename({"pieces": "taken"})
    ledger = pl.concat([gives, takes.select(*kinds, "leaves", "taken")], how="diagonal").fill_null(0.0)
    ledger = ledger.group_by(*kinds, "leaves").agg(pl.col("given", "taken").sum()).sort(*kinds, "leaves")
    ledger = ledger.with_columns(pl.col("given", "taken").cum_sum().over(kinds))
    ledger = ledger.rename({"leaves": "period"})
    return beyond(
        rule_id, ledger, value="taken", limit="given", where=["period", *kinds], unit="piece", words=words
    )


@rule("stock", "pieces sent from a centre are within its stock and receipts")
def stock(evidence: Evidence) -> Checked:
    """Pieces sent so far by centre, product and period, against stock and receipts so far."""
    if not evidence.rules.stock:
        return Checked(0)
    opening = evidence.table("stock").with_columns(given=pl.col("pieces").cast(pl.Float64))
    words = "Up to period {period}, {centre} sends {taken} pieces of {product}; it had {given}"
    places = evidence.once(sent).height
    return Checked(places, overdrawn(evidence, "stock", opening, words))


@rule("lane-capacity", "pieces go on lanes of the case, in their time and within their capacity")
def lane_capacity(evidence: Evidence) -> Checked:
    """Each route has its lane and its period of sending; each lane and period its capacity."""
    moves = evidence.once(routes).with_columns(amount=pl.col("pieces").cast(pl.Float64))
    strange = moves.filter(pl.col("lead_periods").is_null())
    known = moves.drop_nulls("lead_periods")
    late = known.filter((pl.col("leaves") < 1) | (pl.col("sent") != pl.col("leaves")).fill_null(value=False))
    findings = report(
        "lane-capacity",
        strange,
        _ROUTE,
        "piece",
        "Period {period}: there is no lane from {centre} to {store}",
    )
    words = (
        "{pieces} pieces of {product} from {centre} are in {store} in period {period}, sent in {sent}; "
        "they travel {lead_periods} periods, and none is sent before period 1"
    )
    findings += report("lane-capacity", late, _ROUTE, "piece", words)
    if not evidence.rules.lane_capacity:
        return Checked(moves.height, findings)
    place = ["period", "centre", "store"]
    loads = known.group_by(place).agg(pl.col("amount").sum().alias("load"), pl.col("lane_capacity").first())
    words = "Period {period}: {load} pieces arrive from {centre} in {store}; the lane carries {lane_capacity}"
    findings += beyond(
        "lane-capacity", loads, value="load", limit="lane_capacity", where=place, unit="piece", words=words
    )
    return Checked(moves.height + loads.height, findings)


@rule("throughput", "pieces sent by a centre in a period are within its throughput")
def throughput(evidence: Evidence) -> Checked:
    """Pieces sent by centre and period."""
    if not evidence.rules.throughput:
        return Checked(0)
    loads = evidence.once(sent).group_by("centre", period="leaves").agg(pl.col("pieces").sum())
    against = loads.join(evidence.table("centres").select("centre", "throughput"), on="centre")
    words = "Period {period}: {centre} sends {pieces} pieces; its throughput is {throughput}"
    place: Sequence[str] = ("period", "centre")
    findings = beyond(
        "throughput", against, value="pieces", limit="throughput", where=place, unit="piece", words=words
    )
    return Checked(against.height, findings)


@rule("pack", "shipments are whole packs, and no pack is broken up to give back a part of it")
def pack(evidence: Evidence) -> Checked:
    """Pieces of each route against the product's pack; pairs that are shipped packs and give pieces back."""
    if not evidence.rules.pack:
        return Checked(0)
    moves = evidence.once(routes)
    broken = moves.filter(pl.col("pieces") % pl.col("pack") != 0)
    broken = broken.with_columns(amount=(pl.col("pieces") % pl.col("pack")).cast(pl.Float64))
    words = "Period {period}: {centre} sends {pieces} pieces of {product} to {store}; a pack has {pack}"
    findings = report("pack", broken, _ROUTE, "piece", words)
    both = evidence.rows.filter(
        pl.col("pack") > 1, pl.col("arrived") > 0, pl.col("returned") > slack(pl.lit(0.0))
    )
    words = (
        "Period {period}: {arrived} pieces of {product} are sent to {store} in packs of {pack}, "
        "and {returned} are taken back"
    )
    findings += report("pack", both.with_columns(amount="returned"), PAIR, "piece", words)
    return Checked(moves.height, findings)


@rule("budget", "cost of the pieces sent in a period is within the budget")
def budget(evidence: Evidence) -> Checked:
    """Pieces sent at cost, by period of the budget."""
    if not evidence.rules.budget:
        return Checked(0)
    limits = evidence.table("budget")
    costs = evidence.table("products").select("product", "cost")
    spent = evidence.once(sent).join(costs, on="product").group_by(period="leaves")
    against = spent.agg(spent=(pl.col("pieces") * pl.col("cost")).sum()).join(limits, on="period")
    words = "Period {period}: the pieces sent cost {spent}; the budget is {budget}"
    against = against.rename({"amount": "budget"})
    findings = beyond(
        "budget",
        against,
        value="spent",
        limit="budget",
        where=["period"],
        unit="$",
        words=words,
    )
    return Checked(limits.height, findings)
