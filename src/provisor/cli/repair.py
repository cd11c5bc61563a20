"""``provisor repair``: what would make an infeasible case feasible."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provisor.cli.asking import QuietOption, SolverOption, TimeOption, answering, watched
from provisor.cli.inputs import CaseArgument, JsonOption, SetOption, read_case
from provisor.cli.output import Exit, fail, print_json, say
from provisor.cli.solve import check_solver, exit_code

if TYPE_CHECKING:
    from provisor.questions.repair import Repair


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
    from provisor.questions.words import repair_words

    asked = read_case(case, settings or [], as_json=as_json)
    check_solver(solver, as_json=as_json)
    options: api.SolveSettings = {"time_limit": time_limit, "solver": solver}
    with answering(as_json=as_json), watched(options, quiet=quiet) as watching:
        found = api.repair(asked, **watching)
    files = _written(found, to, as_json=as_json)
    if as_json:
        file = str(to) if found.scenario is not None else None
        print_json({**found.as_dict(), "file": file, "files": [str(path) for path in files]})
    else:
        for words in repair_words(found):
            say(words)
        if files:
            names = ", ".join(map(str, files))
            say(f"Written to {names}; `provisor what-if` and `provisor solve --scenario` plan with it.")
    raise typer.Exit(Exit.DONE if found.scenario is not None else exit_code(found.plan))


def _written(found: "Repair", to: Path, *, as_json: bool) -> list[Path]:
    """Files of the repair and, numbered from 2 on, of what would do alone instead; leaves if they cannot be written."""
    from provisor.questions.files import scenario_text

    scenarios = {
        to.with_stem(f"{to.stem}-{number}"): scenario for number, scenario in enumerate(found.alternatives, 2)
    }
    if found.scenario is not None:
        scenarios = {to: found.scenario, **scenarios}
    try:
        for path, scenario in scenarios.items():
            path.write_text(scenario_text(scenario), encoding="utf-8")
    except OSError as error:
        fail(f"the scenario could not be written to {to}: {error.strerror or error}", as_json=as_json)
    return list(scenarios)
