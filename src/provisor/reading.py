"""Reading a case: its document, the keys common to all planners, and the planner that reads the rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from provisor.case import BadCase, Case, Problems
from provisor.planner import planner, planner_names
from provisor.tables.document import Document, key_place, nearest, parse_scalar, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping

CASE_FILE = "case.yaml"
"""Name of the document in a case's folder."""

CASE_SHEET = "case"
"""Sheet of a single workbook that holds the keys of its case."""

_WORKBOOKS = (".xlsx", ".xlsm")
_NO_OVERRIDES: Mapping[str, str] = {}


def read_case(path: Path | str, overrides: Mapping[str, str] = _NO_OVERRIDES) -> Case:
    """Read a case from a folder with ``case.yaml``, from that file, or from a single workbook.

    Args:
        path: The folder, the file, or the workbook with a sheet ``case`` of keys and values.
        overrides: Values by key that replace those of the document, such as ``{"rules.end": "waste"}``.

    Raises:
        BadCase: The case cannot be planned; its ``problems`` list all that is wrong at once.
    """
    problems = Problems()
    document = _document(Path(path), problems)
    problems.raise_errors()
    if document is None:
        raise BadCase(problems)
    for key, value in overrides.items():
        _override(document, key, value, problems)
    name = document.get("planner")
    if name not in planner_names():
        said = "the key planner is missing" if name is None else f"there is no planner {name!r}"
        mend = nearest(str(name), planner_names()) or f"known: {', '.join(planner_names())}"
        problems.error("unknown-planner", said, mend=mend, **key_place(document, ("planner",)))
    problems.raise_errors()
    file = Path(path)
    return planner(str(name)).read(document, file if file.is_dir() else file.parent)


def _document(path: Path, problems: Problems) -> Document | None:
    if path.is_dir():
        path = path / CASE_FILE
    if not path.is_file():
        problems.error(
            "file-missing",
            f"there is no case at {path}",
            mend=f"a case is a folder with {CASE_FILE}",
            file=path.name,
        )
        return None
    return (
        _from_workbook(path, problems) if path.suffix.lower() in _WORKBOOKS else read_document(path, problems)
    )


def _from_workbook(path: Path, problems: Problems) -> Document | None:
    """The document of a workbook: rows of key and value, keys of keys joined by points."""
    from provisor.tables.files import Unreadable, open_file  # noqa: PLC0415 - only for workbooks

    try:
        file = open_file(path, path.name)
        if CASE_SHEET not in file.sheets:
            problems.error(
                "missing-table",
                f"there is no sheet {CASE_SHEET}",
                expected="rows of key and value",
                file=path.name,
                mend=f"its sheets are {', '.join(file.sheets)}",
            )
            return None
        rows = file.load(CASE_SHEET).frame
    except Unreadable as error:
        problems.error(error.code, str(error), mend=error.mend, file=path.name)
        return None
    document = Document({}, path.name)
    for row, key, value, *_ in rows.iter_rows() if rows.width > 2 else ():
        if key and value and key != "key":
            document.lines[tuple(key.split("."))] = row
            _set(document, key, _cell_value(value))
    files = document.setdefault("files", {})
    if isinstance(files, dict):
        files.setdefault("workbook", path.name)
    return document


def _cell_value(text: str) -> object:
    return parse_scalar(text.removesuffix(" 00:00:00"))


def _override(document: Document, key: str, value: str, problems: Problems) -> None:
    if not _set(document, key, parse_scalar(value)):
        problems.error("bad-key", f"cannot set {key}: a key above it is no list of keys and values")


def _set(document: dict[str, Any], key: str, value: object) -> bool:
    """Set a key, given as names joined by points; false where a key above it holds no keys."""
    *above, last = key.split(".")
    place: Any = document
    for name in above:
        place = place.setdefault(name, {})
        if not isinstance(place, dict):
            return False
    place[last] = value
    return True
