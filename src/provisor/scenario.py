"""Scenarios: named lists of changes to a case. A change makes a new case and never edits one in place."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from provisor.case import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import polars as pl

    from provisor.case import Case


def _name(value: object) -> object:
    """A name; YAML reads some names as numbers."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _names(value: object) -> object:
    """Names, one of them perhaps not in a list."""
    return [_name(one) for one in value] if isinstance(value, list | tuple) else [_name(value)]


Name = Annotated[str, BeforeValidator(_name)]
"""A code of the case, such as a node."""

Names = Annotated[tuple[Name, ...], BeforeValidator(_names), Field(min_length=1)]
"""One code or several."""


class Change(BaseModel, ABC):
    """One change to a case; each subclass is a type of change, its fields the parameters.

    A subclass gives ``change`` the type ``Literal["its_name"]`` with that name as default, says what it does in
    its docstring, and every field in the field's description; ``provisor scenarios`` lists them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    change: str

    @classmethod
    def kind(cls) -> str:
        """Name of the type of change."""
        return str(cls.model_fields["change"].default)

    @abstractmethod
    def wrong(self, case: Case) -> Iterator[str]:
        """All that keeps the change from being made to a case, in words; nothing if it can be made."""

    @abstractmethod
    def applied(self, case: Case) -> Case:
        """The case after the change. Only asked of a change with nothing wrong."""

    @abstractmethod
    def words(self, case: Case) -> str:
        """What the change does to a case, as one sentence without its full stop; asked before it is applied."""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, those left at their default not included; YAML of them reads back the same."""
        given = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return {"change": self.kind(), **{name: value for name, value in given.items() if name != "change"}}


class SetRules(Change):
    """Turn switches of the rules in force."""

    refused: ClassVar[tuple[str, ...]] = ()
    """Switches that are settled when a case is read."""

    switches: dict[str, Any] = Field(min_length=1, description="value by switch")

    def wrong(self, case: Case) -> Iterator[str]:
        """Switches that there are not, that are settled on reading, and values they do not take."""
        known = type(case.rules).model_fields
        for switch in self.switches:
            if switch not in known:
                yield f"there is no switch {switch}; known: {', '.join(sorted(known))}"
            elif switch in self.refused:
                yield f"the switch {switch} is settled when a case is read; use --set rules.{switch}"
        if set(self.switches) <= set(known):
            try:
                self._rules(case)
            except ValidationError as error:
                yield from (f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())

    def _rules(self, case: Case) -> BaseModel:
        return type(case.rules).model_validate({**case.rules.model_dump(), **self.switches})

    def applied(self, case: Case) -> Case:
        """The case under the other rules."""
        return replace(case, rules=self._rules(case))

    def words(self, case: Case) -> str:
        """Each switch with its old and new value."""
        before = case.rules.model_dump()
        said = [f"{name} from {_said(before[name])} to {_said(to)}" for name, to in self.switches.items()]
        return f"Rules turned: {', '.join(said)}"


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Scenario:
    """A named list of changes.

    Attributes:
        name: Short name, such as ``hub_closed``.
        changes: The changes; see :func:`apply` for the order in which they are made.
        title: What it is, for people.
    """

    name: str
    changes: tuple[Change, ...]
    title: str = ""

    @property
    def said(self) -> str:
        """Its title, or its name."""
        return self.title or self.name

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, as a scenario file has them."""
        title = {"title": self.title} if self.title else {}
        return {"name": self.name, **title, "changes": [change.as_dict() for change in self.changes]}


@dataclass(frozen=True)
class Choice:
    """A value that ready scenarios name by ``$name`` and that each case answers for itself.

    Attributes:
        name: Name without the ``$``.
        meaning: What is chosen, in a few words.
        of: The value in a case; raises BadRequest where the case has none.
    """

    name: str
    meaning: str
    of: Callable[[Case], object]


@dataclass(frozen=True)
class Applied:
    """A case after a scenario, with what each change did in words, in the order in which they were made."""

    case: Case
    words: tuple[str, ...]


def apply(case: Case, scenario: Scenario, types: Sequence[type[Change]]) -> Applied:
    """Make the changes of a scenario: by type in the order of ``types``, those of one type as they are listed.

    Each change sees the case as the ones before it left it.

    Raises:
        BadRequest: Changes cannot be made; the message names all that is wrong with all of them.
    """
    kinds = [kind.kind() for kind in types]
    wrong: list[str] = []
    words: list[str] = []
    numbered = sorted(enumerate(scenario.changes, 1), key=lambda item: kinds.index(item[1].kind()))
    for number, change in numbered:
        found = list(change.wrong(case))
        wrong += [f"{scenario.name}, change {number} ({change.kind()}): {what}" for what in found]
        if not found:
            words.append(change.words(case))
            case = change.applied(case)
    if wrong:
        raise BadRequest("\n".join(wrong))
    return Applied(replace(case, name=f"{case.name}, {scenario.said}"), tuple(words))


def joined(scenarios: Sequence[Scenario]) -> Scenario:
    """Scenarios made at once."""
    return Scenario(
        name="+".join(scenario.name for scenario in scenarios),
        changes=tuple(change for scenario in scenarios for change in scenario.changes),
        title=" and ".join(scenario.said for scenario in scenarios),
    )


def with_table(case: Case, name: str, table: pl.DataFrame) -> Case:
    """The case with another table, in the columns and types of the one it replaces."""
    before = case.table(name)
    return replace(case, tables={**case.tables, name: table.select(before.columns).cast(before.schema)})
