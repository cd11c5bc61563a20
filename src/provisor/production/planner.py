"""The production planner as the rest of the house sees it; each verb loads what it needs when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisor.planner import switches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from provisor.auditing import AuditReport
    from provisor.case import Case
    from provisor.explaining import Cause, Decision, Limit, Question, QuestionKind
    from provisor.plan import Plan, Relaxation
    from provisor.planner import Chart, Planner, RuleInfo, SolveOptions
    from provisor.scenario import Change, Choice
    from provisor.tables.schema import Schema

RULE_OF_SWITCH = {
    "preset": "all",
    "gives_way": "all",
    "min_days_at_sale": "min-days-at-sale",
    "shift_start": "loading",
    "whole_cases": "cases",
    "changeover": "hours",
    "same_brand_hours": "hours",
    "cross_brand_hours": "hours",
    "startup_hours": "hours",
    "shutdown_hours": "hours",
    "changeover_hours": "hours",
    "max_hours_other_days": "hours",
    "pallets_by": "storage-pallets",
    "shortages": "demand",
    "end_value": "end",
    "end_transit": "end",
    "end_cover_days": "end",
    "lookahead_days": "end",
    "extra_days": "end",
    "truck_cost": "departures",
    "transit_stock": "balance",
    "stock_age": "shelf-life",
}
"""Rule that a switch governs, where it is not called like the switch."""


class ProductionPlanner:
    """Plans what to make, move, freeze, thaw and sell, day by day, at the least cost to serve."""

    name = "production"
    title = "make and move perishable goods, day by day, at the least cost to serve"

    def read(self, document: Mapping[str, Any], folder: Path) -> Case:
        """Make a case of a parsed ``case.yaml``; raises BadCase with all that is wrong."""
        from provisor.production.data.read import read

        return read(document, folder)

    def solve(self, case: Case, options: SolveOptions) -> Plan:
        """Plan, with certificate, summary tables and key figures; the caller audits."""
        from provisor.production.report import with_report
        from provisor.production.solve import solve

        return with_report(case, solve(case, options))

    def audit(
        self, case: Case, tables: Mapping[str, pl.DataFrame], costs: Mapping[str, float] | None
    ) -> AuditReport:
        """Check plan tables against the case; ``costs`` are the figures claimed, if any."""
        from provisor.production.audit import audit

        return audit(case, tables, costs)

    def methods(self) -> Sequence[str]:
        """Methods that :meth:`solve` knows, the default one first."""
        from provisor.production.solve import METHODS

        return METHODS

    def rules(self) -> Sequence[RuleInfo]:
        """Every switch with default and meaning."""
        from provisor.production.rules import Rules

        return switches(Rules, RULE_OF_SWITCH)

    def new(self, folder: Path, size: str, seed: int) -> None:
        """Write a complete example case of our own into ``folder``."""
        from provisor.production.example import write

        write(folder, size, seed)

    def sizes(self) -> Sequence[str]:
        """Sizes that :meth:`new` knows, the default one first."""
        from provisor.production.example import SIZES

        return list(SIZES)

    def table_schemas(self) -> Mapping[str, Schema]:
        """Schemas of the plan tables by name, decisions first."""
        from provisor.production.report import SUMMARY_TABLES
        from provisor.production.tables import PLAN_TABLES

        return {schema.name: schema for schema in (*PLAN_TABLES, *SUMMARY_TABLES)}

    def kpi_units(self) -> Mapping[str, str]:
        """Unit of each key figure by name."""
        from provisor.production.report import KPI_UNITS

        return KPI_UNITS

    def charts(self, plan: Plan) -> Sequence[Chart]:
        """Charts of the workbook for people."""
        from provisor.production.charts import charts

        return charts(plan)

    def changes(self) -> Sequence[type[Change]]:
        """Types of changes, in the order in which they are made."""
        from provisor.production.changes import CHANGES

        return CHANGES

    def choices(self) -> Sequence[Choice]:
        """What ready scenarios leave to the case."""
        from provisor.production.changes import CHOICES

        return CHOICES

    def library(self) -> Path:
        """Folder of the ready scenarios."""
        from pathlib import Path

        return Path(__file__).parent / "scenarios"

    def case_schemas(self) -> Mapping[str, Schema]:
        """Schemas of the tables of a case by name."""
        from provisor.production.tables import CASE_TABLES

        return {schema.name: schema for schema in CASE_TABLES}

    def decisions(self) -> Sequence[Decision]:
        """What is made, which trucks leave, what they carry, and what is short for it."""
        from provisor.production.explain import DECISIONS

        return DECISIONS

    def resolve(self, case: Case, base: Plan, options: SolveOptions) -> Plan:
        """Plan a case from a plan of one like it; what need not move stays."""
        from provisor.production.report import with_report
        from provisor.production.resolve import resolve

        return with_report(case, resolve(case, base, options))

    def limits(self, case: Case, plan: Plan) -> Sequence[Limit]:
        """What binds in a plan, and the worth of one more unit."""
        from provisor.production.explain import limits

        return limits(case, plan)

    def questions(self) -> Sequence[QuestionKind]:
        """What can be asked about a plan."""
        from provisor.production.explain import QUESTIONS

        return QUESTIONS

    def forced(self, case: Case, plan: Plan, question: Question) -> Sequence[Change]:
        """Changes that force or forbid a decision."""
        from provisor.production.explain import forced

        return forced(case, plan, question)

    def causes(self, case: Case, plan: Plan, question: Question) -> Sequence[Cause]:
        """Causes of a shortage, waste or an empty truck."""
        from provisor.production.explain import causes

        return causes(case, plan, question)

    def repairs(self, case: Case, relaxations: Sequence[Relaxation]) -> Sequence[Change]:
        """Relaxations as changes of the case."""
        from provisor.production.explain import repairs

        return repairs(case, relaxations)


PRODUCTION: Planner = ProductionPlanner()
"""The planner, as its entry point names it."""
