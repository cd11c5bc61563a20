"""Finding the tables of a case in the files its user has."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from provisor.production.data.forms import headers_of
from provisor.production.data.keys import TABLE_NAMES, Files
from provisor.tables.document import nearest
from provisor.tables.files import TableFile, Unreadable, open_file
from provisor.tables.grid import Grid, plain

if TYPE_CHECKING:
    from provisor.case import Problems

SHEET_NAMES: dict[str, tuple[str, ...]] = {
    "products": ("products",),
    "nodes": ("nodes", "locations"),
    "legs": ("legs", "routes"),
    "trucks": ("trucks", "truck_schedules", "truckschedules"),
    "calendar": ("calendar", "labor_calendar", "laborcalendar", "labour_calendar", "labourcalendar"),
    "demand": ("demand", "forecast"),
    "stock": ("stock", "inventory"),
    "transit": ("transit",),
    "costs": ("costs", "cost_parameters", "costparameters"),
    "alias": ("alias", "aliases"),
}
"""Names of sheets that may hold a table; compared without case and signs."""

_EXTENSIONS = (".parquet", ".csv", ".xlsx")


@dataclass
class Sources:
    """The cells of each table that a case gives, by name of the table.

    Attributes:
        grids: Cells by table.
        places: Files looked at, for messages about tables that are missing.
    """

    grids: dict[str, Grid] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)


def find_tables(files: Files, folder: Path, problems: Problems) -> Sources:
    """Cells of all tables the files hold; unreadable files and sheets are noted."""
    sources = Sources()
    if files.tables:
        _from_folder(files.tables, folder, sources, problems)
    for name in (files.workbook, files.network):
        if name:
            _from_workbook(name, folder, sources, problems)
    singles = {table: getattr(files, table) for table in (*TABLE_NAMES, "alias")}
    singles["demand"] = files.forecast or files.demand
    for table, name in singles.items():
        if name:
            _single(table, name, folder, sources, problems)
    return sources


def _open(name: str, folder: Path, problems: Problems) -> TableFile | None:
    try:
        return open_file(folder / name, Path(name).name)
    except Unreadable as error:
        problems.error(error.code, str(error), mend=error.mend, file=name)
    except OSError as error:
        problems.error("file-missing", f"cannot be read: {error.strerror or error}", file=name)
    return None


def _load(file: TableFile, sheet: str, problems: Problems) -> Grid | None:
    try:
        return file.load(sheet)
    except Unreadable as error:
        problems.error(error.code, str(error), mend=error.mend, file=file.name, sheet=sheet)
        return None


def _from_workbook(name: str, folder: Path, sources: Sources, problems: Problems) -> None:
    file = _open(name, folder, problems)
    if file is None:
        return
    sources.places.append(f"{name} (sheets {', '.join(file.sheets)})")
    by_plain = {plain(sheet): sheet for sheet in reversed(file.sheets)}
    for table, names in SHEET_NAMES.items():
        sheet = next((by_plain[known] for known in names if known in by_plain), None)
        grid = None if sheet is None else _load(file, sheet, problems)
        if grid is not None:
            sources.grids[table] = grid


def _from_folder(name: str, folder: Path, sources: Sources, problems: Problems) -> None:
    inside = folder / name
    if not inside.is_dir():
        problems.error("file-missing", "there is no such folder", file=name)
        return
    sources.places.append(name)
    for table in SHEET_NAMES:
        found = [inside / f"{table}{extension}" for extension in _EXTENSIONS]
        for path in [path for path in found if path.is_file()][:1]:
            _single(table, str(Path(name) / path.name), folder, sources, problems)


def _single(table: str, name: str, folder: Path, sources: Sources, problems: Problems) -> None:
    """The one table of a file: its sheet of that name, or else the sheet most like the table."""
    file = _open(name, folder, problems)
    if file is None:
        return
    sources.places.append(name)
    by_plain = {plain(sheet): sheet for sheet in reversed(file.sheets)}
    named = [by_plain[known] for known in SHEET_NAMES[table] if known in by_plain]
    candidates = named[:1] or list(file.sheets)
    grids = [grid for grid in (_load(file, sheet, problems) for sheet in candidates) if grid is not None]
    best = max(grids, key=lambda grid: _likeness(grid, table), default=None)
    if best is not None:
        sources.grids[table] = best


def _likeness(grid: Grid, table: str) -> int:
    """How many headers of the table's forms a row of the grid holds."""
    header = grid.header(headers_of(table))
    if header is None:
        return 0
    known = {plain(name) for name in headers_of(table)}
    return len(known & {plain(name) for name in grid.names(header)})


def missing_table(table: str, sources: Sources, problems: Problems, columns: str) -> None:
    """Note a table that no file holds, and the sheet that may have been meant for it."""
    wanted = SHEET_NAMES[table][-1]
    near = nearest(wanted, [word for place in sources.places for word in place.strip(")").split()])
    looked = "; ".join(sources.places) or "no files"
    mend = f"{near} " if near else ""
    problems.error(
        "missing-table",
        f"there is no sheet or file for {table} in {looked}",
        expected=columns,
        mend=f"{mend}add a sheet named {table}, or name a file under files: {table}:",
    )
