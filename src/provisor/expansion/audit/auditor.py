"""The list of all rules, and the audit that runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.auditing import AuditReport, Rule, run_rules
from provisor.expansion.audit.balance import balance
from provisor.expansion.audit.building import area, phases, shelves
from provisor.expansion.audit.charges import cost_difference
from provisor.expansion.audit.charges import costs as figures
from provisor.expansion.audit.components import components
from provisor.expansion.audit.cover import cover, opening
from provisor.expansion.audit.demand import demand
from provisor.expansion.audit.evidence import Evidence
from provisor.expansion.audit.orders import lead_time, packs
from provisor.expansion.audit.pins import pins
from provisor.expansion.audit.stated import resolution, units
from provisor.expansion.audit.storage import check_time, storage
from provisor.expansion.audit.tables import tables as readable
from provisor.expansion.audit.trucks import trucks

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from provisor.case import Case

RULES: tuple[Rule, ...] = (
    readable,
    balance,
    demand,
    lead_time,
    storage,
    check_time,
    cover,
    trucks,
    units,
    shelves,
    packs,
    area,
    opening,
    phases,
    resolution,
    pins,
    figures,
)
"""The rules, in the order in which their findings are told."""


def audit(case: Case, tables: Mapping[str, pl.DataFrame], costs: Mapping[str, float] | None) -> AuditReport:
    """Check plan tables, of this or any other system, against the case.

    Args:
        case: An expansion case.
        tables: Plan tables by name; whatever is wrong with them becomes findings.
        costs: Cost by component as the plan claims it, if it does.

    Raises:
        TypeError: ``case`` is no expansion case.
    """
    evidence = Evidence(case, tables, costs)
    findings, checked = run_rules(RULES, case, evidence)
    return AuditReport(findings, checked, evidence.once(components), cost_difference(evidence))
