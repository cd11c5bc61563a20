"""What an exact model of the problem decides, and what it holds still."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.problem import KernelProblem


@dataclass(frozen=True)
class Scope:
    """What is left to decide.

    Attributes:
        low: (pairs,) lowest level of each pair, -1 for not held.
        high: (pairs,) highest level; equal to ``low`` where the pair is held still.
        routed: (pairs,) whether the sources of the pair are free; always where its level is.
        sent: (pairs, sources) pieces of the pairs that are not routed.
        passed: (passes,) pieces passed to pairs that are not routed; (0,) without passes.
    """

    low: NDArray[np.int16]
    high: NDArray[np.int16]
    routed: NDArray[np.bool_]
    sent: NDArray[np.int32]
    passed: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))


def whole_scope(problem: KernelProblem) -> Scope:
    """Everything is to be decided."""
    pairs = problem.pairs
    held = np.zeros(pairs.count, bool) if pairs.held is None else pairs.held
    sources = 0 if problem.sources is None else problem.sources.count
    return Scope(
        low=np.where(held, 0, -1).astype(np.int16),
        high=(np.diff(pairs.start) - 1).astype(np.int16),
        routed=np.ones(pairs.count, bool),
        sent=np.zeros((pairs.count, sources), np.int32),
        passed=np.zeros(0 if problem.passes is None else problem.passes.count, np.int32),
    )
