"""Schemas of tables: name, type, unit and meaning of each column, one source for validation and docs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence


LARGEST = 1e12
"""No amount of a case or plan is larger, whatever its unit or currency; what is, is a slip of the pen."""

MOST_BY_UNIT = {"day": 36_500.0}
"""Largest amounts of units that are counted in a calendar: a hundred years."""

_NUMBERS = (pl.Float64, pl.Int64)


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: Its name.
        dtype: Its polars type.
        unit: Unit, such as ``unit``, ``h`` or ``$``; empty for labels.
        meaning: What it says, in one line.
        required: Whether the column must be there.
        nullable: Whether a cell may be empty.
        minimum: Smallest value allowed.
        positive: Whether zero is excluded.
        maximum: Largest value allowed; none for :data:`LARGEST`, or what :data:`MOST_BY_UNIT` has.
        allowed: The only values allowed.
        default: Value put where an optional column is missing; shown in the docs and told as an assumption.
        aliases: Other headers under which files have the column.
    """

    name: str
    dtype: Any
    unit: str = ""
    meaning: str = ""
    required: bool = True
    nullable: bool = False
    minimum: float | None = None
    positive: bool = False
    maximum: float | None = None
    allowed: Sequence[str] | None = None
    default: Any = None
    aliases: Sequence[str] = ()

    @property
    def most(self) -> float | None:
        """Largest value allowed; none of what is no number."""
        if self.dtype not in _NUMBERS:
            return None
        return MOST_BY_UNIT.get(self.unit, LARGEST) if self.maximum is None else self.maximum

    @property
    def headers(self) -> tuple[str, ...]:
        """All headers under which files may have the column."""
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class Schema:
    """A table: its columns, and the columns that together name a row.

    Attributes:
        name: Its name.
        meaning: What one row says.
        columns: Columns in order.
        key: Columns that may not repeat together.
    """

    name: str
    meaning: str
    columns: Sequence[Column]
    key: Sequence[str] = field(default_factory=tuple)

    @property
    def dtypes(self) -> dict[str, Any]:
        """Polars type by column."""
        return {column.name: column.dtype for column in self.columns}

    def column(self, name: str) -> Column:
        """Column by name; raises KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def empty(self) -> pl.DataFrame:
        """The table without rows."""
        return pl.DataFrame(schema=self.dtypes)

    def frame(self, rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
        """A typed table of ``rows``, columns in the schema's order; unknown keys raise ValueError."""
        unknown = sorted({key for row in rows for key in row} - set(self.dtypes))
        if unknown:
            raise ValueError(f"table {self.name} has no column {', '.join(unknown)}")
        return pl.DataFrame(
            [{c.name: row.get(c.name) for c in self.columns} for row in rows], schema=self.dtypes
        )
