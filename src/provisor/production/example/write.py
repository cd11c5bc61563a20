"""Writing an example case as a folder of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.production.example.make import document, tables_of
from provisor.production.example.readme import readme
from provisor.production.example.workbook import write_workbook
from provisor.production.example.world import build
from provisor.production.tables import CASE_TABLES
from provisor.tables.guided import write_text, yaml_text

if TYPE_CHECKING:
    from pathlib import Path

WORKBOOKS = {
    "network.xlsx": ("products", "nodes", "legs", "trucks", "calendar", "costs"),
    "forecast.xlsx": ("demand",),
    "stock.xlsx": ("stock", "transit"),
}
"""Tables by workbook."""

_HEAD = """\
# A production case: the question put to the planner. Paths are relative to this file.
# `provisor rules production` lists every switch that can stand under rules.
"""


def write(folder: Path, size: str, seed: int) -> None:
    """Write an example case into ``folder``, which is made if it is not there.

    The same size and seed give the same files, byte for byte.

    Args:
        folder: Where ``case.yaml``, ``README.md`` and the workbooks go.
        size: One of :data:`~provisor.production.example.sizes.SIZES`.
        seed: Seed of all that is random, 0 or more.

    Raises:
        ValueError: There is no such size, or the seed is negative.
    """
    world = build(size, seed)
    tables = tables_of(world)
    schemas = {schema.name: schema for schema in CASE_TABLES}
    folder.mkdir(parents=True, exist_ok=True)
    for name, sheets in WORKBOOKS.items():
        write_workbook(folder / name, tables, [schemas[sheet] for sheet in sheets])
    write_text(folder / "case.yaml", _HEAD + yaml_text(document(size, seed)))
    write_text(folder / "README.md", readme(world, tables, size))
