"""Makes loads whole numbers of cases, and stock that is paid by the pallet whole pallets, two products at a time.

With the goods of the other products held, those of one product are a small problem of its own, in which every batch has
its age. What two products share (the rate of the day, capacities) is halved between them, so that both can be solved
side by side and still fit together. Each product has two turns; the second improves on the first.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.backends.warm import WarmLp
from provisor.engine.reduction import Reduced, without_fixed
from provisor.engine.result import Limits, SolveStatus
from provisor.engine.worker import Running, solve, submit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.production.model.context import Model

WHOLE = ("cases", "store_pallets")
"""Families made whole here; the product is the second part of their keys."""

NEARLY = 1e-6
"""Cases by which a load may miss a whole number by rounding errors."""

GAP = 1e-6
"""Relative gap at which the loads of a product are good enough."""

LOOK = 0.05
"""Seconds between two looks at a solver."""

Loads = dict[tuple[str | int, ...], int]


@dataclass
class _Rounding:
    model: Model
    problem: Problem
    x: Floats
    solver: str
    stop: Callable[[], bool]

    def __post_init__(self) -> None:
        self.done: set[str] = set()

    def turn(self, products: tuple[str, ...], seconds: float) -> bool:
        """Make some products whole side by side; false if one of them has no solution."""
        shared = _halved(self.model, replace(self.problem, integer=self.whole), self.x, products)
        runs = [(product, self._submitted(shared, product, seconds)) for product in products]
        found = [(product, self._found(running, reduced)) for product, (running, reduced) in runs]
        taken = [self._take(shared, product, x) for product, x in found]
        return all(taken)

    @cached_property
    def whole(self) -> Flags:
        """Columns to be made whole."""
        flags = np.zeros_like(self.problem.integer)
        for family in WHOLE:
            flags[list(self.model.columns.get(family, {}).values())] = True
        return flags & self.problem.integer

    def _alone(self, problem: Problem, product: str) -> Problem:
        """The problem with the goods of the other products held."""
        free = _columns_of(self.model, product, self.x.size)
        lower, upper = np.where(free, problem.lower, self.x), np.where(free, problem.upper, self.x)
        return replace(problem, lower=lower, upper=upper, integer=problem.integer & free)

    def _submitted(self, problem: Problem, product: str, seconds: float) -> tuple[Running, Reduced]:
        alone = self._alone(problem, product)
        closed = alone.lower == alone.upper
        reduced = without_fixed(alone, closed, np.where(closed, alone.lower, 0.0))
        start = reduced.shrink(self.x) if product in self.done else None
        return submit(reduced.problem, Limits(seconds=seconds, gap=GAP), self.solver, start), reduced

    def _found(self, running: Running, reduced: Reduced) -> Floats | None:
        while not running.wait(LOOK):
            if self.stop():
                running.cancel()
        found = running.result().x
        return None if found is None else reduced.expand(found)

    def _take(self, problem: Problem, product: str, x: Floats | None) -> bool:
        """Take over the goods of a product, rounded day by day where the solver found nothing in time."""
        mine = _columns_of(self.model, product, self.x.size)
        if x is None and product not in self.done:
            loads = {key: c for key, c in self.model.columns.get("cases", {}).items() if key[1] == product}
            x = round_cases(self.model, WarmLp(self._alone(problem, product).relaxed()), loads)
            if x is None:
                return False
        if x is not None:
            x = np.where(problem.integer & mine, np.round(x), x)
            self.x = np.where(mine, x, self.x)
            self.done.add(product)
        return True


def whole_cases(
    model: Model, problem: Problem, x: Floats, seconds: float, solver: str, stop: Callable[[], bool]
) -> Floats | None:
    """Solution in which every load is a whole number of cases; none if none was found.

    Args:
        model: The model with the age of every batch.
        problem: Its problem, with everything else that is whole held already.
        x: A solution with divisible cases.
        seconds: Wall-clock time for all products together.
        solver: Name of the back end.
        stop: Asked many times a second; true ends the search for better loads.
    """
    rounding = _Rounding(model, problem, x, solver, stop)
    turns = _turns(list(model.network.products))
    for products in turns:
        if rounding.done.issuperset(products) and stop():
            continue
        if not rounding.turn(products, seconds / len(turns)):
            return None
    return _settled(problem, rounding)


def _turns(products: list[str]) -> list[tuple[str, ...]]:
    """Two products at a time until each has had two turns."""
    count = len(products)
    if count < 2:
        return [tuple(products)] * 2
    return [(products[i % count], products[(i + 1) % count]) for i in range(0, 2 * count, 2)]


def _settled(problem: Problem, rounding: _Rounding) -> Floats:
    """The best flow for the whole loads; what the products' own solves left over by rounding errors goes."""
    whole, x = rounding.whole, rounding.x
    lower, upper = np.where(whole, x, problem.lower), np.where(whole, x, problem.upper)
    settled = solve(problem.with_bounds(lower, upper).relaxed(), Limits(), rounding.solver).x
    return x if settled is None else settled


def _halved(model: Model, problem: Problem, x: Floats, products: tuple[str, ...]) -> Problem:
    """The problem with what is left over in rows that the products share halved between them."""
    uses = [_uses(problem, _columns_of(model, product, x.size)) for product in products]
    shared = np.all(uses, axis=0) if len(uses) > 1 else np.zeros(problem.row_lower.size, dtype=bool)
    activity = problem.matrix @ x
    middle_low, middle_high = (problem.row_lower + activity) / 2, (problem.row_upper + activity) / 2
    return replace(
        problem,
        row_lower=np.where(shared, np.minimum(middle_low, activity), problem.row_lower),
        row_upper=np.where(shared, np.maximum(middle_high, activity), problem.row_upper),
    )


def _uses(problem: Problem, columns: Flags) -> Flags:
    """Rows in which some columns stand."""
    matrix = sp.csr_array(abs(problem.matrix))
    return np.asarray(matrix @ columns.astype(np.float64) > 0)


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
