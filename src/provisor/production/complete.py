"""From a pattern to a plan: whole mixes and pallets, then whole cases, then the age of every batch.

Mixes and pallets are made whole on the small network with the pattern held, then polished. A linear problem with exact
ages says how goods then flow; cases are made whole near that flow, product by product, and the batches follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.production.mixes import polish, room, whole_mixes
from provisor.production.pattern import PATTERN, in_pattern
from provisor.production.whole_cases import loads_of, near_flow, whole_cases

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem
    from provisor.production.model.context import Model

Key = tuple[str | int, ...]
Values = dict[str, dict[Key, float]]
"""Values by family and key; lanes are named by truck, legs and stop, so that they hold for every network."""

GAP = 2e-5
"""Relative gap at which mixes and pallets are good enough."""


@dataclass(frozen=True)
class Stated:
    """A model with its problem."""

    model: Model
    problem: Problem


@dataclass(frozen=True)
class Stages:
    """One case stated four times, the first two with the same columns.

    Attributes:
        bound: The small network, for the proof.
        small: The small network with goods to be sold a day earlier than they must, for the search: what is made whole
            later finds room there.
        whole: The whole network, for cases.
        exact: The whole network with the age of every batch.
    """

    bound: Stated
    small: Stated
    whole: Stated
    exact: Stated


def complete(stages: Stages, x: Floats, seconds: float, solver: str) -> Floats | None:
    """Solution of the exact model with the pattern of a solution of the small one; none if there is none in time.

    Args:
        stages: The case, stated three times.
        x: A solution of the small problem, whole in its pattern.
        seconds: Wall-clock time.
        solver: Name of the back end.
    """
    small = stages.small
    mixed = whole_mixes(small.model, hold(small, values_of(small, x, PATTERN)), 0.2 * seconds, solver)
    if mixed is None:
        return None
    pattern, limits = in_pattern(small.model, small.problem), Limits(seconds=2.0, gap=GAP)
    mixed = polish(small.model, small.problem, mixed, pattern, 0.2 * seconds, limits, solver)
    decided = values_of(small, mixed, (*PATTERN, "mixes"))
    exact = stages.exact
    found = room(exact.model, hold(exact, decided).relaxed(), 0.15 * seconds, solver)
    if found is None:
        return None
    flow, pallets = found
    decided["pallets"] = {_to_name(exact.model, "pallets", key): count for key, count in pallets.items()}
    if not exact.model.whole_cases:
        return solve(hold(exact, decided).relaxed(), Limits(), solver).x
    return _with_cases(stages, decided, flow, 0.4 * seconds, solver)


def _with_cases(stages: Stages, decided: Values, flow: Floats, seconds: float, solver: str) -> Floats | None:
    """Make cases whole near the flow of an exact solution, and let batches follow."""
    whole, exact = stages.whole, stages.exact
    near = near_flow(whole.model, hold(whole, decided).relaxed(), loads_of(exact.model, flow))
    loads = whole_cases(whole.model, near, seconds, solver)
    if loads is not None:
        with_cases = {**decided, **values_of(whole, loads, ("cases",))}
        batches = solve(hold(exact, with_cases).relaxed(), Limits(), solver).x
        if batches is not None:
            return batches
    return whole_cases(exact.model, hold(exact, decided).relaxed(), seconds, solver)


def _whole(problem: Problem, x: Floats) -> Floats:
    return np.where(problem.integer, np.round(x), x)


def values_of(stated: Stated, x: Floats, families: tuple[str, ...]) -> Values:
    """Whole values of some families in a solution."""
    return {
        family: {
            _to_name(stated.model, family, key): float(np.round(x[column])) for key, column in columns.items()
        }
        for family in families
        for columns in [stated.model.columns.get(family, {})]
    }


def hold(stated: Stated, values: Values) -> Problem:
    """The problem with some columns closed on their values, as far as their bounds allow."""
    lower, upper = stated.problem.lower.copy(), stated.problem.upper.copy()
    for family, by_key in values.items():
        for key, column in stated.model.columns.get(family, {}).items():
            value = by_key.get(_to_name(stated.model, family, key), 0.0)
            upper[column] = min(max(value, lower[column]), upper[column])
            # pallets are room: what is not needed of them costs nothing
            lower[column] = lower[column] if family == "pallets" else upper[column]
    return stated.problem.with_bounds(lower, upper)


def _to_name(model: Model, family: str, key: Key) -> Key:
    if family not in ("chosen", "pallets", "cases"):
        return key
    lane = model.network.lanes[int(key[0])]
    return (lane.truck or "", "+".join(lane.legs), lane.stop, *key[1:])
