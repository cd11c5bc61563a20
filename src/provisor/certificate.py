"""The proof: what a plan costs, the best that any plan could cost, and who says so."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """What is known about a plan."""

    OPTIMAL = "optimal"
    """The proven gap is within the gap asked for."""
    FEASIBLE = "feasible"
    """There is a plan; its gap is larger than the one asked for."""
    INFEASIBLE = "infeasible"
    """It is proven that no plan keeps all rules."""
    NO_PLAN = "no_plan"
    """No plan was found within the limits, and none was excluded."""


@dataclass(frozen=True)
class Certificate:
    """Objective, proven bound and gap of a plan, with all that is needed to make it again.

    Attributes:
        status: See :class:`Status`.
        sense: ``min`` or ``max``.
        objective: Value of the plan in ``unit``; none without a plan.
        bound: No plan can be better than this; none if nothing was proven.
        method: How the plan was found.
        proof: What proves the bound.
        solver: Solver and version.
        threads: Threads a solver may use.
        seed: Seed of everything random.
        seconds: Wall-clock seconds by step: read, build, solve, audit, total.
        case_fingerprint: Fingerprint of the case.
        options_fingerprint: Fingerprint of the options of the solve.
        notes: Further figures of the proof by name, such as the gap on the controllable part.
        unit: Unit of objective and bound: ``$`` for the case's currency, ``share`` for a ratio.
    """

    status: Status
    sense: str
    objective: float | None
    bound: float | None
    method: str
    proof: str
    solver: str
    threads: int = 1
    seed: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    case_fingerprint: str = ""
    options_fingerprint: str = ""
    notes: dict[str, float] = field(default_factory=dict)
    unit: str = "$"

    @property
    def gap(self) -> float | None:
        """Proven relative gap, ``|objective - bound| / max(|objective|, 1e-9)``; none if either is missing.

        >>> Certificate(Status.FEASIBLE, "min", 200.0, 199.0, "exact", "tree", "highs").gap
        0.005
        """
        if self.objective is None or self.bound is None:
            return None
        return abs(self.objective - self.bound) / max(abs(self.objective), 1e-9)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, gap included."""
        return {**asdict(self), "status": self.status.value, "gap": self.gap}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Certificate:
        """Inverse of :meth:`as_dict`."""
        known = {name: value for name, value in values.items() if name != "gap"}
        return cls(**{**known, "status": Status(known["status"])})
