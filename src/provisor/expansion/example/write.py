"""Writing an example case as a folder of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.expansion.example.make import TABLES, WORKBOOK, document, tables_of
from provisor.expansion.example.readme import readme
from provisor.expansion.example.world import build
from provisor.tables.guided import write_guided, write_text, yaml_text

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = """\
# An expansion case: the question put to the planner. Paths are relative to this file.
# `provisor rules expansion` lists every switch that can stand under rules.
"""


def write(folder: Path, size: str, seed: int) -> None:
    """Write an example case into ``folder``, which is made if it is not there.

    The same size and seed give the same files, byte for byte.

    Args:
        folder: Where ``case.yaml``, ``README.md`` and the workbook go.
        size: One of :data:`~provisor.expansion.example.sizes.SIZES`.
        seed: Seed of all that is random, 0 or more.

    Raises:
        ValueError: There is no such size, or the seed is negative.
    """
    world = build(size, seed)
    tables = tables_of(world)
    folder.mkdir(parents=True, exist_ok=True)
    write_guided(folder / WORKBOOK, tables, TABLES)
    write_text(folder / "case.yaml", _HEAD + yaml_text(document(size, seed)))
    write_text(folder / "README.md", readme(world, tables, size))
