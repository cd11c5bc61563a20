"""Legs of the made-up bakery group."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from provisor.production.tables import LEGS

if TYPE_CHECKING:
    import polars as pl

    from provisor.production.example.forecast import Forecast
    from provisor.production.example.world import Place, World

_TRANSIT_DAYS = {"hub": 1.0, "freezer": 0.5, "direct": 1.0, "near": 0.5, "ferry": 2.5}
_FROZEN_DAYS = (3.0, 4.0, 5.0)
"""Days on the road from a freezer to the far spokes, one after the other."""


def legs_table(world: World, forecast: Forecast) -> pl.DataFrame:
    """The case's table ``legs``: one from every feeder to those it feeds, and those of the swing trucks."""
    rows = [_leg(world, forecast, place) for place in world.places.values() if place.feeder]
    return LEGS.frame(rows).sort("leg")


def _leg(world: World, forecast: Forecast, place: Place) -> dict[str, Any]:
    origin = world.places[place.feeder]
    km = origin.km(place)
    frozen = world.is_far(place)
    return {
        "leg": f"{origin.code}-{place.code}",
        "origin": origin.code,
        "destination": place.code,
        "mode": "frozen" if frozen else "ambient",
        "transit_days": _transit_days(world, place),
        "cost_per_unit": round(0.03 + (0.0004 if frozen else 0.0005) * km, 3),
        "capacity_units": float(100 * ceil(5 * forecast.daily([place]).sum() / 100)) if frozen else None,
    }


def _transit_days(world: World, place: Place) -> float:
    if world.is_far(place):
        far = [spoke.code for spoke in world.role("spoke") if world.is_far(spoke)]
        return _FROZEN_DAYS[far.index(place.code) % len(_FROZEN_DAYS)]
    if world.is_ferry(place):
        return _TRANSIT_DAYS["ferry"]
    if world.is_direct(place):
        return _TRANSIT_DAYS["direct"]
    return _TRANSIT_DAYS["near" if place.role == "spoke" else place.role]
