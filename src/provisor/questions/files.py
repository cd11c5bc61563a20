"""Scenarios as YAML: read from a file or by name from the library, and written."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from provisor.case import BadRequest, Problems
from provisor.questions.asked import scenarios_of
from provisor.scenario import Change, Scenario
from provisor.tables.document import Document, key_place, model_problems, nearest, read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from provisor.case import Case
    from provisor.planner import HasScenarios

KEYS = ("name", "title", "changes")
"""Keys of a scenario file."""

_SUFFIXES = (".yaml", ".yml")


def library(planner: str) -> dict[str, Path]:
    """Ready scenarios of a planner: file by name, in order of the names.

    Raises:
        BadRequest: The planner has no scenarios.
    """
    return {path.stem: path for path in sorted(scenarios_of(planner).library().glob("*.yaml"))}


def title_of(file: Path) -> str:
    """Title of a ready scenario."""
    document = _document(file)
    return str(document.get("title", file.stem))


def read_scenario(given: Path | str, case: Case) -> Scenario:
    """A scenario of the library by its name, or of a file; ``$name`` in it is answered by the case.

    Raises:
        BadRequest: There is no such scenario, or something is wrong with it; the message says all of it.
    """
    known, path = library(case.planner), Path(given)
    if str(given) in known:
        path = known[str(given)]
    elif path.suffix not in _SUFFIXES:
        near = nearest(str(given), known) or f"there are {', '.join(known)}"
        raise BadRequest(f"there is no scenario {given}; {near}; or give a file ending in .yaml")
    return parse_scenario(_document(path), case, name=path.stem)


def parse_scenario(document: Mapping[str, Any], case: Case, name: str = "scenario") -> Scenario:
    """A scenario of its parsed YAML.

    Args:
        document: Keys and values, :class:`Document` to have lines named.
        case: The case that answers what the scenario leaves to it.
        name: Name where the document gives none.

    Raises:
        BadRequest: Something is wrong with it; the message says all of it.
    """
    problems = Problems()
    asked = scenarios_of(case.planner)
    for key in sorted(set(document) - set(KEYS)):
        mend = nearest(key, KEYS) or f"known keys: {', '.join(KEYS)}"
        problems.error("unknown-key", f"there is no key {key}", mend=mend, **key_place(document, (key,)))
    listed = document.get("changes")
    if not isinstance(listed, list) or not listed:
        problems.error("bad-key", "changes is no list of changes", **key_place(document, ("changes",)))
        listed = []
    found = [_change(document, number, case, asked, problems) for number in range(len(listed))]
    _raise(problems)
    changes = tuple(change for change in found if change is not None)
    return Scenario(str(document.get("name", name)), changes, str(document.get("title", "")))


def scenario_text(scenario: Scenario) -> str:
    """A scenario as YAML that :func:`read_scenario` reads back the same."""
    text = StringIO()
    writer = YAML()
    writer.width = 120
    writer.dump(scenario.as_dict(), text)
    return text.getvalue()


def _document(path: Path) -> Document:
    problems = Problems()
    document = read_document(path, problems)
    _raise(problems)
    if document is None:
        raise BadRequest(f"{path} cannot be read")
    return document


def _raise(problems: Problems) -> None:
    """Raise all that is wrong as one request that cannot be met."""
    if problems.errors:
        lines = [
            ": ".join(part for part in (problem.where, problem.message) if part)
            + (f" ({problem.mend})" if problem.mend else "")
            for problem in problems.errors
        ]
        raise BadRequest("\n".join(lines))


def _change(
    document: Mapping[str, Any], number: int, case: Case, asked: HasScenarios, problems: Problems
) -> Change | None:
    """A change of a document, none if something is wrong with it."""
    values, key = document["changes"][number], ("changes", str(number))
    types = {kind.kind(): kind for kind in asked.changes()}
    name = values.get("change") if isinstance(values, dict) else None
    if name not in types:
        said = "a change names its type as change" if name is None else f"there is no change {name}"
        mend = nearest(str(name), types) or f"known: {', '.join(types)}"
        problems.error("unknown-change", said, mend=mend, **key_place(document, (*key, "change")))
        return None
    try:
        return types[name].model_validate(_answered(values, case, asked))
    except ValidationError as error:
        kind = types[name]
        model_problems(error, values, {(): _fields([kind])}, inner := Problems())
        for problem in inner:
            place = key_place(document, (*key, *problem.column.split(".")) if problem.column else key)
            problems.error(problem.code, f"{name}: {problem.message}", mend=problem.mend, **place)
    except BadRequest as bad:
        problems.error("not-in-case", f"{name}: {bad}", **key_place(document, key))
    return None


def _fields(kinds: Iterable[type[Change]]) -> list[str]:
    return [field.alias or name for kind in kinds for name, field in kind.model_fields.items()]


def _answered(value: Any, case: Case, asked: HasScenarios) -> Any:  # noqa: ANN401 - any YAML value
    """A value with every ``$name`` in it answered by the case."""
    if isinstance(value, dict):
        return {key: _answered(inner, case, asked) for key, inner in value.items()}
    if isinstance(value, list):
        return [_answered(inner, case, asked) for inner in value]
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    choices = {choice.name: choice for choice in asked.choices()}
    if value[1:] not in choices:
        raise BadRequest(f"there is no {value}; there are {_listed(sorted(choices))}")
    return choices[value[1:]].of(case)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"${name}" for name in names)
