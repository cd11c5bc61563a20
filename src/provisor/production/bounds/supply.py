"""What the inequalities speak of: the sales, runs and departures of a model, as arrays over days."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from provisor.production.bounds.reach import (
    Served,
    served_by_departure,
    served_by_making,
    served_by_thawing,
    thawed_after_departure,
)
from provisor.production.life import kind_of, state_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.engine.problem import Floats
    from provisor.production.model.context import Model
    from provisor.production.network import Lane, Lot


@dataclass(frozen=True)
class Run:
    """Production of one product at a node on a day: its columns and the demand it can serve."""

    node: str
    day: int
    made: int
    start: int
    units: int
    served: Served


@dataclass(frozen=True)
class Departure:
    """A lane into a region on a day: its shipments of some products and the demand they can serve by each day."""

    lane: Lane
    day: int
    ships: NDArray[np.int64]
    used: int | None
    most: Floats


@dataclass
class Supply:
    """Sales, runs and departures of a model; only of goods not told apart by their last day alive."""

    model: Model
    _lots: dict[tuple[str, frozenset[str] | None], Floats] = field(default_factory=dict)
    _thawing: dict[Lot, Served] = field(default_factory=dict)
    _departures: dict[tuple[frozenset[str], tuple[str, ...]], list[Departure]] = field(default_factory=dict)
    _served_cache: dict[tuple[object, ...], Served] = field(default_factory=dict)

    def __post_init__(self) -> None:
        network = self.model.network
        self.nodes = list(network.nodes)
        self.days = network.days
        self.demand = {code: np.zeros((len(self.nodes), self.days)) for code in network.products}
        for (node, product, t), units in network.demand.items():
            if 0 <= t < self.days:
                self.demand[product][self.nodes.index(node), t] = units

    @cached_property
    def sold(self) -> dict[str, list[tuple[int, int, int]]]:
        """By product: node number, day and column of each sale of fresh goods."""
        sold: dict[str, list[tuple[int, int, int]]] = {code: [] for code in self.model.network.products}
        for key, column in self.model.columns.get("sold", {}).items():
            node, product, kind, t = str(key[0]), str(key[1]), str(key[2]), int(key[3])
            if "@" not in kind:
                sold[product].append((self.nodes.index(node), t, column))
        return sold

    def lots(self, product: str, nodes: frozenset[str] | None = None) -> Floats:
        """Units by each day of opening stock and goods on the road, at some nodes or at all, sold as fresh goods.

        These are lots that outlive the horizon, and of those told apart by age, which once thawed are fresh goods
        too, as much as they can serve as such.
        """
        key = product, nodes
        if key not in self._lots:
            self._lots[key] = self._count_lots(product, nodes)
        return self._lots[key]

    def _count_lots(self, product: str, nodes: frozenset[str] | None) -> Floats:
        network = self.model.network
        here = [
            lot
            for lot in (*network.opening, *network.transit)
            if lot.product == product and (nodes is None or lot.node in nodes)
        ]
        aging = [lot for lot in here if "@" in (kind_of(network, lot) or "")]
        fresh = sum(lot.units for lot in here if "@" not in (kind_of(network, lot) or "@"))
        served = np.zeros((len(self.nodes), self.days), dtype=bool)
        for lot in aging:
            served |= self._thawed(lot)
        served &= self._inside(nodes)
        most = sum(lot.units for lot in aging if self._thawed(lot).any())
        counted: Floats = fresh + np.minimum(most, (served * self.demand[product]).sum(axis=0).cumsum())
        return counted

    def _inside(self, nodes: frozenset[str] | None) -> Served:
        return np.array([nodes is None or node in nodes for node in self.nodes])[:, None]

    def _thawed(self, lot: Lot) -> Served:
        if lot not in self._thawing:
            product = self.model.network.products[lot.product]
            self._thawing[lot] = served_by_thawing(self.model.network, product, lot)
        return self._thawing[lot]

    @cached_property
    def runs(self) -> dict[str, list[Run]]:
        """By product: every day a node may make it."""
        columns = self.model.columns
        cache: dict[tuple[object, ...], Served] = {}
        runs: dict[str, list[Run]] = {code: [] for code in self.model.network.products}
        for key, made in columns.get("made", {}).items():
            node, code, t = str(key[0]), str(key[1]), int(key[2])
            product = self.model.network.products[code]
            life = (product.ambient_days, product.frozen_days, product.thawed_days, product.min_days_at_sale)
            if (life, node, t) not in cache:
                cache[life, node, t] = served_by_making(self.model.network, product, node, t)
            run = Run(node, t, made, columns["start"][key], columns["units"][key], cache[life, node, t])
            runs[code].append(run)
        return runs

    @cached_property
    def regions(self) -> list[frozenset[str]]:
        """For each stop of a truck, the nodes it supplies, where nothing is made."""
        network = self.model.network
        regions = {frozenset(network.supplied[lane.stop]): None for lane in network.lanes if lane.truck}
        return [region for region in regions if not any(network.nodes[node].can_make for node in region)]

    def departures(self, region: frozenset[str], products: tuple[str, ...]) -> list[Departure]:
        """Lanes into a region from outside, day by day, for some products together."""
        key = region, products
        if key not in self._departures:
            self._departures[key] = self._find_departures(region, products)
        return self._departures[key]

    def _find_departures(self, region: frozenset[str], products: tuple[str, ...]) -> list[Departure]:
        network = self.model.network
        inside = self._inside(region)
        found = []
        for lane in network.lanes:
            if lane.stop not in region or lane.origin in region:
                continue
            for t in lane.days:
                ships = [
                    column
                    for product in products
                    for kind in self._counted(lane, t, product, inside)
                    for column, _ in self.model.term("ship", lane.index, product, kind, t)
                ]
                if ships and t + lane.offset < self.days:
                    most = self._most(lane, t, products, inside) if lane.truck else np.zeros(0)
                    used = self.model.column("used", lane.truck, t) if lane.truck else None
                    found.append(Departure(lane, t, np.array(ships, dtype=np.int64), used, most))
        return found

    def _counted(self, lane: Lane, t: int, code: str, inside: Served) -> list[str]:
        """Kinds of goods that may be sold in a region as fresh goods, leaving over a lane into it on a day."""
        network, life = self.model.network, self.model.lives[code]
        kinds = list(lane.states)
        if any("@" in kind for kind in life.kinds):
            thawed = thawed_after_departure(network, network.products[code], life, lane, t)
            if (thawed & inside).any():
                kinds += [kind for kind in life.kinds if "@" in kind and state_of(kind) in lane.states]
        return kinds

    def _most(self, lane: Lane, t: int, products: tuple[str, ...], inside: Served) -> Floats:
        """Most units by each day that a departure can bring for demand up to that day."""
        network = self.model.network
        places = network.trucks[lane.truck or ""].pallets
        most, size = np.zeros(self.days), 0.0
        for code in products:
            served = self._served(lane, t, code)
            most += (served * self.demand[code] * inside).sum(axis=0).cumsum()
            size = max(size, network.products[code].units_per_pallet)
        return np.minimum(most, places * size)

    def _served(self, lane: Lane, t: int, code: str) -> Served:
        product = self.model.network.products[code]
        life = (product.ambient_days, product.frozen_days, product.thawed_days, product.min_days_at_sale)
        key = (lane.index, t, life, tuple(self._held(lane, t, code)))
        cache = self._served_cache
        if key not in cache:
            cache[key] = served_by_departure(self.model.network, product, self.model.lives[code], lane, t)
        return cache[key]

    def _held(self, lane: Lane, t: int, code: str) -> list[int]:
        life = self.model.lives[code]
        kinds = [kind for kind in life.kinds if state_of(kind) in lane.states]
        return [life.held[lane.origin, kind][t] for kind in kinds if (lane.origin, kind) in life.held]
