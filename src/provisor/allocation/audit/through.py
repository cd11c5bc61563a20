"""Rule ``sell-through``: pieces sold for pieces put out reach their floor."""

from __future__ import annotations

from provisor.allocation.audit.evidence import Evidence, rule
from provisor.auditing import TOLERANCE, Checked, Finding
from provisor.tables.findings import said

_RULE = "sell-through"


def ratio(evidence: Evidence) -> float:
    """Expected sales over pieces, all pairs and periods; 1 where there are no pieces."""
    pieces = float(evidence.rows["pieces"].sum())
    return float(evidence.rows["sold"].sum()) / pieces if pieces > 0 else 1.0


@rule(_RULE, "pieces sold for pieces put out reach sell_through_floor")
def sell_through(evidence: Evidence) -> Checked:
    """The ratio of the whole plan, under the objective that asks for it."""
    rules = evidence.rules
    if rules.valued != "sell_through" or rules.sell_through_by != "floor":
        return Checked(0)
    reached = ratio(evidence)
    if reached >= rules.sell_through_floor - TOLERANCE:
        return Checked(1)
    words = f"{said(reached)} of the pieces are expected to be sold; at least {said(rules.sell_through_floor)} must"
    return Checked(1, [Finding(_RULE, {}, rules.sell_through_floor - reached, "share", words)])
