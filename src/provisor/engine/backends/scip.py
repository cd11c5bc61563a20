"""SCIP through PySCIPOpt."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from provisor.engine.backends.common import finished, joined, sound, start_words, trivial
from provisor.engine.backends.installed import Foreign, package_version
from provisor.engine.backends.watch import INFINITE, Steps, Stop, Watch
from provisor.engine.result import Capability, Conflict, Limits, OnIncumbent, Result, SolverError, SolveStatus

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem

STATUSES = {
    "optimal": SolveStatus.OPTIMAL,
    "gaplimit": SolveStatus.OPTIMAL,
    "infeasible": SolveStatus.INFEASIBLE,
    "unbounded": SolveStatus.UNBOUNDED,
    "inforunbd": SolveStatus.INFEASIBLE_OR_UNBOUNDED,
    "userinterrupt": SolveStatus.INTERRUPTED,
    "terminate": SolveStatus.INTERRUPTED,
}


class Scip:
    """SCIP: LP and MIP on one thread, starts, conflicts, progress; it gives no duals here."""

    name = "scip"
    capabilities = (
        Capability.LP | Capability.MIP | Capability.MIP_START | Capability.CONFLICT | Capability.PROGRESS
    )  # fmt: skip

    def version(self) -> str | None:
        """Version of PySCIPOpt, which brings its SCIP along."""
        return package_version("pyscipopt")

    def how_to_get(self) -> str:
        """A pip command."""
        return "pip install provisor[scip]"

    def solve(
        self,
        problem: Problem,
        limits: Limits,
        start: Floats | None = None,
        on_incumbent: OnIncumbent | None = None,
        stop: Stop | None = None,
    ) -> Result:
        """Solve in this process; raises SolverError if SCIP refuses an option."""
        problem, name = sound(problem), f"scip (pyscipopt {self.version()})"
        words = start_words(problem, start, takes_start=True)
        early = trivial(problem, name)
        if early is not None:
            return early
        model, columns = loaded(problem)
        set_limits(model, limits)
        watch = Watch(Steps(problem, on_incumbent), stop, limits.cutoff)
        _listen(model, columns, watch)
        if start is not None:
            _give_start(model, columns, start)
        model.optimizeNogil()
        result = watch.checked(_outcome(model, columns, name))
        result = finished(watch.steps, result, start, limits.gap)
        return replace(result, message=joined(result.message, words))

    def conflict(self, problem: Problem, limits: Limits) -> Result:
        """Find a conflict among the rows of an infeasible problem, all bounds kept."""
        problem, name = sound(problem), f"scip (pyscipopt {self.version()})"
        steps = Steps(problem, None)
        model, _ = loaded(problem)
        seconds = min(max(limits.seconds, 0.0), INFINITE)
        set_limits(
            model, replace(limits, options={"iis/time": seconds, "iis/silent": True, **limits.options})
        )
        found = model.generateIIS()
        conflict = None
        if found.isSubscipInfeasible():
            rows = tuple(sorted(int(row.name) for row in found.getSubscip().getConss()))
            conflict = Conflict(rows, (), (), bool(found.isSubscipIrreducible()))
        status = SolveStatus.LIMIT if conflict is None else SolveStatus.INFEASIBLE
        return Result(status, None, None, None, steps.seconds, name, "", conflict=conflict)


def loaded(problem: Problem) -> tuple[Any, list[Any]]:
    """A silent SCIP model of a sound problem and its columns; rows are named by number."""
    scip: Any = import_module("pyscipopt.scip")
    model = scip.Model()
    model.hideOutput()
    columns = [
        model.addVar(str(index), "I" if whole else "C", _finite(low), _finite(high), cost)
        for index, (whole, low, high, cost) in enumerate(
            zip(
                problem.integer.tolist(), problem.lower.tolist(), problem.upper.tolist(),
                problem.cost.tolist(), strict=True,
            )
        )
    ]  # fmt: skip
    terms = [scip.Term(column) for column in columns]
    matrix = problem.matrix
    starts, indices, values = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    for row, (low, high) in enumerate(
        zip(problem.row_lower.tolist(), problem.row_upper.tolist(), strict=True)
    ):
        if not (np.isinf(low) and np.isinf(high)):
            places = range(starts[row], starts[row + 1])
            entries = scip.Expr({terms[indices[place]]: values[place] for place in places})
            model.addCons(scip.ExprCons(entries, lhs=_finite(low), rhs=_finite(high)), name=str(row))
    model.addObjoffset(problem.offset)
    return model, columns


def _finite(bound: float) -> float | None:
    return None if np.isinf(bound) else bound


def set_limits(model: Foreign, limits: Limits) -> None:
    """Set limits and options; raises SolverError if SCIP refuses one."""
    options = {
        "limits/time": min(max(limits.seconds, 0.0), INFINITE),
        "limits/gap": limits.gap,
        "randomization/randomseedshift": limits.seed,
        **limits.options,
    }
    for name, value in options.items():
        try:
            model.setParam(name, value)
        except (KeyError, ValueError, TypeError, OverflowError, OSError) as error:
            raise SolverError(f"SCIP refused the option {name} = {value!r}: {error}") from error


def _give_start(model: Foreign, columns: list[Any], start: Floats) -> None:
    given = model.createSol()
    for column, value in zip(columns, start.tolist(), strict=True):
        model.setSolVal(given, column, value)
    model.addSol(given)


def _values(model: Foreign, columns: list[Any]) -> Floats:
    best = model.getBestSol()
    return np.array([model.getSolVal(best, column) for column in columns], dtype=np.float64)


def _outcome(model: Foreign, columns: list[Any], name: str) -> Result:
    words = str(model.getStatus())
    status = STATUSES.get(words, SolveStatus.LIMIT if "limit" in words else SolveStatus.ERROR)
    held = status in (SolveStatus.OPTIMAL, SolveStatus.LIMIT, SolveStatus.INTERRUPTED)
    x = _values(model, columns) if held and model.getNSols() > 0 else None
    bound = float(model.getDualbound()) if held else None
    return Result(status, x, None, bound, 0.0, name, words)


def _listen(model: Foreign, columns: list[Any], watch: Watch) -> None:
    """Have SCIP call back at each better solution, solved LP and solved node."""
    events: Any = import_module("pyscipopt").SCIP_EVENTTYPE

    def called(model: Foreign, event: Foreign) -> None:
        def heard() -> None:
            if event.getType() == events.BESTSOLFOUND:
                watch.steps.solution(_values(model, columns))
            watch.steps.better_bound(float(model.getDualbound()))

        if watch.ends(heard):
            model.interruptSolve()

    for kind in (events.BESTSOLFOUND, events.NODESOLVED, events.LPSOLVED):
        model.attachEventHandlerCallback(called, [kind])
