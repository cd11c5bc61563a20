"""Streams the steps of a running solve, and ends it when asked to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.result import Incumbent, OnIncumbent, Result, SolveStatus

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem

INFINITE = 1e20
"""A bound of this size or more is none."""

_BOUND_INTERVAL = 0.05

Stop = Callable[[], bool]


@dataclass
class Steps:
    """Streams the steps forward of one solve and remembers the best of them.

    Attributes:
        problem: The problem being solved.
        report: Called with each step.
        x: Best solution seen.
        objective: Its value.
        bound: Best bound seen.
    """

    problem: Problem
    report: OnIncumbent | None
    x: Floats | None = None
    objective: float | None = None
    bound: float | None = None

    def __post_init__(self) -> None:
        self.began = perf_counter()
        self._told = -np.inf

    @property
    def seconds(self) -> float:
        """Seconds since the solve began."""
        return perf_counter() - self.began

    def solution(self, x: Floats) -> None:
        """Tell of a solution, if it is better than the last one told of."""
        objective = self.problem.objective(x)
        if self.objective is None or objective < self.objective:
            self.x, self.objective = x, objective
            self._tell(x)

    def better_bound(self, bound: float) -> None:
        """Tell of a bound, if it is better than the last one and that was not a moment ago."""
        if (
            not np.isfinite(bound)
            or abs(bound) >= INFINITE
            or (self.bound is not None and bound <= self.bound)
        ):
            return
        self.bound = bound
        if self.seconds - self._told >= _BOUND_INTERVAL:
            self._tell(None)

    def _tell(self, x: Floats | None) -> None:
        self._told = self.seconds
        if self.report is not None:
            self.report(Incumbent(self._told, self.objective, self.bound, x))


@dataclass
class Watch:
    """What the listeners of all solvers share: the reasons to end a run.

    Attributes:
        steps: Where steps forward are told of.
        stop: Asked at each call; true ends the run.
        cutoff: A bound that ends the run.
        cut_off: Whether the bound reached it.
        failure: What a listener raised.
    """

    steps: Steps
    stop: Stop | None
    cutoff: float | None
    cut_off: bool = False
    failure: BaseException | None = None

    def ends(self, listen: Callable[[], None]) -> bool:
        """Listen, then say whether the run is to end; solvers cannot have exceptions pass through them."""
        try:
            listen()
            bound = self.steps.bound
            self.cut_off = self.cutoff is not None and bound is not None and bound >= self.cutoff
            return self.failure is not None or self.cut_off or (self.stop is not None and self.stop())
        except BaseException as error:  # noqa: BLE001 - raised again after the run
            self.failure = error
            return True

    def checked(self, result: Result) -> Result:
        """The result, its status that of the cutoff if that ended it; raises what a listener raised."""
        if self.failure is not None:
            raise self.failure
        if self.cut_off:
            return replace(result, status=SolveStatus.LIMIT, message="the bound reached the cutoff")
        return result
