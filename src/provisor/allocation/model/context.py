"""What the families of the exact model share: the case, the coefficients, and the columns declared so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.demand import chance
from provisor.allocation.extents import Extents, extents_of
from provisor.allocation.limits import StoreLimit, store_limits
from provisor.engine.problem import Statement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.worth import Worth

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

Terms = "tuple[Whole, Whole, Floats]"
"""Pair-period, column and coefficient of a sum by pair and period."""


@dataclass(frozen=True)
class Shipments:
    """Columns of what is shipped, in packs: lane, pair and period of arrival of each."""

    lane: Whole
    pair: Whole
    period: Whole
    column: Whole


@dataclass(frozen=True)
class Moves:
    """Columns of what is transferred: lane, pair that gives, pair that takes, and period of each."""

    lane: Whole
    giver: Whole
    taker: Whole
    period: Whole
    column: Whole


@dataclass
class Model:
    """A model under way. Pair-periods are numbered ``pair x periods + period``.

    Attributes:
        arrays: The case.
        worth: Coefficients of the objective.
        extents: What may be done with each pair.
        limits: Rules on what stores carry.
        statement: Columns and rows.
        carried: Column of x by pair and period, -1 where there is none.
        room: Column of pieces in the store room, -1 where there is none.
        returned: Column of pieces taken back, -1 where there is none.
        step_at: Pair-period by further piece (a piece beyond the least).
        step_column: Column of each further piece.
        step_chance: P(demand >= n) of each further piece.
        first_sales: Expected sales of the least pieces by pair and period.
        shipments: Columns of shipments.
        moves: Columns of transfers.
    """

    arrays: Arrays
    worth: Worth
    extents: Extents = field(init=False)
    limits: list[StoreLimit] = field(init=False)
    statement: Statement = field(default_factory=Statement)
    carried: Whole = field(init=False)
    room: Whole = field(init=False)
    returned: Whole = field(init=False)
    step_at: Whole = field(init=False)
    step_column: Whole = field(init=False)
    step_chance: Floats = field(init=False)
    first_sales: Floats = field(init=False)
    shipments: Shipments = field(init=False)
    moves: Moves = field(init=False)

    def __post_init__(self) -> None:
        self.extents = extents_of(self.arrays)
        self.limits = store_limits(self.arrays)

    @property
    def periods(self) -> int:
        """Number of periods."""
        return self.arrays.periods

    def chances(self, at: Whole, n: Whole) -> Floats:
        """P(demand >= n) by pair-period and n."""
        pairs = self.arrays.pairs
        return chance(n.astype(np.float64), pairs.mean.ravel()[at], pairs.dispersion[at // self.periods])

    def keys(self, at: Whole) -> list[tuple[str, ...]]:
        """Labels of pair-periods: store, product, period."""
        arrays, pair = self.arrays, at // self.periods
        stores, products = arrays.pairs.store[pair], arrays.pairs.product[pair]
        return [
            (arrays.store_names[j], arrays.product_names[i], str(k + 1))
            for j, i, k in zip(stores, products, at % self.periods, strict=True)
        ]

    def displayed(self) -> tuple[Whole, Whole, Floats]:
        """Pieces on display as terms: pair-period, column, coefficient."""
        at = np.flatnonzero(self.carried.ravel() >= 0)
        return (
            np.concatenate([at, self.step_at]),
            np.concatenate([self.carried.ravel()[at], self.step_column]),
            np.concatenate([self.extents.least.ravel()[at].astype(np.float64), np.ones(self.step_at.size)]),
        )

    def sold(self) -> tuple[Whole, Whole, Floats]:
        """Expected sales as terms: pair-period, column, coefficient."""
        at = np.flatnonzero(self.carried.ravel() >= 0)
        return (
            np.concatenate([at, self.step_at]),
            np.concatenate([self.carried.ravel()[at], self.step_column]),
            np.concatenate([self.first_sales.ravel()[at], self.step_chance]),
        )

    def kept(self) -> tuple[Whole, Whole, Floats]:
        """Pieces in the store room as terms: pair-period, column, coefficient."""
        at = np.flatnonzero(self.room.ravel() >= 0)
        return at, self.room.ravel()[at], np.ones(at.size)
