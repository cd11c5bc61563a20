"""Sizes of example cases, and the day they all begin on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SIZES = ("small", "medium", "ten-year")
"""Names of the sizes."""

START = date(2027, 1, 1)
"""First day of the first month planned."""

DAYS_PER_MONTH = 21
"""Business days of a month."""


@dataclass(frozen=True)
class Size:
    """How much of everything an example has.

    Attributes:
        months: Months planned.
        products: Products of the catalogue, from its top.
        sites: Sites; the first one is full and may not grow.
        volume: Demand beside that of the catalogue.
    """

    months: int
    products: int
    sites: int
    volume: float


_SIZES = {
    "small": Size(24, 6, 2, 1.0),
    "medium": Size(60, 12, 3, 2.0),
    "ten-year": Size(120, 18, 3, 2.0),
}


def size_of(name: str) -> Size:
    """Size by name.

    Raises:
        ValueError: There is no such size; the message lists those there are.
    """
    if name not in _SIZES:
        raise ValueError(f"no size {name!r}; there are {', '.join(SIZES)}")
    return _SIZES[name]
