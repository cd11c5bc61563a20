"""Prices of added area that change with its size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Tier:
    """A step of the price of added area: up to how many sqft in total, and the price of each within it."""

    upto: float
    price: float


def price_of(tiers: Sequence[Tier], sqft: float) -> float:
    """Cost of some area under a tiered price.

    >>> price_of([Tier(100.0, 2.0), Tier(250.0, 4.0)], 150.0)
    400.0
    """
    return sum(width * tier.price for tier, width in zip(tiers, tier_widths(tiers, sqft), strict=True))


def tier_widths(tiers: Sequence[Tier], sqft: float) -> list[float]:
    """Part of some area in each tier.

    >>> tier_widths([Tier(100.0, 2.0), Tier(250.0, 4.0)], 150.0)
    [100.0, 50.0]
    """
    starts = [0.0, *(tier.upto for tier in tiers)]
    return [
        min(max(sqft - start, 0.0), tier.upto - start) for tier, start in zip(tiers, starts, strict=False)
    ]
