"""Plans a case from a plan of another that differs little: from its prices and styles, and moving no more than pays.

The bound is proven for the case itself; only the search knows of the price on change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from provisor.allocation.arrays import arrays_of
from provisor.allocation.audit import audit
from provisor.allocation.blocks import Blocks, blocks_of
from provisor.allocation.change_price import priced
from provisor.allocation.changes.common import rules_of, settings_of
from provisor.allocation.dual import decisions_of
from provisor.allocation.fitted import fitted, levels_of
from provisor.allocation.handing import Ways, ways_between
from provisor.allocation.kernel.solve import KernelLimits, prove
from provisor.allocation.nearby import Nearby
from provisor.allocation.report import kpis, summaries
from provisor.allocation.shadow import taken, told
from provisor.allocation.solve import compiled, solve
from provisor.allocation.started import decisions_of as decisions_from
from provisor.allocation.tabulate import Tabulated, objective_of, tabulate
from provisor.allocation.who import labels
from provisor.allocation.worth import worth_of
from provisor.certificate import Certificate, Status
from provisor.clock import Clock
from provisor.engine.backends import back_end
from provisor.engine.worker import warm_up
from provisor.plan import Plan
from provisor.planner import Progress

if TYPE_CHECKING:
    from provisor.allocation.arrays import Arrays
    from provisor.allocation.decisions import Decisions
    from provisor.allocation.kernel.problem import KernelProblem
    from provisor.allocation.kernel.result import KernelResult
    from provisor.allocation.worth import Worth
    from provisor.case import Case
    from provisor.planner import SolveOptions

DEFAULT_GAP = 3e-3

SECONDS, SECONDS_PER_PAIR = 0.8, 5e-6
"""Time limit where none is asked for: so many seconds, and more by pair."""

SHOCK_SECONDS, SHOCK_SECONDS_PER_PAIR = 5.0, 1.2e-5
"""The same where much of the earlier plan does not fit."""

COMPARED = 50_000
"""Pairs up to which the earlier plan itself is looked at too: what fits of it lacks single pieces passed to packs."""

COLD = 100_000
"""Pairs up to which prices are found anew after a shock; with more, those of the earlier plan are nearer in time."""

SMALL, SMALL_SECONDS = 500, 3.0
"""Pairs up to which the exact model narrows the bound, and seconds for it where none are told."""

SHOCK = 0.1
"""Share of the styles of the earlier plan that are to be changed, from which on its prices are no start either."""

BOUND_SHARE = 0.35
"""Share of the time in which the bound is proven at most."""


def resolve(case: Case, base: Plan, options: SolveOptions) -> Plan:
    """Plan a case from a plan of a case like it, with certificate; the caller audits.

    What prices alone cannot plan (several periods, stock that may not go back, a floor, a ratio, objectives in order),
    and a case in which no plan comes of it, are solved as any other with the plan as start.

    Raises:
        BadRequest: A pin names a decision that there is not, or the plan cannot be read.
        SolverError: The solver refused the problem or is not installed.
    """
    if options.method == "auto" and _warm(case):
        compiled(options)
        warm_up(1, options.solver)
        plan = _Work(case, base, options, Clock(options.time_limit or 0.0)).run()
        if plan is not None:
            return _narrowed(case, plan, options)
    return solve(case, replace(options, start=base))


def _narrowed(case: Case, plan: Plan, options: SolveOptions) -> Plan:
    """The plan with the bound of the exact model, where that is small and the gap is not reached."""
    if plan.certificate.status is Status.OPTIMAL or case.table("pairs").height > SMALL:
        return plan
    seconds = SMALL_SECONDS if options.time_limit is None else options.time_limit
    exact = solve(case, replace(options, method="exact", start=plan, time_limit=seconds)).certificate
    own = plan.certificate
    if exact.bound is None or own.bound is None or own.objective is None or exact.bound >= own.bound:
        return plan
    bound = max(exact.bound, own.objective)
    reached = bound - own.objective <= (options.gap or DEFAULT_GAP) * max(abs(own.objective), 1e-9)
    status = Status.OPTIMAL if reached else Status.FEASIBLE
    return replace(plan, certificate=replace(own, bound=bound, proof=exact.proof, status=status))


def _warm(case: Case) -> bool:
    """Whether prices alone can plan the case."""
    rules = rules_of(case)
    stuck = not rules.returns and bool((case.table("pairs")["opening"] > 0).any())
    floor = rules.valued == "sell_through" and rules.sell_through_by == "floor"
    several = settings_of(case).periods > 1
    return not (several or stuck or floor or rules.is_ratio or rules.objective == "lexicographic")


@dataclass(frozen=True)
class _Work:
    """One plan from another under way."""

    case: Case
    base: Plan
    options: SolveOptions
    clock: Clock

    @cached_property
    def arrays(self) -> Arrays:
        return arrays_of(self.case)

    @cached_property
    def worth(self) -> Worth:
        return worth_of(self.arrays)

    @cached_property
    def ways(self) -> Ways:
        return ways_between(self.arrays)

    @cached_property
    def blocks(self) -> Blocks:
        return blocks_of(self.arrays, self.worth, self.ways)

    @property
    def gap(self) -> float:
        return DEFAULT_GAP if self.options.gap is None else self.options.gap

    def run(self) -> Plan | None:
        if self.blocks.is_stuck:
            return None
        before = decisions_from(self.arrays, self.base.tables)
        level = levels_of(self.arrays, self.blocks, before)
        fits = fitted(self.arrays, self.blocks, self.ways, before, level)
        shock = fits.off.sum() > SHOCK * max(1, (level >= 0).sum())
        if self.options.time_limit is None:
            each = (SHOCK_SECONDS, SHOCK_SECONDS_PER_PAIR) if shock else (SECONDS, SECONDS_PER_PAIR)
            self.clock.limit = each[0] + each[1] * self.arrays.pairs.count
        built = self.clock.seconds
        proof = self._prove(warm=not shock or self.arrays.pairs.count > COLD)
        proven = self.clock.seconds
        self._show("prices", None, proof.bound)
        problem, style, step = priced(self.blocks.problem, level)
        near = Nearby(problem, proof, level, self.clock, self.gap, self.options)
        if self.options.time_limit is None and near.everywhere(fits):
            self.clock.limit = SHOCK_SECONDS + SHOCK_SECONDS_PER_PAIR * self.arrays.pairs.count
        found = near.find(fits)
        if found is None:
            return None
        decisions = decisions_of(self.arrays, self.blocks, self.ways, found)
        made = tabulate(self.arrays, decisions)
        if self.arrays.pairs.count <= COMPARED:
            made = self._kept(before, made)
        self._show("from the earlier plan", made.objective, proof.bound)
        seconds = {"build": built, "prove": proven - built}
        return self._plan(made, proof, seconds, {"change_price_style": style, "change_price_step": step})

    def _kept(self, before: Decisions, made: Tabulated) -> Tabulated:
        """What was found, or the earlier plan if that is better and the auditor finds nothing wrong with it here."""
        if objective_of(self.arrays, before, self.worth) <= made.objective:
            return made
        old = tabulate(self.arrays, before)
        return old if audit(self.case, old.tables, old.costs).ok else made

    def _show(self, phase: str, objective: float | None, bound: float | None) -> None:
        self.options.on_progress(Progress(self.clock.seconds, objective, bound, phase))

    def _prove(self, *, warm: bool) -> KernelResult:
        """The bound, from the prices of the earlier plan on if warm; of the wider problem where packs are passed on."""
        wide = (self.arrays.pack[self.arrays.pairs.product[self.ways.taker]] > 1).any()
        blocks = blocks_of(self.arrays, self.worth, self.ways, singly=True) if wide else self.blocks
        told_before = self.base.tables.get("prices")
        prices = (
            taken(self.arrays, blocks, self.ways, told_before) if warm and told_before is not None else None
        )
        limits = KernelLimits(
            BOUND_SHARE * self.clock.left, self.gap, self.options.threads, self.options.seed, prices=prices
        )
        return prove(blocks.problem, limits)

    def _plan(
        self, made: Tabulated, proof: KernelResult, seconds: dict[str, float], notes: dict[str, float]
    ) -> Plan:
        objective, options, arrays = made.objective, self.options, self.arrays
        bound = max(proof.bound, objective)
        reached = bound - objective <= self.gap * max(abs(objective), 1e-9)
        tables = {
            **made.tables,
            **summaries(arrays, made.outcome, told(arrays, proof.prices, self.blocks, self.ways)),
            **labels(self.case),
        }
        costs = made.costs
        figures = kpis(arrays, made.outcome, costs)
        took = self.clock.seconds
        certificate = Certificate(
            Status.OPTIMAL if reached else Status.FEASIBLE, "max", objective, bound,
            "from an earlier plan, with a small price on change", proof.proof,
            f"kernel with {options.solver} {back_end(options.solver).version()}",
            threads=options.threads, seed=options.seed, case_fingerprint=self.case.fingerprint,
            notes={"dual_steps": float(proof.steps), **notes},
            seconds={**seconds, "solve": took - seconds["build"], "total": took},
        )  # fmt: skip
        pairs = self.blocks.problem.pairs
        return Plan(
            planner="allocation",
            case_name=self.case.name,
            currency=self.case.currency,
            certificate=certificate,
            tables=tables,
            costs=costs,
            kpis=figures,
            size={"rows": proof_rows(self.blocks.problem), "columns": int(pairs.gain.size),
                  "integers": int(pairs.gain.size), "nonzeros": int(pairs.gain.size)},
            warnings=[problem.message for problem in self.case.warnings],
        )  # fmt: skip


def proof_rows(problem: KernelProblem) -> int:
    """Limits of stores in the problem."""
    return sum(limit.lower.size for limit in problem.place_limits)
