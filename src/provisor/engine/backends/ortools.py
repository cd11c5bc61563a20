"""OR-Tools through its array entry: GLOP or PDLP for an LP, CP-SAT or the SCIP it ships for a MIP."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from importlib import import_module
from threading import Event, Thread
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.backends.common import (
    FEASIBLE,
    finished,
    joined,
    sound,
    start_words,
    trivial,
)
from provisor.engine.backends.installed import Foreign, package_version
from provisor.engine.backends.watch import Steps, Stop
from provisor.engine.result import Capability, Limits, OnIncumbent, Result, SolverError, SolveStatus

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem

_LARGEST_BOUND = 1e9
_LARGEST_SUM = 1e15
_LOOK = 0.05
_SHORTEST = 1e-3
"""A limit of zero seconds would be none."""

_STATUSES = {
    "OPTIMAL": SolveStatus.OPTIMAL,
    "FEASIBLE": SolveStatus.LIMIT,
    "NOT_SOLVED": SolveStatus.LIMIT,
    "UNKNOWN_STATUS": SolveStatus.LIMIT,
    "CANCELLED_BY_USER": SolveStatus.INTERRUPTED,
    "INFEASIBLE": SolveStatus.INFEASIBLE,
    "UNBOUNDED": SolveStatus.UNBOUNDED,
}
_REFUSALS = ("INVALID_SOLVER_PARAMETERS", "SOLVER_TYPE_UNAVAILABLE", "INCOMPATIBLE_OPTIONS", "MODEL_INVALID")


@dataclass(frozen=True)
class _Inner:
    """A solver within OR-Tools: its name there and for people, and how its options are written."""

    name: str
    title: str
    gap: str
    seed: str
    threads: str
    written: str

    def options(self, limits: Limits) -> str:
        """Settings of a solve in the solver's own text form."""
        settings = {self.gap: limits.gap, self.seed: limits.seed, self.threads: limits.threads}
        given = {name: value for name, value in limits.options.items() if name != "inner"}
        return "\n".join(
            self.written.format(name, str(value).lower() if isinstance(value, bool) else value)
            for name, value in {**settings, **given}.items()
            if name
        )


_INNER = {
    "sat": _Inner("sat", "CP-SAT", "relative_gap_limit", "random_seed", "num_workers", "{}: {}"),
    "scip": _Inner("scip", "SCIP", "limits/gap", "randomization/randomseedshift", "", "{} = {}"),
    "glop": _Inner("glop", "GLOP", "", "random_seed", "", "{}: {}"),
    "pdlp": _Inner("pdlp", "PDLP", "", "", "num_threads", "{}: {}"),
}


class OrTools:
    """OR-Tools: LP and MIP, duals of an LP, starts for CP-SAT; it streams nothing.

    CP-SAT is chosen when all columns are whole and bounded and all data are whole numbers. The option
    ``inner`` chooses ``sat``, ``scip``, ``glop`` or ``pdlp`` by hand; PDLP proves no bound. SCIP inside
    OR-Tools does not heed a cancel before its limit. OR-Tools brings a HiGHS of its own and cannot be loaded
    beside highspy: it is for worker processes.
    """

    name = "ortools"
    capabilities = Capability.LP | Capability.MIP | Capability.MIP_START | Capability.DUALS

    def version(self) -> str | None:
        """Version of OR-Tools."""
        return package_version("ortools")

    def how_to_get(self) -> str:
        """A pip command."""
        return "pip install provisor[ortools]"

    def solve(
        self,
        problem: Problem,
        limits: Limits,
        start: Floats | None = None,
        on_incumbent: OnIncumbent | None = None,
        stop: Stop | None = None,
    ) -> Result:
        """Solve in this process; raises SolverError if OR-Tools refuses an option."""
        problem = sound(problem)
        inner = _chosen(problem, limits)
        name = f"ortools {self.version()} {inner.title}"
        words = start_words(problem, start, takes_start=inner.name == "sat")
        early = trivial(problem, name)
        if early is not None:
            return early
        steps = Steps(problem, on_incumbent)
        model = _loaded(problem)
        if start is not None and inner.name == "sat":
            for column, value in enumerate(np.round(start).tolist()):
                model.add_hint(column, value)
        solver = _run(inner, model, limits, stop)
        result = _outcome(solver, problem, inner, name, interrupted=stop is not None and stop())
        if result.status is SolveStatus.INFEASIBLE and inner.name == "glop":
            result = _infeasible_or_unbounded(result, problem, limits)
        result = finished(steps, result, start, limits.gap)
        return replace(result, message=joined(result.message, words))


