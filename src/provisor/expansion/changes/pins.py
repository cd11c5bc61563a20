"""Decisions pinned, forbidden, or left free again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, ValidationError, model_validator

from provisor.expansion.changes.common import settings_of, with_settings
from provisor.expansion.rules import Pin
from provisor.scenario import Change, Name, Names
from provisor.tables.naming import chosen, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from provisor.case import Case

Decision = Literal["shelves", "sqft", "share", "delivery"]

_HOLDS = {"exactly": "", "at_least": "at least ", "at_most": "at most "}


def with_pins(case: Case, pins: Sequence[Pin]) -> Case:
    """The case with these pins and no others."""
    return with_settings(case, pins=tuple(pins))


class PinDecision(Change):
    """A decision that is to be just this, or at least or at most: what is built, who serves what, what arrives."""

    change: Literal["pin"] = "pin"
    decision: Decision = Field(
        description="shelves or sqft added; share of a product's demand that a site serves; delivery of a month"
    )
    facility: Name = Field(description="site")
    storage_type: Name | None = Field(default=None, description="type of shelf (shelves)")
    sku: Name | None = Field(default=None, description="product (share, delivery)")
    month: int | None = Field(
        default=None, ge=1, description="month (delivery; share: all months if not given)"
    )
    amount: float = Field(ge=0, description="shelves, sqft, share from 0 to 1, or packs; exactly 0 forbids")
    holds: Literal["exactly", "at_least", "at_most"] = Field(
        default="exactly", description="whether it is just so much, or at least or at most"
    )

    def pin(self) -> Pin:
        """The same as a pin of a case."""
        return Pin.model_validate({name: value for name, value in self.as_dict().items() if name != "change"})

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, months outside the horizon, sites that may not grow, and an incomplete pin."""
        found = list(unknown(case, "sites", "facility", [self.facility]))
        found += unknown(case, "products", "sku", [self.sku] if self.sku else ())
        found += unknown(case, "shelving", "storage_type", [self.storage_type] if self.storage_type else ())
        if self.month is not None and self.month > settings_of(case).months:
            found.append(f"month {self.month} is outside the horizon of {settings_of(case).months} months")
        try:
            pin = self.pin()
        except ValidationError as error:
            found += [item["msg"].removeprefix("Value error, ") for item in error.errors()]
        else:
            found += [] if found else beyond(case, pin)
        yield from found

    def applied(self, case: Case) -> Case:
        """The case with one pin more."""
        return with_pins(case, [*settings_of(case).pins, self.pin()])

    def words(self, case: Case) -> str:  # noqa: ARG002 - a pin says all
        """What is pinned."""
        held = _HOLDS[self.holds]
        if self.decision == "shelves":
            return (
                f"Pinned: {held}{self.amount:,.6g} {self.storage_type} shelves are added at {self.facility}"
            )
        if self.decision == "sqft":
            return f"Pinned: {held}{self.amount:,.6g} sqft are added at {self.facility}"
        if self.decision == "share":
            when = "every month" if self.month is None else f"month {self.month}"
            part = f"{held}{100 * self.amount:,.4g} % of the demand for {self.sku}"
            return f"Pinned: {self.facility} serves {part} in {when}"
        goods = f"{held}{self.amount:,.6g} packs of {self.sku}"
        return f"Pinned: {goods} arrive at {self.facility} in month {self.month}"


def beyond(case: Case, pin: Pin) -> list[str]:
    """What a pin asks to be built where nothing may be, or more than may be."""
    site = case.table("sites").filter(pl.col("facility") == pin.facility).row(0, named=True)
    limit = site["limit_sqft"] if site["expandable"] else 0.0
    if not pin.of_building or pin.least == 0:
        return []
    each = 1.0
    if pin.decision == "shelves":
        here = (pl.col("facility") == pin.facility) & (pl.col("storage_type") == pin.storage_type)
        sizes = case.table("shelving").filter(here)["sqft_per_shelf"]
        if not len(sizes):
            return [f"{pin.facility} has no shelves of type {pin.storage_type}"]
        each = float(sizes[0])
    if limit <= 0:
        return [f"{pin.facility} may not grow"]
    if pin.least * each > limit * (1 + 1e-9):
        return [f"{pin.least * each:,.6g} sqft are more than {pin.facility} may grow by, {limit:,.6g}"]
    return []


class Forbid(Change):
    """Sites at which nothing is built, or products that sites do not serve."""

    change: Literal["forbid"] = "forbid"
    decision: Literal["building", "serving"] = Field(description="building or serving")
    facility: Names = Field(description="sites")
    product: Names | None = Field(default=None, description="products not served; all if not given (serving)")
    month: int | None = Field(default=None, ge=1, description="month; all if not given (serving)")

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.decision == "building" and (self.product is not None or self.month is not None):
            raise ValueError("building is forbidden by site alone")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, months outside the horizon, and no site left to serve from."""
        yield from unknown(case, "sites", "facility", self.facility)
        yield from unknown(case, "products", "sku", self.product)
        if self.month is not None and self.month > settings_of(case).months:
            yield f"month {self.month} is outside the horizon of {settings_of(case).months} months"
        if self.decision == "serving" and set(case.table("sites")["facility"]) <= set(self.facility):
            yield "no site would be left to serve from"

    def _pins(self, case: Case) -> list[Pin]:
        if self.decision == "building":
            return [Pin(decision="sqft", facility=name, amount=0.0) for name in self.facility]
        skus = case.table("products").filter(chosen("sku", self.product))["sku"]
        return [
            Pin(decision="share", facility=name, sku=sku, month=self.month, amount=0.0)
            for name in self.facility
            for sku in skus
        ]

    def applied(self, case: Case) -> Case:
        """The case with one pin for each decision."""
        return with_pins(case, [*settings_of(case).pins, *self._pins(case)])

    def words(self, case: Case) -> str:  # noqa: ARG002 - it says all
        """What is forbidden."""
        sites = ", ".join(self.facility)
        if self.decision == "building":
            return f"Forbidden: nothing is built at {sites}"
        goods = "anything" if self.product is None else ", ".join(self.product)
        when = "" if self.month is None else f" in month {self.month}"
        return f"Forbidden: {sites} does not serve {goods}{when}"


class Unpin(Change):
    """Pins that hold no longer."""

    change: Literal["unpin"] = "unpin"
    decision: Decision | None = Field(default=None, description="kind of pin; all if not given")
    facility: Names | None = Field(default=None, description="sites; all if not given")
    product: Names | None = Field(default=None, description="products; all, and what is built, if not given")

    def _meant(self, pin: Pin) -> bool:
        return (
            self.decision in (None, pin.decision)
            and (self.facility is None or pin.facility in self.facility)
            and (self.product is None or pin.sku in self.product)
        )

    def wrong(self, case: Case) -> Iterator[str]:
        """No such pin."""
        if not any(self._meant(pin) for pin in settings_of(case).pins):
            yield "there is no such pin"

    def applied(self, case: Case) -> Case:
        """The case without these pins."""
        return with_pins(case, [pin for pin in settings_of(case).pins if not self._meant(pin)])

    def words(self, case: Case) -> str:
        """How many pins are gone."""
        gone = sum(self._meant(pin) for pin in settings_of(case).pins)
        return f"Free again: {gone} pinned decisions"
