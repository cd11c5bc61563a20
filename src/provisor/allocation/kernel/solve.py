"""The kernel's one verb: prices and bound, a choice led by the prices, moves that better it, an exact model."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from provisor.allocation.kernel.contest import PARTS, contested, decide
from provisor.allocation.kernel.dual import SAMPLE_RATE, WARM_RATE, Descent, descend, units, until
from provisor.allocation.kernel.extents import extents
from provisor.allocation.kernel.greedy import take, wishes
from provisor.allocation.kernel.items import Tied, without_slack
from provisor.allocation.kernel.layout import lay_out
from provisor.allocation.kernel.ledger import holding_of, lay_bands, open_ledger
from provisor.allocation.kernel.packing import as_packing, pack
from provisor.allocation.kernel.places import decide_places
from provisor.allocation.kernel.polish import PAIRS, Task, polished, polished_by_parts
from provisor.allocation.kernel.result import KernelResult
from provisor.allocation.kernel.rows import Rows
from provisor.allocation.kernel.sample import prices_of_sample
from provisor.allocation.kernel.side_by_side import use_threads
from provisor.allocation.kernel.swaps import pass_on, swap
from provisor.engine.result import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from provisor.allocation.kernel.layout import Layout
    from provisor.allocation.kernel.ledger import Ledger
    from provisor.allocation.kernel.packing import Packing
    from provisor.allocation.kernel.problem import Floats, KernelProblem
    from provisor.allocation.kernel.result import Holding, Prices

Outcome = TypeVar("Outcome")

STEPS = 500
"""Most evaluations of the dual."""

PATIENCE = 100
"""The dual is good enough when 20 evaluations better it by less than the gap asked for, divided by this."""

MARGIN = 0.5
"""Levels that are worth less than this share of a usual pair's gain below nothing are not tried."""

SMALL = 20_000
"""With fewer pairs threads wait for each other longer than they work."""

MOST_POLISHED = 2_000_000
"""With more pairs exchanges bring more in the same time than parts decided anew."""

SAMPLE_SHARE = 0.25
"""With so many, prices start from those of a sample of the places; share of their time that it may take."""

SWAP_TRIES = 6
"""Pairs tried to give way for one."""

PLACES_SHARE = 0.5
"""Share of the time left in which places are decided one by one."""

ITEMS_SHARE = 0.2
"""Share of the time in which items are decided exactly for the bound."""

SWAP_SHARE = 0.5
"""Share of the time left that one round of exchanges may take."""

FIRST_SECONDS = 30.0
"""Seconds there are for a first plan even when time is up."""

LEAST_SECONDS = 0.5
"""Seconds below which nothing more is begun."""

PART_SHARE = 0.3
"""Share of the time left that one part of what is in question may take."""


@dataclass(frozen=True)
class KernelLimits:
    """Limits of one solve.

    Attributes:
        seconds: Wall-clock limit for all stages.
        gap: Relative gap to stop at.
        threads: Threads of the compiled loops and of the exact model.
        seed: Seed of the exact model.
        prices: Prices to start from.
        bound: Proven bound that is known already, of a wider problem; the kernel's own then proves nothing.
        start: A choice to start from, if it keeps every hard limit.
        solver: Back end of the exact model.
        exact: Whether the part in question may be handed to it.
        same: Whether ``bound`` and ``prices`` are of this very problem, and not of a wider one.
        known: Best bound proven elsewhere by now; asked whether the gap is reached.
    """

    seconds: float = 60.0
    gap: float = 1e-3
    threads: int = 2
    seed: int = 0
    prices: Prices | None = None
    bound: float | None = None
    start: Holding | None = None
    solver: str = "highs"
    exact: bool = True
    same: bool = False
    known: Callable[[], float] = lambda: np.inf


def solve_kernel(problem: KernelProblem, limits: KernelLimits | None = None) -> KernelResult:
    """A choice of levels and a proven upper bound on the value of any."""
    return _Solve(problem, limits or KernelLimits()).run()


def prove(problem: KernelProblem, limits: KernelLimits | None = None) -> KernelResult:
    """The bound alone, items decided exactly in a last share of the time."""
    return _Solve(problem, limits or KernelLimits()).prove()


@dataclass(frozen=True)
class Descended:
    """The bound of prices alone, and what they were found with."""

    result: KernelResult
    rows: Rows
    layout: Layout
    price: Floats

    def tied(self) -> Tied:
        """Items to be decided exactly at the prices."""
        return Tied(self.rows, self.layout, self.price)


def descended(problem: KernelProblem, limits: KernelLimits) -> Descended:
    """Prices and their bound, nothing decided exactly."""
    return _Solve(problem, limits).descended()


