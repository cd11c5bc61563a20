"""Days on hand and lead times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.expansion.changes.common import (
    OfProducts,
    edited,
    one_of,
    reaching_back,
    rules_of,
    settings_of,
    spread,
    with_rules,
)
from provisor.scenario import with_table
from provisor.tables.naming import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case


class DaysOnHand(OfProducts):
    """Days of shipments to keep in stock: by kind of supplier, times a factor, set, or some more or fewer."""

    change: Literal["days_on_hand"] = "days_on_hand"
    policy: dict[str, float] | None = Field(
        default=None, description="days by kind of supplier, at every site"
    )
    factor: float | None = Field(default=None, ge=0, description="times this")
    days: float | None = Field(default=None, ge=0, description="so many days")
    more: float | None = Field(default=None, description="days more; below 0 for fewer, down to none")

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        one_of(self, "policy", "factor", "days", "more")
        if self.policy is not None and (self.product or self.facility or self.supplier or self.supplier_kind):
            raise ValueError("a policy is for all products and sites")
        if self.policy is not None and any(days < 0 for days in self.policy.values()):
            raise ValueError("days on hand are at least 0")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, and kinds that a policy leaves out."""
        yield from self.wrong_names(case)
        if self.policy is not None:
            yield from unknown(case, "suppliers", "kind", self.policy)
            kinds = names_of_kinds(case)
            yield from (f"the policy says no days for {kind}" for kind in kinds if kind not in self.policy)

    def applied(self, case: Case) -> Case:
        """The table of days on hand, which counts instead of a policy the case may have."""
        if self.policy is not None:
            return with_rules(case, policy=dict(self.policy))
        case, which, old = days_in_table(case), self.which(case), pl.col("days_on_hand")
        if self.factor is not None:
            new = old * self.factor
        else:
            new = pl.lit(self.days) if self.more is None else (old + self.more).clip(lower_bound=0.0)
        return edited(case, "lead_times", which, days_on_hand=new)

    def words(self, case: Case) -> str:
        """The days before and after."""
        if self.policy is not None:
            said = ", ".join(f"{kind} {days:g}" for kind, days in self.policy.items())
            return f"Days on hand by kind of supplier, at every site: {said}"
        before, after = (
            spread(days_in_table(one).table("lead_times").filter(self.which(case))["days_on_hand"], "days")
            for one in (case, self.applied(case))
        )
        return f"Days on hand of {self.said()}: {after} instead of {before}"


def names_of_kinds(case: Case) -> list[str]:
    """Kinds of suppliers."""
    return sorted(set(case.table("suppliers")["kind"]))


def days_in_table(case: Case) -> Case:
    """The same case with the days on hand of its policy in the table of lead times."""
    policy = rules_of(case).policy
    if policy is None:
        return case
    kinds = dict(case.table("suppliers").select("supplier", "kind").iter_rows())
    days = {
        sku: policy[kinds[name]] for sku, name in case.table("products").select("sku", "supplier").iter_rows()
    }
    new = pl.col("sku").replace_strict(days, return_dtype=pl.Float64)
    table = case.table("lead_times").with_columns(days_on_hand=new)
    return with_rules(with_table(case, "lead_times", table), policy=None)


class LeadTime(OfProducts):
    """Days from order to arrival, some more or fewer, or set; with cover as many days more are kept in stock."""

    change: Literal["lead_time"] = "lead_time"
    later: int | None = Field(
        default=None, strict=True, description="days later; below 0 for earlier, down to none"
    )
    days: int | None = Field(default=None, ge=0, strict=True, description="so many days")
    cover: bool = Field(default=False, description="whether days on hand rise by as much")

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        one_of(self, "later", "days")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, and lead times beyond the horizon."""
        found = list(self.wrong_names(case))
        if not found:
            settings = settings_of(case)
            longest = max(self._longer(case).table("lead_times")["lead_time_days"].to_list())
            if longest > settings.months * settings.days_per_month:
                found.append(f"a lead time of {longest} days is longer than the horizon")
        yield from found

    def _new(self) -> pl.Expr:
        days = pl.col("lead_time_days")
        return pl.lit(self.days) if self.later is None else (days + self.later).clip(lower_bound=0)

    def _longer(self, case: Case) -> Case:
        which = self.which(case)
        if not self.cover:
            return edited(case, "lead_times", which, lead_time_days=self._new())
        case = days_in_table(case)
        more = (self._new() - pl.col("lead_time_days")).cast(pl.Float64)
        days = (pl.col("days_on_hand") + more).clip(lower_bound=0.0)
        return edited(case, "lead_times", which, lead_time_days=self._new(), days_on_hand=days)

    def applied(self, case: Case) -> Case:
        """Other lead times, and business days before the first one for orders to be placed on."""
        return reaching_back(self._longer(case))

    def words(self, case: Case) -> str:
        """The days before and after."""
        before, after = (
            spread(one.table("lead_times").filter(self.which(case))["lead_time_days"], "days")
            for one in (case, self.applied(case))
        )
        cover = ", with as many days more on hand" if self.cover else ""
        return f"Lead time of {self.said()}: {after} instead of {before}{cover}"
