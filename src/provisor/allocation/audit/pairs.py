"""What may hang where: every pair of the case in every period, with its demand and what was decided for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from provisor.allocation.audit.evidence import Evidence

_PAIR = ["period", "store", "product"]
_KINDS = {"carry": "pinned", "forbid": "forbidden", "keep": "frozen"}


def possible_pairs(evidence: Evidence) -> pl.DataFrame:
    """Rows of ``pairs`` in every period.

    Columns: those of ``pairs`` (``demand`` that of the period, substitution included; ``opening`` renamed
    ``first``), ``alive``, ``pinned``, ``forbidden``, ``frozen``, ``pinned_pieces``, ``shown`` (pieces shown at
    least where it hangs), ``eligible``.
    """
    periods = pl.DataFrame({"period": list(evidence.periods)}, schema={"period": pl.Int64})
    life = evidence.table("products").select(
        "product", "cell", "first_period", "last_period", "presentation_min"
    )
    pairs = evidence.table("pairs").rename({"opening": "first"}).join(life, on="product", how="inner")
    every = pairs.join(periods, how="cross").with_columns(_alive(evidence))
    every = _with_demand(evidence, every)
    return _judged(evidence, every.join(decisions(evidence, every), on=_PAIR, how="left"))


def _alive(evidence: Evidence) -> pl.Expr:
    if not evidence.rules.lifecycle:
        return pl.lit(value=True).alias("alive")
    begun = (pl.col("first_period") <= pl.col("period")).fill_null(value=True)
    over = (pl.col("last_period") < pl.col("period")).fill_null(value=False)
    return (begun & ~over).alias("alive")


def _with_demand(evidence: Evidence, every: pl.DataFrame) -> pl.DataFrame:
    """Demand of the period; that of products past their life turns to their substitutes."""
    table = evidence.table("demand")
    if table.height:
        own = table.rename({"demand": "of_period"})
        every = every.join(own, on=["store", "product", "period"], how="left")
        every = every.with_columns(pl.coalesce("of_period", "demand").alias("demand")).drop("of_period")
    rates = evidence.table("substitution")
    if not rates.height or not evidence.rules.lifecycle:
        return every
    gone = every.filter((pl.col("last_period") < pl.col("period")).fill_null(value=False))
    gains = gone.join(rates, on="product").select(
        "period", "store", product="substitute", gain=pl.col("rate") * pl.col("demand")
    )
    gains = gains.group_by(_PAIR).agg(pl.col("gain").sum())
    every = every.join(gains, on=_PAIR, how="left")
    return every.with_columns(pl.col("demand") + pl.col("gain").fill_null(0.0)).drop("gain")


def decisions(evidence: Evidence, every: pl.DataFrame) -> pl.DataFrame:
    """By pair and period alive: whether it is ``pinned``, ``forbidden``, ``frozen``, and ``pinned_pieces``."""
    orders = evidence.once(given_orders)
    if orders.is_empty():
        return every.clear().select(
            *_PAIR,
            *(pl.lit(value=False).alias(kind) for kind in _KINDS.values()),
            pl.lit(None, dtype=pl.Float64).alias("pinned_pieces"),
        )
    alive = every.filter("alive").select(_PAIR)
    return (
        orders.join(alive, on=_PAIR)
        .group_by(_PAIR)
        .agg(
            *((pl.col("kind") == kind).any().alias(kind) for kind in _KINDS.values()),
            pl.col("pieces").max().alias("pinned_pieces"),
        )
    )


def given_orders(evidence: Evidence) -> pl.DataFrame:
    """Locks and pins, one row by pair, period and order: ``period, store, product, kind, pieces``."""
    periods = pl.DataFrame({"period": list(evidence.periods)}, schema={"period": pl.Int64})
    pairs = evidence.table("pairs")
    locks = pairs.drop_nulls("lock").select(
        "store",
        "product",
        kind=pl.col("lock").replace_strict(_KINDS, return_dtype=pl.String),
        pieces=pl.lit(None, dtype=pl.Float64),
    )
    rows = [locks.join(periods, how="cross")]
    pins = pl.DataFrame(
        [pin.model_dump() for pin in evidence.settings.pins],
        schema={
            "kind": pl.String,
            "store": pl.String,
            "product": pl.String,
            "period": pl.Int64,
            "pieces": pl.Float64,
        },
    )
    for named in (["store", "product"], ["store"], ["product"]):
        unnamed = [name for name in ("store", "product") if name not in named]
        fits = pins.filter(
            *(pl.col(name).is_not_null() for name in named), *(pl.col(name).is_null() for name in unnamed)
        )
        found = fits.drop(unnamed).join(pairs.select("store", "product"), on=named)
        always = found.filter(pl.col("period").is_null()).drop("period").join(periods, how="cross")
        rows += [always, found.drop_nulls("period")]
    columns = ["period", "store", "product", "kind", "pieces"]
    return pl.concat([frame.select(columns) for frame in rows])


def _judged(evidence: Evidence, every: pl.DataFrame) -> pl.DataFrame:
    """``every`` with ``shown`` and ``eligible``."""
    rules = evidence.rules
    flags = [pl.col(kind).fill_null(value=False) for kind in _KINDS.values()]
    shown = pl.col("presentation_min") if rules.presentation else pl.lit(1, dtype=pl.Int64)
    every = every.with_columns(*flags, shown=shown)
    if rules.slots:
        open_cells = evidence.cells.filter(pl.col("slots") >= 1).select("period", "store", "cell")
        every = every.join(
            open_cells.with_columns(has_slot=pl.lit(value=True)), on=["period", "store", "cell"], how="left"
        )
        room = pl.col("has_slot").fill_null(value=False)
    else:
        room = pl.lit(value=True)
    told = pl.col("pinned") | (pl.col("frozen") & pl.col("carried_before"))
    fits = (pl.col("max_pieces") >= pl.col("shown")) | told
    out = pl.col("forbidden") | (pl.col("frozen") & ~pl.col("carried_before"))
    return every.with_columns(eligible=pl.col("alive") & ~out & fits & room).drop("has_slot", strict=False)
