"""Rules ``starts``, ``end``, ``disposal``, ``freshness`` and ``costs``: what is charged."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import polars as pl

from provisor.auditing import Checked, Finding
from provisor.production.audit.components import components
from provisor.production.audit.ends import left_at_end
from provisor.production.audit.evidence import Evidence, rule
from provisor.production.audit.production import starts_of
from provisor.production.tables import COMPONENTS
from provisor.tables.findings import said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CENT = 0.01
"""Difference in money that is no rounding any more."""

TOTAL = "total"
"""Name under which a plan may state the sum of its components."""


def line_sums(evidence: Evidence) -> dict[str, float] | None:
    """Cost by component as the lines of the plan's table add up; none where it has no such table."""
    if "costs" not in evidence.given:
        return None
    sums = evidence["costs"].group_by("component").agg(pl.col("amount").sum()).sort("component")
    return dict(sums.iter_rows())


def claimed_figures(evidence: Evidence) -> dict[str, float] | None:
    """Cost by component as the plan claims it, what is no number left out; none where it claims nothing."""
    if evidence.claimed is None:
        return None
    return {name: float(value) for name, value in evidence.claimed.items() if _is_number(value)}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and isfinite(value)


def differences(true: Mapping[str, float], stated: Mapping[str, float]) -> dict[str, float]:
    """Stated minus recomputed by component and for the total; what one side lacks counts in full."""
    names = dict.fromkeys([*true, *(name for name in stated if name != TOTAL)])
    gaps = {name: stated.get(name, 0.0) - true.get(name, 0.0) for name in names}
    total = stated.get(TOTAL, sum(stated.values()))
    return {**gaps, TOTAL: total - sum(true.values())}


def cost_difference(evidence: Evidence) -> float | None:
    """Largest difference between the auditor's and any of the plan's figures; none where it states none."""
    sources = [figures for figures in (claimed_figures(evidence), line_sums(evidence)) if figures is not None]
    if not sources:
        return None
    return max(
        abs(gap) for figures in sources for gap in differences(evidence.once(components), figures).values()
    )


@rule("costs", "the plan's lines and figures of cost are those of its decisions")
def costs(evidence: Evidence) -> Checked:
    """Every component and the total, claimed and in lines, against the costs added up from decisions."""
    findings: list[Finding] = []
    for source, figures in (
        ("The plan's figures", claimed_figures(evidence)),
        ("The lines of table costs", line_sums(evidence)),
    ):
        if figures is not None:
            findings += _compared(evidence.once(components), figures, source)
    return Checked(len(COMPONENTS) + 1, findings)


def _compared(true: Mapping[str, float], stated: Mapping[str, float], source: str) -> list[Finding]:
    findings = []
    for name, gap in differences(true, stated).items():
        unknown = name not in true and name != TOTAL
        if abs(gap) < CENT and not unknown:
            continue
        if unknown:
            words = f"{source} charge {said(stated[name])} for {name}, which is no component of cost"
        elif name not in stated and name != TOTAL:
            words = f"{source} leave out {name}; its decisions cost {said(true[name])}"
        else:
            figure = sum(true.values()) if name == TOTAL else true[name]
            words = f"{source} give {said(figure + gap)} as {name}; its decisions cost {said(figure)}"
        findings.append(Finding("costs", {"component": name}, abs(gap), "$", words))
    return findings


def _charged(evidence: Evidence, rule_id: str, names: Sequence[str], reason: str) -> list[Finding]:
    """Components ``names`` in which the plan's lines, or else its figures, differ from its decisions."""
    stated = line_sums(evidence)
    if stated is None:
        stated = claimed_figures(evidence)
    if stated is None:
        return []
    findings = []
    for name in names:
        true, charged = evidence.once(components)[name], stated.get(name, 0.0)
        if abs(true - charged) >= CENT:
            words = f"The plan charges {said(charged)} for {name}; {reason} cost {said(true)}"
            findings.append(Finding(rule_id, {"component": name}, abs(true - charged), "$", words))
    return findings


@rule("starts", "a start is charged whenever a product begins to be made")
def starts(evidence: Evidence) -> Checked:
    """The plan's cost of starts and of their waste, against the starts its production has."""
    count = starts_of(evidence).height
    return Checked(count, _charged(evidence, "starts", ("starts", "start_waste"), f"{count} starts"))


@rule("end", "what is left at the end is worth what can still be sold, the rest is waste")
def end(evidence: Evidence) -> Checked:
    """The plan's value and waste at the end, against its last stock and the goods on the road."""
    left = evidence.once(left_at_end)
    reason = (
        f"{said(float(left['left'].sum()))} units left, {said(float(left['credited'].sum()))} of them wanted,"
    )
    return Checked(left.height, _charged(evidence, "end", ("end_value", "end_waste"), reason))


@rule("disposal", "goods thrown away are rows of disposal and are charged as waste")
def disposal(evidence: Evidence) -> Checked:
    """The plan's cost of disposal, against the goods it throws away."""
    rows = evidence["disposal"]
    reason = f"{said(float(rows['units'].sum()))} units thrown away"
    return Checked(rows.height, _charged(evidence, "disposal", ("disposal",), reason))


@rule("freshness", "age at sale is charged by the price of freshness")
def freshness(evidence: Evidence) -> Checked:
    """The plan's cost of age at sale, against the batches it sells."""
    rows = evidence["sales"]
    return Checked(rows.height, _charged(evidence, "freshness", ("freshness",), "the batches sold"))
