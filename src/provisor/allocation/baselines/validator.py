"""The gate that every rule of thumb asks: would the change leave sell-through where it may be?"""

from __future__ import annotations

import polars as pl

USUAL_RATE = 60.0
"""Sell-through in per cent that is taken where no history is found, which is nearly always."""

LEAST_RATE, MOST_LOST, MOST_LOST_HIGH, HIGH = 25.0, 10.0, 50.0, 90.0
CROWDED, CROWDING = 30.0, 0.02


def rate(count: pl.Expr) -> pl.Expr:
    """Sell-through in per cent expected of a count: 60, less where it is crowded, 0 for none."""
    crowded = USUAL_RATE / (1 + CROWDING * (count - CROWDED))
    return pl.when(count <= 0).then(0.0).when(count <= CROWDED).then(USUAL_RATE).otherwise(crowded)


def accepts_more(now: pl.Expr, then: pl.Expr) -> pl.Expr:
    """Whether an addition passes: the rate stays within 25 and 100 and falls by 10 at most (50 from 90 on)."""
    lost = rate(now) - rate(then)
    most = pl.when(rate(now) >= HIGH).then(MOST_LOST_HIGH).otherwise(MOST_LOST)
    return rate(then).is_between(LEAST_RATE, 100.0) & (lost <= most)


def accepts_less(now: pl.Expr, then: pl.Expr) -> pl.Expr:
    """Whether a reduction passes: the rate does not fall and is 25 at least."""
    return (rate(then) >= rate(now)) & (rate(then) >= LEAST_RATE)
