"""Prices on all limits: the dual is brought down step by step, and each of its values is a proven bound."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.loops import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from provisor.allocation.kernel.layout import Layout
    from provisor.allocation.kernel.problem import Floats, KernelProblem
    from provisor.allocation.kernel.rows import Rows

RATE = 2.0
"""First step of a price whose limit is wholly overused, in units of the price; found by trial, as are those below."""

WARM_RATE, SAMPLE_RATE = 0.1, 0.3
"""The same where the prices come from a like problem, or from a sample of the places."""

FEW = 100_000
"""Pairs up to which a step takes so little time that there can be many."""

DECAY = {True: 0.98, False: 0.96}
"""By how much steps shrink each time that the bound is not bettered, with few pairs and with many."""

MOMENTUM = {True: 0.9, False: 0.7}
"""Share of the last direction that is kept."""

ASTRAY = 3
"""So many evaluations without a better bound, the last one far off, and the prices go back to the best."""

FAR = 0.003
"""Share of the bound by which a value is far off it."""

SETTLED = 0.1
"""Only once steps are this small does a lack of progress mean anything."""

LEAST_RATE = 1e-5
"""Steps do not shrink below this."""

MEAN_SHARE = 0.05
"""Share of the newest prices in their running mean."""

MEAN_EVERY = 20
"""Evaluations between two looks at the running mean."""


@dataclass
class Descent:
    """Where the prices are.

    Attributes:
        bound: Least value of the dual so far.
        price: (rows,) prices at which it was found.
        amount: (rows,) what the pairs use there.
        steps: Evaluations so far.
    """

    bound: float
    price: Floats
    amount: Floats
    steps: int = 0


def bound_at(
    rows: Rows, layout: Layout, price: Floats, level: NDArray[np.int16] | None = None
) -> tuple[float, Floats]:
    """Value of the dual at these prices, and what the pairs use; fills ``level`` if given.

    Gains kept in single precision are off by up to half a unit in their last place. The bound is raised by all that
    this can come to, so that it holds for the gains as they were.
    """
    value, amount = evaluate(layout, rows.reach_pairs(price), rows.shape, level)
    return value + rows.rounding + rows.limit_value(price) + rows.problem.pairs.constant, rows.gather(amount)


def descend(
    rows: Rows,
    layout: Layout,
    price: Floats | None,
    enough: Callable[[Descent, float], bool],
    warm_rate: float = WARM_RATE,
) -> Descent:
    """Bring the dual down until ``enough(descent, rate)`` says so.

    The direction is the scaled sub-gradient: by how much of its size a limit is overused, times the unit of its
    price, with momentum. Steps shrink whenever the bound is not bettered; prices that went astray go back to the
    best. Prices swing about the best ones, so that their running mean is often nearer to these than any of them; it is
    looked at now and then. Every evaluation gives a proven bound, the least is kept.

    Args:
        rows: The limits.
        layout: The problem.
        price: (rows,) prices of a like problem, or None.
        enough: Asked after each evaluation.
        warm_rate: First step where there are prices to start from.
    """
    unit = units(rows.problem, rows)
    rate = RATE if price is None else warm_rate
    price = rows.project(np.zeros(rows.count) if price is None else price)
    value, amount = bound_at(rows, layout, price)
    found = Descent(value, price, amount, 1)
    size = sizes(rows, amount)
    few = layout.pairs.item.size <= FEW
    drift, worse, mean = np.zeros(rows.count), 0, price.copy()
    while not enough(found, rate):
        overused = np.clip(-rows.slope(price, amount) / size, -1.0, 1.0)
        drift = MOMENTUM[few] * drift + (1 - MOMENTUM[few]) * overused
        price = rows.project(price + unit * rate * drift)
        mean += MEAN_SHARE * (price - mean)
        value, amount = bound_at(rows, layout, price)
        found.steps += 1
        if found.steps % MEAN_EVERY == 0:
            _look(rows, layout, rows.project(mean), found)
        if value < found.bound:
            found.bound, found.price, found.amount, worse = value, price, amount, 0
            continue
        worse, rate = worse + 1, max(rate * DECAY[few], LEAST_RATE)
        if worse >= ASTRAY and value - found.bound > FAR * abs(found.bound):
            price, amount, worse, rate = found.price, found.amount, 0, rate / 2
            drift = np.zeros(rows.count)
    return found


def _look(rows: Rows, layout: Layout, price: Floats, found: Descent) -> None:
    """Keep these prices if they prove more."""
    value, amount = bound_at(rows, layout, price)
    found.steps += 1
    if value < found.bound:
        found.bound, found.price, found.amount = value, price, amount


def units(problem: KernelProblem, rows: Rows) -> Floats:
    """(rows,) what a price is usually like: the mean gain of a pair's first step, of a piece, or a share of goods."""
    pairs = problem.pairs
    start = pairs.start[:-1][np.diff(pairs.start) > 0]
    first = np.abs(pairs.gain[start]).astype(np.float64)
    style = float(first.mean()) if first.size else 1.0
    later = np.abs(pairs.gain).sum(dtype=np.float64) - first.sum()
    piece = float(later / max(1, pairs.gain.size - start.size)) / 2 or style
    unit = np.full(rows.count, style)
    for family, limit in zip(rows.place, problem.place_limits, strict=True):
        weight = 1.0 if limit.weight is None else float(limit.weight.mean())
        unit[family.slice] = (piece if limit.per == "pieces" else style) / max(weight, 1e-9)
    for family in (rows.stock, rows.lane, rows.throughput, rows.kept, rows.pass_lane, rows.taking):
        unit[family.slice] = piece
    goods = 1.0 if problem.sources is None else float(problem.sources.goods.mean()) or 1.0
    unit[rows.budget.slice] = piece / goods
    return unit


def sizes(rows: Rows, amount: Floats) -> Floats:
    """(rows,) how much of a limit counts as all of it."""
    sides = [np.where(np.isfinite(side), np.abs(side), 0.0) for side in (rows.lower, rows.upper)]
    return np.maximum(1.0, np.maximum(np.maximum(*sides), 0.1 * np.abs(amount)))


def until(seconds: float, steps: int, patience: float) -> Callable[[Descent, float], bool]:
    """Stop at a wall-clock limit, at a number of steps, or when 20 steps bring less than a share ``patience``."""
    began = perf_counter()
    seen: list[float] = []

    def enough(found: Descent, rate: float) -> bool:
        seen.append(found.bound)
        slow = rate < SETTLED and len(seen) > 20 and seen[-21] - found.bound < patience * abs(found.bound)
        return slow or found.steps >= steps or perf_counter() - began > seconds

    return enough
