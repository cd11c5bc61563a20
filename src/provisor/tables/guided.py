"""Files of an example case: a workbook that begins with a guide to every column, and plain YAML."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

import polars as pl
from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter

from provisor.currency import MONEY, said_in
from provisor.tables.excel_out import SheetOut, add_table, new_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from provisor.tables.schema import Column, Schema

GUIDE = "guide"
"""Name of the sheet that explains the others."""

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks hold a clock without zone
"""Date in the properties of every workbook, so that the same tables give the same bytes."""

_COLUMNS = ("sheet", "column", "unit", "may be empty", "meaning")


def write_guided(
    path: Path,
    tables: Mapping[str, pl.DataFrame],
    schemas: Sequence[Schema],
    *,
    currency: str = MONEY,
    notes: Sequence[str] = (),
) -> None:
    """Write tables, one sheet each, behind the guide; the same tables give the same bytes.

    Args:
        path: File to write.
        tables: Tables by name.
        schemas: Those to write, in order.
        currency: Currency of the case.
        notes: What the guide says first, of all sheets.
    """
    book = new_workbook(path)
    book.set_properties({"created": _CREATED})
    add_table(book, SheetOut(GUIDE, _guide(schemas, currency, notes)))
    for schema in schemas:
        add_table(book, SheetOut(schema.name, tables[schema.name], schema, currency))
    book.close()


def yaml_text(values: Mapping[str, Any]) -> str:
    """Keys and values as YAML in blocks, without aliases."""
    yaml = YAML()
    yaml.Representer = _Plain
    yaml.default_flow_style = False
    yaml.width = 200
    stream = StringIO()
    yaml.dump(dict(values), stream)
    return stream.getvalue()


def write_text(path: Path, text: str) -> None:
    """Write text the same way on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


class _Plain(RoundTripRepresenter):
    """Writes equal values out each time instead of as YAML aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is the library's
        return True


def _guide(schemas: Sequence[Schema], currency: str, notes: Sequence[str]) -> pl.DataFrame:
    rows = [["", "", "", "", note] for note in notes]
    for schema in schemas:
        rows.append([schema.name, "", "", "", f"one row: {schema.meaning}"])
        rows += [[schema.name, *_said(column, currency)] for column in schema.columns]
    return pl.DataFrame(rows, schema=dict.fromkeys(_COLUMNS, pl.String), orient="row")


def _said(column: Column, currency: str) -> list[str]:
    """Name, unit, whether it may be empty, and meaning of a column."""
    may_be_empty = column.nullable or not column.required or isinstance(column.dtype, pl.List)
    allowed = f" (one of {', '.join(column.allowed)})" if column.allowed else ""
    return [
        column.name,
        said_in(column.unit, currency),
        "yes" if may_be_empty else "",
        f"{column.meaning}{allowed}",
    ]
