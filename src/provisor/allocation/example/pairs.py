"""Which store may carry which style, what it would sell of it, and what hangs there already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.example.randomness import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.allocation.example.catalogue import Catalogue
    from provisor.allocation.example.chain import Chain
    from provisor.allocation.example.sizes import Size

SEASON_MONTHS = {
    "all-year": (1.0, 1.0, 1.0),
    "spring": (1.10, 1.10, 0.95),
    "summer": (0.70, 0.90, 1.15),
    "autumn": (0.70, 0.60, 0.55),
    "winter": (0.55, 0.40, 0.30),
}
"""Sales of each season's styles in the forecast half-months beside those of a middling one."""

_COMFORT = {"all-year": 16.0, "spring": 17.0, "summer": 25.0, "autumn": 13.0, "winter": 3.0}
"""Temperature at which styles of a season sell best."""

_TOLERANCE = {"all-year": 40.0, "spring": 12.0, "summer": 10.0, "autumn": 12.0, "winter": 9.0}
"""Degrees off the best temperature at which sales fall by two fifths."""

_BLOCK = 64
"""Stores laid out at a time, so that no table of all stores by all styles is ever held."""

_SURE = 0.97
"""Largest chance that a store carries a style."""

_UNTRIED = 0.85
"""Sales expected of a style a store never carried, beside those of one it carries."""


@dataclass(frozen=True)
class Pairs:
    """Eligible pairs of store and style as columns, by store and then style.

    Attributes:
        store: Number of the store.
        product: Number of the style.
        carried: Whether the store carries it now.
        mean: Pieces asked for, pairs by half-months of the forecast.
        opening: Pieces that hang there.
        most: Most pieces that make sense: mean plus two standard deviations.
    """

    store: np.ndarray
    product: np.ndarray
    carried: np.ndarray
    mean: np.ndarray
    opening: np.ndarray
    most: np.ndarray

    def __len__(self) -> int:
        return len(self.store)


def pairs(size: Size, seed: int, stores: Chain, styles: Catalogue) -> Pairs:
    """The eligible pairs of an example, with demand and opening stock."""
    store, product, carried, fit = _chosen(size, seed, stores, styles)
    mean = _means(size, seed, stores, styles, (store, product, carried, fit))
    rng = stream(seed, "opening")
    sold = rng.poisson(0.7 * mean[:, 0])
    left = np.maximum(rng.integers(2, 5, len(store)) - sold, 0)
    deviation = np.sqrt(styles.dispersion[product] * mean[:, 0])
    most = np.maximum(np.ceil(mean[:, 0] + 2 * deviation).astype(np.int64), styles.minimum[product] + 1)
    opening = np.where(carried, left, 0)
    return Pairs(
        store, product, carried, mean, opening, _whole_packs(np.maximum(most, opening), styles.pack[product])
    )


def _whole_packs(pieces: np.ndarray, pack: np.ndarray) -> np.ndarray:
    whole: np.ndarray = -(-pieces // pack) * pack
    return whole


def _chosen(
    size: Size, seed: int, stores: Chain, styles: Catalogue
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Store and style of the pairs, whether carried now, and how well the style fits the store."""
    rng = stream(seed, "pairs")
    taste = rng.lognormal(0, 0.4, (size.clusters, size.products)).astype(np.float32)
    wanted = size.styles * np.clip(rng.normal(1, 0.12, size.stores), 0.6, 1.4) * stores.scale**0.45
    found = []
    for first in range(0, size.stores, _BLOCK):
        block = np.arange(first, min(first + _BLOCK, size.stores))
        fit = taste[stores.cluster[block]] * _climate(stores.temperature[block], styles.season)
        carried = rng.random(fit.shape, dtype=np.float32) < _chance(fit * styles.spread, wanted[block])
        eligible = carried.copy()
        if size.dense:
            eligible[:] = True
        else:
            more = _chance(fit * styles.spread, size.extra * wanted[block])
            eligible |= rng.random(fit.shape, dtype=np.float32) < more
        row, column = np.nonzero(eligible)
        found.append((block[row], column, carried[row, column], fit[row, column]))
    everywhere = _everywhere(size, found, rng)
    store, product, carried, fit = (np.concatenate(part) for part in zip(*found, everywhere, strict=True))
    order = np.lexsort((product, store)) if len(everywhere[0]) else slice(None)
    return store[order].astype(np.int32), product[order].astype(np.int32), carried[order], fit[order]


def _everywhere(
    size: Size, found: Sequence[tuple[np.ndarray, ...]], rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Pairs for the styles that no store happened to choose: each could hang in two stores."""
    seen = np.bincount(np.concatenate([part[1] for part in found]), minlength=size.products)
    missing = np.flatnonzero(seen == 0)
    store = np.array([rng.choice(size.stores, 2, replace=False) for _ in missing], dtype=np.int64).reshape(-1)
    count = len(store)
    return store, np.repeat(missing, 2), np.zeros(count, dtype=bool), np.ones(count, dtype=np.float32)


def _chance(weight: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Chances in proportion to ``weight`` that add up to what each store wants, or a little less."""
    chance: np.ndarray = np.minimum(weight * (wanted / weight.sum(axis=1))[:, None], _SURE)
    return chance


def _climate(temperature: np.ndarray, season: np.ndarray) -> np.ndarray:
    """How well styles of a season sell at a temperature, stores by styles: ``exp(-((t - best) / width)^2)``."""
    names = list(_COMFORT)
    best, width = np.array(list(_COMFORT.values())), np.array([_TOLERANCE[name] for name in names])
    by_season = np.exp(-(((temperature[:, None] - best) / width) ** 2)).astype(np.float32)
    number = np.searchsorted(sorted(names), season)
    place = np.array([names.index(name) for name in sorted(names)])
    fit: np.ndarray = by_season[:, place[number]]
    return fit


def _means(
    size: Size,
    seed: int,
    stores: Chain,
    styles: Catalogue,
    chosen: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> np.ndarray:
    """Pieces asked for of each pair, by half-month."""
    store, product, carried, fit = chosen
    rng = stream(seed, "demand")
    level = styles.pace[product] * stores.scale[store] ** 0.8 * np.sqrt(np.maximum(fit, 0.05))
    level *= rng.lognormal(0, 0.25, len(store)) * np.where(carried, 1.0, _UNTRIED)
    months = np.array([SEASON_MONTHS[season][: size.forecast] for season in styles.season])
    mean: np.ndarray = np.round(np.maximum(level[:, None] * months[product], 0.05), 2)
    return mean
