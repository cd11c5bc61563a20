"""Trucks: fewer, more, larger."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.production.changes.common import OnDays, horizon
from provisor.scenario import Change, Name, Names, with_table
from provisor.tables.naming import chosen, listed, names, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from provisor.case import Case


def leaves(truck: dict[str, Any], days: list[date]) -> list[date]:
    """Days on which a row of the trucks leaves: its dates, or its weekdays, or every day."""
    if truck.get("dates"):
        return [day for day in days if day in truck["dates"]]
    return [day for day in days if not truck["weekdays"] or day.isoweekday() in truck["weekdays"]]


class TruckCancelled(OnDays):
    """Trucks that do not leave on some days."""

    change: Literal["truck_cancelled"] = "truck_cancelled"
    truck: Names = Field(description="trucks")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown trucks and days, and trucks that do not leave on them anyway."""
        found = [*unknown(case, "trucks", "truck", self.truck), *self.wrong_days(case)]
        if not found:
            rows = case.table("trucks").filter(chosen("truck", self.truck)).to_dicts()
            found = [
                f"truck {row['truck']} does not leave {self.days_in_words(case)}"
                for row in rows
                if not leaves(row, self.on(case))
            ]
        yield from found

    def applied(self, case: Case) -> Case:
        """Trucks with the days that are left to them; one with none is kept, with the day before the horizon."""
        cancelled, trucks = set(self.on(case)), case.table("trucks")
        rows, never = trucks.to_dicts(), horizon(case)[0] - timedelta(days=1)
        for row in rows:
            if row["truck"] in self.truck:
                left = [day for day in leaves(row, horizon(case)) if day not in cancelled]
                row["dates"] = left or [never]
        return with_table(case, "trucks", pl.DataFrame(rows, schema=trucks.schema))

    def words(self, case: Case) -> str:
        """The departures that fall away."""
        days = self.on(case)
        rows = case.table("trucks").filter(chosen("truck", self.truck)).to_dicts()
        count = sum(len(leaves(row, days)) for row in rows)
        return f"Truck {listed(self.truck, '')} cancelled {self.days_in_words(case)}: {count} departures less"


class TruckAdded(OnDays):
    """A truck more, like another one in all that is not given; it leaves on the days given."""

    change: Literal["truck_added"] = "truck_added"
    truck: Name = Field(description="code of the new truck")
    like: Name | None = Field(default=None, description="truck whose columns it takes over")
    origin: Name | None = Field(default=None, description="node it leaves from")
    stops: Names | None = Field(default=None, description="nodes served in order, destination last")
    departure_time: str | None = Field(
        default=None,
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="hh:mm; before 12:00 is a morning truck",
    )
    pallets: int | None = Field(default=None, ge=0, strict=True, description="places on the truck")
    cost_fixed: float | None = Field(default=None, ge=0, description="cost of a departure")
    cost_per_unit: float | None = Field(
        default=None, ge=0, description="cost of a unit carried, beside the leg's"
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        lacking = [
            name for name in ("origin", "stops", "departure_time", "pallets") if getattr(self, name) is None
        ]
        if self.like is None and lacking:
            raise ValueError(f"give like, or also {', '.join(lacking)}")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """A truck that is there already, unknown names and days, and stops to which no leg leads."""
        if self.truck in names(case, "trucks", "truck"):
            yield f"there is a truck {self.truck} already"
        places = [*([self.origin] if self.origin else []), *(self.stops or ())]
        found = [
            *unknown(case, "trucks", "truck", [self.like] if self.like else ()),
            *unknown(case, "nodes", "node", places),
        ]
        found += self.wrong_days(case)
        yield from found
        if not found:
            row, legs = self._row(case), set(case.table("legs").select("origin", "destination").iter_rows())
            if not any((row["origin"], stop) in legs for stop in row["stops"]):
                yield f"no leg leads from {row['origin']} to any of {', '.join(row['stops'])}"

    def _row(self, case: Case) -> dict[str, Any]:
        trucks = case.table("trucks")
        like = trucks.filter(pl.col("truck") == self.like).to_dicts() if self.like else []
        row = (
            like[0]
            if like
            else {
                **dict.fromkeys(trucks.columns),
                "alternatives": [],
                "cost_fixed": 0.0,
                "cost_per_unit": 0.0,
            }
        )
        own = {
            name: getattr(self, name)
            for name in ("origin", "stops", "departure_time", "pallets", "cost_fixed", "cost_per_unit")
        }
        row |= {name: value for name, value in own.items() if value is not None}
        return {
            **row,
            "truck": self.truck,
            "name": self.truck,
            "stops": list(row["stops"]),
            "dates": self.on(case),
            "weekdays": [],
        }

    def applied(self, case: Case) -> Case:
        """One truck more."""
        trucks = case.table("trucks")
        row = {name: value for name, value in self._row(case).items() if name in trucks.columns}
        return with_table(case, "trucks", pl.concat([trucks, pl.DataFrame([row], schema=trucks.schema)]))

    def words(self, case: Case) -> str:
        """Where it goes, when, with how much room."""
        row = self._row(case)
        way = f"from {row['origin']} to {', '.join(row['stops'])} at {row['departure_time']}"
        return f"Truck {self.truck} more {way} with {row['pallets']} places, {len(row['dates'])} departures"


class TruckPlaces(Change):
    """So many places on trucks."""

    change: Literal["truck_places"] = "truck_places"
    truck: Names = Field(description="trucks")
    pallets: int = Field(ge=0, strict=True, description="places on each")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown trucks."""
        yield from unknown(case, "trucks", "truck", self.truck)

    def applied(self, case: Case) -> Case:
        """Trucks with the places."""
        places = pl.when(chosen("truck", self.truck)).then(self.pallets).otherwise(pl.col("pallets"))
        return with_table(case, "trucks", case.table("trucks").with_columns(pallets=places))

    def words(self, case: Case) -> str:
        """Places before and after."""
        before = sorted(set(case.table("trucks").filter(chosen("truck", self.truck))["pallets"]))
        return (
            f"Truck {listed(self.truck, '')}: {self.pallets} places instead of {', '.join(map(str, before))}"
        )
