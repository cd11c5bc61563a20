"""The bound of a case, brought closer while a plan is looked for.

It is that of a wider problem than the case: pieces come singly to pairs that may take transfers, packs notwithstanding.
Items are decided exactly in a thread beside the search, and a small case goes to a solver as a whole, in a process that
only proves.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.allocation.blocks import blocks_of
from provisor.allocation.kernel.solve import descended
from provisor.allocation.kernel.stated import PROOF
from provisor.allocation.model import build
from provisor.engine import worker
from provisor.engine.result import Limits

if TYPE_CHECKING:
    from provisor.allocation.arrays import Arrays
    from provisor.allocation.handing import Ways
    from provisor.allocation.kernel.result import KernelResult
    from provisor.allocation.kernel.solve import KernelLimits
    from provisor.allocation.worth import Worth
    from provisor.engine.worker import Running

DUAL_SHARE, LARGE_DUAL_SHARE = 0.4, 0.7
"""Share of the time for the prices, and where there are so many pairs that little else can better a plan."""

LARGE = 2_000_000
"""Pairs from which on that is so; items are not decided then either."""

ITEMS_SHARE = 0.5
"""Share of the time that is left after them in which items are decided."""

WHOLE_PAIRS = range(500, 5_000)
"""Pairs with which the whole case goes to a solver that proves beside the search; fewer are proven without."""

GAP = 1e-6
"""Relative gap at which that solver stops."""


class Proof:
    """A bound that falls with time.

    Attributes:
        blocks: The wider problem.
        result: Prices and their bound.
    """

    def __init__(self, arrays: Arrays, worth: Worth, ways: Ways, limits: KernelLimits) -> None:
        self.blocks = blocks_of(arrays, worth, ways, singly=True)
        self._running: Running | None = None
        beside = limits.threads > 1 and limits.solver == "highs" and limits.exact
        if beside and arrays.pairs.count in WHOLE_PAIRS:
            _, problem = build(arrays, worth)
            options = Limits(limits.seconds, GAP, 1, limits.seed, options=PROOF)
            self._running = worker.submit(problem, options, limits.solver)
        large = arrays.pairs.count > LARGE
        share = LARGE_DUAL_SHARE if large else DUAL_SHARE
        self._prices = descended(self.blocks.problem, replace(limits, seconds=share * limits.seconds))
        self.result: KernelResult = self._prices.result
        self._fell, self._over = 0.0, False
        left = limits.seconds - sum(self.result.seconds.values())
        self._pool = ThreadPoolExecutor(1)
        self._items = (
            None if large else self._pool.submit(self._prices.tied().fall, ITEMS_SHARE * left, 1, self._fall)
        )

    @property
    def bound(self) -> float:
        """Best bound so far."""
        by_prices = self.result.bound - self._fell
        whole = None if self._running is None else self._running.bound
        return by_prices if whole is None else min(by_prices, -whole)

    @property
    def words(self) -> str:
        """What proves it."""
        if self.bound < self.result.bound - self._fell:
            return "branch and bound on the whole model"
        if self._fell > 0.0:
            return "prices on the limits, items decided exactly with their stock, pairs of others alone"
        return self.result.proof

    def close(self) -> None:
        """End what is still going on; raises what went wrong beside the search."""
        self._over = True
        if self._running is not None:
            self._running.cancel()
        self._pool.shutdown()
        if self._items is not None:
            self._items.result()

    def _fall(self, fell: float) -> bool:
        self._fell = fell
        return not self._over
