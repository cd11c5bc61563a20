"""The expansion planner as the rest of the house sees it; each verb loads what it needs when it is used."""

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
    from provisor.planner import Chart, Planner, RuleInfo, SolveOptions, Study
    from provisor.scenario import Change, Choice
    from provisor.tables.schema import Schema

RULE_OF_SWITCH = {
    "preset": "all",
    "weekday_weights": "demand",
    "demand_unit": "units",
    "pipeline": "lead-time",
    "lead_time_unit": "lead-time",
    "positions": "storage",
    "own_type": "storage",
    "shelf_use": "storage",
    "shelf_packs": "storage",
    "whole_shelf": "storage",
    "fill": "storage",
    "policy": "days-on-hand",
    "doh_multiplier": "days-on-hand",
    "days_on_hand_unit": "days-on-hand",
    "truck_exempt": "trucks",
    "truck_exempt_kinds": "trucks",
    "whole_shelves": "shelves",
    "whole_packs": "packs",
    "give_first": "all",
}
"""Rule that a switch governs, where it is not called like the switch."""


class ExpansionPlanner:
    """Plans how much warehouse to build, and how to run it day by day, at the least cost."""

    name = "expansion"
    title = "how much warehouse to build, and how to run it day by day, at the least cost"

    def read(self, document: Mapping[str, Any], folder: Path) -> Case:
        """Make a case of a parsed ``case.yaml``; raises BadCase with all that is wrong."""
        from provisor.expansion.data.read import read

        return read(document, folder)

    def solve(self, case: Case, options: SolveOptions) -> Plan:
        """Plan, with certificate, summary tables and key figures; the caller audits."""
        from provisor.expansion.frozen import solve
        from provisor.expansion.report import with_report

        return with_report(case, solve(case, options))

    def audit(
        self, case: Case, tables: Mapping[str, pl.DataFrame], costs: Mapping[str, float] | None
    ) -> AuditReport:
        """Check plan tables against the case; ``costs`` are the figures claimed, if any."""
        from provisor.expansion.audit import audit

        return audit(case, tables, costs)

    def methods(self) -> Sequence[str]:
        """Methods that :meth:`solve` knows, the default one first."""
        from provisor.expansion.rules import METHODS

        return METHODS

    def rules(self) -> Sequence[RuleInfo]:
        """Every switch with default and meaning."""
        from provisor.expansion.rules import Rules

        return switches(Rules, RULE_OF_SWITCH)

    def new(self, folder: Path, size: str, seed: int) -> None:
        """Write a complete example case of our own into ``folder``."""
        from provisor.expansion.example import write

        write(folder, size, seed)

    def sizes(self) -> Sequence[str]:
        """Sizes that :meth:`new` knows, the default one first."""
        from provisor.expansion.example import SIZES

        return list(SIZES)

    def table_schemas(self) -> Mapping[str, Schema]:
        """Schemas of the plan tables by name, decisions first."""
        from provisor.expansion.summary_tables import SUMMARY_TABLES
        from provisor.expansion.tables import PLAN_TABLES

        return {schema.name: schema for schema in (*PLAN_TABLES, *SUMMARY_TABLES)}

    def kpi_units(self) -> Mapping[str, str]:
        """Unit of each key figure by name."""
        from provisor.expansion.report import KPI_UNITS

        return KPI_UNITS

    def studies(self) -> Mapping[str, str]:
        """What each study shows, by name."""
        from provisor.expansion.studies import MEANINGS

        return MEANINGS

    def study(self, case: Case, name: str, values: Mapping[str, Sequence[float]]) -> Study:
        """Readings, policies or demands of a case side by side, and where its shelves are too few."""
        from provisor.expansion.studies import study

        return study(case, name, values)

    def charts(self, plan: Plan) -> Sequence[Chart]:
        """Charts of the workbook for people."""
        from provisor.expansion.charts import charts

        return charts(plan)

    def changes(self) -> Sequence[type[Change]]:
        """Types of changes, in the order in which they are made."""
        from provisor.expansion.changes import CHANGES

        return CHANGES

    def choices(self) -> Sequence[Choice]:
        """What ready scenarios leave to the case."""
        from provisor.expansion.changes import CHOICES

        return CHOICES

    def library(self) -> Path:
        """Folder of the ready scenarios."""
        from pathlib import Path

        return Path(__file__).parent / "scenarios"

    def case_schemas(self) -> Mapping[str, Schema]:
        """Schemas of the tables of a case by name."""
        from provisor.expansion.tables import CASE_TABLES, FROZEN

        return {schema.name: schema for schema in (*CASE_TABLES, FROZEN)}

    def decisions(self) -> Sequence[Decision]:
        """What is built, ordered and shipped, and what is lost or kept elsewhere for it."""
        from provisor.expansion.explain import DECISIONS

        return DECISIONS

    def resolve(self, case: Case, base: Plan, options: SolveOptions) -> Plan:
        """Plan a case from a plan of one like it; what need not move stays."""
        from provisor.expansion.report import with_report
        from provisor.expansion.resolve import resolve

        return with_report(case, resolve(case, base, options))

    def decided(self, tables: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
        """What is built, kept, ordered, shipped, lost and rented, without what follows from it."""
        from provisor.expansion.audit.reading import decided

        return decided(tables)

    def limits(self, case: Case, plan: Plan) -> Sequence[Limit]:
        """What binds in a plan, and the worth of one more unit."""
        from provisor.expansion.explain import limits

        return limits(case, plan)

    def questions(self) -> Sequence[QuestionKind]:
        """What can be asked about a plan."""
        from provisor.expansion.explain import QUESTIONS

        return QUESTIONS

    def forced(self, case: Case, plan: Plan, question: Question) -> Sequence[Change]:
        """Changes that force or forbid a decision."""
        from provisor.expansion.explain import forced

        return forced(case, plan, question)

    def causes(self, case: Case, plan: Plan, question: Question) -> Sequence[Cause]:
        """Causes of what is built or not, of trucks above their limit, of shares, and of what is lost."""
        from provisor.expansion.explain import causes

        return causes(case, plan, question)

    def repairs(self, case: Case, relaxations: Sequence[Relaxation]) -> Sequence[Change]:
        """Relaxations as changes of the case."""
        from provisor.expansion.explain import repairs

        return repairs(case, relaxations)


EXPANSION: Planner = ExpansionPlanner()
"""The planner, as its entry point names it."""
