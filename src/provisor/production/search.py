"""The search for a pattern, and for mixes while demand is short: fix-and-optimise over days, products and trucks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.result import Limits
from provisor.production.improve import Improvement
from provisor.production.pattern import (
    PATTERN,
    first_pattern,
    in_pattern,
    neighbourhoods,
    pairs_of_products,
    pallets,
    pattern_of_plan,
    scarce_mixes,
    totals,
)
from provisor.production.stated import Stated

if TYPE_CHECKING:
    from provisor.engine.neighbourhood import Neighbourhood, Round
    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.planner import SolveOptions
    from provisor.production.model.context import Model
    from provisor.production.proof import Proof
    from provisor.production.stated import Stages

    Choose = Callable[[Model, Problem, Flags, int], Iterator[Neighbourhood]]

Show = Callable[[str, float | None, float | None], None]

SUB_SECONDS = 2.0
"""Longest time for one neighbourhood."""

STALE_ROUNDS = 20
"""Neighbourhoods in a row without a better pattern after which the search ends."""


@dataclass
class Search:
    """A search for a pattern, with mixes left divisible but for the first days while demand is short, and pallets too.

    Attributes:
        stages: The case as problems; the small one is told more as solutions need it.
    """

    stages: Stages
    options: SolveOptions
    gap: float
    _found: Improvement | None = None

    def __post_init__(self) -> None:
        """No mixes are whole before there is a first pattern."""
        self._mixes: Flags = np.zeros_like(self.stages.small.problem.integer)

    @property
    def x(self) -> Floats | None:
        """Best solution found, whole in the pattern and in scarce mixes only."""
        return None if self._found is None else self._found.x

    @property
    def objective(self) -> float | None:
        """Its cost."""
        return None if self._found is None else self._found.objective

    def begin(self, show: Show) -> None:
        """Find a first pattern: that of the plan to start from, or making and sending as much as can be."""
        model, problem, start = self.stages.small.model, self.stages.small.problem, self.options.start
        problem = problem.relaxed(problem.integer & ~pallets(model, problem))
        small = Stated(model, problem)
        self.stages = replace(self.stages, small=small)
        found = [first_pattern(model, problem)]
        if start is not None:
            found.append(pattern_of_plan(model, problem, start))
        known = [x for x in found if x is not None]
        if not known:
            return
        x = min(known, key=problem.objective)
        self._mixes = scarce_mixes(model, x)
        whole = in_pattern(model, problem) | totals(model, problem)
        self._found = Improvement(small, whole, x, self.stages.actual, PATTERN)
        if not self._found.made_whole(self._mixes):
            self._mixes = np.zeros_like(self._mixes)
        show("search", self.objective, None)

    def run(self, seconds: float, proof: Proof | None, show: Show, *, processes: int = 1) -> None:
        """Search until time is up, the bound is met, or nothing better turns up, among pairs of products neither."""
        if self._found is None:
            return
        until, found, stale = perf_counter() + seconds, self._found, True
        while stale and perf_counter() < until:
            stale = self._pass(found, neighbourhoods, until, proof, show, processes)
            before = found.objective
            if stale:
                self._pass(found, pairs_of_products, until, proof, show, processes)
                stale = found.objective < before
        self.stages = replace(self.stages, small=found.stated)

    def _pass(
        self,
        found: Improvement,
        choose: Choose,
        until: float,
        proof: Proof | None,
        show: Show,
        processes: int,
    ) -> bool:
        """Search some neighbourhoods; whether nothing better turned up for long."""
        small = self.stages.small
        chosen = choose(small.model, small.problem, self._mixes, self.options.seed)
        seconds = until - perf_counter()
        rounds = found.run(chosen, self._limits, self.options, seconds=seconds, processes=processes)
        return self._follow(rounds, proof, show)

    @property
    def _limits(self) -> Limits:
        return Limits(seconds=SUB_SECONDS, gap=min(5e-5, 0.1 * self.gap))

    def _follow(self, rounds: Iterator[Round], proof: Proof | None, show: Show) -> bool:
        stale = 0
        for done in rounds:
            stale = 0 if done.improved else stale + 1
            bound = None if proof is None else proof.bound
            show(f"search, {done.name}", self.objective, bound)
            if self._met(bound) or (proof is not None and proof.closed):
                return False
            if stale >= STALE_ROUNDS:
                return True
        return False

    def _met(self, bound: float | None) -> bool:
        if bound is None or self.objective is None:
            return False
        return self.objective - bound <= 0.1 * self.gap * abs(self.objective)