class _Solve:
    def __init__(self, problem: KernelProblem, limits: KernelLimits) -> None:
        self.began = perf_counter()
        self.problem, self.limits = problem, limits
        self.rows = Rows(problem)
        self.layout: Layout = lay_out(problem, self.rows)
        self.best: Holding | None = limits.start
        self.bound = np.inf
        self.proof = "Lagrangian dual: prices on the limits, each pair decided alone"
        self.seconds: dict[str, float] = {}

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.limits.seconds - (perf_counter() - self.began)

    @property
    def _for_a_first(self) -> float:
        """Seconds for a choice: what is left, but enough for a first one, even where preparations took all the time."""
        return self.left if self.best is not None else max(self.left, FIRST_SECONDS)

    @property
    def close(self) -> bool:
        """Whether the gap asked for is reached."""
        return self.best is not None and self._is_enough(self.best)

    def run(self) -> KernelResult:
        found = self._timed("dual", lambda: self._dual(0.5))
        self._bound(found)
        packing = as_packing(self.problem, self.rows) if self.limits.exact else None
        if packing is not None:
            self._timed("packing", lambda: self._pack(packing, found))
        if packing is None or not self.close:
            self._timed("greedy", lambda: self._choose(found, None if self.polishes else self._places(found)))
        if self.limits.exact and not self.close and self.left > LEAST_SECONDS:
            if self.polishes and self._in_question(found) > PARTS[0]:
                self._timed("polish", lambda: self._polish(found))
            if not self.close and self.left > LEAST_SECONDS and self.problem.pairs.count <= 3 * PAIRS:
                self._timed("exact", lambda: self._exact(found))
        return self._result(found)

    def prove(self) -> KernelResult:
        found = self._timed("dual", lambda: self._dual(1.0 - ITEMS_SHARE))
        self._bound(found)
        return self._result(found)

    def descended(self) -> Descended:
        found = self._timed("dual", lambda: self._dual(1.0))
        self.bound = found.bound
        return Descended(self._result(found), self.rows, self.layout, found.price)

    @property
    def proves(self) -> bool:
        """Whether a bound found on the way counts: not where one of a wider problem is asked for."""
        return self.limits.bound is None or self.limits.same

    def _bound(self, found: Descent) -> None:
        """The proven bound: a known one, or that of the prices with items of their own limits decided exactly."""
        if self.limits.bound is not None:
            self.bound = self.limits.bound
            return
        self.bound = found.bound
        seconds, threads = ITEMS_SHARE * self.limits.seconds, self.limits.threads
        fall = self._timed(
            "items", lambda: without_slack(self.rows, self.layout, found.price, seconds, threads)
        )
        if fall > 0.0:
            self.bound -= fall
            self.proof = "prices on the limits, items decided exactly with their stock, pairs of others alone"

    def _result(self, found: Descent) -> KernelResult:
        return KernelResult(
            self.best,
            self.bound,
            self.rows.as_prices(found.price),
            self.seconds,
            found.steps,
            self.proof,
        )

    def _timed(self, stage: str, do: Callable[[], Outcome]) -> Outcome:
        began = perf_counter()
        outcome = do()
        self.seconds[stage] = perf_counter() - began
        return outcome

    def _dual(self, share: float) -> Descent:
        threads = 1 if self.problem.pairs.count < SMALL else self.limits.threads
        use_threads(threads)
        steps = STEPS if self.limits.bound is None or self.limits.prices is None else 1
        prices, rate = self.limits.prices, WARM_RATE
        if prices is None and self.problem.pairs.count > MOST_POLISHED:
            prices, rate = (
                prices_of_sample(self.problem, SAMPLE_SHARE * share * self.left, self.limits.seed),
                SAMPLE_RATE,
            )
        start = None if prices is None else self.rows.from_prices(prices)
        enough = until(share * self.left, steps, self.limits.gap / PATIENCE)
        return descend(self.rows, self.layout, start, enough, rate)

    def _offer(self, holding: Holding | None) -> None:
        if holding is not None and (self.best is None or holding.value > self.best.value):
            self.best = holding

    def _pack(self, packing: Packing, found: Descent) -> None:
        """Places that are knapsacks are decided as such."""
        limits = Limits(self.left, self.limits.gap, self.limits.threads, self.limits.seed)
        packed = pack(self.problem, self.rows, packing, found.price, self.best, limits, self.limits.solver)
        self._offer(packed.holding)
        if self.proves and packed.bound < self.bound:
            self.bound, self.proof = packed.bound, packed.proof
            found.price, found.steps = packed.price, found.steps + packed.steps

    @property
    def polishes(self) -> bool:
        """Whether parts decided anew take the place of exchanges: where pieces come from sources that places share."""
        few = self.problem.pairs.count <= MOST_POLISHED
        return self.limits.exact and self.problem.sources is not None and few

    def _choose(self, found: Descent, first: NDArray[np.int16] | None) -> None:
        """Take levels in the order of their worth, then better the choice while that goes on quickly.

        Args:
            found: Prices.
            first: (pairs,) levels to take before all others, if there are any.
        """
        unit = float(units(self.problem, self.rows).max(initial=1.0))
        pair, level, _ = wishes(self.layout, self.rows.reach_pairs(found.price), MARGIN * unit)
        ledger = open_ledger(self.rows, self.layout, found.price, self.rows.suited_sides(found.amount))
        if first is not None:
            chosen = level <= first[pair]
            take(ledger, pair[chosen], level[chosen], self._for_a_first, forced=True)
            lay_bands(self.rows, ledger)
        for _ in range(2):
            take(ledger, pair, level, self._for_a_first)
            pass_on(ledger)
            self.rows.kept.of(ledger.price)[:] = 0.0  # what is left of a stock is free for who comes first
            lay_bands(self.rows, ledger)
        self._offer(holding_of(self.problem, ledger))
        candidate, begin = _by_place(ledger, pair[level == 0], self.problem.pairs.places)
        while not self.close and self.left > 0:
            before = -np.inf if self.best is None else self.best.value
            swap(ledger, candidate, begin, SWAP_TRIES, SWAP_SHARE * self.left)
            take(ledger, pair, level, self.left)
            pass_on(ledger)
            lay_bands(self.rows, ledger)
            self._offer(holding_of(self.problem, ledger))
            if self.best is None or self.best.value - before < 0.1 * self.limits.gap * abs(self.best.value):
                break
            if self.polishes and self.problem.pairs.count > 3 * PAIRS:
                break

    def _places(self, found: Descent) -> NDArray[np.int16] | None:
        """Levels of places decided one by one, where they are few."""
        if not self.limits.exact or not self.problem.place_limits or self.problem.pairs.count > SMALL:
            return None
        decided = self._timed(
            "places",
            lambda: decide_places(
                self.rows, self.layout, found.price, PLACES_SHARE * self.left, self.limits.threads
            ),
        )
        if self.proves and decided.bound < self.bound:
            self.bound = decided.bound
            self.proof = "prices on what places share, each place decided exactly by highs"
        return decided.level

    def _in_question(self, found: Descent) -> int:
        """Levels that cost at most the gap."""
        gap = np.inf if self.best is None else found.bound - self.best.value
        low, high = extents(self.layout, self.rows.reach_pairs(found.price), gap)
        return int(np.sum(high - low, dtype=np.int64))

    def _polish(self, found: Descent) -> None:
        """Round the linear problem near the prices, then decide part after part anew."""
        if self.best is None:
            return
        limits, price = self.limits, self.rows.reach_pairs(found.price)
        unit = float(units(self.problem, self.rows).max(initial=1.0))
        task = Task(
            self.problem, self.layout, price, self.best, unit, limits.solver, limits.threads, limits.seed
        )
        make = polished if self.problem.pairs.count <= 3 * PAIRS else polished_by_parts
        self._offer(make(task, self.left, self._is_enough))

    def _is_enough(self, holding: Holding) -> bool:
        return min(self.bound, self.limits.known()) - holding.value <= self.limits.gap * max(
            abs(holding.value), 1e-9
        )

    def _exact(self, found: Descent) -> None:
        """Have the engine decide what is in question, the closest calls first; it proves where that is all."""
        price = self.rows.reach_pairs(found.price)
        for most in PARTS:
            if self.close or self.left < 0.2:
                return
            value = -np.inf if self.best is None else self.best.value
            # What a level costs is measured at the prices of the dual, and so against its own bound.
            contest = contested(self.problem, self.layout, price, self.best, found.bound - value, most)
            share = self.left if contest.whole else PART_SHARE * self.left
            limits = Limits(max(0.1, share), self.limits.gap / 10, self.limits.threads, self.limits.seed)
            holding, bound, solver = decide(self.problem, contest, self.best, limits, self.limits.solver)
            self._offer(holding)
            closed = contest.whole and self.problem.passes is None and self.proves
            if closed and bound is not None and -np.inf < max(bound, value) < self.bound:
                self.bound = max(bound, value)
                self.proof = f"exact model of all levels in question at the prices of the dual, by {solver}"
            if contest.whole:
                return


def _by_place(
    ledger: Ledger, pair: NDArray[np.int64], places: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs sorted by place, order within a place kept, and where each place's begin."""
    place = ledger.place_of[pair]
    order = np.argsort(place, kind="stable")
    return pair[order], np.searchsorted(place[order], np.arange(places + 1)).astype(np.int64)
