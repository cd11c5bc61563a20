"""What all readers of a production case share: keys, sources of the tables, and the list of problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, SupportsFloat

import polars as pl

from provisor.production.data.forms import FORMS
from provisor.production.data.sources import Sources, missing_table
from provisor.tables.document import nearest
from provisor.tables.grid import ROW, Grid, Sheet
from provisor.tables.read_sheet import read_sheet
from provisor.tables.validate import note_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from provisor.case import Problems
    from provisor.production.data.keys import CaseKeys
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

    def sheet(self, table: str, schema: Schema | None = None, *, needed: bool = True) -> Sheet | None:
        """A table read in its first form or that of ``schema``; a missing one is noted if ``needed``."""
        form = schema or FORMS[table][0]
        grid = self.grid(table)
        if grid is None:
            if needed:
                columns = ", ".join(column.name for column in form.columns if column.required)
                missing_table(table, self.sources, self.problems, f"columns {columns}")
            return None
        return read_sheet(grid, form, self.problems)

    def tell(self, code: str, message: str, sheet: Sheet | Grid | None = None, mend: str = "") -> None:
        """Warn of something dropped, changed or assumed."""
        file, name = (sheet.file, sheet.sheet) if sheet is not None else ("", "")
        self.problems.warning(code, message, mend=mend, file=file, sheet=name)


def known_only(
    context: Context, sheet: Sheet, column: str, known: Iterable[str], code: str, kind: str
) -> Sheet:
    """The rows whose ``column`` is one of ``known``; the others are noted as errors, empty ones dropped."""
    names = sorted(known)
    inside = pl.col(column).is_in(names)
    bad = sheet.frame.filter(pl.col(column).is_not_null() & ~inside)
    note_cells(
        sheet,
        column,
        bad.select(ROW, pl.col(column).alias("value")),
        code,
        f"a {kind} of this case",
        context.problems,
        suggestion(names),
    )
    return sheet.of(sheet.frame.filter(inside))


def suggestion(names: list[str]) -> Callable[[str], str]:
    """What to write instead of an unknown name: the nearest known one, or the list of a few."""

    def mend(value: str) -> str:
        return nearest(value, names) or (f"known: {', '.join(names)}" if len(names) <= 15 else "")

    return mend


def case_table(sheet: Sheet | None, schema: Schema) -> pl.DataFrame:
    """The case's table of a sheet, in the columns of ``schema``; empty where there is no sheet."""
    return schema.empty() if sheet is None else table_of(sheet.frame, schema)


def table_of(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of ``schema``, typed and sorted by its key."""
    typed = frame.select(pl.col(name).cast(dtype) for name, dtype in schema.dtypes.items())
    return typed.sort(list(schema.key), nulls_last=True)


def units(amount: SupportsFloat) -> str:
    """An amount for people.

    >>> units(49581.0), units(0.5), units(-876)
    ('49,581 units', '0.5 units', '-876 units')
    """
    number = float(amount)
    whole = abs(number) >= 10 or number == round(number)
    return f"{number:,.0f} units" if whole else f"{number:,.1f} units"


def days_said(days: Iterable[date]) -> str:
    """Days for people, runs of days joined.

    >>> from datetime import date
    >>> days_said([date(2025, 10, 27), date(2025, 10, 28), date(2025, 11, 3)])
    '2025-10-27 to 2025-10-28, 2025-11-03'
    """
    runs: list[list[date]] = []
    for day in sorted(set(days)):
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = [f"{run[0]} to {run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs]
    return ", ".join(said[:8]) + (f" and {len(said) - 8} more" if len(said) > 8 else "")
