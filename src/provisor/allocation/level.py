"""The level of a cluster at which its stores are least outside their band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def best_level(styles: Floats, scale: Floats, width: float) -> tuple[float, Floats]:
    """Level L with the least sum of ``max(0, L s - n, n - (L + width) s)`` over stores, and these amounts.

    The sum is convex and piecewise linear in L, so that one of its kinks, ``n / s`` and ``n / s - width``, is best.

    >>> best_level(np.array([4.0, 8.0]), np.array([1.0, 1.0]), 1.0)
    (4.0, array([0., 3.]))
    """
    kinks = np.unique(np.maximum(np.concatenate([styles / scale, styles / scale - width]), 0.0))
    outside = _outside(kinks[:, None], styles, scale, width)
    best = int(np.argmin(outside.sum(axis=1)))
    return float(kinks[best]), outside[best]


def _outside(level: Floats, styles: Floats, scale: Floats, width: float) -> Floats:
    found: Floats = np.maximum(0.0, np.maximum(level * scale - styles, styles - (level + width) * scale))
    return found
