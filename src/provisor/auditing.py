"""The check: the frame in which each planner states its audit rules.

A rule reads the case's and the plan's tables and nothing else. No module of an auditor imports a model or the
engine; ``make check`` enforces it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, overload

import polars as pl

from provisor.case import Case

TOLERANCE = 1e-4
"""Amount (in a rule's own unit) below which a difference is rounding, not a violation."""


@dataclass(frozen=True)
class Finding:
    """One violation: which rule, where, by how much.

    Attributes:
        rule: Id of the rule.
        where: Keys of the place, such as node, product and date, as text.
        amount: Size of the violation in the rule's unit.
        unit: That unit.
        words: The violation in one sentence.
    """

    rule: str
    where: Mapping[str, str]
    amount: float
    unit: str
    words: str

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "rule": self.rule,
            "where": dict(self.where),
            "amount": self.amount,
            "unit": self.unit,
            "words": self.words,
        }


class Findings(Sequence[Finding]):
    """Findings that are counted at once and put in words when they are looked at.

    A plan held against another case may break rules in hundred thousands of places of which only the number is told.

    Args:
        counts: Number of findings by rule.
        tell: Makes them, as many as counted.
    """

    def __init__(self, counts: Mapping[str, int], tell: Callable[[], Iterable[Finding]]) -> None:
        self.counts = {rule: count for rule, count in counts.items() if count}
        self._tell = tell

    @classmethod
    def together(cls, *parts: Sequence[Finding]) -> Findings:
        """The findings of all parts, one part after the other."""
        counts: Counter[str] = Counter()
        for part in parts:
            counts.update(part.counts if isinstance(part, Findings) else (one.rule for one in part))
        return cls(counts, lambda: chain.from_iterable(parts))

    @cached_property
    def _told(self) -> tuple[Finding, ...]:
        return tuple(self._tell())

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._told)

    @overload
    def __getitem__(self, place: int) -> Finding: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Finding, ...]: ...

    def __getitem__(self, place: int | slice) -> Finding | tuple[Finding, ...]:
        return self._told[place]


@dataclass(frozen=True)
class Checked:
    """What one rule saw: how many places it looked at and what it found there."""

    places: int
    findings: Sequence[Finding] = ()


PlanTables = Mapping[str, pl.DataFrame]
CheckFunction = Callable[[Case, PlanTables], Checked]


@dataclass(frozen=True)
class Rule:
    """One audit rule.

    Attributes:
        id: The same id as in the model, in the docs and in the case's rules.
        title: What must hold, in one line.
        check: The function that recomputes it from tables alone.
    """

    id: str
    title: str
    check: CheckFunction


@dataclass(frozen=True)
class AuditReport:
    """Outcome of an audit.

    Attributes:
        found: All violations, put in words when they are looked at.
        checked: Number of places looked at, by rule.
        costs: Cost by component as the auditor adds it up.
        cost_difference: Largest absolute difference between the auditor's and the plan's figure, over the
            components and their total; none if the plan states no costs.
    """

    found: Findings
    checked: Mapping[str, int]
    costs: Mapping[str, float] = field(default_factory=dict)
    cost_difference: float | None = None

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All violations."""
        return tuple(self.found)

    @property
    def violations(self) -> Mapping[str, int]:
        """Number of violations by rule, of the rules that are broken."""
        return self.found.counts

    @property
    def ok(self) -> bool:
        """Whether the plan keeps every rule and its costs add up to the cent."""
        return not self.found and (self.cost_difference is None or self.cost_difference < 0.01)

    def by_rule(self) -> dict[str, list[Finding]]:
        """Findings grouped by rule, in order of the rules."""
        grouped: dict[str, list[Finding]] = {rule: [] for rule in self.checked}
        for finding in self.findings:
            grouped[finding.rule].append(finding)
        return grouped

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values: the summary that ``plan.json`` holds."""
        return {
            "ok": self.ok,
            "rules": len(self.checked),
            "checked": sum(self.checked.values()),
            "violations": len(self.found),
            "cost_difference": self.cost_difference,
        }


def run_rules(rules: Iterable[Rule], case: Case, tables: PlanTables) -> tuple[Findings, dict[str, int]]:
    """Run every rule and collect findings and the number of places each looked at."""
    findings: list[Sequence[Finding]] = []
    checked: dict[str, int] = {}
    for rule in rules:
        seen = rule.check(case, tables)
        checked[rule.id] = seen.places
        findings.append(seen.findings)
    return Findings.together(*findings), checked
