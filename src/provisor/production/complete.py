"""From a pattern to a plan: whole mixes and pallets, then whole cases with the age of every batch.

Mixes are made whole on the small network with the pattern held, then polished. A linear problem with exact ages says
how goods then flow and what room they need on trucks; cases are made whole on it, two products at a time, and mended.
"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.production.mending import mended
from provisor.production.mixes import polish, whole_mixes
from provisor.production.pallets import crowded, room
from provisor.production.pattern import PATTERN
from provisor.production.stated import Stated, hold, named, values_at, values_of
from provisor.production.whole_cases import whole_cases

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.engine.problem import Floats
    from provisor.planner import SolveOptions
    from provisor.production.stated import Stages, Values

    Stop = Callable[[], bool]

GAP = 2e-5
"""Relative gap at which mixes are good enough."""

MIXES_SHARE, POLISH_SHARE, PALLETS_SHARE = 0.25, 0.55, 0.2
"""Shares of the time for mixes, for polishing them, and for whole pallets."""

MIXES_LEAST = 2.0
"""Seconds that mixes get even when time is short: what is found in less is often very poor."""

CASES_SHARE = 0.65
"""Share of the time for whole cases; in the rest they are mended."""

WINDOW_SECONDS = 2.0
"""Longest time for polishing a few days."""


def decide(
    stages: Stages, pattern: Values, seconds: float, options: SolveOptions, processes: int
) -> Values | None:
    """Pattern with whole mixes and pallets that a flow with exact ages keeps to; none if there is none.

    Args:
        stages: The case as problems.
        pattern: Whole values of the pattern, and of totals if there are any.
        seconds: Wall-clock time.
        options: Of the solve.
        processes: How many processes look for better mixes.
    """
    stages = _knowing_crowds(stages, pattern, options.solver)
    small, exact = stages.small, stages.exact
    patience = max(MIXES_LEAST, MIXES_SHARE * seconds)
    mixed = whole_mixes(small.model, hold(small, pattern), patience, options.solver, processes)
    if mixed is None:
        return None
    limits = Limits(seconds=WINDOW_SECONDS, gap=GAP)
    polished = polish(stages, mixed, POLISH_SHARE * seconds, limits, options, processes)
    decided = values_of(polished.stated, polished.x, (*PATTERN, "mixes"))
    crowds = values_at(polished.stated, polished.x, "pallets", polished.whole)
    free, known = (hold(exact, values).relaxed() for values in (decided, {**decided, "pallets": crowds}))
    found = room(exact.model, free, known, PALLETS_SHARE * seconds, options.solver)
    return None if found is None else {**decided, "pallets": named(exact, "pallets", found)}


def _knowing_crowds(stages: Stages, pattern: Values, solver: str) -> Stages:
    """The stages with whole pallets on the trucks that a divisible flow of a pattern crowds, for mixes to heed."""
    small = stages.small
    flow = solve(hold(small, pattern).relaxed(), Limits(), solver).x
    if flow is None:
        return stages
    whole = small.problem.integer | crowded(small.model, flow)
    return replace(stages, small=Stated(small.model, replace(small.problem, integer=whole)))


def load_whole(exact: Stated, decided: Values, seconds: float, solver: str, stop: Stop) -> Floats | None:
    """Solution of the exact problem with whole loads for what is decided; none if none was found."""
    problem = hold(exact, decided)
    flow = solve(problem.relaxed(), Limits(), solver).x
    if flow is None or not exact.model.whole_cases:
        return flow
    until = perf_counter() + seconds
    loaded = whole_cases(exact.model, problem, flow, CASES_SHARE * seconds, solver, stop)
    if loaded is None:
        return None
    return mended(exact, problem, loaded, until - perf_counter(), solver, stop)
