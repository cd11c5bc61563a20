"""``provisor check``: all that is wrong with the data of a case, at once."""

import typer

from provisor.cli.inputs import CaseArgument, JsonOption, SetOption, overrides
from provisor.cli.output import Exit, print_json, problems_document, say, show_problems


def check(case: CaseArgument, settings: SetOption = None, as_json: JsonOption = False) -> None:
    """Check the data of a case and list all problems at once."""
    from provisor import api

    problems = api.check(case, overrides(settings or [], as_json=as_json))
    if as_json:
        print_json({"case": str(case), **problems_document(problems)})
    else:
        if len(problems):
            show_problems(problems)
        verdict = "cannot be planned" if problems.errors else "can be planned"
        say(f"The case {verdict}: {len(problems.errors)} errors, {len(problems.warnings)} warnings.")
    raise typer.Exit(Exit.BAD_INPUT if problems.errors else Exit.DONE)
