"""Reading ``case.yaml`` safely, and telling the user what is wrong with its keys and where."""

from __future__ import annotations

import difflib
from io import StringIO
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pydantic import ValidationError

    from provisor.case import Problems

LARGEST_DOCUMENT = 1_000_000
"""Bytes of the largest ``case.yaml`` that is read."""

DEEPEST_NESTING = 20
"""Levels of mappings and lists in a ``case.yaml``."""

Key = tuple[str, ...]
"""Path of a key, such as ``("rules", "end")``."""


class Document(dict[str, Any]):
    """A parsed case document that remembers the line of each key.

    Attributes:
        file: Name of the file it came from.
        lines: Line by path of the key, counted from 1.
    """

    def __init__(
        self, values: Mapping[str, Any], file: str = "", lines: Mapping[Key, int] | None = None
    ) -> None:
        super().__init__(values)
        self.file = file
        self.lines = dict(lines or {})


def line_of(document: Mapping[str, Any], key: Key) -> int | None:
    """Line of a key, or of the nearest key above it; none where the document has no lines."""
    lines = document.lines if isinstance(document, Document) else {}
    for length in range(len(key), 0, -1):
        if key[:length] in lines:
            return lines[key[:length]]
    return None


def key_place(document: Mapping[str, Any], key: Key) -> dict[str, Any]:
    """Place of a key as fields of a problem."""
    file = document.file if isinstance(document, Document) else ""
    return {"file": file, "row": line_of(document, key), "column": ".".join(key)}


def read_document(path: Path, problems: Problems) -> Document | None:
    """Parse a YAML file; what is wrong with it goes to ``problems`` and gives none."""
    text = _text(path, problems)
    if text is None:
        return None
    try:
        refusal = _refusal(text)
        if refusal:
            problems.error("yaml-refused", refusal, file=path.name)
            return None
        node = _parser().compose(StringIO(text))
        values = _parser().load(StringIO(text))
    except YAMLError as error:
        problems.error(
            "yaml-syntax", f"is not valid YAML: {_one_line(error)}", file=path.name, row=_line(error)
        )
        return None
    except (ValueError, OverflowError) as error:
        problems.error("yaml-value", f"holds a value that cannot be read: {_one_line(error)}", file=path.name)
        return None
    if not isinstance(values, dict):
        problems.error("yaml-shape", "is not a list of keys and values", file=path.name)
        return None
    lines: dict[Key, int] = {}
    _collect_lines(node, (), lines)
    return Document(_text_keys(values), path.name, lines)


def parse_scalar(text: str) -> object:
    """Value of a text as YAML would read it; the text itself where it is not plain YAML."""
    try:
        return text if _refusal(text) else _parser().load(StringIO(text))
    except (YAMLError, ValueError, OverflowError):
        return text


def nearest(word: str, known: Iterable[str]) -> str:
    """Sentence naming the nearest known word, empty where none is near.

    >>> nearest("satrt", ["start", "weeks"])
    'did you mean start?'
    """
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return f"did you mean {by_lower[found[0]]}?" if found else ""


def model_problems(
    error: ValidationError,
    document: Mapping[str, Any],
    known: Mapping[Key, Iterable[str]],
    problems: Problems,
) -> None:
    """Note each error of a pydantic model as a problem of the document's key.

    Args:
        error: What pydantic found.
        document: The document validated.
        known: Known keys by path of the mapping they belong to, for suggestions.
        problems: Where to note.
    """
    seen: set[Key] = set()
    for item in error.errors():
        key = _key_of(item["loc"], item["type"], document)
        if key in seen:
            continue
        seen.add(key)
        place = key_place(document, key)
        if item["type"] == "extra_forbidden":
            siblings = sorted(known.get(key[:-1], ()))
            mend = nearest(key[-1], siblings) or (f"known keys: {', '.join(siblings)}" if siblings else "")
            problems.error("unknown-key", f"there is no key {'.'.join(key)}", mend=mend, **place)
        elif item["type"] == "missing":
            problems.error("missing-key", f"the key {'.'.join(key)} is missing", **place)
        else:
            shown = f"{item['input']}"[:60]
            message = f"{'.'.join(key) or 'case'}: {item['msg'].removeprefix('Value error, ')}"
            problems.error("bad-key", message, value=shown, **place)


def _key_of(location: tuple[int | str, ...], kind: str, document: Mapping[str, Any]) -> Key:
    """The key an error is about, without the names pydantic gives to alternatives of a type."""
    key: list[str] = []
    place: Any = dict(document)
    for part in location:
        inside = isinstance(place, dict) and str(part) in place
        listed = isinstance(place, list) and isinstance(part, int)
        if not inside and not listed and kind != "missing":
            break
        key.append(str(part))
        place = place[str(part)] if inside else place[part] if listed else None
    return tuple(key)


def _parser() -> YAML:
    return YAML(typ="safe", pure=True)


def _text(path: Path, problems: Problems) -> str | None:
    try:
        if path.stat().st_size > LARGEST_DOCUMENT:
            size = path.stat().st_size / 1e6
            problems.error("file-too-large", f"has {size:.1f} MB; at most 1 MB is read", file=path.name)
            return None
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        problems.error("file-missing", f"cannot be read: {error.strerror}", file=path.name)
    except UnicodeDecodeError:
        problems.error("not-text", "is not a UTF-8 text file", file=path.name)
    return None


def _refusal(text: str) -> str:
    """Why a document is refused before its values are built; empty if it is not."""
    depth = 0
    for event in _parser().parse(StringIO(text)):
        if isinstance(event, AliasEvent):
            return f"uses a YAML alias (*{event.anchor}); write the value out"
        if isinstance(event, CollectionStartEvent):
            depth += 1
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST_NESTING:
            return f"is nested deeper than {DEEPEST_NESTING} levels"
    return ""


def _collect_lines(node: Node | None, path: Key, lines: dict[Key, int]) -> None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            lines[*path, str(key.value)] = key.start_mark.line + 1
            _collect_lines(value, (*path, str(key.value)), lines)
    elif isinstance(node, SequenceNode):
        for number, value in enumerate(node.value):
            lines[*path, str(number)] = value.start_mark.line + 1
            _collect_lines(value, (*path, str(number)), lines)


def _text_keys(values: Any) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(values, dict):
        return {str(key): _text_keys(value) for key, value in values.items()}
    if isinstance(values, list):
        return [_text_keys(value) for value in values]
    return values


def _line(error: YAMLError) -> int | None:
    mark = getattr(error, "problem_mark", None)
    return None if mark is None else mark.line + 1


def _one_line(error: Exception) -> str:
    said = getattr(error, "problem", None) or str(error)
    return " ".join(str(said).split())[:200]
