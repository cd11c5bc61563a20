"""The kernel's one verb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provisor.allocation.kernel.result import Holding, Prices


@dataclass(frozen=True)
class KernelLimits:
    """Limits of one solve.

    Attributes:
        seconds: Wall-clock limit for all stages.
        gap: Relative gap to stop at.
        threads: Threads of the compiled loops.
        seed: Seed of what is drawn at random.
        prices: Prices to start from.
        start: A choice to start from and to stay close to.
        solver: Back end of the restricted exact model.
    """

    seconds: float = 60.0
    gap: float = 1e-3
    threads: int = 2
    seed: int = 0
    prices: Prices | None = None
    start: Holding | None = None
    solver: str = "highs"
