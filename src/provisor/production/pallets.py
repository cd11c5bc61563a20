"""Whole pallets: trucks on which a flow with divisible pallets needs more places than there are, and room on all."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.reduction import without_fixed
from provisor.engine.result import Limits, SolveStatus
from provisor.engine.worker import solve
from provisor.production.model.trucks import load

if TYPE_CHECKING:
    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.production.model.context import Model

Key = tuple[str | int, ...]

NEARLY = 1e-6
"""Part of a pallet that is a rounding error."""

GAP = 1e-5
"""Relative gap at which pallets are good enough."""

WORTH_SECONDS, LEAST_SECONDS = 0.5, 3.0
"""Seconds left below which whole pallets are not decided anew, and seconds that they get at least when they are."""

MOST_ROUNDS = 8
"""Rounds of finding room on full trucks."""


def crowded(model: Model, x: Floats) -> Flags:
    """Columns of the pallets of departures whose loads, each rounded up to whole pallets, need too many places."""
    columns = model.columns.get("pallets", {})
    excess = _excess(model, _rounded_up(model, x))
    flags = np.zeros(x.size, dtype=bool)
    flags[[column for key, column in columns.items() if _departure(model, key) in excess]] = True
    return flags


def room(
    model: Model, problem: Problem, known: Problem, seconds: float, solver: str
) -> dict[Key, float] | None:
    """Whole pallets for each load of a flow with divisible pallets; none if there is no flow.

    What a problem with coarser ages says of the crowded trucks is held if it costs nothing; often it costs far more
    than to decide all pallets anew as whole numbers. Where there is no time for that, trucks on which rounding up takes
    more places than there are get fewer places, and the flow is found again; the better of both is taken. The empty
    places of a truck go to its largest loads.

    Args:
        model: The model.
        problem: Its problem with pattern and mixes held and the rest divisible.
        known: The same with the pallets of crowded trucks held as they fit where ages are coarser.
        seconds: Time after which no further round is begun.
        solver: Name of the back end.
    """
    until = time.perf_counter() + seconds
    least = solve(problem, Limits(), solver).objective
    if least is None:
        return None
    rounded: dict[Key, float] | None = None
    if _held_cost(known, solver) <= least + GAP * abs(least):
        rounded = _with_fewer_places(model, known, until, solver)
        if rounded is not None and _cost(model, problem, rounded, solver) <= least + GAP * abs(least):
            return _with_spare(model, rounded)
    found, proven = None, False
    if seconds > WORTH_SECONDS:
        found, proven = _decided(model, problem, until - time.perf_counter(), solver)
    if not proven:
        rounded = rounded or _with_fewer_places(model, known, until, solver)
        some = [pallets for pallets in (found, rounded) if pallets is not None]
        found = min(some, key=lambda pallets: _cost(model, problem, pallets, solver), default=None)
    return None if found is None else _with_spare(model, found)


def _decided(
    model: Model, problem: Problem, seconds: float, solver: str
) -> tuple[dict[Key, float] | None, bool]:
    """Whole pallets, if any were found in time, and whether none are better."""
    whole = np.zeros_like(problem.integer)
    whole[list(model.columns.get("pallets", {}).values())] = True
    closed = problem.lower == problem.upper
    reduced = without_fixed(
        replace(problem, integer=whole & ~closed), closed, np.where(closed, problem.lower, 0.0)
    )
    result = solve(reduced.problem, Limits(seconds=max(LEAST_SECONDS, seconds), gap=GAP), solver)
    if result.x is None:
        return None, result.status is SolveStatus.INFEASIBLE
    return _rounded_up(model, reduced.expand(result.x)), result.status is SolveStatus.OPTIMAL


def _with_fewer_places(model: Model, problem: Problem, until: float, solver: str) -> dict[Key, float] | None:
    """Whole pallets of a flow, full trucks given fewer places round after round."""
    rows = {
        key: block.start + index
        for block in problem.rows
        if block.name == "truck_pallets"
        for index, key in enumerate(block.keys)
    }
    best: dict[Key, float] | None = None
    for _ in range(MOST_ROUNDS):
        x = solve(problem, Limits(), solver).x
        if x is None:
            return best
        pallets = _rounded_up(model, x)
        excess = _excess(model, pallets)
        best = _within_places(model, pallets)
        if not excess or time.perf_counter() > until:
            return best
        upper = problem.row_upper.copy()
        for (truck, t), count in excess.items():
            upper[rows[truck, str(t)]] -= max(0.5, 0.7 * count)
        problem = replace(problem, row_upper=upper)
    return best


def _cost(model: Model, problem: Problem, pallets: dict[Key, float], solver: str) -> float:
    """Cost of the best flow that needs no more than these pallets; inf if there is none."""
    upper = problem.upper.copy()
    for key, column in model.columns.get("pallets", {}).items():
        upper[column] = min(upper[column], pallets[key])
    return _held_cost(problem.with_bounds(problem.lower, upper), solver)


def _held_cost(problem: Problem, solver: str) -> float:
    """Cost of the best flow; inf if there is none."""
    found = solve(problem, Limits(), solver).objective
    return np.inf if found is None else found


def _rounded_up(model: Model, x: Floats) -> dict[Key, float]:
    """Whole pallets that each load of a flow needs."""
    keys = model.columns.get("pallets", {})
    return {key: float(np.ceil(_load(model, x, key) - NEARLY)) for key in keys}


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
