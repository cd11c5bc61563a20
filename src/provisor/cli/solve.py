"""``provisor solve``: plan, prove, audit, write."""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provisor.cli.inputs import (
    CaseArgument,
    JsonOption,
    ScenarioOption,
    SetOption,
    check_word,
    load_plan,
    planner_called,
    read_case,
)
from provisor.cli.output import Exit, fail, note, print_json, print_table, say
from provisor.cli.watch import Watch

if TYPE_CHECKING:
    from provisor.api import SolveSettings
    from provisor.case import Case
    from provisor.plan import Plan

WARNINGS = 5
"""Warnings that are told in the terminal."""


def solve(
    case: CaseArgument,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the plan; out/ and the case's name if not given."),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(min=0.1, metavar="S", help="Wall-clock seconds; the planner's own if not given."),
    ] = None,
    gap: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="F", help="Proven relative gap to stop at, such as 0.005."),
    ] = None,
    method: Annotated[str, typer.Option(metavar="M", help="Method of the planner.")] = "auto",
    solver: Annotated[
        str, typer.Option(metavar="NAME", help="Solver, as `provisor solvers` lists them.")
    ] = "highs",
    threads: Annotated[int, typer.Option(min=1, metavar="N", help="Threads a solve may use.")] = 2,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of all that is random.")] = 0,
    start: Annotated[Path | None, typer.Option(metavar="PLAN", help="Plan to start from.")] = None,
    settings: SetOption = None,
    scenarios: ScenarioOption = None,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no tables.")] = False,
) -> None:
    """Plan a case, prove the plan, audit it, and write it to a folder."""
    began = time.perf_counter()
    question = read_case(case, settings or [], as_json=as_json, scenarios=scenarios or [])
    read = time.perf_counter() - began
    check_solver(solver, as_json=as_json)
    check_word("method", method, planner_called(question.planner).methods(), as_json=as_json)
    folder = out or Path("out") / slug(question.name)
    check_folder(folder, as_json=as_json)
    options: SolveSettings = {
        "time_limit": time_limit,
        "gap": gap,
        "method": method,
        "solver": solver,
        "threads": threads,
        "seed": seed,
        "start": None if start is None else load_plan(start, as_json=as_json),
    }
    plan = run(question, options, read=read, quiet=quiet, as_json=as_json)
    written = write(plan, folder, as_json=as_json)
    if as_json:
        print_json({**plan.as_dict(), "folder": str(folder) if written else None})
    else:
        show(plan, brief=quiet)
        say(f"Written to {folder}" if written else f"The plan that was in {folder} is still there.")
    raise typer.Exit(exit_code(plan))


def run(case: "Case", options: "SolveSettings", *, read: float, quiet: bool, as_json: bool) -> "Plan":
    """Solve and audit with a live line; ``read`` are the seconds that reading took."""
    from provisor import api
    from provisor.engine.result import SolverError
    from provisor.planner import BadRequest

    with Watch(quiet=quiet) as watch:
        watched: SolveSettings = {**options, "on_progress": watch.on_progress, "stop": watch.stop}
        try:
            plan = api.solve(case, **watched)
        except (BadRequest, SolverError) as error:
            fail(str(error), as_json=as_json)
    return api.with_seconds(plan, read=read)


def write(plan: "Plan", folder: Path, *, as_json: bool) -> bool:
    """Write the plan; an earlier plan in the folder is not replaced by none."""
    if not plan.tables and (folder / "plan.json").is_file():
        return False
    try:
        plan.save(folder)
    except OSError as error:
        fail(f"the plan could not be written to {folder}: {error.strerror or error}", as_json=as_json)
    return True


def show(plan: "Plan", *, brief: bool = False) -> None:
    """Print a plan in words: proof, audit, costs, key figures, what would have to give, warnings."""
    from provisor.planner import planner
    from provisor.wording import audit_words, cost_rows, figure, headline, kpi_rows, way_out

    say(f"{plan.case_name}: {headline(plan)}")
    if plan.tables:
        say(f"Audit: {audit_words(plan)}")
    for words in () if plan.conflict is None else plan.conflict.words:
        say(words)
    for relaxation in plan.relaxations:
        say(way_out(relaxation.words))
    if brief:
        return
    if plan.tables:
        costs = [
            (name, figure(amount, plan.certificate.unit, plan.currency)) for name, amount in cost_rows(plan)
        ]
        print_table(("cost", "amount"), costs)
        print_table(("key figure", ""), kpi_rows(plan, planner(plan.planner).kpi_units()))
    for warning in plan.warnings[:WARNINGS]:
        note(f"Warning: {warning}")
    if len(plan.warnings) > WARNINGS:
        note(f"Warnings beyond these: {len(plan.warnings) - WARNINGS}; plan.json and the workbook have all.")


def exit_code(plan: "Plan") -> Exit:
    """Exit code that says how a solve ended."""
    from provisor.certificate import Status

    if plan.certificate.status is Status.INFEASIBLE:
        return Exit.INFEASIBLE
    if plan.certificate.status is Status.NO_PLAN:
        return Exit.NO_PLAN
    return Exit.DONE if plan.audit.get("ok") else Exit.AUDIT_FAILED


def slug(name: str) -> str:
    """A name as a folder: small letters, digits and hyphens.

    >>> slug("Gluten-free bread, one week from 17 October 2025")
    'gluten-free-bread-one-week-from-17-october-2025'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "plan"


def check_folder(folder: Path, *, as_json: bool) -> None:
    """Leave, before anything is solved, if no plan may be written to ``folder``."""
    if folder.is_file():
        fail(f"{folder} is a file; give a folder", as_json=as_json)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "plan.json").is_file():
        fail(f"{folder} is not empty and holds no plan; choose another folder", as_json=as_json)


def check_solver(name: str, *, as_json: bool) -> None:
    """Leave if there is no such solver, or if it is not installed."""
    from provisor.engine.backends import back_end, back_end_names

    check_word("solver", name, back_end_names(), as_json=as_json)
    solver = back_end(name)
    if solver.version() is None:
        fail(f"the solver {name} is not installed: {solver.how_to_get()}", as_json=as_json)
