"""Forecast of the made-up bakery group: weekdays, trend, noise, holidays and a promotion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from provisor.production.example.sizes import HOLIDAYS, day
from provisor.production.tables import DEMAND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisor.production.example.world import Place, World

WEEKDAY_FACTORS = (0.95, 0.85, 0.90, 1.05, 1.35, 1.25, 0.65)
HOLIDAY_FACTOR = 0.5
EVE_FACTOR = 1.25
PROMOTION_FACTOR = 1.6
PROMOTED = 1
"""Place in the catalogue of the product on promotion."""

_NOISE = 0.12
_WEEKLY_TREND = 0.015
_ASSORTMENT = 0.85
_LARGE_CATALOGUE = 10
"""From this many products on, not every place sells all of them."""


@dataclass(frozen=True)
class Forecast:
    """Units by place that sells, product and day, beginning on the first day of the horizon."""

    world: World
    units: npt.NDArray[np.float64]

    def daily(self, places: Iterable[Place]) -> npt.NDArray[np.float64]:
        """Units of an average day of the horizon by product, all ``places`` together."""
        rows = [self.world.sellers.index(place) for place in places]
        mean: npt.NDArray[np.float64] = self.units[rows, :, : self.world.size.days].sum(axis=0).mean(axis=1)
        return mean

    def first_days(self, places: Iterable[Place], days: int) -> npt.NDArray[np.float64]:
        """Units of the first ``days`` days by product, all ``places`` together."""
        rows = [self.world.sellers.index(place) for place in places]
        total: npt.NDArray[np.float64] = self.units[rows, :, :days].sum(axis=(0, 2))
        return total

    def table(self) -> pl.DataFrame:
        """The case's table ``demand``; places without a product on a day have no row."""
        sellers, products, days = np.nonzero(self.units)
        codes = np.array([place.code for place in self.world.sellers], dtype=object)
        names = np.array([product.code for product in self.world.products], dtype=object)
        dates = [day(number) for number in range(self.units.shape[2])]
        columns = {
            "node": codes[sellers].tolist(),
            "product": names[products].tolist(),
            "date": [dates[number] for number in days],
            "units": self.units[sellers, products, days],
        }
        return pl.DataFrame(columns, schema=DEMAND.dtypes).sort(DEMAND.key)


def forecast(world: World) -> Forecast:
    """Draw the forecast of an example, horizon and the weeks after it."""
    rng = world.random("demand")
    base = _base(world, rng)
    days = world.size.forecast_days
    trend = _WEEKLY_TREND * (2 * rng.random(len(world.products)) - 0.5)
    growth = 1 + trend[:, None] * np.arange(days) / 7
    noise = 1 + _NOISE * (rng.random((*base.shape, days)) + rng.random((*base.shape, days)) - 1)
    units = base[:, :, None] * growth * noise * _day_factors(days)
    promotion = world.size.promotion
    units[:, PROMOTED, promotion.start : promotion.stop] *= PROMOTION_FACTOR
    return Forecast(world, np.round(units))


def _base(world: World, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Units of an ordinary day by place and product."""
    shares = np.array([place.share for place in world.sellers])
    popularity = 1 / (1 + 0.18 * np.arange(len(world.products)))
    base = shares[:, None] * popularity * (0.8 + 0.4 * rng.random((len(shares), len(popularity))))
    sold = rng.random(base.shape) < (_ASSORTMENT if len(popularity) >= _LARGE_CATALOGUE else 1)
    sold[:, : PROMOTED + 1] = True
    base = np.where(sold, base, 0.0)
    scaled: npt.NDArray[np.float64] = base * (world.size.daily_units / base.sum())
    return scaled


def _day_factors(days: int) -> npt.NDArray[np.float64]:
    factors = np.array([WEEKDAY_FACTORS[day(number).weekday()] for number in range(days)])
    for number in range(days):
        if day(number) in HOLIDAYS:
            factors[number] *= HOLIDAY_FACTOR
        elif day(number) + timedelta(days=1) in HOLIDAYS:
            factors[number] *= EVE_FACTOR
    return factors
