"""What all readers of an expansion case share: keys, sources of the tables, and the list of problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.expansion.data.forms import FORMS, required
from provisor.expansion.data.sources import Sources, missing_table
from provisor.tables.document import key_place, nearest
from provisor.tables.grid import ROW, Grid, Sheet, plain
from provisor.tables.read_sheet import read_sheet
from provisor.tables.validate import note_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from provisor.case import Problems
    from provisor.expansion.data.keys import CaseKeys
    from provisor.tables.document import Key
    from provisor.tables.schema import Schema


@dataclass(frozen=True)
class Context:
    """Document, keys, sources and problems of the case being read."""

    document: Mapping[str, Any]
    keys: CaseKeys
    sources: Sources
    problems: Problems

    def grid(self, table: str) -> Grid | None:
        """Cells of a table; none where no file holds it."""
        return self.sources.grids.get(table)

    def form(self, table: str) -> Schema:
        """Form of a table that its file is most like; our own where there is no file."""
        grid = self.grid(table)
        return FORMS[table][0] if grid is None else max(FORMS[table], key=lambda form: _share(grid, form))

    def sheet(self, table: str, *, needed: bool = True) -> Sheet | None:
        """A table read in the form it has; a missing one is noted if ``needed``."""
        form, grid = self.form(table), self.grid(table)
        if grid is None:
            if needed:
                columns = ", ".join(column.name for column in required(form))
                missing_table(table, self.sources, self.problems, f"columns {columns}")
            return None
        return read_sheet(grid, form, self.problems)

    def tell(
        self, code: str, message: str, place: Mapping[str, Any] | Sheet | None = None, mend: str = ""
    ) -> None:
        """Warn of something dropped, changed or assumed, at a place of a sheet or of the document."""
        where = place.place() if isinstance(place, Sheet) else dict(place or {})
        self.problems.warning(code, message, mend=mend, **where)

    def key(self, *key: str) -> dict[str, Any]:
        """Place of a key of the document as fields of a problem."""
        return key_place(self.document, key)

    def check_name(self, key: Key, name: str, kind: str, known: Iterable[str]) -> None:
        """Note a key that names what the tables do not have."""
        names = sorted(known)
        if name not in names:
            self.problems.error(
                _code(kind),
                f"there is no {kind} {name}",
                mend=suggestion(names)(name),
                value=name,
                **self.key(*key),
            )


def _share(grid: Grid, form: Schema) -> float:
    """Share of the required columns of a form that a row of the grid names."""
    columns = required(form)
    header = grid.header(name for column in columns for name in column.headers)
    if header is None:
        return 0.0
    found = {plain(name) for name in grid.names(header)}
    return sum(any(plain(name) in found for name in column.headers) for column in columns) / len(columns)


def known_only(context: Context, sheet: Sheet, column: str, known: Iterable[str], kind: str) -> Sheet:
    """The rows whose ``column`` is one of ``known``; the others are noted as errors, empty ones dropped."""
    names = sorted(known)
    bad = sheet.frame.filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(names))
    note_values(context, sheet, column, bad, _code(kind), f"a {kind} of this case", suggestion(names))
    return sheet.of(sheet.frame.filter(pl.col(column).is_in(names)))


def _code(kind: str) -> str:
    return f"unknown-{kind.replace(' ', '-')}"


def note_values(
    context: Context,
    sheet: Sheet,
    column: str,
    bad: pl.DataFrame,
    code: str,
    expected: str,
    mend: Callable[[str], str] = lambda value: "",  # noqa: ARG005 - nothing to say
) -> None:
    """Note the cells of ``column`` in the rows ``bad`` as errors."""
    cells = bad.select(ROW, pl.col(column).cast(pl.String).alias("value"))
    note_cells(sheet, column, cells, code, expected, context.problems, mend)


def suggestion(names: list[str]) -> Callable[[str], str]:
    """What to write instead of an unknown name: the nearest known one, or the list of a few."""

    def mend(value: str) -> str:
        return nearest(value, names) or (f"known: {', '.join(names)}" if len(names) <= 15 else "")

    return mend


def table_of(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of ``schema``, typed and sorted by its key."""
    typed = frame.select(pl.col(name).cast(dtype) for name, dtype in schema.dtypes.items())
    return typed.sort(list(schema.key))


def names_in(frame: pl.DataFrame | None, column: str) -> list[str]:
    """The values of a column, each once, sorted; none where there is no table."""
    return [] if frame is None else frame[column].drop_nulls().unique().sort().to_list()


def listed(values: Iterable[object], most: int = 6) -> str:
    """Values for people: the first few, and how many more.

    >>> listed(range(4), most=3)
    '0, 1, 2 and 1 more'
    """
    said = [str(value) for value in values]
    return ", ".join(said[:most]) + (f" and {len(said) - most} more" if len(said) > most else "")


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "month"), counted(12, "month"), counted(2, "pack of it", "packs of it")
    ('1 month', '12 months', '2 packs of it')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
