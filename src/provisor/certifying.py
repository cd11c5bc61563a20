"""Certificates of plans that keep costs low: the same for every planner that minimises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.certificate import Certificate
from provisor.engine.backends import back_end

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.certificate import Status
    from provisor.planner import SolveOptions


def certificate(
    case: Case,
    options: SolveOptions,
    status: Status,
    *,
    objective: float | None,
    bound: float | None,
    method: str,
    proof: str,
) -> Certificate:
    """Certificate of a plan of a case, or of there being none, without its seconds."""
    return Certificate(
        status, "min", objective, bound, method, proof,
        f"{options.solver} {back_end(options.solver).version()}",
        threads=options.threads, seed=options.seed, case_fingerprint=case.fingerprint,
        options_fingerprint=options.fingerprint,
    )  # fmt: skip
