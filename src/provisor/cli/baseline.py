"""``provisor baseline``: the plan that today's rules of thumb would make."""

from pathlib import Path
from typing import Annotated

import typer

from provisor.cli.inputs import CaseArgument, JsonOption, SetOption, check_word, planner_called, read_case
from provisor.cli.output import fail, print_json, say
from provisor.cli.solve import check_folder, exit_code, show, slug, write


def baseline(
    case: CaseArgument,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the plan; out/ and case and method if not given."),
    ] = None,
    method: Annotated[
        str | None, typer.Option(metavar="M", help="Rule of thumb; the planner's first one if not given.")
    ] = None,
    settings: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan a case by a rule of thumb, audit the plan, and write it to a folder."""
    from provisor import api
    from provisor.planner import BadRequest, HasBaselines

    question = read_case(case, settings or [], as_json=as_json)
    planner = planner_called(question.planner)
    if not isinstance(planner, HasBaselines):
        fail(f"the planner {question.planner} has no baselines", as_json=as_json)
    chosen = planner.baselines()[0] if method is None else method
    check_word("baseline", chosen, planner.baselines(), as_json=as_json)
    folder = out or Path("out") / f"{slug(question.name)}-{chosen}"
    check_folder(folder, as_json=as_json)
    try:
        plan = api.baseline(question, chosen)
    except BadRequest as error:
        fail(str(error), as_json=as_json)
    write(plan, folder, as_json=as_json)
    if as_json:
        print_json({**plan.as_dict(), "folder": str(folder)})
    else:
        show(plan)
        say(f"Written to {folder}")
    raise typer.Exit(exit_code(plan))
