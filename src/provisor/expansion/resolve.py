"""Plans a case from a plan of another that differs little: near to it wherever that costs nothing, or nearly so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.expansion.frozen import solve

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.plan import Plan
    from provisor.planner import SolveOptions


def resolve(case: Case, base: Plan, options: SolveOptions) -> Plan:
    """Plan a case from a plan of a case like it, with certificate; the caller audits.

    The bound is that of the case itself; only the choice between plans that cost nearly alike knows of the earlier
    one (:mod:`provisor.expansion.earlier`).

    Raises:
        BadRequest: The method is none of those there are, or readings contradict each other.
        SolverError: The solver refused the problem or is not installed.
    """
    return solve(case, replace(options, start=base))
