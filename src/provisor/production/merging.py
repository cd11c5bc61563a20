"""A smaller network with the same best cost or less: nodes at the end of the network that need keep nothing.

A leaf is a node that only sells, reached over one leg that leaves on any day and takes a day or more.
Whatever it keeps could as well wait at the node that supplies it, so it keeps nothing; leaves reached from
one node in the same time at the same cost become one. What a leaf has at the start, or on the road to it,
serves its own demand first, oldest batch first: that serves most of it, because nobody else can use these
goods.

The cost of a plan of the small network is never above that of the plan of the whole network it is made
from, so a bound of the small one is a bound of the whole: storage and leg limits of leaves are dropped,
goods kept by a leaf wait at its supplier at the same price (what it keeps at the end leaves there last, to
be on the road), and the first-come use of its own goods leaves no more of them unsold than any other. The
last step needs goods left over to be worth no more than goods cost to make.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provisor.production.network import Lane, Lot, Network, Node

Demand = dict[tuple[str, str, int], float]


@dataclass(frozen=True)
class Merged:
    """A small network and the cost that merging took out of it.

    Attributes:
        network: The small network.
        fixed_cost: Cost of what the leaves' own goods come to whatever is decided.
    """

    network: Network
    fixed_cost: float


def merged(network: Network) -> Merged:
    """Merge the leaves of a network; the network itself where none can be."""
    leaves = _leaves(network)
    if not leaves:
        return Merged(network, 0.0)
    demand: Demand = dict(network.demand)
    fixed_cost = sum(_serve_own(network, leaf, demand) for leaf in leaves)
    nodes = {code: node for code, node in network.nodes.items() if code not in leaves}
    lanes = [lane for lane in network.lanes if lane.stop not in leaves]
    for group in _groups(leaves):
        _join(network, group, nodes, lanes, demand)
    lots = [
        tuple(lot for lot in lots if lot.node not in leaves) for lots in (network.opening, network.transit)
    ]
    small = replace(
        network,
        nodes=nodes,
        lanes=tuple(replace(lane, index=index) for index, lane in enumerate(lanes)),
        demand={key: units for key, units in demand.items() if units > 0},
        opening=lots[0],
        transit=lots[1],
    )
    return Merged(small, fixed_cost)


def _leaves(network: Network) -> dict[str, Lane]:
    """Leaves by node, with the lane that supplies each."""
    if not _waiting_is_free(network):
        return {}
    leaves = {}
    for code, node in network.nodes.items():
        lanes = network.lanes_to.get(code, [])
        ends = not node.can_make and not network.lanes_from.get(code)
        if ends and len(lanes) == 1 and node.storage in ("ambient", "none"):
            lane = lanes[0]
            supplier = network.nodes[lane.origin]
            frozen = [lot for lot in _lots(network, code) if lot.state == "frozen"]
            if (
                lane.offset > 0
                and not lane.truck
                and lane.mode == "ambient"
                and supplier.storage == "ambient"
                and not frozen
            ):
                leaves[code] = lane
    return leaves


def _waiting_is_free(network: Network) -> bool:
    """Whether goods may wait at the supplier at no more than they cost at the leaf."""
    costs = network.costs
    by_pallet = costs["storage_per_pallet_day_ambient"] or costs["storage_per_pallet_entry_ambient"]
    return not by_pallet and network.end_value <= costs["production_per_unit"]


def _lots(network: Network, node: str) -> list[Lot]:
    return [lot for lot in (*network.opening, *network.transit) if lot.node == node]


def _serve_own(network: Network, leaf: str, demand: Demand) -> float:
    """Serve a leaf's demand from its own goods, oldest first; returns the cost of what is left of them."""
    cost = 0.0
    for code, product in network.products.items():
        lots = sorted(
            (lot for lot in _lots(network, leaf) if lot.product == code), key=lambda lot: lot.expires
        )
        left = [lot.units for lot in lots]
        for t in range(network.days):
            for i, lot in enumerate(lots):
                wanted = demand.get((leaf, code, t), 0.0)
                ready = lot.day <= t and lot.expires - t >= network.left_at_sale(product, lot.state)
                served = min(wanted, left[i]) if ready else 0.0
                if served > 0:
                    left[i] -= served
                    demand[leaf, code, t] = wanted - served
        cost += sum(_cost_left(network, lot, units) for lot, units in zip(lots, left, strict=True))
    return cost


def _cost_left(network: Network, lot: Lot, units: float) -> float:
    """Least cost of units of a lot that serve no demand: waste, unless they may be worth something at the end."""
    uncounted = lot.day >= network.days and network.rules.end_transit == "last_departures"
    if network.rules.end == "free" or uncounted:
        return 0.0
    product = network.products[lot.product]
    day = max(network.days, lot.day)
    usable = lot.expires - day >= network.left_at_sale(product, lot.state)
    if network.rules.end == "value" and usable:
        return -network.end_value * units
    return network.waste_cost * units


def _groups(leaves: dict[str, Lane]) -> list[list[Lane]]:
    groups: dict[tuple[str, int, float], list[Lane]] = defaultdict(list)
    for lane in leaves.values():
        groups[lane.origin, lane.offset, lane.cost].append(lane)
    return list(groups.values())


def _join(
    network: Network, group: list[Lane], nodes: dict[str, Node], lanes: list[Lane], demand: Demand
) -> None:
    """Put one node that keeps nothing in the place of a group of leaves, and let the supplier keep for it."""
    codes = [lane.stop for lane in group]
    name = "+".join(codes)
    nodes[name] = replace(network.nodes[codes[0]], code=name, storage="none", capacity=None)
    lanes.append(replace(group[0], stop=name, legs=()))
    supplier = nodes[group[0].origin]
    capacities = [supplier.capacity, *(network.nodes[code].capacity for code in codes)]
    known = [capacity for capacity in capacities if capacity is not None]
    nodes[supplier.code] = replace(supplier, capacity=sum(known) if len(known) == len(capacities) else None)
    for code in codes:
        for product in network.products:
            for t in range(network.days + network.rules.end_cover_days):
                units = demand.pop((code, product, t), 0.0)
                if units > 0:
                    demand[name, product, t] = demand.get((name, product, t), 0.0) + units