def _chosen(problem: Problem, limits: Limits) -> _Inner:
    asked = limits.options.get("inner")
    if asked is not None:
        if asked not in _INNER:
            raise SolverError(f"OR-Tools has no inner solver {asked!r} here; there are {', '.join(_INNER)}")
        return _INNER[str(asked)]
    if not problem.integer.any():
        return _INNER["glop"]
    return _INNER["sat" if _whole(problem) else "scip"]


def _whole(problem: Problem) -> bool:
    """Whether CP-SAT takes the problem exactly as it is."""
    if not problem.integer.all():
        return False
    bounds = np.maximum(np.abs(problem.lower), np.abs(problem.upper))
    if not np.all(bounds <= _LARGEST_BOUND):
        return False
    data = (problem.matrix.data, problem.cost, _finite(problem.row_lower), _finite(problem.row_upper))
    if not all(np.array_equal(values, np.round(values)) for values in data):
        return False
    sums = np.append(abs(problem.matrix) @ bounds, abs(problem.cost) @ bounds)
    return bool(np.all(sums <= _LARGEST_SUM))


def _finite(values: Floats) -> Floats:
    return values[np.isfinite(values)]


def _library() -> Foreign:
    if "highspy" in sys.modules:
        raise SolverError("OR-Tools and highspy cannot be loaded in one process: solve in a worker")
    return import_module("ortools.linear_solver.python.model_builder_helper")


def _loaded(problem: Problem) -> Foreign:
    model = _library().ModelBuilderHelper()
    model.fill_model_from_sparse_data(
        problem.lower, problem.upper, problem.cost, problem.row_lower, problem.row_upper,
        sp.csr_matrix(problem.matrix),
    )  # fmt: skip
    for column in np.flatnonzero(problem.integer).tolist():
        model.set_var_integrality(column, True)
    model.set_objective_offset(problem.offset)
    return model


def _run(inner: _Inner, model: Foreign, limits: Limits, stop: Stop | None) -> Foreign:
    solver = _library().ModelSolverHelper(inner.name)
    if not solver.solver_is_supported():
        raise SolverError(f"this OR-Tools has no {inner.title}")
    solver.enable_output(False)
    if np.isfinite(limits.seconds):
        solver.set_time_limit_in_seconds(max(limits.seconds, _SHORTEST))
    solver.set_solver_specific_parameters(inner.options(limits))
    over = Event()
    if stop is not None:
        Thread(target=_interrupt, args=(solver, stop, over), daemon=True).start()
    try:
        solver.solve(model)
    finally:
        over.set()
    if solver.status().name in _REFUSALS:
        raise SolverError(
            f"OR-Tools ({inner.title}) refused: {solver.status().name} {solver.status_string()}"
        )
    return solver


def _interrupt(solver: Foreign, stop: Stop, over: Event) -> None:
    while not over.wait(_LOOK):
        if stop():
            solver.interrupt_solve()
            return


def _outcome(solver: Foreign, problem: Problem, inner: _Inner, name: str, *, interrupted: bool) -> Result:
    words = solver.status().name
    status = _STATUSES.get(words, SolveStatus.ERROR)
    if status is SolveStatus.LIMIT and interrupted:
        status = SolveStatus.INTERRUPTED
    message = joined(words.lower(), str(solver.status_string()))
    x = np.array(solver.variable_values(), dtype=np.float64) if solver.has_solution() else None
    if x is not None and status is not SolveStatus.OPTIMAL and problem.violation(x) > FEASIBLE:
        x = None
    if problem.integer.any():
        known = status in (SolveStatus.OPTIMAL, SolveStatus.LIMIT, SolveStatus.INTERRUPTED)
        bound = float(solver.best_objective_bound()) if known and x is not None else None
        return Result(status, x, None, bound, 0.0, name, message)
    if status is not SolveStatus.OPTIMAL or x is None:
        return Result(status, x, None, None, 0.0, name, message)
    duals, reduced = (
        np.array(values, dtype=np.float64) for values in (solver.dual_values(), solver.reduced_costs())
    )
    if inner.name == "pdlp":
        return Result(SolveStatus.LIMIT, x, None, None, 0.0, name, "PDLP proves no bound", duals, reduced)
    return Result(status, x, None, problem.objective(x), 0.0, name, message, duals, reduced)


def _infeasible_or_unbounded(result: Result, problem: Problem, limits: Limits) -> Result:
    """GLOP calls an unbounded LP infeasible; without costs it tells the two apart."""
    bare = replace(problem, cost=np.zeros_like(problem.cost))
    again = _run(_INNER["glop"], _loaded(bare), limits, None).status().name
    status = {"OPTIMAL": SolveStatus.UNBOUNDED, "INFEASIBLE": SolveStatus.INFEASIBLE}
    return replace(result, status=status.get(again, SolveStatus.INFEASIBLE_OR_UNBOUNDED), message="")
