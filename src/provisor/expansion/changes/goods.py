"""Demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.expansion.arrays import day_parts
from provisor.expansion.changes.common import InMonths, edited, one_of, rules_of, settings_of, with_rules
from provisor.scenario import Change, Names, with_table
from provisor.tables.naming import chosen, listed, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case

DEMANDS = ("demand", "daily_demand")
"""Tables of demand."""


class Demand(InMonths):
    """Demand for products in some months, times a factor or set to so much a month."""

    change: Literal["demand"] = "demand"
    product: Names | None = Field(default=None, description="products; all if not given")
    factor: float | None = Field(default=None, ge=0, description="times this")
    quantity: float | None = Field(
        default=None, ge=0, description="of each product and month, in the case's unit"
    )

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        one_of(self, "factor", "quantity")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown products and months, and amounts a month where demand is given by day."""
        found = [*unknown(case, "products", "sku", self.product), *self.wrong_months(case)]
        if self.quantity is not None and rules_of(case).demand == "daily":
            found.append("demand is given by day; give a factor")
        yield from found

    def _which(self, case: Case) -> pl.Expr:
        return pl.col("month").is_in(self.on(case)) & chosen("sku", self.product)

    def applied(self, case: Case) -> Case:
        """Both tables of demand."""
        which = self._which(case)
        for table in DEMANDS:
            new = pl.lit(self.quantity) if self.factor is None else pl.col("quantity") * self.factor
            case = edited(case, table, which, quantity=new)
        return case

    def words(self, case: Case) -> str:
        """What demand is before and after."""
        before, after = (demand_of(one, self._which(case)) for one in (case, self.applied(case)))
        what = f"{listed(self.product, 'all products')} {self.months_in_words(case)}"
        return f"Demand for {what}: {after:,.0f} {rules_of(case).demand_unit} instead of {before:,.0f}"


def demand_of(case: Case, which: pl.Expr) -> float:
    """Demand of some rows of the table of demand that counts, in the case's unit."""
    table = "daily_demand" if rules_of(case).demand == "daily" else "demand"
    return float(case.table(table).filter(which)["quantity"].sum())


class DemandSmoothed(Change):
    """Demand of the largest months of a product brought down to the mean of its other months."""

    change: Literal["demand_smoothed"] = "demand_smoothed"
    product: Names | None = Field(default=None, description="products; all if not given")
    peaks: int = Field(default=2, ge=1, strict=True, description="largest months of each product")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown products, and no other months."""
        yield from unknown(case, "products", "sku", self.product)
        if self.peaks >= settings_of(case).months:
            yield f"the horizon has {settings_of(case).months} months; none would be left to take a mean of"

    def _levels(self, case: Case) -> pl.DataFrame:
        """Months that come down, by product, with what they come down to as a share of what they were."""
        ranked = (
            case.table("demand")
            .filter(chosen("sku", self.product))
            .with_columns(
                rank=pl.col("quantity").rank("ordinal", descending=True).over("sku", order_by="month")
            )
        )
        mean = ranked.filter(pl.col("rank") > self.peaks).group_by("sku").agg(mean=pl.col("quantity").mean())
        tops = ranked.filter((pl.col("rank") <= self.peaks) & (pl.col("quantity") > 0)).join(mean, on="sku")
        return tops.select("month", "sku", part=pl.col("mean") / pl.col("quantity"))

    def applied(self, case: Case) -> Case:
        """Both tables of demand."""
        levels = self._levels(case)
        for table in DEMANDS:
            lower = case.table(table).join(levels, on=["month", "sku"], how="left", maintain_order="left")
            lower = lower.with_columns(quantity=pl.col("quantity") * pl.col("part").fill_null(1.0))
            case = with_table(case, table, lower.drop("part"))
        return case

    def words(self, case: Case) -> str:
        """What demand is before and after."""
        before, after = (float(one.table("demand")["quantity"].sum()) for one in (case, self.applied(case)))
        unit, what = rules_of(case).demand_unit, listed(self.product, "every product")
        return (
            f"Demand smoothed: the {self.peaks} largest months of {what} come down to the mean of its others, "
            f"{before - after:,.0f} {unit} less in all"
        )


class SoldFrom(Change):
    """Products sold only from a business day of a month on; demand before is lost."""

    change: Literal["sold_from"] = "sold_from"
    product: Names = Field(description="products")
    month: int = Field(ge=1, description="month of the horizon")
    day: int = Field(default=1, ge=1, description="business day of the month")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown products, and days outside the horizon or in the middle of a month without days."""
        yield from unknown(case, "products", "sku", self.product)
        settings = settings_of(case)
        if self.month > settings.months or self.day > settings.days_per_month:
            yield f"month {self.month}, day {self.day} is outside the horizon"
        elif self.day > 1 and rules_of(case).demand == "monthly":
            yield "demand may be served on any day of its month; give the first day of a month"

    def applied(self, case: Case) -> Case:
        """Demand of earlier days gone; where that is part of a month demand is said by day from then on."""
        mine, early = pl.col("sku").is_in(list(self.product)), pl.col("month") < self.month
        if self.day > 1:
            case = by_day(case)
            early |= (pl.col("month") == self.month) & (pl.col("day") < self.day)
        if rules_of(case).demand != "daily":
            return edited(case, "demand", mine & early, quantity=0.0)
        return summed(edited(case, "daily_demand", mine & early, quantity=0.0))

    def words(self, case: Case) -> str:
        """What is lost."""
        before, after = (
            demand_of(one, pl.col("sku").is_in(list(self.product))) for one in (case, self.applied(case))
        )
        return (
            f"{', '.join(self.product)} sold from month {self.month}, day {self.day} on: "
            f"{before - after:,.0f} {rules_of(case).demand_unit} less in all"
        )


def by_day(case: Case) -> Case:
    """The same case with demand said day by day."""
    rules, settings = rules_of(case), settings_of(case)
    if rules.demand == "daily":
        return case
    parts = day_parts(case.table("calendar"), rules, settings.months, settings.days_per_month)
    days = pl.DataFrame(
        {
            "month": [m for m in range(1, settings.months + 1) for _ in range(settings.days_per_month)],
            "day": [*range(1, settings.days_per_month + 1)] * settings.months,
            "part": parts.ravel(),
        }
    )
    daily = (
        case.table("demand").join(days, on="month").with_columns(quantity=pl.col("quantity") * pl.col("part"))
    )
    return with_rules(with_table(case, "daily_demand", daily.sort("month", "day", "sku")), demand="daily")


def summed(case: Case) -> Case:
    """The case whose demand by month is the sum of that by day."""
    daily = case.table("daily_demand").group_by("month", "sku").agg(pl.col("quantity").sum())
    return with_table(case, "demand", daily.sort("month", "sku"))
