"""Every line of the objective, added up from a plan's decisions and the case's prices alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.audit.coherence import outside_bands
from provisor.allocation.audit.corridor import outside_corridor
from provisor.allocation.audit.launch import short_of_clusters, short_of_stores
from provisor.allocation.audit.mix import short_of_bands, short_of_categories, short_of_core
from provisor.allocation.audit.moves import transfer_rows
from provisor.allocation.audit.roles import beyond_maximum, short_of_minimum
from provisor.allocation.audit.supply import routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.allocation.audit.evidence import Evidence

PRICED: tuple[tuple[str, Callable[[Evidence], pl.DataFrame], str], ...] = (
    ("role_minimum", short_of_minimum, "role_shortfall_per_style"),
    ("role_maximum", beyond_maximum, "role_excess_per_style"),
    ("coherence", outside_bands, "coherence_per_style"),
    ("corridor", outside_corridor, "corridor_per_style"),
    ("categories", short_of_categories, "category_shortfall"),
    ("price_bands", short_of_bands, "price_band_shortfall_per_style"),
    ("core_subcategories", short_of_core, "core_shortfall"),
    ("launch", short_of_stores, "launch_shortfall_per_store"),
    ("launch", short_of_clusters, "launch_shortfall_per_cluster"),
)
"""Priced rules: component, what is missing, cost parameter."""

_PAIR = ["period", "store", "product"]
_PIECES_OUT = pl.when("carried").then(pl.col("pieces")).otherwise(0.0)


def worths(evidence: Evidence) -> pl.DataFrame:
    """What each row of ``allocation`` adds to the objective: ``period, store, product`` and a column by component."""
    rows = _with_moves(evidence)
    rules = evidence.rules
    if rules.valued == "revenue":
        return rows.select(*_PAIR, sales=pl.col("weight") * pl.col("price") * _PIECES_OUT)
    if rules.is_ratio:
        return rows.select(*_PAIR, sales=pl.col("sold") / _pieces(evidence))
    if rules.valued == "weighted":
        return _weighted(evidence, rows)
    if rules.valued == "sell_through" and rules.sell_through_by == "unsold_price":
        return rows.select(*_PAIR, **_profit(evidence), unsold=_unsold(evidence))
    return rows.select(*_PAIR, **_profit(evidence))


def _weighted(evidence: Evidence, rows: pl.DataFrame) -> pl.DataFrame:
    rules = evidence.rules
    lines = {name: rules.weight_profit * line for name, line in _profit(evidence).items()}
    out = rules.weight_revenue * pl.col("weight") * pl.col("price") * _PIECES_OUT
    return rows.select(*_PAIR, **{**lines, "sales": lines["sales"] + out}, unsold=_unsold(evidence))


def _unsold(evidence: Evidence) -> pl.Expr:
    return -evidence.rules.unsold_price * pl.col("price") * (_PIECES_OUT - pl.col("sold"))


def _profit(evidence: Evidence) -> dict[str, pl.Expr]:
    """Expressions of the lines of profit, by component."""
    prices = evidence.prices
    last = pl.col("period") == evidence.settings.periods
    over = pl.when(last).then(pl.col("left")).otherwise(0.0)
    kept = pl.when(last).then(0.0).otherwise(pl.col("left"))
    worth = pl.col("cost") if evidence.rules.stock_cost == "charged" else pl.col("salvage")
    opened = (pl.col("carried") & ~pl.col("hung_before")).cast(pl.Float64)
    return {
        "sales": pl.col("weight") * pl.col("price") * pl.col("sold"),
        "salvage": pl.col("salvage") * (pl.col("weight") * over + pl.col("returned")),
        "goods": -worth * pl.col("arrived"),
        "routes": -pl.col("route_cost"),
        "transfers": -pl.col("transfer_cost"),
        "returns": -prices["return_per_piece"] * pl.col("returned"),
        "opening": -prices["opening_per_style"] * opened,
        "holding": -prices["holding_share"] * pl.col("cost") * kept,
    }


def _with_moves(evidence: Evidence) -> pl.DataFrame:
    """The plan's rows with ``route_cost`` and ``transfer_cost``, the latter at the store that takes."""
    charged = pl.col("pieces") * pl.col("lane_cost").fill_null(0.0)
    sent = evidence.once(routes).group_by(_PAIR).agg(route_cost=charged.sum())
    given = evidence.once(transfer_rows).group_by("period", "product", store="to_store")
    moved = given.agg(transfer_cost=charged.sum())
    rows = evidence.rows.join(sent, on=_PAIR, how="left").join(moved, on=_PAIR, how="left")
    return rows.with_columns(pl.col("route_cost", "transfer_cost").fill_null(0.0))


def lines(evidence: Evidence) -> pl.DataFrame:
    """Lines of the objective: ``component, period, store, amount``."""
    by_pair = evidence.once(worths)
    components = [name for name in by_pair.columns if name not in _PAIR]
    earned = by_pair.group_by("period", "store").agg(pl.col(components).sum())
    long = earned.unpivot(
        components, index=["period", "store"], variable_name="component", value_name="amount"
    )
    columns = ["component", "period", "store", "amount"]
    scale = _penalty_scale(evidence)
    parts = [long.select(columns)]
    for component, missing, price in PRICED:
        amount = -pl.col("amount") * evidence.prices[price] * scale
        priced = evidence.once(missing).group_by("period", "store").agg(amount.sum().alias("amount"))
        parts.append(priced.with_columns(component=pl.lit(component)).select(columns))
    every = pl.concat(parts).group_by("component", "period", "store").agg(pl.col("amount").sum())
    return every.filter(pl.col("amount") != 0)


def _pieces(evidence: Evidence) -> float:
    """Pieces put out, all pairs and periods; at least one."""
    return max(float(evidence.rows["pieces"].sum()), 1.0)


def _penalty_scale(evidence: Evidence) -> float:
    """Where the objective is a ratio, money counts as pieces at the mean price of the pairs."""
    if not evidence.rules.is_ratio:
        return 1.0
    price = evidence.table("products").select("product", "price")
    pairs = evidence.table("pairs").select("product").join(price, on="product")
    usual = float(pairs.select(pl.col("price").mean()).item())
    return 1.0 / (usual * _pieces(evidence))
