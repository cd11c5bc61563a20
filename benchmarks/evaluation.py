"""Measures what plans gain over rules of thumb, out of sample: one row per case and rule of thumb.

``benchmarks/evaluation.py`` writes the examples demo, region and full, solves each, makes the plans of the rules of
thumb, plays all of them through the same demand, and prints a table in Markdown; ``--write`` puts it into
docs/benchmarks.md.
``--only demo,region`` measures some of them. With ``--folder DIR`` cases and plans are kept there, and what is there
already is not made again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "docs"), str(ROOT / "benchmarks")]

from fill import filled  # noqa: E402 - a neighbour, found only by its folder

from measuring import machine, solved, table, written  # noqa: E402 - likewise

PAGE = ROOT / "docs" / "benchmarks.md"
SEED = 1
RULES = {"rules": "the chain of rules (B2)", "pro-rata": "pro-rata (B0)"}
POINTS = ("sell_through", "slot_sell_through")

HEAD = (
    "case", "gap of the plan, %", "over", "revenue, %", "profit, %", "sell-through, points",
    "slot sell-through, points", "violations", "draws",
)  # fmt: skip


@dataclass(frozen=True)
class Played:
    """An example, the seconds its solve gets, and how often demand is drawn."""

    said: str
    seconds: float
    draws: int


CASES = {
    "demo": Played("demo, 60 x 150", 20, 200),
    "region": Played("region, 300 x 1,000", 60, 200),
    "full": Played("full, 2,253 x 6,470 sparse", 120, 50),
}


def provisor(*words: str) -> str:
    """What a command prints on standard output.

    Raises:
        CalledProcessError: It failed.
    """
    command = [sys.executable, "-m", "provisor", *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def measure(size: str, folder: Path) -> list[list[str]]:
    """Rows of a case."""
    played, case = CASES[size], folder / size
    if not case.is_dir():
        written("allocation", case, size, SEED)
    plans = {name: folder / f"{size}-{name}" for name in ("plan", *RULES)}
    if not plans["plan"].is_dir() and solved(case, plans["plan"], played.seconds) is None:
        return []
    for method in RULES:
        if not plans[method].is_dir():
            provisor("baseline", str(case), "--method", method, "--out", str(plans[method]), "--json")
    names = [str(path) for path in plans.values()]
    found = json.loads(
        provisor("evaluate", str(case), *names, "--draws", str(played.draws), "--seed", "0", "--json")
    )
    gap = json.loads((plans["plan"] / "plan.json").read_text(encoding="utf-8"))["certificate"]["gap"]
    broken = ", ".join(f"{number}" for number in found["violations"].values())
    return [
        [played.said, f"{100 * gap:.2f}", RULES[method], *_gains(gain), broken, str(played.draws)]
        for method, gain in zip(RULES, found["gains"], strict=True)
    ]


def _gains(gain: dict[str, Any]) -> list[str]:
    measures = gain["measures"]
    kinds = [(name, "absolute" if name in POINTS else "relative") for name in ("revenue", "profit", *POINTS)]
    return [_interval(measures[name][kind]) for name, kind in kinds]


def _interval(found: dict[str, float]) -> str:
    """A share or difference of shares with its 95 % interval, in per cent or points."""
    return f"{100 * found['mean']:+.2f} ± {50 * (found['high'] - found['low']):.2f}"


def main() -> None:
    """Measure the cases asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(CASES), help=f"some of {', '.join(CASES)}")
    parser.add_argument("--folder", type=Path, help="where cases and plans are kept")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    unknown = [name for name in given.only.split(",") if name not in CASES]
    if unknown:
        parser.error(f"there is no case {', '.join(unknown)}; there are {', '.join(CASES)}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        rows = []
        for name in given.only.split(","):
            print(CASES[name].said, file=sys.stderr, flush=True)
            rows += measure(name, folder)
    made = f"{table(HEAD, rows)}\n\n{machine()}"
    print(made)
    if given.write:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), {"evaluation": made}), encoding="utf-8")


if __name__ == "__main__":
    main()
