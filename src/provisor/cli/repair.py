"""``provisor repair``: what would make an infeasible case feasible."""

from pathlib import Path
from typing import Annotated

import typer

from provisor.cli.asking import QuietOption, SolverOption, TimeOption, answering, watched
from provisor.cli.inputs import CaseArgument, JsonOption, SetOption, read_case
from provisor.cli.output import Exit, fail, print_json, say
from provisor.cli.solve import check_solver, exit_code


def repair(
    case: CaseArgument,
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="Scenario file to write what would have to give to.")
    ] = Path("repair.yaml"),
    time_limit: TimeOption = None,
    solver: SolverOption = "highs",
    settings: SetOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find the least that has to give for an infeasible case to have a plan, and write it as a scenario."""
    from provisor import api
    from provisor.questions.files import scenario_text
    from provisor.questions.words import repair_words

    asked = read_case(case, settings or [], as_json=as_json)
    check_solver(solver, as_json=as_json)
    options: api.SolveSettings = {"time_limit": time_limit, "solver": solver}
    with answering(as_json=as_json), watched(options, quiet=quiet) as watching:
        found = api.repair(asked, **watching)
    if found.scenario is not None:
        try:
            to.write_text(scenario_text(found.scenario), encoding="utf-8")
        except OSError as error:
            fail(f"the scenario could not be written to {to}: {error.strerror or error}", as_json=as_json)
    if as_json:
        print_json({**found.as_dict(), "file": None if found.scenario is None else str(to)})
    else:
        for words in repair_words(found):
            say(words)
        if found.scenario is not None:
            say(f"Written to {to}; `provisor what-if` and `provisor solve --scenario` plan with it.")
    raise typer.Exit(Exit.DONE if found.scenario is not None else exit_code(found.plan))
