"""What the auditor works from: the case's and the plan's tables, typed, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from provisor.allocation.audit.pairs import possible_pairs
from provisor.allocation.audit.rows import resolve_rows
from provisor.allocation.audit.screen import Known, screen
from provisor.allocation.rules import Rules, Settings
from provisor.allocation.tables import CASE_TABLES, PLAN_TABLES
from provisor.auditing import Checked, Finding, PlanTables, Rule
from provisor.tables.casting import Derived, coerce

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.tables.schema import Column, Schema

T = TypeVar("T")

PAIR = ("period", "store", "product")
"""Columns that name a pair in a period."""

DERIVED = Derived(
    tables=frozenset({"transfers", "slack", "costs"}),
    columns={
        "allocation": frozenset(
            {"opening", "shipped", "from_centre", "transferred", "sales", "value", "reason", "confidence"}
            | {"flags"}
        ),
        "routes": frozenset({"sent"}),
        "slack": frozenset({"unit", "price", "words"}),
    },
)
"""What follows from a plan's decisions and may be left out; without transfers there are none."""

_SCHEMAS: Mapping[str, Schema] = {schema.name: schema for schema in CASE_TABLES}


class Evidence(Mapping[str, pl.DataFrame]):
    """Plan tables by name, cast to their schemas, with the case they are held against.

    Attributes:
        case: The case.
        claimed: Lines of the objective by component as the plan states them, if it does.
        given: Names of the tables the plan has.
    """

    def __init__(self, case: Case, tables: PlanTables, claimed: Mapping[str, float] | None = None) -> None:
        if not isinstance(case.rules, Rules) or not isinstance(case.settings, Settings):
            raise TypeError(f"{case.name} is a case of planner {case.planner}, not of allocation")
        self.case = case
        self.rules: Rules = case.rules
        self.settings: Settings = case.settings
        self.claimed = claimed
        self.given = frozenset(name for name, table in tables.items() if table is not None)
        self._tables: dict[str, pl.DataFrame] = {}
        self._derived: dict[Callable[[Evidence], Any], Any] = {}
        frames, unreadable = coerce(tables, PLAN_TABLES, DERIVED)
        known = Known(
            stores=self.table("stores")["store"],
            products=self.table("products")["product"],
            centres=self.table("centres")["centre"],
            periods=self.settings.periods,
        )
        self._plan, strange = screen(frames, known)
        self.unusable: list[Finding] = [*unreadable, *strange]

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

    def table(self, name: str) -> pl.DataFrame:
        """The case's table with all columns of its schema, optional ones at their stated defaults."""
        if name not in self._tables:
            schema = _SCHEMAS[name]
            raw = self.case.tables.get(name, schema.empty())
            self._tables[name] = raw.select(_case_column(raw, column) for column in schema.columns)
        return self._tables[name]

    @cached_property
    def prices(self) -> dict[str, float]:
        """Cost parameters by name."""
        return dict(self.table("costs").select("cost", "value").iter_rows())

    @property
    def periods(self) -> range:
        """The periods planned."""
        return range(1, self.settings.periods + 1)

    @cached_property
    def cells(self) -> pl.DataFrame:
        """Slots by store, cell and period, factors in force, with those of a display (``shown``) and its ``role``."""
        scaled = self._scaled(self.table("slots"), "slots")
        shown = self.table("displays").rename({"slots": "shown"})
        joined = scaled.join(shown, on=["store", "cell", "period"], how="left")
        more = pl.col("shown").cast(pl.Float64).fill_null(0.0)
        return joined.with_columns(shown=more, slots=pl.col("slots") + more)

    @cached_property
    def spaces(self) -> pl.DataFrame:
        """Space for pieces by store and period where it is limited, factors in force."""
        limited = self.table("stores").select("store", "pieces").drop_nulls("pieces")
        return self._scaled(limited, "pieces")

    @cached_property
    def store_slots(self) -> pl.DataFrame:
        """``slots`` of all cells of a store by period, stores without any included."""
        sums = self.cells.group_by("period", "store").agg(pl.col("slots").sum())
        every = self.table("stores").select("store").join(self._calendar, how="cross")
        return every.join(sums, on=["period", "store"], how="left").with_columns(
            pl.col("slots").fill_null(0.0)
        )

    @cached_property
    def possible(self) -> pl.DataFrame:
        """Every pair of the case in every period, see :func:`possible_pairs`."""
        return possible_pairs(self)

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The plan's pairs with what follows from case and moves, see :func:`resolve_rows`."""
        return resolve_rows(self)

    @cached_property
    def hung(self) -> pl.DataFrame:
        """Those of :attr:`rows` that are carried."""
        return self.rows.filter("carried")

    @property
    def _calendar(self) -> pl.DataFrame:
        return pl.DataFrame({"period": list(self.periods)}, schema={"period": pl.Int64})

    def _scaled(self, limits: pl.DataFrame, column: str) -> pl.DataFrame:
        """``limits`` by period, multiplied and rounded down where a factor is given."""
        factors = self.table("capacity").select("store", "period", factor=f"{column}_factor")
        joined = limits.join(self._calendar, how="cross").join(factors, on=["store", "period"], how="left")
        scaled = (pl.col(column) * pl.col("factor") + 1e-9).floor()
        value = pl.when(pl.col("factor").is_null()).then(pl.col(column)).otherwise(scaled)
        return joined.with_columns(value.cast(pl.Float64).alias(column)).drop("factor")

    def states_column(self, table: str, column: str) -> bool:
        """Whether the plan fills a column that it may leave out."""
        values = self[table][column]
        return values.null_count() < len(values)


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
