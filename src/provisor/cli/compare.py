"""``provisor compare``: what differs from one plan to another."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provisor.cli.asking import SCENARIO_FILE, answering, print_costs
from provisor.cli.inputs import JsonOption, load_plan, read_case
from provisor.cli.output import fail, print_json, say

if TYPE_CHECKING:
    from provisor.case import Case


def compare(
    first: Annotated[Path, typer.Argument(metavar="PLAN", help="Folder of the plan to start from.")],
    second: Annotated[Path, typer.Argument(metavar="PLAN", help="Folder of the other plan.")],
    cases: Annotated[
        list[Path] | None,
        typer.Option(
            "--case",
            metavar="CASE",
            help="Case of the first plan and, given again, of the second, so that their inputs are compared too; "
            "a plan with a scenario.yaml beside it is of the case after that scenario.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what differs between two plans: inputs, costs, key figures, decisions."""
    from provisor import api
    from provisor.questions.words import comparison_words

    plans = [load_plan(folder, as_json=as_json) for folder in (first, second)]
    known = _cases(cases or [], (first, second), as_json=as_json)
    if known is not None:
        for plan, case, folder in zip(plans, known, (first, second), strict=True):
            if plan.certificate.case_fingerprint != case.fingerprint:
                fail(f"the plan in {folder} is not of the case {case.name}", as_json=as_json)
    with answering(as_json=as_json):
        found = api.compare(plans[0], plans[1], known)
    if as_json:
        print_json(found.as_dict())
        return
    for words in comparison_words(found):
        say(words)
    steps = [step for step in found.costs if abs(step.before) + abs(step.after) >= 0.005]
    print_costs(("first", "second"), steps, found)


def _cases(given: list[Path], plans: tuple[Path, Path], *, as_json: bool) -> "tuple[Case, Case] | None":
    """Cases of both plans, one given case standing for both; none where none is given."""
    if not given:
        return None
    if len(given) > 2:
        fail("--case can be given twice at most, for the first plan and for the second", as_json=as_json)
    first, second = given[0], given[-1]
    return _case(first, plans[0], as_json=as_json), _case(second, plans[1], as_json=as_json)


def _case(path: Path, plan: Path, *, as_json: bool) -> "Case":
    """The case of a plan, after the scenario that lies beside the plan if there is one."""
    file = plan / SCENARIO_FILE
    return read_case(path, [], as_json=as_json, scenarios=[str(file)] if file.is_file() else [])
