"""Plans a case from a plan of another that differs little: near to it wherever that costs nothing, or nearly so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.certificate import Status
from provisor.expansion.audit import audit
from provisor.expansion.audit.reading import decided
from provisor.expansion.certify import Bound, plan_of
from provisor.expansion.frozen import solve
from provisor.expansion.homes import is_dedicated
from provisor.expansion.network import network_of
from provisor.expansion.solve import DEFAULT_GAP
from provisor.expansion.started import candidate_of

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.expansion.certify import Candidate
    from provisor.plan import Plan
    from provisor.planner import SolveOptions

STILL = 1e-6
"""Part of its cost by which a new plan must be better than an earlier one for decisions to move."""


def resolve(case: Case, base: Plan, options: SolveOptions) -> Plan:
    """Plan a case from a plan of a case like it, with certificate; the caller audits.

    The bound is that of the case itself; only the choice between plans that cost nearly alike knows of the earlier
    one (:mod:`provisor.expansion.earlier`). Where the earlier plan keeps every rule of this case too, it stays unless
    the new one costs less by more than :data:`STILL`.

    Raises:
        BadRequest: The method is none of those there are, or readings contradict each other.
        SolverError: The solver refused the problem or is not installed.
    """
    plan = solve(case, replace(options, start=base))
    bound, found = plan.certificate.bound, plan.certificate.objective
    kept = None if plan.certificate.status is Status.INFEASIBLE or bound is None else _kept(case, base)
    if kept is None or bound is None or (found is not None and kept.objective > found + STILL * abs(found)):
        return plan
    gap = DEFAULT_GAP if options.gap is None else options.gap
    proof, notes = plan.certificate.proof, plan.certificate.notes
    again = plan_of(case, options, kept, Bound(bound, proof), gap, notes)
    if plan.certificate.status is Status.OPTIMAL and again.certificate.status is not Status.OPTIMAL:
        return plan
    return replace(again, certificate=replace(again.certificate, seconds=plan.certificate.seconds))


def _kept(case: Case, base: Plan) -> Candidate | None:
    """The earlier plan as one of this case, if it keeps every rule of it."""
    network = network_of(case)
    if is_dedicated(network) or network.rules.resolution != "daily":
        return None
    if audit(case, decided(base.tables), None).violations.keys() - {"costs"}:
        return None
    return candidate_of(network, base, "the earlier plan, which keeps every rule of this case too")
