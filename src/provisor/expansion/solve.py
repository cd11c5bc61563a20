"""Plans an expansion case: what to build by the months that can bind, then every day; each step with its proof.

The reductions are tried first. Where their conditions do not hold, the daily problem is solved, first in buckets of
days, then day by day. See ``docs/expansion/model.md``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion.certify import Bound, Candidate, best_bound, gap_of, plan_of, plan_without
from provisor.expansion.design import Design, Found, find_design
from provisor.expansion.floor import running_bound
from provisor.expansion.flow import fits
from provisor.expansion.network import Network, network_of
from provisor.expansion.packs import in_whole_packs, most_added
from provisor.expansion.rules import METHODS
from provisor.expansion.steady import steady_flow, steady_shares
from provisor.planner import BadRequest, Progress

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.engine.problem import Floats
    from provisor.plan import Plan
    from provisor.planner import SolveOptions

DEFAULT_GAP = 1e-3
DEFAULT_SECONDS = 300.0


def solve(case: Case, options: SolveOptions) -> Plan:
    """Plan, with certificate; the caller audits.

    Raises:
        BadRequest: The method is not one of :data:`METHODS`.
        SolverError: The solver refused the problem or is not installed.
    """
    if options.method not in METHODS:
        raise BadRequest(f"no method {options.method!r} for expansion; there are {', '.join(METHODS)}")
    began = time.perf_counter()
    network = network_of(case)
    work = _Work(case, options, network, began)
    plan = work.run()
    total = time.perf_counter() - began
    seconds = {"build": work.build_seconds, "solve": total - work.build_seconds, "total": total}
    return replace(plan, certificate=replace(plan.certificate, seconds=seconds))


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
        """Build, run, and prove."""
        self.build_seconds = time.perf_counter() - self.began
        found = find_design(self.network, solver=self.options.solver)
        if found.design is None:
            raise NotImplementedError
        running = running_bound(self.network)
        self.bounds.append(
            Bound(
                found.bound + running,
                "least expansion of the months that can bind + least stock of every day",
            )
        )
        self._show("what to build")
        self._keep(steady(self.network, found, self.options.solver))
        if self.best is None:
            raise NotImplementedError
        return plan_of(self.case, self.options, self.network, self.best, best_bound(self.bounds), self.gap)

    def _keep(self, candidate: Candidate | None) -> None:
        if candidate is not None and (self.best is None or candidate.objective < self.best.objective):
            self.best = candidate

    def _done(self) -> bool:
        if self.best is None:
            return False
        return gap_of(self.best.objective, best_bound(self.bounds).value) <= self.gap

    def _show(self, phase: str) -> None:
        objective = None if self.best is None else self.best.objective
        bound = best_bound(self.bounds).value if self.bounds else None
        self.options.on_progress(Progress(time.perf_counter() - self.began, objective, bound, phase))


def steady(network: Network, found: Found, solver: str = "highs") -> Candidate | None:
    """The plan of constant shares, in whole packs where they must be; none where it has no room.

    Whole packs take at most :func:`most_added` more room: shares that leave it free are looked for first, then shares
    that happen to do without, then a design that has it.
    """
    nothing = np.zeros_like(network.capacity)
    spare = most_added(network) if network.rules.whole_packs else nothing
    for reserve, more in ((spare, nothing), (nothing, nothing), (spare, spare)):
        design = found.design
        if more.any():
            design = find_design(network, months=found.months, reserve=more, solver=solver).design
        candidate = None if design is None else _steady_in(design, found, reserve)
        if candidate is not None:
            return candidate
    return None


def _steady_in(design: Design, found: Found, reserve: Floats) -> Candidate | None:
    """The plan of constant shares with some room kept free, if it fits the design."""
    network = design.network
    shares = steady_shares(design, reserve)
    if shares is None:
        return None
    flow = steady_flow(network, shares)
    if network.rules.whole_packs:
        flow = in_whole_packs(network, flow)
    if not fits(design, flow):
        return None
    return Candidate(design, flow, "constant shares of the sites", found.model.problem().size)
