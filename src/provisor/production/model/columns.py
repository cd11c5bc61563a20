"""Declares the decisions of the production model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from provisor.production.life import Life, state_of

if TYPE_CHECKING:
    from provisor.production.model.context import Model
    from provisor.production.network import Lane, Node, Product, Shift


def declare(model: Model) -> None:
    """Declare every column, family by family."""
    _declare_making(model)
    _declare_labour(model)
    _declare_shipping(model)
    _declare_departures(model)
    _declare_keeping(model)
    _declare_selling(model)
    _declare_storage_pallets(model)
    _declare_ending(model)


def most_units(model: Model, node: Node, shift: Shift) -> float:
    """Most units of one product that a node can make in a shift."""
    saved = node.changeover if model.network.rules.changeover == "starts" else 0.0
    return max(0.0, (shift.limit - node.startup - node.shutdown + saved) * node.rate)


def pallet_costs(model: Model, state: str) -> tuple[float, float]:
    """Cost of a pallet-day and of a pallet's entry; both zero where the state is kept by the unit."""
    kind = "frozen" if state == "frozen" else "ambient"
    costs = model.network.costs
    return costs[f"storage_per_pallet_day_{kind}"], costs[f"storage_per_pallet_entry_{kind}"]


def _makings(model: Model) -> list[tuple[Node, Product, int, Shift]]:
    network = model.network
    return [
        (node, product, t, shift)
        for node in network.makers
        for product in network.products.values()
        for t in range(network.days)
        for shift in [network.shifts.get((node.code, t))]
        if shift is not None and most_units(model, node, shift) > 0
    ]


def _declare_making(model: Model) -> None:
    costs, rules = model.network.costs, model.network.rules
    makings = _makings(model)
    for node, product, t, _ in makings:
        model.add("made", (node.code, product.code, t), upper=1, integer=True)
    for node, product, t, shift in makings:
        if rules.mixes and product.units_per_mix:
            most = math.floor(most_units(model, node, shift) / product.units_per_mix + 1e-9)
            model.add("mixes", (node.code, product.code, t), upper=most, integer=True)
    if rules.end == "waste":
        for code in dict.fromkeys(str(key[1]) for key in model.columns.get("mixes", {})):
            model.add("total", (code,), integer=True)
    for node, product, t, shift in makings:
        key = (node.code, product.code, t)
        model.add("units", key, upper=most_units(model, node, shift), cost=costs["production_per_unit"])
    price = costs["start_cost"] + costs["start_waste_units"] * costs["production_per_unit"]
    for node, product, t, _ in makings:
        model.add("start", (node.code, product.code, t), upper=1, cost=price)
    brands = sorted({(node.code, product.brand, t) for node, product, t, _ in makings})
    for key in brands if rules.changeover == "brand" else ():
        model.add("brand", key, upper=1, integer=True)


def _declare_labour(model: Model) -> None:
    days = sorted({(node.code, t) for node, _, t, _ in _makings(model)})
    for node, t in days:
        model.add("run", (node, t), upper=1, integer=True)
    for family in ("regular", "overtime", "premium"):
        for node, t in days:
            shift = model.network.shifts[node, t]
            limits = {
                "regular": (min(shift.fixed_hours, shift.limit), shift.regular_rate),
                "overtime": (shift.overtime_hours, shift.overtime_rate),
                "premium": (max(shift.limit, shift.minimum_hours), shift.premium_rate),
            }
            if shift.fixed != (family == "premium"):
                upper, rate = limits[family]
                model.add(family, (node, t), upper=upper, cost=rate)


def _shipments(model: Model) -> list[tuple[Lane, Product, str, int]]:
    """By kind of goods: where goods can be sent and still be of use on arrival."""
    network = model.network
    found = []
    for lane in network.lanes:
        for product in network.products.values():
            life = model.lives[product.code]
            for kind in life.kinds:
                after = network.nodes[lane.stop].state_on_arrival(state_of(kind))
                held = life.held.get((lane.origin, kind))
                if state_of(kind) not in lane.states or after is None or held is None:
                    continue
                for t in lane.days:
                    need = _needed_on_departure(life, lane, after, t, same=after == state_of(kind))
                    if need is not None and held[t] - t >= need:
                        found.append((lane, product, kind, t))
    return found


def _needed_on_departure(life: Life, lane: Lane, after: str, t: int, *, same: bool) -> int | None:
    """Fewest days left with which goods sent off are of use; a change of state begins a new life."""
    use = life.needed(lane.stop, after, t + lane.offset) if same else 0
    return None if use is None else max(0, lane.offset + use)


