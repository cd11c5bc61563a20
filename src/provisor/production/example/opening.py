"""Opening stock of the made-up bakery group, and what is on the road."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from provisor.production.example.sizes import START
from provisor.production.tables import STOCK, TRANSIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import polars as pl

    from provisor.production.example.catalogue import Product
    from provisor.production.example.forecast import Forecast
    from provisor.production.example.world import Place, World

Row = dict[str, Any]

_AGES = {"plant": (3, 4), "hub": (4, 5), "direct": (4, 5), "near": (5, 6), "far": (1, 3), "freezer": (10, 17)}
"""Days since goods became what they are; nothing was made over the weekend before the start."""

_COVER_DAYS = {"plant": 1, "hub": 2, "direct": 4, "near": 3, "far": 4, "freezer": 10}
"""Days of demand that stock covers, at hubs and plants that of all they supply."""

_FERRY_COVER_DAYS = 2
_FAR_ARRIVALS = (1, 3)
_FAR_ARRIVAL_COVER_DAYS = 2
_FERRY_AGE = 3
_LIFE = {"ambient": "ambient_days", "frozen": "frozen_days", "thawed": "thawed_days"}


def stock_table(world: World, forecast: Forecast) -> pl.DataFrame:
    """The case's table ``stock``: two batches of each product at each place, one more nearly too old."""
    rng = world.random("stock")
    rows: list[Row] = []
    for place in world.places.values():
        kind = _kind(world, place)
        ages = tuple(age + _ferry_delay(world, place) for age in _AGES[kind])
        for product, units in _cover(world, forecast, place, _COVER_DAYS[kind], rng):
            rows += _batches(place, product, _state(kind), ages, units)
    rows.append(_nearly_expired(world, forecast))
    return STOCK.frame(rows).sort(STOCK.key)


def transit_table(world: World, forecast: Forecast) -> pl.DataFrame:
    """The case's table ``transit``: Friday's goods on the ferry, frozen goods for the far spokes."""
    rows: list[Row] = []
    for place in world.places.values():
        if world.is_ferry(place):
            rows += _on_road(world, forecast, place, "ambient", _FERRY_AGE, 0, _FERRY_COVER_DAYS)
        elif world.is_far(place):
            for arrival in _FAR_ARRIVALS:
                age = _AGES["freezer"][0] + arrival
                rows += _on_road(world, forecast, place, "frozen", age, arrival, _FAR_ARRIVAL_COVER_DAYS)
    return TRANSIT.frame(rows).sort(TRANSIT.key)


def _kind(world: World, place: Place) -> str:
    if place.role != "spoke":
        return place.role
    if world.is_far(place):
        return "far"
    return "direct" if world.is_direct(place) else "near"


def _state(kind: str) -> str:
    return {"far": "thawed", "freezer": "frozen"}.get(kind, "ambient")


def _ferry_delay(world: World, place: Place) -> int:
    """Days by which goods beyond the sea are older."""
    beyond = place if place.role == "hub" else world.places.get(place.feeder, place)
    return 1 if world.is_ferry(beyond) else 0


def _cover(
    world: World, forecast: Forecast, place: Place, days: int, rng: np.random.Generator
) -> Iterator[tuple[Product, int]]:
    """Units of each product that cover the first days of all the place supplies, some better than others."""
    demand = forecast.first_days(world.region(place.code), days)
    luck = 1.0 + 0.15 * rng.random(len(world.products))
    for product, units, factor in zip(world.products, demand, luck, strict=True):
        if units > 0:
            yield product, _whole_cases(product, units * factor)


def _whole_cases(product: Product, units: float) -> int:
    return product.units_per_case * ceil(units / product.units_per_case)


def _batches(place: Place, product: Product, state: str, ages: tuple[int, ...], units: int) -> Iterator[Row]:
    """Two batches: three fifths young, the rest older."""
    young = _whole_cases(product, 0.6 * units)
    for age, part in zip(ages, (young, units - young), strict=True):
        if part > 0:
            yield _batch(place, product, state, age, part)


def _batch(place: Place, product: Product, state: str, age: int, units: int) -> Row:
    """A batch that became ambient, frozen or thawed ``age`` days before the start."""
    since = START - timedelta(days=age)
    return {
        "node": place.code,
        "product": product.code,
        "state": state,
        "batch": f"{state[0].upper()}{since:%y%m%d}",
        "expires": since + timedelta(days=getattr(product, _LIFE[state])),
        "units": float(units),
    }


def _nearly_expired(world: World, forecast: Forecast) -> Row:
    """A batch at the first hub that can be sold on two more days only."""
    hub, product = world.role("hub")[0], world.products[0]
    age = product.ambient_days - product.min_days_at_sale - 1
    return _batch(hub, product, "ambient", age, _whole_cases(product, forecast.first_days([hub], 2)[0]))


def _on_road(
    world: World, forecast: Forecast, place: Place, state: str, age: int, arrival: int, days: int
) -> Iterator[Row]:
    demand = forecast.daily(world.region(place.code)) * days
    for product, units in zip(world.products, demand, strict=True):
        if units > 0:
            batch = _batch(place, product, state, age, _whole_cases(product, units))
            yield {**batch, "arrival": START + timedelta(days=arrival)}
