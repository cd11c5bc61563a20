"""Every product's stock split over the stores that carry it, by what they sell and how much they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation.baselines.seen import seen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.baselines.desk import Desk

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]

BY_SALES, BY_CAPACITY = 0.5, 0.3
LEAST_WEIGHT = 0.001


def split_all(desk: Desk, hangs: Flags) -> None:
    """Split the stock of each product by weight, largest remainders rounded up, styles of best sales first."""
    frame = seen(desk.arrays, hangs, desk.period)
    weights = store_weights(desk, frame)
    rows = frame.filter("hangs").join(weights, on="store").sort(["a", "pair"], descending=[True, False])
    stock = {
        product: desk.ledger.stock(product, desk.period) for product in rows["product"].unique().to_list()
    }
    totals = pl.DataFrame({"product": list(stock), "stock": list(stock.values())}).cast(
        {"product": frame.schema["product"], "stock": pl.Float64}
    )
    split = shares(rows.join(totals, on="product", maintain_order="left"))
    desk.fill([(pair, pieces + int(desk.opening[pair])) for pair, pieces in split.iter_rows()])


def store_weights(desk: Desk, frame: pl.DataFrame) -> pl.DataFrame:
    """``weight`` by store: (sales / most)^0.5 x (capacity / most)^0.3, at least 0.001.

    Capacity is the store's space, or its slots where space is not limited. How well a style suits a store is
    unknown here, and the same for all.
    """
    sales = frame.group_by("store").agg(sales=pl.col("a").sum())
    space = desk.arrays.space[:, desk.period]
    room = np.where(np.isinf(space), desk.arrays.store_slots[:, desk.period], space)
    limits = pl.DataFrame({"store": np.arange(len(room)), "room": room})
    rows = sales.join(limits.cast({"store": frame.schema["store"]}), on="store")

    def part(column: str, power: float) -> pl.Expr:
        most = pl.max_horizontal(pl.col(column).max(), pl.lit(1e-9))
        return (pl.col(column) / most) ** power

    weight = part("sales", BY_SALES) * part("room", BY_CAPACITY)
    return rows.select("store", weight=weight.clip(lower_bound=LEAST_WEIGHT))


def shares(rows: pl.DataFrame) -> pl.DataFrame:
    """``pair, pieces``: the ``stock`` of each product by ``weight``, in whole pieces that add up to it."""
    exact = pl.col("stock") * pl.col("weight") / pl.col("weight").sum().over("product")
    rows = rows.with_columns(exact=exact).with_columns(floor=pl.col("exact").floor())
    rest = (pl.col("stock") - pl.col("floor").sum().over("product")).round()
    rank = (pl.col("exact") - pl.col("floor")).rank("ordinal", descending=True).over("product")
    pieces = (pl.col("floor") + (rank <= rest).cast(pl.Float64)).cast(pl.Int64)
    return rows.select("pair", pieces=pieces)
