"""Generalized assignment files of the OR-Library, solved by the allocation kernel: cost, bound, published optimum.

``benchmarks/assignment.py [FOLDER]`` solves the files that ``FOLDER/optima.csv`` (columns Path and Optimum) names and
prints a table in Markdown; ``--write`` puts it into docs/benchmarks.md. ``--only gap1-0,c20200`` solves some of them,
``--seconds`` is the limit for each. Cost is least, so bounds are below.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from time import perf_counter

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "docs"), str(ROOT / "benchmarks")]

from fill import filled  # noqa: E402 - a neighbour, found only by its folder

from measuring import machine, table  # noqa: E402 - likewise
from provisor.allocation.kernel.orlib import assignment, read_assignment  # noqa: E402 - in the order of the rest
from provisor.allocation.kernel.solve import KernelLimits, solve_kernel  # noqa: E402 - likewise

FOLDER = ROOT.parent / "shared" / "data" / "benchmarks" / "assignment"
PAGE = ROOT / "docs" / "benchmarks.md"

HEAD = ("file", "agents x jobs", "cost", "bound", "published optimum", "gap, %", "wanted, %", "seconds")

PROVEN = 1e-6
"""Gap asked for: none, costs being whole numbers."""

WANTED = {"e801600": 1e-3}
"""Gap asked for where it is another."""


def main() -> None:
    """Solve the files asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--only", help="some of the files")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    if not given.folder.is_dir():
        print(f"{given.folder} is not there: give the folder of the files", file=sys.stderr)
        return
    with (given.folder / "optima.csv").open(encoding="utf-8", newline="") as file:
        optima = {row["Path"]: float(row["Optimum"]) for row in csv.DictReader(file)}
    names = given.only.split(",") if given.only else list(optima)
    unknown = [name for name in names if name not in optima]
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(optima)}")
    warm_up()
    rows = []
    for name in names:
        print(name, file=sys.stderr, flush=True)
        rows.append(row(given.folder / name, optima[name], given.seconds))
    made = f"{table(HEAD, rows)}\n\n{machine()}"
    print(made)
    if given.write:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), {"assignment": made}), encoding="utf-8")


def warm_up() -> None:
    """Have the loops compiled and the solver's process started, which is no part of a solve."""
    rng = np.random.default_rng(0)
    gain, amount = -rng.integers(10, 50, (3, 12)).astype(float), rng.integers(5, 25, (3, 12)).astype(float)
    solve_kernel(assignment(gain, amount, np.full(3, 55.0)), KernelLimits(gap=PROVEN))


def row(path: Path, optimum: float, seconds: float) -> list[str]:
    """Solve a file; its row of the table."""
    problem = read_assignment(path)
    wanted = WANTED.get(path.name, PROVEN)
    began = perf_counter()
    found = solve_kernel(problem, KernelLimits(seconds=seconds, gap=wanted))
    took = perf_counter() - began
    return [
        path.name,
        f"{problem.pairs.places} x {problem.pairs.items}",
        "none" if found.holding is None else f"{-found.holding.value:,.0f}",
        f"{-found.bound:,.0f}",
        f"{optimum:,.0f}",
        f"{100 * found.gap:.3f}",
        "0" if wanted == PROVEN else f"{100 * wanted:g}",
        f"{took:.1f}",
    ]


if __name__ == "__main__":
    main()
