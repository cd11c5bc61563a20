"""Prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.expansion.changes.common import edited, one_of, rules_of, settings_of, spread, with_settings
from provisor.scenario import Change, Names
from provisor.tables.document import nearest
from provisor.tables.naming import chosen, listed, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case

SETTINGS = ("holding_per_cuft_day", "excess_truck_cost", "lost_sale_per_pack", "discount_rate")
"""Prices that are one for the whole case."""

OF_SITES = ("transport_per_pack", "fixed_cost")
"""Prices that each site has its own of."""


class OverflowRent(Change):
    """Rent of a cubic foot of stock kept elsewhere for a day; without it nothing may be kept elsewhere."""

    change: Literal["overflow_rent"] = "overflow_rent"
    per_cuft_day: float | None = Field(
        ge=0, description="rent of a cuft for a day; null where it is not allowed"
    )

    def wrong(self, case: Case) -> Iterator[str]:
        """Shelves that hold one product each, which leave nothing to rent for."""
        if rules_of(case).shelf_use == "dedicated" and self.per_cuft_day is not None:
            yield "with shelf_use: dedicated nothing is kept elsewhere"

    def applied(self, case: Case) -> Case:
        """The case with the rent."""
        return with_settings(case, overflow_per_cuft_day=self.per_cuft_day)

    def words(self, case: Case) -> str:
        """The rent before and after."""
        before, after = (
            _rent(rent, case.currency)
            for rent in (settings_of(case).overflow_per_cuft_day, self.per_cuft_day)
        )
        return f"Room for stock elsewhere: {after} instead of {before}"


def _rent(value: float | None, currency: str) -> str:
    return "none" if value is None else f"{value:,.4g} {currency} per cuft and day"


class Price(Change):
    """A price of the case: of holding, excess loads, demand not served, shipping, fixed costs, or the discount rate."""

    change: Literal["price"] = "price"
    of: str = Field(description=f"{', '.join((*SETTINGS, *OF_SITES))}")
    facility: Names | None = Field(default=None, description="sites whose price it is; all if not given")
    factor: float | None = Field(default=None, ge=0, description="times this")
    value: float | None = Field(default=None, ge=0, description="the new price")

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        one_of(self, "factor", "value")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """A price that there is not, unknown sites, and none to take a factor of."""
        known = (*SETTINGS, *OF_SITES)
        if self.of not in known:
            yield f"there is no price {self.of}; {nearest(self.of, known) or 'known: ' + ', '.join(known)}"
        elif self.of in OF_SITES:
            yield from unknown(case, "sites", "facility", self.facility)
        elif self.facility is not None:
            yield f"{self.of} is one price for all; leave facility out"
        elif self.factor is not None and getattr(settings_of(case), self.of) is None:
            yield f"the case has no {self.of} to take a factor of; give value"

    def applied(self, case: Case) -> Case:
        """The case at the new price."""
        if self.of in OF_SITES:
            new = pl.lit(self.value) if self.factor is None else pl.col(self.of) * self.factor
            return edited(case, "sites", chosen("facility", self.facility), **{self.of: new})
        value = self.value if self.factor is None else getattr(settings_of(case), self.of) * self.factor
        return with_settings(case, **{self.of: value})

    def words(self, case: Case) -> str:
        """The price before and after."""
        before, after = (self._prices(one) for one in (case, self.applied(case)))
        where = f" at {listed(self.facility, 'all sites')}" if self.of in OF_SITES else ""
        return f"Price {self.of.replace('_', ' ')}{where}: {after} instead of {before}"

    def _prices(self, case: Case) -> str:
        if self.of in OF_SITES:
            return spread(case.table("sites").filter(chosen("facility", self.facility))[self.of])
        return spread([getattr(settings_of(case), self.of)])
