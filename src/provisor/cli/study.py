"""``provisor study``: readings and policies of a case side by side, without a plan for each."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from provisor.cli.inputs import CaseArgument, JsonOption, SetOption, check_word, planner_called, read_case
from provisor.cli.output import fail, print_json, print_table, say

if TYPE_CHECKING:
    import polars as pl

    from provisor.planner import HasStudies, Study


def study(
    case: CaseArgument,
    name: Annotated[
        str | None, typer.Argument(metavar="STUDY", help="What to look at; all there is, if not given.")
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--try", metavar="KEY=VALUE,...", help="Values to try, such as demand=0.9,1,1.1."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE.csv", help="Write the table to a file too.")
    ] = None,
    settings: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put many readings or policies of a case side by side, without a plan for each."""
    from provisor import api
    from provisor.planner import BadRequest, HasStudies

    question = read_case(case, settings or [], as_json=as_json)
    planner = planner_called(question.planner)
    if not isinstance(planner, HasStudies):
        fail(f"the planner {question.planner} has no studies", as_json=as_json)
    if name is None:
        _list(planner, as_json=as_json)
        return
    check_word("study", name, planner.studies(), as_json=as_json)
    if to is not None and to.suffix.lower() != ".csv":
        fail(f"--to {to}: expected a name that ends in .csv", as_json=as_json)
    try:
        found = api.study(question, name, **_values(values or [], as_json=as_json))
    except BadRequest as error:
        fail(str(error), as_json=as_json)
    if to is not None:
        _write(found.table, to, as_json=as_json)
    _show(name, found, as_json=as_json)


def _list(planner: "HasStudies", *, as_json: bool) -> None:
    known = planner.studies()
    if as_json:
        print_json([{"study": name, "meaning": meaning} for name, meaning in known.items()])
        return
    print_table(("study", "what it shows"), known.items())


def _values(settings: list[str], *, as_json: bool) -> dict[str, list[float]]:
    """Numbers by key of ``KEY=NUMBER,NUMBER``."""
    return {
        key.strip(): _numbers(setting, parts, as_json=as_json)
        for setting in settings
        for key, _, parts in [setting.partition("=")]
    }


def _numbers(setting: str, parts: str, *, as_json: bool) -> list[float]:
    from math import isfinite

    try:
        numbers = [float(part) for part in parts.split(",")]
    except ValueError:
        _refuse(setting, as_json=as_json)
    if not all(map(isfinite, numbers)):
        _refuse(setting, as_json=as_json)
    return numbers


def _refuse(setting: str, *, as_json: bool) -> NoReturn:
    fail(f"--try {setting}: expected KEY=NUMBER,NUMBER,..., such as demand=0.9,1,1.1", as_json=as_json)


def _write(table: "pl.DataFrame", file: Path, *, as_json: bool) -> None:
    from provisor.tables.csv_out import write_csv

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_csv(file, table)
    except OSError as error:
        fail(f"{file} cannot be written: {error.strerror}", as_json=as_json)


def _show(name: str, found: "Study", *, as_json: bool) -> None:
    from provisor.wording import plain

    if as_json:
        print_json({"study": name, "words": list(found.words), "rows": found.table.to_dicts()})
        return
    rows = [[_cell(value) for value in row] for row in found.table.iter_rows()]
    print_table([plain(column) for column in found.table.columns], rows)
    for line in found.words:
        say(line)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.2f}"
    return str(value)
