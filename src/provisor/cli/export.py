"""``provisor export``: a plan as a workbook for people or as a folder of CSV files."""

from pathlib import Path
from typing import Annotated

import typer

from provisor.cli.inputs import load_plan
from provisor.cli.output import fail, say


def export(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="Folder of the plan.")],
    to: Annotated[
        Path,
        typer.Option("--to", metavar="FILE.xlsx|DIR", help="Workbook to write, or folder for CSV files."),
    ],
) -> None:
    """Write a plan as a workbook for people, or as a folder of CSV files."""
    from provisor.export import export_plan

    loaded = load_plan(plan, as_json=False)
    if to.suffix and to.suffix.lower() != ".xlsx" and not to.is_dir():
        fail(f"{to} is neither a workbook (.xlsx) nor a folder", as_json=False)
    try:
        written = export_plan(loaded, to)
    except (FileExistsError, PermissionError, ValueError) as error:
        fail(str(error), as_json=False)
    say(f"Wrote {to}" if to.suffix else f"Wrote {len(written)} files to {to}")
