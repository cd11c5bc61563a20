"""HiGHS, the default solver."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
from highspy import cb

from provisor.engine.backends.common import finished, joined, sound, start_words, trivial
from provisor.engine.backends.highs_model import Model, checked, loaded, run, set_limits, set_option, solution
from provisor.engine.backends.watch import INFINITE, Steps, Stop, Watch
from provisor.engine.result import Capability, Conflict, Limits, OnIncumbent, Result, SolveStatus

if TYPE_CHECKING:
    from provisor.engine.backends.installed import Foreign
    from provisor.engine.problem import Floats, Problem

_IIS_STRATEGY = 6
"""From the LP, and irreducible."""

_MAYBE = int(highspy.IisStatus.kIisStatusMaybeInConflict)
_INTERRUPTS = (cb.kCallbackMipInterrupt, cb.kCallbackSimplexInterrupt, cb.kCallbackIpmInterrupt)


@cache
def _version() -> str:
    return str(Model().version())


class Highs:
    """HiGHS through highspy: LP and MIP, starts, warm re-solves, conflicts, progress, duals."""

    name = "highs"
    capabilities = (
        Capability.LP | Capability.MIP | Capability.MIP_START | Capability.WARM_LP
        | Capability.CONFLICT | Capability.PROGRESS | Capability.DUALS
    )  # fmt: skip

    def version(self) -> str | None:
        """Version of the HiGHS library."""
        return _version()

    def how_to_get(self) -> str:
        """It comes with Provisor."""
        return "comes with provisor (pip install highspy)"

    def solve(
        self,
        problem: Problem,
        limits: Limits,
        start: Floats | None = None,
        on_incumbent: OnIncumbent | None = None,
        stop: Stop | None = None,
    ) -> Result:
        """Solve in this process; raises SolverError if HiGHS refuses the model or an option."""
        problem, name = sound(problem), f"highs {self.version()}"
        words = start_words(problem, start, takes_start=bool(problem.integer.any()))
        early = trivial(problem, name)
        if early is not None:
            return early
        model = loaded(problem)
        set_limits(model, limits)
        watch = Watch(Steps(problem, on_incumbent), stop, limits.cutoff)
        listen(model, watch)
        if start is not None and problem.integer.any():
            _give_start(model, start)
        status = run(model, limits.threads)
        result = watch.checked(outcome(model, status, name, problem))
        result = finished(watch.steps, result, start, limits.gap)
        return replace(result, message=joined(result.message, words))

    def conflict(self, problem: Problem, limits: Limits) -> Result:
        """Find an irreducible conflict of a linear problem; whole values are not looked at."""
        problem, name = sound(problem).relaxed(), f"highs {self.version()}"
        steps = Steps(problem, None)
        model = loaded(problem)
        set_limits(model, limits)
        set_option(model, "iis_strategy", _IIS_STRATEGY)
        set_option(model, "iis_time_limit", min(max(limits.seconds, 0.0), INFINITE))
        status = run(model, limits.threads)
        found = _conflict(model) if status is SolveStatus.INFEASIBLE else None
        return Result(status, None, None, None, steps.seconds, name, "", conflict=found)


def _conflict(model: Foreign) -> Conflict | None:
    status, found = model.getIis()
    checked(status, "to look for a conflict")
    if not found.valid_:
        return None
    sides: Any = highspy.IisBoundStatus
    columns = list(zip(found.col_index_, found.col_bound_, strict=True))
    low, high = (int(sides.kIisBoundStatusLower), int(sides.kIisBoundStatusUpper))
    both = int(sides.kIisBoundStatusBoxed)
    return Conflict(
        rows=tuple(int(row) for row in found.row_index_),
        lower=tuple(int(column) for column, side in columns if int(side) in (low, both)),
        upper=tuple(int(column) for column, side in columns if int(side) in (high, both)),
        irreducible=_MAYBE not in {int(status) for status in (*found.row_status_, *found.col_status_)},
    )


def outcome(model: Foreign, status: SolveStatus, name: str, problem: Problem) -> Result:
    """What HiGHS brought back: solution, proven bound, and duals of an LP solved to the end."""
    message = model.modelStatusToString(model.getModelStatus())
    x = solution(model)
    if status is SolveStatus.OPTIMAL and x is None:
        return Result(
            SolveStatus.ERROR, None, None, None, 0.0, name, f"{message}, but its solution is not feasible"
        )
    if problem.integer.any():
        bound = None if status is SolveStatus.INFEASIBLE else model.getInfo().mip_dual_bound
        return Result(status, x, None, bound, 0.0, name, message)
    if status is not SolveStatus.OPTIMAL or x is None:
        return Result(status, x, None, None, 0.0, name, message)
    found = model.getSolution()
    duals, reduced = (np.array(values, dtype=np.float64) for values in (found.row_dual, found.col_dual))
    return Result(status, x, None, problem.objective(x), 0.0, name, message, duals, reduced)


def _give_start(model: Foreign, start: Floats) -> None:
    given = highspy.HighsSolution()
    given.col_value = start
    given.value_valid = True
    checked(model.setSolution(given), "the start")


def listen(model: Foreign, watch: Watch) -> None:
    """Have HiGHS tell ``watch`` of its steps, and ask it whether to go on."""
    improving = cb.kCallbackMipImprovingSolution
    steps = watch.steps

    def called(kind: Foreign, _message: str, out: Foreign, answer: Foreign, _data: object) -> None:
        def heard() -> None:
            if cb.HighsCallbackType(kind) == improving:
                steps.solution(np.array(out.mip_solution, dtype=np.float64))
            if steps.problem.integer.any():
                steps.better_bound(float(out.mip_dual_bound))

        if watch.ends(heard) and answer is not None:
            answer.user_interrupt = True

    checked(model.setCallback(called, None), "a callback")
    mip = steps.problem.integer.any()
    for kind in (improving, *_INTERRUPTS) if mip else _INTERRUPTS if watch.stop is not None else ():
        checked(model.startCallback(kind), f"the callback {kind}")
