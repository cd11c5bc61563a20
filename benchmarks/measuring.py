"""What the benchmarks share: a command in a process of its own, its peak memory, and a table in Markdown."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

LOOK = 0.2
"""Seconds between two looks at the memory."""


def written(planner: str, folder: Path, size: str, seed: int) -> None:
    """Write an example case."""
    words = ["new", planner, str(folder), "--size", size, "--seed", str(seed)]
    subprocess.run([sys.executable, "-m", "provisor", *words], check=True, stdout=subprocess.DEVNULL)


def solved(case: Path, out: Path, seconds: float, options: Sequence[str] = ()) -> dict[str, Any] | None:
    """Solve a case; its ``plan.json`` with wall-clock seconds and peak memory, or none where it has no plan."""
    words = ["solve", str(case), "--out", str(out), "--time-limit", f"{seconds:g}", "--quiet", *options]
    took, megabytes, _ = ran(words)
    if not (out / "plan.json").is_file():
        return None
    document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    return {**document, "seconds": took, "megabytes": megabytes}


def ran(words: Sequence[str]) -> tuple[float, float, int]:
    """Wall-clock seconds, peak memory in MB and exit code of a command; what it says of a failure is shown."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "provisor", *words],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peak))
    watcher.start()
    _, said = process.communicate()
    watcher.join()
    if process.returncode:
        print(f"{' '.join(words)}: exit code {process.returncode}: {said.strip()[-300:]}", file=sys.stderr)
    return time.perf_counter() - began, peak[0], process.returncode


def _watch(process: subprocess.Popen[str], peak: list[float]) -> None:
    """Note the most memory that a process and those it started hold together, in MB."""
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            top = psutil.Process(process.pid)
            peak[0] = max(peak[0], sum(_memory(one) for one in [top, *top.children(recursive=True)]))
        time.sleep(LOOK)


def _memory(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(process.memory_info().rss) / 1e6
    return 0.0


def number(value: float | None) -> str:
    """A whole number for people, nothing for none."""
    return "" if value is None else f"{value:,.0f}"


def share(value: float | None, digits: int) -> str:
    """A share in per cent, nothing for none."""
    return "" if value is None else f"{100 * value:.{digits}f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows as a table in Markdown."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def machine() -> str:
    """What was measured with, and on what."""
    where = (
        f"{psutil.cpu_count()} processors, {psutil.virtual_memory().total / 1e9:.0f} GB, {platform.system()}"
    )
    return f"{where}; Provisor {version('provisor')}, HiGHS {version('highspy')}, Python {platform.python_version()}."
