"""Finds a plan for one set of coefficients, by the route that suits the case; bounds of all routes count."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from provisor.allocation.dual import solve_by_prices
from provisor.allocation.exact import solve_exactly
from provisor.allocation.route import Floor, Found, Known
from provisor.allocation.tabulate import objective_of
from provisor.clock import Clock
from provisor.planner import BadRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.decisions import Decisions
    from provisor.allocation.worth import Worth
    from provisor.planner import SolveOptions

EXACT_PAIRS = 20_000
"""Pairs times periods up to which ``auto`` is exact."""

QUICK_SECONDS, QUICK_SHARE = 30.0, 0.5
"""Beyond so many seconds, share of the time in which prices find and prove a plan that the exact model starts from."""

LEAST_SECONDS = 1.0
"""Seconds below which the exact model is not begun."""


@dataclass(frozen=True)
class Search:
    """How to look for plans of a case.

    Attributes:
        arrays: The case.
        options: How to solve.
        gap: Relative gap to stop at.
        clock: Time.
        starts: Plans to start from.
        floors: What else a plan must be worth.
    """

    arrays: Arrays
    options: SolveOptions
    gap: float
    clock: Clock
    starts: tuple[Decisions, ...] = field(default=())
    floors: Sequence[Floor] = ()

    def find(self, worth: Worth) -> Found:
        """The best plan by these coefficients, and a bound.

        Raises:
            BadRequest: The route cannot state the case.
            SolverError: The solver refused the problem or is not installed.
        """
        if self.options.method == "dual" and (self.floors or self._sold_floor):
            raise BadRequest("rules.objective: this objective has no dual route; use method exact or auto")
        if self.options.method == "exact" or (self.options.method == "auto" and self.needs_exact):
            return self._exactly(worth)
        if self.options.method == "dual" or not self.small:
            return solve_by_prices(self.arrays, worth, self.options, self.gap, self.clock)
        left = self.clock.left
        part = Clock(left if left <= QUICK_SECONDS else max(QUICK_SECONDS, QUICK_SHARE * left))
        quick = solve_by_prices(self.arrays, worth, self.options, self.gap, part)
        if quick.decisions is None:
            return self._exactly(worth)
        value = objective_of(self.arrays, quick.decisions, worth)
        reached = quick.bound is not None and quick.bound - value <= self.gap * max(abs(value), 1e-9)
        if reached or self.clock.left < LEAST_SECONDS:
            return quick
        return self._better(worth, quick, value)

    def _better(self, worth: Worth, quick: Found, value: float) -> Found:
        """The exact model from the plan by prices on; the better plan and the better bound of both."""
        exact = self._exactly(worth, quick)
        if exact.decisions is None or objective_of(self.arrays, exact.decisions, worth) < value:
            exact = replace(quick, method=quick.method, bound=exact.bound, proof=exact.proof)
        if quick.bound is not None and (exact.bound is None or quick.bound < exact.bound):
            return replace(exact, bound=quick.bound, proof=quick.proof, infeasible=False)
        return exact

    def _exactly(self, worth: Worth, quick: Found | None = None) -> Found:
        known = Known(self.starts, tuple(self.floors))
        if quick is not None and quick.decisions is not None:
            known = Known((*self.starts, quick.decisions), tuple(self.floors), quick.prices)
        return solve_exactly(self.arrays, worth, self.options, self.gap, self.clock, known)

    @property
    def small(self) -> bool:
        """Whether the exact model is worth trying."""
        return self.arrays.pairs.count * self.arrays.periods <= EXACT_PAIRS

    @property
    def needs_exact(self) -> bool:
        """Whether the case has what the dual route has no prices for."""
        rules = self.arrays.rules
        stuck = not rules.returns and bool((self.arrays.pairs.opening > 0).any())
        return stuck or self._sold_floor or bool(self.floors) or self.arrays.periods > 1

    @property
    def _sold_floor(self) -> bool:
        rules = self.arrays.rules
        return rules.valued == "sell_through" and rules.sell_through_by == "floor"
