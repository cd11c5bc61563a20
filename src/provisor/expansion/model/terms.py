"""Rows and their terms as arrays, for families in the shape of buckets, products and sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from provisor.engine.problem import Floats
    from provisor.expansion.network import Numbers


def terms_of(rows: Numbers, columns: Numbers, values: float | Floats) -> tuple[Numbers, Numbers, Floats]:
    """Terms one by one, those without a column or a coefficient left out."""
    columns = np.asarray(columns)
    wide = np.broadcast_to(rows, columns.shape).ravel()
    value = np.broadcast_to(np.asarray(values, dtype=np.float64), columns.shape).ravel()
    column = columns.ravel()
    keep = (column >= 0) & (value != 0)
    return wide[keep], column[keep], value[keep]


def places(shape: tuple[int, ...]) -> Numbers:
    """Numbers of rows in a shape."""
    return np.arange(int(np.prod(shape))).reshape(shape)


def keys(count: int) -> list[tuple[str, ...]]:
    """Rows of these families are known by their number."""
    return [()] * count
