"""Rule ``costs``: the plan's lines and figures of the objective are those of its decisions."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.audit.evidence import PAIR, Evidence, rule
from provisor.allocation.audit.lines import lines, worths
from provisor.allocation.tables import COMPONENTS
from provisor.auditing import Checked, Finding
from provisor.tables.findings import report, said

if TYPE_CHECKING:
    from collections.abc import Mapping

CENT = 0.01
"""Difference in money that is no rounding any more."""

POINT = 1e-6
"""The same where the objective is a ratio."""

TOTAL = "total"
"""Name under which a plan may state the sum of its components."""

_LINE = ["component", "period", "store"]


def _least(evidence: Evidence) -> float:
    """Smallest difference that is no rounding, in the unit of the objective."""
    rules = evidence.rules
    return POINT if rules.is_ratio else CENT


def totals(evidence: Evidence) -> dict[str, float]:
    """Lines of the objective by component, in the order of :data:`COMPONENTS`."""
    sums = dict(evidence.once(lines).group_by("component").agg(pl.col("amount").sum()).iter_rows())
    return {name: float(sums.get(name, 0.0)) for name in COMPONENTS}


def line_sums(evidence: Evidence) -> dict[str, float] | None:
    """Amount by component as the plan's table adds up; none where it has no such table."""
    if "costs" not in evidence.given:
        return None
    sums = evidence["costs"].group_by("component").agg(pl.col("amount").sum()).sort("component")
    return dict(sums.iter_rows())


def claimed_figures(evidence: Evidence) -> dict[str, float] | None:
    """Amount by component as the plan claims it, what is no number left out; none where it claims nothing."""
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
        abs(gap) for figures in sources for gap in differences(evidence.once(totals), figures).values()
    )


@rule("costs", "the plan's lines, values and figures of the objective are those of its decisions")
def costs(evidence: Evidence) -> Checked:
    """Every component and the total, claimed and in lines; every line; the value of every pair."""
    findings: list[Finding] = []
    for source, figures in (
        ("The plan's figures", claimed_figures(evidence)),
        ("The lines of table costs", line_sums(evidence)),
    ):
        if figures is not None:
            findings += _compared(evidence, figures, source)
    findings += _lines(evidence) + _values(evidence)
    return Checked(len(COMPONENTS) + 1 + evidence.once(lines).height, findings)


def _compared(evidence: Evidence, stated: Mapping[str, float], source: str) -> list[Finding]:
    findings, true = [], evidence.once(totals)
    for name, gap in differences(true, stated).items():
        unknown = name not in true and name != TOTAL
        if abs(gap) < _least(evidence) and not unknown:
            continue
        if unknown:
            words = f"{source} have {said(stated[name])} for {name}, which is no component of the objective"
        elif name not in stated and name != TOTAL:
            words = f"{source} leave out {name}; its decisions make {said(true[name])}"
        else:
            figure = sum(true.values()) if name == TOTAL else true[name]
            words = f"{source} give {said(figure + gap)} as {name}; its decisions make {said(figure)}"
        findings.append(Finding("costs", {"component": name}, abs(gap), "$", words))
    return findings


def _lines(evidence: Evidence) -> list[Finding]:
    """Rows of table ``costs`` that differ from the decisions of their period and store."""
    if "costs" not in evidence.given:
        return []
    stated = evidence["costs"].select(*_LINE, said="amount")
    both = evidence.once(lines).rename({"amount": "own"})
    both = both.join(stated, on=_LINE, how="full", coalesce=True, nulls_equal=True)
    both = both.with_columns(pl.col("own", "said").fill_null(0.0))
    wrong = both.with_columns(amount=(pl.col("own") - pl.col("said")).abs()).filter(
        pl.col("amount") >= _least(evidence)
    )
    words = "Period {period}, {store}: table costs has {said} as {component}; the decisions make {own}"
    return report("costs", wrong, _LINE, "$", words)


def _values(evidence: Evidence) -> list[Finding]:
    """Column ``value`` of allocation against the lines that are of its pair."""
    if not evidence.states_column("allocation", "value"):
        return []
    by_pair = evidence.once(worths)
    own = by_pair.select(*PAIR, own=pl.sum_horizontal(pl.exclude(PAIR)))
    both = evidence["allocation"].select(*PAIR, "value").join(own, on=PAIR)
    wrong = both.with_columns(amount=(pl.col("own") - pl.col("value")).abs()).filter(
        pl.col("amount") >= _least(evidence)
    )
    words = "Period {period}: {product} in {store} has a value of {value}; its decisions make {own}"
    return report("costs", wrong, PAIR, "$", words)
