"""A small price on every level that is not as in an earlier plan, so that what need not move does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.problem import KernelProblem

    Levels = NDArray[np.int16]

SHARE = 0.08
"""Price of a style taken up or dropped, as a share of what a style that hangs in the earlier plan earns on average; of
a step of pieces, as a share of what a step earns on average."""


def priced(problem: KernelProblem, level: Levels) -> tuple[KernelProblem, float, float]:
    """The problem with a price on levels that differ from an earlier plan's, and that price of a style and of a step.

    Steps up to the earlier level gain the price, those beyond it lose it, so that pairs stay concave and a choice is
    worth what it truly is, less the price of its differences, plus a constant.
    """
    pairs = problem.pairs
    start = pairs.start[:-1]
    there = np.diff(pairs.start) > 0
    first = np.zeros(pairs.count)
    first[there] = pairs.gain[start[there]]
    own = first[(level >= 0) & there]
    style = SHARE * float(own.mean()) if own.size else 0.0
    later = float(pairs.gain.sum(dtype=np.float64) - first.sum())
    step = SHARE * abs(later) / max(1, pairs.gain.size - int(there.sum()))
    style = max(style, step)
    number = np.arange(pairs.gain.size) - np.repeat(start, np.diff(pairs.start))
    kept = number <= np.repeat(level, np.diff(pairs.start))
    price = np.where(number == 0, style, step)
    gain = pairs.gain + np.where(kept, price, -price)
    return replace(problem, pairs=replace(pairs, gain=gain.astype(pairs.gain.dtype))), style, step
