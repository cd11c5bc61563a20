"""Makes mixes whole with the pattern held; polishes both, a few days at a time."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.neighbourhood import Neighbourhood
from provisor.engine.reduction import without_fixed
from provisor.engine.result import Limits, SolveStatus
from provisor.engine.worker import solve, submit
from provisor.production.improve import Improvement
from provisor.production.pattern import PATTERN, in_pattern, pallets, totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.planner import SolveOptions
    from provisor.production.model.context import Model
    from provisor.production.stated import Stages

Key = tuple[str | int, ...]

NEARLY = 1e-6
"""Part of a mix that is a rounding error."""

WINDOWS = (4, 6)
"""Days that are polished together, in turn."""

STALE_ROUNDS = 60
"""Neighbourhoods in a row without anything better after which polishing ends."""

GAP = 1e-5
"""Relative gap of each step."""


def whole_mixes(
    model: Model, problem: Problem, seconds: float, solver: str, processes: int = 1
) -> Floats | None:
    """Solution of a problem whose pattern is held, whole in mixes; none if the problem has no solution.

    Where none is found in time, every divisible number of mixes is rounded down, which a plan can always follow by
    selling less. Pallets are whole on the trucks known to be crowded. What is found in the time differs much by the
    solver's seed, so every process tries another.
    """
    wanted = _mixes(model, problem)
    whole = replace(problem, integer=wanted | (problem.integer & pallets(model, problem)))
    x = _solved(whole, Limits(seconds=seconds, gap=GAP), solver, processes)
    if x is None:
        free = problem.with_bounds(*_bounds_without_totals(model, problem)).relaxed()
        divisible = solve(free, Limits(), solver).x
        if divisible is None:
            return None
        x = np.where(wanted, np.floor(divisible + NEARLY), divisible)
        problem = free
    lower, upper = np.where(wanted, np.round(x), problem.lower), np.where(wanted, np.round(x), problem.upper)
    lower, upper = _bounds_without_totals(model, problem.with_bounds(lower, upper))
    return solve(problem.with_bounds(lower, upper).relaxed(), Limits(), solver).x


def _mixes(model: Model, problem: Problem) -> Flags:
    flags = np.zeros(problem.integer.size, dtype=bool)
    flags[list(model.columns.get("mixes", {}).values())] = True
    return flags


def _bounds_without_totals(model: Model, problem: Problem) -> tuple[Floats, Floats]:
    """Bounds of all columns, those of totals opened: they follow from mixes."""
    free = totals(model, problem)
    return np.where(free, 0.0, problem.lower), np.where(free, np.inf, problem.upper)


def _solved(problem: Problem, limits: Limits, solver: str, processes: int) -> Floats | None:
    closed = problem.lower == problem.upper
    reduced = without_fixed(problem, closed, np.where(closed, problem.lower, 0.0))
    runs = [submit(reduced.problem, replace(limits, seed=seed), solver) for seed in range(processes)]
    found = [x for run in runs for x in [run.result().x] if x is not None]
    return reduced.expand(min(found, key=reduced.problem.objective)) if found else None


def polish(
    stages: Stages, x: Floats, seconds: float, limits: Limits, options: SolveOptions, processes: int
) -> Improvement:
    """The best solution found, whole in pattern, mixes and the pallets of crowded trucks, a few days at a time."""
    stated = stages.small
    model, problem = stated.model, stated.problem
    always = totals(model, problem)
    whole = in_pattern(model, problem) | _mixes(model, problem) | pallets(model, problem) | always
    found = Improvement(stated, problem.integer & whole, x, stages.actual, (*PATTERN, "mixes"))
    rounds = found.run(
        _neighbourhoods(model, problem, always), limits, options, seconds=seconds, processes=processes
    )
    stale, at_once = 0, model.network.days <= min(WINDOWS)
    for done in rounds:
        stale = 0 if done.improved else stale + 1
        proven = at_once and stale > 0 and done.status is SolveStatus.OPTIMAL
        if proven or stale >= STALE_ROUNDS:
            break
    return found


def _neighbourhoods(model: Model, problem: Problem, always: Flags) -> Iterator[Neighbourhood]:
    """Windows of days without end, every second pass wider; after each the mixes of two products on all days."""
    days = np.full(problem.integer.size, -(10**6), dtype=np.int64)
    mixed = {code: np.zeros(problem.integer.size, dtype=bool) for code in model.network.products}
    for family in (*PATTERN, "mixes", "pallets"):
        for key, column in model.columns.get(family, {}).items():
            days[column] = int(key[-1])
            if family != "pallets" and key[1] in mixed:
                mixed[str(key[1])][column] = True
    pairs = itertools.cycle(itertools.combinations(mixed, 2) if len(mixed) > 1 else [tuple(mixed) * 2])
    for shift, width in itertools.cycle(itertools.product(range(4), WINDOWS)):
        for first in range(-shift, model.network.days, width):
            inside = (days >= first) & (days < first + width)
            yield Neighbourhood(f"days {max(first, 0) + 1}-{first + width}", inside | always)
        one, other = next(pairs)
        yield Neighbourhood(f"mixes of {one} and {other}", mixed[one] | mixed[other] | always)
