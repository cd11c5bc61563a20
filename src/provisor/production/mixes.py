"""Makes mixes whole with the pattern held; polishes both, a few days at a time; finds room for pallets."""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.neighbourhood import Neighbourhood
from provisor.engine.reduction import without_fixed
from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.production.improve import Improvement
from provisor.production.model.trucks import load
from provisor.production.pattern import PATTERN, in_pattern, totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.planner import SolveOptions
    from provisor.production.model.context import Model
    from provisor.production.stated import Stated

Key = tuple[str | int, ...]

NEARLY = 1e-6
"""Part of a pallet that is a rounding error."""

MOST_ROUNDS = 8
"""Rounds of finding room on full trucks."""

WINDOWS = (4, 6)
"""Days that are polished together, in turn."""

STALE_ROUNDS = 60
"""Neighbourhoods in a row without anything better after which polishing ends."""

GAP = 1e-5
"""Relative gap of each step."""


def whole_mixes(model: Model, problem: Problem, seconds: float, solver: str) -> Floats | None:
    """Solution of a problem whose pattern is held, whole in mixes; none if the problem has no solution.

    Where none is found in time, every divisible number of mixes is rounded down, which a plan can always follow by
    selling less. Pallets stay divisible.
    """
    wanted = _mixes(model, problem)
    whole = replace(problem, integer=wanted)
    x = _solved(whole, Limits(seconds=seconds, gap=GAP), solver)
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


def room(model: Model, problem: Problem, seconds: float, solver: str) -> dict[Key, float] | None:
    """Whole pallets for each load of a flow with divisible pallets; none if there is no flow.

    Where rounding a truck's pallets up takes more places than it has, the truck is given fewer and the flow is found
    again. The empty places of a truck go to its largest loads.

    Args:
        model: The model.
        problem: Its problem with pattern and mixes held and the rest divisible.
        seconds: Time after which no further round is begun.
        solver: Name of the back end.
    """
    rows = {
        key: block.start + index
        for block in problem.rows
        if block.name == "truck_pallets"
        for index, key in enumerate(block.keys)
    }
    columns = model.columns.get("pallets", {})
    best: dict[Key, float] | None = None
    began = time.perf_counter()
    for _ in range(MOST_ROUNDS):
        x = solve(problem, Limits(), solver).x
        if x is None:
            return best
        pallets = {key: float(np.ceil(_load(model, x, key) - NEARLY)) for key in columns}
        excess = _excess(model, pallets)
        best = _with_spare(model, _within_places(model, pallets))
        if not excess or time.perf_counter() - began > seconds:
            return best
        upper = problem.row_upper.copy()
        for (truck, t), count in excess.items():
            upper[rows[truck, str(t)]] -= max(0.5, 0.7 * count)
        problem = replace(problem, row_upper=upper)
    return best


def _load(model: Model, x: Floats, key: Key) -> float:
    """Pallets that a load fills, not rounded."""
    lane, product, state, t = int(key[0]), str(key[1]), str(key[2]), int(key[3])
    units = sum(float(x[column]) for column, _ in load(model, lane, product, state, t))
    return units / model.network.products[product].units_per_pallet


def _excess(model: Model, pallets: dict[Key, float]) -> dict[tuple[str, int], float]:
    """Pallets beyond the places, by departure that has too many."""
    taken: dict[tuple[str, int], float] = defaultdict(float)
    for key, count in pallets.items():
        taken[_departure(model, key)] += count
    over = {
        departure: count - model.network.trucks[departure[0]].pallets for departure, count in taken.items()
    }
    return {departure: count for departure, count in over.items() if count > 0}


def _within_places(model: Model, pallets: dict[Key, float]) -> dict[Key, float]:
    """Take what is too much off the largest loads of a truck."""
    within = dict(pallets)
    for departure, count in _excess(model, pallets).items():
        keys = sorted(
            (key for key in pallets if _departure(model, key) == departure), key=lambda key: -pallets[key]
        )
        for _ in range(int(count)):
            largest = max(keys, key=lambda key: within[key])
            within[largest] -= 1.0
    return within


def _departure(model: Model, key: Key) -> tuple[str, int]:
    return model.network.lanes[int(key[0])].truck or "", int(key[-1])


def _with_spare(model: Model, pallets: dict[Key, float]) -> dict[Key, float]:
    """Give the empty places of each truck to its loads, so that rounding to cases finds room."""
    spare = dict(pallets)
    loads: dict[tuple[str, int], list[Key]] = defaultdict(list)
    for key in sorted(pallets, key=lambda key: -pallets[key]):
        loads[_departure(model, key)].append(key)
    for (truck, _), keys in loads.items():
        places = model.network.trucks[truck].pallets - sum(pallets[key] for key in keys)
        for key in keys[: max(0, int(places))]:
            spare[key] += 1.0
    return spare


def _solved(problem: Problem, limits: Limits, solver: str) -> Floats | None:
    closed = problem.lower == problem.upper
    reduced = without_fixed(problem, closed, np.where(closed, problem.lower, 0.0))
    found = solve(reduced.problem, limits, solver).x
    return None if found is None else reduced.expand(found)


def polish(
    stated: Stated, x: Floats, seconds: float, limits: Limits, options: SolveOptions, processes: int
) -> Iterator[Floats]:
    """Solutions whole in pattern and mixes, each better than the one before, found a few days at a time."""
    model, problem = stated.model, stated.problem
    always = totals(model, problem)
    free = in_pattern(model, problem) | _mixes(model, problem)
    found = Improvement(stated, problem.integer & (free | always), x)
    rounds = found.run(
        _neighbourhoods(model, problem, free, always), limits, options, seconds=seconds, processes=processes
    )
    stale = 0
    for done in rounds:
        stale = 0 if done.improved else stale + 1
        if done.improved:
            yield done.x
        if stale >= STALE_ROUNDS:
            return


def _neighbourhoods(model: Model, problem: Problem, free: Flags, always: Flags) -> Iterator[Neighbourhood]:
    """Windows of days without end, one pass after the other with other borders, every second pass wider."""
    days = np.full(problem.integer.size, -(10**6), dtype=np.int64)
    for family in (*PATTERN, "mixes"):
        for key, column in model.columns.get(family, {}).items():
            days[column] = int(key[-1])
    for shift, width in itertools.cycle(itertools.product(range(4), WINDOWS)):
        for first in range(-shift, model.network.days, width):
            inside = free & (days >= first) & (days < first + width)
            yield Neighbourhood(f"days {max(first, 0) + 1}-{first + width}", inside | always)
