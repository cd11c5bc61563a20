"""Writing an example case as a folder of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.allocation.example.make import FILES, document, tables_of
from provisor.allocation.example.readme import readme
from provisor.allocation.example.world import build
from provisor.allocation.tables import CASE_TABLES
from provisor.tables.guided import write_guided, write_text, yaml_text

if TYPE_CHECKING:
    from pathlib import Path

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
    write_guided(folder / FILES["workbook"], tables, inside, currency=keys["currency"])
    write_text(folder / "case.yaml", _HEAD + yaml_text(keys))
    write_text(folder / "README.md", readme(world, tables))
