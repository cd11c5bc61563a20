"""From buckets to days: stock in a straight line within each bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion.flow import Flow

if TYPE_CHECKING:
    from provisor.engine.problem import Floats
    from provisor.expansion.model.days import DaysModel
    from provisor.expansion.network import Numbers


def flow_of(model: DaysModel, x: Floats) -> Flow:
    """The daily plan of a solution: shipments and arrivals per day, stock running straight within a bucket.

    Where demand differs from day to day buckets are days, so that nothing has to be spread.
    """
    lengths = model.lengths.astype(np.int64)
    opening, stock = values(model.opening, x), stock_of(model, x)
    before = np.concatenate([opening[None], stock[:-1]])
    place = np.repeat(np.arange(lengths.size), lengths)
    step = (np.arange(place.size) - model.first_day[place] + 1) / lengths[place]
    part = step[:, None, None]
    return Flow(
        opening,
        before[place] * (1 - part) + stock[place] * part,
        values(model.ship, x)[place],
        values(model.lost, x)[place],
        values(model.overflow, x)[place],
    )


def stock_of(model: DaysModel, x: Floats) -> Floats:
    """Stock at the end of buckets, P x S x F: what is above the level, and the level where it is stated so."""
    above = values(model.above, x)
    return above + model.cover * values(model.average, x)[model.month_of] if model.cover.any() else above


def values(columns: Numbers, x: Floats) -> Floats:
    """Values of columns in their shape; 0 where there is no column."""
    return np.asarray(np.where(columns >= 0, x[np.maximum(columns, 0)], 0.0))
