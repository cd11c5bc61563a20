"""What all readers of an allocation case share: keys, sources of the tables, and the list of problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.allocation.data.sources import SCHEMAS, Sources, missing_table
from provisor.allocation.tables import OPTIONAL_TABLES
from provisor.allocation.words import counted
from provisor.tables.document import nearest
from provisor.tables.grid import ROW, Sheet
from provisor.tables.validate import LISTED, note_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from provisor.allocation.data.keys import CaseKeys
    from provisor.case import Problems
    from provisor.tables.schema import Schema

EXAMPLES = 5
"""Names given as examples where many things share one warning."""


@dataclass(frozen=True)
class Context:
    """Document, keys, sources and problems of the case being read.

    Attributes:
        document: The case's keys as written.
        keys: The case's keys, checked.
        sources: Where the tables come from.
        problems: What is wrong so far.
        imported: Tables made of the outputs of a pipeline, by name; a file of the case counts before them.
        mends: What to do about a table that the pipeline does not give, by table.
    """

    document: Mapping[str, Any]
    keys: CaseKeys
    sources: Sources
    problems: Problems
    imported: Mapping[str, Sheet] = field(default_factory=dict)
    mends: Mapping[str, str] = field(default_factory=dict)

    def sheet(self, table: str, schema: Schema | None = None) -> Sheet | None:
        """A table; an optional one that is missing is empty, another one is noted and gives none."""
        form = schema or SCHEMAS[table]
        source = self.sources.by_table.get(table)
        if source is not None:
            return source.read(form, self.problems)
        if table in self.imported:
            return self.imported[table]
        if table in OPTIONAL_TABLES:
            return without_rows(form)
        missing_table(table, self.sources, self.problems, self.mends)
        return None

    def error(
        self,
        code: str,
        bad: pl.DataFrame,
        place: tuple[Sheet, str],
        message: Callable[..., str],
        expected: str = "",
        mend: str = "",
    ) -> None:
        """Note bad rows: the first ones one by one, the rest by their number.

        Args:
            code: Code of the problem.
            bad: Columns :data:`ROW`, ``value`` and whatever ``message`` takes as keywords.
            place: Sheet and column they are in.
            message: What is wrong with a row.
            expected: What was expected.
            mend: What the user can do.
        """
        sheet, column = place
        for row in bad.sort(ROW).head(LISTED).iter_rows(named=True):
            number, value = row.pop(ROW), row.pop("value")
            self.problems.error(
                code, message(**row), expected=expected, mend=mend, **sheet.place(column, number, value)
            )
        if bad.height > LISTED:
            more = f"{bad.height - LISTED} more rows like these"
            self.problems.error(code, more, expected=expected, mend=mend, **sheet.place(column))

    def tell(
        self, code: str, message: str, sheet: Sheet | None = None, mend: str = "", column: str = ""
    ) -> None:
        """Warn of something dropped, changed or assumed."""
        place = {} if sheet is None else sheet.place(column)
        self.problems.warning(code, message, mend=mend, **place)


def without_rows(schema: Schema) -> Sheet:
    """A table that no file holds, or that cannot be read."""
    return Sheet(schema.empty().with_columns(pl.lit(None, dtype=pl.Int64).alias(ROW)))


def known_only(context: Context, sheet: Sheet, column: str, known: Iterable[str], kind: str) -> Sheet:
    """The rows whose ``column`` is one of ``known``; the others are noted as errors, empty ones dropped."""
    names = sorted(known)
    inside = sheet.frame[column].is_in(names).fill_null(value=False)
    if inside.all():
        return sheet
    bad = sheet.frame.filter(~inside & pl.col(column).is_not_null())
    note_cells(
        sheet,
        column,
        bad.select(ROW, pl.col(column).alias("value")),
        f"unknown-{kind}",
        f"a {kind} of this case",
        context.problems,
        suggestion(names),
    )
    return sheet.of(sheet.frame.filter(inside))


def suggestion(names: list[str]) -> Callable[[str], str]:
    """What to write instead of an unknown name: the nearest known one, or the list of a few."""
    few = names[:2000]

    def mend(value: str) -> str:
        return nearest(value, few) or (f"known: {', '.join(names)}" if len(names) <= 15 else "")

    return mend


def within_horizon(context: Context, sheet: Sheet) -> Sheet:
    """The rows of periods planned; the others are told and dropped."""
    last = context.keys.periods
    later = sheet.frame.filter(pl.col("period") > last)
    if later.height:
        said = (
            f"{counted(later.height, 'row')} of periods after period {last}, the last one planned, not used"
        )
        context.tell("outside-horizon", said, sheet, column="period")
    return sheet.of(sheet.frame.filter(pl.col("period").is_null() | (pl.col("period") <= last)))


def case_table(sheet: Sheet | None, schema: Schema) -> pl.DataFrame:
    """The columns of ``schema``, typed and sorted by its key; empty where there is no sheet."""
    if sheet is None:
        return schema.empty()
    typed = sheet.frame.select(pl.col(name).cast(dtype) for name, dtype in schema.dtypes.items())
    return typed.sort(list(schema.key), nulls_last=True) if schema.key else typed


def some(names: Iterable[object]) -> str:
    """A few names for people, and how many more there are.

    >>> some(["S1", "S2"]), some(range(7))
    ('S1, S2', '0, 1, 2, 3, 4 and 2 more')
    """
    every = [str(name) for name in names]
    more = f" and {len(every) - EXAMPLES} more" if len(every) > EXAMPLES else ""
    return ", ".join(every[:EXAMPLES]) + more
