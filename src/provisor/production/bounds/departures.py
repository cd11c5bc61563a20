"""Inequalities on departures (l, S), and on the chain from runs over stock to departures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.production.bounds.cut import LEAST_VIOLATION, MOST_OF_A_KIND, Cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from provisor.engine.problem import Floats
    from provisor.production.bounds.point import Point
    from provisor.production.bounds.sums import Sums
    from provisor.production.bounds.supply import Departure, Supply

Region = frozenset[str]


def departures(
    supply: Supply, sums: Sums, region: Region, products: tuple[str, ...], x: Floats
) -> Iterator[Cut]:
    """``short + sum_{not in S} ships + sum_{in S} c used >= need`` for demands of a region up to each day."""
    arrivals = _Arrivals(supply.departures(region, products), x)
    inside = supply.inside(region)
    need, short = np.zeros(supply.days), np.zeros(supply.days)
    for product in products:
        demand = supply.demand[product] * inside
        need += demand.sum(axis=0).cumsum() - _already_there(supply, region, product, demand)
        short += (supply.missing(product, x) * inside).sum(axis=0).cumsum()
    excess = need - short - arrivals.bring(need, supply.days)
    for t in np.flatnonzero(excess > LEAST_VIOLATION):
        cut = Cut(float(need[t]))
        cut.add(sums.column(region, product, int(t)) for product in products)
        arrivals.add(cut, int(t), supply.days)
        yield cut


def _already_there(supply: Supply, region: Region, product: str, demand: Floats) -> Floats:
    """Most units of the demand up to each day that lots in a region, or on the road to it, can serve."""
    most = np.zeros(supply.days)
    for node in region:
        lots = [lot for lot in supply.lots(product) if lot.node == node]
        if lots:
            each = [np.minimum(lot.units, (lot.served * demand).sum(axis=0).cumsum()) for lot in lots]
            together = (np.any([lot.served for lot in lots], axis=0) * demand).sum(axis=0).cumsum()
            most += np.minimum(np.sum(each, axis=0), together)
    return most


def chains(point: Point) -> Iterator[Cut]:
    """``short + departures up to day a + stock above the region then + runs after a >= need``, the most violated.

    Departures and runs count as in the inequalities of their own.
    """
    found = []
    for region in point.supply.regions:
        inside = point.supply.inside(region)
        demand, short = ((units * inside).sum(axis=0).cumsum() for units in (point.demand, point.short))
        by_lot, by_place, by_run = (
            (by * inside).sum(axis=1).cumsum(axis=1) for by in (point.by_lot, point.by_place, point.by_run)
        )
        arrivals = _Arrivals(point.supply.departures(region, (point.product,)), point.x)
        for a in range(point.supply.days - 1):
            lots = _apart(point, region, a)
            need = demand - point.from_lots(by_lot, by_place, lots)
            above = point.x[point.supply.above(point.product, region, a)].sum()
            runs = point.from_runs(by_run, need, point.day > a)
            excess = need - short - above - runs - arrivals.bring(need, a)
            t = int(excess.argmax())
            if excess[t] > LEAST_VIOLATION:
                found.append((float(excess[t]), a, t, region, arrivals))
    found.sort(key=lambda one: -one[0])
    for _, a, t, region, arrivals in found[:MOST_OF_A_KIND]:
        chosen = point.supply.inside(region) & (np.arange(point.supply.days)[None, :] <= t)
        cut = point.cut(chosen, _apart(point, region, a))
        cut.add(point.supply.above(point.product, region, a))
        point.add_runs(cut, chosen, point.day > a)
        arrivals.add(cut, t, a)
        yield cut


def _apart(point: Point, region: Region, a: int) -> NDArray[np.bool_]:
    """Lots in a region, or on the road after a day; others are in the stock above it or among the departures."""
    lots = point.supply.lots(point.product)
    return np.array([lot.node in region or lot.day > a for lot in lots], dtype=bool)


@dataclass
class _Arrivals:
    """Departures into a region at a point."""

    departures: list[Departure]
    x: Floats

    def __post_init__(self) -> None:
        shape = (len(self.departures), -1)
        self._load = np.array([self.x[one.ships].sum() for one in self.departures])
        self._used = np.array([1.0 if one.used is None else self.x[one.used] for one in self.departures])
        self._free = np.array([one.used is None for one in self.departures], dtype=bool)
        self._day = np.array([one.day for one in self.departures], dtype=np.int64)
        self._most = np.array([one.most for one in self.departures]).reshape(
            shape if self.departures else (0, 0)
        )

    def bring(self, need: Floats, last: int) -> Floats:
        """Units that departures up to a day bring for the demand up to each day, as they are counted."""
        if not self.departures:
            return np.zeros_like(need)
        capped = np.minimum(self._most, np.maximum(need, 0.0)) * self._used[:, None]
        load = np.where(self._most > 0, self._load[:, None], 0.0)
        counted = np.where(self._free[:, None], load, np.minimum(capped, load))
        brought: Floats = counted[self._day <= last].sum(axis=0)
        return brought

    def add(self, cut: Cut, t: int, last: int) -> None:
        """Add departures up to a day to an inequality on demand up to day t."""
        for n, departure in enumerate(self.departures):
            most = min(float(departure.most[t]), cut.need)
            if departure.day > last or departure.most[t] <= 0:
                continue
            if departure.used is not None and most * self._used[n] < self._load[n]:
                cut.add([departure.used], most)
            else:
                cut.add(departure.ships)
