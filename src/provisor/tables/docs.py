"""Pages of the docs made from the schemas, so that they cannot say anything else than the checks do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.tables.schema import Column, Schema

_TYPES = {
    pl.String: "text",
    pl.Float64: "number",
    pl.Int64: "whole number",
    pl.Boolean: "true or false",
    pl.Date: "date",
    pl.List(pl.String): "list of texts",
    pl.List(pl.Int64): "list of whole numbers",
    pl.List(pl.Date): "list of dates",
}


def markdown(schema: Schema, level: int = 2) -> str:
    """A section of Markdown with the columns of a table: type, unit, meaning and what cells may hold."""
    lines = [
        f"{'#' * level} {schema.name}",
        "",
        f"One row: {schema.meaning}.{_key(schema)}",
        "",
        "| column | type | unit | meaning | cells |",
        "|---|---|---|---|---|",
    ]
    for column in schema.columns:
        cells = [f"`{column.name}`", _TYPES[column.dtype], column.unit, column.meaning, _allowed(column)]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])


def page(title: str, schemas: Sequence[Schema]) -> str:
    """A page of Markdown with all ``schemas`` under a title."""
    return "\n".join([f"# {title}", "", *(markdown(schema) for schema in schemas)])


def _key(schema: Schema) -> str:
    named = ", ".join(f"`{name}`" for name in schema.key)
    return f" Named by {named}." if named else ""


def _allowed(column: Column) -> str:
    """What a cell may hold, in words."""
    said = []
    if column.allowed is not None:
        said.append(" / ".join(column.allowed))
    if column.minimum is not None:
        said.append(f"{'> ' if column.positive else '≥ '}{column.minimum:g}")
    if column.maximum is not None:
        said.append(f"≤ {column.maximum:,.0f}")
    if column.default is not None:
        default = f"{column.default:g}" if isinstance(column.default, float) else column.default
        said.append(f"{default} if not given")
    elif column.nullable:
        said.append("may be empty")
    if not column.required and column.default is None:
        said.append("optional column")
    return "; ".join(said)
