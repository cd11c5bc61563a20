"""The volume algorithm: the dual is brought down along the mean of what was chosen on the way.

F. Barahona, R. Anbil (2000), The volume algorithm: producing primal solutions with a subgradient method, Mathematical
Programming 87, 385-399. The mean of the choices comes near to a solution of the linear problem over all choices, so
that its misses point where single choices only swing about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.allocation.kernel.problem import Floats
    from provisor.allocation.kernel.rows import Rows

NEW = 0.1
"""Most that a new choice counts in the mean; at least a tenth of that."""

REACH = 0.01
"""Share of the bound by which the first steps aim below it."""

FIRST = 0.5
"""Length of the first step, as a share of the one that would reach the aim if the dual were linear; found by trial."""

LONGER, SHORTER = 1.1, 0.66
"""By how much steps grow when the new choice points on, and shrink after some that brought nothing."""

IDLE = 5
"""Steps without a better bound after which steps shrink."""

LAST = 1e-5
"""Steps do not shrink below this; the descent is over there."""


@dataclass
class Centre:
    """The best prices so far.

    Attributes:
        bound: Value of the dual there.
        price: (rows,) prices.
        steps: Evaluations so far.
    """

    bound: float
    price: Floats
    steps: int = 1


def average_down(
    rows: Rows,
    price: Floats,
    value_at: Callable[[Floats], tuple[float, Floats]],
    enough: Callable[[Centre], bool],
) -> Centre:
    """Bring the dual down until steps are too short or ``enough(centre)`` says so; every value is a proven bound.

    Args:
        rows: The limits.
        price: (rows,) prices to start from.
        value_at: Value of the dual and (rows,) amounts used at given prices.
        enough: Asked after each evaluation.
    """
    bound, mean = value_at(price)
    centre, length, idle = Centre(bound, price), FIRST, 0
    while length > LAST and not enough(centre):
        missed = -rows.slope(centre.price, mean)
        size = float(missed @ missed)
        if size < 1e-12:
            break
        step = length * REACH * max(1.0, abs(centre.bound)) / size
        if not np.isfinite(step):  # the dual falls without end: no choice keeps all limits
            break
        price = rows.project(centre.price + step * missed)
        value, amount = value_at(price)
        centre.steps += 1
        points_on = float(-rows.slope(centre.price, amount) @ missed) > 0
        mean = _blended(mean, amount, missed, -rows.slope(centre.price, amount))
        if value < centre.bound:
            centre.bound, centre.price, idle = value, price, 0
            length *= LONGER if points_on else 1.0
        else:
            idle += 1
            length *= SHORTER if idle % IDLE == 0 else 1.0
    return centre


def _blended(mean: Floats, amount: Floats, missed: Floats, missing: Floats) -> Floats:
    """The mean with the new amounts, weighed so that it misses least."""
    change = missing - missed
    size = float(change @ change)
    share = NEW if size < 1e-12 else float(np.clip(-(missed @ change) / size, NEW / 10, NEW))
    return share * amount + (1 - share) * mean
