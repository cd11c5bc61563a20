"""The list of all rules, and the audit that runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.allocation.audit.balance import balance
from provisor.allocation.audit.charges import cost_difference, totals
from provisor.allocation.audit.charges import costs as figures
from provisor.allocation.audit.coherence import coherence
from provisor.allocation.audit.corridor import corridor
from provisor.allocation.audit.display import displays, max_pieces, presentation, slots, space
from provisor.allocation.audit.evidence import Evidence
from provisor.allocation.audit.launch import launch
from provisor.allocation.audit.mix import categories, core_subcategories, price_bands
from provisor.allocation.audit.moves import returns, transfers
from provisor.allocation.audit.pins import pins
from provisor.allocation.audit.right import eligibility, lifecycle
from provisor.allocation.audit.roles import role_maximum, role_minimum
from provisor.allocation.audit.supply import budget, lane_capacity, pack, stock, throughput
from provisor.allocation.audit.tables import tables as readable
from provisor.allocation.audit.through import sell_through
from provisor.auditing import AuditReport, Rule, run_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from provisor.case import Case

RULES: tuple[Rule, ...] = (
    readable,
    balance,
    eligibility,
    lifecycle,
    stock,
    slots,
    displays,
    space,
    presentation,
    max_pieces,
    pack,
    role_minimum,
    role_maximum,
    coherence,
    corridor,
    lane_capacity,
    throughput,
    transfers,
    returns,
    launch,
    pins,
    budget,
    categories,
    price_bands,
    core_subcategories,
    sell_through,
    figures,
)
"""The rules, in the order in which their findings are told."""


def audit(case: Case, tables: Mapping[str, pl.DataFrame], costs: Mapping[str, float] | None) -> AuditReport:
    """Check plan tables, of this or any other system, against the case.

    Args:
        case: An allocation case.
        tables: Plan tables by name; whatever is wrong with them becomes findings.
        costs: Lines of the objective by component as the plan claims them, if it does.

    Raises:
        TypeError: ``case`` is no allocation case.
    """
    evidence = Evidence(case, tables, costs)
    findings, checked = run_rules(RULES, case, evidence)
    return AuditReport(findings, checked, evidence.once(totals), cost_difference(evidence))
