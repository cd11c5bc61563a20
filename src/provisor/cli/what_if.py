"""``provisor what-if``: plan scenarios of a case and compare them with it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provisor.cli.asking import (
    SCENARIO_FILE,
    GapOption,
    QuietOption,
    SeedOption,
    SolverOption,
    ThreadsOption,
    TimeOption,
    answering,
    plan_of,
    print_costs,
    watched,
)
from provisor.cli.inputs import CaseArgument, JsonOption, SetOption, read_case
from provisor.cli.output import Exit, note, print_json, say
from provisor.cli.solve import check_folder, check_solver, exit_code, slug, write
from provisor.cli.watch import WatchOfMany

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from provisor.api import SolveSettings
    from provisor.case import Case
    from provisor.plan import Plan
    from provisor.questions.what_if import WhatIf
    from provisor.scenario import Scenario


def what_if(
    case: CaseArgument,
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO...", help="Names of ready scenarios, or YAML files, each asked by itself."
        ),
    ],
    base: Annotated[
        Path | None,
        typer.Option(metavar="PLAN", help="Plan of the case to begin with; made first if not given."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the plans; out/ and the case's name if not given."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Scenarios planned at once, each with its threads; as many as have cores of their own if not given.",
        ),
    ] = None,
    together: Annotated[bool, typer.Option("--together", help="All scenarios at once, as one.")] = False,
    time_limit: TimeOption = None,
    gap: GapOption = None,
    solver: SolverOption = "highs",
    threads: ThreadsOption = 2,
    seed: SeedOption = 0,
    settings: SetOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Plan a case in several scenarios, and say what each changes, costs, moves and what binds."""
    question = read_case(case, settings or [], as_json=as_json)
    check_solver(solver, as_json=as_json)
    asked = _asked(question, scenarios, together=together, as_json=as_json)
    folder = out or Path("out") / f"{slug(question.name)}-what-if"
    for place in [folder / "base", *(folder / slug(scenario.name) for scenario in asked)]:
        check_folder(place, as_json=as_json)
    options: SolveSettings = {
        "time_limit": time_limit, "gap": gap, "solver": solver, "threads": threads, "seed": seed,
    }  # fmt: skip
    if base is None:
        before = _first(question, options, folder / "base", quiet=quiet, as_json=as_json)
    else:
        before = plan_of(base, question.fingerprint, as_json=as_json)
    from provisor.questions.side_by_side import at_once

    many = at_once(len(asked), threads) if jobs is None else min(jobs, len(asked))
    ask = _one_by_one if many == 1 else partial(_side_by_side, jobs=many)
    with answering(as_json=as_json):
        answers = ask(question, asked, before, options, quiet=quiet)
        _answer(asked, answers, folder, at_once=many > 1, as_json=as_json)


def _asked(case: "Case", given: list[str], *, together: bool, as_json: bool) -> "list[Scenario]":
    """The scenarios given, or all of them as one; leaves where one cannot be made of the case."""
    from provisor.questions.files import read_scenario
    from provisor.questions.what_if import changed
    from provisor.scenario import joined

    with answering(as_json=as_json):
        asked = [read_scenario(name, case) for name in given]
        asked = [joined(asked)] if together else asked
        for scenario in asked:
            changed(case, scenario)
    return asked


def _first(case: "Case", options: "SolveSettings", folder: Path, *, quiet: bool, as_json: bool) -> "Plan":
    """The plan to begin with, made now and written; leaves where there is none."""
    from provisor import api

    with answering(as_json=as_json), watched(options, quiet=quiet) as settings:
        plan = api.solve(case, **settings)
    write(plan, folder, as_json=as_json)
    if not plan.tables:
        note(f"There is no plan of {case.name} to begin with; `provisor repair` may say why.")
        raise typer.Exit(exit_code(plan))
    return plan


def _one_by_one(
    case: "Case", asked: "list[Scenario]", base: "Plan", options: "SolveSettings", *, quiet: bool
) -> "Iterator[tuple[int, WhatIf]]":
    """Answers in the order of the scenarios, each with its number."""
    from provisor import api

    for number, scenario in enumerate(asked):
        with watched(options, quiet=quiet) as settings:
            answer = api.what_if(case, scenario, base, **settings)
        yield number, answer


def _side_by_side(
    case: "Case", asked: "list[Scenario]", base: "Plan", options: "SolveSettings", *, jobs: int, quiet: bool
) -> "Iterator[tuple[int, WhatIf]]":
    """Answers as they come, each with its number."""
    from provisor.planner import SolveOptions
    from provisor.questions.side_by_side import what_ifs

    with WatchOfMany([scenario.name for scenario in asked], quiet=quiet) as watch:
        settings: SolveSettings = {**options, "stop": watch.stop}
        for number, answer in what_ifs(case, asked, base, SolveOptions(**settings), jobs, watch.on_step):
            watch.done(number)
            yield number, answer


def _answer(
    asked: "list[Scenario]",
    answers: "Iterable[tuple[int, WhatIf]]",
    folder: Path,
    *,
    at_once: bool,
    as_json: bool,
) -> None:
    """Write each answer when it comes, and tell it, or in the end all in the order asked if they come at once."""
    places = [folder / slug(scenario.name) for scenario in asked]
    found: dict[int, WhatIf] = {}
    for number, answer in answers:
        found[number] = answer
        _write(answer, places[number], as_json=as_json)
        if not at_once and not as_json:
            _show(answer, places[number])
    for number in sorted(found) if at_once and not as_json else ():
        _show(found[number], places[number])
    if as_json:
        print_json([{**found[number].as_dict(), "folder": str(places[number])} for number in sorted(found)])
    left = [scenario.name for number, scenario in enumerate(asked) if number not in found]
    if left:
        note(f"Stopped before they were planned: {', '.join(left)}.")
    codes = [*(exit_code(found[number].plan) for number in sorted(found)), *(Exit.NO_PLAN for _ in left)]
    raise typer.Exit(next((code for code in codes if code is not Exit.DONE), Exit.DONE))


def _write(answer: "WhatIf", place: Path, *, as_json: bool) -> None:
    """Write the plan of an answer, if there is one, and its scenario beside it."""
    from provisor.questions.files import scenario_text

    if write(answer.plan, place, as_json=as_json):
        (place / SCENARIO_FILE).write_text(scenario_text(answer.scenario), encoding="utf-8")


def _show(answer: "WhatIf", place: Path) -> None:
    """Print an answer: costs side by side, then everything in words."""
    from provisor.questions.words import what_if_words

    say(f"{answer.scenario.said}:")
    for words in what_if_words(answer):
        say(f"  {words}")
    if answer.comparison is not None:
        steps = [step for step in answer.comparison.costs if abs(step.change) >= 0.005]
        print_costs(("before", "after"), steps, answer.comparison)
    say(f"Written to {place}")
