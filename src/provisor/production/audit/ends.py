"""What is left at the end of the horizon, what of it can still be sold, and how much of that is wanted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from provisor.production.audit.batches import lives_of

if TYPE_CHECKING:
    from provisor.production.audit.evidence import Evidence

_PLACE = ["node", "product"]


def left_at_end(evidence: Evidence) -> pl.DataFrame:
    """``left``, ``usable``, ``cover`` and ``credited`` units by node and product."""
    sums = (
        _goods(evidence)
        .group_by(_PLACE)
        .agg(
            pl.col("units").sum().alias("left"),
            pl.col("units").filter(_usable(evidence)).sum().alias("usable"),
        )
    )
    covered = sums.join(_cover(evidence), on=_PLACE, how="left").with_columns(pl.col("cover").fill_null(0.0))
    return covered.with_columns(credited=pl.min_horizontal("usable", "cover"))


def _goods(evidence: Evidence) -> pl.DataFrame:
    """Goods in stock and on the road, in the state they will have: units, expiry, first day of use."""
    after = evidence.end + timedelta(days=1)
    stock = evidence.aged(evidence["stock"].filter(pl.col("date") == evidence.end)).with_columns(
        ready=pl.lit(after)
    )
    late = pl.col("ready") > evidence.end
    moves = evidence.moves.with_columns(ready="due").filter(late)
    transit = evidence.transit
    if evidence.rules.end_transit == "last_departures":
        moves, transit = moves.filter(pl.col("date") == evidence.end), transit.clear()
    shipped = evidence.aged(moves, node="origin").with_columns(node="stop")
    landing = transit.with_columns(ready="arrival").filter(late)
    columns = [*_PLACE, "state", "units", "expires", "ready"]
    road = _arrived(evidence, pl.concat([shipped.select(columns), landing.select(columns)]))
    needs = evidence.products.select("product", "min_days_at_sale")
    return pl.concat([stock.select(columns), road.select(columns)]).join(needs, on="product")


def _arrived(evidence: Evidence, road: pl.DataFrame) -> pl.DataFrame:
    """Goods on the road in the state and life they have after arrival; what dies on the road stays dead."""
    storage = evidence.nodes.select("node", "storage")
    freezes = (pl.col("storage") == "frozen") & (pl.col("state") == "ambient")
    thaws = (pl.col("storage") == "ambient") & (pl.col("state") == "frozen")
    becomes = pl.when(freezes).then(pl.lit("frozen")).when(thaws).then(pl.lit("thawed")).otherwise("state")
    alive = pl.lit(value=True)
    if evidence.rules.shelf_life:
        alive = pl.col("expires") >= pl.col("ready")
    renewed = pl.when((freezes | thaws) & alive).then(pl.col("ready") + pl.duration(days="life"))
    return (
        road.join(storage, on="node")
        .with_columns(becomes=becomes)
        .join(lives_of(evidence.products).rename({"state": "becomes"}), on=["product", "becomes"])
        .with_columns(expires=renewed.otherwise("expires"), state="becomes")
    )


def _usable(evidence: Evidence) -> pl.Expr:
    """Whether goods could still be sold on their first day of use, or, frozen, are alive on it."""
    if not evidence.rules.shelf_life:
        return pl.lit(value=True)
    left = (pl.col("expires") - pl.col("ready")).dt.total_days()
    asked = pl.col("min_days_at_sale") if evidence.rules.min_days_at_sale else pl.lit(0)
    needed = pl.when(pl.col("state") == "frozen").then(0).otherwise(asked)
    return (left >= needed).fill_null(value=False)


def _cover(evidence: Evidence) -> pl.DataFrame:
    """Demand of the days after the horizon at a node and at all it supplies, by node and product."""
    first = evidence.end + timedelta(days=1)
    last = evidence.end + timedelta(days=evidence.rules.end_cover_days)
    demand = evidence.demand.filter(pl.col("date").is_between(first, last))
    supplied = _supplied(evidence.nodes["node"].to_list(), evidence.legs)
    asked = demand.join(supplied, left_on="node", right_on="goal").with_columns(node="supplier")
    return asked.group_by(_PLACE).agg(pl.col("units").sum().alias("cover"))


def _supplied(nodes: list[str], legs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of ``supplier`` and ``goal``: every node with itself and all that legs lead to from it."""
    onward: dict[str, set[str]] = {node: set() for node in nodes}
    for origin, destination in legs.select("origin", "destination").iter_rows():
        onward[origin].add(destination)
    pairs = []
    for node in nodes:
        reached, fresh = {node}, {node}
        while fresh:
            fresh = set().union(*(onward[place] for place in fresh)) - reached
            reached |= fresh
        pairs += [(node, goal) for goal in sorted(reached)]
    return pl.DataFrame(pairs, schema={"supplier": pl.String, "goal": pl.String}, orient="row")
