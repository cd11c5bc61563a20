"""Measures the production planner: one row per case of cost, proof, time, memory and size of the model.

``benchmarks/production.py`` solves every case whose data are there, each within its time limit, and prints a table in
Markdown; ``--write`` puts it into docs/benchmarks.md. ``--only week1,week2`` measures some of them. Cases run one after
the other, in processes of their own.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from fill import filled  # noqa: E402 - a neighbour, found only by its folder

BREAD = ROOT / "tests" / "real_data" / "bread"
PAGE = ROOT / "docs" / "benchmarks.md"
LOOK = 0.2
"""Seconds between two looks at the memory."""

HEAD = (
    "case", "limit, s", "cost", "bound", "gap, %", "gap on what planning can change, %", "short, units",
    "seconds", "memory, MB", "rows", "columns", "integers",
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """A case and the seconds it gets."""

    said: str
    case: Path
    seconds: float


CASES = {
    "example": Measured("shipped example, 4 weeks", ROOT / "examples" / "production", 60),
    "week1": Measured("bread, 1 week", BREAD / "week1", 10),
    "week2": Measured("bread, 2 weeks", BREAD / "week2", 30),
    "week4": Measured("bread, 4 weeks", BREAD / "week4", 60),
    "week8": Measured("bread, 8 weeks", BREAD / "week8", 300),
    "week12": Measured("bread, 12 weeks", BREAD / "week12", 600),
    "upstream4": Measured("bread, 4 weeks, earlier system's rules", BREAD / "upstream4", 60),
}


def measure(measured: Measured) -> dict[str, Any] | None:
    """Solve a case; its ``plan.json`` with wall-clock seconds and peak memory, or none where it has no plan."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "provisor", "solve", str(measured.case), "--out", f"{folder}/plan"]
        began = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--time-limit", f"{measured.seconds:g}", "--quiet"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        peak = [0.0]
        watcher = threading.Thread(target=_watch, args=(process, peak))
        watcher.start()
        _, said = process.communicate()
        watcher.join()
        seconds = time.perf_counter() - began
        file = Path(folder) / "plan" / "plan.json"
        if not file.is_file():
            print(f"{measured.said}: exit code {process.returncode}: {said.strip()[-300:]}", file=sys.stderr)
            return None
        return {**json.loads(file.read_text(encoding="utf-8")), "seconds": seconds, "megabytes": peak[0]}


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


def row(measured: Measured, found: dict[str, Any]) -> list[str]:
    """A row of the table."""
    certificate, size = found["certificate"], found["size"]
    notes = certificate["notes"]
    return [
        measured.said,
        f"{measured.seconds:g}",
        _number(certificate["objective"]),
        _number(certificate["bound"]),
        _share(certificate["gap"], 2),
        _share(notes.get("gap_on_controllable"), 0),
        _number(found["kpis"].get("units_short")),
        f"{found['seconds']:.0f}",
        _number(found["megabytes"]),
        *(_number(size.get(name)) for name in ("rows", "columns", "integers")),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _share(value: float | None, digits: int) -> str:
    return "" if value is None else f"{100 * value:.{digits}f}"


def table(rows: list[list[str]]) -> str:
    """Rows as a table in Markdown, with the machine they were measured on."""
    lines = [HEAD, ["---", *["--:"] * (len(HEAD) - 1)], *rows]
    where = (
        f"{psutil.cpu_count()} processors, {psutil.virtual_memory().total / 1e9:.0f} GB, {platform.system()}"
    )
    with_what = (
        f"Provisor {version('provisor')}, HiGHS {version('highspy')}, Python {platform.python_version()}"
    )
    return "\n".join([*("| " + " | ".join(line) + " |" for line in lines), "", f"{where}; {with_what}."])


def main() -> None:
    """Measure the cases asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(CASES), help=f"some of {', '.join(CASES)}")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    rows = []
    for name in given.only.split(","):
        if name not in CASES:
            parser.error(f"there is no case {name}; there are {', '.join(CASES)}")
        print(f"{CASES[name].said}: up to {CASES[name].seconds:g} s", file=sys.stderr, flush=True)
        found = measure(CASES[name])
        rows += [] if found is None else [row(CASES[name], found)]
    made = table(rows)
    print(made)
    if given.write:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), {"production": made}), encoding="utf-8")


if __name__ == "__main__":
    main()
