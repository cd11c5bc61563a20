"""What rows of whole amounts add to the dual, and prices of bands in balance; compiled, as every step needs them."""

# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN001, ANN202 - compiled for the types they are called with
# ruff: noqa: PLR0913, PLR0917 - calls between compiled functions compile long
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.jit import loop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from provisor.allocation.kernel.problem import Floats

HALVINGS = 40
"""Halvings of the range in which the shift of a band's prices lies."""


@dataclass(frozen=True)
class Turns:
    """What rows of whole amounts add to the dual: the most of ``y x amount`` less the miss, over whole amounts.

    A side between two whole numbers is missed by a part of a unit first. Beyond the price at which that part is worth
    while, the amount a whole unit further counts; between the two no amount is whole, which makes the bound closer.

    Attributes:
        lower, upper: Innermost whole amounts (or the sides, where amounts come in parts).
        under, over: $ of missing a side by the first amount beyond it; inf where no price gets there.
    """

    lower: Floats
    upper: Floats
    under: Floats
    over: Floats

    def targets(self, price: Floats, amount: Floats) -> Floats:
        """(rows,) amounts that count at these prices: of the side a price speaks for, or what there is between both."""
        target = np.empty(price.size)
        _targets(price, amount, self.lower, self.upper, self.under, self.over, target)
        return target

    def values(self, row: NDArray[np.int64], price: Floats) -> Floats:
        """$ that each of some rows adds to the dual at prices that are not 0."""
        above = price > 0
        side = np.where(above, self.upper[row], self.lower[row])
        first = np.where(above, self.over[row], self.under[row])
        return np.asarray(price * side + np.maximum(0.0, np.abs(price) - first))

    def value(self, price: Floats, left_out: Sequence[slice]) -> float:
        """$ that all rows add to the dual, but for some runs of them."""
        total, begin = 0.0, 0
        for run in [*sorted(left_out, key=lambda run: int(run.start)), slice(price.size, price.size)]:
            total += _value(begin, run.start, price, self.lower, self.upper, self.under, self.over)
            begin = run.stop
        return total


@loop
def _targets(price, amount, lower, upper, under, over, target):
    for row in range(price.size):
        paid = price[row]
        if paid > 0.0:
            target[row] = upper[row] + 1.0 if paid > over[row] else upper[row]
        elif paid < 0.0:
            target[row] = lower[row] - 1.0 if -paid > under[row] else lower[row]
        else:
            target[row] = min(max(amount[row], lower[row]), upper[row])


@loop
def _value(begin, end, price, lower, upper, under, over):
    total = 0.0
    for row in range(begin, end):
        paid = price[row]
        if paid > 0.0:
            total += paid * upper[row] + max(0.0, paid - over[row])
        elif paid < 0.0:
            total += paid * lower[row] + max(0.0, -paid - under[row])
    return total


def balance(price: Floats, least: Floats, most: Floats, group: NDArray[np.int32], scale: Floats) -> Floats:
    """Shift the prices of each group by a multiple of the scale until their weighted sum is 0, by bisection.

    Args:
        price: Prices.
        least: Lower side of their box; they stay in it.
        most: Its upper side.
        group: Group of each.
        scale: Weight of each, above 0.
    """
    groups = int(group.max(initial=-1)) + 1
    reach = np.zeros(groups)
    np.maximum.at(reach, group, np.abs(price) / np.maximum(scale, 1e-12))
    low, high = -reach, reach.copy()
    _halve(price, least, most, group, scale, low, high, np.zeros(groups))
    return np.asarray(np.clip(price - high[group] * scale, least, most))


@loop
def _halve(price, least, most, group, scale, low, high, total):
    for _ in range(HALVINGS):
        for g in range(total.size):
            total[g] = 0.0
        for k in range(price.size):
            g = group[k]
            shifted = price[k] - (low[g] + high[g]) / 2 * scale[k]
            total[g] += min(max(shifted, least[k]), most[k]) * scale[k]
        for g in range(total.size):
            middle = (low[g] + high[g]) / 2
            if total[g] > 0.0:
                low[g] = middle
            else:
                high[g] = middle
