"""Writing an example case as a folder of files."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

import polars as pl
from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter

from provisor.allocation.example.make import FILES, document, tables_of
from provisor.allocation.example.readme import readme
from provisor.allocation.example.world import build
from provisor.allocation.tables import CASE_TABLES
from provisor.tables.excel_out import SheetOut, add_table, new_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from provisor.tables.schema import Column, Schema

GUIDE = "guide"
"""Name of the sheet that explains the others."""

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks hold a clock without zone
"""Date in the properties of every workbook, so that the same tables give the same bytes."""

_HEAD = """\
# An allocation case: the question put to the planner. Paths are relative to this file.
# `provisor rules allocation` lists every switch that can stand under rules.
"""


def write(folder: Path, size: str, seed: int) -> None:
    """Write an example case into ``folder``, which is made if it is not there.

    The same size and seed give the same files, byte for byte.

    Args:
        folder: Where ``case.yaml``, ``README.md``, the workbook and the long tables go.
        size: One of :data:`~provisor.allocation.example.sizes.SIZES`.
        seed: Seed of all that is random, 0 or more.

    Raises:
        ValueError: There is no such size, or the seed is negative.
    """
    world = build(size, seed)
    tables = tables_of(world)
    keys = document(size, seed)
    folder.mkdir(parents=True, exist_ok=True)
    alone = {key: name for key, name in keys["files"].items() if key != "workbook"}
    for table, name in alone.items():
        tables[table].write_parquet(folder / name, compression_level=9)
    inside = [schema for schema in CASE_TABLES if schema.name not in alone and tables[schema.name].height]
    _write_workbook(folder / FILES["workbook"], tables, inside)
    _write_text(folder / "case.yaml", _HEAD + _yaml(keys))
    _write_text(folder / "README.md", readme(world, tables))


def _write_workbook(path: Path, tables: Mapping[str, pl.DataFrame], schemas: Sequence[Schema]) -> None:
    """Write the tables of ``schemas``, one sheet each, behind a guide to every column."""
    book = new_workbook(path)
    book.set_properties({"created": _CREATED})
    add_table(book, SheetOut(GUIDE, _guide(schemas)))
    for schema in schemas:
        add_table(book, SheetOut(schema.name, tables[schema.name], schema))
    book.close()


def _guide(schemas: Sequence[Schema]) -> pl.DataFrame:
    rows = []
    for schema in schemas:
        rows.append([schema.name, "", "", "", f"one row: {schema.meaning}"])
        rows += [[schema.name, *_said(column)] for column in schema.columns]
    names = ("sheet", "column", "unit", "may be empty", "meaning")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _said(column: Column) -> list[str]:
    """Name, unit, whether it may be empty, and meaning of a column."""
    may_be_empty = column.nullable or not column.required
    return [column.name, column.unit, "yes" if may_be_empty else "", column.meaning]


class _Plain(RoundTripRepresenter):
    """Writes equal values out each time instead of as YAML aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is the library's
        return True


def _yaml(values: dict[str, Any]) -> str:
    yaml = YAML()
    yaml.Representer = _Plain
    yaml.default_flow_style = False
    yaml.width = 200
    stream = StringIO()
    yaml.dump(values, stream)
    return stream.getvalue()


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
