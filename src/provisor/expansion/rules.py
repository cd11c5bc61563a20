"""The switches of the expansion planner, their defaults and what they mean; and the scalar keys of a case."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from provisor.currency import MONEY

METHODS = ("auto", "daily", "buckets")
"""``auto``: the reductions where their conditions hold, the daily model where they do not; ``daily``: the daily
model; ``buckets``: months of two or more buckets, spread over their days."""

UPSTREAM: dict[str, Any] = {
    "days_on_hand": "network",
    "storage": "sell",
    "shelf_use": "dedicated",
    "shelf_packs": "slots",
    "own_type": False,
    "fill": 0.93,
    "whole_shelves": False,
    "whole_packs": False,
    "trucks": "off",
    "opening": "none",
}
"""What ``preset: upstream`` sets, for side-by-side runs with an earlier model of the same business."""

RuleGroup = Literal["demand", "storage", "days-on-hand", "area", "trucks"]


class Rules(BaseModel):
    """Rules in force. Every field is a switch of ``case.yaml`` under ``rules``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: Literal["none", "upstream"] = Field("none", description="start from a named set of switches")
    demand: Literal["uniform", "weekday", "monthly", "daily"] = Field(
        "uniform",
        description="uniform: a month's demand in equal parts on its days; weekday: in parts as weekday_weights say; "
        "monthly: on any days of the month; daily: as the table daily_demand says",
    )
    weekday_weights: tuple[float, ...] = Field(
        (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
        min_length=7,
        max_length=7,
        description="weight of Monday to Sunday in a month's demand (demand: weekday)",
    )
    demand_unit: Literal["packs", "eaches"] = Field(
        "packs", description="what a unit of the demand tables is: a sell pack, or one piece of it"
    )
    pipeline: bool = Field(
        True,
        description="orders may be dated before the first day and arrive from the first day on; false: the first "
        "arrival is a lead time after the first day, and days on hand hold from then on",
    )
    lead_time_unit: Literal["business", "calendar"] = Field(
        "business", description="what a day of lead time is: a day of the calendar table, or any day"
    )
    storage: Literal["mixed", "sell", "inbound"] = Field(
        "mixed",
        description="room a sell pack takes: sell: its own; inbound: its part of the inbound pack; mixed: as received "
        "where it may not be repacked, else in the form that takes less volume",
    )
    positions: bool = Field(
        False,
        description="stock takes 1 / ratio positions per sell pack, within the positions of the shelves",
    )
    own_type: bool = Field(True, description="a product is kept on shelves of its own storage type only")
    shelf_use: Literal["shared", "dedicated"] = Field(
        "shared",
        description="shared: shelves of a type hold any stock of that type; dedicated: each shelf holds one product, "
        "in whole packs, for the whole horizon",
    )
    shelf_packs: Literal["volume", "slots"] = Field(
        "volume",
        description="packs on a shelf of one product: volume: as many as its volume and weight allow; slots: counted "
        "slot by slot, or in one stack per slot on shelves of its own type (see docs/expansion/rules.md)",
    )
    whole_shelf: tuple[str, ...] = Field(
        (), description="products that shelf_packs: slots counts on the shelf as a whole"
    )
    fill: float = Field(
        1.0,
        gt=0,
        le=1,
        description="usable share of added shelves, and of all shelves where a site may not grow",
    )
    check_time: Literal["evening", "morning"] = Field(
        "evening",
        description="when room is checked: on stock at day end, or in the morning after arrivals, before shipments",
    )
    days_on_hand: Literal["own", "network", "pooled"] = Field(
        "own",
        description="own: stock of a site at day end covers days x its own average daily shipments of the month; "
        "network: x those of all sites, at every site; pooled: the sum over sites of stock covers the sum of own",
    )
    policy: dict[str, float] | None = Field(
        None, description="days on hand by supplier kind at every site, instead of the lead-time table's"
    )
    doh_multiplier: float = Field(
        1.0, ge=0, description="safety stock multiplier: all days on hand times this"
    )
    days_on_hand_unit: Literal["business", "calendar"] = Field(
        "business", description="what a day on hand is; calendar days count 5/7"
    )
    trucks: Literal["report", "soft", "hard", "off"] = Field(
        "report",
        description="loads of a supplier at a site on a day are within its trucks: report: only shown; soft: loads "
        "beyond cost excess_truck_cost each; hard: kept; off: not shown either",
    )
    truck_exempt: tuple[str, ...] = Field((), description="suppliers whose trucks are not limited")
    truck_exempt_kinds: tuple[str, ...] = Field((), description="supplier kinds whose trucks are not limited")
    whole_shelves: bool = Field(True, description="added shelves are whole")
    whole_packs: bool = Field(True, description="orders are whole inbound packs")
    opening: Literal["level", "data", "none"] = Field(
        "level",
        description="stock before the first day: level: the plan chooses, at most the days-on-hand level of month 1; "
        "data: as the table opening says; none: nothing",
    )
    phases: bool = Field(
        False,
        description="build at the start of the year in which it is needed, discounted, with a fixed cost",
    )
    resolution: Literal["daily", "orders", "monthly"] = Field(
        "daily",
        description="daily: all by day; orders: orders by day, stock and rules by month; monthly: all by month",
    )
    give_first: tuple[RuleGroup, ...] = Field(
        ("trucks", "days-on-hand", "area", "storage", "demand"),
        description="which rules give first where all cannot be kept; the first one gives as much as it must",
    )

    @field_validator("weekday_weights")
    @classmethod
    def _weights(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if min(values) < 0 or sum(values) <= 0:
            raise ValueError("weights are at least 0 and not all 0")
        return values

    @field_validator("policy")
    @classmethod
    def _days(cls, values: dict[str, float] | None) -> dict[str, float] | None:
        if values is not None and any(days < 0 for days in values.values()):
            raise ValueError("days on hand are at least 0")
        return values

    @model_validator(mode="before")
    @classmethod
    def _apply_preset(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("preset") == "upstream":
            values = {**UPSTREAM, **values}
        return values


class Trucks(BaseModel):
    """What a truck carries, and how many of a supplier may arrive at a site on a day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weight_lb: float = Field(default=45000.0, gt=0, description="most pounds on a truck")
    volume_cuft: float = Field(default=3600.0, gt=0, description="most cubic feet on a truck")
    positions: float | None = Field(
        default=None, gt=0, description="most inbound packs on a truck; none for no limit"
    )
    per_day: float = Field(default=1.0, ge=0, description="trucks of a supplier at a site on a day")


class Pin(BaseModel):
    """A decision taken by the user, held exactly, or at least or at most; exactly 0 forbids.

    ``shelves`` names facility and storage_type, ``sqft`` the facility; ``share``, the part of a product's demand
    that a site serves, names sku and facility, and a month unless it holds in all of them; ``delivery``, the packs of
    a product that arrive at a site, names sku, facility and month.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Literal["shelves", "sqft", "share", "delivery"]
    facility: str
    storage_type: str | None = None
    sku: str | None = None
    month: int | None = Field(default=None, ge=1)
    amount: float = Field(ge=0)
    holds: Literal["exactly", "at_least", "at_most"] = "exactly"

    @model_validator(mode="after")
    def _sensible(self) -> Pin:
        if (self.decision == "shelves") != (self.storage_type is not None):
            raise ValueError("a pin of shelves names a storage_type, one of anything else does not")
        if (self.decision in {"share", "delivery"}) != (self.sku is not None):
            raise ValueError("a pin of a share or a delivery names a sku, one of shelves or sqft does not")
        if self.month is not None and self.sku is None:
            raise ValueError("what is built holds in all months; leave month out")
        if self.decision == "delivery" and self.month is None:
            raise ValueError("a pin of a delivery names a month")
        if self.decision == "share" and self.amount > 1:
            raise ValueError("a share is at most 1")
        return self

    @property
    def least(self) -> float:
        """Least amount that keeps it."""
        return 0.0 if self.holds == "at_most" else self.amount

    @property
    def most(self) -> float:
        """Largest amount that keeps it."""
        return float("inf") if self.holds == "at_least" else self.amount

    @property
    def of_building(self) -> bool:
        """Whether it is about what is built."""
        return self.sku is None


class Settings(BaseModel):
    """Scalar keys of an expansion case.

    Prices that are not given (``none``) mean that what they price is not allowed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: date = Field(description="first day of the first month planned")
    months: int = Field(ge=1, le=600, description="months planned")
    days_per_month: int = Field(21, ge=1, le=23, description="business days of a month")
    trucks: Trucks = Field(default=Trucks(), description="size and number of trucks")
    holding_per_cuft_day: float = Field(
        0.0, ge=0, description="cost of a cubic foot of goods at day end, by the volume of the sell pack"
    )
    overflow_per_cuft_day: float | None = Field(
        None, ge=0, description="rent of a cubic foot of stock kept elsewhere for a day; none: not allowed"
    )
    lost_sale_per_pack: float | None = Field(
        None, ge=0, description="cost of a sell pack of demand not served; none: not allowed"
    )
    excess_truck_cost: float = Field(
        1000.0, ge=0, description="cost of a truckload beyond the trucks allowed"
    )
    discount_rate: float = Field(0.0, ge=0, description="yearly rate at which phases are discounted")
    currency: str = Field(MONEY, description="currency of all amounts")
    pins: tuple[Pin, ...] = Field((), description="decisions that are given")
