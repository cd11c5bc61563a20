"""Solving and auditing in one step, for every verb that makes plans."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.planner import HasWarmStart, planner

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.plan import Plan
    from provisor.planner import SolveOptions

STEPS = ("read", "build", "solve", "audit", "total")
"""Steps of a solve whose wall-clock seconds a certificate states."""


def solved(case: Case, options: SolveOptions) -> Plan:
    """The plan of a case with the summary of its audit; there is nothing to audit where there is no plan."""
    plan = planner(case.planner).solve(case, options)
    return audited(case, plan) if plan.tables else replace(plan, inputs=case.inputs)


def solved_from(case: Case, base: Plan, options: SolveOptions) -> Plan:
    """The plan of a case from that of one like it, with the summary of its audit."""
    asked = planner(case.planner)
    if not isinstance(asked, HasWarmStart):
        return solved(case, replace(options, start=base))
    plan = asked.resolve(case, base, options)
    return audited(case, plan) if plan.tables else replace(plan, inputs=case.inputs)


def audited(case: Case, plan: Plan) -> Plan:
    """The plan with the summary of its audit, the seconds that took, and what is kept of the case."""
    began = time.perf_counter()
    report = planner(case.planner).audit(case, plan.tables, plan.costs)
    kept = replace(plan.with_audit(report), inputs=case.inputs)
    return with_seconds(kept, audit=time.perf_counter() - began)


def with_seconds(plan: Plan, **steps: float) -> Plan:
    """The same plan with the wall-clock seconds of further steps, added to the total too."""
    known = {**plan.certificate.seconds, **steps}
    known["total"] = plan.certificate.seconds.get("total", 0.0) + sum(steps.values())
    named = [*(step for step in known if step not in STEPS), *(step for step in STEPS if step in known)]
    seconds = {step: known[step] for step in named}
    return replace(plan, certificate=replace(plan.certificate, seconds=seconds))
