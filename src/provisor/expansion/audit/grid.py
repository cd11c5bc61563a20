"""Figures by day, product and site as arrays, and back to rows where a rule is broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from provisor.auditing import TOLERANCE
from provisor.tables.findings import RELATIVE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Numbers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Axis:
    """What one dimension of an array stands for.

    Attributes:
        labels: One row per place in order, no row twice.
        key: Columns of ``labels`` that name a place; its other columns are told with it.
    """

    labels: pl.DataFrame
    key: tuple[str, ...]

    def __len__(self) -> int:
        return self.labels.height

    def places(self, rows: pl.DataFrame, columns: Sequence[str]) -> Numbers:
        """Place of each row on the axis by its ``columns``; -1 where there is none."""
        if rows.is_empty():
            return np.zeros(0, dtype=np.int64)
        named = [pl.col(own).alias(other) for own, other in zip(self.key, columns, strict=True)]
        numbered = self.labels.select(*named, pl.int_range(pl.len(), dtype=pl.Int64).alias("_place"))
        joined = rows.select(columns).join(numbered, on=list(columns), how="left", maintain_order="left")
        places = joined["_place"]
        return (places.fill_null(-1) if places.null_count() else places).to_numpy()


def spread(values: pl.Series, shape: tuple[int, ...], places: Sequence[Numbers]) -> Floats:
    """Sum of ``values`` at each place of an array of ``shape``; values without a place (-1) are left out."""
    there = np.logical_and.reduce([place >= 0 for place in places])
    flat = np.ravel_multi_index(tuple(place[there] for place in places), shape)
    weights = values.to_numpy().astype(np.float64)[there]
    sums = np.bincount(flat, weights=weights, minlength=int(np.prod(shape))).astype(np.float64)
    return sums.reshape(shape)


def rows_where(flags: Flags, axes: Sequence[Axis], figures: Mapping[str, Floats]) -> pl.DataFrame:
    """One row per true cell of ``flags``: the labels of its places, and its ``figures``.

    Args:
        flags: Array with one dimension per axis.
        axes: The axes.
        figures: Arrays by name that can be broadcast to the shape of ``flags``.
    """
    places = np.nonzero(flags)
    frames = [axis.labels[place] for axis, place in zip(axes, places, strict=True)]
    numbers = {name: np.broadcast_to(array, flags.shape)[places] for name, array in figures.items()}
    return pl.concat([*frames, pl.DataFrame(numbers)], how="horizontal")


def slack_of(gross: Floats) -> Floats:
    """Difference that is rounding where amounts of ``gross`` were added up."""
    return TOLERANCE + RELATIVE * np.abs(gross)
