"""What the commands that ask questions share: limits of solves, and leaving with what is wrong."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provisor.cli.inputs import load_plan
from provisor.cli.output import fail, print_table
from provisor.cli.watch import Watch

if TYPE_CHECKING:
    from provisor.api import SolveSettings
    from provisor.plan import Plan
    from provisor.questions.compare import Comparison, Step

TimeOption = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        min=0.1,
        metavar="S",
        help="Wall-clock seconds of each solve; the planner's own if not given.",
    ),
]
GapOption = Annotated[
    float | None,
    typer.Option("--gap", min=0, max=1, metavar="F", help="Proven relative gap to stop at, such as 0.005."),
]
SolverOption = Annotated[
    str, typer.Option("--solver", metavar="NAME", help="Solver, as `provisor solvers` lists them.")
]
ThreadsOption = Annotated[int, typer.Option("--threads", min=1, metavar="N", help="Threads a solve may use.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, metavar="N", help="Seed of all that is random.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress.")]

SCENARIO_FILE = "scenario.yaml"
"""Name of the scenario in the folder of its plan."""


@contextmanager
def answering(*, as_json: bool) -> Iterator[None]:
    """Leave with what is wrong where what is asked cannot be done."""
    from provisor.api import BadPlan
    from provisor.engine.result import SolverError
    from provisor.planner import BadRequest

    try:
        yield
    except (BadRequest, BadPlan, SolverError) as error:
        fail(str(error), as_json=as_json)


@contextmanager
def watched(settings: "SolveSettings", *, quiet: bool) -> "Iterator[SolveSettings]":
    """Settings of a solve that shows its progress and can be stopped."""
    with Watch(quiet=quiet) as watch:
        yield {**settings, "on_progress": watch.on_progress, "stop": watch.stop}


def print_costs(plans: tuple[str, str], steps: "Iterable[Step]", comparison: "Comparison") -> None:
    """Print components of the costs of both plans and their totals side by side."""
    from provisor.wording import money, plain

    rows = [
        (
            plain(step.name),
            *(money(cost, comparison.currency) for cost in (step.before, step.after, step.change)),
        )
        for step in (*steps, comparison.total)
    ]
    print_table(("cost", *plans, "change"), rows)


def plan_of(folder: Path, fingerprint: str, *, as_json: bool) -> "Plan":
    """The plan in a folder; leaves if there is none, or none with tables, or if it is that of another case."""
    plan = load_plan(folder, as_json=as_json)
    if not plan.tables:
        fail(f"{folder} holds no plan, only why there is none", as_json=as_json)
    if plan.certificate.case_fingerprint != fingerprint:
        fail(
            f"the plan in {folder} was made for another case, or for this one before it changed",
            as_json=as_json,
        )
    return plan
