"""Shares of roles, the corridor of the manual plan, budgets, and what launches and floors ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.allocation.changes.common import InPeriods, InStores, one_of, rules_of
from provisor.scenario import Change, Name, with_table
from provisor.tables.naming import unknown
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case


class RoleShare(Change):
    """The least and the largest share of a role."""

    change: Literal["role_share"] = "role_share"
    role: Name = Field(description="role")
    min_share: float | None = Field(default=None, ge=0, le=1, description="least share of a store's slots")
    max_share: float | None = Field(
        default=None, ge=0, le=1, description="largest share of the styles it carries"
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.min_share is None and self.max_share is None:
            raise ValueError("give min_share, max_share or both")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """An unknown role, and a least share above the largest."""
        found = list(unknown(case, "products", "role", [self.role]))
        if not found:
            least, most = self._shares(case)[1]
            if least > most:
                found.append(f"the least share {least:g} is above the largest {most:g}")
        yield from found

    def _shares(self, case: Case) -> tuple[tuple[float, float], tuple[float, float]]:
        """Least and largest share, before and after."""
        rows = case.table("roles").filter(pl.col("role") == self.role)
        before = rows.select("min_share", "max_share").row(0) if rows.height else (0.0, 1.0)
        after = tuple(
            old if new is None else new
            for old, new in zip(before, (self.min_share, self.max_share), strict=True)
        )
        return (float(before[0]), float(before[1])), (float(after[0]), float(after[1]))

    def applied(self, case: Case) -> Case:
        """The case with other shares."""
        least, most = self._shares(case)[1]
        rows = case.table("roles")
        new = pl.DataFrame({"role": [self.role], "min_share": [least], "max_share": [most]})
        others = rows.filter(pl.col("role") != self.role)
        return with_table(
            case, "roles", pl.concat([others, new.select(rows.columns).cast(rows.schema)]).sort("role")
        )

    def words(self, case: Case) -> str:
        """The shares before and after."""
        before, after = (f"{100 * low:g} to {100 * high:g} %" for low, high in self._shares(case))
        return f"Share of {self.role}: {after} instead of {before}"


class Corridor(InStores):
    """How near styles stay to the manual plan, or another number of styles planned."""

    change: Literal["corridor"] = "corridor"
    mode: Literal["off", "soft", "hard"] | None = Field(
        default=None, description="off, soft (priced) or hard"
    )
    width: float | None = Field(
        default=None, ge=0, le=1, description="share of the manual plan that styles may differ from it"
    )
    subcategory: Name | None = Field(
        default=None,
        description="subcategory whose plan is changed, empty text for that of whole stores; all if not given",
    )
    factor: float | None = Field(
        default=None, ge=0, description="styles planned in these stores times this, rounded"
    )
    more: int | None = Field(
        default=None, description="styles planned in these stores more (less if below 0)"
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if all(value is None for value in (self.mode, self.width, self.factor, self.more)):
            raise ValueError("give mode, width, factor or more")
        if self.factor is not None and self.more is not None:
            raise ValueError("give factor or more, not both")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown stores, and no manual plan to change."""
        found = list(self.wrong_stores(case))
        if not found and self._planned and not case.table("manual_plan").filter(self._which(case)).height:
            found.append("there is no such row of the manual plan")
        yield from found

    @property
    def _planned(self) -> bool:
        return self.factor is not None or self.more is not None

    def _which(self, case: Case) -> pl.Expr:
        mine = pl.col("store").is_in(self.stores(case)["store"].to_list())
        if self.subcategory is None:
            return mine
        return mine & pl.col("subcategory").eq_missing(pl.lit(self.subcategory or None, pl.String))

    def _styles(self) -> pl.Expr:
        if self.factor is not None:
            return (pl.col("styles") * self.factor).round().cast(pl.Int64)
        return pl.max_horizontal(pl.col("styles") + (self.more or 0), pl.lit(0))

    def applied(self, case: Case) -> Case:
        """The case with another corridor."""
        rules = {"corridor": self.mode, "corridor_width": self.width}
        told = {name: value for name, value in rules.items() if value is not None}
        changed = replace(case, rules=rules_of(case).model_copy(update=told))
        if not self._planned:
            return changed
        rows = case.table("manual_plan")
        styles = pl.when(self._which(case)).then(self._styles()).otherwise(pl.col("styles"))
        return with_table(changed, "manual_plan", rows.with_columns(styles=styles))

    def words(self, case: Case) -> str:
        """The corridor before and after."""
        rules = rules_of(case)
        said = []
        if self.mode is not None:
            said.append(f"{self.mode} instead of {rules.corridor}")
        if self.width is not None:
            said.append(f"{100 * self.width:g} % wide instead of {100 * rules.corridor_width:g} %")
        if self._planned:
            mine = self._which(case)
            before, after = (
                one.table("manual_plan").filter(mine)["styles"].sum() for one in (case, self.applied(case))
            )
            said.append(f"{after:,} styles planned in {self.stores_in_words(case)} instead of {before:,}")
        return f"Corridor of the manual plan: {'; '.join(said)}"


