"""Plans an allocation case: the exact model while it is small, prices on its limits where it is large.

Whatever the route, the plan is played through from its decisions alone, its objective added up from its tables, and
the certificate compares that with the bound the route has proven.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from provisor.allocation.arrays import Arrays, arrays_of
from provisor.allocation.dual import solve_by_prices
from provisor.allocation.exact import solve_exactly
from provisor.allocation.report import kpis, summaries
from provisor.allocation.route import Clock, Found
from provisor.allocation.rules import Rules, Settings
from provisor.allocation.tabulate import Tabulated, tabulate
from provisor.allocation.who import labels
from provisor.allocation.worth import Worth, worth_of
from provisor.certificate import Certificate, Status
from provisor.plan import Plan
from provisor.planner import BadRequest, SolveOptions

if TYPE_CHECKING:
    from provisor.allocation.decisions import Decisions
    from provisor.case import Case

METHODS = ("auto", "exact", "dual")
"""``exact``: one solver on the whole model; ``dual``: prices on all limits; ``auto`` chooses by size."""

EXACT_PAIRS = 20_000
"""Pairs times periods up to which ``auto`` is exact."""

QUICK_SHARE = 0.3
"""Share of the time in which prices find a plan that the exact model starts from."""

DEFAULT_GAP = 1e-3
SECONDS, SECONDS_PER_PAIR, MOST_SECONDS = 20.0, 1e-4, 120.0
"""Time limit where none is asked for: so many seconds and more by pair and period, up to a most."""


def solve(case: Case, options: SolveOptions) -> Plan:
    """Plan, with certificate; the caller audits.

    Raises:
        BadRequest: There is no such method or objective, or a pin names a decision that there is not.
        SolverError: The solver refused the problem or is not installed.
    """
    if options.method not in METHODS:
        raise BadRequest(f"no method {options.method!r} for allocation; there are {', '.join(METHODS)}")
    if not isinstance(case.settings, Settings) or not isinstance(case.rules, Rules):
        raise TypeError("not an allocation case")
    if case.rules.objective == "sell_through" and case.rules.sell_through_by == "ratio":
        raise BadRequest("rules.sell_through_by: ratio cannot be planned yet; use unsold_price or floor")
    pairs = case.table("pairs").height * case.settings.periods
    clock = Clock(options.time_limit or min(MOST_SECONDS, SECONDS + SECONDS_PER_PAIR * pairs))
    arrays = arrays_of(case)
    build_seconds = clock.seconds
    gap = DEFAULT_GAP if options.gap is None else options.gap
    work = _Work(case, arrays, options, gap, clock)
    plan = work.run()
    seconds = {"build": build_seconds, "solve": clock.seconds - build_seconds, "total": clock.seconds}
    return replace(plan, certificate=replace(plan.certificate, seconds=seconds))


@dataclass(frozen=True)
class _Work:
    """One solve under way."""

    case: Case
    arrays: Arrays
    options: SolveOptions
    gap: float
    clock: Clock

    def run(self) -> Plan:
        worth = worth_of(self.arrays)
        found = self._route(worth)
        if found.decisions is None:
            return self._without_plan(found)
        return self._plan(found, tabulate(self.arrays, found.decisions, worth))

    def _route(self, worth: Worth) -> Found:
        method = self.options.method
        small = self.arrays.pairs.count * self.arrays.periods <= EXACT_PAIRS
        if method == "exact" or (method == "auto" and (small or self._needs_exact())):
            start = None if method == "exact" or self._needs_exact() else self._quick(worth)
            return solve_exactly(self.arrays, worth, self.options, self.gap, self.clock, start)
        return solve_by_prices(self.arrays, worth, self.options, self.gap, self.clock)

    def _quick(self, worth: Worth) -> Decisions | None:
        """A plan to start from, by prices, in a part of the time."""
        part = Clock(QUICK_SHARE * self.clock.left)
        return solve_by_prices(self.arrays, worth, self.options, self.gap, part, prove=False).decisions

    def _needs_exact(self) -> bool:
        """Whether the case has what the dual route has no prices for."""
        rules = self.arrays.rules
        stuck = not rules.returns and bool((self.arrays.pairs.opening > 0).any())
        floor = rules.objective == "sell_through" and rules.sell_through_by == "floor"
        return stuck or floor or self.arrays.periods > 1

    def _plan(self, found: Found, made: Tabulated) -> Plan:
        objective = made.objective
        bound = None if found.bound is None else max(found.bound, objective)
        reached = bound is not None and bound - objective <= self.gap * max(abs(objective), 1e-9)
        status = Status.OPTIMAL if reached else Status.FEASIBLE
        return Plan(
            planner="allocation",
            case_name=self.case.name,
            certificate=self._certificate(found, status, objective, bound),
            tables={**made.tables, **summaries(self.arrays, made.outcome, found.prices), **labels(self.case)},
            costs=made.costs,
            kpis=kpis(self.arrays, made.outcome, made.costs),
            size=found.size,
            warnings=self._warnings(),
        )

    def _without_plan(self, found: Found) -> Plan:
        status = Status.INFEASIBLE if found.infeasible else Status.NO_PLAN
        bound = None if found.infeasible else found.bound
        return Plan(
            planner="allocation",
            case_name=self.case.name,
            certificate=self._certificate(found, status, None, bound),
            size=found.size,
            warnings=self._warnings(),
        )

    def _warnings(self) -> list[str]:
        return [problem.message for problem in self.case.warnings]

    def _certificate(
        self, found: Found, status: Status, objective: float | None, bound: float | None
    ) -> Certificate:
        options = self.options
        settings = [
            options.time_limit, options.gap, options.method, options.solver, options.threads, options.seed,
        ]  # fmt: skip
        digest = hashlib.sha256(json.dumps(settings).encode()).hexdigest()
        return Certificate(
            status, "max", objective, bound, found.method, found.proof, found.solver,
            threads=options.threads, seed=options.seed, case_fingerprint=self.case.fingerprint,
            options_fingerprint=f"sha256:{digest}", notes=dict(found.notes),
        )  # fmt: skip
