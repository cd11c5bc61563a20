"""Working time of the nodes that make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.production.changes.common import OnDays
from provisor.production.data.context import days_said
from provisor.scenario import Names, with_table
from provisor.tables.naming import chosen, listed, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case

LONGEST_DAY = 24.0
"""Hours of a day."""


class _Work(OnDays):
    """A change of the calendar of nodes that make; of all of them where none are named."""

    node: Names | None = Field(default=None, description="nodes that make; all if not given")

    def which(self, case: Case) -> pl.Expr:
        """Rows of the calendar that are meant."""
        return chosen("node", self.node) & pl.col("date").is_in(self.on(case))

    def shifts(self, case: Case) -> pl.DataFrame:
        """Those rows."""
        return case.table("calendar").filter(self.which(case))

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown nodes and days, nodes that make nothing, and days without a shift."""
        found = [*unknown(case, "nodes", "node", self.node), *self.wrong_days(case)]
        makes = dict(case.table("nodes").select("node", "can_make").iter_rows())
        found += [f"{node} makes nothing" for node in self.node or () if makes.get(node) is False]
        if not found and self.shifts(case).is_empty():
            found.append(f"{listed(self.node, 'no node')} has no shift {self.days_in_words(case)} anyway")
        yield from found


class LineDown(_Work):
    """Nothing is made at nodes on some days."""

    change: Literal["line_down"] = "line_down"

    def applied(self, case: Case) -> Case:
        """The calendar without these days."""
        return with_table(case, "calendar", case.table("calendar").filter(~self.which(case)))

    def words(self, case: Case) -> str:
        """The hours that fall away."""
        shifts = self.shifts(case)
        hours = float(shifts.filter("is_fixed_day")["fixed_hours"].sum())
        return (
            f"{listed(self.node, 'Every line')} makes nothing on {days_said(shifts['date'])}: "
            f"{hours:g} fixed hours less"
        )


class Hours(_Work):
    """Fixed and overtime hours of nodes on some days, and the most hours of any day."""

    change: Literal["hours"] = "hours"
    fixed_hours: float | None = Field(
        default=None, ge=0, description="hours of the regular shift, on fixed days"
    )
    overtime_hours: float | None = Field(default=None, ge=0, description="most hours beyond them")
    max_hours: float | None = Field(
        default=None, ge=0, le=LONGEST_DAY, description="most hours of the node on any day"
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.fixed_hours is None and self.overtime_hours is None and self.max_hours is None:
            raise ValueError("give fixed_hours, overtime_hours or max_hours")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """What is wrong with nodes and days, and days of more than 24 hours."""
        found = list(super().wrong(case))
        if not found:
            shifts = self._set(self.shifts(case)).filter("is_fixed_day")
            long = shifts.filter(pl.col("fixed_hours") + pl.col("overtime_hours") > LONGEST_DAY)["date"]
            found += [f"{days_said(long)} would have more than {LONGEST_DAY:g} hours"] if len(long) else []
        yield from found

    def _set(self, shifts: pl.DataFrame) -> pl.DataFrame:
        given = {"fixed_hours": self.fixed_hours, "overtime_hours": self.overtime_hours}
        fixed = pl.col("is_fixed_day") | pl.lit(value=False)
        return shifts.with_columns(
            pl.when(fixed).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
            for name, value in given.items()
            if value is not None
        )

    def applied(self, case: Case) -> Case:
        """The calendar with these hours, and nodes with their most hours."""
        calendar, which = case.table("calendar"), self.which(case)
        parts = pl.concat([calendar.filter(~which), self._set(calendar.filter(which))])
        case = with_table(case, "calendar", parts.sort("node", "date"))
        if self.max_hours is None:
            return case
        most = pl.when(chosen("node", self.node) & pl.col("can_make")).then(self.max_hours)
        nodes = case.table("nodes").with_columns(max_hours=most.otherwise(pl.col("max_hours")))
        return with_table(case, "nodes", nodes)

    def words(self, case: Case) -> str:
        """Hours of fixed days before and after."""
        before, after = (
            self.shifts(case).filter("is_fixed_day"),
            self._set(self.shifts(case)).filter("is_fixed_day"),
        )
        said = [
            f"{float(after[name].sum()):g} {what} instead of {float(before[name].sum()):g}"
            for name, what in (("fixed_hours", "fixed hours"), ("overtime_hours", "hours of overtime"))
            if abs(float(after[name].sum()) - float(before[name].sum())) > 0
        ]
        said += [f"at most {self.max_hours:g} hours on any day"] if self.max_hours is not None else []
        return f"{listed(self.node, 'Every line')} {self.days_in_words(case)}: {', '.join(said) or 'the same hours'}"


class Holiday(_Work):
    """A day without fixed hours: what is worked is paid at the premium rate."""

    change: Literal["holiday"] = "holiday"

    def wrong(self, case: Case) -> Iterator[str]:
        """What is wrong with nodes and days, no fixed day among them, and no premium rate to pay."""
        found = list(super().wrong(case))
        if not found:
            shifts = self.shifts(case)
            if not shifts["is_fixed_day"].any():
                found.append(f"there are no fixed hours {self.days_in_words(case)} anyway")
            rates = case.table("calendar").group_by("node").agg(pl.col("premium_rate").max())
            paid = dict(rates.iter_rows())
            unpaid = sorted({node for node in shifts["node"] if not paid.get(node)})
            found += [f"{node} has no premium rate; work on a holiday would be free" for node in unpaid]
        yield from found

    def applied(self, case: Case) -> Case:
        """The calendar without fixed hours on these days, at the node's highest premium rate and minimum."""
        which = self.which(case) & pl.col("is_fixed_day")
        calendar = case.table("calendar").with_columns(
            is_fixed_day=pl.col("is_fixed_day") & ~which,
            premium_rate=pl.when(which)
            .then(pl.col("premium_rate").max().over("node"))
            .otherwise(pl.col("premium_rate")),
            minimum_hours=pl.when(which)
            .then(pl.col("minimum_hours").max().over("node"))
            .otherwise(pl.col("minimum_hours")),
            fixed_hours=pl.when(which).then(0.0).otherwise(pl.col("fixed_hours")),
            overtime_hours=pl.when(which).then(0.0).otherwise(pl.col("overtime_hours")),
        )
        return with_table(case, "calendar", calendar)

    def words(self, case: Case) -> str:
        """The fixed hours that fall away, and what an hour then costs."""
        shifts = self.shifts(case).filter("is_fixed_day")
        hours = float(shifts["fixed_hours"].sum())
        rates = sorted(set(self.applied(case).table("calendar").filter(self.which(case))["premium_rate"]))
        paid = " to ".join(f"{rate:,.2f}" for rate in dict.fromkeys((rates[0], rates[-1])))
        fewer = f"{hours:g} fixed hours less"
        return f"Holiday on {days_said(shifts['date'])}: {fewer}; an hour worked costs {paid} {case.currency}"