class Budget(InPeriods):
    """Money for the pieces sent in a period, times a factor, or set."""

    change: Literal["budget"] = "budget"
    factor: float | None = Field(default=None, ge=0, description="times this")
    amount: float | None = Field(default=None, ge=0, description="money of each period")

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        one_of(self, "factor", "amount")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Periods that there are not, and a factor of no budget."""
        yield from self.wrong_periods(case)
        there = case.table("budget")["period"].to_list()
        if self.factor is not None:
            yield from (
                f"period {period} has no budget to take a factor of; give amount"
                for period in self.on(case)
                if period not in there
            )

    def applied(self, case: Case) -> Case:
        """The case with other budgets."""
        rows = case.table("budget")
        on = pl.DataFrame({"period": pl.Series(self.on(case), dtype=pl.Int64)})
        mine = on.join(rows, on="period", how="left")
        new = pl.col("amount") * self.factor if self.factor is not None else pl.lit(self.amount)
        both = pl.concat(
            [
                rows.join(on, on="period", how="anti"),
                mine.with_columns(amount=new).select(rows.columns).cast(rows.schema),
            ]
        )
        return with_table(case, "budget", both.sort("period"))

    def words(self, case: Case) -> str:
        """Budgets before and after."""
        before, after = (
            dict(one.table("budget").select("period", "amount").iter_rows())
            for one in (case, self.applied(case))
        )
        said = []
        for period in self.on(case):
            was = money(before[period], case.currency) if period in before else "no limit"
            said.append(f"{money(after[period], case.currency)} instead of {was} in period {period}")
        return f"Budget: {'; '.join(said)}"


class Launch(Change):
    """How widely a new product starts, and how much of it is kept back."""

    change: Literal["launch"] = "launch"
    product: Name = Field(description="product of the table launches")
    min_stores: int | None = Field(default=None, ge=0, description="least stores")
    max_stores: int | None = Field(default=None, ge=0, description="most stores")
    min_clusters: int | None = Field(default=None, ge=0, description="least clusters")
    reserve: float | None = Field(default=None, ge=0, le=1, description="share of its stock kept back")

    def _given(self) -> dict[str, int | float]:
        told = {name: getattr(self, name) for name in ("min_stores", "max_stores", "min_clusters", "reserve")}
        return {name: value for name, value in told.items() if value is not None}

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self._given():
            raise ValueError("give min_stores, max_stores, min_clusters or reserve")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """A product that is not launched."""
        yield from unknown(case, "launches", "product", [self.product])

    def applied(self, case: Case) -> Case:
        """The case with the launch changed."""
        rows, mine = case.table("launches"), pl.col("product") == self.product
        columns = [
            pl.when(mine).then(value).otherwise(pl.col(name)).alias(name)
            for name, value in self._given().items()
        ]
        return with_table(case, "launches", rows.with_columns(columns))

    def words(self, case: Case) -> str:
        """Each figure before and after."""
        row = case.table("launches").filter(pl.col("product") == self.product).to_dicts()[0]
        said = [
            f"{name.replace('_', ' ')} {value:g} instead of {'none' if row[name] is None else format(row[name], 'g')}"
            for name, value in self._given().items()
        ]
        return f"Launch of {self.product}: {', '.join(said)}"
