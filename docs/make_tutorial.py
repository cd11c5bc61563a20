"""Runs the tutorial: solves its cases, draws the pictures, and puts what the commands print into the page.

``make pictures`` calls it; ``--time-limit`` are the seconds of each of its solves.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from fill import filled  # noqa: E402 - a neighbour, found only by its folder

PAGE = ROOT / "docs" / "tutorials" / "planner.md"
CASE = "examples/production"
WIDTH = "100"
"""Characters of a line of the terminal."""

PINS = """pins:
  - {decision: production, date: 2027-03-08, node: P1, product: WHITE-600, mixes: 20}
  - {decision: departure, date: 2027-03-10, truck: P1-F1-H1, used: false}
"""

CLOSED = "pins:\n" + "".join(
    f"  - {{decision: departure, date: 2027-03-{day:02}, truck: P1-H2, used: false}}\n"
    for day in (3, 5, 8, 10, 12)
)

SHOWN = 5
"""Lines of a long list that the page shows."""


@dataclass
class Tutorial:
    """A folder in which the commands of the tutorial run."""

    folder: Path
    seconds: float

    def run(self, *words: str, may_fail: bool = False) -> str:
        """What a command prints on standard output.

        Raises:
            SystemExit: It ended with another exit code than 0 where that is not expected.
        """
        print("provisor", *words, flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "provisor", *words], cwd=self.folder, capture_output=True, text=True,
            check=False, env={**os.environ, "COLUMNS": WIDTH, "NO_COLOR": "1"},
        )  # fmt: skip
        if done.returncode and not may_fail:
            raise SystemExit(f"exit code {done.returncode}: {done.stderr[-2000:]}")
        return "\n".join(line.rstrip() for line in done.stdout.splitlines())

    def solve(self, case: str, out: str, *words: str, may_fail: bool = False) -> str:
        """Solve a case and give what is printed."""
        limit = ("--time-limit", f"{self.seconds:g}", "--quiet")
        return self.run("solve", case, "--out", out, *limit, *words, may_fail=may_fail)

    def document(self, out: str) -> dict[str, Any]:
        """``plan.json`` of a plan."""
        return dict(json.loads((self.folder / out / "plan.json").read_text(encoding="utf-8")))

    def changed(self, name: str, pins: str) -> None:
        """Write a copy of the case with pins."""
        shutil.copytree(self.folder / CASE, self.folder / name)
        with (self.folder / name / "case.yaml").open("a", encoding="utf-8") as file:
            file.write(pins)


def parts(tutorial: Tutorial) -> dict[str, str]:
    """What the commands print, by place in the page."""
    made = {"check": _shown(tutorial.run("check", CASE))}
    limit = ("--time-limit", f"{tutorial.seconds:g}")
    made["solve"] = _shown(tutorial.run("solve", CASE, "--out", "plan", *limit))
    made["certificate"] = _certificate(tutorial.document("plan"))
    made["audit"] = _shown(tutorial.run("audit", CASE, "plan"))
    tutorial.solve(CASE, "plan-no-transit", "--set", "rules.transit_stock=false")
    tutorial.solve(CASE, "plan-day-before", "--set", "rules.loading=previous_day")
    names = {
        "plan": "as it is",
        "plan-no-transit": "`rules.transit_stock=false`",
        "plan-day-before": "`rules.loading=previous_day`",
    }
    made["rules"] = _compared({said: tutorial.document(name) for name, said in names.items()})
    tutorial.changed("pinned", PINS)
    tutorial.solve("pinned", "plan-pinned")
    pinned = {"as it is": "plan", "with the two pins": "plan-pinned"}
    made["pins"] = _compared({said: tutorial.document(name) for said, name in pinned.items()})
    tutorial.changed("closed", CLOSED)
    made["infeasible"] = _infeasible(
        tutorial.solve("closed", "plan-closed", "--set", "rules.shortages=false", may_fail=True)
    )
    return made


def _shown(text: str) -> str:
    return f"```text\n{text}\n```"


def _certificate(document: dict[str, Any]) -> str:
    certificate = document["certificate"]
    notes = certificate["notes"]
    rows = [
        ("cost of the plan", f"{certificate['objective']:,.0f}"),
        ("proven bound", f"{certificate['bound']:,.0f}"),
        ("gap", f"{certificate['objective'] - certificate['bound']:,.0f} ({100 * certificate['gap']:.2f} %)"),
        ("cost of the goods' flow alone", f"{notes['flow_floor']:,.0f}"),
        ("what planning can change", f"{notes['controllable_cost']:,.0f}"),
        ("what proves the bound", certificate["proof"]),
        ("seconds", f"{certificate['seconds']['total']:.0f}"),
    ]
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def _compared(documents: dict[str, dict[str, Any]]) -> str:
    """Plans side by side, each against the first."""
    first = next(iter(documents.values()))["certificate"]
    lines = [
        "| case | cost | bound | units short | departures | against the first |",
        "|---|---|---|---|---|---|",
    ]
    for said, document in documents.items():
        own, kpis = document["certificate"], document["kpis"]
        lines.append(
            f"| {said} | {own['objective']:,.0f} | {own['bound']:,.0f} | {kpis['units_short']:,.0f} "
            f"| {kpis['departures']:.0f} | {_verdict(first, own) if own is not first else ''} |"
        )
    return "\n".join(lines)


def _verdict(first: dict[str, Any], other: dict[str, Any]) -> str:
    """What the two certificates prove of the difference."""
    least, most = other["bound"] - first["objective"], other["objective"] - first["bound"]
    if least > 0:
        return f"dearer: proven, by {least:,.0f} to {most:,.0f}"
    if most < 0:
        return f"cheaper: proven, by {-most:,.0f} to {-least:,.0f}"
    return f"between {-least:,.0f} cheaper and {most:,.0f} dearer: within the gaps"


def _infeasible(text: str) -> str:
    lines = text.splitlines()
    wanted = [line for line in lines if line.startswith("It could be planned")]
    if not wanted:
        raise SystemExit(f"the closed road should make the case infeasible, but:\n{text}")
    more = [f"... and {len(wanted) - SHOWN} more such lines"] if len(wanted) > SHOWN else []
    return _shown("\n".join([lines[0], *wanted[:SHOWN], *more]))


def main() -> None:
    """Run the tutorial and renew its page and pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time-limit", type=float, default=60.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        tutorial = Tutorial(Path(name), given.time_limit)
        (tutorial.folder / "examples").symlink_to(ROOT / "examples")
        made = parts(tutorial)
        draw = ROOT / "docs" / "pictures" / "production_pictures.py"
        plan = tutorial.folder / "plan"
        subprocess.run([sys.executable, draw, ROOT / CASE, plan, ROOT / "docs" / "images"], check=True)
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
