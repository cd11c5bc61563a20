"""CBC as an executable."""

from __future__ import annotations

import re
import struct
import tempfile
from dataclasses import replace
from pathlib import Path
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
from provisor.engine.backends.executable import Ran, executable_version, run_executable
from provisor.engine.backends.watch import Steps, Stop
from provisor.engine.result import Capability, Limits, OnIncumbent, Result, SolverError, SolveStatus
from provisor.engine.write_mps import write_mps

if TYPE_CHECKING:
    from provisor.engine.problem import Flags, Floats, Problem

_PRINTED = 5e-4
"""CBC prints its bound with three decimals."""

_INCREMENT = 1e-9
"""Smaller improvements than this are not looked for."""


class Cbc:
    """CBC: LP and MIP, starts, duals of an LP; it streams nothing."""

    name = "cbc"
    capabilities = Capability.LP | Capability.MIP | Capability.MIP_START | Capability.DUALS

    def version(self) -> str | None:
        """Version of the executable ``cbc``."""
        return executable_version("cbc", "-quit")

    def how_to_get(self) -> str:
        """A command of the system's package manager."""
        return "apt install coinor-cbc, or brew install cbc"

    def solve(
        self,
        problem: Problem,
        limits: Limits,
        start: Floats | None = None,
        on_incumbent: OnIncumbent | None = None,
        stop: Stop | None = None,
    ) -> Result:
        """Solve by ``cbc``; raises SolverError if it is not there or refuses an option."""
        problem, name = sound(problem), f"cbc {self.version()}"
        words = start_words(problem, start, takes_start=bool(problem.integer.any()))
        early = trivial(problem, name)
        if early is not None:
            return early
        steps = Steps(problem, on_incumbent)
        with tempfile.TemporaryDirectory(prefix="provisor-") as path:
            folder = Path(path)
            limited = np.isfinite(problem.row_lower) | np.isfinite(problem.row_upper)
            write_mps(_chosen_rows(problem, limited), folder / "model.mps")
            command = ["cbc", "model.mps", *_settings(limits)]
            if start is not None and problem.integer.any():
                _write_start(folder / "start", start)
                command.extend(["-mipstart", "start"])
            command.extend(["-solve", "-solution", "words", "-saveSolution", "numbers"])
            ran = run_executable(command, folder, limits.seconds, stop)
            _refused(ran.log)
            result = _outcome(folder, ran, problem, limited, name)
        result = finished(steps, result, start, limits.gap)
        return replace(result, message=joined(result.message, words))


def _chosen_rows(problem: Problem, rows: Flags) -> Problem:
    """The problem without its other rows: CBC drops those that have no limits."""
    return replace(
        problem,
        matrix=sp.csr_array(problem.matrix[rows]),
        row_lower=problem.row_lower[rows],
        row_upper=problem.row_upper[rows],
        rows=(),
    )


def _settings(limits: Limits) -> list[str]:
    settings: dict[str, object] = {
        "timeMode": "elapsed",
        "ratio": limits.gap,
        "increment": _INCREMENT,
        "threads": limits.threads,
        "randomCbcSeed": limits.seed,
        "randomSeed": limits.seed,
        **limits.options,
    }
    if np.isfinite(limits.seconds):
        settings["sec"] = max(limits.seconds, 0.0)
    return [word for name, value in settings.items() for word in (f"-{name}", str(value))]


def _write_start(path: Path, start: Floats) -> None:
    lines = ["Stopped on time - objective value 0"]
    lines.extend(f"{index} C{index} {value!r} 0" for index, value in enumerate(start.tolist()))
    path.write_text("\n".join([*lines, ""]), encoding="ascii")


def _refused(log: str) -> None:
    for pattern in (r"No match for .*", r"Coin\w+ .* read with [1-9]\d* errors", r".* is not a valid .*"):
        found = re.search(pattern, log)
        if found:
            raise SolverError(f"CBC refused: {found.group().strip()}")


def _outcome(folder: Path, ran: Ran, problem: Problem, limited: Flags, name: str) -> Result:
    words_file = folder / "words"
    if not words_file.exists():
        status = (
            SolveStatus.LIMIT if ran.ended else SolveStatus.INTERRUPTED if ran.stopped else SolveStatus.ERROR
        )
        return Result(status, None, None, None, 0.0, name, f"cbc left no solution (exit code {ran.code})")
    with words_file.open(encoding="ascii", errors="replace") as file:
        words = file.readline().strip()
    status = _status(words, stopped=ran.stopped)
    if status in (SolveStatus.INFEASIBLE, SolveStatus.UNBOUNDED, SolveStatus.ERROR):
        return Result(status, None, None, None, 0.0, name, words)
    x, duals, reduced = _numbers(folder / "numbers", limited, problem.lower.size)
    found = x if problem.violation(x) <= FEASIBLE else None
    if problem.integer.any():
        return Result(status, found, None, _bound(ran.log, problem, status, found), 0.0, name, words)
    if status is not SolveStatus.OPTIMAL or found is None:
        return Result(status, found, None, None, 0.0, name, words)
    return Result(status, found, None, problem.objective(found), 0.0, name, words, duals, reduced)


def _status(words: str, *, stopped: bool) -> SolveStatus:
    if words.startswith("Optimal"):
        return SolveStatus.OPTIMAL
    if words.startswith(("Infeasible", "Integer infeasible")):
        return SolveStatus.INFEASIBLE
    if words.startswith("Unbounded"):
        return SolveStatus.UNBOUNDED
    if words.startswith("Stopped"):
        return SolveStatus.INTERRUPTED if stopped else SolveStatus.LIMIT
    return SolveStatus.ERROR


def _numbers(path: Path, limited: Flags, columns: int) -> tuple[Floats, Floats, Floats]:
    """Columns, row duals and column duals from CBC's binary solution file, which has the limited rows."""
    rows = int(limited.sum())
    head = struct.calcsize("=iid")
    content = path.read_bytes()
    if struct.unpack("=ii", content[:8]) != (rows, columns):
        raise SolverError("CBC's solution file is of another problem")
    _, found, x, reduced = np.split(np.frombuffer(content[head:]), np.cumsum([rows, rows, columns]))
    duals = np.zeros(limited.size)
    duals[limited] = found
    return x.copy(), duals, reduced.copy()


def _bound(log: str, problem: Problem, status: SolveStatus, x: Floats | None) -> float | None:
    printed = re.findall(r"^Lower bound:\s*(\S+)", log, re.MULTILINE)
    if printed:
        bound = float(printed[-1])
        return bound - _PRINTED - 1e-9 * abs(bound)
    if status is SolveStatus.OPTIMAL and x is not None:
        return problem.objective(x) - _INCREMENT
    return None
