"""Makes loads whole numbers of cases, product by product.

With the loads of the other products held, the loads of one product are a small problem of its own: its goods flow
over the network as before, and only what it shares with others (the rate of the day, capacities) is already taken.
A solver makes them whole at next to no cost. Where it finds nothing in time, the loads are rounded day by day: up
where the goods kept at day end allow it, else down, and a linear problem lets the later days follow.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.backends.warm import WarmLp
from provisor.engine.reduction import without_fixed
from provisor.engine.result import Limits, SolveStatus
from provisor.engine.worker import solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.production.model.context import Model

NEARLY = 1e-6
"""Cases by which a load may miss a whole number by rounding errors."""

WINDOW = 5
"""Days whose loads are made whole together."""

NEAR = 1.0
"""Cases by which the sum of a lane's loads up to a day may differ from a flow."""

GAP = 2e-5
"""Relative gap at which the loads of a product are good enough."""

Loads = dict[tuple[str | int, ...], int]


def whole_cases(model: Model, problem: Problem, seconds: float, solver: str) -> Floats | None:
    """Solution in which every load is a whole number of cases; none if the problem has no solution.

    Args:
        model: A model with cases.
        problem: Its problem, with everything else that is whole held already.
        seconds: Wall-clock time for all products together.
        solver: Name of the back end.
    """
    x = solve(problem.relaxed(), Limits(), solver).x
    loads = model.columns.get("cases", {})
    products = list(dict.fromkeys(str(key[1]) for key in loads))
    lower, upper = problem.lower.copy(), problem.upper.copy()
    for product in products:
        if x is None:
            return None
        mine = {key: column for key, column in loads.items() if key[1] == product}
        held = problem.with_bounds(lower, upper)
        limits = Limits(seconds=seconds / len(products), gap=GAP)
        found = _one_product(model, held, (product, mine), x, limits, solver)
        x = round_cases(model, WarmLp(held.relaxed()), mine) if found is None else found
        columns = np.array(list(mine.values()))
        if x is not None:
            lower[columns] = upper[columns] = x[columns]
    return x


def _one_product(
    model: Model, problem: Problem, loads: tuple[str, Loads], x: Floats, limits: Limits, solver: str
) -> Floats | None:
    """Make the loads of a product whole, those of the others as they are."""
    product, columns = loads
    wanted = np.zeros(x.size, dtype=bool)
    wanted[list(columns.values())] = True
    free = _columns_of(model, product, x.size)
    lower, upper = np.where(free, problem.lower, x), np.where(free, problem.upper, x)
    alone = replace(problem, lower=lower, upper=upper, integer=wanted)
    days = np.full(x.size, -1, dtype=np.int64)
    days[list(columns.values())] = [int(key[-1]) for key in columns]
    found = _window_by_window(alone, days, model.network.days, limits, solver)
    return None if found is None else np.where(wanted, np.round(found), found)


def _window_by_window(
    problem: Problem, days: NDArray[np.int64], horizon: int, limits: Limits, solver: str
) -> Floats | None:
    """Make loads whole a few days at a time, later ones divisible, earlier ones held."""
    lower, upper = problem.lower.copy(), problem.upper.copy()
    starts = range(0, horizon, WINDOW)
    # a window that is done early leaves its time to those after it
    step = replace(limits, seconds=2 * limits.seconds / len(starts))
    x = None
    for first in starts:
        inside = (days >= first) & (days < first + WINDOW)
        x = _solved(replace(problem, lower=lower, upper=upper, integer=inside), step, solver)
        if x is None:
            return None
        lower[inside] = upper[inside] = np.round(x[inside])
    return x


def _solved(problem: Problem, limits: Limits, solver: str) -> Floats | None:
    closed = problem.lower == problem.upper
    reduced = without_fixed(problem, closed, np.where(closed, problem.lower, 0.0))
    found = solve(reduced.problem, limits, solver).x
    return None if found is None else reduced.expand(found)


