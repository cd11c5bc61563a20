"""Finding the tables of a case in the files its user has."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from provisor.expansion.data.forms import FORMS, headers_of
from provisor.tables.document import nearest
from provisor.tables.files import TableFile, Unreadable, open_file
from provisor.tables.grid import Grid, plain

if TYPE_CHECKING:
    from provisor.case import Problems
    from provisor.expansion.data.keys import Files

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
    if files.workbook:
        _from_workbook(files.workbook, folder, sources, problems)
    for table in FORMS:
        name = getattr(files, table)
        if name:
            _single(table, name, folder, sources, problems)
    return sources


def _open(name: str, folder: Path, problems: Problems) -> TableFile | None:
    try:
        return open_file(folder / name, Path(name).name)
    except Unreadable as error:
        problems.error(error.code, str(error), mend=error.mend, file=name)
    except (OSError, ValueError) as error:
        problems.error("file-missing", f"cannot be read: {error}", file=name)
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
    for table in FORMS:
        grid = _load(file, by_plain[table], problems) if table in by_plain else None
        if grid is not None:
            sources.grids[table] = grid


def _from_folder(name: str, folder: Path, sources: Sources, problems: Problems) -> None:
    inside = folder / name
    if not inside.is_dir():
        problems.error("file-missing", "there is no such folder", file=name)
        return
    sources.places.append(name)
    for table in FORMS:
        found = [path for end in _EXTENSIONS if (path := inside / f"{table}{end}").is_file()]
        for path in found[:1]:
            _single(table, str(Path(name) / path.name), folder, sources, problems)


def _single(table: str, name: str, folder: Path, sources: Sources, problems: Problems) -> None:
    """The one table of a file: its sheet of that name, or else the sheet most like the table."""
    file = _open(name, folder, problems)
    if file is None:
        return
    sources.places.append(name)
    by_plain = {plain(sheet): sheet for sheet in reversed(file.sheets)}
    candidates = [by_plain[table]] if table in by_plain else list(file.sheets)
    grids = [grid for grid in (_load(file, sheet, problems) for sheet in candidates) if grid is not None]
    best = max(grids, key=lambda grid: _likeness(grid, table), default=None)
    if best is not None:
        sources.grids[table] = best
        _tell_blanks(folder / name, problems)


def _likeness(grid: Grid, table: str) -> int:
    """How many headers of the table's forms a row of the grid holds."""
    known = {plain(name) for name in headers_of(table)}
    header = grid.header(known)
    return 0 if header is None else len(known & {plain(name) for name in grid.names(header)})


def _tell_blanks(path: Path, problems: Problems) -> None:
    """Warn of blanks around the cells of a CSV file; they are dropped everywhere."""
    if path.suffix.lower() != ".csv":
        return
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        found = [
            (row, cell)
            for row, cells in enumerate(csv.reader(stream), 1)
            for cell in cells
            if cell != cell.strip() and cell.strip()
        ]
    if found:
        row, cell = found[0]
        number = f"{len(found)} cell has" if len(found) == 1 else f"{len(found)} cells have"
        problems.warning(
            "blanks",
            f"{number} blanks around what they say, such as {cell[:60]!r}; the blanks are dropped",
            file=path.name,
            row=row,
            value=cell[:60],
        )


def missing_table(table: str, sources: Sources, problems: Problems, columns: str) -> None:
    """Note a table that no file holds, and the sheet that may have been meant for it."""
    near = nearest(table, [word for place in sources.places for word in place.strip(")").split()])
    looked = "; ".join(sources.places) or "no files"
    problems.error(
        "missing-table",
        f"there is no sheet or file for {table} in {looked}",
        expected=columns,
        mend=f"{near} add a sheet named {table}, or name a file under files: {table}:".strip(),
    )
