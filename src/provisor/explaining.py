"""The frame in which planners answer for a plan: what is decided in it, what binds, and why something is so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Decision:
    """A kind of decision by which plans are compared.

    Attributes:
        name: Its name, such as ``made``.
        table: Plan table that holds it; rows of the same key are added up.
        key: Columns that name one decision.
        amount: Column of its amount.
        unit: Unit of the amount.
        worth: What one unit moved counts for when moved decisions are ranked, in the case's currency.
        more: What is said of an amount that grows, with ``{amount}``, ``{are}`` (of one: is) and the columns of ``key``
            in braces.
        less: The same of one that shrinks.
        outcome: Whether it follows from decisions: told when it moves, but not counted for stability.
    """

    name: str
    table: str
    key: tuple[str, ...]
    amount: str
    unit: str
    worth: float
    more: str
    less: str
    outcome: bool = False


@dataclass(frozen=True)
class Limit:
    """A limit that binds in a plan, and what one more unit of it would be worth.

    Attributes:
        rule: Rule it belongs to.
        where: Its place by column, as text.
        amount: The limit.
        unit: Its unit.
        worth: What one more unit would save or earn at the margin; never below zero.
        words: The same in one sentence.
        held: Whether the worth is that of a linear problem with all whole decisions fixed as in the plan, so that it
            says nothing about decisions that would change. If not, it is a price at which the bound is proven.
    """

    rule: str
    where: Mapping[str, str]
    amount: float
    unit: str
    worth: float
    words: str
    held: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**self.__dict__, "where": dict(self.where)}


@dataclass(frozen=True)
class QuestionKind:
    """Something that can be asked about a plan.

    Attributes:
        subject: First word of the question, such as ``shortage``; empty for decisions forced or forbidden.
        keys: Keys that a question may give, such as ``node``.
        meaning: What is asked, in a few words.
        example: A question.
    """

    subject: str
    keys: tuple[str, ...]
    meaning: str
    example: str


@dataclass(frozen=True)
class Question:
    """A question about a plan.

    Attributes:
        negated: Whether it asks why not.
        subject: What it is about, such as ``shortage``; empty for a decision.
        where: Values by key, such as ``{"node": "6130"}``, as text.
    """

    negated: bool
    subject: str
    where: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        words = ["why", *(["not"] if self.negated else []), *([self.subject] if self.subject else [])]
        return " ".join([*words, *(f"{key}={value}" for key, value in self.where.items())])


@dataclass(frozen=True)
class Cause:
    """One cause of something in a plan, with how much of it.

    Attributes:
        cause: Name of the cause, such as ``capacity``.
        where: Place by column, as text.
        amount: How much of what was asked about it explains.
        unit: Unit of the amount.
        words: The same in one sentence, with the figures that show it.
        facts: Those figures by name.
    """

    cause: str
    where: Mapping[str, str]
    amount: float
    unit: str
    words: str
    facts: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**self.__dict__, "where": dict(self.where), "facts": dict(self.facts)}
