"""Expected sales of pieces on offer, from the distribution of demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

POISSON = 1e-9
"""Dispersion above one from which demand is negative binomial instead of Poisson."""

NO_CHANCE = -800.0
"""Logarithm of a chance that is zero in floating point."""


def expected_sales(mean: Numbers, dispersion: Numbers, pieces: Numbers) -> Numbers:
    """Expected sales ``E[min(D, q)]`` of ``q`` pieces on offer, linear between whole pieces.

    ``D`` is Poisson where ``dispersion`` (variance over mean) is 1, negative binomial with that dispersion
    where it is larger. ``E[min(D, q)] = sum of P(D >= n) for n = 1 ... q``, with the probabilities by their
    recursion in logarithms, so that no mean is too large.

    Args:
        mean: Mean demand in pieces, one per row; zero or more.
        dispersion: Variance over mean, one per row; one or more.
        pieces: Pieces on offer, one per row; parts of a piece sell in proportion.

    >>> from math import exp
    >>> one = np.array([1.0])
    >>> bool(np.isclose(expected_sales(one, one, 2 * one), (1 - exp(-1)) + (1 - 2 * exp(-1))))
    True
    """
    sold = np.zeros(len(mean))
    rows = np.flatnonzero((mean > 0) & (pieces > 0))
    if not rows.size:
        return sold
    rows = rows[np.argsort(-pieces[rows], kind="stable")]
    most = int(np.ceil(pieces[rows[0]]))
    left = pieces[rows]
    log_chance, drift, ratio = _start(mean[rows], dispersion[rows])
    below = np.zeros(rows.size)
    total = np.zeros(rows.size)
    for n in range(most):
        size = int(np.searchsorted(-left, -n, side="left"))
        below[:size] += np.exp(log_chance[:size])
        total[:size] += np.minimum(left[:size] - n, 1.0) * np.maximum(1.0 - below[:size], 0.0)
        step = (ratio[:size] * n + drift[:size]) / (n + 1)
        log_chance[:size] += np.log(step)
        if (log_chance[:size] < NO_CHANCE).all() and (step < 1).all():
            break  # from here chances only fall: no demand is as large as the pieces that are left
    sold[rows] = total
    return sold


def _start(mean: Numbers, dispersion: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Logarithm of ``P(D = 0)``, and a, b of the recursion ``P(n + 1) = P(n) (a + b n) / (n + 1)``.

    Poisson: ``a = mean, b = 0``. Negative binomial of dispersion d: ``a = mean / d, b = 1 - 1 / d``.
    """
    wide = dispersion > 1.0 + POISSON
    spread = np.where(wide, dispersion, 2.0)
    log_none = np.where(wide, -mean / (spread - 1.0) * np.log(spread), -mean)
    return log_none, np.where(wide, mean / spread, mean), np.where(wide, 1.0 - 1.0 / spread, 0.0)
