"""One product at a point of the linear relaxation: demand, shortage, lots and runs as arrays."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from provisor.production.bounds.cut import Cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.engine.problem import Floats
    from provisor.production.bounds.sums import Sums
    from provisor.production.bounds.supply import Supply


class Point:
    """A product at a point.

    Attributes:
        runs: Every day a node may make the product.
        demand: Units by node and day.
        short: Units short of it at the point.
        lots: Units of each lot.
        by_lot: Demand that each lot can serve; lots by nodes by days.
        by_place: Demand that the lots at each node can serve together; nodes by nodes by days.
        by_run: Demand that each run can serve; runs by nodes by days.
        made: By run, whether it is made, as a share; in the same order ``start``, ``units``, ``most``, ``day``.
    """

    def __init__(self, supply: Supply, sums: Sums, product: str, x: Floats) -> None:
        """Look a product up at a point ``x``."""
        self.supply, self.sums, self.product, self.x = supply, sums, product, x
        self.runs = supply.runs[product]
        self.demand = supply.demand[product]
        self.short = supply.missing(product, x)
        lots = supply.lots(product)
        self.lots = np.array([lot.units for lot in lots])
        self.place = np.array([supply.nodes.index(lot.node) for lot in lots], dtype=np.int64)
        self.by_lot = _stacked([lot.served for lot in lots], self.demand.shape) * self.demand
        together = [np.any(self.by_lot[self.place == n] > 0, axis=0) for n in range(len(supply.nodes))]
        self.by_place = np.array(together) * self.demand
        self.by_run = _stacked([run.served for run in self.runs], self.demand.shape) * self.demand
        self.made = x[[run.made for run in self.runs]]
        self.start = x[[run.start for run in self.runs]]
        self.units = x[[run.units for run in self.runs]]
        self.most = np.array([run.most for run in self.runs])
        self.day = np.array([run.day for run in self.runs], dtype=np.int64)

    @cached_property
    def regions(self) -> list[NDArray[np.bool_]]:
        """Nodes with demand, together, by stop of a truck, and alone; as columns."""
        each = [frozenset([node]) for node in self.supply.nodes]
        regions = dict.fromkeys([None, *self.supply.regions, *each])
        masks = [self.supply.inside(region) for region in regions]
        return [mask for mask in masks if (self.demand * mask).any()]

    def cut(self, chosen: NDArray[np.bool_], lots: NDArray[np.bool_] | None = None) -> Cut:
        """Shortage of some demands >= their need, to which what may serve them is to be added.

        Args:
            chosen: The demands; nodes by days.
            lots: Lots that are not among what is to be added; all if not given.
        """
        by_lot, by_place = ((by * chosen).sum(axis=(1, 2))[:, None] for by in (self.by_lot, self.by_place))
        served = self.from_lots(by_lot, by_place, lots)
        cut = Cut(float((self.demand * chosen).sum() - served[0]))
        for column, value in self.sums.chosen(self.product, chosen).items():
            cut.add([column], value)
        return cut

    def from_lots(self, by_lot: Floats, by_place: Floats, which: NDArray[np.bool_] | None = None) -> Floats:
        """Most units of several sets of demands that lots can serve; at a node no more than they can together.

        Args:
            by_lot: Demand of each set that a lot can serve; lots by sets.
            by_place: Demand of each set that the lots at a node can serve together; nodes by sets.
            which: Lots that count; all if not given.
        """
        each = np.minimum(self.lots[:, None], by_lot)
        together = np.zeros_like(by_place)
        counted = slice(None) if which is None else which
        np.add.at(together, self.place[counted], each[counted])
        most: Floats = np.minimum(together, by_place).sum(axis=0)
        return most

    def add_runs(self, cut: Cut, chosen: NDArray[np.bool_], which: NDArray[np.bool_]) -> None:
        """Add runs to an inequality, each by the smaller of what it makes and what it may serve at most."""
        for n in np.flatnonzero(which):
            run, reach = self.runs[n], float((self.by_run[n] * chosen).sum())
            share = min(reach, cut.need, run.most)
            if reach > 0 and share * self.made[n] < self.units[n]:
                cut.add([run.made], share)
            elif reach > 0:
                cut.add([run.units])

    def from_runs(self, reach: Floats, need: Floats, which: NDArray[np.bool_]) -> Floats:
        """The value at the point of what :meth:`add_runs` adds, for several sets of demands.

        Args:
            reach: Demand of each set that a run can serve; runs by sets.
            need: Of each set.
            which: Runs that count.
        """
        share = np.minimum(np.minimum(reach, np.maximum(need, 0.0)), self.most[:, None])
        units = np.where(reach > 0, self.units[:, None], 0.0)
        values: Floats = np.minimum(share * self.made[:, None], units)[which].sum(axis=0)
        return values


def _stacked(served: list[NDArray[np.bool_]], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return np.array(served, dtype=bool).reshape(len(served), *shape)