def _declare_shipping(model: Model) -> None:
    shipments = _shipments(model)
    for lane, product, kind, t in shipments:
        truck = model.network.trucks[lane.truck] if lane.truck else None
        upper = truck.pallets * product.units_per_pallet if truck else math.inf
        model.add("ship", (lane.index, product.code, kind, t), upper=upper, cost=lane.cost)
    loads = dict.fromkeys((lane, product.code, state_of(kind), t) for lane, product, kind, t in shipments)
    for lane, code, state, t in loads:
        if lane.truck and model.network.rules.truck_pallets:
            places = model.network.trucks[lane.truck].pallets
            model.add("pallets", (lane.index, code, state, t), upper=places, integer=True)
    for lane, code, state, t in loads if model.whole_cases else ():
        model.add("cases", (lane.index, code, state, t), integer=True)


def _declare_departures(model: Model) -> None:
    network = model.network
    for truck in network.trucks.values():
        cost = truck.cost_fixed if network.rules.truck_cost else 0.0
        for t in truck.days:
            model.add("used", (truck.code, t), upper=1, cost=cost, integer=True)
    for lane in network.lanes:
        for t in lane.days if lane.choice else ():
            model.add("chosen", (lane.index, t), upper=1, integer=True)
    for node in network.makers if network.rules.loading == "business" else ():
        _declare_same_day(model, node)


def _declare_same_day(model: Model, node: Node) -> None:
    network = model.network
    lanes = network.lanes_from.get(node.code, ())
    hours = sorted({lane.hour for lane in lanes if lane.hour is not None and not lane.morning})
    for product in network.products:
        for hour in hours:
            for t in range(network.days):
                if model.column("units", node.code, product, t) is not None:
                    model.add("same_day", (node.code, product, str(hour), t))


def _declare_keeping(model: Model) -> None:
    network = model.network
    waste = network.waste_cost
    places = [
        (node, product, kind, t)
        for node in network.nodes.values()
        for product in network.products.values()
        for life in [model.lives[product.code]]
        for kind in life.kinds
        for held in [life.held.get((node.code, kind))]
        if held is not None
        for t in range(network.days)
        if held[t] >= t - 1 or model.settled_lots(node.code, product.code, kind, t)
    ]
    for node, product, kind, t in places:
        state, alive = state_of(kind), model.lives[product.code].held[node.code, kind][t] >= t
        if state in node.kept and alive:
            by_pallet = any(pallet_costs(model, state))
            ending = "frozen" if state == "frozen" else "ambient"
            cost = 0.0 if by_pallet else network.costs[f"storage_per_unit_day_{ending}"]
            model.add("stock", (node.code, product.code, kind, t), cost=cost)
    for node, product, kind, t in places:
        model.add("dispose", (node.code, product.code, kind, t), cost=waste)
    changes = {"ambient": "frozen", "frozen": "thawed"}
    for node, product, kind, t in places:
        if node.storage == "both" and state_of(kind) in changes:
            model.add("change", (node.code, product.code, kind, changes[state_of(kind)], t))


def _declare_selling(model: Model) -> None:
    network = model.network
    wanted = [(key, units) for key, units in network.demand.items() if 0 <= key[2] < network.days]
    for (node, code, t), units in wanted:
        for kind in model.lives[code].kinds:
            held = model.lives[code].held.get((node, kind))
            left = network.left_at_sale(network.products[code], state_of(kind))
            if held is not None and state_of(kind) != "frozen" and held[t] - t >= max(left, 0):
                model.add("sold", (node, code, kind, t), upper=units)
    for (node, code, t), units in wanted:
        upper = units if network.rules.shortages else 0.0
        model.add("short", (node, code, t), upper=upper, cost=network.costs["shortage_per_unit"])


def _declare_storage_pallets(model: Model) -> None:
    stock = model.columns.get("stock", {})
    kept = list(dict.fromkeys((n, p, state_of(str(kind)), t) for n, p, kind, t in stock))
    kept = [key for key in kept if any(pallet_costs(model, key[2]))]
    for key in kept:
        model.add("store_pallets", key, cost=pallet_costs(model, str(key[2]))[0], integer=True)
    for key in kept:
        model.add("entry", key, cost=pallet_costs(model, str(key[2]))[1])


def _declare_ending(model: Model) -> None:
    network = model.network
    if network.rules.end == "free":
        return
    price = network.waste_cost
    ends = []
    for node in network.nodes:
        for product in network.products:
            cover = network.cover(node, product) if network.rules.end == "value" else 0.0
            ends.append((node, product, cover))
    for node, product, _ in ends:
        model.add("left", (node, product), cost=price)
    for node, product, cover in ends:
        model.add("credited", (node, product), upper=cover, cost=-network.end_value - price)
