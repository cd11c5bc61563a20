"""The highest sell-through: a ratio of two sums, found by a sequence of sums (Dinkelbach, Management Science 1967).

For a ratio t that is asked for, ``sales - misses / mean price - t x pieces`` is made largest. If that is positive the
plan found has a ratio above t, which is asked for next. If its proven bound is not positive, no plan that puts out a
piece has a ratio above t; a plan without any has one of 0 at most.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.allocation.decisions import outcome_of
from provisor.allocation.tabulate import objective_of
from provisor.allocation.worth import ratio_worth
from provisor.clock import Clock

if TYPE_CHECKING:
    from provisor.allocation.decisions import Decisions
    from provisor.allocation.route import Found
    from provisor.allocation.search import Search

FIRST = 0.5
"""Ratio that is asked for first."""

SHARE = 0.35
"""Share of the time left that one step may take."""

FURTHER = 1.3
"""How far beyond the ratio at which the bound would be nothing, were it a line, the next one is asked for."""

MOST = 1.0
"""Nobody buys more than there is."""

LEAST_SECONDS = 0.05


def best_ratio(search: Search) -> Found:
    """The plan of highest ratio, and a bound on the ratio of any; see the module's words.

    Raises:
        BadRequest: The route cannot state the case.
        SolverError: The solver refused the problem or is not installed.
    """
    asked, value, bound = FIRST, -float("inf"), MOST
    best: Found | None = None
    while True:
        found = _step(search, best, asked)
        if found.decisions is None:
            break
        reached = objective_of(search.arrays, found.decisions)
        better = reached > value
        if better:
            value, best = reached, found
        top = max(asked, 0.0)
        if found.bound is not None and found.bound <= 0.0:
            bound = min(bound, top)
        wanted = max(value, 0.0) * (1.0 + 0.5 * search.gap)
        if bound - value <= search.gap * max(abs(value), 1e-9) or search.clock.left < LEAST_SECONDS:
            break
        if better or found.bound is None or found.bound <= 0.0:
            following = min(wanted, MOST)
        else:
            following = min(
                max(wanted, asked + FURTHER * found.bound / _pieces(search, found.decisions)), MOST
            )
        if following == asked or following >= bound:
            break
        asked = following
    if best is None:
        return replace(found, bound=None)
    return replace(best, bound=bound, proof=f"no plan reaches a higher ratio: {best.proof}")


def _step(search: Search, best: Found | None, asked: float) -> Found:
    share = Clock(SHARE * search.clock.left)
    starts = search.starts if best is None or best.decisions is None else (best.decisions, *search.starts)
    return replace(search, clock=share, starts=starts).find(ratio_worth(search.arrays, asked))


def _pieces(search: Search, decisions: Decisions) -> float:
    return max(float(outcome_of(search.arrays, decisions).pieces.sum()), 1.0)
