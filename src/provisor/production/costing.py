"""Adds up what a plan costs, line by line, from its decisions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from provisor.production.network import Network, Shift

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]

ROUNDING = 1e-6


def whole(amount: float) -> int:
    """Smallest whole number not below ``amount``, rounding errors forgiven.

    >>> whole(44.0000001), whole(44.1), whole(0.0)
    (44, 45, 0)
    """
    return max(0, math.ceil(amount - ROUNDING))


def labour_rows(network: Network, rows: Rows) -> list[Row]:
    """Rows of the table ``labour``: hours by kind, and what they cost."""
    made = _by(rows["production"], "node", "date")
    starts = starts_of(network, rows)
    labour = []
    for (node, date), group in made.items():
        shift = network.shifts[node, (date - network.start).days]
        begun = sum(1 for key in starts if (key[0], key[2]) == (node, date))
        used = _hours_used(network, node, group, begun)
        regular, overtime, premium = _kinds_of_hours(shift, used)
        cost = regular * shift.regular_rate + overtime * shift.overtime_rate + premium * shift.premium_rate
        labour.append(
            {"date": date, "node": node, "products": len(group), "hours_used": used, "regular": regular,
             "overtime": overtime, "premium": premium, "paid": regular + overtime + premium, "cost": cost}
        )  # fmt: skip
    return labour


def _hours_used(network: Network, node: str, group: list[Row], begun: int) -> float:
    maker, rules = network.nodes[node], network.rules
    hours: float = sum(row["units"] for row in group) / maker.rate + maker.startup + maker.shutdown
    if rules.changeover == "brand":
        brands = len({network.products[row["product"]].brand for row in group})
        return hours + (brands - 1) * rules.cross_brand_hours + (len(group) - brands) * rules.same_brand_hours
    count = begun if rules.changeover == "starts" else len(group)
    return hours + (count - 1) * maker.changeover


def _kinds_of_hours(shift: Shift, used: float) -> tuple[float, float, float]:
    """Regular, overtime and premium hours."""
    if not shift.fixed:
        return 0.0, 0.0, max(used, shift.minimum_hours)
    regular = max(0.0, min(used, shift.fixed_hours))
    return regular, max(0.0, used - shift.fixed_hours), 0.0


def starts_of(network: Network, rows: Rows) -> set[tuple[str, str, Any]]:
    """Starts as (node, product, date)."""
    made = {(row["node"], row["product"], row["date"]) for row in rows["production"]}
    if network.rules.starts == "daily":
        return made
    days = {(node, product, (date - network.start).days) for node, product, date in made}
    return {(n, p, network.day(t)) for n, p, t in days if (n, p, t - 1) not in days}


def cost_rows(network: Network, rows: Rows) -> list[Row]:
    """Rows of the table ``costs``: every line of every component."""
    lines = [
        *_making(network, rows),
        *_moving(network, rows),
        *_storage(network, rows),
        *_selling(network, rows),
        *_ending(network, rows),
    ]
    return [line for line in lines if line["amount"] != 0]


def _line(component: str, amount: float, row: Mapping[str, Any]) -> Row:
    place = {name: row.get(name) for name in ("date", "node", "product")}
    return {"component": component, **place, "amount": amount}


def _making(network: Network, rows: Rows) -> Iterable[Row]:
    costs = network.costs
    for row in rows["production"]:
        yield _line("production", row["units"] * costs["production_per_unit"], row)
    for row in rows["labour"]:
        yield _line("labour", row["cost"], row)
    for node, product, date in sorted(starts_of(network, rows)):
        place = {"node": node, "product": product, "date": date}
        yield _line("starts", costs["start_cost"], place)
        yield _line("start_waste", costs["start_waste_units"] * costs["production_per_unit"], place)


def _moving(network: Network, rows: Rows) -> Iterable[Row]:
    lanes = {(lane.truck, "+".join(lane.legs), lane.stop): lane for lane in network.lanes}
    departures = set()
    for row in rows["departures"]:
        lane = lanes[row["truck"], row["leg"], row["stop"]]
        yield _line("transport", row["units"] * lane.cost, {**row, "node": row["origin"]})
        if row["truck"]:
            departures.add((row["date"], row["truck"], row["origin"]))
    for date, truck, origin in sorted(departures) if network.rules.truck_cost else ():
        yield _line("departures", network.trucks[truck].cost_fixed, {"date": date, "node": origin})


def _storage(network: Network, rows: Rows) -> Iterable[Row]:
    """Stock by the unit and day, or by whole pallets with an entry charge for each more than the day before."""
    stock: dict[tuple[str, str, str, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows["stock"]:
        day = (row["date"] - network.start).days
        stock[_pile(network, row)][day] += row["units"]
    for lot in network.opening:
        row = {"node": lot.node, "product": lot.product, "state": lot.state, "batch": lot.batch}
        stock[_pile(network, row)][-1] += lot.units
    for (node, product, state, _), units in sorted(stock.items()):
        size = network.products[product].units_per_pallet
        for day in sorted(units):
            amount = _keeping(network, state, units[day], units.get(day - 1, 0.0), size)
            if day >= 0:
                yield _line("storage", amount, {"date": network.day(day), "node": node, "product": product})


def _pile(network: Network, row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """What shares pallets: a product and state at a node, or one batch of it."""
    batch = row["batch"] if network.rules.pallets_by == "batch" else ""
    return row["node"], row["product"], row["state"], batch


def _keeping(network: Network, state: str, units: float, before: float, size: float) -> float:
    kind = "frozen" if state == "frozen" else "ambient"
    per_day = network.costs[f"storage_per_pallet_day_{kind}"]
    entry = network.costs[f"storage_per_pallet_entry_{kind}"]
    if not per_day and not entry:
        return units * network.costs[f"storage_per_unit_day_{kind}"]
    pallets = whole(units / size)
    return pallets * per_day + max(0, pallets - whole(before / size)) * entry


def _selling(network: Network, rows: Rows) -> Iterable[Row]:
    for row in rows["shortage"]:
        yield _line("shortage", row["units"] * network.costs["shortage_per_unit"], row)
    for row in rows["disposal"]:
        yield _line("disposal", row["units"] * network.waste_cost, row)
    for row in rows["sales"] if network.rules.freshness else ():
        life = network.products[row["product"]].life(row["state"])
        aged = max(0.0, 1 - row["days_left"] / life)
        yield _line("freshness", row["units"] * network.rules.freshness * aged, row)


def _ending(network: Network, rows: Rows) -> Iterable[Row]:
    """Worth of what is left and covered, and waste of the rest."""
    if network.rules.end == "free":
        return
    left: dict[tuple[str, str], float] = defaultdict(float)
    usable: dict[tuple[str, str], float] = defaultdict(float)
    for node, product, state, days_left, units in _left(network, rows):
        least = network.left_at_sale(network.products[product], state) if state != "frozen" else 0
        left[node, product] += units
        if days_left >= least or not network.rules.shelf_life:
            usable[node, product] += units
    for (node, product), units in sorted(left.items()):
        cover = network.cover(node, product) if network.rules.end == "value" else 0.0
        credited = min(usable[node, product], cover)
        place = {"node": node, "product": product}
        yield _line("end_value", -network.end_value * credited, place)
        yield _line("end_waste", (units - credited) * network.waste_cost, place)


def _left(network: Network, rows: Rows) -> Iterable[tuple[str, str, str, int, float]]:
    """Goods left at the end as node, product, state there, days left when first of use, units."""
    last = network.day(network.days - 1)
    everything = network.rules.end_transit == "all"
    for row in rows["stock"]:
        if row["date"] == last:
            yield row["node"], row["product"], row["state"], row["days_left"] - 1, row["units"]
    for row in rows["departures"]:
        if row["arrival"] > last and (everything or row["date"] == last):
            yield _on_road(network, row, row["stop"], row["arrival"], row["expires"])
    for lot in network.transit if everything else ():
        if lot.day >= network.days:
            row = {"product": lot.product, "state": lot.state, "units": lot.units}
            yield _on_road(network, row, lot.node, network.day(lot.day), network.day(lot.expires))


def _on_road(
    network: Network, row: Mapping[str, Any], node: str, arrival: date, expires: date
) -> tuple[str, str, str, int, float]:
    state = network.nodes[node].state_on_arrival(row["state"]) or row["state"]
    product = network.products[row["product"]]
    left = (expires - arrival).days if state == row["state"] else product.life(state)
    return node, row["product"], state, left, row["units"]


def _by(rows: list[Row], *names: str) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return groups
