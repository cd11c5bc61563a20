"""Nodes, working calendar and costs of the made-up bakery group."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.production.example.sizes import HOLIDAYS, day
from provisor.production.example.world import Place, World, codes
from provisor.production.tables import CALENDAR, COST_PARAMETERS, COSTS, NODES

if TYPE_CHECKING:
    from datetime import date

    from provisor.production.example.forecast import Forecast

FIXED_HOURS = 10.0
OVERTIME_HOURS = 2.5
STARTUP_HOURS = 0.25
SHUTDOWN_HOURS = 0.25
CHANGEOVER_HOURS = 0.25

LOAD = 0.88
"""Units to be made over units that regular hours allow with three products a day."""

_CHANGEOVERS_A_DAY = 2
_STORE_DAYS = {"plant": 6, "hub": 9, "freezer": 45, "spoke": 14}
"""Days of average demand that fit into the store."""

_COSTS = {
    "production_per_unit": 1.9,
    "shortage_per_unit": 9.0,
    "waste_multiplier": 1.25,
    "storage_per_unit_day_ambient": 0.004,
    "storage_per_unit_day_frozen": 0.0,
    "storage_per_pallet_day_ambient": 0.0,
    "storage_per_pallet_day_frozen": 0.9,
    "storage_per_pallet_entry_ambient": 0.0,
    "storage_per_pallet_entry_frozen": 2.5,
    "start_cost": 35.0,
    "start_waste_units": 20.0,
}


def works(date_: date) -> bool:
    """Whether a day has fixed hours."""
    return date_.weekday() < 5 and date_ not in HOLIDAYS


def calendar_table(world: World) -> pl.DataFrame:
    """The case's table ``calendar``: weekdays with fixed hours, weekends and national days without."""
    rows = [
        {"node": plant.code, "date": day(number), **_hours(day(number))}
        for plant in world.role("plant")
        for number in range(world.size.forecast_days)
    ]
    return CALENDAR.frame(rows).sort(CALENDAR.key)


def _hours(date_: date) -> dict[str, Any]:
    fixed = works(date_)
    return {
        "fixed_hours": FIXED_HOURS if fixed else 0.0,
        "regular_rate": 140.0,
        "overtime_hours": OVERTIME_HOURS if fixed else 0.0,
        "overtime_rate": 210.0,
        "premium_rate": 280.0,
        "minimum_hours": 0.0 if fixed else 4.0,
        "is_fixed_day": fixed,
    }


def costs_table() -> pl.DataFrame:
    """The case's table ``costs``: frozen goods pay by pallet, others by unit."""
    return COSTS.frame([{"cost": cost, "value": _COSTS[cost]} for cost in sorted(COST_PARAMETERS)])


def nodes_table(world: World, forecast: Forecast, opening: pl.DataFrame) -> pl.DataFrame:
    """The case's table ``nodes``.

    Args:
        world: All places.
        forecast: What is sold, for the sizes of stores and the speed of plants.
        opening: Columns ``node`` and ``units`` of stock and goods on the road, which need not be made.
    """
    rows = [_node(world, forecast, opening, place) for place in world.places.values()]
    return NODES.frame(rows).sort("node")


def _node(world: World, forecast: Forecast, opening: pl.DataFrame, place: Place) -> dict[str, Any]:
    makes = place.role == "plant"
    store = float(forecast.daily(world.region(place.code)).sum()) * _STORE_DAYS[place.role]
    return {
        "node": place.code,
        "name": f"{place.name} {_TITLES[place.role]}".strip(),
        "can_make": makes,
        "rate_units_per_hour": _rate(world, forecast, opening, place) if makes else None,
        "startup_hours": STARTUP_HOURS if makes else 0.0,
        "shutdown_hours": SHUTDOWN_HOURS if makes else 0.0,
        "changeover_hours": CHANGEOVER_HOURS if makes else 0.0,
        "max_hours": FIXED_HOURS + OVERTIME_HOURS if makes else None,
        "shift_start": "05:00" if makes else None,
        "storage": "frozen" if place.role == "freezer" else "ambient",
        "capacity_units": float(1000 * ceil(store / 1000)),
        "has_demand": place.share > 0,
        "needs_trucks": world.has_trucks(place),
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


_TITLES = {"plant": "bakery", "hub": "hub", "freezer": "cold store", "spoke": ""}


def _rate(world: World, forecast: Forecast, opening: pl.DataFrame, plant: Place) -> float:
    """Units per hour with which regular hours just make what the plant's region needs."""
    region = world.region(plant.code)
    days = world.size.days
    fed = [plant.code, *_downstream(world, plant.code)]
    there = float(opening.filter(pl.col("node").is_in(fed))["units"].sum())
    needed = float(forecast.first_days(region, days).sum()) - there
    net_hours = FIXED_HOURS - STARTUP_HOURS - SHUTDOWN_HOURS - _CHANGEOVERS_A_DAY * CHANGEOVER_HOURS
    working = sum(works(day(number)) for number in range(days))
    return float(10 * ceil(needed / (LOAD * net_hours * working) / 10))


def _downstream(world: World, code: str) -> list[str]:
    near = codes(world.fed_by(code))
    return near + [far for place in near for far in _downstream(world, place)]
