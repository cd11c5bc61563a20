"""CPLEX through its Python package; without a licence it solves small problems."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from provisor.engine.backends.common import finished, joined, sound, start_words, trivial
from provisor.engine.backends.installed import Foreign, package_version
from provisor.engine.backends.watch import INFINITE, Steps, Stop, Watch
from provisor.engine.result import Capability, Limits, OnIncumbent, Result, SolverError, SolveStatus

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem

_STATUSES = {
    1: SolveStatus.OPTIMAL,
    2: SolveStatus.UNBOUNDED,
    3: SolveStatus.INFEASIBLE,
    4: SolveStatus.INFEASIBLE_OR_UNBOUNDED,
    10: SolveStatus.LIMIT,
    11: SolveStatus.LIMIT,
    13: SolveStatus.INTERRUPTED,
    101: SolveStatus.OPTIMAL,
    102: SolveStatus.OPTIMAL,
    103: SolveStatus.INFEASIBLE,
    104: SolveStatus.LIMIT,
    105: SolveStatus.LIMIT,
    106: SolveStatus.LIMIT,
    107: SolveStatus.LIMIT,
    108: SolveStatus.LIMIT,
    111: SolveStatus.LIMIT,
    112: SolveStatus.LIMIT,
    113: SolveStatus.INTERRUPTED,
    114: SolveStatus.INTERRUPTED,
    118: SolveStatus.UNBOUNDED,
    119: SolveStatus.INFEASIBLE_OR_UNBOUNDED,
}


class Cplex:
    """CPLEX: LP and MIP, starts, progress, duals of an LP."""

    name = "cplex"
    capabilities = (
        Capability.LP | Capability.MIP | Capability.MIP_START | Capability.PROGRESS | Capability.DUALS
    )  # fmt: skip

    def version(self) -> str | None:
        """Version of the package, which brings its CPLEX along."""
        return package_version("cplex")

    def how_to_get(self) -> str:
        """A pip command, and what the licence allows."""
        return "pip install provisor[cplex]; without a licence up to 1000 rows and columns"

    def solve(
        self,
        problem: Problem,
        limits: Limits,
        start: Floats | None = None,
        on_incumbent: OnIncumbent | None = None,
        stop: Stop | None = None,
    ) -> Result:
        """Solve in this process; raises SolverError if CPLEX refuses an option, or the size."""
        problem, name = sound(problem), f"cplex {self.version()}"
        words = start_words(problem, start, takes_start=True)
        early = trivial(problem, name)
        if early is not None:
            return early
        library: Foreign = import_module("cplex")
        try:
            with library.Cplex() as model:
                _silence(model)
                result = _solve(library, model, (problem, limits, start), on_incumbent, stop, name)
        except library.exceptions.CplexError as error:
            raise SolverError(f"CPLEX refused: {error}") from error
        return replace(result, message=joined(result.message, words))


def _solve(
    library: Foreign,
    model: Foreign,
    asked: tuple[Problem, Limits, Floats | None],
    on_incumbent: OnIncumbent | None,
    stop: Stop | None,
    name: str,
) -> Result:
    problem, limits, start = asked
    _load(library, model, problem)
    _set_limits(model, limits)
    watch = Watch(Steps(problem, on_incumbent), stop, limits.cutoff)
    if problem.integer.any():
        if start is not None:
            entries = library.SparsePair(range(start.size), start.tolist())
            model.MIP_starts.add(entries, model.MIP_starts.effort_level.repair)
        model.set_callback(_Listener(watch), library.callbacks.Context.id.global_progress)
    model.solve()
    result = watch.checked(_outcome(model, problem, name))
    return finished(watch.steps, result, start, limits.gap)


def _silence(model: Foreign) -> None:
    for set_stream in (
        model.set_log_stream, model.set_results_stream, model.set_warning_stream, model.set_error_stream
    ):  # fmt: skip
        set_stream(None)


def _load(library: Foreign, model: Foreign, problem: Problem) -> None:
    columns = {
        "obj": problem.cost.tolist(),
        "lb": np.maximum(problem.lower, -INFINITE).tolist(),
        "ub": np.minimum(problem.upper, INFINITE).tolist(),
    }
    if problem.integer.any():
        columns["types"] = np.where(problem.integer, "I", "C").tolist()
    model.variables.add(**columns)
    matrix = problem.matrix
    starts, indices, values = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    model.linear_constraints.add(
        lin_expr=[
            library.SparsePair(indices[begin:end], values[begin:end]) for begin, end in pairwise(starts)
        ],
        **_rows(problem.row_lower, problem.row_upper),
    )
    model.objective.set_offset(problem.offset)


def _rows(lower: Floats, upper: Floats) -> dict[str, Any]:
    """Senses, right sides and spreads; a row without limits is one below infinity."""
    ranged = np.isfinite(lower) & np.isfinite(upper) & (lower != upper)
    senses = np.select([lower == upper, ranged, np.isfinite(lower)], ["E", "R", "G"], "L")
    right = np.where(np.isfinite(lower), lower, np.minimum(upper, INFINITE))
    spread = np.where(ranged, upper, 0.0) - np.where(ranged, lower, 0.0)
    return {"senses": senses.tolist(), "rhs": right.tolist(), "range_values": spread.tolist()}


def _set_limits(model: Foreign, limits: Limits) -> None:
    options = {
        "mip.tolerances.mipgap": limits.gap,
        "threads": limits.threads,
        "randomseed": limits.seed,
        **limits.options,
    }
    if np.isfinite(limits.seconds):
        options["timelimit"] = max(limits.seconds, 0.0)
    for name, value in options.items():
        parameter = model.parameters
        try:
            for part in name.split("."):
                parameter = getattr(parameter, part)
            parameter.set(value)
        except (AttributeError, TypeError, ValueError) as error:
            raise SolverError(f"CPLEX refused the option {name} = {value!r}: {error}") from error


def _outcome(model: Foreign, problem: Problem, name: str) -> Result:
    found = model.solution
    status = _STATUSES.get(found.get_status(), SolveStatus.ERROR)
    words = str(found.get_status_string())
    held = status in (SolveStatus.OPTIMAL, SolveStatus.LIMIT, SolveStatus.INTERRUPTED)
    feasible = held and found.is_primal_feasible()
    x = np.array(found.get_values(), dtype=np.float64) if feasible else None
    if problem.integer.any():
        bound = float(found.MIP.get_best_objective()) if held else None
        return Result(status, x, None, bound, 0.0, name, words)
    if status is not SolveStatus.OPTIMAL or x is None:
        return Result(status, None, None, None, 0.0, name, words)
    duals = np.array(found.get_dual_values(), dtype=np.float64)
    reduced = np.array(found.get_reduced_costs(), dtype=np.float64)
    return Result(status, x, None, problem.objective(x), 0.0, name, words, duals, reduced)


@dataclass
class _Listener:
    """What CPLEX calls during a run."""

    watch: Watch
    best: float = INFINITE

    def invoke(self, context: Foreign) -> None:
        """Called by CPLEX with each step forward."""

        def heard() -> None:
            objective = context.get_incumbent_objective()
            if objective < self.best:
                self.best = objective
                self.watch.steps.solution(np.array(context.get_incumbent(), dtype=np.float64))
            self.watch.steps.better_bound(float(context.get_double_info(context.info.best_bound)))

        if self.watch.ends(heard):
            context.abort()
