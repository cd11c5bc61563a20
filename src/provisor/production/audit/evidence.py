"""What the auditor works from: the case's and the plan's tables, typed, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from provisor.auditing import Checked, Finding, PlanTables, Rule
from provisor.production.audit.batches import trace_batches
from provisor.production.audit.casting import coerce
from provisor.production.audit.moves import resolve_moves
from provisor.production.audit.screen import Known, screen
from provisor.production.audit.ways import possible_ways
from provisor.production.rules import Rules, Settings
from provisor.production.tables import (
    CALENDAR,
    DEMAND,
    LEGS,
    NODES,
    PRODUCTS,
    STOCK,
    TRANSIT,
    TRUCKS,
)

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.tables.schema import Column, Schema

T = TypeVar("T")

BATCH = ("node", "product", "state", "batch")
"""Columns that name goods of one kind and age at one place."""


class Evidence(Mapping[str, pl.DataFrame]):
    """Plan tables by name, cast to their schemas, with the case they are held against.

    Attributes:
        case: The case.
        claimed: Cost by component as the plan states it, if it does.
        given: Names of the tables the plan has.
    """

    def __init__(self, case: Case, tables: PlanTables, claimed: Mapping[str, float] | None = None) -> None:
        if not isinstance(case.rules, Rules) or not isinstance(case.settings, Settings):
            raise TypeError(f"{case.name} is a case of planner {case.planner}, not of production")
        self.case = case
        self.rules: Rules = case.rules
        self.settings: Settings = case.settings
        self.claimed = claimed
        self.given = frozenset(name for name, table in tables.items() if table is not None)
        frames, unreadable = coerce(tables)
        known = Known(
            nodes=self.nodes["node"],
            products=self.products["product"],
            trucks=self.trucks["truck"],
            start=self.start,
            end=self.end,
        )
        self._plan, strange = screen(frames, known)
        self._unusable = [*unreadable, *strange]
        self._derived: dict[Callable[[Evidence], Any], Any] = {}

    @classmethod
    def of(cls, case: Case, tables: PlanTables) -> Evidence:
        """The tables as evidence; evidence on this very case stays what it is."""
        if isinstance(tables, Evidence) and tables.case is case:
            return tables
        return cls(case, tables)

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self._plan[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._plan)

    def __len__(self) -> int:
        return len(self._plan)

    def once(self, derive: Callable[[Evidence], T]) -> T:
        """What ``derive`` makes of this evidence, computed at the first call only."""
        if derive not in self._derived:
            self._derived[derive] = derive(self)
        derived: T = self._derived[derive]
        return derived

    @property
    def unusable(self) -> list[Finding]:
        """What could not be read, or names what the case does not have."""
        return self._unusable

    @property
    def start(self) -> date:
        """First day of the horizon."""
        return self.settings.start

    @property
    def end(self) -> date:
        """Last day of the horizon."""
        return self.settings.start + timedelta(days=self.settings.days - 1)

    @cached_property
    def products(self) -> pl.DataFrame:
        """The case's products."""
        return self._of_case(PRODUCTS)

    @cached_property
    def nodes(self) -> pl.DataFrame:
        """The case's nodes; overheads and shift start as the rules in force have them."""
        nodes = self._of_case(NODES)
        overrides = {
            name: getattr(self.rules, name)
            for name in ("startup_hours", "shutdown_hours", "changeover_hours")
            if getattr(self.rules, name) is not None
        }
        return nodes.with_columns(
            pl.col("shift_start").fill_null(self.rules.shift_start),
            *(pl.lit(hours).alias(name) for name, hours in overrides.items()),
        )

    @cached_property
    def legs(self) -> pl.DataFrame:
        """The case's legs."""
        return self._of_case(LEGS)

    @cached_property
    def trucks(self) -> pl.DataFrame:
        """The case's trucks; their costs are zero where the rules make trucks free."""
        trucks = self._of_case(TRUCKS)
        if self.rules.truck_cost:
            return trucks
        return trucks.with_columns(pl.lit(0.0).alias("cost_fixed"), pl.lit(0.0).alias("cost_per_unit"))

    @cached_property
    def calendar(self) -> pl.DataFrame:
        """The case's working time."""
        return self._of_case(CALENDAR)

    @cached_property
    def demand(self) -> pl.DataFrame:
        """The case's demand, days beyond the horizon included."""
        return self._of_case(DEMAND)

    @cached_property
    def opening(self) -> pl.DataFrame:
        """The case's opening stock."""
        return self._of_case(STOCK)

    @cached_property
    def transit(self) -> pl.DataFrame:
        """Goods on the road at the start; overdue ones arrive on the first day."""
        transit = self._of_case(TRANSIT)
        if not self.rules.transit_stock:
            return transit.clear()
        return transit.with_columns(pl.col("arrival").clip(lower_bound=self.start))

    @cached_property
    def prices(self) -> dict[str, float]:
        """Cost parameters by name."""
        return dict(self.case.table("costs").select("cost", "value").iter_rows())

    @cached_property
    def ways(self) -> pl.DataFrame:
        """All ways goods may go, see :func:`possible_ways`."""
        return possible_ways(self.legs, self.trucks)

    @cached_property
    def moves(self) -> pl.DataFrame:
        """The plan's departures with what follows from case and calendar, see :func:`resolve_moves`."""
        return resolve_moves(self["departures"], self.ways, self.legs, self.trucks)

    @cached_property
    def batches(self) -> pl.DataFrame:
        """Last day alive of each batch at each node it may be at, see :func:`trace_batches`."""
        return trace_batches(
            self.products, self.opening, self.transit, self["production"], self["state_changes"], self.moves
        )

    def aged(self, rows: pl.DataFrame, node: str = "node", state: str = "state") -> pl.DataFrame:
        """``rows`` of goods with ``left``, the days of life left on their date; empty for strange batches."""
        joined = rows.join(
            self.batches,
            left_on=[node, "product", state, "batch"],
            right_on=list(BATCH),
            how="left",
            maintain_order="left",
        )
        return joined.with_columns((pl.col("expires") - pl.col("date")).dt.total_days().alias("left"))

    def states_column(self, table: str, column: str) -> bool:
        """Whether the plan fills a column that it may leave out."""
        values = self[table][column]
        return values.null_count() < len(values)

    def _of_case(self, schema: Schema) -> pl.DataFrame:
        """The case's table with all columns of its schema, optional ones at their stated defaults."""
        raw = self.case.table(schema.name)
        return raw.select(_case_column(raw, column) for column in schema.columns)


def _case_column(raw: pl.DataFrame, column: Column) -> pl.Expr:
    values = (pl.col(column.name) if column.name in raw.columns else pl.lit(None)).cast(column.dtype)
    return (
        values.fill_null(column.default).alias(column.name)
        if column.default is not None
        else values.alias(column.name)
    )


def rule(id: str, title: str) -> Callable[[Callable[[Evidence], Checked]], Rule]:  # noqa: A002 - the field's name
    """Make a function of the evidence a :class:`Rule`."""

    def wrap(check: Callable[[Evidence], Checked]) -> Rule:
        return Rule(id, title, lambda case, tables: check(Evidence.of(case, tables)))

    return wrap
