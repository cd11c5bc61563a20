"""Mends a plan in whole numbers, product by product: its mixes one more or one fewer, its loads and the hours anew.

Mixes were decided for divisible loads. What rounding loads to whole cases costs in sales is often won back by one more
mix somewhere, or one of another product on another day. The goods of all other products are held meanwhile, so the
problem is small; two products are mended side by side, and both are kept if they fit together.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.reduction import without_fixed
from provisor.engine.result import Limits
from provisor.engine.worker import solve, submit
from provisor.production.whole_cases import GAP, LOOK, columns_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.engine.reduction import Reduced
    from provisor.engine.worker import Running
    from provisor.production.model.context import Model
    from provisor.production.stated import Stated

LEAST_BETTER = 1e-6
"""Cost by which a solution must be better to be taken."""

LABOUR = ("regular", "overtime", "premium")
"""Families of the hours that are paid, decided anew with every product."""

TURN_SECONDS = 2.5
"""Longest time for a product."""

LEAST_SECONDS = 1.0
"""Time below which no further product is begun."""


def mended(
    exact: Stated, problem: Problem, x: Floats, seconds: float, solver: str, stop: Callable[[], bool]
) -> Floats:
    """The best solution found near one in whole numbers, whole in the same columns.

    Args:
        exact: The case with the age of every batch.
        problem: Its problem, with what is whole, but for loads, held.
        x: A solution in whole numbers.
        seconds: Wall-clock time for all products together.
        solver: Name of the back end.
        stop: Asked many times a second; true ends it with the best so far.
    """
    until = perf_counter() + seconds
    mending = _Mending(exact.model, _loosened(exact, problem, x), x, solver)
    products = list(exact.model.network.products)
    stale = 0
    following = itertools.cycle(products)
    for pair in zip(following, following, strict=False):
        if stale >= len(products) or stop() or until - perf_counter() < LEAST_SECONDS:
            break
        limits = Limits(seconds=min(TURN_SECONDS, until - perf_counter()), gap=GAP)
        stale = 0 if mending.turn(tuple(dict.fromkeys(pair)), limits, stop) else stale + len(pair)
    return mending.settled(mending.x, x)


@dataclass
class _Mending:
    model: Model
    problem: Problem
    x: Floats
    solver: str

    def turn(self, products: tuple[str, ...], limits: Limits, stop: Callable[[], bool]) -> bool:
        """Mend some products side by side; whether that found anything better."""
        runs = [self._begun(product, limits) for product in products]
        solutions = [_found(running, reduced, stop) for running, reduced in runs]
        parts = [(product, y) for product, y in zip(products, solutions, strict=True) if y is not None]
        better = [y for y in (*(y for _, y in parts), self._together(parts)) if self._better(y)]
        self.x = min(better, key=self.problem.objective, default=self.x)
        return bool(better)

    def _begun(self, product: str, limits: Limits) -> tuple[Running, Reduced]:
        """Begin to mend a product; its goods and the hours are free, all else is held."""
        free = columns_of(self.model, product, self.x.size) | self._labour()
        lower, upper = np.where(free, self.problem.lower, self.x), np.where(free, self.problem.upper, self.x)
        closed = lower == upper
        step = replace(self.problem, lower=lower, upper=upper)
        reduced = without_fixed(step, closed, np.where(closed, lower, 0.0))
        return submit(reduced.problem, limits, self.solver, reduced.shrink(self.x)), reduced

    def _labour(self) -> Flags:
        flags = np.zeros(self.x.size, dtype=bool)
        for family in LABOUR:
            flags[list(self.model.columns.get(family, {}).values())] = True
        return flags

    def _together(self, parts: list[tuple[str, Floats]]) -> Floats:
        """What was found for all products at once, amounts anew; what there was if they do not fit together."""
        joined = self.x
        for product, y in parts:
            joined = np.where(columns_of(self.model, product, self.x.size), y, joined)
        return self.settled(joined, self.x)

    def settled(self, x: Floats, otherwise: Floats) -> Floats:
        """The best amounts for the whole numbers of a solution; another solution where there are none."""
        whole, problem = self.problem.integer, self.problem
        lower, upper = (
            np.where(whole, np.round(x), problem.lower),
            np.where(whole, np.round(x), problem.upper),
        )
        found = solve(problem.with_bounds(lower, upper).relaxed(), Limits(), self.solver).x
        return otherwise if found is None else found

    def _better(self, y: Floats) -> bool:
        return self.problem.objective(y) < self.problem.objective(self.x) - LEAST_BETTER


def _loosened(exact: Stated, problem: Problem, x: Floats) -> Problem:
    """The problem with every number of mixes that is not zero open to one more and one fewer, as far as pins allow."""
    lower, upper = problem.lower.copy(), problem.upper.copy()
    columns = np.array(list(exact.model.columns.get("mixes", {}).values()), dtype=np.intp)
    made = columns[np.round(x[columns]) >= 1.0]
    lower[made] = np.maximum(exact.problem.lower[made], np.maximum(1.0, np.round(x[made]) - 1.0))
    upper[made] = np.minimum(exact.problem.upper[made], np.round(x[made]) + 1.0)
    return problem.with_bounds(lower, upper)


def _found(running: Running, reduced: Reduced, stop: Callable[[], bool]) -> Floats | None:
    while not running.wait(LOOK):
        if stop():
            running.cancel()
    x = running.result().x
    return None if x is None else reduced.expand(x)
