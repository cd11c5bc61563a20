"""What each thing adds to the objective, by the objective in force; see docs/allocation/rules.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Worth:
    """Coefficients of the objective; gains are positive.

    Attributes:
        sale: Of an expected sale, by pair.
        piece: Of a piece on display in a period, by pair.
        unsold: Of a piece on display and expected unsold, by pair.
        left: Of a piece left after the last period, by pair.
        held: Of a piece left after any other period, by pair.
        goods: Of a piece shipped, by pair.
        taken_back: Salvage of a piece returned, by pair.
        returned: Of a piece returned, its salvage left out.
        opening: Of a pair that is carried and was not.
        ways: Of each $ of routes and transfers.
        misses: Of each $ of priced rules.
    """

    sale: Floats
    piece: Floats
    unsold: Floats
    left: Floats
    held: Floats
    goods: Floats
    taken_back: Floats
    returned: float
    opening: float
    ways: float
    misses: float = -1.0


def ratio_worth(arrays: Arrays, ratio: float, pieces: float = 1.0) -> Worth:
    """``(sales - misses / mean price - ratio x pieces put out) / pieces``, every piece in a store counted.

    With ``ratio`` 0 and the pieces of a plan it gives the lines of that plan's ratio.
    """
    none = np.zeros(arrays.pairs.count)
    usual = float(arrays.price[arrays.pairs.product].mean())
    left = none - ratio / pieces
    sale = none + (1.0 - ratio) / pieces
    return Worth(sale, none, none, left, left, none, none, 0.0, 0.0, 0.0, -1.0 / (usual * pieces))


def worth_of(arrays: Arrays) -> Worth:
    """Coefficients by the case's objective; of a ratio before it is divided by the pieces."""
    rules, pairs = arrays.rules, arrays.pairs
    weight, price = arrays.weight[pairs.store], arrays.price[pairs.product]
    none = np.zeros(pairs.count)
    if rules.is_ratio:
        return ratio_worth(arrays, 0.0)
    if rules.valued == "revenue":
        return Worth(none, weight * price, none, none, none, none, none, 0.0, 0.0, 0.0)
    weighted = rules.valued == "weighted"
    share = rules.weight_profit if weighted else 1.0
    revenue = rules.weight_revenue if weighted else 0.0
    salvage = arrays.salvage[pairs.product]
    priced = weighted or (rules.valued == "sell_through" and rules.sell_through_by == "unsold_price")
    return Worth(
        sale=share * weight * price,
        piece=revenue * weight * price,
        unsold=none - (rules.unsold_price * price if priced else 0.0),
        left=share * weight * salvage,
        held=-share * arrays.charges["holding_share"] * arrays.cost[pairs.product],
        goods=-share * arrays.piece_cost[pairs.product],
        taken_back=share * salvage,
        returned=-share * arrays.charges["return_per_piece"],
        opening=-share * arrays.charges["opening_per_style"],
        ways=-share,
    )
