"""The made-up distributor laid out: its sites, their shelves, and what its customers will want."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Literal

import numpy as np

from provisor.expansion.example.catalogue import (
    BIN,
    CAGE,
    DOMESTIC,
    PALLET,
    RACK,
    SEASONS,
    Product,
    catalogue,
)
from provisor.expansion.example.sizes import DAYS_PER_MONTH, Size, size_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

Topic = Literal["places", "demand", "days"]

_TOPICS: tuple[Topic, ...] = ("places", "demand", "days")
_FIRST = (
    "Aster",
    "Bram",
    "Calder",
    "Dorn",
    "Elling",
    "Farn",
    "Gorse",
    "Hazel",
    "Ivel",
    "Kern",
    "Lind",
    "Marl",
)
_LAST = ("bridge", "ford", "haven", "moor", "port", "wick")
_SHARES = {2: (0.6, 0.4), 3: (0.5, 0.26, 0.24)}

PALLET_ROOM = 0.86
"""Room on pallet shelves, beside the least that days on hand can ask for in the worst month: too little."""

OTHER_ROOM = 1.35
"""The same of all other shelves: enough."""

LIMIT = 0.8
"""Room that may be added at the sites together, beside the same least."""


@dataclass(frozen=True)
class Shelf:
    """One shelf of a type: area, volume, weight and places."""

    sqft: float
    volume: float
    weight: float
    positions: int


SHELVES = {
    PALLET: Shelf(58.0, 512.0, 9600.0, 8),
    RACK: Shelf(9.5, 40.0, 900.0, 6),
    BIN: Shelf(3.6, 7.5, 110.0, 3),
    CAGE: Shelf(12.0, 30.0, 1000.0, 12),
}
"""What a shelf of each type takes; pallet bays of other sites differ by their height."""

_HEIGHTS = (1.0, 0.75, 1.25)
"""Height of the pallet bays of each site beside those of the first."""


@dataclass(frozen=True)
class World:
    """Products, sites and what both need.

    Attributes:
        size: How much of everything there is.
        seed: Seed of all that is random.
        products: Products.
        sites: Names of the sites; the first may not grow.
        demand: Sell packs by month and product, whole.
        lead: Days from order to arrival, by product and site.
        days: Days on hand, by product and site.
    """

    size: Size
    seed: int
    products: tuple[Product, ...]
    sites: tuple[str, ...]
    demand: NDArray[np.int64]
    lead: NDArray[np.int64]
    days: NDArray[np.int64]

    def shelf(self, site: int, storage_type: str) -> Shelf:
        """A shelf of a type at a site."""
        shelf = SHELVES[storage_type]
        if storage_type != PALLET:
            return shelf
        height = _HEIGHTS[site]
        return Shelf(
            shelf.sqft, shelf.volume * height, shelf.weight * height, round(shelf.positions * height)
        )

    def need(self, storage_type: str) -> float:
        """Shelves of the first site's kind that the least days on hand fill in the worst month.

        No plan needs less in all sites together: every product is kept where its days on hand are fewest.
        """
        own = [number for number, product in enumerate(self.products) if product.storage_type == storage_type]
        if not own:
            return 0.0
        packs = self.demand[:, own] / DAYS_PER_MONTH * self.days[own].min(axis=1)
        room = np.array([self.products[number].room for number in own])
        shelf = SHELVES[storage_type]
        return float((packs @ (room / np.array([shelf.volume, shelf.weight]))).max())

    def shelves(self, site: int, storage_type: str) -> int:
        """Shelves of a type there are at a site."""
        if not self.need(storage_type):
            return 0
        height = _HEIGHTS[site] if storage_type == PALLET else 1.0
        room = PALLET_ROOM if storage_type == PALLET else OTHER_ROOM
        return ceil(self.need(storage_type) * room * _SHARES[self.size.sites][site] / height)

    def limit_sqft(self, site: int) -> float:
        """Most area that may be added at a site, in thousands."""
        if site == 0:
            return 0.0
        added = self.need(PALLET) * LIMIT * SHELVES[PALLET].sqft / (self.size.sites - 1) / _HEIGHTS[site]
        return ceil(added / 1000) * 1000.0


def build(size_name: str, seed: int) -> World:
    """Lay an example out; raises ValueError for an unknown size or a negative seed."""
    size = size_of(size_name)
    if seed < 0:
        raise ValueError(f"the seed is {seed}; it must be 0 or more")
    products = catalogue(size.products)
    lead, days = _days(products, size, _random(seed, "days"))
    return World(
        size=size,
        seed=seed,
        products=products,
        sites=_names(size.sites, _random(seed, "places")),
        demand=_demand(products, size, _random(seed, "demand")),
        lead=lead,
        days=days,
    )


def _random(seed: int, topic: Topic) -> np.random.Generator:
    """Random numbers of one topic, the same for the same seed whatever else is drawn."""
    return np.random.default_rng([seed, _TOPICS.index(topic)])


def _names(number: int, rng: np.random.Generator) -> tuple[str, ...]:
    firsts, lasts = rng.permutation(len(_FIRST)), rng.permutation(len(_LAST))
    return tuple(_FIRST[firsts[place]] + _LAST[lasts[place]] for place in range(number))


def _demand(products: tuple[Product, ...], size: Size, rng: np.random.Generator) -> NDArray[np.int64]:
    """Sell packs by month: a season, growth of 3 to 9 % a year, and noise."""
    months = np.arange(size.months)
    growth = 1.03 + 0.06 * rng.random(len(products))
    noise = rng.normal(1.0, 0.03, (size.months, len(products)))
    season = np.array([SEASONS[product.season] for product in products])[:, months % 12].T
    daily = np.array([product.daily for product in products]) * size.volume
    packs = DAYS_PER_MONTH * daily * season * growth ** (months[:, None] / 12) * noise
    return np.asarray(np.maximum(packs.round(), 0).astype(np.int64))


def _days(
    products: tuple[Product, ...], size: Size, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lead times and days on hand by product and site; those of one supplier at one site are the same."""
    draws: dict[tuple[str, int], tuple[int, int]] = {}
    for supplier in dict.fromkeys(product.supplier for product in products):
        domestic = next(product.kind for product in products if product.supplier == supplier) == DOMESTIC
        for site in range(size.sites):
            lead = rng.integers(3, 10) if domestic else rng.integers(24, 37)
            days = rng.integers(4, 7) if domestic else rng.integers(12, 17)
            draws[supplier, site] = int(lead), int(days)
    drawn = [[draws[product.supplier, site] for site in range(size.sites)] for product in products]
    both = np.array(drawn, dtype=np.int64)
    return both[:, :, 0], both[:, :, 1]
