"""Checks of the tables of a case against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.production.data.context import days_said, units
from provisor.tables.grid import ROW, Sheet
from provisor.tables.validate import note_cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.production.data.context import Context

LONGEST_DAY = 24.0
"""Hours of a day."""


def check_demand_nodes(context: Context, demand: Sheet, nodes: pl.DataFrame) -> None:
    """Note demand at nodes that sell nothing."""
    silent = nodes.filter(~pl.col("has_demand"))["node"].to_list()
    bad = demand.frame.filter(pl.col("node").is_in(silent) & (pl.col("units") > 0)).unique(
        "node", keep="first"
    )
    note_cells(
        demand,
        "node",
        bad.select(ROW, pl.col("node").alias("value")),
        "demand-not-sold",
        "a node with has_demand",
        context.problems,
        lambda node: f"set has_demand of {node} to true, or take its forecast out",
    )


def check_states(context: Context, sheet: Sheet, storage: Mapping[str, str]) -> None:
    """Note stock in a state that its node cannot keep."""
    keeps = pl.col("node").replace_strict(storage, return_dtype=pl.String)
    frozen = pl.col("state") == "frozen"
    wrong = ((keeps == "ambient") & frozen) | ((keeps == "frozen") & ~frozen)
    bad = sheet.frame.filter(wrong & (pl.col("units") > 0))
    note_cells(
        sheet,
        "state",
        bad.select(ROW, pl.col("state").alias("value")),
        "state-not-kept",
        "a state the node can keep",
        context.problems,
        lambda _: "thawed goods are said thawed; a node for both has storage both",
    )


def check_hours(context: Context, calendar: Sheet | None) -> None:
    """Note days of more than 24 hours, and tell days that contradict themselves."""
    if calendar is None:
        return
    hours = pl.col("fixed_hours") + pl.when("is_fixed_day").then("overtime_hours").otherwise(0.0)
    long = calendar.frame.filter(hours > LONGEST_DAY).unique(ROW)
    note_cells(
        calendar,
        "fixed_hours",
        long.select(ROW, hours.cast(pl.String).alias("value")),
        "long-day",
        "fixed and overtime hours of at most 24",
        context.problems,
    )
    odd = calendar.frame.filter(~pl.col("is_fixed_day") & (pl.col("fixed_hours") > 0))
    if odd.height:
        context.tell(
            "contradiction",
            f"fixed hours of days that are not fixed days are not used ({days_said(odd['date'])})",
            calendar,
        )


def check_legs(context: Context, legs: Sheet, nodes: pl.DataFrame) -> None:
    """Tell legs that can carry nothing: ambient ones from a freezer, frozen ones from a place without."""
    storage = dict(nodes.select("node", "storage").iter_rows())
    for leg, origin, mode in legs.frame.select("leg", "origin", "mode").drop_nulls().iter_rows():
        if (storage.get(origin), mode) in (("frozen", "ambient"), ("ambient", "frozen")):
            context.tell(
                "idle-leg",
                f"leg {leg} carries {mode} goods and {origin} keeps none; nothing moves on it",
                legs,
            )


def check_expiry(context: Context, stock: pl.DataFrame, products: pl.DataFrame) -> None:
    """Tell batches that are to live longer than goods of their product can."""
    lives = products.select(
        "product",
        *(pl.col(f"shelf_life_{state}_days").alias(state) for state in ("ambient", "frozen", "thawed")),
    ).unpivot(index="product", variable_name="state", value_name="life")
    joined = stock.join(lives, on=["product", "state"], how="left")
    born = pl.lit(context.keys.stock_date or context.keys.start)
    odd = joined.filter(pl.col("expires") > born + pl.duration(days=pl.col("life")))
    if odd.height:
        named = ", ".join(sorted(set(odd["batch"]))[:5])
        context.tell(
            "long-life",
            f"{units(odd['units'].sum())} in {odd.height} batches ({named}) live longer than goods "
            "made on the stock date",
            mend="check the batches and the shelf lives",
        )
