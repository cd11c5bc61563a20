"""The command ``provisor``: its commands, and what its exit codes mean."""

import sys
from typing import Annotated

import typer

from provisor.cli import (
    audit,
    baseline,
    check,
    compare,
    demo,
    evaluate,
    export,
    lists,
    new,
    repair,
    scenarios,
    solve,
    study,
    what_if,
    why,
)
from provisor.cli.output import Exit, outlive_readers

app = typer.Typer(
    name="provisor",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Plans supply under constraints and proves its plans.",
    epilog=(
        "Exit codes: 0 done (a plan that passed its audit, a check without errors), 2 wrong usage or bad "
        "input, 3 infeasible, 4 no plan within the limits, 5 the audit failed, 1 a fault of Provisor."
    ),
)
app.command("new")(new.new)
app.command("check")(check.check)
app.command("solve")(solve.solve)
app.command("audit")(audit.audit)
app.command("baseline")(baseline.baseline)
app.command("evaluate")(evaluate.evaluate)
app.command("study")(study.study)
app.command("what-if")(what_if.what_if)
app.command("compare")(compare.compare)
app.command("why")(why.why)
app.command("repair")(repair.repair)
app.command("export")(export.export)
app.command("rules")(lists.rules)
app.command("scenarios")(scenarios.scenarios)
app.command("solvers")(lists.solvers)
app.command("planners")(lists.planners)
app.command("demo")(demo.demo)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"provisor {version('provisor')}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Plans supply under constraints and proves its plans."""


def main() -> None:
    """Run the command line; a fault of ours leaves a file for a bug report and no traceback."""
    outlive_readers()
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the last resort, which reports it
        from provisor.cli.faults import report_fault

        report_fault(error, sys.argv[1:])
        sys.exit(Exit.FAULT)
