"""Solves in warm child processes: streamed, cancellable, and ended when they overrun their limit.

Limits of solvers are not trusted; the parent keeps what was streamed whatever becomes of the child.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import count
from pickle import UnpicklingError
from threading import TIMEOUT_MAX, Event, Lock, Thread, Timer
from time import perf_counter
from typing import TYPE_CHECKING

from provisor.engine.backends import back_end
from provisor.engine.backends.common import FEASIBLE
from provisor.engine.process import Pool, Process
from provisor.engine.result import Incumbent, Limits, OnIncumbent, Result, SolverError, SolveStatus
from provisor.engine.wire import Began, Cancel, Done, Failed, Job, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.engine.problem import Floats, Problem

GRACE = 2.0
"""Seconds a solver may overrun its limit, or take to heed a cancel, before its process is ended."""

START_UP = 60.0
"""Seconds a new process may take to import its solver and read its problem."""

SMALL_ROWS = 10_000
SMALL_NONZEROS = 100_000
"""A linear problem up to this size is solved in place."""

_LOOK = 0.05
_pool = Pool()
_numbers = count()


def warm_up(processes: int = 1, solver: str = "highs") -> None:
    """Start worker processes ahead of their first job; returns at once."""
    _pool.warm_up(processes, solver)


def submit(
    problem: Problem,
    limits: Limits,
    solver: str = "highs",
    start: Floats | None = None,
    on_incumbent: OnIncumbent | None = None,
) -> Running:
    """Begin to solve in a child process; several may run at once.

    Args:
        problem: What to solve.
        limits: Its seconds count from when the solver has the problem.
        solver: Name of the back end.
        start: A value for each column.
        on_incumbent: Called with each step forward, in a thread of its own.
    """
    return Running(_pool, Job(next(_numbers), _bare(problem), limits, solver, start), on_incumbent)


def submit_conflict(problem: Problem, limits: Limits, solver: str) -> Running:
    """Begin to look for an irreducible conflict in a child process; see ``Result.conflict``."""
    return Running(_pool, Job(next(_numbers), _bare(problem), limits, solver, None, conflict=True), None)


def _bare(problem: Problem) -> Problem:
    """The problem without its names, which solvers do not need."""
    return replace(problem, rows=(), columns=())


def solve(
    problem: Problem,
    limits: Limits,
    solver: str = "highs",
    start: Floats | None = None,
    on_incumbent: OnIncumbent | None = None,
    stop: Callable[[], bool] | None = None,
) -> Result:
    """Solve a small linear problem in place and all else in a child process.

    Args:
        problem: What to solve.
        limits: Limits and settings.
        solver: Name of the back end.
        start: A value for each column.
        on_incumbent: Called with each step forward, perhaps in another thread.
        stop: Asked many times a second; true ends the solve and keeps its best solution.

    Raises:
        SolverError: The solver refused the problem, the start or an option.
    """
    if _small(problem, solver):
        return back_end(solver).solve(problem, replace(limits, threads=1), start, on_incumbent, stop)
    running = submit(problem, limits, solver, start, on_incumbent)
    try:
        while not running.wait(_LOOK):
            if stop is not None and stop():
                running.cancel()
    finally:
        running.cancel()
    return running.result()


def _small(problem: Problem, solver: str) -> bool:
    rows = problem.matrix.shape[0]
    small = rows <= SMALL_ROWS and problem.matrix.nnz <= SMALL_NONZEROS
    return solver == "highs" and small and not problem.integer.any()


class Running:
    """A solve under way in a child process.

    Attributes:
        incumbent: Best solution so far with its objective, none before the first.
        bound: Best proven bound so far.
    """

    def __init__(self, pool: Pool, job: Job, on_incumbent: OnIncumbent | None) -> None:
        """Hand the job to a process of the pool."""
        self.incumbent = _first(job.problem, job.start)
        self.bound: float | None = None
        self._job = job
        self._pool = pool
        self._on_incumbent = on_incumbent
        self._submitted = perf_counter()
        self._over = Event()
        self._watching = Lock()
        self._timer: Timer | None = None
        self._cancelled = False
        self._begun = False
        self._released = False
        self._killed: tuple[SolveStatus, str] | None = None
        self._result: Result | None = None
        self._failure: BaseException | None = None
        self._process: Process = pool.take(job.solver)
        self._watch(START_UP, SolveStatus.ERROR, "the solver process did not start")
        Thread(target=self._converse, daemon=True, name="provisor-solve").start()

    def poll(self) -> bool:
        """Whether the solve is over."""
        return self._over.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to ``timeout`` seconds for the end; whether it is over."""
        return self._over.wait(timeout)

    def cancel(self) -> None:
        """End the solve, keeping its best solution; returns at once, and does nothing if it is over."""
        if self.poll() or self._cancelled:
            return
        self._cancelled = True
        self._watch(GRACE, SolveStatus.INTERRUPTED, "cancelled")
        try:
            self._process.send(Cancel(self._job.number))
        except OSError:
            return  # the process is gone already, and the conversation ends by itself

    def result(self) -> Result:
        """Wait for the result.

        Raises:
            SolverError: The solver refused the problem, the start or an option.
        """
        self._over.wait()
        if self._failure is not None:
            raise self._failure
        if self._result is None:
            raise SolverError("the solve ended without a result")
        return self._result

    def _watch(self, seconds: float, status: SolveStatus, words: str) -> None:
        """End the process in so many seconds, unless watched anew before."""
        with self._watching:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = Timer(min(seconds, TIMEOUT_MAX), self._kill, (status, words))
            self._timer.daemon = True
            self._timer.start()

    def _kill(self, status: SolveStatus, words: str) -> None:
        with self._watching:
            if not self._released:
                self._killed = (status, words)
                self._process.kill()

    def _converse(self) -> None:
        try:
            try:
                self._talk()
            except (EOFError, OSError):
                if self._begun or self._killed is not None:
                    raise
                self._process.close()  # it had died while it waited for a job
                self._process = Process(self._job.solver)
                self._talk()
        except (EOFError, OSError, UnpicklingError):
            self._result = self._lost()
        except BaseException as error:  # noqa: BLE001 - raised again by result()
            self._failure = error
            self._kill(SolveStatus.ERROR, "a listener failed")
        self._release()

    def _talk(self) -> None:
        self._process.send(self._job)
        while not self._heard():
            pass

    def _heard(self) -> bool:
        """Take in one reply; whether it was the last."""
        reply = self._process.receive()
        if isinstance(reply, Began):
            self._begun = True
            if not self._cancelled:
                seconds = self._job.limits.seconds + GRACE
                self._watch(seconds, SolveStatus.LIMIT, "the solver overran its limit and was ended")
        elif isinstance(reply, Step):
            self._step(reply.incumbent)
        elif isinstance(reply, Done):
            self._result = reply.result
        elif isinstance(reply, Failed) and reply.refused:
            self._failure = SolverError(reply.message)
        elif isinstance(reply, Failed):
            self._result = self._kept(SolveStatus.ERROR, reply.message)
        return isinstance(reply, Done | Failed)

    def _step(self, incumbent: Incumbent) -> None:
        if incumbent.bound is not None and (self.bound is None or incumbent.bound > self.bound):
            self.bound = incumbent.bound
        if incumbent.x is not None and _value(incumbent) < _value(self.incumbent):
            self.incumbent = incumbent
        if self._on_incumbent is not None:
            self._on_incumbent(incumbent)

    def _release(self) -> None:
        """Give the process back if it is alive and nobody is about to end it."""
        with self._watching:
            if self._timer is not None:
                self._timer.cancel()
            self._released = True
        if self._killed is None and self._process.alive:
            self._pool.give_back(self._process)
        else:
            self._process.close()
        self._over.set()

    def _lost(self) -> Result:
        """What is kept when the process is gone: by our hand, or by its own."""
        code = self._process.close()
        status, words = self._killed or (SolveStatus.ERROR, f"the solver process died (exit code {code})")
        return self._kept(status, words)

    def _kept(self, status: SolveStatus, words: str) -> Result:
        best = self.incumbent
        x, objective = (None, None) if best is None else (best.x, best.objective)
        return Result(
            status, x, objective, self.bound, perf_counter() - self._submitted, self._job.solver, words
        )


def _value(incumbent: Incumbent | None) -> float:
    return math.inf if incumbent is None or incumbent.objective is None else incumbent.objective


def _first(problem: Problem, start: Floats | None) -> Incumbent | None:
    if start is None or start.shape != problem.lower.shape or not problem.violation(start) <= FEASIBLE:
        return None
    return Incumbent(0.0, problem.objective(start), None, start)
