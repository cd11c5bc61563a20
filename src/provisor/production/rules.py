"""The switches of the production planner, their defaults and what they mean."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from provisor.currency import MONEY

UPSTREAM: dict[str, Any] = {
    "loading": "same_day",
    "min_days_at_sale": False,
    "transit_stock": False,
    "stock_age": "fresh",
    "truck_cost": False,
    "end": "waste",
    "end_transit": "last_departures",
    "extra_days": 1,
    "whole_cases": False,
    "storage_capacity": False,
    "changeover": "starts",
    "startup_hours": 0.5,
    "shutdown_hours": 0.25,
    "changeover_hours": 0.5,
    "max_hours_other_days": 14.0,
}
"""What ``preset: upstream`` sets, for side-by-side runs with an earlier system of the same business."""


Gives = Literal["demand", "storage-capacity", "leg-capacity", "loading", "truck-pallets", "hours"]

GIVES_WAY: tuple[Gives, ...] = (
    "demand", "storage-capacity", "leg-capacity", "loading", "truck-pallets", "hours",
)  # fmt: skip
"""Rules that may give way in an infeasible case, in the order in which they do if a case names no other."""


class Rules(BaseModel):
    """Rules in force. Every field is a switch of ``case.yaml`` under ``rules``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: Literal["none", "upstream"] = Field("none", description="start from a named set of switches")
    shelf_life: bool = Field(True, description="a batch is held, shipped or sold only while it is alive")
    min_days_at_sale: bool = Field(
        True, description="at sale a batch has the product's min_days_at_sale left"
    )
    loading: Literal["business", "previous_day", "same_day"] = Field(
        "business",
        description="business: a morning truck carries what was there the evening before, an afternoon truck also "
        "what was made that day before it left; previous_day: no truck carries the day's own production; "
        "same_day: every truck may",
    )
    shift_start: str = Field(
        "04:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="start of work where the node gives none"
    )
    truck_pallets: bool = Field(
        True, description="whole pallets per product, state and stop; a truck holds its pallets"
    )
    whole_cases: bool = Field(True, description="shipments are whole cases")
    mixes: bool = Field(True, description="production is whole mixes where units_per_mix is given")
    changeover: Literal["count", "brand", "starts"] = Field(
        "count",
        description="hours between products of a day: count: (products - 1) x changeover_hours; brand: least "
        "sequence over brands; starts: (starts - production days) x changeover_hours, as upstream counts",
    )
    same_brand_hours: float = Field(
        0.25, ge=0, description="hours between two products of one brand (changeover: brand)"
    )
    cross_brand_hours: float = Field(1.0, ge=0, description="hours between two brands (changeover: brand)")
    startup_hours: float | None = Field(None, ge=0, description="overrides the nodes' startup_hours")
    shutdown_hours: float | None = Field(None, ge=0, description="overrides the nodes' shutdown_hours")
    changeover_hours: float | None = Field(None, ge=0, description="overrides the nodes' changeover_hours")
    max_hours_other_days: float = Field(
        24.0,
        gt=0,
        le=24,
        description="most hours on a day without fixed hours, where the node gives no max_hours",
    )
    starts: Literal["transition", "daily"] = Field(
        "transition",
        description="transition: a start is a day a product is made after one it was not; daily: every day it is made",
    )
    pallets_by: Literal["product", "batch"] = Field(
        "product", description="stock fills whole pallets per product or batch"
    )
    storage_capacity: bool = Field(True, description="stock at a node at day end is within its capacity")
    leg_capacity: bool = Field(True, description="units on a leg and day are within its capacity")
    shortages: bool = Field(True, description="demand may be short at a cost; false forbids it")
    end: Literal["value", "waste", "free"] = Field(
        "value", description="what is left at the end: worth end_value up to the cover, wasted, or free"
    )
    end_transit: Literal["all", "last_departures"] = Field(
        "all",
        description="goods on the road at the end count as what is left there: all of them, or only those that left "
        "on the last day, as upstream counts",
    )
    end_value: float | None = Field(
        None, ge=0, description="worth per unit left at the end; production cost if not given"
    )
    end_cover_days: int = Field(
        7, ge=0, description="days of demand beyond the horizon that stock left may cover"
    )
    lookahead_days: int = Field(
        0, ge=0, description="days planned beyond the horizon; summaries leave them out"
    )
    extra_days: int = Field(0, ge=0, le=7, description="days added to the horizon (upstream plans 7k+1 days)")
    truck_cost: bool = Field(
        True, description="departures cost what the truck table says; false makes them free"
    )
    transit_stock: bool = Field(True, description="goods on the road at the start arrive and are used")
    stock_age: Literal["batch", "fresh"] = Field(
        "batch", description="opening stock has its true age, or is fresh"
    )
    freshness: float = Field(0.0, ge=0, description="price per unit sold and share of its shelf life used up")

    gives_way: tuple[Gives, ...] = Field(
        default=GIVES_WAY,
        min_length=1,
        description="rules that may give way where a case is infeasible, the one that gives way first before the "
        "others; one left out never does",
    )

    @model_validator(mode="before")
    @classmethod
    def _apply_preset(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("preset") == "upstream":
            values = {**UPSTREAM, **values}
        if isinstance(values, dict) and values.get("shelf_life") is False:
            values = {**values, "min_days_at_sale": False}
        return values


class Pin(BaseModel):
    """A decision taken by the user: this and only this, or never this.

    ``decision: production`` names node, product and date and pins ``mixes`` or ``units`` (0 forbids), or ``used``,
    whether any is made; ``decision: departure`` names truck and date and pins ``used`` (true or false), or with
    product and stop ``units``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Literal["production", "departure"]
    day: date = Field(alias="date")
    node: str | None = None
    product: str | None = None
    truck: str | None = None
    stop: str | None = None
    mixes: int | None = Field(None, ge=0)
    units: float | None = Field(None, ge=0)
    used: bool | None = None


class Settings(BaseModel):
    """Scalar keys of a production case.

    ``start`` is the first day planned; stock is what is there before work begins on it. ``days`` is the length of
    the horizon, extra days of the rules and days looked ahead included; summaries and key figures speak of the first
    ``asked_days`` of them, all of them if not given. All amounts of money are in ``currency``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: date
    days: int = Field(ge=1, le=400)
    asked_days: int | None = Field(None, ge=1)
    stock_date: date | None = None
    currency: str = MONEY
    pins: tuple[Pin, ...] = ()
