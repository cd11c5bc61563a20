"""The list of all rules, and the audit that runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.auditing import AuditReport, Rule, run_rules
from provisor.production.audit.balance import balance
from provisor.production.audit.charges import cost_difference, disposal, end, freshness, starts
from provisor.production.audit.charges import costs as figures
from provisor.production.audit.components import components
from provisor.production.audit.demand import demand
from provisor.production.audit.evidence import Evidence
from provisor.production.audit.labour import hours, labour
from provisor.production.audit.life import min_days_at_sale, shelf_life
from provisor.production.audit.loading import loading
from provisor.production.audit.loads import cases, leg_capacity, truck_pallets
from provisor.production.audit.pins import pins
from provisor.production.audit.production import mixes
from provisor.production.audit.states import state_change
from provisor.production.audit.storage import storage_capacity, storage_pallets
from provisor.production.audit.tables import tables as readable
from provisor.production.audit.trucks import trucks

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from provisor.case import Case

RULES: tuple[Rule, ...] = (
    readable,
    balance,
    shelf_life,
    min_days_at_sale,
    state_change,
    trucks,
    loading,
    truck_pallets,
    cases,
    mixes,
    hours,
    labour,
    starts,
    storage_pallets,
    storage_capacity,
    leg_capacity,
    demand,
    end,
    disposal,
    freshness,
    pins,
    figures,
)
"""The rules, in the order in which their findings are told."""


def audit(case: Case, tables: Mapping[str, pl.DataFrame], costs: Mapping[str, float] | None) -> AuditReport:
    """Check plan tables, of this or any other system, against the case.

    Args:
        case: A production case.
        tables: Plan tables by name; whatever is wrong with them becomes findings.
        costs: Cost by component as the plan claims it, if it does.

    Raises:
        TypeError: ``case`` is no production case.
    """
    evidence = Evidence(case, tables, costs)
    findings, checked = run_rules(RULES, case, evidence)
    return AuditReport(findings, checked, evidence.once(components), cost_difference(evidence))
