"""Demand of a pair and period: the chance that an n-th piece is asked for, and expected sales.

Demand is Poisson with its mean where the dispersion (variance / mean) is 1, negative binomial above.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from provisor.allocation.kernel.jit import maker
from provisor.allocation.kernel.side_by_side import side_by_side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LARGEST = 600.0
"""Where the chance of no demand at all is below ``exp(-600)``, chances are not found by recurrence."""

POISSON_WITHIN = 1e-9
"""Dispersions this near to 1 count as Poisson."""


def chance(n: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """P(demand >= n) for n >= 1, by entry; all arguments broadcast.

    Poisson: ``gammainc(n, mean)``. Negative binomial with variance ``dispersion x mean``:
    ``betainc(n, mean / (dispersion - 1), 1 - 1 / dispersion)``.

    >>> round(float(chance(np.array(1.0), np.array(2.0), np.array(1.0))), 6)
    0.864665
    """
    n, mean, dispersion = np.broadcast_arrays(n, mean, dispersion)
    plain = dispersion <= 1.0 + POISSON_WITHIN
    odd = np.where(plain, 2.0, dispersion)
    some = np.where(mean > 0, mean, 1.0)
    found = np.where(
        plain,
        special.gammainc(n, some),
        special.betainc(n, some / (odd - 1.0), 1.0 - 1.0 / odd),
    )
    return np.where(mean > 0, found, 0.0)


def sales_between(
    start: NDArray[np.int64], pieces: NDArray[np.int64], mean: Floats, dispersion: Floats
) -> Floats:
    """Expected sales of the pieces that each step of an entry adds to those before.

    Args:
        start: (entries + 1,) first step of each entry.
        pieces: (steps,) pieces after the step, rising within an entry.
        mean: (entries,) mean demand.
        dispersion: (entries,) variance / mean.

    >>> sales_between(np.array([0, 2]), np.array([1, 3]), np.array([2.0]), np.array([1.0])).round(6)
    array([0.864665, 0.917318])
    """
    sales = np.zeros(pieces.size)
    side_by_side(_sales_between, start.size - 1, start, pieces, mean, dispersion, sales)
    shape = np.where(
        dispersion > 1.0 + POISSON_WITHIN, np.log(dispersion) / np.maximum(dispersion - 1.0, 1e-12), 1.0
    )
    large = np.flatnonzero(mean * shape > LARGEST)
    for entry in large.tolist():
        first, last = int(start[entry]), int(start[entry + 1])
        alike = np.ones(last - first)
        sold = expected_sales(
            pieces[first:last].astype(np.float64), mean[entry] * alike, dispersion[entry] * alike
        )
        sales[first:last] = np.diff(sold, prepend=0.0)
    return sales


@maker
def _sales_between(begin, end, start, pieces, mean, dispersion, sales):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Chances by recurrence: ``P(D = n + 1) = P(D = n) (mean + n (phi - 1)) / (phi (n + 1))``."""
    for entry in range(begin, end):
        if mean[entry] <= 0.0:
            continue
        phi = dispersion[entry] if dispersion[entry] > 1.0 + POISSON_WITHIN else 1.0
        asked = math.exp(-mean[entry] * (math.log(phi) / (phi - 1.0) if phi > 1.0 else 1.0))
        left, n = 1.0 - asked, 0
        for step in range(start[entry], start[entry + 1]):
            while n < pieces[step]:
                sales[step] += left
                asked *= (mean[entry] + n * (phi - 1.0)) / (phi * (n + 1))
                n += 1
                left = max(0.0, left - asked)


def steps(mean: Floats, dispersion: Floats, most: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    """Chances of all pieces of all entries, one after the other.

    Args:
        mean: Mean demand by entry.
        dispersion: Variance / mean by entry.
        most: Pieces to count by entry.

    Returns:
        Start of each entry (one more than there are entries), and P(demand >= 1), P(demand >= 2), ... of each.
    """
    start = np.concatenate([[0], np.cumsum(most)]).astype(np.int64)
    entry = np.repeat(np.arange(most.size), most)
    n = (np.arange(start[-1]) - start[entry] + 1).astype(np.float64)
    return start, chance(n, mean[entry], dispersion[entry])


def expected_sales(pieces: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """Expected sales of so many pieces: the sum of P(demand >= n), a part of a piece counting in part.

    >>> round(float(expected_sales(np.array([2.5]), np.array([2.0]), np.array([1.0]))[0]), 6)
    1.620321
    """
    whole = np.floor(pieces + 1e-9).astype(np.int64)
    start, found = steps(mean, dispersion, whole + 1)
    total = np.concatenate([[0.0], np.cumsum(found)])
    last = found[start[1:] - 1]
    sales: Floats = total[start[1:] - 1] - total[start[:-1]] + last * np.clip(pieces - whole, 0.0, 1.0)
    return sales
