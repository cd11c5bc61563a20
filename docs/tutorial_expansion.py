"""What the commands of the tutorial for network engineers print, by place in its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from tutorial import ROOT, shown, verdict
from tutorial_asking import asked

if TYPE_CHECKING:
    from tutorial import Tutorial

PAGE = ROOT / "docs" / "tutorials" / "network-engineer.md"
CASE = "examples/expansion"

PINS = """pins:
  - {decision: sqft, facility: Ellingmoor, amount: 0}
"""

SHOWN = 6
"""Lines of a long list that the page shows."""


def parts(tutorial: Tutorial) -> dict[str, str]:
    """Run the tutorial and draw its plan."""
    made = {"check": shown(tutorial.run("check", CASE))}
    made["diagnosis"] = _study(tutorial, "diagnosis", 10)
    made["readings"] = _readings(tutorial)
    made["policies"] = _study(
        tutorial, "policies", 40, "--try", "overseas=5,8,11", "--try", "domestic=3,4,5,6"
    )
    made["demand"] = _study(tutorial, "demand", 20)
    limit = ("--time-limit", f"{tutorial.seconds:g}")
    made["solve"] = shown(tutorial.run("solve", CASE, "--out", "plan", *limit))
    made["certificate"] = _certificate(tutorial.document("plan"))
    made["build"] = _table(tutorial, "shelf_additions", pl.col("shelves_added") > 0)
    made["need"] = _table(tutorial, "need_by_year")
    made["rent"] = _words(tutorial, "break_even")
    made["prices"] = _words(tutorial, "prices")
    made["audit"] = shown(tutorial.run("audit", CASE, "plan").splitlines()[-1])
    tutorial.solve(CASE, "plan-morning", "--set", "rules.check_time=morning")
    tutorial.solve(CASE, "plan-phases", "--set", "rules.phases=true")
    tutorial.changed(CASE, "pinned", PINS)
    tutorial.solve("pinned", "plan-pinned")
    names = {
        "plan": "as it is",
        "plan-morning": "`rules.check_time=morning`",
        "plan-phases": "`rules.phases=true`",
        "plan-pinned": "nothing built at Ellingmoor",
    }
    made["rules"] = _compared({said: tutorial.document(name) for name, said in names.items()})
    made["infeasible"] = _infeasible(
        tutorial.solve(CASE, "plan-triple", "--set", "rules.doh_multiplier=3", may_fail=True)
    )
    tutorial.draw("expansion_pictures.py", CASE, "plan")
    return {**made, **asked(tutorial)}


def _study(tutorial: Tutorial, name: str, most: int, *words: str) -> str:
    """What a study prints; of a long table only the first lines."""
    lines = tutorial.run("study", CASE, name, *words).splitlines()
    rows = [number for number, line in enumerate(lines) if line.startswith("│")]
    left_out = rows[most:]
    if not left_out:
        return shown("\n".join(lines))
    more = f"  ... and {len(left_out)} more rows"
    return shown(
        "\n".join([*lines[: left_out[0]], lines[left_out[-1] + 1], more, *lines[left_out[-1] + 2 :]])
    )


def _readings(tutorial: Tutorial) -> str:
    """Cost of building by reading, as a matrix."""
    file = tutorial.folder / "readings.csv"
    said = tutorial.run("study", CASE, "readings", "--to", str(file)).splitlines()[-2:]
    board = pl.read_csv(file).filter(demand_unit="packs", positions=False)
    lines = [
        "| days on hand | checked | sell packs | mixed | as received |",
        "|---|---|---|---|---|",
    ]
    for scope, time in board.select("days_on_hand", "check_time").unique(maintain_order=True).iter_rows():
        row = board.filter(days_on_hand=scope, check_time=time)
        cells = [
            _cost(row.filter(storage=storage).row(0, named=True)) for storage in ("sell", "mixed", "inbound")
        ]
        lines.append(f"| {scope} | {time} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", shown("\n".join(said))])


def _cost(row: dict[str, Any]) -> str:
    if row["cost"] is None:
        return f"none: month {row['first_bad_month']}"
    return f"{row['cost']:,.0f}"


def _certificate(document: dict[str, Any]) -> str:
    certificate = document["certificate"]
    notes = certificate["notes"]
    rows = [
        ("cost of the plan", f"{certificate['objective']:,.0f}"),
        ("proven bound", f"{certificate['bound']:,.0f}"),
        ("gap", f"{certificate['objective'] - certificate['bound']:,.0f} ({100 * certificate['gap']:.2f} %)"),
        ("least that can be spent on building", f"{notes['least_expansion']:,.0f}"),
        ("least that can be spent on running", f"{notes['least_running']:,.0f}"),
        ("what proves the bound", certificate["proof"]),
        ("seconds", f"{certificate['seconds']['total']:.0f}"),
    ]
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def _table(tutorial: Tutorial, name: str, kept: pl.Expr | None = None) -> str:
    table = pl.read_parquet(tutorial.folder / "plan" / f"{name}.parquet")
    table = table if kept is None else table.filter(kept)
    lines = [
        f"| {' | '.join(column.replace('_', ' ') for column in table.columns)} |",
        "|---" * table.width + "|",
    ]
    return "\n".join([*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in table.iter_rows())])


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.2f}"
    return "" if value is None else str(value)


def _words(tutorial: Tutorial, name: str) -> str:
    table = pl.read_parquet(tutorial.folder / "plan" / f"{name}.parquet")
    return "\n".join(f"- {words[:1].upper()}{words[1:]}." for words in table["words"])


def _compared(documents: dict[str, dict[str, Any]]) -> str:
    """Plans side by side, each against the first."""
    first = next(iter(documents.values()))["certificate"]
    lines = ["| case | cost | bound | building | sqft | against the first |", "|---|---|---|---|---|---|"]
    for said, document in documents.items():
        own, costs = document["certificate"], document["costs"]
        building = sum(costs.get(name, 0.0) for name in ("expansion", "phases"))
        lines.append(
            f"| {said} | {own['objective']:,.0f} | {own['bound']:,.0f} | {building:,.0f} "
            f"| {document['kpis']['sqft_added']:,.0f} | {verdict(first, own) if own is not first else ''} |"
        )
    return "\n".join(lines)


def _infeasible(text: str) -> str:
    lines = text.splitlines()
    wanted = [line for line in lines if line.startswith(("It could be planned", "Or: "))]
    if not wanted:
        raise SystemExit(f"three times the days on hand should make the case infeasible, but:\n{text}")
    more = [f"... and {len(wanted) - SHOWN} more such lines"] if len(wanted) > SHOWN else []
    return shown("\n".join([lines[0], *wanted[:SHOWN], *more]))
