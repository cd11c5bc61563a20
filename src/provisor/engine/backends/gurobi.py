"""Gurobi through gurobipy; without a licence it solves small problems."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from provisor.engine.backends.common import finished, joined, sound, start_words, trivial
from provisor.engine.backends.installed import Foreign, package_version
from provisor.engine.backends.watch import Steps, Stop, Watch
from provisor.engine.result import Capability, Limits, OnIncumbent, Result, SolverError, SolveStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.engine.problem import Flags, Floats, Problem

_STATUSES = {
    2: SolveStatus.OPTIMAL,
    3: SolveStatus.INFEASIBLE,
    4: SolveStatus.INFEASIBLE_OR_UNBOUNDED,
    5: SolveStatus.UNBOUNDED,
    7: SolveStatus.LIMIT,
    8: SolveStatus.LIMIT,
    9: SolveStatus.LIMIT,
    10: SolveStatus.LIMIT,
    11: SolveStatus.INTERRUPTED,
    16: SolveStatus.LIMIT,
    17: SolveStatus.LIMIT,
}


class Gurobi:
    """Gurobi: LP and MIP, starts, progress, duals of an LP."""

    name = "gurobi"
    capabilities = (
        Capability.LP | Capability.MIP | Capability.MIP_START | Capability.PROGRESS | Capability.DUALS
    )  # fmt: skip

    def version(self) -> str | None:
        """Version of gurobipy, which brings its Gurobi along."""
        return package_version("gurobipy")

    def how_to_get(self) -> str:
        """A pip command, and what the licence allows."""
        return "pip install provisor[gurobi]; without a licence up to 2000 rows and columns"

    def solve(
        self,
        problem: Problem,
        limits: Limits,
        start: Floats | None = None,
        on_incumbent: OnIncumbent | None = None,
        stop: Stop | None = None,
    ) -> Result:
        """Solve in this process; raises SolverError if Gurobi refuses an option, or the size."""
        problem, name = sound(problem), f"gurobi {self.version()}"
        words = start_words(problem, start, takes_start=True)
        early = trivial(problem, name)
        if early is not None:
            return early
        library: Foreign = import_module("gurobipy")
        try:
            with (
                library.Env(params={"OutputFlag": 0}) as environment,
                library.Model(env=environment) as model,
            ):
                result = _solve(library, model, (problem, limits, start), on_incumbent, stop, name)
        except library.GurobiError as error:
            raise SolverError(f"Gurobi refused: {error}") from error
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
    columns, rows = _load(model, problem)
    _set_limits(model, limits)
    if start is not None and problem.integer.any():
        columns.Start = start
    watch = Watch(Steps(problem, on_incumbent), stop, limits.cutoff)
    model.optimize(_listener(library.GRB.Callback, columns, watch))
    result = watch.checked(_outcome(model, columns, rows, problem, name))
    return finished(watch.steps, result, start, limits.gap)


def _load(model: Foreign, problem: Problem) -> tuple[Any, list[tuple[Flags, Any]]]:
    """Columns, and rows from below and from above with which rows of the problem they are."""
    columns = model.addMVar(
        problem.lower.size,
        lb=problem.lower,
        ub=problem.upper,
        obj=problem.cost,
        vtype=np.where(problem.integer, "I", "C"),
    )
    same = problem.row_lower == problem.row_upper
    rows = []
    for chosen, sense, right in (
        (same, "=", problem.row_lower),
        (~same & np.isfinite(problem.row_lower), ">", problem.row_lower),
        (~same & np.isfinite(problem.row_upper), "<", problem.row_upper),
    ):
        if chosen.any():
            rows.append((chosen, model.addMConstr(problem.matrix[chosen], columns, sense, right[chosen])))
    model.ObjCon = problem.offset
    model.update()
    return columns, rows


def _set_limits(model: Foreign, limits: Limits) -> None:
    options = {"MIPGap": limits.gap, "Threads": limits.threads, "Seed": limits.seed, **limits.options}
    if np.isfinite(limits.seconds):
        options["TimeLimit"] = max(limits.seconds, 0.0)
    for name, value in options.items():
        try:
            model.setParam(name, value)
        except (AttributeError, TypeError, ValueError) as error:
            raise SolverError(f"Gurobi refused the option {name} = {value!r}: {error}") from error


def _outcome(
    model: Foreign, columns: Foreign, rows: list[tuple[Flags, Any]], problem: Problem, name: str
) -> Result:
    status = _STATUSES.get(model.Status, SolveStatus.ERROR)
    words = f"status {model.Status}"
    x = np.array(columns.X, dtype=np.float64) if model.SolCount > 0 else None
    held = status in (SolveStatus.OPTIMAL, SolveStatus.LIMIT, SolveStatus.INTERRUPTED)
    if problem.integer.any():
        return Result(status, x if held else None, None, model.ObjBound if held else None, 0.0, name, words)
    if status is not SolveStatus.OPTIMAL or x is None:
        return Result(status, None, None, None, 0.0, name, words)
    duals = np.zeros(problem.matrix.shape[0])
    for chosen, block in rows:
        duals[chosen] += block.Pi
    reduced = np.array(columns.RC, dtype=np.float64)
    return Result(status, x, None, problem.objective(x), 0.0, name, words, duals, reduced)


def _listener(codes: Foreign, columns: Foreign, watch: Watch) -> Callable[[Any, int], None]:
    """What Gurobi calls during a run."""
    bounds = {
        codes.MIP: codes.MIP_OBJBND,
        codes.MIPSOL: codes.MIPSOL_OBJBND,
        codes.MIPNODE: codes.MIPNODE_OBJBND,
    }

    def called(model: Foreign, where: int) -> None:
        def heard() -> None:
            if where == codes.MIPSOL:
                watch.steps.solution(np.array(model.cbGetSolution(columns), dtype=np.float64))
            if where in bounds:
                watch.steps.better_bound(float(model.cbGet(bounds[where])))

        if watch.ends(heard):
            model.terminate()

    return called
