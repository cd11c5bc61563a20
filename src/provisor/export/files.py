"""Writing a plan as a workbook or as a folder of CSV files, all or nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from provisor.export.workbook import write_workbook
from provisor.planner import HasHandOver, planner
from provisor.tables.csv_out import write_csv

if TYPE_CHECKING:
    from provisor.plan import Plan


def export_plan(plan: Plan, target: Path) -> list[Path]:
    """Write a plan as a workbook, if ``target`` ends in ``.xlsx``, or else as a folder of CSV files.

    A workbook of that name is replaced. A folder must be empty or hold an export of a plan.

    Returns:
        The files written.

    Raises:
        FileExistsError: ``target`` is a folder that holds something else, or a file that is no workbook.
        ValueError: A table has more rows than a sheet can hold.
    """
    if target.suffix.lower() == ".xlsx":
        target.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(plan, target)
        return [target]
    return write_csv_set(plan, target)


def write_csv_set(plan: Plan, folder: Path) -> list[Path]:
    """Write one CSV file per table, what the planner hands over besides, and ``plan.json`` that names them.

    See :func:`export_plan`.
    """
    if folder.is_file():
        raise FileExistsError(f"{folder} is a file; give a folder, or a name that ends in .xlsx")
    if folder.is_dir() and any(folder.iterdir()) and not _is_csv_set(folder):
        raise FileExistsError(f"{folder} is not empty and holds no export; choose another folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        fresh = Path(scratch) / "new"
        fresh.mkdir()
        for name, table in plan.tables.items():
            write_csv(fresh / f"{name}.csv", table)
        by = planner(plan.planner)
        further = by.hand_over(plan, fresh) if isinstance(by, HasHandOver) else []
        names = {"tables": {name: f"{name}.csv" for name in plan.tables}, "files": [f.name for f in further]}
        document = {**plan.as_dict(), **names}
        (fresh / "plan.json").write_text(json.dumps(document, indent=1, default=str) + "\n", encoding="utf-8")
        if folder.is_dir():
            shutil.rmtree(folder)
        fresh.replace(folder)
    return sorted(folder.iterdir())


def _is_csv_set(folder: Path) -> bool:
    """Whether a folder holds an export and nothing else; the folder of a plan is none."""
    file = folder / "plan.json"
    if not file.is_file():
        return False
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        tables, further = document["tables"].values(), set(document.get("files", []))
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return {path.name for path in folder.iterdir()} == {"plan.json", *tables, *further} and all(
        str(name).endswith(".csv") for name in tables
    )
