"""``provisor new``: a complete example case to start from."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from provisor.cli.inputs import PlannerArgument, check_word, planner_called
from provisor.cli.output import fail, say


def new(
    planner: PlannerArgument,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make; it must be new or empty.")],
    size: Annotated[str | None, typer.Option(help="How large the example is.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all that is random.")] = 0,
) -> None:
    """Write a complete example case to start from."""
    known = planner_called(planner)
    sizes = known.sizes()
    chosen = sizes[0] if size is None else size
    check_word("size", chosen, sizes, as_json=False)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        fail(f"{folder} is not empty; choose another folder", as_json=False)
    write_case(planner, folder, chosen, seed)
    say(f"Wrote a {chosen} {planner} case to {folder}.")
    say(f"Next: provisor check {folder}  and  provisor solve {folder}")


def write_case(planner: str, folder: Path, size: str, seed: int) -> None:
    """Write an example into a new or empty folder, which appears only once the case is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        fresh = Path(scratch) / "case"
        planner_called(planner).new(fresh, size, seed)
        fresh.replace(folder)
