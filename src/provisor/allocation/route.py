"""What a way of solving brings back, and what ways are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.allocation.decisions import Decisions
    from provisor.allocation.prices import Price
    from provisor.allocation.worth import Worth


@dataclass(frozen=True)
class Floor:
    """What a plan must be worth by an objective that comes before the one in force."""

    name: str
    worth: Worth
    least: float


@dataclass(frozen=True)
class Found:
    """Outcome of one way of solving.

    Attributes:
        decisions: Best decisions found, if any.
        bound: No plan is worth more than this; none if nothing was proven.
        infeasible: Whether it is proven that there is no plan.
        method: How the plan was found.
        proof: What proves the bound.
        solver: Solver and version.
        size: Size of what was solved.
        prices: What one more unit of each limit would be worth.
        notes: Further figures of the proof by name.
    """

    decisions: Decisions | None
    bound: float | None
    infeasible: bool
    method: str
    proof: str
    solver: str
    size: Mapping[str, int]
    prices: tuple[Price, ...] = ()
    notes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What is known before the exact model is solved.

    Attributes:
        starts: Plans to start from.
        floors: What else a plan must be worth.
        prices: Shadow prices, if another route found them.
    """

    starts: tuple[Decisions, ...] = ()
    floors: tuple[Floor, ...] = ()
    prices: tuple[Price, ...] = ()


NOTHING = Known()
"""Nothing is known."""
