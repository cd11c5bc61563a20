"""GLPK as the executable ``glpsol``."""

from __future__ import annotations

import math
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.backends.common import (
    FEASIBLE,
    finished,
    joined,
    sound,
    start_words,
    trivial,
)
from provisor.engine.backends.executable import Ran, executable_version, run_executable
from provisor.engine.backends.watch import Steps, Stop
from provisor.engine.result import Capability, Limits, OnIncumbent, Result, SolverError, SolveStatus
from provisor.engine.write_mps import write_mps

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Problem

_PRUNED = 1e-7
"""GLPK drops nodes that promise less than this, relative to the objective; it prints bounds as finely."""


class Glpk:
    """GLPK: LP and MIP on one thread, duals of an LP; no starts, and it streams nothing.

    Its time limit is in whole seconds.
    """

    name = "glpk"
    capabilities = Capability.LP | Capability.MIP | Capability.DUALS

    def version(self) -> str | None:
        """Version of the executable ``glpsol``."""
        return executable_version("glpsol", "--version")

    def how_to_get(self) -> str:
        """A command of the system's package manager."""
        return "apt install glpk-utils, or brew install glpk"

    def solve(
        self,
        problem: Problem,
        limits: Limits,
        start: Floats | None = None,
        on_incumbent: OnIncumbent | None = None,
        stop: Stop | None = None,
    ) -> Result:
        """Solve by ``glpsol``; raises SolverError if it is not there or refuses an option."""
        problem, name = sound(problem), f"glpk {self.version()}"
        words = start_words(problem, start, takes_start=False)
        early = trivial(problem, name)
        if early is not None:
            return early
        steps = Steps(problem, on_incumbent)
        with tempfile.TemporaryDirectory(prefix="provisor-") as path:
            folder = Path(path)
            write_mps(replace(problem, offset=0.0), folder / "model.mps")
            command = ["glpsol", "--freemps", "model.mps", *_settings(limits), "-w", "solution"]
            ran = run_executable(command, folder, limits.seconds, stop)
            result = _outcome(folder / "solution", ran, problem, name)
        result = finished(steps, result, start, limits.gap)
        return replace(result, message=joined(result.message, words))


def _settings(limits: Limits) -> list[str]:
    settings: dict[str, object] = {"mipgap": limits.gap, "seed": limits.seed}
    if math.isfinite(limits.seconds):
        settings["tmlim"] = max(1, math.ceil(limits.seconds))
    words = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
    for name, value in limits.options.items():
        words.extend([f"--{name}"] if value is True else [f"--{name}", str(value)])
    return words


@dataclass(frozen=True)
class _Solution:
    """GLPK's solution file: its head, row values and duals, column values and duals."""

    head: list[str]
    x: Floats
    duals: Floats
    reduced: Floats


def _outcome(path: Path, ran: Ran, problem: Problem, name: str) -> Result:
    if not path.exists():
        if ran.code != 0 and not ran.ended and not ran.stopped:
            raise SolverError(f"GLPK refused: {ran.log.strip().splitlines()[-1]}")
        status = SolveStatus.INTERRUPTED if ran.stopped else SolveStatus.LIMIT
        return Result(status, None, None, None, 0.0, name, "ended")
    solution = _read(path, problem)
    if problem.integer.any():
        return _mip(solution, ran.log, problem, name)
    return _lp(solution, ran.log, problem, name)


def _mip(solution: _Solution, log: str, problem: Problem, name: str) -> Result:
    mark = solution.head[4]
    held = mark in ("o", "f") and problem.violation(solution.x) <= FEASIBLE
    closed = mark == "o" or "MIP GAP TOLERANCE REACHED" in log
    status = SolveStatus.OPTIMAL if closed and held else _why(log, infeasible=mark == "n")
    x = solution.x if held else None
    if mark == "o" and x is not None:
        objective = problem.objective(x)
        bound: float | None = objective - _PRUNED * (1.0 + abs(objective - problem.offset))
    else:
        bound = _printed_bound(log, problem.offset)
    return Result(status, x, None, bound, 0.0, name, _last_words(log))


def _printed_bound(log: str, offset: float) -> float | None:
    printed = re.findall(r">=\s+(-?\d\S*)", log)
    if not printed:
        return None
    bound = float(printed[-1])
    return bound - _PRUNED * (1.0 + abs(bound)) + offset


def _lp(solution: _Solution, log: str, problem: Problem, name: str) -> Result:
    primal, dual = solution.head[4], solution.head[5]
    words = _last_words(log)
    if primal == "f" and dual == "f":
        bound = problem.objective(solution.x)
        return Result(
            SolveStatus.OPTIMAL, solution.x, None, bound, 0.0, name, words, solution.duals, solution.reduced
        )  # fmt: skip
    if primal == "f" and dual == "n":
        return Result(SolveStatus.UNBOUNDED, None, None, None, 0.0, name, words)
    return Result(_why(log, infeasible=primal == "n"), None, None, None, 0.0, name, words)


def _why(log: str, *, infeasible: bool) -> SolveStatus:
    if infeasible or "NO PRIMAL FEASIBLE" in log or "NO INTEGER FEASIBLE" in log:
        return SolveStatus.INFEASIBLE
    if "NO DUAL FEASIBLE" in log or "UNBOUNDED" in log:
        return SolveStatus.INFEASIBLE_OR_UNBOUNDED
    if "TIME LIMIT EXCEEDED" in log:
        return SolveStatus.LIMIT
    return SolveStatus.ERROR


def _last_words(log: str) -> str:
    shouted = [line for line in log.splitlines() if line.isupper() or "SEARCH TERMINATED" in line]
    return shouted[-1].lower() if shouted else ""


def _read(path: Path, problem: Problem) -> _Solution:
    rows, columns = problem.matrix.shape
    x, duals, reduced = np.zeros(columns), np.zeros(rows), np.zeros(columns)
    head: list[str] = []
    for line in path.read_text(encoding="ascii").splitlines():
        kind, *words = line.split()
        if kind == "s":
            head = [kind, *words]
        elif kind == "i" and len(words) == 4:
            duals[int(words[0]) - 1] = float(words[3])
        elif kind == "j":
            basic = len(words) == 4
            x[int(words[0]) - 1] = float(words[2 if basic else 1])
            reduced[int(words[0]) - 1] = float(words[3]) if basic else 0.0
    return _Solution(head, x, duals, reduced)
