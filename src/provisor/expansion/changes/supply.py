"""Trucks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.expansion.changes.common import (
    edited,
    one_of,
    rules_of,
    settings_of,
    some,
    spread,
    with_rules,
    with_settings,
)
from provisor.scenario import Change, Names
from provisor.tables.naming import chosen, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case

SIZE = ("weight_lb", "volume_cuft", "positions", "per_day")
"""What is known of trucks."""


class TruckSize(Change):
    """What a truck carries, and how many arrive at a site on a day of suppliers without a number of their own."""

    change: Literal["truck_size"] = "truck_size"
    weight_lb: float | None = Field(default=None, gt=0, description="most pounds on a truck")
    volume_cuft: float | None = Field(default=None, gt=0, description="most cubic feet on a truck")
    positions: float | None = Field(default=None, gt=0, description="most inbound packs on a truck")
    per_day: float | None = Field(default=None, ge=0, description="trucks of a supplier at a site on a day")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not some(self, *SIZE):
            raise ValueError(f"give one of {', '.join(SIZE)}")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Trucks that no rule looks at."""
        if rules_of(case).trucks == "off":
            yield "trucks play no part under rules.trucks: off"

    def applied(self, case: Case) -> Case:
        """Trucks of the other size."""
        trucks = settings_of(case).trucks.model_copy(update=some(self, *SIZE))
        return with_settings(case, trucks=trucks)

    def words(self, case: Case) -> str:
        """The size before and after."""
        before = settings_of(case).trucks
        said = [
            f"{name.replace('_', ' ')} {value:,.6g} instead of {spread([getattr(before, name)])}"
            for name, value in some(self, *SIZE).items()
        ]
        return f"Trucks: {', '.join(said)}"


class SupplierTrucks(Change):
    """Trucks of suppliers at a site on a day; or suppliers whose trucks are not limited."""

    change: Literal["supplier_trucks"] = "supplier_trucks"
    supplier: Names | None = Field(default=None, description="suppliers; all if not given")
    trucks_per_day: float | None = Field(default=None, ge=0, description="trucks at each site on a day")
    exempt: bool | None = Field(default=None, description="whether their trucks are not limited")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        one_of(self, "trucks_per_day", "exempt")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown suppliers, and trucks that no rule looks at."""
        yield from unknown(case, "suppliers", "supplier", self.supplier)
        if rules_of(case).trucks == "off":
            yield "trucks play no part under rules.trucks: off"

    def _meant(self, case: Case) -> list[str]:
        return list(self.supplier or case.table("suppliers")["supplier"])

    def applied(self, case: Case) -> Case:
        """Suppliers with their trucks."""
        exempt, mine = rules_of(case).truck_exempt, self._meant(case)
        if self.exempt:
            return with_rules(case, truck_exempt=tuple(dict.fromkeys([*exempt, *mine])))
        limited = with_rules(case, truck_exempt=tuple(name for name in exempt if name not in mine))
        if self.exempt is False:
            return limited
        return edited(
            limited,
            "suppliers",
            chosen("supplier", self.supplier),
            trucks_per_day=pl.lit(self.trucks_per_day),
        )

    def words(self, case: Case) -> str:
        """The trucks before and after."""
        who = ", ".join(self._meant(case))
        if self.exempt is not None:
            return f"Trucks of {who} are {'not limited' if self.exempt else 'limited'}"
        own = case.table("suppliers").filter(chosen("supplier", self.supplier))["trucks_per_day"]
        was = spread(own.fill_null(settings_of(case).trucks.per_day))
        exempt = [name for name in self._meant(case) if name in rules_of(case).truck_exempt]
        said = f"{', '.join(exempt)} without limit before" if exempt else f"instead of {was}"
        return f"Trucks of {who} at each site on a day: {self.trucks_per_day:g} {said}"
