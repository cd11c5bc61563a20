"""Cells of a workbook whose value is not stored: formulas never calculated, and errors such as ``#N/A``.

Readers of values show such cells as empty. Nobody should plan with an empty cell that is a formula in truth.
"""

from __future__ import annotations

import html
import re
import zipfile
from typing import TYPE_CHECKING

from provisor.tables.grid import BrokenCell

if TYPE_CHECKING:
    from pathlib import Path

_SHEET = re.compile(rb"<sheet\b[^>]*>")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"([^>]*)(?<!/)>(.*?)</c>', re.DOTALL)
_NO_VALUE = re.compile(rb"<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_VALUED = rb'<c r="%s\d+"[^>]*(?<!/)>(?:<f\b[^>]*?(?:/>|>[^<]*</f>))?\s*<(?:v>[^<]|is)'
_ERROR = re.compile(rb"<v>(#[^<]*)</v>")


def broken_cells(path: Path, sheet: str) -> tuple[BrokenCell, ...]:
    """Cells of a sheet without a stored value; none for workbooks that are not XML."""
    if not zipfile.is_zipfile(path):
        return ()
    with zipfile.ZipFile(path) as archive:
        part = _part(archive, sheet)
        data = archive.read(part) if part else b""
    if b't="e"' not in data and not _NO_VALUE.search(data):
        return ()
    return tuple(_broken(data))


def _broken(data: bytes) -> list[BrokenCell]:
    first = _first_column(data)
    cells = []
    for letters, row, attributes, inner in _CELL.findall(data):
        error = _ERROR.search(inner) if b't="e"' in attributes else None
        if error or _NO_VALUE.fullmatch(inner + b"</c>"):
            what = error.group(1).decode() if error else "formula"
            cells.append(BrokenCell(int(row), _number(letters) - first, what))
    return cells


def _first_column(data: bytes) -> int:
    """First column with a value; readers of values begin there."""
    for number in range(1, 703):
        if re.search(_VALUED % _letters(number), data):
            return number
    return 1


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _letters(number: int) -> bytes:
    letters = b""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = bytes([65 + rest]) + letters
    return letters


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Name of the part of a workbook that holds a sheet; empty for other kinds of workbooks."""
    parts = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= parts:
        return ""
    targets = {
        tag.get("Id", ""): tag.get("Target", "")
        for tag in map(_attributes, _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")))
    }
    for tag in map(_attributes, _SHEET.findall(archive.read("xl/workbook.xml"))):
        if tag.get("name") == sheet:
            target = targets.get(tag.get("r:id", ""), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in parts else ""
    return ""


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        name.decode(): html.unescape(value.decode("utf-8", "replace"))
        for name, value in _ATTRIBUTE.findall(tag)
    }
