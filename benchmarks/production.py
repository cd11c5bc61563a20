"""Measures the production planner: one row per case of cost, proof, time, memory and size of the model.

``benchmarks/production.py`` solves every case whose data are there, each within its time limit, and prints a table in
Markdown; ``--write`` puts it into docs/benchmarks.md. ``--only week1,week2`` measures some of them. Cases run one after
the other, in processes of their own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from fill import filled  # noqa: E402 - a neighbour, found only by its folder

from measuring import machine, number, share, solved, table  # noqa: E402 - likewise

BREAD = ROOT / "tests" / "real_data" / "bread"
PAGE = ROOT / "docs" / "benchmarks.md"
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
    "example": Measured("shipped example, 4 weeks", ROOT / "examples" / "production", 57),
    "week1": Measured("bread, 1 week", BREAD / "week1", 9),
    "week2": Measured("bread, 2 weeks", BREAD / "week2", 28),
    "week4": Measured("bread, 4 weeks", BREAD / "week4", 57),
    "week8": Measured("bread, 8 weeks", BREAD / "week8", 300),
    "week12": Measured("bread, 12 weeks", BREAD / "week12", 600),
    "upstream4": Measured("bread, 4 weeks, earlier system's rules", BREAD / "upstream4", 57),
}


def measure(measured: Measured) -> dict[str, Any] | None:
    """Solve a case; its ``plan.json`` with wall-clock seconds and peak memory, or none where it has no plan."""
    with tempfile.TemporaryDirectory() as folder:
        return solved(measured.case, Path(folder) / "plan", measured.seconds)


def row(measured: Measured, found: dict[str, Any]) -> list[str]:
    """A row of the table."""
    certificate, size = found["certificate"], found["size"]
    notes = certificate["notes"]
    return [
        measured.said,
        f"{measured.seconds:g}",
        number(certificate["objective"]),
        number(certificate["bound"]),
        share(certificate["gap"], 2),
        share(notes.get("gap_on_controllable"), 0),
        number(found["kpis"].get("units_short")),
        f"{found['seconds']:.0f}",
        number(found["megabytes"]),
        *(number(size.get(name)) for name in ("rows", "columns", "integers")),
    ]


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
    made = f"{table(HEAD, rows)}\n\n{machine()}"
    print(made)
    if given.write:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), {"production": made}), encoding="utf-8")


if __name__ == "__main__":
    main()
