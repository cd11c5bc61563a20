"""Decisions pinned, forbidden, frozen as in an earlier plan, or left free again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, ValidationError, model_validator

from provisor.production.changes.common import OnDays, horizon, settings_of
from provisor.production.data.freeze import departure_pins, production_pins
from provisor.production.data.keys import Day
from provisor.production.rules import Pin
from provisor.scenario import Change, Name, Names
from provisor.tables.naming import chosen, listed, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from provisor.case import Case

_TABLES = {"node": "nodes", "product": "products", "truck": "trucks"}


def with_pins(case: Case, pins: Sequence[Pin]) -> Case:
    """The case with these pins and no others."""
    return replace(case, settings=settings_of(case).model_copy(update={"pins": tuple(pins)}))


class PinDecision(Change):
    """A decision that is to be this and only this: what is made, whether a truck leaves, what it carries."""

    change: Literal["pin"] = "pin"
    decision: Literal["production", "departure"] = Field(description="production or departure")
    date: Day = Field(description="day")
    node: Name | None = Field(default=None, description="node that makes (production)")
    product: Name | None = Field(default=None, description="product")
    truck: Name | None = Field(default=None, description="truck (departure)")
    stop: Name | None = Field(default=None, description="stop of the truck (departure)")
    mixes: int | None = Field(default=None, ge=0, description="mixes made (production)")
    units: float | None = Field(default=None, ge=0, description="units made or carried")
    used: bool | None = Field(
        default=None, description="whether any is made, or whether the truck leaves with goods"
    )

    def pin(self) -> Pin:
        """The same as a pin of a case."""
        return Pin.model_validate({name: value for name, value in self.as_dict().items() if name != "change"})

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, a day outside the horizon, and an incomplete pin."""
        for name, table in _TABLES.items():
            value = getattr(self, name)
            yield from unknown(case, table, name, [value] if value else ())
        yield from unknown(case, "nodes", "node", [self.stop] if self.stop else ())
        if self.date not in horizon(case):
            yield f"{self.date} is outside the horizon"
        needed = ("node", "product") if self.decision == "production" else ("truck",)
        yield from (
            f"a pin of {self.decision} names a {name}" for name in needed if getattr(self, name) is None
        )
        if self.mixes is None and self.units is None and self.used is None:
            yield "give mixes, units or used"
        try:
            self.pin()
        except ValidationError as error:
            yield from (item["msg"] for item in error.errors())

    def applied(self, case: Case) -> Case:
        """The case with one pin more."""
        return with_pins(case, [*settings_of(case).pins, self.pin()])

    def words(self, case: Case) -> str:  # noqa: ARG002 - a pin says all
        """What is pinned."""
        if self.decision == "production":
            what = f"{self.product} at {self.node} on {self.date}"
            if self.used is not None:
                return f"Pinned: {what} is {'made' if self.used else 'not made'}"
            amount = f"{self.mixes} mixes" if self.mixes is not None else f"{self.units:g} units"
            return f"Pinned: {amount} of {what} are made"
        if self.used is not None:
            return f"Pinned: truck {self.truck} {'leaves with goods' if self.used else 'does not leave'} on {self.date}"
        goods = f"{f' of {self.product}' if self.product else ''}{f' for {self.stop}' if self.stop else ''}"
        return f"Pinned: truck {self.truck} carries {self.units:g} units{goods} on {self.date}"


