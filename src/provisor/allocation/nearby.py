"""Looks for a choice near an earlier one: what has to move, what would now rather, and the closest calls, exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel import contest
from provisor.allocation.kernel.extents import extents
from provisor.allocation.kernel.layout import Layout, lay_out
from provisor.allocation.kernel.rows import Rows
from provisor.allocation.kernel.scope import Scope
from provisor.allocation.kernel.solve import KernelLimits, solve_kernel
from provisor.allocation.kernel.value import Tally
from provisor.engine.result import Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.fitted import Fitted
    from provisor.allocation.kernel.problem import Floats, KernelProblem
    from provisor.allocation.kernel.result import Holding, KernelResult
    from provisor.clock import Clock
    from provisor.planner import SolveOptions

    Flags = NDArray[np.bool_]

LEVELS = (400, 1_200, 4_000, 12_000)
"""Levels that are free at a time, more of them as time lets."""

ALONE = 2
"""Parts in which only pairs that share a store or product with what had to be changed are free."""

PART_SHARE = 0.75
"""Share of the time left that one part may take."""

LEAST_SECONDS = 0.1
"""Seconds below which nothing more is begun."""

CLOSE = 0.1
"""How much closer a call elsewhere must be to be decided too."""

EVERYWHERE = 0.2
"""Share of the styles of the earlier plan that are touched, from which on a change is one of everything."""

RESERVE = 0.15
"""Share of the time that is left for tables."""


@dataclass(frozen=True)
class Nearby:
    """What is looked for, and from where.

    Attributes:
        problem: The problem with the price on change.
        proof: Bound and prices of the problem without it.
        level: (pairs,) levels of the earlier plan.
        clock: Time.
        gap: Gap to stop at.
        options: How to solve.
    """

    problem: KernelProblem
    proof: KernelResult
    level: NDArray[np.int16]
    clock: Clock
    gap: float
    options: SolveOptions

    @cached_property
    def rows(self) -> Rows:
        """Limits as one vector."""
        return Rows(self.problem)

    @cached_property
    def layout(self) -> Layout:
        """The problem laid out for the compiled loops."""
        return lay_out(self.problem, self.rows)

    @cached_property
    def price(self) -> Floats:
        """Prices as the pairs meet them."""
        return self.rows.reach_pairs(self.rows.from_prices(self.proof.prices))

    @property
    def left(self) -> float:
        """Seconds left for looking."""
        return self.clock.left - RESERVE * self.clock.limit

    def find(self, fits: Fitted) -> Holding | None:
        """The best choice found in time; none if what of the earlier plan fits breaks some rule still.

        What of the earlier plan fits is the start. If much of it does not, or much would now rather be otherwise, the
        whole problem with the price on change is solved from there; else the pairs that are touched are decided anew.
        """
        if fits.holding is None:
            return None
        best = self._counted(fits.holding)
        if self.everywhere(fits):
            return self._anew(best)
        touched = self._touched(fits.off)
        for number, most in enumerate(LEVELS):
            if self.left < LEAST_SECONDS:
                break
            around = self._around(fits.off if number < ALONE and fits.off.any() else touched)
            scope, whole = self._scope(best, around, most, 0.0 if number < ALONE else CLOSE)
            limits = Limits(PART_SHARE * self.left, self.gap / 10, self.options.threads, self.options.seed)
            found, _, _ = contest.decide(
                self.problem, contest.Contest(scope, whole), best, limits, self.options.solver
            )
            best = found if found is not None and found.value > best.value else best
            if whole and number >= ALONE:
                break
        return best

    def everywhere(self, fits: Fitted) -> bool:
        """Whether so much is touched that the whole problem is looked at."""
        return bool(self._touched(fits.off).sum() > EVERYWHERE * max(1, (self.level >= 0).sum()))

    def _counted(self, holding: Holding) -> Holding:
        tally = Tally(self.problem, holding.level, holding.sent, holding.passed)
        return replace(holding, value=tally.value)

    def _touched(self, off: Flags) -> Flags:
        """Pairs that had to be changed, and those whose level is not the best at the prices.

        A level that is not the best at the prices costs more than the price on change, which is in the problem.
        """
        low, high = extents(self.layout, self.price, 0.0)
        rather = (self.level < low) | (self.level > high)
        return off | rather

    def _around(self, touched: Flags) -> Flags:
        """Pairs of a store or an item of touched ones."""
        pairs = self.problem.pairs
        place = np.repeat(np.arange(pairs.places), np.diff(pairs.place_start))
        places, items = np.zeros(pairs.places, dtype=bool), np.zeros(pairs.items, dtype=bool)
        places[place[touched]], items[pairs.item[touched]] = True, True
        return np.asarray(places[place] | items[pairs.item])

    def _scope(self, best: Holding, around: Flags, most: int, close: float) -> tuple[Scope, bool]:
        """The closest calls around what is touched, and those elsewhere that are closer by a factor ``close``."""
        reach = float(np.abs(self.problem.pairs.gain).max(initial=1.0))
        low, high = self._within(best, around, 0.0, close)
        least, top = 0.0, reach
        for _ in range(12):
            middle = (least + top) / 2
            tried = self._within(best, around, middle, close)
            if int(np.sum(tried[1] - tried[0], dtype=np.int64)) <= most:
                least, (low, high) = middle, tried
            else:
                top = middle
        return Scope(low, high, low < high, best.sent, best.passed), least >= 0.99 * reach

    def _within(
        self, best: Holding, around: Flags, slack: float, close: float
    ) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
        low, high = extents(self.layout, self.price, slack)
        if close > 0:
            near = extents(self.layout, self.price, slack * close)
            low, high = (np.where(around, wide, other) for wide, other in zip((low, high), near, strict=True))
        else:
            low, high = np.where(around, low, best.level), np.where(around, high, best.level)
        return np.minimum(low, best.level).astype(np.int16), np.maximum(high, best.level).astype(np.int16)

    def _anew(self, best: Holding) -> Holding:
        """The whole problem, with the price on change, from what is known."""
        options = self.options
        limits = KernelLimits(
            max(LEAST_SECONDS, self.left), self.gap, options.threads, options.seed,
            prices=self.proof.prices, bound=np.inf, start=best, solver=options.solver,
        )  # fmt: skip
        return solve_kernel(self.problem, limits).holding or best
