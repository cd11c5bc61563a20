"""Where each batch may be and how long it is alive, whatever nodes and roads it passes."""

from __future__ import annotations

import polars as pl

_KEY = ["node", "product", "state", "batch"]


def lives_of(products: pl.DataFrame) -> pl.DataFrame:
    """Days alive (``life``) by product and state."""
    states = {f"shelf_life_{state}_days": state for state in ("ambient", "frozen", "thawed")}
    return (
        products.select("product", *states)
        .rename(states)
        .unpivot(index="product", variable_name="state", value_name="life")
    )


def trace_batches(
    products: pl.DataFrame,
    opening: pl.DataFrame,
    transit: pl.DataFrame,
    production: pl.DataFrame,
    changes: pl.DataFrame,
    moves: pl.DataFrame,
) -> pl.DataFrame:
    """Last day alive (``expires``) by node, product, state and batch.

    Life begins where goods are made, frozen or thawed and goes with them over every move. Where goods of one
    name and several ages meet, all count as old as the oldest.
    """
    lives = lives_of(products)
    changed = changes.select("date", "node", "product", state="to_state", batch="new_batch")
    begun = pl.concat([production.select("date", *_KEY), changed.select("date", *_KEY)]).join(
        lives, on=["product", "state"]
    )
    born = begun.with_columns(expires=pl.col("date") + pl.duration(days="life"))
    seeds = [frame.select(*_KEY, "expires") for frame in (opening, transit, born)]
    hops = moves.select("origin", "stop", "product", "state", "batch").unique()
    known = _oldest(pl.concat(seeds))
    while True:
        came = known.join(hops, left_on=_KEY, right_on=["origin", "product", "state", "batch"])
        wider = _oldest(pl.concat([known, came.select(pl.col("stop").alias("node"), *_KEY[1:], "expires")]))
        if wider.equals(known):
            return known
        known = wider


def _oldest(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by(_KEY).agg(pl.col("expires").min()).sort(_KEY)
