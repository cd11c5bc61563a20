"""Plans an expansion case: what to build by the months that can bind, then every day; each step with its proof.

The reductions are tried first. Where their conditions do not hold, the daily problem is solved, first in buckets of
days, then day by day. See ``docs/expansion/model.md``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from provisor.expansion import shares
from provisor.expansion.certify import Bound, Candidate, best_bound, gap_of, plan_of, plan_without
from provisor.expansion.conflict import days_conflict, months_conflict
from provisor.expansion.design import find_design
from provisor.expansion.earlier import Earlier
from provisor.expansion.floor import overloaded, running_bound
from provisor.expansion.given import told_of, with_shelves_given
from provisor.expansion.homes import is_dedicated
from provisor.expansion.infeasible import day_relaxations, relaxations
from provisor.expansion.network import Network, network_of
from provisor.expansion.rounding import without_room
from provisor.expansion.rules import METHODS, Rules
from provisor.expansion.stages import BucketSolve, designs, refined, steady, steady_in_trucks
from provisor.expansion.started import started
from provisor.expansion.trucks import spare_room
from provisor.planner import BadRequest, Progress

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.expansion.design import Design, Found
    from provisor.plan import Plan
    from provisor.planner import SolveOptions

DEFAULT_GAP = 1e-3
DEFAULT_SECONDS = 300.0
CENT = 0.01
FLOOR_WORDS = "least expansion of the months that can bind + least stock of every day, in closed form"


def solve(case: Case, options: SolveOptions) -> Plan:
    """Plan, with certificate; the caller audits.

    Raises:
        BadRequest: The method is not one of :data:`METHODS`.
        SolverError: The solver refused the problem or is not installed.
    """
    work = _begun(case, options)
    plan = work.run()
    total = time.perf_counter() - work.began
    seconds = {"build": work.build_seconds, "solve": total - work.build_seconds, "total": total}
    return replace(plan, certificate=replace(plan.certificate, seconds=seconds))


def can_be_planned(case: Case, options: SolveOptions) -> bool:
    """Whether a plan is found, without laying it out or saying why there is none; raises what :func:`solve` does."""
    work = _begun(case, options)
    work.search()
    return work.best is not None


def _begun(case: Case, options: SolveOptions) -> _Work:
    if options.method not in METHODS:
        raise BadRequest(f"no method {options.method!r} for expansion; there are {', '.join(METHODS)}")
    began = time.perf_counter()
    network = network_of(case)
    if options.start is not None and options.start.tables:
        network = replace(network, earlier=Earlier.of(network, options.start))
    _check_readings(network.rules)
    return _Work(case, options, network, began)


def _check_readings(rules: Rules) -> None:
    """Refuse readings that contradict each other instead of planning another one."""
    if rules.resolution != "daily" and not rules.pipeline:
        raise BadRequest(
            f"rules.pipeline: false speaks of single days; with resolution: {rules.resolution} say pipeline: true"
        )
    if rules.shelf_use == "dedicated" and rules.phases:
        raise BadRequest("shelves of one product are its own for the whole horizon; say phases: false")


@dataclass
class _Work:
    """One solve under way."""

    case: Case
    options: SolveOptions
    network: Network
    began: float
    build_seconds: float = 0.0
    bounds: list[Bound] = field(default_factory=list)
    best: Candidate | None = None
    origin: Design | None = None

    @property
    def gap(self) -> float:
        """Gap asked for."""
        return DEFAULT_GAP if self.options.gap is None else self.options.gap

    @property
    def left(self) -> float:
        """Seconds left."""
        limit = self.options.time_limit or DEFAULT_SECONDS
        return max(0.0, limit - (time.perf_counter() - self.began))

    def run(self) -> Plan:
        """Decide what to build, run it, and prove it; say why where it cannot be done."""
        found = self.search()
        if found.design is None:
            return self._infeasible()
        if self.best is None:
            return self._without_plan(found)
        notes = {"least_expansion": found.bound, "least_running": running_bound(self.network)}
        plan = plan_of(self.case, self.options, self.best, best_bound(self.bounds), self.gap, notes)
        return replace(plan, warnings=[*plan.warnings, *self._why_more(found, self.best)])

    def search(self) -> Found:
        """Look for the best plan, cheap ways first, until the gap is reached or time is up; what to build by itself."""
        self.build_seconds = time.perf_counter() - self.began
        found = find_design(self.network, solver=self.options.solver)
        if found.design is None:
            return found
        self.bounds.append(Bound(found.bound + running_bound(self.network), FLOOR_WORDS))
        self._show("what to build")
        if overloaded(self.network):
            return found
        self._keep(started(self.case, self.network, self.options.start))
        for part in with_shelves_given(found, self.options.solver):
            self.origin = part.design.origin if part.design else None
            self._try(part)
        return found

    def _why_more(self, found: Found, best: Candidate) -> list[str]:
        """Why more is built than the months that can bind ask for, where whole packs are the cause."""
        if found.design is None or not self.network.rules.whole_packs or is_dedicated(self.network):
            return []
        more = best.design.cost - found.design.cost
        why = without_room(self.network, found.design) if more > CENT else None
        return (
            [] if why is None else [f"{more:,.2f} more is spent on expansion than without whole packs: {why}"]
        )

    def _try(self, found: Found) -> None:
        """The ways to a daily plan in turn, cheap ones first."""
        if self.options.method == "auto" and self.network.rules.pipeline and not self._over():
            self._try_steady(found)
            if shares.applies(found.model.network) and not self._over():
                self._try_monthly(found)
        for lengths in self._ladder():
            if self._over():
                break
            self._try_buckets(found, lengths)

    def _ladder(self) -> list[tuple[int, ...]]:
        """Buckets to solve in turn, coarse ones first."""
        days = self.network.month_days
        single = (1,) * days
        if self.options.method == "daily":
            return [single]
        coarse = (1, days - 1) if days > 1 else single
        finer = refined(days)
        if self.options.method == "buckets":
            return [coarse, finer]
        return list(dict.fromkeys([coarse, finer, single]))

    def _over(self) -> bool:
        """Whether the gap is reached, time is up or the user stops."""
        if self.options.stop() or self.left <= 0:
            return True
        if self.best is None:
            return False
        return gap_of(self.best.objective, best_bound(self.bounds).value) <= self.gap

    def _try_steady(self, found: Found) -> None:
        """Constant shares; where trucks are limited, with goods brought earlier."""
        network = found.model.network
        if not network.truck_rows.any():
            self._keep(steady(network, found, self.options.solver))
        else:
            self._keep(steady_in_trucks(network, found, self._seconds, self.options.solver))
        self._show("constant shares")

    def _try_monthly(self, found: Found) -> None:
        """Shares by month: where trucks are limited a bound alone."""
        network, solver = found.model.network, self.options.solver
        if not network.truck_rows.any():
            tried = designs(network, found, spare_room(network), solver)
            self._keep(shares.monthly(network, tried, self._seconds, solver))
            self._show("shares by month")
        bound = None
        if not self._over() and not is_dedicated(self.network):
            bound = shares.monthly_bound(network, self._seconds, solver)
        if bound is not None:
            self.bounds.append(bound)
            self._show("a bound by months")

    def _try_buckets(self, found: Found, lengths: tuple[int, ...]) -> None:
        """The problem in buckets of days: a plan, and a bound where the gap still asks for one."""
        step = BucketSolve(found.model.network, found, lengths, self.options.solver)
        if self.best is not None and not is_dedicated(self.network):
            self._keep(step.candidate_for(self.best.design, self._seconds))
        if not self._over():
            self._keep(step.candidate(self._seconds))
        self._show(f"buckets of {', '.join(map(str, lengths))} days" if max(lengths) > 1 else "every day")
        if is_dedicated(self.network):
            return  # shelves are given here; prices of theirs say nothing of every plan
        if self._over() or (self.network.rules.trucks == "hard" and lengths == self._ladder()[0]):
            return  # the prices of the coarsest buckets are worth little where trucks are a limit
        known = shares.applies(self.network) and max(lengths) > 1 and not self.network.truck_rows.any()
        bound = None if known else step.bound(self._seconds)
        if bound is not None:
            self.bounds.append(bound)
            self._show("a bound")
        if not self._over():
            self._keep(step.chosen_candidate(self._seconds))
            self._show("building weighed against running")

    def _seconds(self) -> float:
        return self.left

    def _infeasible(self) -> Plan:
        """Months that cannot be served whatever is built: what would have to give."""
        found = relaxations(self.network, self.options.solver)
        clashing = months_conflict(self.network) if found else None
        words = "a month cannot be served by itself"
        return plan_without(self.case, self.options, found, None, words, clashing)

    def _without_plan(self, found: Found) -> Plan:
        """No plan was found: because the days cannot be planned, or because time was too short."""
        given = day_relaxations(self.network, self.options.solver, self.left)
        words = "the days cannot be planned" if given else best_bound(self.bounds).words
        clashing = days_conflict(self.network) if given else None
        return plan_without(self.case, self.options, given, None if given else found.bound, words, clashing)

    def _keep(self, candidate: Candidate | None) -> None:
        if candidate is not None:
            candidate = told_of(self.network, candidate, self.origin)
        if candidate is not None and (self.best is None or candidate.objective < self.best.objective):
            self.best = candidate

    def _show(self, phase: str) -> None:
        objective = None if self.best is None else self.best.objective
        bound = best_bound(self.bounds).value if self.bounds else None
        self.options.on_progress(Progress(time.perf_counter() - self.began, objective, bound, phase))
