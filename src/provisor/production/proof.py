"""The proof of a bound: valid inequalities, then branch and bound, beside the search."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from provisor.engine.result import Limits, SolverError, SolveStatus
from provisor.engine.worker import Running, submit
from provisor.production.bounds.strengthen import strengthen
from provisor.production.pattern import in_pattern, totals

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem
    from provisor.engine.result import Result
    from provisor.planner import SolveOptions
    from provisor.production.stated import Stated

Show = Callable[[str, float | None, float | None], None]

CUT_SHARE = 0.25
"""Share of the time given to finding inequalities."""

LOOK = 0.1
"""Seconds between two looks at a solver."""


class Proof:
    """A bound under way in the background.

    Attributes:
        bound: Best bound proven so far; none before the first.
        x: Best solution the solver has come across, if any, whole in every column.
        objective: Its cost.
        infeasible: Whether it is proven that there is no solution.
        closed: Whether the solver has ended.
        words: What proves the bound.
    """

    def __init__(self, stated: Stated, options: SolveOptions, gap: float) -> None:
        """Prepare to prove a bound for a problem."""
        self.bound: float | None = None
        self.x: Floats | None = None
        self.objective: float | None = None
        self.infeasible = False
        self.closed = False
        self.words = "nothing was proven"
        self._stated, self._options, self._gap = stated, options, gap
        self._until = 0.0
        self._ending = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="provisor-proof", daemon=True)

    def begin(self, seconds: float) -> None:
        """Begin in the background, for up to some seconds."""
        self._until = time.perf_counter() + seconds
        self._thread.start()

    def wait(self, enough: Callable[[], bool], show: Show) -> None:
        """Wait until the proof has ended or is enough."""
        while self._thread.is_alive() and not enough():
            self._thread.join(LOOK)
            show("proof", self.objective, self.bound)

    def end(self) -> None:
        """End the proof; raises again what went wrong in it."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self._failure is not None:
            raise self._failure

    def take_exact(self, result: Result) -> None:
        """Take over what a solver proved on the exact problem."""
        if result.bound is not None:
            self._lift(result.bound, f"branch and bound by {self._options.solver} on the exact problem")
        self.infeasible = self.infeasible or result.status is SolveStatus.INFEASIBLE

    def _work(self) -> None:
        try:
            self._prove()
        except BaseException as error:  # noqa: BLE001 - raised again by end()
            self._failure = error

    def _stopped(self) -> bool:
        return self._ending.is_set() or time.perf_counter() > self._until or self._options.stop()

    def _lift(self, bound: float, words: str) -> None:
        if self.bound is None or bound > self.bound:
            self.bound, self.words = bound, words

    def _prove(self) -> None:
        seconds = self._until - time.perf_counter()
        problem = self._stated.problem
        try:
            stronger = strengthen(
                self._stated.model, problem, CUT_SHARE * seconds,
                lambda bound: self._lift(bound, "linear relaxation with valid inequalities"), self._stopped,
            )  # fmt: skip
        except SolverError:
            # no linear bound to strengthen: the solver itself says whether the problem is infeasible
            self._branch(submit(problem, self._limits(), self._options.solver))
            return
        self._branch(submit(self._to_branch_on(stronger.problem), self._limits(), self._options.solver))

    def _to_branch_on(self, problem: Problem) -> Problem:
        """The problem; where totals are whole its mixes are left divisible, or presolve would drop the totals.

        Totals lift the bound more than mixes do, see docs/production/model.md.
        """
        whole = totals(self._stated.model, problem)
        return problem.relaxed(whole | in_pattern(self._stated.model, problem)) if whole.any() else problem

    def _limits(self) -> Limits:
        seconds = max(0.5, self._until - time.perf_counter())
        return Limits(seconds=seconds, gap=min(1e-4, 0.1 * self._gap), seed=self._options.seed)

    def _branch(self, running: Running) -> None:
        while not running.wait(LOOK):
            self._take(running.bound)
            if self._stopped():
                running.cancel()
        result = running.result()
        self._take(result.bound)
        own = self._stated.problem.integer.size
        self.x = None if result.x is None else result.x[:own]
        self.objective = result.objective
        self.infeasible = result.status is SolveStatus.INFEASIBLE
        self.closed = result.status in (SolveStatus.OPTIMAL, SolveStatus.INFEASIBLE)

    def _take(self, bound: float | None) -> None:
        if bound is not None:
            self._lift(
                bound, f"branch and bound by {self._options.solver} on the problem with valid inequalities"
            )
