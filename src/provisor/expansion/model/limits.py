"""What limits stock and arrivals in the problem of flows: room on shelves, and trucks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion.model.levels import stock_terms
from provisor.expansion.model.terms import keys, places, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.engine.problem import Floats
    from provisor.expansion.model.days import DaysModel
    from provisor.expansion.model.levels import Terms
    from provisor.expansion.network import Network, Numbers


def room(model: DaysModel) -> None:
    """Storage: stock takes no more than the shelves built by then, at the end of a bucket, or every morning of it."""
    _every_end(model)
    longer = np.flatnonzero(model.lengths > 1)
    if model.network.morning and longer.size:
        _first_morning(model, longer)


def _every_end(model: DaysModel) -> None:
    """Room for stock at the end of buckets, with what leaves that day where it is checked in the morning."""
    upper = _room_left(model)
    rows, every = places(upper.shape), np.arange(model.lengths.size)
    terms = _stock_taking_room(model, rows, every, 1.0)
    if model.network.morning:
        terms += _shipped_taking_room(model, rows, every, model.network.morning)
    terms.append(terms_of(rows[:, :, :, 0], model.overflow, -1.0))
    if model.building is not None:
        terms += model.building.terms(rows, model.month_of)
    model.statement.rows("room", keys(rows.size), terms, upper=upper.ravel())


def _first_morning(model: DaysModel, longer: Numbers) -> None:
    """Room on the first morning of longer buckets: stock before, a day's step to the end, and shipments."""
    upper = _room_left(model)[longer]
    rows = places(upper.shape)
    part = 1.0 / model.lengths[longer]
    terms = _stock_taking_room(model, rows, longer - 1, 1.0 - part)
    terms += _stock_taking_room(model, rows, longer, part)
    terms += _shipped_taking_room(model, rows, longer, 1.0)
    terms.append(terms_of(rows[:, :, :, 0], model.overflow[longer], -1.0))
    if model.building is not None:
        terms += model.building.terms(rows, model.month_of[longer])
    model.statement.rows("room_first_morning", keys(rows.size), terms, upper=upper.ravel())


def _room_left(model: DaysModel) -> Floats:
    """Room for stock, P x F x T x K."""
    there = (
        model.network.capacity[None] if model.design is None else model.design.capacities()[model.month_of]
    )
    if model.given is not None and model.given.taken is not None:
        there = there - model.given.taken
    left = np.repeat(there, model.lengths.size, axis=0) if model.design is None else there
    return np.asarray(left - model.reserve[None])


def _stock_taking_room(model: DaysModel, rows: Numbers, buckets: Numbers, part: float | Floats) -> Terms:
    """Terms of stock at the end of some buckets in rows of room P x F x T x K, each only in the rows of its type."""
    terms = []
    for sku, mine, use in _taking_room(model, rows, buckets, part):
        terms += stock_terms(model, mine, (buckets, sku), use)
    return terms


def _shipped_taking_room(model: DaysModel, rows: Numbers, buckets: Numbers, part: float | Floats) -> Terms:
    """Terms of shipments per day of some buckets in the same rows."""
    return [
        terms_of(mine, model.ship[buckets, sku], use)
        for sku, mine, use in _taking_room(model, rows, buckets, part)
    ]


def _taking_room(
    model: DaysModel, rows: Numbers, buckets: Numbers, part: float | Floats
) -> Iterator[tuple[int, Numbers, Floats]]:
    """Each product with its rows of each measure, P x F, and the room a pack takes in them."""
    parts = np.broadcast_to(np.asarray(part, dtype=np.float64), buckets.shape)
    for sku, kind in enumerate(model.network.room_number[model.network.type_of]):
        for measure, use in enumerate(model.network.use[:, sku]):
            mine = rows[:, :, kind, measure]
            yield sku, mine, np.broadcast_to(use * parts[:, None], mine.shape)


def trucks(model: DaysModel) -> None:
    """Trucks: loads of a supplier at a site are within its trucks, or the excess is paid, by day and measure."""
    network = model.network
    pairs = np.argwhere(network.truck_rows)
    if not pairs.size:
        return
    measures = network.load.shape[0]
    rows = places((model.lengths.size, len(pairs), measures))
    upper = np.empty(rows.shape)
    terms = []
    for number, (supplier, site) in enumerate(pairs):
        upper[:, number, :] = np.maximum(network.trucks[supplier, site] - model.spare_loads[supplier], 0.0)
        for measure in range(measures):
            mine = rows[:, number, measure]
            terms.append(terms_of(mine, model.excess[:, supplier, site], -1.0))
            terms += [
                terms_of(mine, model.arrive[:, sku, site], float(network.load[measure, sku]))
                for sku in np.flatnonzero(network.supplier_of == supplier)
            ]
    model.statement.rows("trucks", keys(rows.size), terms, upper=upper.ravel())


def limited_products(network: Network) -> Numbers:
    """Products whose supplier's trucks are limited by the plan."""
    limited = np.asarray(network.truck_rows.any(axis=1))
    return np.flatnonzero(limited[network.supplier_of])
