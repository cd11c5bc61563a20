"""Measures the expansion planner on ten years of business data: what is asked of it, and what it takes.

``benchmarks/expansion.py`` solves each case from files to audited plan, makes the studies of many readings and
policies, asks the ready scenarios of plans, and prints a table in Markdown; ``--write`` puts it into
docs/benchmarks.md. ``--only network,hard`` measures some rows.
Commands run one after the other, in processes of their own. The data are those of tests/real_data/warehouse, where they
are at hand.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "docs"), str(ROOT / "benchmarks")]

from fill import filled  # noqa: E402 - a neighbour, found only by its folder

import provisor  # noqa: E402 - after the neighbours
from measuring import machine, number, ran, share, solved, table  # noqa: E402 - likewise
from provisor.cli.output import Exit  # noqa: E402
from provisor.expansion.board import READINGS, with_rules  # noqa: E402
from provisor.expansion.design import find_design  # noqa: E402
from provisor.expansion.floor import running_bound  # noqa: E402
from provisor.expansion.network import network_of  # noqa: E402
from provisor.questions.files import library, read_scenario  # noqa: E402
from provisor.questions.what_if import changed  # noqa: E402

PAGE = ROOT / "docs" / "benchmarks.md"
CASES = ROOT / "tests" / "real_data" / "warehouse"

HEAD = (
    "what", "to reach", "cost", "bound", "gap, %", "solve, s", "whole command, s", "memory, MB", "rows", "columns",
    "audit",
)  # fmt: skip

CONTINUOUS = ("rules.whole_shelves=false", "rules.whole_packs=false")
EXEMPT = "rules.truck_exempt=[Form & Function]"


@dataclass(frozen=True)
class Solved:
    """A plan to measure: its case, what was asked, and options."""

    said: str
    goal: str
    case: str
    seconds: float
    gap: float = 1e-3
    method: str = "auto"
    settings: tuple[str, ...] = ()

    def row(self) -> list[str] | None:
        """The row of the table; none where there is no plan."""
        options = ["--gap", f"{self.gap:g}", "--method", self.method]
        for setting in self.settings:
            options += ["--set", setting]
        with tempfile.TemporaryDirectory() as folder:
            found = solved(CASES / self.case, Path(folder) / "plan", self.seconds, options)
        if found is None:
            return None
        certificate, size = found["certificate"], found["size"]
        return [
            self.said,
            self.goal,
            number(certificate["objective"]),
            number(certificate["bound"]),
            share(certificate["gap"], 4),
            f"{certificate['seconds']['solve']:.1f}",
            f"{found['seconds']:.1f}",
            number(found["megabytes"]),
            number(size["rows"]),
            number(size["columns"]),
            "passed" if found["audit"].get("ok") else f"{found['audit'].get('violations')} violations",
        ]


@dataclass(frozen=True)
class Studied:
    """A study to measure."""

    said: str
    goal: str
    case: str
    name: str
    days: tuple[tuple[str, tuple[float, ...]], ...] = ()

    def row(self) -> list[str] | None:
        """The row of the table, the study made here and by a command; none where the command failed."""
        case, began = provisor.read_case(CASES / self.case), time.perf_counter()
        provisor.study(case, self.name, **dict(self.days))
        made = time.perf_counter() - began
        tried = [f"--try={kind}={','.join(f'{day:g}' for day in days)}" for kind, days in self.days]
        took, megabytes, code = ran(["study", str(CASES / self.case), self.name, *tried])
        if code:
            return None
        return [self.said, self.goal, "", "", "", f"{made:.1f}", f"{took:.1f}", number(megabytes), "", "", ""]


@dataclass(frozen=True)
class Capital:
    """The problem of what to build with whole shelves, under every reading; the slowest one counts."""

    said: str
    goal: str
    case: str

    def row(self) -> list[str] | None:
        """The row of the table."""
        case, slowest = provisor.read_case(CASES / self.case), 0.0
        for readings in product(*READINGS.values()):
            chosen = {
                name: {"true": True, "false": False}.get(value, value)
                for name, value in zip(READINGS, readings, strict=True)
            }
            network = network_of(with_rules(case, chosen))
            began = time.perf_counter()
            find_design(network)
            slowest = max(slowest, time.perf_counter() - began)
        return [self.said, self.goal, "", "", "", f"{slowest:.3f}", "", "", "", "", ""]


@dataclass(frozen=True)
class Asked:
    """Every ready scenario asked of the plan of a case; the slowest one counts."""

    said: str
    goal: str
    case: str

    def row(self) -> list[str] | None:
        """The row of the table, the answer made here and by a command; none where the command failed."""
        case = provisor.read_case(CASES / self.case)
        base, slowest, name = provisor.solve(case), 0.0, ""
        for scenario in library("expansion"):
            began = time.perf_counter()
            provisor.what_if(case, scenario, base)
            slowest, name = max((slowest, name), (time.perf_counter() - began, scenario))
        took, megabytes, code = ran(["what-if", str(CASES / self.case), name])
        if code not in {Exit.DONE, Exit.INFEASIBLE}:
            return None
        said = f"{self.said}; slowest: {name.replace('_', ' ')}"
        return [said, self.goal, "", "", "", f"{slowest:.1f}", f"{took:.1f}", number(megabytes), "", "", ""]


@dataclass(frozen=True)
class Changed:
    """What to build in every ready scenario, with the bound of the whole plan; the slowest one counts."""

    said: str
    goal: str
    case: str

    def row(self) -> list[str] | None:
        """The row of the table."""
        case, slowest = provisor.read_case(CASES / self.case), 0.0
        for name in library("expansion"):
            began = time.perf_counter()
            network = network_of(changed(case, read_scenario(name, case)).case)
            find_design(network)
            running_bound(network)
            slowest = max(slowest, time.perf_counter() - began)
        return [self.said, self.goal, "", "", "", f"{slowest:.3f}", "", "", "", "", ""]


HUNDRED = (
    ("International", (0, 3, 6, 8, 10, 12, 15, 17, 19, 21)),
    ("Domestic", (0, 1, 2, 3, 4, 5, 7, 9, 11, 14)),
)

ROWS: dict[str, Solved | Studied | Capital | Asked | Changed] = {
    "capital": Capital(
        "what to build, whole shelves: slowest of 72 readings", "solve 0.1 s", "network5_2"
    ),
    "network": Solved("network 5/2, whole packs", "0.1 % in 2 s", "network5_2", 60),
    "network-exact": Solved(
        "network 5/2, continuous, proven", "optimal in 20 s", "network5_2", 60, 1e-9, settings=CONTINUOUS
    ),
    "network-daily": Solved(
        "the same by one problem of every day", "optimal in 20 s", "network5_2", 60, 1e-9, "daily", CONTINUOUS
    ),
    "own": Solved("own 14/4, whole packs", "0.1 % in 5 s", "own14_4", 60),
    "own-exact": Solved(
        "own 14/4, continuous, proven", "optimal in 60 s", "own14_4", 120, 1e-9, settings=CONTINUOUS
    ),
    "own-daily": Solved(
        "the same by one problem of every day", "optimal in 60 s", "own14_4", 120, 1e-9, "daily", CONTINUOUS
    ),
    "file": Solved(
        "own, the file's days, sell packs", "0.1 % in 5 s", "file", 60, settings=("rules.storage=sell",)
    ),
    "hard": Solved("own 14/4, hard trucks, one supplier exempt", "0.2 % in 120 s", "hard", 120, 2e-3),
    "hard-file": Solved(
        "own, the file's days, sell packs, hard trucks, one supplier exempt", "0.2 % in 120 s", "file", 120, 2e-3,
        settings=("rules.storage=sell", "rules.trucks=hard", EXEMPT),
    ),
    "policies": Studied("100 policies, own, every day each", "60 s", "own14_4", "totals", HUNDRED),
    "readings": Studied("72 readings side by side", "2 s", "network5_2", "readings"),
    "what-if-capital": Changed(
        "what to build in a ready scenario, with its bound: slowest of 7", "2 s", "network5_2"
    ),
    "what-if-network": Asked("what-if with every day, network 5/2", "10 s", "network5_2"),
    "what-if-own": Asked("what-if with every day, own 14/4", "10 s", "own14_4"),
}  # fmt: skip


def main() -> None:
    """Measure the rows asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(ROWS), help=f"some of {', '.join(ROWS)}")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    if not (ROOT.parent / "shared" / "data" / "warehouse").is_dir():
        parser.exit(0, "the data of tests/real_data/warehouse are not here; nothing is measured\n")
    rows = []
    for name in given.only.split(","):
        if name not in ROWS:
            parser.error(f"there is no row {name}; there are {', '.join(ROWS)}")
        print(f"{ROWS[name].said}", file=sys.stderr, flush=True)
        found = ROWS[name].row()
        rows += [] if found is None else [found]
    made = f"{table(HEAD, rows)}\n\n{machine()}"
    print(made)
    if given.write:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), {"expansion": made}), encoding="utf-8")


if __name__ == "__main__":
    main()
