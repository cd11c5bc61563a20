"""Inequalities on runs (l, S): demands of some nodes within a window, from the runs that can serve them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.production.bounds.cut import LEAST_VIOLATION, MOST_OF_A_KIND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from provisor.production.bounds.cut import Cut
    from provisor.production.bounds.point import Point


def runs(point: Point) -> Iterator[Cut]:
    """``short + sum_{q not in S} units[q] + sum_{q in S} c[q] made[q] >= need``, the most violated."""
    found = [
        (*worst, number, inside)
        for number, order in enumerate(_orders(point))
        for inside in point.regions
        for worst in _worst_windows(point, order, inside)
    ]
    found.sort(key=lambda one: -one[0])
    for _, first, last, number, inside in found[:MOST_OF_A_KIND]:
        order = _orders(point)[number]
        chosen = inside & (order >= first) & (order <= last)
        cut = point.cut(chosen)
        point.add_runs(cut, chosen, np.ones(len(point.runs), dtype=bool))
        yield cut


def _orders(point: Point) -> list[NDArray[np.int64]]:
    """Places of demands, of which a window takes some: by day, and by the last run that can serve them, -1 if none."""
    day = np.broadcast_to(np.arange(point.supply.days), point.demand.shape)
    served = point.by_run > 0
    last = len(served) - 1 - served[::-1].argmax(axis=0)
    return [day, np.where(served.any(axis=0), last, -1)]


def _worst_windows(
    point: Point, order: NDArray[np.int64], inside: NDArray[np.bool_]
) -> Iterator[tuple[float, int, int]]:
    """Violation, first and last place of the worst window from each place on."""
    counted = (inside & (order >= 0)).ravel()[:, None]
    places = ((order.ravel()[:, None] == np.arange(order.max() + 1)) & counted).astype(np.float64)
    demand, short = point.demand.ravel() @ places, point.short.ravel() @ places
    by_lot, by_place, by_run = (
        by.reshape(len(by), point.demand.size) @ places for by in (point.by_lot, point.by_place, point.by_run)
    )
    every = np.ones(len(point.runs), dtype=bool)
    for first in np.flatnonzero(demand):
        since = slice(first, None)
        lots = point.from_lots(by_lot[:, since].cumsum(axis=1), by_place[:, since].cumsum(axis=1))
        need = demand[since].cumsum() - lots
        excess = need - short[since].cumsum() - point.from_runs(by_run[:, since].cumsum(axis=1), need, every)
        worst = int(excess.argmax())
        if excess[worst] > LEAST_VIOLATION:
            yield float(excess[worst]), int(first), int(first) + worst
