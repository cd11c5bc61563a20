"""What rules of thumb see: the last half-month's sales of the styles that hang."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays

    Flags = NDArray[np.bool_]


def seen(arrays: Arrays, hangs: Flags, period: int) -> pl.DataFrame:
    """One row by pair that may be carried in a period (from 0).

    The sales that the rules see are the forecast of the period: sharper than a half-month's sales ever are, and
    so in the rules' favour. Of a style that does not hang they see nothing.

    Columns: ``pair``, ``store``, ``product``, ``cluster``, ``subcategory``, ``cell`` (numbers), ``price`` and
    ``cost`` of a piece, ``hangs``, ``n`` (pieces sold) and ``a`` (their amount of money).
    """
    pairs = arrays.pairs
    number = np.arange(pairs.count)
    sold = np.where(hangs, pairs.mean[:, period], 0.0)
    frame = pl.DataFrame(
        {
            "pair": number,
            "store": pairs.store,
            "product": pairs.product,
            "cluster": arrays.cluster.of[pairs.store],
            "subcategory": arrays.subcategory.of[pairs.product],
            "cell": arrays.cell,
            "price": arrays.price[pairs.product],
            "cost": arrays.cost[pairs.product],
            "hangs": hangs,
            "n": sold,
            "a": sold * arrays.price[pairs.product],
        }
    )
    return frame.filter(pl.Series(arrays.eligible[:, period]))


def cluster_sizes(frame: pl.DataFrame) -> pl.DataFrame:
    """Number of ``stores`` by cluster, stores without a cluster left out."""
    named = frame.filter(pl.col("cluster") >= 0)
    return named.group_by("cluster").agg(pl.col("store").n_unique().alias("stores"))
