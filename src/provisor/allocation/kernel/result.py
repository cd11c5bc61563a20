"""What the kernel brings back: levels, pieces by source, prices, and the proven bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.problem import Floats


@dataclass(frozen=True)
class Prices:
    """Shadow prices in $ for one more unit of each limit; a start for the next solve of a like problem.

    Attributes:
        place: By name of the place limit, (places, classes); above 0 where more would be held, below 0 where less.
        item: By name of the item limit, (items, classes), signs as above.
        stock: (items, sources) of one more piece in the source.
        lane: (places, sources).
        throughput: (sources,).
        budget: (budgets,) $ for one more $ of budget.
        kept: (stocks,) of one more piece in the stock of a place that may pass it on.
        pass_lane: (lanes,) of one more piece on a lane between places.
        taking: (places,) of one more piece that the place may take from others.
        cover: By name of the coverage, (owners, classes): 0, or below it what a first pair of the class brings.
    """

    place: dict[str, Floats]
    item: dict[str, Floats]
    stock: Floats
    lane: Floats
    throughput: Floats
    budget: Floats
    kept: Floats = field(default_factory=lambda: np.zeros(0))
    pass_lane: Floats = field(default_factory=lambda: np.zeros(0))
    taking: Floats = field(default_factory=lambda: np.zeros(0))
    cover: dict[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True)
class Holding:
    """A choice of levels.

    Attributes:
        level: (pairs,) level held, -1 for not held, int16.
        sent: (pairs, sources) pieces sent from each source, int32; (pairs, 0) without sources.
        value: $ of the choice as the problem counts it: gains, less ways, less misses, plus the constant.
        passed: (passes,) pieces passed, int32.
    """

    level: NDArray[np.int16]
    sent: NDArray[np.int32]
    value: float
    passed: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))


@dataclass(frozen=True)
class KernelResult:
    """Outcome of a solve.

    Attributes:
        holding: Best choice found that keeps every hard limit, or None.
        bound: Proven upper bound on the value of any choice that keeps them.
        prices: Prices at which the bound was proven.
        seconds: Wall-clock seconds by stage.
        steps: Evaluations of the dual.
        proof: What proves the bound, in words.
    """

    holding: Holding | None
    bound: float
    prices: Prices
    seconds: dict[str, float] = field(default_factory=dict)
    steps: int = 0
    proof: str = "Lagrangian dual: prices on the limits, each pair decided alone"

    @property
    def gap(self) -> float:
        """``|bound - value| / max(|value|, 1e-9)``; inf without a choice."""
        if self.holding is None:
            return float("inf")
        return abs(self.bound - self.holding.value) / max(abs(self.holding.value), 1e-9)
