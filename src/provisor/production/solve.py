"""Plans a production case: search for a pattern and proof of a bound side by side, then a plan in whole numbers.

The search works on the network with its leaves merged and on patterns only; the proof strengthens the same
problem by valid inequalities and lets a solver branch on it. The best pattern is completed on the whole network to
whole mixes, pallets and cases, its batches are traced, and its cost is added up from the tables. The certificate
compares that cost with the best bound proven.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from provisor.certificate import Status
from provisor.certifying import certificate
from provisor.clock import Clock
from provisor.engine.result import Incumbent, Limits, SolveStatus
from provisor.engine.worker import solve as solve_problem
from provisor.engine.worker import warm_up
from provisor.plan import Plan
from provisor.planner import Progress, SolveOptions
from provisor.production.certify import plan_of
from provisor.production.changes.common import settings_of
from provisor.production.complete import decide, load_whole
from provisor.production.conflict import conflict
from provisor.production.infeasible import relaxations
from provisor.production.pattern import PATTERN
from provisor.production.proof import Proof
from provisor.production.search import Search
from provisor.production.stages import stages_of
from provisor.production.stated import Stages, Stated, values_of
from provisor.production.tabulate import Tabulated, tabulate

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.engine.problem import Floats
    from provisor.production.network import Network
    from provisor.production.stated import Values

METHODS = ("auto", "exact")
"""``auto`` searches patterns beside the proof; ``exact`` gives the whole time to one solver on the exact problem."""

MANY_INTEGERS = 500
"""Integers above which a proof will not close by itself, so that both processes search first."""

PAIRED_SHARE = {True: 0.44, False: 0.54}
"""Share of the time when both processes have searched, with and without whole cases to come."""

DECIDE_SHARE = {1: 0.45, 2: 0.52}
"""Share of the time left given to whole mixes and pallets, by the processes that do it."""

LOAD_SHARE = 0.9
"""Share of the time left given to whole cases."""

DEFAULT_GAP = 1e-3
SECONDS_PER_WEEK = 15.0
"""Time limit where none is asked for, by week of the horizon."""


def solve(case: Case, options: SolveOptions) -> Plan:
    """Plan, with certificate; the caller audits.

    Raises:
        ValueError: The method is not one of :data:`METHODS`, or a pin names a decision that there is not.
        SolverError: The solver refused the problem or is not installed.
    """
    if options.method not in METHODS:
        raise ValueError(f"no method {options.method!r} for production; there are {', '.join(METHODS)}")
    clock = Clock(options.time_limit or SECONDS_PER_WEEK * max(1.0, settings_of(case).days / 7))
    warm_up(2, options.solver)
    stages = stages_of(case)
    work = _Work(case, options, clock, stages.exact.model.network, stages)
    build_seconds = clock.seconds
    plan = work.run()
    seconds = {"build": build_seconds, "solve": clock.seconds - build_seconds, "total": clock.seconds}
    return replace(plan, certificate=replace(plan.certificate, seconds=seconds))


@dataclass
class _Work:
    """One solve under way."""

    case: Case
    options: SolveOptions
    clock: Clock
    network: Network
    stages: Stages
    best: Tabulated | None = None
    solution: Floats | None = None

    def __post_init__(self) -> None:
        """Say whether a proof will not close by itself, so that both processes search and load."""
        integers = int(self.stages.small.problem.integer.sum())
        self.many = integers > MANY_INTEGERS and self.options.threads > 1

    def run(self) -> Plan:
        """Search and prove until the gap is reached or the time is up, and finish while the proof goes on."""
        gap = DEFAULT_GAP if self.options.gap is None else self.options.gap
        search = Search(self.stages, self.options, gap)
        proof = Proof(self.stages.small, self.options, gap)
        try:
            if self.options.method == "auto":
                self._search(search, proof, gap)
            self._branch_exactly(proof, gap)
        finally:
            proof.end()
        if self.best is None:
            return self._without_plan(proof)
        return self._plan(proof, gap)

    def _search(self, search: Search, proof: Proof, gap: float) -> None:
        until = max(0.3 * self.clock.limit, self.clock.limit - self._reserve())
        search.begin(self._show_draft)
        if self.many:
            share = PAIRED_SHARE[self.network.rules.whole_cases]
            search.run(share * self.clock.limit - self.clock.seconds, None, self._show_draft, processes=2)
            proof.begin(self.clock.left)
        else:
            proof.begin(self.clock.left)
            search.run(until - self.clock.seconds, proof, self._show_draft)
            proof.wait(lambda: self._enough(proof, search, gap, until), self._show_draft)
        self.stages = search.stages
        found = [proof.x, search.x] if proof.closed else [search.x, proof.x]
        for pattern in _distinct(found, self.stages.small):
            self._finish(pattern, proof, gap)

    def _reserve(self) -> float:
        """Seconds kept back for whole numbers and batches."""
        return min(0.42 * self.clock.limit, 1.0 + 0.8 * self.network.days)

    def _enough(self, proof: Proof, search: Search, gap: float, until: float) -> bool:
        if self.clock.seconds > until or self.options.stop():
            return True
        if proof.bound is None:
            return False
        found = [value for value in (search.objective, proof.objective) if value is not None]
        return bool(found) and min(found) - proof.bound <= 0.3 * gap * abs(min(found))

    def _show(self, phase: str, objective: float | None, bound: float | None) -> None:
        self.options.on_progress(Progress(self.clock.seconds, objective, bound, phase))

    def _show_draft(self, phase: str, objective: float | None, bound: float | None) -> None:
        """Show a pattern's cost, which is not yet that of a plan."""
        self.options.on_progress(Progress(self.clock.seconds, objective, bound, phase, draft=True))

    def _finish(self, pattern: Values, proof: Proof, gap: float) -> None:
        """Make a plan of a pattern, and keep it if it is the best; a further one only if it is needed and in time."""
        best = None if self.best is None else self.best.objective
        if self._closed(proof, gap) or (best is not None and self.clock.left < self._reserve()):
            return
        self._show("whole mixes and pallets", best, proof.bound)
        options, least = self.options, 0.3 * self._reserve()
        processes = 2 if self.many else 1
        share = DECIDE_SHARE[processes] if self.network.rules.whole_cases else LOAD_SHARE
        seconds = max(least, share * self.clock.left)
        decided = decide(self.stages, pattern, seconds, options, processes)
        if decided is None:
            return
        if self.many:
            proof.end()
        self._show("whole cases", best, proof.bound)
        seconds = max(least, LOAD_SHARE * self.clock.left)
        self._keep(load_whole(self.stages.exact, decided, seconds, options.solver, options.stop))

    def _keep(self, solution: Floats | None) -> None:
        """Keep the plan of a solution of the exact problem if it is the best."""
        if solution is None:
            return
        plan = tabulate(self.stages.exact.model, solution)
        if self.best is None or plan.objective < self.best.objective:
            self.best, self.solution = plan, solution

    def _closed(self, proof: Proof, gap: float) -> bool:
        if self.best is None or proof.bound is None:
            return False
        return self.best.objective - proof.bound <= gap * abs(self.best.objective)

    def _branch_exactly(self, proof: Proof, gap: float) -> None:
        """Let one solver branch on the exact problem: all of the time if asked to, or what is left of it if small."""
        exact, asked = self.stages.exact.problem, self.options.method == "exact"
        small = int(exact.integer.sum()) <= MANY_INTEGERS and self.clock.left > 0
        if proof.infeasible or self.options.stop() or self._closed(proof, gap) or not (asked or small):
            return
        limits = Limits(seconds=max(1.0, self.clock.left), gap=0.1 * gap, seed=self.options.seed)
        result = solve_problem(
            exact, limits, self.options.solver, self.solution, on_incumbent=self._show_exact,
            stop=self.options.stop,
        )  # fmt: skip
        proof.take_exact(result)
        self._keep(result.x)

    def _show_exact(self, found: Incumbent) -> None:
        self._show("branch and bound", found.objective, found.bound)

    def _plan(self, proof: Proof, gap: float) -> Plan:
        if self.best is None:
            raise ValueError("there is no plan to certify")
        return plan_of(self.case, self.stages, self.best, proof, self.options, gap=gap, method=self._method)

    @property
    def _method(self) -> str:
        """How plans are found."""
        searched = self.options.method == "auto"
        return "pattern search, completed to whole numbers" if searched else "branch and bound"

    def _without_plan(self, proof: Proof) -> Plan:
        """No plan: because there is none, with what would make it feasible, or because time was too short."""
        linear = solve_problem(self.stages.small.problem.relaxed(), Limits())
        excluded = linear.status is SolveStatus.INFEASIBLE or proof.infeasible
        found = relaxations(self.stages.exact) if excluded else []
        clashing = conflict(self.stages.exact) if excluded else None
        status = Status.INFEASIBLE if found or clashing else Status.NO_PLAN
        bound = None if status is Status.INFEASIBLE else proof.bound
        return Plan(
            planner="production",
            case_name=self.case.name,
            currency=self.case.currency,
            certificate=certificate(
                self.case,
                self.options,
                status,
                objective=None,
                bound=bound,
                method=self._method,
                proof=proof.words,
            ),
            size=self.stages.exact.problem.size,
            relaxations=found,
            conflict=clashing,
            warnings=[problem.message for problem in self.case.warnings],
        )


def _distinct(solutions: list[Floats | None], stated: Stated) -> list[Values]:
    """Different patterns of solutions, in order."""
    found: dict[str, Values] = {}
    for x in solutions:
        if x is not None:
            key = str(values_of(stated, x, PATTERN))
            found.setdefault(key, values_of(stated, x, (*PATTERN, "total")))
    return list(found.values())
