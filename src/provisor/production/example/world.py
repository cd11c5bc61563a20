"""Places of the made-up bakery group: who feeds whom, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING, Literal

import numpy as np

from provisor.production.example.catalogue import Product, catalogue
from provisor.production.example.sizes import Size, size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Role = Literal["plant", "hub", "freezer", "spoke"]
Topic = Literal["places", "demand", "stock"]

KM_PER_DEGREE = 111.0
_NARROW = 0.7
"""Width of a degree of longitude beside one of latitude, where the country lies."""

_FIRST = (
    "Alder", "Brin", "Corm", "Dunna", "Elsen", "Fenni", "Garl", "Haskel",
    "Isen", "Jarla", "Kelda", "Lorn", "Merri", "Norra", "Orm", "Pell",
)  # fmt: skip
_LAST = ("mere", "stow", "holt", "wick")

_OVER_SEA = {"hub": 4.0, "spoke": 9.0}
"""Degrees of longitude by which places beyond the sea lie further east than their feeder."""


@dataclass(frozen=True)
class Place:
    """One place.

    Attributes:
        code: Code, such as ``H2``.
        name: Name for people.
        role: What it is.
        feeder: Code of the place that supplies it; empty for a plant.
        latitude: Degrees.
        longitude: Degrees.
        share: Its part in the group's sales, of any total; 0 where nothing is sold.
    """

    code: str
    name: str
    role: Role
    feeder: str
    latitude: float
    longitude: float
    share: float

    def km(self, other: Place) -> float:
        """Distance as the crow flies."""
        north = self.latitude - other.latitude
        east = _NARROW * (self.longitude - other.longitude)
        return KM_PER_DEGREE * sqrt(north * north + east * east)


@dataclass(frozen=True)
class World:
    """All places and products of one example."""

    size: Size
    seed: int
    products: tuple[Product, ...]
    places: dict[str, Place]

    def role(self, role: Role) -> list[Place]:
        """Places of one role."""
        return [place for place in self.places.values() if place.role == role]

    @cached_property
    def sellers(self) -> list[Place]:
        """Places that sell."""
        return [place for place in self.places.values() if place.share > 0]

    def fed_by(self, code: str) -> list[Place]:
        """Places that ``code`` supplies directly."""
        return [place for place in self.places.values() if place.feeder == code]

    def region(self, code: str) -> list[Place]:
        """Places that sell what comes through ``code``, itself included."""
        place = self.places[code]
        own = [place] if place.share > 0 else []
        return own + [far for near in self.fed_by(code) for far in self.region(near.code)]

    def is_far(self, place: Place) -> bool:
        """Whether the place is fed from a freezer."""
        return bool(place.feeder) and self.places[place.feeder].role == "freezer"

    def is_direct(self, place: Place) -> bool:
        """Whether the place is a spoke that a plant serves."""
        return place.role == "spoke" and self.places[place.feeder].role == "plant"

    def is_ferry(self, place: Place) -> bool:
        """Whether the place is the hub that is reached by ferry: the last one of a plant with several."""
        hubs = self.size.hubs_of(place.feeder) if place.role == "hub" else []
        return len(hubs) > 1 and place.code == hubs[-1]

    def has_trucks(self, place: Place) -> bool:
        """Whether goods leave on scheduled trucks only: from plants, and hubs without vans of their own."""
        return place.role == "plant" or (place.role == "hub" and not self.is_ferry(place))

    def random(self, topic: Topic) -> np.random.Generator:
        """Random numbers of one topic, the same for the same seed whatever else is drawn."""
        return np.random.default_rng([self.seed, ("places", "demand", "stock").index(topic)])


def build(size_name: str, seed: int) -> World:
    """Lay out the places of an example; raises ValueError for an unknown size or a negative seed."""
    size = size_of(size_name)
    if seed < 0:
        raise ValueError(f"the seed is {seed}; it must be 0 or more")
    world = World(size, seed, catalogue(size.products), {})
    rng = world.random("places")
    names = _names(rng)
    for code, role, feeder in _roles(size):
        world.places[code] = _placed(world, code, role, feeder, names[len(world.places)], rng)
    return world


def _names(rng: np.random.Generator) -> list[str]:
    """As many names as two parts give, neighbours in the list unlike each other."""
    firsts = [_FIRST[number] for number in np.argsort(rng.random(len(_FIRST)))]
    count = len(_FIRST) * len(_LAST)
    return [
        firsts[number % len(firsts)] + _LAST[(number + number // len(firsts)) % len(_LAST)]
        for number in range(count)
    ]


def _roles(size: Size) -> list[tuple[str, Role, str]]:
    """Code, role and feeder of every place, feeders first."""
    plants = [f"P{number + 1}" for number in range(size.plants)]
    hubs = [code for plant in plants for code in size.hubs_of(plant)]
    freezers = [f"F{number + 1}" for number in range(size.freezers)]
    feeders = [
        *(hubs[number * size.hubs // size.near] for number in range(size.near)),
        *(plants[number % size.plants] for number in range(size.direct)),
        *(freezers[number % size.freezers] for number in range(size.far)),
    ]
    places: list[tuple[str, Role, str]] = [(code, "plant", "") for code in plants]
    places += [(code, "hub", plant) for plant in plants for code in size.hubs_of(plant)]
    places += [(code, "freezer", plants[number]) for number, code in enumerate(freezers)]
    width = len(str(len(feeders)))
    places += [(f"S{number + 1:0{width}}", "spoke", feeder) for number, feeder in enumerate(feeders)]
    return places


def _placed(world: World, code: str, role: Role, feeder: str, name: str, rng: np.random.Generator) -> Place:
    """A place some way off its feeder."""
    north, east, luck = rng.random(3)
    share = {"plant": 0.0, "freezer": 0.0, "hub": 1.3, "spoke": 0.6 + 0.8 * luck}[role]
    if not feeder:
        return Place(code, name, role, "", *_degrees(-44 + north, -112 + 7 * len(world.places) + east), share)
    origin = world.places[feeder]
    reach = {"freezer": 0.15, "hub": 1.8}.get(role, 1.4 if origin.role == "plant" else 0.7)
    latitude = origin.latitude + reach * (0.4 + 0.6 * north) * (1 if luck < 1 / 2 else -1)
    longitude = origin.longitude + reach * (2 * east - 1)
    place = Place(code, name, role, feeder, *_degrees(latitude, longitude), share)
    over_sea = world.is_ferry(place) or world.is_far(place)
    return replace(place, longitude=round(place.longitude + _OVER_SEA[role], 3)) if over_sea else place


def _degrees(latitude: float, longitude: float) -> tuple[float, float]:
    return round(float(latitude), 3), round(float(longitude), 3)


def codes(places: Sequence[Place]) -> list[str]:
    """Codes of places."""
    return [place.code for place in places]
