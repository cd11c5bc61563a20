"""Shadow prices: what one more unit of a limit would be worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.engine.problem import Problem

DUST = 1e-6
"""Prices below this are none."""

PRICED = {
    "slots-over": "slots", "pieces-over": "pieces", "stock": "stock", "lane-capacity": "lane-capacity",
    "throughput": "throughput", "transfers": "transfers", "transfers-in": "transfers",
    "role-minimum-under": "role-minimum", "role-maximum-over": "role-maximum", "launch-most": "launch",
    "launch-least": "launch", "categories": "categories", "price-bands-under": "price-bands",
    "core-subcategories-under": "core-subcategories",
}  # fmt: skip
"""Rule by family of rows whose prices are told."""


@dataclass(frozen=True)
class Price:
    """What one more unit of a limit would add to the objective.

    Attributes:
        rule: Rule as in docs/allocation/rules.md.
        entity: Labels of what is limited, such as store and display cell, or centre and product.
        period: Period.
        price: Worth of one more unit of the limit.
    """

    rule: str
    entity: tuple[str, ...]
    period: int
    price: float


def row_prices(problem: Problem, duals: NDArray[np.float64]) -> tuple[Price, ...]:
    """Prices of a linear problem's rows that mean something to people.

    Args:
        problem: The problem, minimising minus the objective.
        duals: Its row duals: change of the minimum for one more unit on the right.
    """
    found = []
    for block in problem.rows:
        rule = PRICED.get(block.name)
        if rule is None:
            continue
        worth = -duals[block.slice]
        for row in np.flatnonzero(np.abs(worth) > DUST).tolist():
            *entity, period = block.keys[row] if len(block.keys[row]) > 1 else (*block.keys[row], "1")
            found.append(Price(rule, tuple(entity), int(period), float(worth[row])))
    return tuple(found)
