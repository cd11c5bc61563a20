"""The plan's departures with their way, arrival, hour and costs."""

from __future__ import annotations

import polars as pl

from provisor.production.audit.ways import minutes_of

NOON = 12 * 60
"""Minute of the day from which a truck is an afternoon truck."""


def resolve_moves(
    departures: pl.DataFrame, ways: pl.DataFrame, legs: pl.DataFrame, trucks: pl.DataFrame
) -> pl.DataFrame:
    """Departures with ``due`` (day of arrival), ``minute`` of departure, ``mode`` and costs per unit.

    Where the plan names no possible way, ``mode`` is empty, the day of arrival is the plan's own and the cost
    is that of those of its legs that exist.
    """
    moved = departures.with_row_index("move").join(
        ways, on=["truck", "leg", "origin", "stop"], how="left", nulls_equal=True, maintain_order="left"
    )
    hours = trucks.select(
        "truck",
        pl.col("departure_time").map_elements(minutes_of, return_dtype=pl.Int64).alias("minute"),
        pl.col("cost_fixed").alias("truck_fixed"),
        pl.col("cost_per_unit").alias("truck_cost"),
    )
    named = legs_used(moved.filter(pl.col("mode").is_null()), legs)
    guess = named.group_by("move").agg(pl.col("cost_per_unit").sum().alias("guess"))
    return (
        moved.join(hours, on="truck", how="left", maintain_order="left")
        .join(guess, on="move", how="left", maintain_order="left")
        .with_columns(
            (pl.col("date") + pl.duration(days="days")).fill_null(pl.col("arrival")).alias("due"),
            pl.coalesce("leg_cost", "guess", pl.lit(0.0)).alias("leg_cost"),
            pl.col("truck_cost").fill_null(0.0),
        )
        .drop("guess")
    )


def legs_used(moves: pl.DataFrame, legs: pl.DataFrame) -> pl.DataFrame:
    """One row per move and leg ``one`` it goes over, with its cost and capacity; unknown legs left out."""
    whole = moves.join(legs.select("leg"), on="leg", how="semi").with_columns(one=pl.col("leg"))
    split = moves.join(legs.select("leg"), on="leg", how="anti").with_columns(
        one=pl.col("leg").str.split("+")
    )
    parts = pl.concat([whole, split.explode("one")])
    facts = legs.select(pl.col("leg").alias("one"), "cost_per_unit", "capacity_units")
    return parts.join(facts, on="one", how="inner", maintain_order="left")
