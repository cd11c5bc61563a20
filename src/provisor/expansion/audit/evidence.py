"""What the auditor works from: the case's and the plan's tables, typed, and the daily figures that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import polars as pl

from provisor.auditing import Checked, PlanTables, Rule
from provisor.expansion.audit.grid import Axis, Floats, Numbers, spread
from provisor.expansion.audit.reading import read_plan
from provisor.expansion.rules import Rules, Settings
from provisor.expansion.tables import CASE_TABLES

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.tables.schema import Column, Schema

T = TypeVar("T")

MONTHS_OF_A_YEAR = 12


class Evidence(Mapping[str, pl.DataFrame]):
    """Plan tables by name, cast to their schemas, with the case they are held against.

    Arrays have one dimension each for periods (or days, or months), products and sites, in this order, in the
    order of the axes. A period is a day, or under ``resolution: orders`` and ``monthly`` a month.

    Attributes:
        case: The case.
        rules: Its switches.
        settings: Its scalar keys.
        claimed: Cost by component as the plan states it, if it does.
        given: Names of the tables the plan has.
        unusable: What could not be read, or names what the case does not have.
    """

    def __init__(self, case: Case, tables: PlanTables, claimed: Mapping[str, float] | None = None) -> None:
        if not isinstance(case.rules, Rules) or not isinstance(case.settings, Settings):
            raise TypeError(f"{case.name} is a case of planner {case.planner}, not of expansion")
        self.case = case
        self.rules: Rules = case.rules
        self.settings: Settings = case.settings
        self.claimed = claimed
        self.given = frozenset(name for name, table in tables.items() if table is not None)
        self._plan, self.unusable = read_plan(case, tables, case.settings.months)
        self._of_case = {schema.name: _filled(schema, case.table(schema.name)) for schema in CASE_TABLES}
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

    def states(self, table: str, column: str) -> bool:
        """Whether the plan fills a column that it may leave out."""
        values = self[table][column]
        return values.null_count() < len(values)

    def of_case(self, name: str) -> pl.DataFrame:
        """Table of the case with all columns of its schema, optional ones at their stated defaults."""
        return self._of_case[name]

    @cached_property
    def calendar(self) -> Axis:
        """All business days of the case, those before the horizon too."""
        return Axis(self.of_case("calendar").sort("month", "day"), ("month", "day"))

    @cached_property
    def days(self) -> Axis:
        """The business days of the horizon."""
        inside = pl.col("month").is_between(1, self.settings.months)
        return Axis(self.calendar.labels.filter(inside), ("month", "day"))

    @cached_property
    def products(self) -> Axis:
        """The products."""
        return Axis(self.of_case("products").select("sku"), ("sku",))

    @cached_property
    def sites(self) -> Axis:
        """The sites."""
        return Axis(self.of_case("sites").select("facility"), ("facility",))

    @cached_property
    def month_of_day(self) -> Numbers:
        """Month of each day of the horizon, the first is 0."""
        return self.days.labels["month"].to_numpy() - 1

    @cached_property
    def days_of_month(self) -> Numbers:
        """Number of business days of each month."""
        return np.bincount(self.month_of_day, minlength=self.settings.months)

    @cached_property
    def by_month(self) -> bool:
        """Whether the rules speak of months instead of days."""
        return self.rules.resolution != "daily"

    @cached_property
    def periods(self) -> Axis:
        """Days of the horizon, or the last day of each of its months."""
        if not self.by_month:
            return self.days
        last = pl.col("day") == pl.col("day").max().over("month")
        return Axis(self.days.labels.filter(last), ("month", "day"))

    @cached_property
    def period_of_day(self) -> Numbers:
        """Period of each day of the horizon."""
        return self.month_of_day if self.by_month else np.arange(len(self.days))

    @cached_property
    def month_of_period(self) -> Numbers:
        """Month of each period, the first is 0."""
        return self.periods.labels["month"].to_numpy() - 1

    @cached_property
    def length(self) -> Numbers:
        """Days of each period."""
        return np.bincount(self.period_of_day, minlength=len(self.periods))

    @cached_property
    def stock(self) -> Floats:
        """Stock at the end of each period."""
        table = self["inventory_levels_daily"]
        period = self.periods.places(table, ("month", "day"))
        shape = (len(self.periods), len(self.products), len(self.sites))
        goods = (self.products.places(table, ("sku",)), self.sites.places(table, ("facility",)))
        return spread(table["units"], shape, (period, *goods))

    @cached_property
    def shipments(self) -> Floats:
        """Shipments of each period."""
        return self._of_periods(self._daily("shipment_plan_daily", ("month", "day"), "units_shipped"))

    @cached_property
    def daily_deliveries(self) -> Floats:
        """Deliveries of each day."""
        return self._daily("deliveries_daily", ("arrival_month", "arrival_day"), "units_delivered")

    @cached_property
    def deliveries(self) -> Floats:
        """Deliveries of each period."""
        return self._of_periods(self.daily_deliveries)

    @cached_property
    def opening(self) -> Floats:
        """Stock before day 1 by product and site; what balances day 1 where the plan does not say."""
        if "opening_stock" not in self.given:
            return np.asarray(self.stock[0] - self.deliveries[0] + self.shipments[0])
        table = self["opening_stock"]
        goods = (self.products.places(table, ("sku",)), self.sites.places(table, ("facility",)))
        return spread(table["units"], (len(self.products), len(self.sites)), goods)

    @cached_property
    def before(self) -> Floats:
        """Stock before each period."""
        return np.concatenate([self.opening[None], self.stock[:-1]])

    @cached_property
    def average(self) -> Floats:
        """Average daily shipments by month, product and site."""
        totals = np.zeros((self.settings.months, *self.shipments.shape[1:]))
        np.add.at(totals, self.month_of_period, self.shipments)
        return np.asarray(totals / self.days_of_month[:, None, None])

    def _daily(self, name: str, moment: tuple[str, str], value: str) -> Floats:
        table = self[name]
        places = (
            self.days.places(table, moment),
            self.products.places(table, ("sku",)),
            self.sites.places(table, ("facility",)),
        )
        return spread(table[value], (len(self.days), len(self.products), len(self.sites)), places)

    def _of_periods(self, daily: Floats) -> Floats:
        if not self.by_month:
            return daily
        sums = np.zeros((len(self.periods), *daily.shape[1:]))
        np.add.at(sums, self.period_of_day, daily)
        return sums


def _filled(schema: Schema, raw: pl.DataFrame) -> pl.DataFrame:
    """A table of the case with all columns of its schema, optional ones at their stated defaults."""
    return raw.select(_case_column(raw, column) for column in schema.columns)


def _case_column(raw: pl.DataFrame, column: Column) -> pl.Expr:
    values = (pl.col(column.name) if column.name in raw.columns else pl.lit(None)).cast(column.dtype)
    return (values if column.default is None else values.fill_null(column.default)).alias(column.name)


def rule(id: str, title: str) -> Callable[[Callable[[Evidence], Checked]], Rule]:  # noqa: A002 - the field's name
    """Make a function of the evidence a :class:`Rule`."""

    def wrap(check: Callable[[Evidence], Checked]) -> Rule:
        return Rule(id, title, lambda case, tables: check(Evidence.of(case, tables)))

    return wrap
