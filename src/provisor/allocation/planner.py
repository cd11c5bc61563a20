"""The allocation planner as the rest of the house sees it; each verb loads what it needs when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisor.planner import switches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from provisor.auditing import AuditReport
    from provisor.case import Case
    from provisor.evaluation import Evaluation
    from provisor.explaining import Cause, Decision, Limit, Question, QuestionKind
    from provisor.plan import Plan, Relaxation
    from provisor.planner import Chart, Planner, RuleInfo, SolveOptions
    from provisor.scenario import Change, Choice
    from provisor.tables.schema import Schema

RULE_OF_SWITCH = {
    "weight_profit": "objective",
    "weight_revenue": "objective",
    "tiers": "objective",
    "tier_tolerance": "objective",
    "sell_through_by": "objective",
    "unsold_price": "objective",
    "sell_through_floor": "sell-through",
    "stock_cost": "objective",
    "coherence_tolerance": "coherence",
    "corridor_width": "corridor",
    "max_transfer_in": "transfers",
    "gives_way": "all",
}
"""Rule that a switch governs, where it is not called like the switch."""


class AllocationPlanner:
    """Plans which styles hang in which store, in how many pieces, and from which centre they come."""

    name = "allocation"
    title = "which product goes to which store, in how many pieces, for the highest expected profit"

    def read(self, document: Mapping[str, Any], folder: Path) -> Case:
        """Make a case of a parsed ``case.yaml``; raises BadCase with all that is wrong."""
        from provisor.allocation.data.read import read

        return read(document, folder)

    def solve(self, case: Case, options: SolveOptions) -> Plan:
        """Plan, with certificate, summary tables and key figures; the caller audits."""
        from provisor.allocation.solve import solve

        return solve(case, options)

    def audit(
        self, case: Case, tables: Mapping[str, pl.DataFrame], costs: Mapping[str, float] | None
    ) -> AuditReport:
        """Check plan tables against the case; ``costs`` are the figures claimed, if any."""
        from provisor.allocation.audit import audit

        return audit(case, tables, costs)

    def baselines(self) -> Sequence[str]:
        """Rules of thumb that :meth:`baseline` knows, the default one first."""
        from provisor.allocation.baselines import METHODS

        return METHODS

    def baseline(self, case: Case, method: str) -> Plan:
        """The plan of a rule of thumb, without bound; the caller audits."""
        from provisor.allocation.baselines import baseline

        return baseline(case, method)

    def evaluate(
        self, case: Case, plans: Mapping[str, Mapping[str, pl.DataFrame]], draws: int, seed: int
    ) -> Evaluation:
        """Figures of plans when demand is drawn around its forecast, the same for all plans."""
        from provisor.allocation.evaluation import evaluate

        return evaluate(case, plans, draws, seed)

    def methods(self) -> Sequence[str]:
        """Methods that :meth:`solve` knows, the default one first."""
        from provisor.allocation.solve import METHODS

        return METHODS

    def rules(self) -> Sequence[RuleInfo]:
        """Every switch with default and meaning."""
        from provisor.allocation.rules import Rules

        return switches(Rules, RULE_OF_SWITCH)

    def new(self, folder: Path, size: str, seed: int) -> None:
        """Write a complete example case of our own into ``folder``."""
        from provisor.allocation.example import write

        write(folder, size, seed)

    def sizes(self) -> Sequence[str]:
        """Sizes that :meth:`new` knows, the default one first."""
        from provisor.allocation.example import SIZES

        return list(SIZES)

    def table_schemas(self) -> Mapping[str, Schema]:
        """Schemas of the plan tables by name, decisions first."""
        from provisor.allocation.report import SUMMARY_TABLES
        from provisor.allocation.tables import PLAN_TABLES
        from provisor.allocation.who import LABEL_TABLES

        return {schema.name: schema for schema in (*PLAN_TABLES, *SUMMARY_TABLES, *LABEL_TABLES)}

    def kpi_units(self) -> Mapping[str, str]:
        """Unit of each key figure by name."""
        from provisor.allocation.report import KPI_UNITS

        return KPI_UNITS

    def hand_over(self, plan: Plan, folder: Path) -> Sequence[Path]:
        """Write the workbook of product mixes, its tables and the reconciliation into a folder."""
        from provisor.allocation.downstream import write

        return write(plan, folder)

    def charts(self, plan: Plan) -> Sequence[Chart]:
        """Charts of the workbook for people."""
        from provisor.allocation.charts import charts

        return charts(plan)

    def changes(self) -> Sequence[type[Change]]:
        """Types of changes, in the order in which they are made."""
        from provisor.allocation.changes import CHANGES

        return CHANGES

    def choices(self) -> Sequence[Choice]:
        """What ready scenarios leave to the case."""
        from provisor.allocation.changes import CHOICES

        return CHOICES

    def library(self) -> Path:
        """Folder of the ready scenarios."""
        from pathlib import Path

        return Path(__file__).parent / "scenarios"

    def case_schemas(self) -> Mapping[str, Schema]:
        """Schemas of the tables of a case by name."""
        from provisor.allocation.tables import CASE_TABLES

        return {schema.name: schema for schema in CASE_TABLES}

    def decisions(self) -> Sequence[Decision]:
        """Which styles hang where, in how many pieces, what is passed on, and what is missed for it."""
        from provisor.allocation.explain import DECISIONS

        return DECISIONS

    def resolve(self, case: Case, base: Plan, options: SolveOptions) -> Plan:
        """Plan a case from a plan of one like it; what need not move stays."""
        from provisor.allocation.resolve import resolve

        return resolve(case, base, options)

    def decided(self, tables: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
        """Styles, pieces taken back, routes and transfers, without what follows from them."""
        from provisor.allocation.audit.evidence import DERIVED
        from provisor.allocation.tables import PLAN_TABLES

        kept = {schema.name: schema for schema in PLAN_TABLES if schema.name not in {"slack", "costs"}}
        return {
            name: tables[name].drop(DERIVED.columns.get(name, ()), strict=False)
            for name in kept
            if name in tables
        }

    def limits(self, case: Case, plan: Plan) -> Sequence[Limit]:
        """What binds in a plan, and the worth of one more unit."""
        from provisor.allocation.explain import limits

        return limits(case, plan)

    def questions(self) -> Sequence[QuestionKind]:
        """What can be asked about a plan."""
        from provisor.allocation.explain import QUESTIONS

        return QUESTIONS

    def forced(self, case: Case, plan: Plan, question: Question) -> Sequence[Change]:
        """Changes that force or forbid a style in a store."""
        from provisor.allocation.explain import forced

        return forced(case, plan, question)

    def causes(self, case: Case, plan: Plan, question: Question) -> Sequence[Cause]:
        """Causes of demand not served, empty slots, stock left in the centres, or a wish missed."""
        from provisor.allocation.explain import causes

        return causes(case, plan, question)

    def repairs(self, case: Case, relaxations: Sequence[Relaxation]) -> Sequence[Change]:
        """Relaxations as changes of the case."""
        from provisor.allocation.explain import repairs

        return repairs(case, relaxations)


ALLOCATION: Planner = AllocationPlanner()
"""The planner, as its entry point names it."""
