"""The stores and distribution centres of the made-up chain, and the lanes between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.example.randomness import shares, stream

if TYPE_CHECKING:
    from provisor.allocation.example.sizes import Size

KM_PER_DEGREE = 111.0

_REGIONS = ("North", "East", "South", "West", "Coast", "Lakes", "Hills", "Plain", "Delta")
_SOUTH, _NORTH = 22.0, 44.0
"""Degrees of latitude between which the country lies."""


@dataclass(frozen=True)
class Chain:
    """Stores and centres as columns, one entry each.

    Attributes:
        store: Code of the store.
        region: Region of the store, as a number.
        cluster: Cluster of the store, as a number from 0.
        scale: Sales beside those of a middling store.
        fashion: Leaning towards fashion, 0 to 1.
        temperature: Degrees Celsius it feels like in the first period.
        lat: Degrees.
        lon: Degrees.
        centre: Code of the centre.
        centre_region: Region of the centre, as a number.
        centre_lat: Degrees.
        centre_lon: Degrees.
    """

    store: np.ndarray
    region: np.ndarray
    cluster: np.ndarray
    scale: np.ndarray
    fashion: np.ndarray
    temperature: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    centre: np.ndarray
    centre_region: np.ndarray
    centre_lat: np.ndarray
    centre_lon: np.ndarray

    def km(self) -> np.ndarray:
        """Distance as the crow flies, centres by stores."""
        north = self.centre_lat[:, None] - self.lat[None, :]
        east = 0.85 * (self.centre_lon[:, None] - self.lon[None, :])
        km: np.ndarray = KM_PER_DEGREE * np.sqrt(north**2 + east**2)
        return km

    def region_names(self) -> list[str]:
        """Name of the region of each store."""
        return [region_name(number) for number in self.region]


def region_name(number: int) -> str:
    """Name of a region."""
    return _REGIONS[number]


def chain(size: Size, seed: int) -> Chain:
    """The stores and centres of an example."""
    rng = stream(seed, "stores")
    middle_lat = np.linspace(_NORTH, _SOUTH, size.regions)
    middle_lon = 105 + 15 * rng.random(size.regions)
    region = np.repeat(np.arange(size.regions), shares(size.stores, rng.gamma(8, 1, size.regions)))
    lat = np.round(middle_lat[region] + rng.normal(0, 0.8, size.stores), 3)
    lon = np.round(middle_lon[region] + rng.normal(0, 1.2, size.stores), 3)
    temperature = np.round(40 - 0.75 * lat + rng.normal(0, 1.5, size.stores), 1)
    fashion = np.round(rng.beta(4, 4, size.stores), 2)
    home = np.linspace(0, size.regions - 1, size.centres).round().astype(np.int64)
    width = len(str(size.stores))
    return Chain(
        store=np.array([f"S{number + 1:0{width}}" for number in range(size.stores)]),
        region=region,
        cluster=_clusters(size, temperature, fashion, rng),
        scale=rng.lognormal(0, 0.45, size.stores),
        fashion=fashion,
        temperature=temperature,
        lat=lat,
        lon=lon,
        centre=np.array([f"C{number + 1}" for number in range(size.centres)]),
        centre_region=home,
        centre_lat=np.round(middle_lat[home], 3),
        centre_lon=np.round(middle_lon[home], 3),
    )


def _clusters(
    size: Size, temperature: np.ndarray, fashion: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Cluster of each store: like climate and taste go together, loosely; sizes as spread out as in life."""
    likeness = temperature + 6 * fashion + rng.normal(0, 2, size.stores)
    sizes = shares(size.stores, rng.gamma(4.5, 1, size.clusters))
    cluster = np.empty(size.stores, dtype=np.int64)
    cluster[np.argsort(likeness)] = np.repeat(np.arange(size.clusters), sizes)
    return cluster