def loads_of(model: Model, x: Floats) -> dict[tuple[str | int, ...], float]:
    """Cases of each load in a solution, whole or not."""
    return {key: float(x[column]) for key, column in model.columns.get("cases", {}).items()}


def near_flow(model: Model, problem: Problem, flow: dict[tuple[str | int, ...], float]) -> Problem:
    """The problem with the cases of each lane, product and state, counted up to each day, near those of a flow.

    Ages are relaxed in this problem; near a flow that suits the age of every batch they nearly do so too.
    """
    lanes: dict[tuple[str | int, ...], list[tuple[int, int, float]]] = defaultdict(list)
    for key, column in model.columns.get("cases", {}).items():
        lanes[key[:3]].append((int(key[3]), column, flow.get(key, 0.0)))
    row: list[int] = []
    summed: list[int] = []
    lower: list[float] = []
    upper: list[float] = []
    for loads in lanes.values():
        sent, earlier = 0.0, list[int]()
        for _, load, cases in sorted(loads):
            sent += cases
            earlier.append(load)
            row += [len(lower)] * len(earlier)
            summed += earlier
            lower.append(math.floor(sent - NEAR + NEARLY))
            upper.append(math.ceil(sent + NEAR - NEARLY))
    entries = sp.coo_array((np.ones(len(row)), (row, summed)), shape=(len(lower), problem.lower.size))
    matrix = sp.csr_array(entries)
    return problem.with_rows("near", matrix, np.array(lower), np.array(upper))


def _columns_of(model: Model, product: str, count: int) -> Flags:
    flags = np.zeros(count, dtype=bool)
    for columns in model.columns.values():
        flags[[column for key, column in columns.items() if product in key[:2]]] = True
    return flags


def round_cases(model: Model, warm: WarmLp, loads: Loads) -> Floats | None:
    """Round loads day by day; none if the problem has no solution at all.

    Each day they are rounded up where the origin's stock allows it, else down; if the problem then has no solution
    they are all rounded down, which a plan can follow by selling less.
    """
    x = _followed(warm)
    by_day: dict[int, Loads] = defaultdict(dict)
    for key, column in loads.items():
        by_day[int(key[-1])][key] = column
    for t in sorted(by_day):
        if x is None:
            return None
        columns = np.array(list(by_day[t].values()))
        down = np.floor(x[columns] + NEARLY)
        followed = _held(warm, columns, _rounded(model, by_day[t], x, t))
        x = _held(warm, columns, down) if followed is None else followed
    return x


def _rounded(model: Model, loads: Loads, x: Floats, t: int) -> Floats:
    """Whole cases of the loads of a day: up while the origin's stock of the day end lasts."""
    spare: dict[tuple[str, str], float] = {}
    rounded = []
    for (lane, product, _, _), column in loads.items():
        origin, code = model.network.lanes[int(lane)].origin, str(product)
        stock = spare.setdefault((origin, code), _stock(model, origin, code, x, t))
        up = math.ceil(x[column] - NEARLY)
        more = (up - x[column]) * model.network.products[code].units_per_case
        if more <= stock:
            spare[origin, code] = stock - max(0.0, more)
            rounded.append(up)
        else:
            rounded.append(math.floor(x[column] + NEARLY))
    return np.array(rounded, dtype=np.float64)


def _stock(model: Model, node: str, product: str, x: Floats, t: int) -> float:
    return sum(
        float(x[column])
        for kind in model.lives[product].kinds
        for column, _ in model.term("stock", node, product, kind, t)
    )


def _held(warm: WarmLp, columns: NDArray[np.int64], values: Floats) -> Floats | None:
    """Solution with some columns closed on values; none, and the columns open again, if there is none."""
    lower, upper = warm.problem.lower[columns].copy(), warm.problem.upper[columns].copy()
    values = np.clip(values, lower, upper)
    warm.change_bounds(columns, values, values)
    solution = _followed(warm)
    if solution is None:
        warm.change_bounds(columns, lower, upper)
    return solution


def _followed(warm: WarmLp) -> Floats | None:
    result = warm.solve()
    return result.x if result.status is SolveStatus.OPTIMAL else None
