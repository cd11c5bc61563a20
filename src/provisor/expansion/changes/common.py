"""What types of changes share: months, names that must be in the case, and how both are said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self, cast

import polars as pl
from pydantic import Field, model_validator

from provisor.expansion.data.context import listed as some_of
from provisor.scenario import Change, Names, with_table
from provisor.tables.naming import chosen, listed, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from provisor.case import Case
    from provisor.expansion.rules import Rules, Settings

SATURDAY = 6


def settings_of(case: Case) -> Settings:
    """Settings of an expansion case."""
    return cast("Settings", case.settings)


def rules_of(case: Case) -> Rules:
    """Rules of an expansion case."""
    return cast("Rules", case.rules)


def with_settings(case: Case, **values: object) -> Case:
    """The case with other settings."""
    return replace(case, settings=settings_of(case).model_copy(update=values))


def with_rules(case: Case, **values: object) -> Case:
    """The case under other rules."""
    return replace(case, rules=rules_of(case).model_copy(update=values))


def edited(case: Case, table: str, which: pl.Expr, **columns: pl.Expr | float | None) -> Case:
    """The case with columns of some rows of a table replaced."""
    new = [
        pl.when(which)
        .then(value if isinstance(value, pl.Expr) else pl.lit(value))
        .otherwise(pl.col(name))
        .alias(name)
        for name, value in columns.items()
    ]
    return with_table(case, table, case.table(table).with_columns(new))


def without(case: Case, column: str, given: Iterable[str], *tables: str) -> Case:
    """The case without the rows of some names."""
    for table in tables:
        case = with_table(case, table, case.table(table).filter(~chosen(column, given)))
    return case


def with_rows(case: Case, table: str, rows: pl.DataFrame) -> Case:
    """The case with rows more in a table."""
    there = case.table(table)
    return with_table(case, table, pl.concat([there, rows.select(there.columns).cast(there.schema)]))


def amount(value: float, unit: str) -> str:
    """An amount with its unit.

    >>> amount(1200.0, "packs"), amount(2.25, "shelves")
    ('1,200 packs', '2.25 shelves')
    """
    return f"{value:,.0f} {unit}" if abs(value - round(value)) < 1e-6 else f"{value:,.4g} {unit}"


def spread(values: Iterable[float | None], unit: str = "") -> str:
    """One value or how far several lie apart.

    >>> spread([3.0, 3.0], "days"), spread([2.0, 5.5]), spread([])
    ('3 days', '2 to 5.5', 'none')
    """
    found = sorted({value for value in values if value is not None})
    if not found:
        return "none"
    said = f"{found[0]:,.6g}" if found[0] == found[-1] else f"{found[0]:,.6g} to {found[-1]:,.6g}"
    return f"{said} {unit}".strip()


class InMonths(Change):
    """A change in some months of the horizon; in all of them where none are given."""

    first: int | None = Field(default=None, ge=1, description="first month of the horizon; 1 if not given")
    last: int | None = Field(
        default=None, ge=1, description="last month; the last of the horizon if not given"
    )
    calendar: tuple[int, ...] = Field(
        default=(), description="of these months only those of the year, 1 is January"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first and self.last and self.last < self.first:
            raise ValueError(f"last {self.last} is before first {self.first}")
        if any(not 1 <= month <= 12 for month in self.calendar):
            raise ValueError("months of the year are numbers from 1, January, to 12, December")
        return self

    def on(self, case: Case) -> list[int]:
        """Months of the horizon in which the case is changed."""
        settings = settings_of(case)
        last = min(self.last or settings.months, settings.months)
        found = range(self.first or 1, last + 1)
        begins = settings.start.month - 1
        return [m for m in found if not self.calendar or (begins + m - 1) % 12 + 1 in self.calendar]

    def wrong_months(self, case: Case) -> Iterator[str]:
        """Months given that are outside the horizon, or no month left."""
        months = settings_of(case).months
        outside = [month for month in (self.first, self.last) if month is not None and month > months]
        if outside:
            yield f"month {some_of(outside)} is outside the horizon of {months} months"
        elif not self.on(case):
            yield "there is no such month in the horizon"

    def months_in_words(self, case: Case) -> str:
        """The months as part of a sentence."""
        months = self.on(case)
        if len(months) == settings_of(case).months:
            return "in all months"
        if months == list(range(months[0], months[-1] + 1)):
            return f"in month {months[0]}" if len(months) == 1 else f"in months {months[0]} to {months[-1]}"
        return f"in months {some_of(months)}"


class OfProducts(Change):
    """A change for some pairs of product and site; for all of them where none are given."""

    product: Names | None = Field(default=None, description="products; all if not given")
    facility: Names | None = Field(default=None, description="sites; all if not given")
    supplier: Names | None = Field(default=None, description="suppliers; all if not given")
    supplier_kind: Names | None = Field(default=None, description="kinds of supplier; all if not given")

    def wrong_names(self, case: Case) -> Iterator[str]:
        """Names that the case does not have, or no pair left."""
        found = [
            *unknown(case, "products", "sku", self.product),
            *unknown(case, "sites", "facility", self.facility),
            *unknown(case, "suppliers", "supplier", self.supplier),
            *unknown(case, "suppliers", "kind", self.supplier_kind),
        ]
        if not found and case.table("lead_times").filter(self.which(case)).is_empty():
            found.append("no product is of all that is named")
        yield from found

    def which(self, case: Case) -> pl.Expr:
        """Rows of product and site that are meant."""
        suppliers = case.table("suppliers").filter(
            chosen("supplier", self.supplier) & chosen("kind", self.supplier_kind)
        )
        products = case.table("products").filter(
            chosen("sku", self.product) & pl.col("supplier").is_in(suppliers["supplier"].to_list())
        )
        return pl.col("sku").is_in(products["sku"].to_list()) & chosen("facility", self.facility)

    def said(self) -> str:
        """Products and sites for people."""
        groups = [
            (self.product, "product"),
            (self.supplier, "products of"),
            (self.supplier_kind, "products of kind"),
        ]
        parts = [f"{what} {', '.join(given)}" for given, what in groups if given is not None]
        return f"{' and '.join(parts) or 'all products'} at {listed(self.facility, 'all sites')}"


def one_of(change: Change, *fields: str) -> None:
    """Raise ValueError unless just one of some parameters is given."""
    if sum(getattr(change, name) is not None for name in fields) != 1:
        raise ValueError(f"give one of {', '.join(fields)}")


def some(change: Change, *fields: str) -> dict[str, Any]:
    """Those of some parameters that are given."""
    return {name: getattr(change, name) for name in fields if getattr(change, name) is not None}


def reaching_back(case: Case) -> Case:
    """The case with business days before the first one for its longest lead time; further ones are weekdays."""
    per_month = settings_of(case).days_per_month
    longest = max(case.table("lead_times")["lead_time_days"].to_list())
    first = 1 - max(2, -(-longest // per_month) + 1)
    calendar = case.table("calendar").sort("month", "day")
    month, day, rows = calendar["month"][0], calendar["date"][0], []
    while month > first:
        month -= 1
        for number in range(per_month, 0, -1):
            day -= timedelta(days=1)
            while day.isoweekday() >= SATURDAY:
                day -= timedelta(days=1)
            rows.append((month, number, day))
    if not rows:
        return case
    earlier = pl.DataFrame(rows, schema=calendar.schema, orient="row")
    return with_table(case, "calendar", pl.concat([earlier, calendar]).sort("month", "day"))
