"""Plans an allocation case: the exact model while it is small, prices on its limits where it is large.

Whatever the route, the plan is played through from its decisions alone, its objective added up from its tables, and
the certificate compares that with the bound the route has proven.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from provisor.allocation.arrays import Arrays, arrays_of
from provisor.allocation.audit import audit
from provisor.allocation.conflict import conflict
from provisor.allocation.infeasible import relaxations
from provisor.allocation.kernel.compiling import when_missing
from provisor.allocation.report import kpis, summaries
from provisor.allocation.rules import Rules, Settings
from provisor.allocation.search import Search
from provisor.allocation.started import decisions_of
from provisor.allocation.tabulate import Tabulated, tabulate
from provisor.allocation.tiers import best
from provisor.allocation.who import labels
from provisor.allocation.worth import worth_of
from provisor.certificate import Certificate, Status
from provisor.clock import Clock
from provisor.plan import Plan
from provisor.planner import BadRequest, Progress, SolveOptions

if TYPE_CHECKING:
    from provisor.allocation.route import Found
    from provisor.case import Case

METHODS = ("auto", "exact", "dual")
"""``exact``: one solver on the whole model; ``dual``: prices on all limits; ``auto`` chooses by size."""

COMPILING = "compiling for this machine, half a minute, once"
"""What is told while the kernel is compiled; the time limit holds from then on."""

DEFAULT_GAP = 1e-3
SECONDS, SECONDS_PER_PAIR, MOST_SECONDS = 20.0, 1e-4, 120.0
"""Time limit where none is asked for: so many seconds and more by pair and period, up to a most."""


def solve(case: Case, options: SolveOptions) -> Plan:
    """Plan, with certificate; the caller audits.

    Raises:
        BadRequest: There is no such method, a pin names a decision that there is not, or the plan to start from
            cannot be read.
        SolverError: The solver refused the problem or is not installed.
    """
    if options.method not in METHODS:
        raise BadRequest(f"no method {options.method!r} for allocation; there are {', '.join(METHODS)}")
    if not isinstance(case.settings, Settings) or not isinstance(case.rules, Rules):
        raise TypeError("not an allocation case")
    if options.method != "exact":
        compiled(options)
    pairs = case.table("pairs").height * case.settings.periods
    clock = Clock(options.time_limit or min(MOST_SECONDS, SECONDS + SECONDS_PER_PAIR * pairs))
    arrays = arrays_of(case)
    build_seconds = clock.seconds
    gap = DEFAULT_GAP if options.gap is None else options.gap
    plan = _Work(case, arrays, options, gap, clock).run()
    seconds = {"build": build_seconds, "solve": clock.seconds - build_seconds, "total": clock.seconds}
    return replace(plan, certificate=replace(plan.certificate, seconds=seconds))


def compiled(options: SolveOptions) -> None:
    """See that the kernel is compiled before a clock runs."""
    when_missing(lambda: options.on_progress(Progress(0.0, None, None, COMPILING)))


@dataclass(frozen=True)
class _Work:
    """One solve under way."""

    case: Case
    arrays: Arrays
    options: SolveOptions
    gap: float
    clock: Clock

    def run(self) -> Plan:
        starts = () if self._start is None else (decisions_of(self.arrays, self._start.tables),)
        found = best(Search(self.arrays, self.options, self.gap, self.clock, starts))
        kept = self._kept(found)
        if kept is not None:
            return self._plan(found, kept)
        return self._without_plan(found)

    @cached_property
    def _start(self) -> Plan | None:
        start = self.options.start
        return start if start is not None and start.tables else None

    def _kept(self, found: Found) -> Tabulated | None:
        """What was found, or the plan to start from if that is better and the auditor finds nothing wrong with it."""
        made = None if found.decisions is None else tabulate(self.arrays, found.decisions)
        if self._start is None or self.arrays.rules.objective == "lexicographic":
            return made
        old = tabulate(self.arrays, decisions_of(self.arrays, self._start.tables))
        if made is not None and old.objective <= made.objective:
            return made
        return old if audit(self.case, old.tables, old.costs).ok else made

    def _plan(self, found: Found, made: Tabulated) -> Plan:
        objective = made.objective
        bound = None if found.bound is None else max(found.bound, objective)
        reached = bound is not None and bound - objective <= self.gap * max(abs(objective), 1e-9)
        status = Status.OPTIMAL if reached else Status.FEASIBLE
        return Plan(
            planner="allocation",
            case_name=self.case.name,
            currency=self.case.currency,
            certificate=self._certificate(found, status, objective, bound),
            tables={
                **made.tables,
                **summaries(self.arrays, made.outcome, found.prices),
                **labels(self.case),
            },
            costs=made.costs,
            kpis=kpis(self.arrays, made.outcome, made.costs),
            size=found.size,
            warnings=self._warnings(),
        )

    def _without_plan(self, found: Found) -> Plan:
        given_way, proven = relaxations(self.arrays, worth_of(self.arrays))
        clashing = conflict(self.arrays, worth_of(self.arrays)) if found.infeasible or proven else None
        infeasible = found.infeasible or proven
        return Plan(
            planner="allocation",
            case_name=self.case.name,
            currency=self.case.currency,
            certificate=self._certificate(
                found,
                Status.INFEASIBLE if infeasible else Status.NO_PLAN,
                None,
                None if infeasible else found.bound,
            ),
            size=found.size,
            relaxations=given_way,
            conflict=clashing,
            warnings=self._warnings(),
        )

    def _warnings(self) -> list[str]:
        return [problem.message for problem in self.case.warnings]

    def _certificate(
        self, found: Found, status: Status, objective: float | None, bound: float | None
    ) -> Certificate:
        options = self.options
        return Certificate(
            status, "max", objective, bound, found.method, found.proof, found.solver,
            threads=options.threads, seed=options.seed, case_fingerprint=self.case.fingerprint,
            options_fingerprint=options.fingerprint, notes=dict(found.notes),
            unit="share" if self.arrays.rules.is_ratio else "$",
        )  # fmt: skip
