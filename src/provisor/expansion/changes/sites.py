"""Sites: how far they may grow and at what price, which there are, and their shelves."""

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
    with_rows,
    without,
)
from provisor.expansion.tables import SITES, TIERS
from provisor.scenario import Change, Name, Names, with_table
from provisor.tables.naming import chosen, names, unknown
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case

MONTHS_OF_YEAR = 12

BY_SITE = ("sites", "tiers", "shelving", "lead_times", "opening", "shelf_packs")
"""Tables with rows of a site."""

SHELF = ("shelves", "sqft_per_shelf", "volume_cuft", "weight_lb", "positions")
"""What is known of shelves of a type at a site."""


class PriceTiers(Change):
    """The price of added area at sites: times a factor, or other tiers."""

    change: Literal["price_tiers"] = "price_tiers"
    facility: Names | None = Field(default=None, description="sites; all that have a price if not given")
    factor: float | None = Field(default=None, ge=0, description="times this")
    tiers: tuple[tuple[float, float], ...] | None = Field(
        default=None,
        min_length=1,
        description="pairs: up to how many sqft in total, and the price of each in it",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        one_of(self, "factor", "tiers")
        ends = [0.0, *(upto for upto, _ in self.tiers or ())]
        if ends != sorted(set(ends)) or any(price < 0 for _, price in self.tiers or ()):
            raise ValueError("tiers go up in size, and their prices are at least 0")
        if self.tiers is not None and self.facility is None:
            raise ValueError("name the sites whose tiers they are")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown sites, no price to take a factor of, and tiers that end before the limit."""
        found = list(unknown(case, "sites", "facility", self.facility))
        priced = names(case, "tiers", "facility")
        if self.factor is not None:
            found += [f"{name} has no price of area" for name in self.facility or () if name not in priced]
            if not priced:
                found.append("no site has a price of area")
        elif not found:
            end = (self.tiers or ((0.0, 0.0),))[-1][0]
            sites = case.table("sites").filter(
                chosen("facility", self.facility) & (pl.col("limit_sqft") > end)
            )
            found += [
                f"the tiers end at {end:,.6g} sqft, before the limit of {name}, {limit:,.6g}"
                for name, limit in sites.select("facility", "limit_sqft").iter_rows()
            ]
        yield from found

    def applied(self, case: Case) -> Case:
        """The case at the other prices."""
        which = chosen("facility", self.facility)
        if self.factor is not None:
            return edited(case, "tiers", which, price_per_sqft=pl.col("price_per_sqft") * self.factor)
        rows = [
            {"facility": name, "tier": number, "upto_sqft": upto, "price_per_sqft": price}
            for name in self.facility or ()
            for number, (upto, price) in enumerate(self.tiers or (), 1)
        ]
        return with_rows(without(case, "facility", self.facility or (), "tiers"), "tiers", TIERS.frame(rows))

    def words(self, case: Case) -> str:
        """The prices before and after."""
        after = self.applied(case)
        sites = self.facility or names(case, "tiers", "facility")
        said = [f"{name} {_prices(after, name)} instead of {_prices(case, name)}" for name in sites]
        return f"Price of a sqft: {'; '.join(said)}"


def _prices(case: Case, site: str) -> str:
    return spread(case.table("tiers").filter(pl.col("facility") == site)["price_per_sqft"], case.currency)


class SiteLimit(Change):
    """The most area that may be added at sites; 0 where nothing may be built."""

    change: Literal["site_limit"] = "site_limit"
    facility: Names = Field(description="sites")
    limit_sqft: float | None = Field(default=None, ge=0, description="most area that may be added")
    factor: float | None = Field(default=None, ge=0, description="times the limit there is")

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        one_of(self, "limit_sqft", "factor")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown sites, and sites that would grow without a price."""
        yield from unknown(case, "sites", "facility", self.facility)
        priced = names(case, "tiers", "facility")
        if self.limit_sqft:
            yield from (
                f"{name} has no price of area; give it one with price_tiers"
                for name in self.facility
                if name in case.table("sites")["facility"] and name not in priced
            )

    def applied(self, case: Case) -> Case:
        """Sites with the limit; the last tier reaches as far."""
        which = chosen("facility", self.facility)
        new = pl.lit(self.limit_sqft) if self.factor is None else pl.col("limit_sqft") * self.factor
        sites = edited(case, "sites", which, limit_sqft=new)
        sites = edited(sites, "sites", which, expandable=pl.col("limit_sqft") > 0)
        limits = sites.table("sites").select("facility", "limit_sqft")
        tiers = case.table("tiers").join(limits, on="facility", how="left", maintain_order="left")
        last = pl.col("tier") == pl.col("tier").max().over("facility")
        further = pl.when(last).then(pl.max_horizontal("upto_sqft", "limit_sqft")).otherwise("upto_sqft")
        return with_table(sites, "tiers", tiers.with_columns(upto_sqft=further))

    def words(self, case: Case) -> str:
        """The limits before and after."""
        limits = [
            dict(one.table("sites").select("facility", "limit_sqft").iter_rows())
            for one in (case, self.applied(case))
        ]
        said = [
            f"{name} {limits[1][name]:,.6g} sqft instead of {limits[0][name]:,.6g}" for name in self.facility
        ]
        return f"Area that may be added: {'; '.join(said)}"


class SiteClosed(Change):
    """Sites that are gone, with their shelves and what stands on them; the others serve all demand."""

    change: Literal["site_closed"] = "site_closed"
    facility: Names = Field(description="sites")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown sites, none left, pins of theirs, and products that no shelf would be left for."""
        found = list(unknown(case, "sites", "facility", self.facility))
        if set(case.table("sites")["facility"]) <= set(self.facility):
            found.append("no site would be left")
        pinned = {pin.facility for pin in settings_of(case).pins} & set(self.facility)
        found += [f"a pin names {name}; take it out first with unpin" for name in sorted(pinned)]
        left = case.table("shelving").filter(~chosen("facility", self.facility))["storage_type"].to_list()
        if not found and rules_of(case).own_type:
            homeless = case.table("products").filter(~pl.col("storage_type").is_in(left))
            found += [f"{sku} is kept on shelves that no other site has" for sku in homeless["sku"]]
        yield from found

    def applied(self, case: Case) -> Case:
        """The case without their rows."""
        return without(case, "facility", self.facility, *BY_SITE)

    def words(self, case: Case) -> str:
        """The shelves that go."""
        gone = case.table("shelving").filter(chosen("facility", self.facility))["shelves"].sum()
        return f"Closed: {', '.join(self.facility)}, with {gone:,.0f} shelves"


class NewSite(Change):
    """A site more, like another one, with area to build on or to lease; products are kept there if it pays."""

    change: Literal["new_site"] = "new_site"
    facility: Name = Field(description="name of the new site")
    like: Name = Field(
        description="site whose shelf types, lead times, days on hand and shipping cost it takes over"
    )
    limit_sqft: float = Field(gt=0, description="most area")
    price_per_sqft: float | None = Field(default=None, ge=0, description="price of a sqft, paid once")
    lease_per_sqft_year: float | None = Field(
        default=None, ge=0, description="rent of a sqft for a year; paid for the whole horizon"
    )
    fixed_cost: float = Field(
        default=0.0, ge=0, description="cost of building there at all, whatever its size"
    )
    shelves: float = Field(
        default=0.0, ge=0, description="shelves there are, as a multiple of those of the other site"
    )
    days_on_hand: float = Field(
        default=1.0, ge=0, description="days on hand, as a multiple of those of the other site"
    )

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        one_of(self, "price_per_sqft", "lease_per_sqft_year")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """A site that is there already, or none to be like."""
        if self.facility in case.table("sites")["facility"]:
            yield f"there is a site {self.facility} already"
        yield from unknown(case, "sites", "facility", [self.like])
        if rules_of(case).policy is not None and self.days_on_hand != 1.0:
            yield "the policy says the days on hand of every site; leave days_on_hand out"

    def price(self, case: Case) -> float:
        """Price of a sqft over the horizon."""
        if self.lease_per_sqft_year is None:
            return self.price_per_sqft or 0.0
        return self.lease_per_sqft_year * settings_of(case).months / MONTHS_OF_YEAR

    def applied(self, case: Case) -> Case:
        """Its rows in all tables; of opening stock it has none."""
        like, price = pl.col("facility") == self.like, self.price(case)
        for table in ("shelving", "lead_times", "shelf_packs"):
            rows = case.table(table).filter(like).with_columns(facility=pl.lit(self.facility))
            if table == "shelving":
                rows = rows.with_columns(shelves=pl.col("shelves") * self.shelves)
            if table == "lead_times":
                rows = rows.with_columns(days_on_hand=pl.col("days_on_hand") * self.days_on_hand)
            case = with_rows(case, table, rows)
        shipping = case.table("sites").filter(like)["transport_per_pack"][0]
        site = {
            "facility": self.facility, "expandable": True, "limit_sqft": self.limit_sqft,
            "fixed_cost": self.fixed_cost, "transport_per_pack": shipping,
        }  # fmt: skip
        tier = {"facility": self.facility, "tier": 1, "upto_sqft": self.limit_sqft, "price_per_sqft": price}
        return with_rows(with_rows(case, "sites", SITES.frame([site])), "tiers", TIERS.frame([tier]))

    def words(self, case: Case) -> str:
        """Its area and price, and what it must hold although it may serve nobody."""
        price = f"{money(self.price(case), case.currency)} a sqft"
        if self.lease_per_sqft_year is not None:
            price += f" over the horizon, {money(self.lease_per_sqft_year, case.currency)} a year"
        said = f"New site {self.facility} like {self.like}: up to {self.limit_sqft:,.0f} sqft for {price}"
        if rules_of(case).days_on_hand == "network":
            said += "; like every site it holds days on hand of all shipments (rules.days_on_hand: network)"
        return said


class ShelfType(Change):
    """Shelves of a type at sites: how many there are, or what one of them takes."""

    change: Literal["shelf_type"] = "shelf_type"
    storage_type: Names = Field(description="types of shelf")
    facility: Names | None = Field(default=None, description="sites; all that have the type if not given")
    more: float | None = Field(default=None, description="shelves more than there are; below 0 for fewer")
    shelves: float | None = Field(default=None, ge=0, description="shelves there are")
    sqft_per_shelf: float | None = Field(default=None, gt=0, description="area of a shelf, aisles included")
    volume_cuft: float | None = Field(default=None, ge=0, description="room of a shelf")
    weight_lb: float | None = Field(default=None, ge=0, description="most weight on a shelf")
    positions: float | None = Field(default=None, ge=0, description="places for inbound packs on a shelf")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not some(self, "more", *SHELF):
            raise ValueError(f"give one of more, {', '.join(SHELF)}")
        if self.more is not None and self.shelves is not None:
            raise ValueError("give more or shelves, not both")
        return self

    def _which(self) -> pl.Expr:
        return chosen("storage_type", self.storage_type) & chosen("facility", self.facility)

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, sites without the type, and fewer shelves than none."""
        found = [
            *unknown(case, "sites", "facility", self.facility),
            *unknown(case, "shelving", "storage_type", self.storage_type),
        ]
        rows = case.table("shelving").filter(self._which())
        if not found and rows.is_empty():
            found.append("no site named has shelves of the type")
        elif self.more is not None and rows.height and min(rows["shelves"].to_list()) + self.more < 0:
            found.append(f"there are fewer than {-self.more:g} shelves")
        yield from found

    def applied(self, case: Case) -> Case:
        """The shelving changed."""
        new = {name: pl.lit(value) for name, value in some(self, *SHELF).items()}
        if self.more is not None:
            new["shelves"] = pl.col("shelves") + self.more
        return edited(case, "shelving", self._which(), **new)

    def words(self, case: Case) -> str:
        """What is known of the shelves before and after."""
        before, after = (one.table("shelving").filter(self._which()) for one in (case, self.applied(case)))
        changed = [name for name in SHELF if before[name].to_list() != after[name].to_list()]
        said = [
            f"{name.replace('_', ' ')} {spread(after[name])} instead of {spread(before[name])}"
            for name in changed
        ]
        sites = ", ".join(before["facility"])
        return f"Shelves of type {', '.join(self.storage_type)} at {sites}: {'; '.join(said) or 'as before'}"
