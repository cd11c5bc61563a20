"""Runs the tutorials: solves their cases, draws the pictures, and puts what the commands print into the pages.

``make pictures`` calls it; ``--time-limit`` are the seconds of each of its solves.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import tutorial_expansion
from fill import filled
from tutorial import ROOT, Tutorial, shown, verdict

PAGE = ROOT / "docs" / "tutorials" / "planner.md"
CASE = "examples/production"
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


def parts(tutorial: Tutorial) -> dict[str, str]:
    """What the commands print, by place in the page."""
    made = {"check": shown(tutorial.run("check", CASE))}
    limit = ("--time-limit", f"{tutorial.seconds:g}")
    made["solve"] = shown(tutorial.run("solve", CASE, "--out", "plan", *limit))
    made["certificate"] = _certificate(tutorial.document("plan"))
    made["audit"] = shown(tutorial.run("audit", CASE, "plan"))
    tutorial.solve(CASE, "plan-no-transit", "--set", "rules.transit_stock=false")
    tutorial.solve(CASE, "plan-day-before", "--set", "rules.loading=previous_day")
    names = {
        "plan": "as it is",
        "plan-no-transit": "`rules.transit_stock=false`",
        "plan-day-before": "`rules.loading=previous_day`",
    }
    made["rules"] = _compared({said: tutorial.document(name) for name, said in names.items()})
    tutorial.changed(CASE, "pinned", PINS)
    tutorial.solve("pinned", "plan-pinned")
    pinned = {"as it is": "plan", "with the two pins": "plan-pinned"}
    made["pins"] = _compared({said: tutorial.document(name) for said, name in pinned.items()})
    tutorial.changed(CASE, "closed", CLOSED)
    made["infeasible"] = _infeasible(
        tutorial.solve("closed", "plan-closed", "--set", "rules.shortages=false", may_fail=True)
    )
    return made


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
            f"| {kpis['departures']:.0f} | {verdict(first, own) if own is not first else ''} |"
        )
    return "\n".join(lines)


def _infeasible(text: str) -> str:
    lines = text.splitlines()
    wanted = [line for line in lines if line.startswith("It could be planned")]
    if not wanted:
        raise SystemExit(f"the closed road should make the case infeasible, but:\n{text}")
    more = [f"... and {len(wanted) - SHOWN} more such lines"] if len(wanted) > SHOWN else []
    return shown("\n".join([lines[0], *wanted[:SHOWN], *more]))


def production(tutorial: Tutorial) -> dict[str, str]:
    """Run the tutorial of production and draw its plan."""
    made = parts(tutorial)
    tutorial.draw("production_pictures.py", CASE, "plan")
    return made


TUTORIALS = {
    "production": (PAGE, production),
    "expansion": (tutorial_expansion.PAGE, tutorial_expansion.parts),
}


def main() -> None:
    """Run the tutorials and renew their pages and pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--only", choices=TUTORIALS, help="run this one alone")
    given = parser.parse_args()
    for name in [given.only] if given.only else TUTORIALS:
        page, run = TUTORIALS[name]
        with tempfile.TemporaryDirectory() as folder:
            tutorial = Tutorial(Path(folder), given.time_limit)
            (tutorial.folder / "examples").symlink_to(ROOT / "examples")
            made = run(tutorial)
        page.write_text(filled(page.read_text(encoding="utf-8"), made), encoding="utf-8")
        print(page)


if __name__ == "__main__":
    main()
