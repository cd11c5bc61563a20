"""Reading what commands are given, and saying what is wrong with it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provisor.cli.output import fail, fail_bad_case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisor.case import Case
    from provisor.plan import Plan
    from provisor.planner import Planner

CaseArgument = Annotated[
    Path, typer.Argument(metavar="CASE", help="Folder of the case, its case.yaml, or its workbook.")
]
PlannerArgument = Annotated[
    str, typer.Argument(metavar="PLANNER", help="Name of a planner, as `provisor planners` lists them.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Replace a key of the case, such as rules.end=waste; repeatable."
    ),
]
ScenarioOption = Annotated[
    list[str] | None,
    typer.Option(
        "--scenario",
        metavar="SCENARIO",
        help="Change the case first: a ready scenario's name, or a YAML file; repeatable.",
    ),
]


def read_case(
    path: Path, settings: "Iterable[str]", *, as_json: bool, scenarios: "Iterable[str]" = ()
) -> "Case":
    """The case at ``path`` with ``KEY=VALUE`` settings, after scenarios; leaves with what is wrong with any of it."""
    from provisor import reading
    from provisor.case import BadCase

    try:
        case = reading.read_case(path, overrides(settings, as_json=as_json))
    except BadCase as bad:
        fail_bad_case(bad.problems, as_json=as_json)
    return _changed(case, list(scenarios), as_json=as_json)


def _changed(case: "Case", scenarios: list[str], *, as_json: bool) -> "Case":
    """The case after scenarios, all made at once."""
    if not scenarios:
        return case
    from provisor.planner import BadRequest
    from provisor.questions.files import read_scenario
    from provisor.questions.what_if import changed
    from provisor.scenario import joined

    try:
        return changed(case, joined([read_scenario(given, case) for given in scenarios])).case
    except BadRequest as bad:
        fail(str(bad), as_json=as_json)


def overrides(settings: "Iterable[str]", *, as_json: bool) -> dict[str, str]:
    """Values by key of ``KEY=VALUE`` settings."""
    pairs = [setting.partition("=") for setting in settings]
    for key, equals, _ in pairs:
        if not key.strip() or not equals:
            fail(f"--set {key}{equals}: expected KEY=VALUE, such as rules.end=waste", as_json=as_json)
    return {key.strip(): value for key, _, value in pairs}


def load_plan(folder: Path, *, as_json: bool) -> "Plan":
    """The plan in ``folder``; leaves with what is wrong if there is none."""
    from provisor import api

    try:
        return api.load_plan(folder)
    except api.BadPlan as bad:
        fail(str(bad), as_json=as_json)


def planner_called(name: str, *, as_json: bool = False) -> "Planner":
    """The planner of a name; leaves with the names there are if there is none."""
    from provisor.planner import planner, planner_names

    check_word("planner", name, planner_names(), as_json=as_json)
    return planner(name)


def check_word(what: str, word: str, known: "Iterable[str]", *, as_json: bool) -> None:
    """Leave with the nearest known word unless ``word`` is one of them."""
    words = list(known)
    if word in words:
        return
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(words)}"
    fail(f"there is no {what} {word!r}; {hint}", as_json=as_json)
