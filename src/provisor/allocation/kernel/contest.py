"""The levels still in question, handed to the engine as an exact model."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.exact import state_model
from provisor.allocation.kernel.extents import extents
from provisor.allocation.kernel.scope import Scope
from provisor.engine import worker
from provisor.engine.result import Limits, SolveStatus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.layout import Layout
    from provisor.allocation.kernel.problem import Floats, KernelProblem
    from provisor.allocation.kernel.result import Holding
    from provisor.allocation.kernel.stated import Model
    from provisor.engine.result import Incumbent

if TYPE_CHECKING:
    Levels = NDArray[np.int16]

PARTS = (1_500, 4_000, 10_000, 25_000, 60_000)
"""Levels stated in one part after the other where there are more in question."""


@dataclass(frozen=True)
class Contest:
    """A scope, and whether every better choice lies in it."""

    scope: Scope
    whole: bool


def contested(
    problem: KernelProblem, layout: Layout, price: Floats, best: Holding | None, gap: float, most: int
) -> Contest:
    """The levels in question at the prices.

    Args:
        problem: The problem.
        layout: The same.
        price: (rows,) prices as the pairs meet them.
        best: Best choice so far.
        gap: Proven bound less its value, $; inf without one.
        most: Levels that may be stated; if more are in question, the closest calls are taken.
    """
    low, high = extents(layout, price, gap)
    whole = int(np.sum(high - low, dtype=np.int64)) <= most
    if not whole:
        low, high = near(layout, price, gap, most)
    if best is None:
        none = np.zeros(0 if problem.passes is None else problem.passes.count, np.int32)
        return Contest(Scope(low, high, np.ones(low.size, np.bool_), _nothing(problem), none), whole)
    low, high = np.minimum(low, best.level), np.maximum(high, best.level)
    routed = np.ones(low.size, np.bool_) if whole else low < high
    return Contest(Scope(low, high, routed, best.sent, best.passed), whole)


def near(layout: Layout, price: Floats, gap: float, size: int) -> tuple[Levels, Levels]:
    """Lowest and highest levels of as many of the closest calls as ``size``, by bisection on what counts as close."""
    least, most = 0.0, min(gap, float(np.abs(layout.pairs.gain).max(initial=1.0)))
    low, high = extents(layout, price, least)
    for _ in range(12):
        middle = (least + most) / 2
        tried = extents(layout, price, middle)
        if int(np.sum(tried[1] - tried[0], dtype=np.int64)) <= size:
            least, (low, high) = middle, tried
        else:
            most = middle
    return low, high


def _nothing(problem: KernelProblem) -> NDArray[np.int32]:
    sources = 0 if problem.sources is None else problem.sources.count
    return np.zeros((problem.pairs.count, sources), np.int32)


def decide(
    problem: KernelProblem,
    contest: Contest,
    best: Holding | None,
    limits: Limits,
    solver: str,
    enough: float = np.inf,
) -> tuple[Holding | None, float | None, str]:
    """Have the engine decide; the choice found, the bound within the scope (or None), and the solver's name.

    A choice worth ``enough`` ends the search. The bound is -inf where the scope holds no choice.
    """
    model = state_model(problem, contest.scope)
    start = None if best is None else completed(model, best, limits)
    reached = Event()

    def look(found: Incumbent) -> None:
        if found.objective is not None and found.objective <= -enough:
            reached.set()

    result = worker.solve(model.stated, limits, solver, start, look, reached.is_set)
    holding = None if result.x is None else model.holding(result.x)
    bound = None if result.bound is None else -result.bound
    if result.status is SolveStatus.INFEASIBLE:
        bound = -np.inf
    return holding, bound, result.solver


def completed(model: Model, holding: Holding, limits: Limits) -> Floats | None:
    """The columns of misses that go with a choice: the linear problem with its levels held still."""
    start = model.start(holding)
    if start is None:
        return None
    given = np.isfinite(start)
    lower, upper = model.stated.lower.copy(), model.stated.upper.copy()
    lower[given] = upper[given] = start[given]
    result = worker.solve(model.stated.with_bounds(lower, upper).relaxed(), Limits(seconds=limits.seconds))
    return result.x
