"""Runs solvers that are executables: one model file in, one solution file out."""

from __future__ import annotations

import math
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING

from provisor.engine.result import SolverError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from provisor.engine.backends.watch import Stop

_LOOK = 0.05
_OVERRUN = 1.0
_TO_HEED = 1.0


@dataclass(frozen=True)
class Ran:
    """What a run left behind.

    Attributes:
        log: All that it printed.
        code: Its exit code.
        stopped: Whether it was stopped because somebody asked for it.
        ended: Whether it was ended because it overran its limit.
    """

    log: str
    code: int
    stopped: bool
    ended: bool


@cache
def executable_version(name: str, *arguments: str) -> str | None:
    """First number with a dot that the executable prints of itself, none if it is not there."""
    if shutil.which(name) is None:
        return None
    told = subprocess.run(
        [name, *arguments], capture_output=True, text=True, timeout=10, check=False, input=""
    )
    found = re.search(r"\d+\.\d[\d.]*", told.stdout)
    return found.group() if found else "unknown"


def run_executable(command: Sequence[str], folder: Path, seconds: float, stop: Stop | None) -> Ran:
    """Run a command in ``folder`` until it ends, its limit is over, or ``stop`` says so.

    Raises:
        SolverError: The executable is not there.
    """
    if shutil.which(command[0]) is None:
        raise SolverError(f"{command[0]} is not installed")
    log = folder / "log"
    stopped = ended = False
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT
        )  # fmt: skip
        last = perf_counter() + (seconds + _OVERRUN if math.isfinite(seconds) else math.inf)
        while process.poll() is None:
            _wait(process, _LOOK)
            ended = perf_counter() > last
            stopped = not ended and stop is not None and stop()
            if ended or stopped:
                _end(process)
    return Ran(log.read_text(encoding="utf-8", errors="replace"), process.returncode, stopped, ended)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to stop, as Ctrl-C does, and end it if it does not."""
    process.send_signal(signal.SIGINT)
    if not _wait(process, _TO_HEED):
        process.kill()
        process.wait()
