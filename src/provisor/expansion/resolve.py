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
    from provisor.plan import Plan
    from provisor.planner import SolveOptions


def resolve(case: Case, base: Plan, options: SolveOptions) -> Plan:
    """Plan a case from a plan of a case like it, with certificate; the caller audits.

    The bound is that of the case itself; only the choice between plans that cost nearly alike knows of the earlier
    one (:mod:`provisor.expansion.earlier`). Where the gap is not reached and the earlier plan is a better one of this
    case as well, it stays.

    Raises:
        BadRequest: The method is none of those there are, or readings contradict each other.
        SolverError: The solver refused the problem or is not installed.
    """
    plan = solve(case, replace(options, start=base))
    return (
        plan
        if plan.certificate.status in {Status.OPTIMAL, Status.INFEASIBLE}
        else _better(case, base, plan, options)
    )


def _better(case: Case, base: Plan, plan: Plan, options: SolveOptions) -> Plan:
    """The earlier plan under the new certificate, if it keeps every rule of the case and costs less at its prices."""
    network, bound = network_of(case), plan.certificate.bound
    if bound is None or is_dedicated(network) or network.rules.resolution != "daily":
        return plan
    if audit(case, decided(base.tables), None).violations.keys() - {"costs"}:
        return plan
    kept = candidate_of(network, base, "the earlier plan, which keeps every rule of this case too")
    found = plan.certificate.objective
    if found is not None and found <= kept.objective:
        return plan
    gap = DEFAULT_GAP if options.gap is None else options.gap
    proof, notes = plan.certificate.proof, plan.certificate.notes
    again = plan_of(case, options, kept, Bound(bound, proof), gap, notes)
    return replace(again, certificate=replace(again.certificate, seconds=plan.certificate.seconds))
