"""Cells of a sheet as text, where their header is, and the typed sheet that comes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROW = "__row"
"""Column with the row as the user counts it."""

HEADER_ROWS = 60
"""Rows from the top in which a header is looked for."""


@dataclass(frozen=True)
class BrokenCell:
    """A cell whose value the file does not hold.

    Attributes:
        row: Row as the user counts it.
        column: Number of the column of the grid, from 0.
        what: What is in the cell, such as ``formula`` or ``#N/A``.
    """

    row: int
    column: int
    what: str


@dataclass(frozen=True)
class Grid:
    """A sheet as its file has it: all cells as text, columns ``0``, ``1``, ..., and :data:`ROW`.

    Attributes:
        frame: The cells; empty ones are null.
        file: Name of the file as the case names it.
        sheet: Name of the sheet, empty for a file that is one table.
        broken: Cells whose value is not stored.
    """

    frame: pl.DataFrame
    file: str
    sheet: str = ""
    broken: tuple[BrokenCell, ...] = ()

    @property
    def place(self) -> dict[str, str]:
        """File and sheet as fields of a problem."""
        return {"file": self.file, "sheet": self.sheet}

    @cached_property
    def cells(self) -> pl.DataFrame:
        """The cells without the numbers of their rows."""
        return self.frame.drop(ROW)

    def header(self, known: Iterable[str]) -> int | None:
        """Number of the row that holds most of the ``known`` headers, none where no row holds any."""
        wanted = {plain(name) for name in known}
        best, found = None, 0
        for number, cells in enumerate(self.cells.head(HEADER_ROWS).iter_rows()):
            hits = len(wanted & {plain(cell) for cell in cells if cell})
            if hits > found:
                best, found = number, hits
        return best

    def names(self, header: int) -> dict[str, str]:
        """Grid column by header as written in row ``header``; the first of equal ones counts."""
        cells = self.cells.row(header)
        names: dict[str, str] = {}
        for column, cell in zip(self.cells.columns, cells, strict=True):
            if cell and cell.strip():
                names.setdefault(cell.strip(), column)
        return names

    def body(self, header: int) -> pl.DataFrame:
        """Rows below ``header`` that are not empty."""
        below = self.frame.slice(header + 1)
        columns = [pl.col(name).is_not_null() for name in below.columns if name != ROW]
        return below.filter(pl.any_horizontal(columns)) if columns else below


@dataclass(frozen=True)
class Sheet:
    """A typed table with :data:`ROW`, and where it came from.

    Attributes:
        frame: Typed columns of its schema and :data:`ROW`.
        file: Name of the file as the case names it.
        sheet: Name of the sheet.
        headers: Header in the file by column, where it differs from ours.
        given: Columns the file really has.
    """

    frame: pl.DataFrame
    file: str = ""
    sheet: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()

    def place(self, column: str = "", row: int | None = None, value: object = None) -> dict[str, Any]:
        """A place in this sheet as fields of a problem."""
        shown = "" if value is None else str(value)
        header = self.headers.get(column, column)
        return {"file": self.file, "sheet": self.sheet, "column": header, "row": row, "value": shown}

    def of(self, frame: pl.DataFrame, **renamed: str) -> Sheet:
        """The same sheet with other columns; ``renamed`` gives our old name of each new column."""
        headers = {new: self.headers.get(old, old) for new, old in renamed.items()}
        return replace(self, frame=frame, headers={**self.headers, **headers})


def plain(header: str) -> str:
    """A header without case, spaces and signs, for comparing.

    >>> plain(" Units per-Mix ")
    'units_per_mix'
    """
    return re.sub(r"[^a-z0-9]+", "_", header.strip().casefold()).strip("_")
