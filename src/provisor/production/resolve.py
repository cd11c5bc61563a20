"""Plans a case from a plan of another that differs little: from its pattern, and moving no more than pays.

The bound is proven for the case itself, beside the search; only the search knows of the price on change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.clock import Clock
from provisor.engine.worker import warm_up
from provisor.planner import Progress
from provisor.production.actual import Actual
from provisor.production.certify import plan_of
from provisor.production.change_price import priced
from provisor.production.changes.common import settings_of
from provisor.production.complete import decide, load_whole
from provisor.production.pattern import PATTERN
from provisor.production.proof import Proof
from provisor.production.search import Search
from provisor.production.solve import DEFAULT_GAP, solve
from provisor.production.stages import stages_of
from provisor.production.stated import Stages, values_of
from provisor.production.tabulate import Tabulated, tabulate

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.plan import Plan
    from provisor.planner import SolveOptions

SECONDS_PER_WEEK = 3.75
LEAST_SECONDS = 8.0
"""Time limit where none is asked for."""

SEARCH_SHARE, DECIDE_SHARE = 0.35, 0.6
"""Shares of the time for the pattern, and of what is left then for whole mixes and pallets."""


def resolve(case: Case, base: Plan, options: SolveOptions) -> Plan:
    """Plan a case from a plan of a case like it, with certificate; the caller audits.

    Where no plan comes of it, or branch and bound alone is asked for, the case is solved as any other.

    Raises:
        BadRequest: A pin names a decision that there is not, or an amount that it cannot take.
        SolverError: The solver refused the problem or is not installed.
    """
    if options.method != "auto":
        return solve(case, replace(options, start=base))
    stages, weeks = stages_of(case), settings_of(case).days / 7
    clock = Clock(options.time_limit or max(LEAST_SECONDS, SECONDS_PER_WEEK * weeks))
    warm_up(2, options.solver)
    gap = DEFAULT_GAP if options.gap is None else options.gap
    proof = Proof(stages.small, options, gap)
    proof.begin(clock.left)
    try:
        found = _found(stages, base, proof, options, clock)
    finally:
        proof.end()
    if found is None:
        return solve(case, replace(options, start=base))
    method = "from an earlier plan, with a small price on change"
    plan = plan_of(case, stages, found, proof, options, gap=gap, method=method)
    seconds = {"solve": clock.seconds, "total": clock.seconds}
    return replace(plan, certificate=replace(plan.certificate, seconds=seconds))


def _found(stages: Stages, base: Plan, proof: Proof, options: SolveOptions, clock: Clock) -> Tabulated | None:
    """The plan of the search with a price on change; none if there is none in time."""

    def show(phase: str, objective: float | None, bound: float | None) -> None:
        options.on_progress(
            Progress(clock.seconds, objective, proof.bound if bound is None else bound, phase, draft=True)
        )

    exact = priced(stages.exact, base)
    near = Stages(priced(stages.small, base), exact, Actual(exact))
    search = Search(near, replace(options, start=base), options.gap or DEFAULT_GAP)
    search.begin(show)
    search.run(SEARCH_SHARE * clock.limit - clock.seconds, None, show)
    if search.x is None:
        return None
    near = search.stages
    show("whole mixes and pallets", search.objective, None)
    pattern = values_of(near.small, search.x, (*PATTERN, "total"))
    decided = decide(near, pattern, DECIDE_SHARE * clock.left, options, 1)
    if decided is None:
        return None
    show("whole cases", search.objective, None)
    solution = load_whole(stages.exact, decided, max(1.0, clock.left), options.solver, options.stop)
    return None if solution is None else tabulate(stages.exact.model, solution)
