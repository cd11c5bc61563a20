"""The chain of rules of thumb, from what they see to the pieces they ask for, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.baselines.level import gaps_in_sales, imbalance, least_pieces, too_many_styles
from provisor.allocation.baselines.spread import missed_sales, missing_best_sellers

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_OF_STORE = 10.0
"""Pieces that a store is given more at least, asked for or not."""

UNASKED = 10.1
"""Pieces for a store that no rule gives any."""


def changes(frame: pl.DataFrame, slots: NDArray) -> pl.DataFrame:  # type: ignore[type-arg]
    """Pieces that the rules add, one row by pair, in the order in which they are carried out.

    Of several changes of a pair the first rule's stands, reductions included; reductions are dropped last, so
    that the rule that makes them only ever blocks later ones.

    Returns:
        ``pair``, ``rule`` (7 to 12, 13 for pieces nobody asked for), ``add`` and ``score``.
    """
    found = {
        7: missing_best_sellers(frame),
        8: imbalance(frame),
        9: least_pieces(frame),
        10: too_many_styles(frame, slots),
        11: missed_sales(frame),
        12: gaps_in_sales(frame),
    }
    every = pl.concat(
        [part.select("pair", "add", "score", rule=pl.lit(number)) for number, part in found.items()]
    )
    kept = every.sort("rule", "pair").unique("pair", keep="first", maintain_order=True)
    more = kept.filter(pl.col("add") > 0)
    return _at_least(frame, more).sort(["rule", "score", "pair"], descending=[False, True, False])


def _at_least(frame: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """``more`` with ten pieces for every store: what it asks for scaled up, or spread over what sells there."""
    stores = frame.select("pair", "store")
    asked = more.join(stores, on="pair").with_columns(of_store=pl.col("add").sum().over("store"))
    factor = (
        pl.when(pl.col("of_store") < LEAST_OF_STORE).then(LEAST_OF_STORE / pl.col("of_store")).otherwise(1.0)
    )
    scaled = asked.with_columns(pl.col("add") * factor).select("pair", "rule", "add", "score")
    silent = frame.filter("hangs", pl.col("n") > 0).join(
        asked.select("store").unique(), on="store", how="anti"
    )
    mix = pl.col("n") / pl.col("n").sum().over("store")
    spread = silent.select("pair", rule=pl.lit(13), add=UNASKED * mix, score=pl.col("a"))
    return pl.concat([scaled, spread.select(scaled.columns)])
