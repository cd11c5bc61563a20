"""Makes loads whole numbers of cases, and stock that is paid by the pallet whole pallets, two products at a time.

With the goods of the other products held, those of one product are a small problem of its own, in which every batch has
its age. What two products share (the rate of the day, capacities) is halved between them, so that both can be solved
side by side and still fit together. After all days together, each half of them is decided anew with the other held.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter
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

GAP = 3e-6
"""Relative gap at which the loads of a product are good enough."""

LOOK = 0.05
"""Seconds between two looks at a solver."""

LEAST_SECONDS = 1.0
"""Seconds that a solve gets even when time is up."""

FIRST_SECONDS = 6.0
"""Seconds there are for a first solution: rounding day by day, where there is none, costs far more than they do."""

NO_DAY = -(10**6)

SHARES = (0.6, 0.2, 0.2)
"""Shares of a turn's time for all days, the earlier and the later half of them."""

Loads = dict[tuple[str | int, ...], int]


@dataclass
class _Goods:
    """The goods of one product, those of the others held.

    Attributes:
        problem: Their problem, all that is to be whole marked so.
        x: Solution so far.
        whole: Columns that are whole in it and are to stay so.
    """

    product: str
    problem: Problem
    x: Floats
    whole: Flags

    def submitted(self, free: Flags, limits: Limits, solver: str) -> tuple[Running, Reduced]:
        """Begin to make some columns whole, those that are whole already held; for a first solution there is time."""
        held = self.whole & ~free
        lower, upper = np.where(held, self.x, self.problem.lower), np.where(held, self.x, self.problem.upper)
        step = replace(self.problem, lower=lower, upper=upper, integer=self.problem.integer & free)
        closed = lower == upper
        reduced = without_fixed(step, closed, np.where(closed, lower, 0.0))
        if (self.whole >= (self.problem.integer & free)).all():
            return submit(reduced.problem, limits, solver, reduced.shrink(self.x)), reduced
        patient = replace(limits, seconds=max(limits.seconds, FIRST_SECONDS))
        return submit(reduced.problem, patient, solver), reduced

    def take(self, x: Floats | None, free: Flags) -> bool:
        """Take over a solution; false if there is none and some columns are not whole yet."""
        mine = self.problem.integer & free
        if x is None:
            return bool(self.whole[mine].all())
        self.x = np.where(mine, np.round(x), x)
        self.whole = self.whole | mine
        return True


@dataclass
class _Rounding:
    model: Model
    problem: Problem
    x: Floats
    solver: str
    stop: Callable[[], bool]

    def turn(self, products: tuple[str, ...], until: float) -> bool:
        """Make some products whole side by side; false if one of them has no solution."""
        shared = _halved(self.model, replace(self.problem, integer=self.whole), self.x, products)
        goods = [self._goods(shared, product) for product in products]
        began, half = perf_counter(), self.model.network.days // 2
        windows = [np.full_like(self.whole, True), self.days < half, self.days >= half]
        for free, share in zip(windows, SHARES, strict=True):
            limits = Limits(seconds=max(LEAST_SECONDS, share * (until - began)), gap=GAP)
            known = all(one.whole[one.problem.integer].all() for one in goods)
            if known and (self.stop() or perf_counter() > until):
                break
            if not self._improved(goods, free, limits) and not self._rounded(goods):
                return False
        for one in goods:
            self.x = np.where(columns_of(self.model, one.product, self.x.size), one.x, self.x)
        return True

    def _improved(self, goods: list[_Goods], free: Flags, limits: Limits) -> bool:
        """Solve for some days side by side; false if one is not whole after it."""
        until = perf_counter() + limits.seconds
        runs = [(one, *one.submitted(free, limits, self.solver)) for one in goods]
        found = [(one, self._found(running, until), reduced) for one, running, reduced in runs]
        taken = [one.take(None if x is None else reduced.expand(x), free) for one, x, reduced in found]
        return all(taken)

    def _rounded(self, goods: list[_Goods]) -> bool:
        """Round what is not whole yet day by day, where a solver found nothing in time."""
        for one in goods:
            if one.whole[one.problem.integer].all():
                continue
            held = (
                np.where(one.whole, one.x, one.problem.lower),
                np.where(one.whole, one.x, one.problem.upper),
            )
            columns = self.model.columns.get("cases", {}).items()
            loads = {key: c for key, c in columns if key[1] == one.product and not one.whole[c]}
            x = round_cases(self.model, WarmLp(one.problem.with_bounds(*held).relaxed()), loads)
            if x is None:
                return False
            one.x = np.where(one.problem.integer, np.ceil(x - NEARLY), x)
            one.whole = one.problem.integer.copy()
        return True

    @cached_property
    def whole(self) -> Flags:
        """Columns to be made whole."""
        flags = np.zeros_like(self.problem.integer)
        for family in WHOLE:
            flags[list(self.model.columns.get(family, {}).values())] = True
        return flags & self.problem.integer

    @cached_property
    def days(self) -> NDArray[np.int64]:
        """Day of each column to be made whole; none for the others."""
        days = np.full(self.x.size, NO_DAY, dtype=np.int64)
        for family in WHOLE:
            for key, column in self.model.columns.get(family, {}).items():
                days[column] = int(key[-1])
        return days

    def _goods(self, problem: Problem, product: str) -> _Goods:
        free = columns_of(self.model, product, self.x.size)
        lower, upper = np.where(free, problem.lower, self.x), np.where(free, problem.upper, self.x)
        alone = replace(problem, lower=lower, upper=upper, integer=problem.integer & free)
        return _Goods(product, alone, self.x, np.zeros_like(free))

    def _found(self, running: Running, until: float) -> Floats | None:
        """The best solution when time is up; without one yet, the first that turns up."""
        while not running.wait(LOOK):
            if self.stop() or (running.incumbent is not None and perf_counter() > until):
                running.cancel()
        return running.result().x


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
    until = perf_counter() + seconds
    rounding = _Rounding(model, problem, x, solver, stop)
    products = list(model.network.products)
    turns = [tuple(products[first : first + 2]) for first in range(0, len(products), 2)]
    for number, turn in enumerate(turns):
        left = until - perf_counter()
        if not rounding.turn(turn, perf_counter() + left / (len(turns) - number)):
            return None
    return _settled(problem, rounding)


def _settled(problem: Problem, rounding: _Rounding) -> Floats:
    """The best flow for the whole loads; what the products' own solves left over by rounding errors goes."""
    whole, x = rounding.whole, rounding.x
    lower, upper = np.where(whole, x, problem.lower), np.where(whole, x, problem.upper)
    settled = solve(problem.with_bounds(lower, upper).relaxed(), Limits(), rounding.solver).x
    return x if settled is None else settled


def _halved(model: Model, problem: Problem, x: Floats, products: tuple[str, ...]) -> Problem:
    """The problem with what is left over in rows that the products share halved between them."""
    uses = [_uses(problem, columns_of(model, product, x.size)) for product in products]
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


def columns_of(model: Model, product: str, count: int) -> Flags:
    """Which columns are of the goods of a product."""
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
