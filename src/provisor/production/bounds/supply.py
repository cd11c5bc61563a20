"""What the inequalities speak of: demand, shortages, lots, runs and departures of a model, as arrays over days."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from provisor.production.bounds.reach import (
    Served,
    served_by_departure,
    served_by_lot,
    served_by_making,
)
from provisor.production.model.columns import most_units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.engine.problem import Floats
    from provisor.production.model.context import Model
    from provisor.production.network import Lane


@dataclass(frozen=True)
class Supplied:
    """A lot: where it is, or from which day on it will be there, its units and the demand it can serve."""

    node: str
    day: int
    units: float
    served: Served


@dataclass(frozen=True)
class Run:
    """Production of one product at a node on a day: its columns, the most of a day and the demand it can serve."""

    node: str
    day: int
    made: int
    start: int
    units: int
    most: float
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
    """Demand, shortages, lots, runs and departures of a model."""

    model: Model
    _lots: dict[str, list[Supplied]] = field(default_factory=dict)
    _above: dict[tuple[str, frozenset[str], int], list[int]] = field(default_factory=dict)
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
    def short(self) -> dict[str, list[tuple[int, int, int]]]:
        """By product: node number, day and column of each shortage."""
        short: dict[str, list[tuple[int, int, int]]] = {code: [] for code in self.model.network.products}
        for key, column in self.model.columns.get("short", {}).items():
            short[str(key[1])].append((self.nodes.index(str(key[0])), int(key[2]), column))
        return short

    def missing(self, product: str, x: Floats) -> Floats:
        """Units short by node and day at a point."""
        units = np.zeros((len(self.nodes), self.days))
        for node, day, column in self.short[product]:
            units[node, day] = x[column]
        return units

    def lots(self, product: str) -> list[Supplied]:
        """The lots of a product in stock or on the road."""
        if product not in self._lots:
            network = self.model.network
            self._lots[product] = [
                Supplied(lot.node, lot.day, lot.units, served_by_lot(network, network.products[product], lot))
                for lot in (*network.opening, *network.transit)
                if lot.product == product and lot.day < network.days and lot.units > 0
            ]
        return self._lots[product]

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
            most = most_units(self.model, self.model.network.nodes[node], self.model.network.shifts[node, t])
            units = columns["units"][key]
            run = Run(node, t, made, columns["start"][key], units, most, cache[life, node, t])
            runs[code].append(run)
        return runs

    @cached_property
    def regions(self) -> list[frozenset[str]]:
        """For each stop of a truck, the nodes it supplies, where nothing is made."""
        network = self.model.network
        regions = {frozenset(network.supplied[lane.stop]): None for lane in network.lanes if lane.truck}
        return [region for region in regions if not any(network.nodes[node].can_make for node in region)]

    def inside(self, region: frozenset[str] | None) -> Served:
        """Whether each node is in a region; as a column."""
        return np.array([region is None or node in region for node in self.nodes])[:, None]

    def above(self, product: str, region: frozenset[str], day: int) -> list[int]:
        """Columns of goods outside a region, or on the road there, at a day's end that may yet come into it."""
        key = product, region, day
        if key not in self._above:
            self._above[key] = self._find_above(product, region, day)
        return self._above[key]

    def _find_above(self, product: str, region: frozenset[str], day: int) -> list[int]:
        network = self.model.network
        nodes = {node for node in network.nodes if node not in region and network.supplied[node] & region}
        keys: list[tuple[str, tuple[str | int, ...]]] = []
        for kind in self.model.lives[product].kinds:
            keys += [("stock", (node, product, kind, day)) for node in nodes]
            for lane in network.lanes:
                if lane.stop in nodes:
                    left = range(max(0, day - lane.offset + 1), day + 1)
                    keys += [("ship", (lane.index, product, kind, t)) for t in left]
        return [column for family, key in keys for column, _ in self.model.term(family, *key)]

    def departures(self, region: frozenset[str], products: tuple[str, ...]) -> list[Departure]:
        """Lanes into a region from outside, day by day, for some products together."""
        key = region, products
        if key not in self._departures:
            self._departures[key] = self._find_departures(region, products)
        return self._departures[key]

    def _find_departures(self, region: frozenset[str], products: tuple[str, ...]) -> list[Departure]:
        network = self.model.network
        found = []
        for lane in network.lanes:
            if lane.stop not in region or lane.origin in region:
                continue
            for t in lane.days:
                ships = [
                    column
                    for product in products
                    for kind in self.model.lives[product].kinds
                    for column, _ in self.model.term("ship", lane.index, product, kind, t)
                ]
                if ships and t + lane.offset < self.days:
                    most = self._most(lane, t, products, self.inside(region))
                    used = self.model.column("used", lane.truck, t) if lane.truck else None
                    found.append(Departure(lane, t, np.array(ships, dtype=np.int64), used, most))
        return found

    def _most(self, lane: Lane, t: int, products: tuple[str, ...], inside: Served) -> Floats:
        """Most units by each day that a departure can bring for demand up to that day."""
        network = self.model.network
        most, size = np.zeros(self.days), 0.0
        for code in products:
            served = self._served(lane, t, code)
            most += (served * self.demand[code] * inside).sum(axis=0).cumsum()
            size = max(size, network.products[code].units_per_pallet)
        return np.minimum(most, network.trucks[lane.truck].pallets * size) if lane.truck else most

    def _served(self, lane: Lane, t: int, code: str) -> Served:
        product, life = self.model.network.products[code], self.model.lives[code]
        days = (product.ambient_days, product.frozen_days, product.thawed_days, product.min_days_at_sale)
        held = [
            life.held[lane.origin, kind][t] if (lane.origin, kind) in life.held else None
            for kind in life.kinds
        ]
        key = (lane.index, t, days, *zip(life.kinds, held, strict=True))
        if key not in self._served_cache:
            self._served_cache[key] = served_by_departure(self.model.network, product, life, lane, t)
        return self._served_cache[key]
