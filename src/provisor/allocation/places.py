"""Rows of a plan's tables as pairs and periods of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.labels import numbers

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays

    Whole = NDArray[np.int64]


def places(arrays: Arrays, rows: pl.DataFrame) -> tuple[Whole, Whole]:
    """Pair (-1 where the case has none) and period (from 0) of rows with ``store``, ``product`` and ``period``."""
    width = len(arrays.product_names)
    key = arrays.pairs.store * width + arrays.pairs.product
    order = np.argsort(key, kind="stable")
    store = numbers(rows["store"], arrays.store_names)
    product = numbers(rows["product"], arrays.product_names)
    wanted = store * width + product
    place = np.minimum(np.searchsorted(key, wanted, sorter=order), max(key.size - 1, 0))
    pair: Whole = order[place].astype(np.int64)
    period: Whole = rows["period"].to_numpy().astype(np.int64) - 1
    strange = (key[pair] != wanted) | (store < 0) | (product < 0) | (period < 0) | (period >= arrays.periods)
    return np.where(strange, -1, pair), period
