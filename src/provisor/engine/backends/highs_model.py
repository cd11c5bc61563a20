"""Speaks to HiGHS: loads arrays, sets options, runs, and checks every status on the way."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
from numpy.typing import NDArray

from provisor.engine.result import Limits, SolverError, SolveStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    import scipy.sparse as sp

    from provisor.engine.backends.installed import Foreign
    from provisor.engine.problem import Floats, Problem

Indices = NDArray[np.int32]
Model: Any = import_module("highspy._core")._Highs  # noqa: SLF001 - highspy.Highs adds callbacks of its own

_STATUS: Any = highspy.HighsModelStatus
STATUSES = {
    _STATUS.kOptimal: SolveStatus.OPTIMAL,
    _STATUS.kInfeasible: SolveStatus.INFEASIBLE,
    _STATUS.kUnbounded: SolveStatus.UNBOUNDED,
    _STATUS.kUnboundedOrInfeasible: SolveStatus.INFEASIBLE_OR_UNBOUNDED,
    _STATUS.kTimeLimit: SolveStatus.LIMIT,
    _STATUS.kIterationLimit: SolveStatus.LIMIT,
    _STATUS.kSolutionLimit: SolveStatus.LIMIT,
    _STATUS.kMemoryLimit: SolveStatus.LIMIT,
    _STATUS.kObjectiveBound: SolveStatus.LIMIT,
    _STATUS.kObjectiveTarget: SolveStatus.LIMIT,
    _STATUS.kInterrupt: SolveStatus.INTERRUPTED,
    _STATUS.kHighsInterrupt: SolveStatus.INTERRUPTED,
}


def checked(status: Foreign, what: str) -> None:
    """Raise SolverError if HiGHS refused ``what``; it carries on after an error of its own accord."""
    if status == highspy.HighsStatus.kError:
        raise SolverError(f"HiGHS refused {what}")


def loaded(problem: Problem) -> Foreign:
    """A silent HiGHS model of a sound problem with at least one column.

    Raises:
        SolverError: HiGHS refused the arrays.
    """
    model = Model()
    set_option(model, "output_flag", False)
    matrix = problem.matrix
    starts, columns, values = csr_arrays(matrix)
    checked(
        model.passModel(
            matrix.shape[1], matrix.shape[0], matrix.nnz,
            int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), problem.offset,
            problem.cost, problem.lower, problem.upper, problem.row_lower, problem.row_upper,
            starts, columns, values, problem.integer.astype(np.int32),
        ),
        "the model",
    )  # fmt: skip
    return model


def csr_arrays(matrix: sp.csr_array) -> tuple[Indices, Indices, Floats]:
    """Row starts, column indices and values as HiGHS takes them."""
    starts, columns = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    return starts, columns, matrix.data.astype(np.float64)


def set_option(model: Foreign, name: str, value: bool | int | float | str) -> None:
    """Set one option; raises SolverError if HiGHS refuses it."""
    if model.setOptionValue(name, value) != highspy.HighsStatus.kOk:
        raise SolverError(f"HiGHS refused the option {name} = {value!r}")


def set_limits(model: Foreign, limits: Limits) -> None:
    """Set limits and options; seconds count from now although HiGHS adds up all its runs."""
    set_option(model, "time_limit", model.getRunTime() + max(limits.seconds, 0.0))
    set_option(model, "mip_rel_gap", limits.gap)
    set_option(model, "threads", limits.threads)
    set_option(model, "random_seed", limits.seed)
    for name, value in limits.options.items():
        set_option(model, name, value)


def run(model: Foreign, threads: int) -> SolveStatus:
    """Run HiGHS and return why it ended.

    Raises:
        SolverError: HiGHS failed, or another solve with other threads runs in this process.
    """
    with _scheduler.using(threads):
        status = model.run()
    why = model.getModelStatus()
    if status == highspy.HighsStatus.kError:
        raise SolverError(f"HiGHS failed: {model.modelStatusToString(why)}")
    return STATUSES.get(why, SolveStatus.ERROR)


def solution(model: Foreign) -> Floats | None:
    """The solution that HiGHS holds, none if it has none that is feasible."""
    if model.getInfo().primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
        return None
    return np.array(model.getSolution().col_value, dtype=np.float64)


class _Scheduler:
    """Keeps HiGHS to one number of threads at a time; it refuses another until its scheduler is reset."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._threads: int | None = None
        self._running = 0

    @contextmanager
    def using(self, threads: int) -> Iterator[None]:
        """Hold the scheduler at this number of threads."""
        with self._lock:
            self._change_to(threads)
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    def _change_to(self, threads: int) -> None:
        if threads == self._threads:
            return
        if self._running:
            raise SolverError(
                f"HiGHS runs with {self._threads} threads in this process and cannot take {threads} too"
            )
        Model.resetGlobalScheduler(True)
        self._threads = threads


_scheduler = _Scheduler()
