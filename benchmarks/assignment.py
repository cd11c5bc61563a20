"""Generalized assignment files of the OR-Library, solved by the allocation kernel: value, bound, published optimum.

python benchmarks/assignment.py [FOLDER] [--seconds S] [--only NAME ...]

FOLDER holds the files and ``optima.csv`` (columns Path and Optimum).
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from time import perf_counter

from provisor.allocation.kernel.orlib import read_assignment
from provisor.allocation.kernel.solve import KernelLimits, solve_kernel

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "benchmarks" / "assignment"

WIDE_GAP = {"e801600": 1e-3}
"""Gap asked for where it is not none."""


def main() -> None:
    """Solve the files and print one row each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print(f"{options.folder} is not there: give the folder of the files")
        return
    with (options.folder / "optima.csv").open(encoding="utf-8", newline="") as file:
        optima = {row["Path"]: float(row["Optimum"]) for row in csv.DictReader(file)}
    print("| file | agents x jobs | value | bound | optimum | gap % | seconds |")
    print("|---|---|---|---|---|---|---|")
    for name, optimum in optima.items():
        if not options.only or name in options.only:
            print(_row(options.folder / name, optimum, options.seconds), flush=True)


def _row(path: Path, optimum: float, seconds: float) -> str:
    problem = read_assignment(path)
    began = perf_counter()
    found = solve_kernel(problem, KernelLimits(seconds=seconds, gap=WIDE_GAP.get(path.name, 1e-6)))
    took = perf_counter() - began
    value = "none" if found.holding is None else f"{-found.holding.value:.0f}"
    size = f"{problem.pairs.places} x {problem.pairs.items}"
    return (
        f"| {path.name} | {size} | {value} | {-found.bound:.1f} | {optimum:.0f} "
        f"| {100 * found.gap:.3f} | {took:.1f} |"
    )


if __name__ == "__main__":
    main()