class Forbid(OnDays):
    """Production of products at nodes, or departures of trucks, that are not to be on some days."""

    change: Literal["forbid"] = "forbid"
    decision: Literal["production", "departure"] = Field(description="production or departure")
    node: Names | None = Field(default=None, description="nodes that make; all if not given (production)")
    product: Names | None = Field(default=None, description="products; all if not given (production)")
    truck: Names | None = Field(default=None, description="trucks (departure)")

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.decision == "departure" and (self.truck is None or self.node or self.product):
            raise ValueError("a departure is forbidden by its truck and days")
        if self.decision == "production" and (self.truck or not (self.node or self.product)):
            raise ValueError("production is forbidden by node, product or both, and days")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names and days, and nodes that make nothing."""
        for name, table in _TABLES.items():
            yield from unknown(case, table, name, getattr(self, name))
        yield from self.wrong_days(case)
        makes = dict(case.table("nodes").select("node", "can_make").iter_rows())
        yield from (f"{node} makes nothing" for node in self.node or () if makes.get(node) is False)

    def _pins(self, case: Case) -> list[Pin]:
        days = self.on(case)
        if self.decision == "departure":
            values = [
                {"decision": "departure", "truck": truck, "date": day, "used": False}
                for truck in self.truck or ()
                for day in days
            ]
            return [Pin.model_validate(value) for value in values]
        makers = case.table("nodes").filter(pl.col("can_make") & chosen("node", self.node))["node"]
        products = case.table("products").filter(chosen("product", self.product))["product"]
        return [
            Pin.model_validate(
                {"decision": "production", "node": node, "product": product, "date": day, "units": 0.0}
            )
            for node in makers
            for product in products
            for day in days
        ]

    def applied(self, case: Case) -> Case:
        """The case with one pin for each decision."""
        return with_pins(case, [*settings_of(case).pins, *self._pins(case)])

    def words(self, case: Case) -> str:
        """What is forbidden."""
        if self.decision == "departure":
            return f"Forbidden: truck {listed(self.truck, '')} does not leave {self.days_in_words(case)}"
        what = f"{listed(self.product, 'no product')} at {listed(self.node, 'any node')}"
        return f"Forbidden: {what} is not made {self.days_in_words(case)}"


class Freeze(Change):
    """Production and loads of trucks held as in an earlier plan, up to a day."""

    change: Literal["freeze"] = "freeze"
    plan: str = Field(description="folder of the plan, from the folder of the case")
    until: Day = Field(description="last day frozen")

    def _folder(self, case: Case) -> Path:
        return (case.folder or Path()) / self.plan

    def wrong(self, case: Case) -> Iterator[str]:
        """A day outside the horizon, no plan, and names in it that the case does not have."""
        if self.until not in horizon(case):
            yield f"{self.until} is outside the horizon"
        absent = [
            name
            for name in ("production", "departures")
            if not (self._folder(case) / f"{name}.parquet").is_file()
        ]
        yield from (
            f"{self.plan} has no table {name}.parquet, as provisor solve writes it" for name in absent
        )
        if not absent:
            made, left = self._tables(case)
            yield from unknown(case, "nodes", "node", dict.fromkeys(made["node"]))
            yield from unknown(
                case, "products", "product", dict.fromkeys([*made["product"], *left["product"]])
            )
            yield from unknown(case, "trucks", "truck", dict.fromkeys(left["truck"]))
            if made.is_empty() and left.is_empty():
                yield f"the plan makes and sends nothing up to {self.until}"

    def _tables(self, case: Case) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Production and loads of trucks on the frozen days."""
        inside = pl.col("date").is_between(settings_of(case).start, self.until)
        made, left = (
            pl.read_parquet(self._folder(case) / f"{name}.parquet") for name in ("production", "departures")
        )
        return made.filter(inside), left.filter(inside & pl.col("truck").is_not_null())

    def applied(self, case: Case) -> Case:
        """The case with a pin for each decision of these days, nothing included."""
        made, left = self._tables(case)
        return with_pins(case, [*settings_of(case).pins, *frozen(case, made, left, self.until)])

    def words(self, case: Case) -> str:
        """The days frozen."""
        days = f"from {settings_of(case).start} to {self.until}"
        return f"Frozen as in {Path(self.plan).name}: production and loads of trucks {days}"


def frozen(case: Case, made: pl.DataFrame, left: pl.DataFrame, until: Day) -> list[Pin]:
    """Pins that hold production and loads of trucks up to a day as tables of a plan have them."""
    days = [day for day in horizon(case) if day <= until]
    known = {
        "maker": case.table("nodes").filter("can_make")["node"].to_list(),
        "product": case.table("products")["product"].to_list(),
    }
    trucks = case.table("trucks")["truck"].to_list()
    return [*production_pins(made, days, known), *departure_pins(left, days, trucks)]


class Unpin(OnDays):
    """Pins of some days, or of some nodes, products or trucks, that hold no longer."""

    change: Literal["unpin"] = "unpin"
    decision: Literal["production", "departure"] | None = Field(
        default=None, description="production or departure; both if not given"
    )
    node: Names | None = Field(default=None, description="nodes; all if not given")
    product: Names | None = Field(default=None, description="products; all if not given")
    truck: Names | None = Field(default=None, description="trucks; all if not given")

    def _meant(self, case: Case, pin: Pin) -> bool:
        days = self.on(case)
        own = self.decision in (None, pin.decision) and pin.day in days
        return own and all(
            given is None or getattr(pin, name) in given
            for name in _TABLES
            for given in [getattr(self, name)]
        )

    def wrong(self, case: Case) -> Iterator[str]:
        """No such pin."""
        found = list(self.wrong_days(case))
        if not found and not any(self._meant(case, pin) for pin in settings_of(case).pins):
            found.append("there is no such pin")
        yield from found

    def applied(self, case: Case) -> Case:
        """The case without these pins."""
        return with_pins(case, [pin for pin in settings_of(case).pins if not self._meant(case, pin)])

    def words(self, case: Case) -> str:
        """How many pins are gone."""
        gone = sum(self._meant(case, pin) for pin in settings_of(case).pins)
        return f"Free again: {gone} pinned decisions {self.days_in_words(case)}"
