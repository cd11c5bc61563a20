"""What batch numbers of the stock export say of the age of goods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.production.data.places import Places

UNLABELLED = "unlabelled"
"""Name of the batch of goods without one."""


def with_dates(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with the day ``best_before`` or ``made`` that their ``batch`` holds, else both empty.

    Eight digits DDMMYYYY are a best-before date, a ninth is noise; five digits YYDDD a day of production.
    """
    batch = pl.col("batch").str.strip_chars()
    best_before = batch.str.extract(r"^(\d{8})\d?$").str.to_date("%d%m%Y", strict=False)
    short = pl.when(batch.str.contains(r"^\d{7}$")).then(pl.lit("0") + batch)
    made = (pl.lit("20") + batch.str.extract(r"^(\d{5})$")).str.to_date("%Y%j", strict=False)
    return lines.with_columns(
        pl.coalesce(best_before, short.str.to_date("%d%m%Y", strict=False)).alias("best_before"),
        made.alias("made"),
    )


def with_states(lines: pl.DataFrame, places: Places, *, road: bool) -> pl.DataFrame:
    """Lines with the ``state`` of their goods, by node and by what their code says."""
    pairs = lines.select("node", "code_state").unique()
    judge = places.state_on_road if road else places.state_in_stock
    states = [judge(node, said) for node, said in pairs.iter_rows()]
    return lines.join(
        pairs.with_columns(pl.Series("state", states, dtype=pl.String)),
        on=["node", "code_state"],
        nulls_equal=True,
        maintain_order="left",
    )


def with_life(lines: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """Lines with ``life``, days alive in their ``state``, and ``made_life``, those in their code's state."""
    lives = products.select(
        "product", *(f"shelf_life_{state}_days" for state in ("ambient", "frozen", "thawed"))
    )
    joined = lines.join(lives, on="product", how="left", maintain_order="left")
    return joined.with_columns(
        _life(pl.col("state")).alias("life"), _life(pl.coalesce("code_state", "state")).alias("made_life")
    ).drop(*lives.columns[1:])


def named(lines: pl.DataFrame, prefix: str, key: Sequence[str]) -> pl.DataFrame:
    """One row per ``key``, state and expiry, with a name of its ``batch``; equal names are told apart."""
    said = pl.concat_str([pl.lit(prefix), pl.col("batch").fill_null(UNLABELLED)])
    grouped = (
        lines.with_columns(said.alias("batch"))
        .sort(*key, "state", "expires", "units")
        .group_by(*key, "state", "expires", maintain_order=True)
        .agg(pl.col("units").sum())
    )
    apart = pl.format("{}/{}/{}", "batch", "state", "expires")
    return grouped.with_columns(
        pl.when(pl.struct("node", "product", "batch").is_duplicated())
        .then(apart)
        .otherwise("batch")
        .alias("batch")
    )


def _life(state: pl.Expr) -> pl.Expr:
    return (
        pl.when(state == "frozen")
        .then("shelf_life_frozen_days")
        .when(state == "thawed")
        .then("shelf_life_thawed_days")
        .otherwise("shelf_life_ambient_days")
    )
