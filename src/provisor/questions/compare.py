"""What differs from one plan to another: inputs, costs, key figures, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisor.currency import MONEY
from provisor.planner import BadRequest, planner
from provisor.questions.asked import scenarios_of
from provisor.questions.inputs import (
    InputDifferences,
    KeptDifferences,
    input_differences,
    kept_differences,
)
from provisor.questions.moves import Moved, Moves, moves, ranked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.certificate import Certificate
    from provisor.plan import Plan

FIRST = 10
"""Moved decisions that are told one by one."""


@dataclass(frozen=True)
class Step:
    """A figure in both plans."""

    name: str
    before: float
    after: float
    unit: str = MONEY

    @property
    def change(self) -> float:
        """After minus before."""
        return self.after - self.before

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"before": self.before, "after": self.after, "change": self.change, "unit": self.unit}


@dataclass(frozen=True)
class Comparison:
    """Two plans side by side.

    Attributes:
        names: Names of their cases.
        certificates: Their proofs.
        inputs: What differs in the inputs; none where the cases are not at hand.
        kept: What differs in the inputs by what the plans keep of them; none where one keeps nothing.
        same_case: Whether both were made for the same case.
        costs: Cost by component, the steps of a waterfall from one total to the other.
        kpis: Key figures.
        moves: Decisions of each kind.
        first: The moved decisions that matter most.
        currency: Currency of both plans.
    """

    names: tuple[str, str]
    certificates: tuple[Certificate, Certificate]
    inputs: InputDifferences | None
    kept: KeptDifferences | None
    same_case: bool
    costs: tuple[Step, ...]
    kpis: tuple[Step, ...]
    moves: tuple[Moves, ...]
    first: tuple[Moved, ...]
    currency: str

    @property
    def decided(self) -> tuple[Moves, ...]:
        """Kinds that are decisions, outcomes left out."""
        return tuple(kind for kind in self.moves if not kind.decision.outcome)

    @property
    def taken(self) -> int:
        """Decisions that either plan takes."""
        return sum(kind.taken for kind in self.decided)

    @property
    def stability(self) -> float:
        """Share of the decisions that either plan takes which both take alike; 1 where there are none."""
        return sum(kind.kept for kind in self.decided) / self.taken if self.taken else 1.0

    @property
    def shared(self) -> float:
        """Share of the amounts decided on that both plans have in common, kinds weighed by their worth."""
        amount, shared = (
            sum(getattr(kind, name) * kind.decision.worth for kind in self.decided)
            for name in ("amount", "shared")
        )
        return shared / amount if amount else 1.0

    @property
    def total(self) -> Step:
        """The sum of all costs."""
        return Step("total", sum(s.before for s in self.costs), sum(s.after for s in self.costs))

    @property
    def by_cause(self) -> dict[str, int]:
        """Number of moved decisions by cause, the most frequent first."""
        counts: dict[str, int] = {}
        for kind in self.decided:
            for cause, count in kind.by_cause.items():
                counts[cause] = counts.get(cause, 0) + count
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        from provisor.questions.words import comparison_words  # noqa: PLC0415 - words speak of comparisons

        return {
            "plans": [
                {"case": name, "certificate": certificate.as_dict()}
                for name, certificate in zip(self.names, self.certificates, strict=True)
            ],
            "same_case": self.same_case,
            "currency": self.currency,
            "inputs": None if self.inputs is None else self.inputs.as_dict(),
            "inputs_kept": None if self.kept is None else self.kept.as_dict(),
            "costs": {step.name: step.as_dict() for step in (*self.costs, self.total)},
            "kpis": {step.name: step.as_dict() for step in self.kpis},
            "decisions": {
                kind.decision.name: {"taken": kind.taken, "kept": kind.kept, "moved": kind.table.height}
                for kind in self.moves
            },
            "stability": self.stability,
            "shared": self.shared,
            "by_cause": self.by_cause,
            "first": [moved.as_dict() for moved in self.first],
            "words": comparison_words(self),
        }


def compare(a: Plan, b: Plan, cases: tuple[Case, Case] | None = None) -> Comparison:
    """Compare two plans of one planner.

    Args:
        a: The plan to start from.
        b: The other one.
        cases: Their cases, where they are at hand; without them inputs that differ are named, but not row by row.

    Raises:
        BadRequest: The plans are of two planners or currencies, or one of them has no tables.
    """
    if a.planner != b.planner:
        raise BadRequest(f"a plan of {a.planner} cannot be compared with one of {b.planner}")
    if a.currency != b.currency:
        raise BadRequest(f"a plan in {a.currency} cannot be compared with one in {b.currency}")
    if not a.tables or not b.tables:
        raise BadRequest("there is nothing to compare: one of the two holds no plan")
    asked = scenarios_of(a.planner)
    inputs = None if cases is None else input_differences(*cases, asked.case_schemas())
    kinds = tuple(moves(a, b, decision, inputs) for decision in asked.decisions())
    units = planner(a.planner).kpi_units()
    same = a.certificate.case_fingerprint == b.certificate.case_fingerprint
    return Comparison(
        names=(a.case_name, b.case_name),
        certificates=(a.certificate, b.certificate),
        inputs=inputs,
        kept=kept_differences(a.inputs, b.inputs),
        same_case=same and bool(a.certificate.case_fingerprint),
        costs=tuple(_steps(a.costs, b.costs, {})),
        kpis=tuple(_steps(a.kpis, b.kpis, units)),
        moves=kinds,
        first=ranked(kinds, FIRST),
        currency=a.currency,
    )


def _steps(a: Mapping[str, float], b: Mapping[str, float], units: Mapping[str, str]) -> list[Step]:
    names = dict.fromkeys((*a, *b))
    return [
        Step(name, a.get(name, 0.0), b.get(name, 0.0), units.get(name, MONEY if not units else ""))
        for name in names
    ]
