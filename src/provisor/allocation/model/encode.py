"""A start for the solver of the exact model, from decisions of another route."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.decisions import Outcome
    from provisor.allocation.model.context import Model
    from provisor.engine.problem import Problem

    Floats = NDArray[np.float64]


def fixed_to(model: Model, problem: Problem, outcome: Outcome, *, shipments: bool = True) -> Problem:
    """The problem with the styles of each store as they are decided, within bounds: a quick one, for a start.

    With ``shipments`` these are as decided too, so far as the problem has them.
    """
    lower, upper = problem.lower.copy(), problem.upper.copy()
    decisions = outcome.decisions
    there = model.carried >= 0
    _fix(lower, upper, model.carried[there], decisions.carried[there].astype(np.float64))
    if not shipments:
        return problem.with_bounds(lower, upper)
    shipped, lanes = model.shipments, model.arrays.lanes.store.size
    pack = model.arrays.pack[model.arrays.pairs.product]
    key = (shipped.pair * model.periods + shipped.period) * lanes + shipped.lane
    routes = decisions.routes
    sent = (routes.pair * model.periods + routes.period) * lanes + routes.lane
    order = np.argsort(key)
    values = np.zeros(key.size)
    place = (
        order[np.minimum(np.searchsorted(key, sent, sorter=order), key.size - 1)] if key.size else sent[:0]
    )
    known = key[place] == sent[: place.size]
    values[place[known]] = routes.pieces[: place.size][known] / pack[routes.pair[: place.size][known]]
    _fix(lower, upper, shipped.column, values)
    return problem.with_bounds(lower, upper)


def _fix(lower: Floats, upper: Floats, columns: NDArray[np.int64], values: Floats) -> None:
    lower[columns] = upper[columns] = np.clip(values, lower[columns], upper[columns])
