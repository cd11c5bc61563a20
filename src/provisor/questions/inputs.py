"""What differs between the inputs of two cases, row by row of their tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.tables.schema import Schema

_OTHER = "\x1fother"
"""Ending of columns of the second table."""


@dataclass(frozen=True)
class TableDifference:
    """How one table of two cases differs.

    Attributes:
        table: Its name.
        added: Rows that only the second case has.
        removed: Rows that only the first one has.
        changed: Rows that both have, with other values.
        sums: For each column of numbers that differs: sum over the rows that differ, before and after.
        touched: Values of the key's columns in the rows that differ.
    """

    table: str
    added: int
    removed: int
    changed: int
    sums: Mapping[str, tuple[float, float]]
    touched: Mapping[str, frozenset[object]]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, without the keys of rows."""
        sums = {name: {"before": before, "after": after} for name, (before, after) in self.sums.items()}
        counts = {"added": self.added, "removed": self.removed, "changed": self.changed}
        return {"table": self.table, **counts, "sums": sums}


@dataclass(frozen=True)
class SwitchDifference:
    """A rule or setting that differs.

    Attributes:
        name: ``rules.`` or ``settings.`` and its name.
        before: Value in the first case, as JSON.
        after: Value in the second.
    """

    name: str
    before: object
    after: object

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"name": self.name, "before": self.before, "after": self.after}


@dataclass(frozen=True)
class TableKept:
    """A table that differs, by what plans keep of it.

    Attributes:
        table: Its name.
        before: Rows in the first case; none if it has no such table.
        after: Rows in the second.
    """

    table: str
    before: int | None
    after: int | None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"table": self.table, "rows": {"before": self.before, "after": self.after}}


@dataclass(frozen=True)
class KeptDifferences:
    """What differs between two cases by what their plans keep of them: which tables, and all rules and settings."""

    tables: tuple[TableKept, ...]
    switches: tuple[SwitchDifference, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "tables": [table.as_dict() for table in self.tables],
            "switches": [switch.as_dict() for switch in self.switches],
        }


@dataclass(frozen=True)
class InputDifferences:
    """All that differs between two cases."""

    tables: tuple[TableDifference, ...]
    switches: tuple[SwitchDifference, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "tables": [table.as_dict() for table in self.tables],
            "switches": [switch.as_dict() for switch in self.switches],
        }


def input_differences(a: Case, b: Case, schemas: Mapping[str, Schema]) -> InputDifferences:
    """What differs from one case to another of the same planner."""
    tables = [
        difference
        for name in a.tables
        if name in b.tables and name in schemas
        for difference in [_table_difference(name, a.table(name), b.table(name), schemas[name])]
        if difference is not None
    ]
    return InputDifferences(tuple(tables), _switches(a.inputs, b.inputs))


def kept_differences(a: Mapping[str, Any], b: Mapping[str, Any]) -> KeptDifferences | None:
    """What differs from one case to another by :attr:`Case.inputs` of both; none where a plan keeps nothing."""
    if not a or not b:
        return None
    before, after = a["tables"], b["tables"]
    tables = [
        TableKept(name, *(None if one is None else one["rows"] for one in (old, new)))
        for name in sorted({*before, *after})
        for old, new in [(before.get(name), after.get(name))]
        if old != new
    ]
    return KeptDifferences(tuple(tables), _switches(a, b))


def _switches(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[SwitchDifference, ...]:
    """Rules and settings that differ."""
    return tuple(
        SwitchDifference(f"{kind}.{name}", a[kind].get(name), b[kind].get(name))
        for kind in ("rules", "settings")
        for name in dict.fromkeys((*b[kind], *a[kind]))
        if a[kind].get(name) != b[kind].get(name)
    )


def _table_difference(
    name: str, before: pl.DataFrame, after: pl.DataFrame, schema: Schema
) -> TableDifference | None:
    key = list(schema.key)
    rest = [column for column in before.columns if column not in key]
    rows = _numbered(before, key).join(
        _numbered(after, key), on=[*key, "same"], how="full", coalesce=True, suffix=_OTHER, nulls_equal=True
    )
    differs = [pl.col(column).ne_missing(pl.col(column + _OTHER)) for column in rest]
    old, new = pl.col("there").is_not_null(), pl.col(f"there{_OTHER}").is_not_null()
    rows = rows.filter(~old | ~new | pl.any_horizontal([*differs, pl.lit(value=False)]))
    if rows.is_empty():
        return None
    return TableDifference(
        table=name,
        added=rows.filter(~old).height,
        removed=rows.filter(~new).height,
        changed=rows.filter(old & new).height,
        sums=_sums(rows, [column for column in rest if before.schema[column].is_numeric()]),
        touched={column: frozenset(rows[column].to_list()) for column in key},
    )


def _numbered(table: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """A table with lists as text, rows of the same key numbered, and a mark that the row is there."""
    shown = [
        (pl.col(name).cast(pl.List(pl.String)).list.join("\x1f") if dtype == pl.List else pl.col(name))
        for name, dtype in table.schema.items()
    ]
    same = pl.int_range(pl.len()).over(key) if key else pl.int_range(pl.len())
    return table.select(*shown, same=same, there=pl.lit(value=True))


def _sums(rows: pl.DataFrame, columns: list[str]) -> dict[str, tuple[float, float]]:
    sums = {column: (float(rows[column].sum()), float(rows[column + _OTHER].sum())) for column in columns}
    return {column: pair for column, pair in sums.items() if abs(pair[0] - pair[1]) > 1e-9}
