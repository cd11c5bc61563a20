"""Measures the allocation planner: one row per case of objective, proof, time and memory.

``benchmarks/allocation.py`` writes the examples demo, region, full and dense into a scratch folder, solves each within
its time limit with every rule on, and prints a table in Markdown; ``--write`` puts it into docs/benchmarks.md.
``--only demo,region`` measures some of them; ``--threads`` sets the threads of a solve. Cases run one after the other,
in processes of their own. Reading and auditing are told apart from solving.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "docs"), str(ROOT / "benchmarks")]

from fill import filled  # noqa: E402 - a neighbour, found only by its folder

from measuring import machine, number, share, solved, table, written  # noqa: E402 - likewise

PAGE = ROOT / "docs" / "benchmarks.md"
SEED = 1

HEAD = (
    "case", "limit, s", "status", "objective", "bound", "gap, %", "wanted, %", "read, s", "solve, s", "audit, s",
    "whole command, s", "memory, MB", "audit",
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """An example, the seconds its solve gets, and the gap it is to reach."""

    said: str
    seconds: float
    gap: float


CASES = {
    "demo": Measured("demo, 60 x 150, all rules", 5, 0.001),
    "region": Measured("region, 300 x 1,000, all rules", 15, 0.002),
    "full": Measured("full, 2,253 x 6,470 sparse, all rules", 60, 0.003),
    "dense": Measured("dense, 1,000 x 10,000, all rules but packs", 60, 0.005),
}


def measure(size: str, threads: int) -> dict[str, Any] | None:
    """Write an example and solve it; ``plan.json`` with wall-clock seconds and peak memory, none without a plan."""
    measured = CASES[size]
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case"
        written("allocation", case, size, SEED)
        options = ["--gap", f"{measured.gap:g}", "--threads", str(threads)]
        if size == "dense":
            options += ["--set", "rules.pack=false"]
        return solved(case, Path(folder) / "plan", measured.seconds, options)


def row(size: str, found: dict[str, Any]) -> list[str]:
    """A row of the table."""
    measured, certificate = CASES[size], found["certificate"]
    seconds = certificate["seconds"]
    return [
        measured.said,
        f"{measured.seconds:g}",
        certificate["status"],
        number(certificate["objective"]),
        number(certificate["bound"]),
        share(certificate["gap"], 3),
        share(measured.gap, 1),
        *(f"{seconds.get(step, 0.0):.1f}" for step in ("read", "solve", "audit")),
        f"{found['seconds']:.1f}",
        number(found["megabytes"]),
        "passed" if found["audit"].get("ok") else f"{found['audit'].get('violations')} violations",
    ]


def main() -> None:
    """Measure the cases asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(CASES), help=f"some of {', '.join(CASES)}")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    rows = []
    for name in given.only.split(","):
        if name not in CASES:
            parser.error(f"there is no case {name}; there are {', '.join(CASES)}")
        print(f"{CASES[name].said}: up to {CASES[name].seconds:g} s", file=sys.stderr, flush=True)
        found = measure(name, given.threads)
        rows += [] if found is None else [row(name, found)]
    made = f"{table(HEAD, rows)}\n\n{machine()}"
    print(made)
    if given.write:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), {"allocation": made}), encoding="utf-8")


if __name__ == "__main__":
    main()
