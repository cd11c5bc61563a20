"""Whole pallets: trucks on which a flow with divisible pallets needs more places than there are, and room on all."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.production.model.trucks import load

if TYPE_CHECKING:
    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.production.model.context import Model

Key = tuple[str | int, ...]

NEARLY = 1e-6
"""Part of a pallet that is a rounding error."""

GAP = 1e-5
"""Relative gap at which the pallets of crowded trucks are good enough."""

LEAST_SECONDS = 4.0
"""Seconds that crowded trucks get even when time is up."""

MOST_ROUNDS = 8
"""Rounds of finding room on full trucks."""


def crowded(model: Model, x: Floats) -> Flags:
    """Columns of the pallets of departures whose loads, each rounded up to whole pallets, need too many places."""
    columns = model.columns.get("pallets", {})
    excess = _excess(model, _rounded_up(model, x))
    flags = np.zeros(x.size, dtype=bool)
    flags[[column for key, column in columns.items() if _departure(model, key) in excess]] = True
    return flags


def room(model: Model, problem: Problem, seconds: float, solver: str) -> dict[Key, float] | None:
    """Whole pallets for each load of a flow with divisible pallets; none if there is no flow.

    Where rounding a truck's pallets up takes more places than it has, its pallets are decided as whole numbers; where
    there is no time for it, it is given fewer places and the flow is found again. The empty places of a truck go to its
    largest loads.

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
    best: dict[Key, float] | None = None
    began = time.perf_counter()
    whole = _decided(model, problem, seconds, solver)
    if whole is not None:
        return _with_spare(model, _rounded_up(model, whole))
    for _ in range(MOST_ROUNDS):
        x = solve(problem, Limits(), solver).x
        if x is None:
            return best
        pallets = _rounded_up(model, x)
        excess = _excess(model, pallets)
        best = _with_spare(model, _within_places(model, pallets))
        if not excess or time.perf_counter() - began > seconds:
            return best
        upper = problem.row_upper.copy()
        for (truck, t), count in excess.items():
            upper[rows[truck, str(t)]] -= max(0.5, 0.7 * count)
        problem = replace(problem, row_upper=upper)
    return best


def _decided(model: Model, problem: Problem, seconds: float, solver: str) -> Floats | None:
    """Flow with whole pallets on the trucks that are crowded otherwise; none if there is none in time."""
    until = time.perf_counter() + max(LEAST_SECONDS, seconds)
    x = solve(problem, Limits(), solver).x
    whole = np.zeros_like(problem.integer)
    while x is not None:
        crowd = crowded(model, x) & ~whole
        left = until - time.perf_counter()
        if not crowd.any():
            return x
        if left <= 0:
            return None
        whole |= crowd
        x = solve(replace(problem, integer=whole), Limits(seconds=left, gap=GAP), solver).x
    return None


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
