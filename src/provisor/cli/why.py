"""``provisor why``: why something is in a plan, why it is not, what is the cause of what is short."""

from pathlib import Path
from typing import Annotated

import typer

from provisor.cli.asking import (
    GapOption,
    QuietOption,
    SeedOption,
    SolverOption,
    ThreadsOption,
    TimeOption,
    answering,
    plan_of,
    watched,
)
from provisor.cli.inputs import CaseArgument, JsonOption, SetOption, read_case
from provisor.cli.output import print_json, say
from provisor.cli.solve import check_solver


def why(
    case: CaseArgument,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="Folder of a plan of the case.")],
    question: Annotated[
        list[str],
        typer.Argument(
            metavar="QUESTION",
            help="Such as: why not product=P12 store=S3; or: why shortage node=6130 date=2025-10-30.",
        ),
    ],
    time_limit: TimeOption = None,
    gap: GapOption = None,
    solver: SolverOption = "highs",
    threads: ThreadsOption = 2,
    seed: SeedOption = 0,
    settings: SetOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Answer a question about a plan: price of a decision forced or forbidden, or causes with their amounts."""
    import shlex

    from provisor import api
    from provisor.questions.words import answer_words

    asked = read_case(case, settings or [], as_json=as_json)
    check_solver(solver, as_json=as_json)
    found = plan_of(plan, asked.fingerprint, as_json=as_json)
    text = question[0] if len(question) == 1 else shlex.join(question)
    options: api.SolveSettings = {
        "time_limit": time_limit, "gap": gap, "solver": solver, "threads": threads, "seed": seed,
    }  # fmt: skip
    with answering(as_json=as_json), watched(options, quiet=quiet) as watching:
        answer = api.why(asked, found, text, **watching)
    if as_json:
        print_json(answer.as_dict())
        return
    for words in answer_words(answer):
        say(words)
