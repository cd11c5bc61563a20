"""Finding the tables of a case in the files its user has."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from provisor.allocation.tables import CASE_TABLES
from provisor.tables.document import nearest
from provisor.tables.files import TableFile, Unreadable, open_file
from provisor.tables.grid import Sheet, plain
from provisor.tables.read_frame import read_frame
from provisor.tables.read_sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.allocation.data.keys import Files
    from provisor.case import Problems
    from provisor.tables.schema import Schema

SCHEMAS = {schema.name: schema for schema in CASE_TABLES}
"""Schema of each table of a case by name."""

_EXTENSIONS = (".parquet", ".csv", ".xlsx")


@dataclass(frozen=True)
class Source:
    """Where a table comes from: a file, and its sheet if it has any."""

    file: TableFile
    sheet: str = ""

    def read(self, schema: Schema, problems: Problems) -> Sheet | None:
        """The table, with all that is wrong with it noted; none where it is no such table at all."""
        try:
            if self.file.typed is not None:
                return read_frame(self.file.typed(), self.file.name, schema, problems)
            return read_sheet(self.file.load(self.sheet), schema, problems)
        except Unreadable as error:
            note_unreadable(error, self.file.name, self.sheet, problems)
            return None

    def headers(self, known: Schema) -> list[str]:
        """Headers of the table; none where the file cannot be read, which reading it says."""
        try:
            if self.file.typed is not None:
                return self.file.typed().columns
            grid = self.file.load(self.sheet)
        except Unreadable:
            return []
        header = grid.header(name for column in known.columns for name in column.headers)
        return [] if header is None else list(grid.names(header))


@dataclass
class Sources:
    """Where each table of a case comes from.

    Attributes:
        by_table: Source by name of the table.
        places: Files looked at, for messages about tables that are missing.
    """

    by_table: dict[str, Source] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)


def find_tables(files: Files, folder: Path, problems: Problems) -> Sources:
    """Where all tables are; files that cannot be opened are noted. Single files count before folder and workbook."""
    sources = Sources()
    if files.workbook:
        _from_workbook(files.workbook, folder, sources, problems)
    if files.tables:
        _from_folder(files.tables, folder, sources, problems)
    for table in SCHEMAS:
        name = getattr(files, table)
        if name:
            _single(table, name, folder, sources, problems)
    return sources


def note_unreadable(error: Unreadable, file: str, sheet: str, problems: Problems) -> None:
    """Note a file or sheet that cannot be read."""
    problems.error(error.code, str(error), mend=error.mend, file=file, sheet=sheet)


def opened(name: str, folder: Path, problems: Problems) -> TableFile | None:
    """A file of the case, opened; what is wrong with it is noted."""
    try:
        return open_file(folder / name, name)
    except Unreadable as error:
        note_unreadable(error, name, "", problems)
    except OSError as error:
        problems.error("file-missing", f"cannot be read: {error.strerror or error}", file=name)
    return None


def _from_workbook(name: str, folder: Path, sources: Sources, problems: Problems) -> None:
    file = opened(name, folder, problems)
    if file is None:
        return
    sources.places.append(f"{name} (sheets {', '.join(file.sheets)})")
    by_plain = {plain(sheet): sheet for sheet in reversed(file.sheets)}
    for table in SCHEMAS:
        if table in by_plain:
            sources.by_table[table] = Source(file, by_plain[table])


def _from_folder(name: str, folder: Path, sources: Sources, problems: Problems) -> None:
    inside = folder / name
    if not inside.is_dir():
        problems.error("file-missing", "there is no such folder", file=name)
        return
    sources.places.append(name)
    for table in SCHEMAS:
        found = [inside / f"{table}{extension}" for extension in _EXTENSIONS]
        for path in [path for path in found if path.is_file()][:1]:
            _single(table, str(Path(name) / path.name), folder, sources, problems)


def _single(table: str, name: str, folder: Path, sources: Sources, problems: Problems) -> None:
    """The table of a file: its sheet of that name, or else the sheet most like the table."""
    file = opened(name, folder, problems)
    if file is None:
        return
    sources.places.append(name)
    named = [sheet for sheet in file.sheets if plain(sheet) == table]
    best = max(named[:1] or file.sheets, key=lambda sheet: _likeness(Source(file, sheet), table))
    sources.by_table[table] = Source(file, best)


def _likeness(source: Source, table: str) -> int:
    """How many headers of the table a sheet holds."""
    if len(source.file.sheets) == 1:
        return 0
    known = {plain(name) for column in SCHEMAS[table].columns for name in column.headers}
    return len(known & {plain(name) for name in source.headers(SCHEMAS[table])})


def missing_table(table: str, sources: Sources, problems: Problems, pipeline: Mapping[str, str]) -> None:
    """Note a table that no file holds, and the sheet that may have been meant for it."""
    near = nearest(table, [word for place in sources.places for word in place.strip(")").split()])
    looked = "; ".join(sources.places) or "no files"
    mend = (
        pipeline.get(table)
        or f"{near} add a sheet named {table}, or name a file under files: {table}:".strip()
    )
    problems.error(
        "missing-table",
        f"there is no sheet or file for {table} in {looked}",
        expected="columns " + ", ".join(column.name for column in SCHEMAS[table].columns if column.required),
        mend=mend,
    )
