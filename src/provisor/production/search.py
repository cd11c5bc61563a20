"""The search for a pattern: fix-and-optimise over windows of days, products and trucks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from provisor.engine.neighbourhood import Round, fix_and_optimise_side_by_side
from provisor.engine.result import Limits
from provisor.production.pattern import (
    first_pattern,
    in_pattern,
    neighbourhoods,
    pattern_of_plan,
    totals,
)

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem
    from provisor.planner import SolveOptions
    from provisor.production.proof import Proof
    from provisor.production.stated import Stated

Show = Callable[[str, float | None, float | None], None]

SUB_SECONDS = 3.0
"""Longest time for one neighbourhood."""

STALE_ROUNDS = 40
"""Neighbourhoods in a row without a better pattern after which the search ends."""


@dataclass
class Search:
    """A search for a pattern, with mixes and pallets left divisible.

    Attributes:
        x: Best solution found, whole in the pattern only.
        objective: Its cost.
    """

    stated: Stated
    options: SolveOptions
    gap: float
    x: Floats | None = None
    objective: float | None = None

    def begin(self, show: Show) -> None:
        """Find a first pattern: that of the plan to start from, or making and sending as much as can be."""
        model, start = self.stated.model, self.options.start
        found = [first_pattern(model, self._problem)]
        if start is not None:
            found.append(pattern_of_plan(model, self._problem, start))
        for x in found:
            if x is not None and (self.objective is None or self._problem.objective(x) < self.objective):
                self.x, self.objective = x, self._problem.objective(x)
                show("search", self.objective, None)

    def run(self, seconds: float, proof: Proof | None, show: Show, *, processes: int = 1) -> None:
        """Search until time is up, the bound is met, or nothing better turns up."""
        if self.x is None:
            return
        rounds = fix_and_optimise_side_by_side(
            self._problem, self.x, neighbourhoods(self.stated.model, self._problem, self.options.seed),
            self._limits, seconds=seconds, processes=processes, solver=self.options.solver,
            stop=self.options.stop,
        )  # fmt: skip
        self._follow(rounds, proof, show)

    @cached_property
    def _problem(self) -> Problem:
        model, problem = self.stated.model, self.stated.problem
        return problem.relaxed(in_pattern(model, problem) | totals(model, problem))

    @property
    def _limits(self) -> Limits:
        return Limits(seconds=SUB_SECONDS, gap=min(5e-5, 0.1 * self.gap))

    def _follow(self, rounds: Iterator[Round], proof: Proof | None, show: Show) -> None:
        stale = 0
        for done in rounds:
            self.x, self.objective = done.x, done.objective
            stale = 0 if done.improved else stale + 1
            bound = None if proof is None else proof.bound
            show(f"search, {done.name}", self.objective, bound)
            if stale >= STALE_ROUNDS or self._met(bound) or (proof is not None and proof.closed):
                return

    def _met(self, bound: float | None) -> bool:
        if bound is None or self.objective is None:
            return False
        return self.objective - bound <= 0.1 * self.gap * abs(self.objective)
