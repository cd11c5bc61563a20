"""``provisor demo``: solves the shipped cases and says what they show."""

from pathlib import Path
from typing import Annotated

import typer

from provisor.cli.inputs import read_case
from provisor.cli.new import write_case
from provisor.cli.output import Exit, say
from provisor.cli.solve import exit_code, run, show, slug, write

SHIPPED = Path("examples")
"""Folder of the shipped cases, in the repository."""


def demo(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for plans and workbooks.")] = Path("out"),
    time_limit: Annotated[
        float | None,
        typer.Option(
            min=0.1, metavar="S", help="Wall-clock seconds for each case; the planner's own if not given."
        ),
    ] = None,
) -> None:
    """Solve the shipped cases and say what they show."""
    worst = max(_solve(folder, out, time_limit) for folder in demo_cases(out))
    raise typer.Exit(worst)


def demo_cases(out: Path) -> list[Path]:
    """The shipped cases; away from the repository, an example per planner, written below ``out``."""
    shipped = sorted(file.parent for file in SHIPPED.glob("*/case.yaml"))
    if shipped:
        return shipped
    from provisor.planner import planners

    cases = []
    for name, planner in planners().items():
        folder = out / f"{name}-case"
        if not (folder / "case.yaml").is_file():
            write_case(name, folder, planner.sizes()[0], 0)
        cases.append(folder)
    return cases


def _solve(folder: Path, out: Path, time_limit: float | None) -> Exit:
    from provisor.export import export_plan

    case = read_case(folder, [], as_json=False)
    rows = ", ".join(f"{name} {table.height:,}" for name, table in case.tables.items() if table.height)
    say(f"The case {folder}: {case.name}.")
    say(f"Rows of its tables: {rows}.")
    plan = run(case, {"time_limit": time_limit}, read=0.0, quiet=False, as_json=False)
    show(plan)
    target = out / slug(case.name)
    if write(plan, target, as_json=False) and plan.tables:
        book = target.parent / f"{target.name}.xlsx"
        export_plan(plan, book)
        say(f"The plan is in {target}; open {book} to see it.")
    say()
    return exit_code(plan)
