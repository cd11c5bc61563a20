"""The page of troubleshooting tells of every kind of problem that reading a case can find."""

import ast
import re

PLACE_OF_CODE = {
    "error": 0,
    "warning": 0,
    "tell": 0,
    "Unreadable": 0,
    "note_cells": 3,
    "known_only": 4,
    "_error": 4,
}
"""Which argument of a call is the code of a problem."""

BUILT = {f"unknown-{kind}" for kind in ("node", "product", "truck", "kind")}
"""Codes put together from the kind of a name."""


def codes(root):
    package = root / "src" / "provisor"
    files = [*(package / "production" / "data").glob("*.py"), *(package / "tables").glob("*.py")]
    found = set(BUILT)
    for file in [*files, package / "reading.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            place = PLACE_OF_CODE.get(getattr(node.func, "attr", getattr(node.func, "id", "")))
            if place is None or place >= len(node.args):
                continue
            constants = [part for part in ast.walk(node.args[place]) if isinstance(part, ast.Constant)]
            found |= {part.value for part in constants if re.fullmatch(r"[a-z]+(-[a-z]+)*", str(part.value))}
    return found - {"unknown"}


def test_every_code_has_a_row(root):
    page = (root / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z-]+)`", page.partition("## Problems with the data")[2]))
    found = codes(root)
    assert len(found) >= 50
    assert sorted(found - told) == []


def test_every_row_is_a_code(root):
    page = (root / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    tables = page.partition("### Files and case.yaml")[2].partition("\n## ")[0]
    told = {
        code
        for row in re.findall(r"^\| (`.*?`) \|", tables, re.MULTILINE)
        for code in re.findall(r"`([a-z-]+)`", row)
    }
    constants = "".join(
        file.read_text(encoding="utf-8") for file in (root / "src" / "provisor").rglob("*.py")
    )
    assert sorted(code for code in told - BUILT if f'"{code}"' not in constants) == []
