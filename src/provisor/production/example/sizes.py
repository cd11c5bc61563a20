"""Sizes of example cases, and the days they all share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SIZES = ("small", "medium", "large")
"""Names of the sizes."""

START = date(2027, 3, 1)
"""First day planned, a Monday."""

WEEKS_BEYOND = 4
"""Weeks of forecast and calendar after the horizon."""

HOLIDAYS = {
    date(2027, 3, 12): "Millers' Day",
    date(2027, 3, 22): "First Furrow",
    date(2027, 4, 9): "Founders' Day",
}
"""National days of the made-up country: plants are closed, shops sell less and the day before more."""

PROMOTION_START = 14
"""Day of the horizon on which the promoted product's week begins, in cases long enough for it."""

PROMOTION_DAYS = 7


@dataclass(frozen=True)
class Size:
    """How much of everything an example has.

    Attributes:
        plants: Nodes that make.
        hubs: Nodes that pass goods on to spokes, spread evenly over the plants.
        freezers: Frozen stores, at the first plants.
        direct: Spokes that a plant's own truck serves.
        far: Spokes fed from a freezer.
        near: Spokes fed from a hub.
        products: Products of the catalogue, from its top.
        weeks: Weeks of the horizon.
        daily_units: Units sold by the whole group on an average day.
    """

    plants: int
    hubs: int
    freezers: int
    direct: int
    far: int
    near: int
    products: int
    weeks: int
    daily_units: int

    @property
    def days(self) -> int:
        """Days of the horizon."""
        return 7 * self.weeks

    @property
    def forecast_days(self) -> int:
        """Days of the forecast, those beyond the horizon included."""
        return self.days + 7 * WEEKS_BEYOND

    def hubs_of(self, plant: str) -> list[str]:
        """Codes of the hubs of a plant.

        >>> size_of("large").hubs_of("P3")
        ['H7', 'H8']
        """
        numbers = range(self.hubs)
        return [
            f"H{number + 1}" for number in numbers if plant == f"P{number * self.plants // self.hubs + 1}"
        ]

    @property
    def promotion(self) -> range:
        """Days of the promotion."""
        first = min(PROMOTION_START, self.days - PROMOTION_DAYS)
        return range(first, first + PROMOTION_DAYS)


_SIZES = {
    "small": Size(1, 1, 1, direct=1, far=1, near=2, products=3, weeks=2, daily_units=5_000),
    "medium": Size(1, 2, 1, direct=1, far=1, near=6, products=5, weeks=4, daily_units=11_000),
    "large": Size(3, 8, 2, direct=3, far=3, near=34, products=20, weeks=4, daily_units=60_000),
}


def size_of(name: str) -> Size:
    """Size by name.

    Raises:
        ValueError: There is no such size; the message lists those there are.
    """
    if name not in _SIZES:
        raise ValueError(f"no size {name!r}; there are {', '.join(SIZES)}")
    return _SIZES[name]


def day(number: int) -> date:
    """Calendar date of a day of the horizon, counted from 0.

    >>> day(7)
    datetime.date(2027, 3, 8)
    """
    return START + timedelta(days=number)
