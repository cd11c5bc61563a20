"""Which demand goods can serve that are made, or leave on a truck, on a given day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from provisor.production.life import NEVER, Life, Place, settled_expiry, state_of

if TYPE_CHECKING:
    from provisor.production.network import Lane, Lot, Network, Product

Served = NDArray[np.bool_]
"""By node and day: whether the goods can be sold there then."""


@dataclass
class _Wave:
    """Goods from one source spreading over the network, day by day."""

    network: Network
    product: Product
    held: dict[Place, int] = field(default_factory=dict)
    road: dict[int, list[tuple[Place, int]]] = field(default_factory=lambda: defaultdict(list))
    made_at: str = ""
    made_on: int = -1

    def put(self, place: Place, expires: int) -> bool:
        """Note goods at a place; whether they are fresher than any noted there before."""
        if expires <= self.held.get(place, NEVER):
            return False
        self.held[place] = expires
        return True

    def run(self, first: int, sold_as: tuple[str, ...] = ("ambient", "thawed")) -> Served:
        """Let the goods spread and return what they can serve, sold in some states."""
        nodes = list(self.network.nodes)
        served = np.zeros((len(nodes), self.network.days), dtype=bool)
        for t in range(first, self.network.days):
            for place, expires in self.road.pop(t, []):
                self.put(place, expires)
            self._spread(t)
            for (node, state), expires in self.held.items():
                left = self.network.left_at_sale(self.product, state)
                if state in sold_as and expires - t >= left:
                    served[nodes.index(node), t] = True
        return served

    def _spread(self, t: int) -> None:
        work = list(self.held)
        while work:
            place = work.pop()
            if self.held[place] >= t:
                work += self._send(place, t) + self._change(place, t)

    def _send(self, place: Place, t: int) -> list[Place]:
        """Send goods over every lane that leaves today; places that got fresher goods today."""
        node, state = place
        fresher = []
        for lane in self.network.lanes_from.get(node, ()):
            after = self.network.nodes[lane.stop].state_on_arrival(state)
            if state not in lane.states or t not in lane.running or after is None or self._too_late(lane, t):
                continue
            arrival = t + lane.offset
            expires = self.held[place] if after == state else self._entered(after, arrival)
            if lane.offset > 0:
                self.road[arrival].append(((lane.stop, after), expires))
            elif self.put((lane.stop, after), expires):
                fresher.append((lane.stop, after))
        return fresher

    def _too_late(self, lane: Lane, t: int) -> bool:
        """Whether goods made today miss a truck of today."""
        if (lane.origin, t) != (self.made_at, self.made_on) or lane.truck is None or lane.hour is None:
            return False
        rule, node = self.network.rules.loading, self.network.nodes[lane.origin]
        ready = node.shift_start + node.startup
        return rule == "previous_day" or (rule == "business" and (lane.morning or lane.hour <= ready))

    def _change(self, place: Place, t: int) -> list[Place]:
        after = {"ambient": "frozen", "frozen": "thawed"}.get(place[1])
        if after is None or self.network.nodes[place[0]].storage != "both":
            return []
        return [(place[0], after)] if self.put((place[0], after), self._entered(after, t)) else []

    def _entered(self, state: str, day: int) -> int:
        return self.network.expiry(self.product, state, day) if self.network.rules.shelf_life else 10**6


def served_by_making(network: Network, product: Product, node: str, day: int) -> Served:
    """Demand that goods made at a node on a day can serve; nodes by days."""
    wave = _Wave(network, product, made_at=node, made_on=day)
    state = network.nodes[node].made_state
    wave.put((node, state), wave._entered(state, day))  # noqa: SLF001 - one thing, two entrances
    return wave.run(day)


def served_by_lot(network: Network, product: Product, lot: Lot) -> Served:
    """Demand that a lot in stock or on the road can serve."""
    state = network.nodes[lot.node].state_on_arrival(lot.state)
    wave, day = _Wave(network, product), max(lot.day, 0)
    if state is not None and day < network.days:
        wave.put((lot.node, state), settled_expiry(network, lot) if network.rules.shelf_life else 10**6)
    return wave.run(day)


def served_by_departure(network: Network, product: Product, life: Life, lane: Lane, day: int) -> Served:
    """Demand that goods leaving over a lane on a day can serve, of any kind there may be then at its origin."""
    wave = _Wave(network, product)
    arrival = day + lane.offset
    for kind in life.kinds:
        state = state_of(kind)
        held = life.held.get((lane.origin, kind))
        after = network.nodes[lane.stop].state_on_arrival(state)
        if state in lane.states and held is not None and after is not None and held[day] >= day:
            expires = held[day] if after == state else wave._entered(after, arrival)  # noqa: SLF001
            wave.road[arrival].append(((lane.stop, after), expires))
    return wave.run(min(arrival, network.days))
