"""Trucks: when they leave, what stands on them, and what they can still catch of the day's production."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.production.life import state_of

if TYPE_CHECKING:
    from provisor.engine.builder import Term
    from provisor.production.model.context import Model
    from provisor.production.network import Lane, Node


def trucks(model: Model) -> None:
    """Last stops chosen <= departures used; pallets to a last stop <= places x chosen."""
    network = model.network
    choices: dict[tuple[str, int], list[Term]] = {}
    for key, index in model.columns.get("chosen", {}).items():
        lane, t = network.lanes[int(key[0])], int(key[1])
        if lane.truck is None:
            continue
        choices.setdefault((lane.truck, t), []).append((index, 1.0))
        places = float(network.trucks[lane.truck].pallets)
        terms = [*_pallets(model, lane, t), (index, -places)]
        model.builder.row("chosen_stop", (lane.index, t), terms, upper=0.0)
    for (truck, t), terms in choices.items():
        used = model.columns["used"][truck, t]
        model.builder.row("one_last_stop", (truck, t), [*terms, (used, -1.0)], upper=0.0)


def _pallets(model: Model, lane: Lane, t: int) -> list[Term]:
    """Pallets on a lane and day: whole ones, or units by the pallet where pallets may be shared."""
    terms: list[Term] = []
    for code, product in model.network.products.items():
        if model.network.rules.truck_pallets:
            for state in lane.states:
                terms += model.term("pallets", lane.index, code, state, t)
        else:
            for kind in model.lives[code].kinds:
                terms += model.term("ship", lane.index, code, kind, t, by=1 / product.units_per_pallet)
    return terms


def cases(model: Model) -> None:
    """Units of a load = cases x units per case."""
    for key, index in model.columns.get("cases", {}).items():
        lane, product, state, t = int(key[0]), str(key[1]), str(key[2]), int(key[3])
        size = model.network.products[product].units_per_case
        units = load(model, lane, product, state, t)
        model.builder.row("cases", key, [*units, (index, -size)], lower=0.0, upper=0.0)


def load(model: Model, lane: int, product: str, state: str, t: int) -> list[Term]:
    """Units of a product and state on a lane and day, over all kinds of goods."""
    return [
        term
        for kind in model.lives[product].kinds
        if state_of(kind) == state
        for term in model.term("ship", lane, product, kind, t)
    ]


def truck_pallets(model: Model) -> None:
    """Units <= pallets x units per pallet; pallets of all stops, products and states <= places x used."""
    network = model.network
    for key, index in model.columns.get("pallets", {}).items():
        lane, product, state, t = int(key[0]), str(key[1]), str(key[2]), int(key[3])
        size = network.products[product].units_per_pallet
        units = load(model, lane, product, state, t)
        model.builder.row("pallet_load", key, [*units, (index, -size)], upper=0.0)
    for truck in network.trucks.values():
        lanes = network.lanes_of(truck.code)
        for t in truck.days:
            terms = [term for lane in lanes for term in _pallets(model, lane, t)]
            used = model.columns["used"][truck.code, t]
            model.builder.row(
                "truck_pallets", (truck.code, t), [*terms, (used, -float(truck.pallets))], upper=0.0
            )


def loading(model: Model) -> None:
    """Trucks carry what was there: the evening before (morning), or also what was made before they left."""
    rule = model.network.rules.loading
    if rule == "same_day":
        return
    for node in model.network.nodes.values():
        lanes = [lane for lane in model.network.lanes_from.get(node.code, ()) if lane.truck]
        if not lanes:
            continue
        for product in model.network.products:
            for kind in model.lives[product].kinds:
                for t in range(model.network.days):
                    _load_today(model, node, lanes, (product, kind, t))
    if rule == "business":
        _limit_same_day(model)


def _load_today(model: Model, node: Node, lanes: list[Lane], key: tuple[str, str, int]) -> None:
    product, kind, t = key
    groups: dict[float, list[Term]] = {}
    for lane in lanes:
        hour = 0.0 if lane.morning or model.network.rules.loading == "previous_day" else lane.hour or 0.0
        groups.setdefault(hour, []).extend(model.term("ship", lane.index, product, kind, t))
    there, lots = _there(model, node, key, today=False)
    loaded: list[Term] = []
    for hour in sorted(groups):
        loaded += groups[hour]
        if not groups[hour]:
            continue
        if hour > 0:
            there, lots = _there(model, node, key, today=True)
            there += _same_day(model, node, product, kind, t, hour)
        terms = loaded + [(column, -value) for column, value in there]
        model.builder.row("loading", (node.code, product, kind, str(hour), t), terms, upper=lots)


def _there(model: Model, node: Node, key: tuple[str, str, int], *, today: bool) -> tuple[list[Term], float]:
    """What can be loaded without counting what is made today; ``today`` adds what else comes in today."""
    product, kind, t = key
    terms = model.term("stock", node.code, product, kind, t - 1)
    for lane in model.network.lanes_to.get(node.code, ()):
        for before in model.lives[product].kinds:
            left = t - lane.offset
            early = lane.offset > 0 and before == kind
            if model.arriving(lane, product, before, left) == kind and (today or early):
                terms += model.term("ship", lane.index, product, before, left)
    if today and model.changed(product, state_of(kind), t) == kind:
        for before in model.lives[product].kinds:
            terms += model.term("change", node.code, product, before, state_of(kind), t)
    lots = model.settled_lots(node.code, product, kind, t)
    return terms, sum(lot.units for lot in lots if today or lot.state == state_of(kind))


def _same_day(model: Model, node: Node, product: str, kind: str, t: int, hour: float) -> list[Term]:
    made = model.network.products[product]
    if kind != model.lives[product].made_kind(model.network, made, node.code, t):
        return []
    return [
        (index, 1.0)
        for key, index in model.columns.get("same_day", {}).items()
        if key[0] == node.code and key[1] == product and key[3] == t and float(key[2]) <= hour
    ]


def _limit_same_day(model: Model) -> None:
    """same_day of all hours <= made; of all products up to an hour <= what the line has made by then."""
    made: dict[tuple[str, str, int], list[Term]] = {}
    by_hour: dict[tuple[str, int], list[tuple[float, int]]] = {}
    for key, index in model.columns.get("same_day", {}).items():
        node, product, hour, t = str(key[0]), str(key[1]), float(key[2]), int(key[3])
        made.setdefault((node, product, t), []).append((index, 1.0))
        by_hour.setdefault((node, t), []).append((hour, index))
    for (node, product, t), terms in made.items():
        units = model.columns["units"][node, product, t]
        model.builder.row("same_day_made", (node, product, t), [*terms, (units, -1.0)], upper=0.0)
    for (node, t), columns in by_hour.items():
        maker = model.network.nodes[node]
        for hour in sorted({hour for hour, _ in columns}):
            most = maker.rate * max(0.0, hour - maker.shift_start - maker.startup)
            terms = [(index, 1.0) for h, index in columns if h <= hour]
            model.builder.row("same_day_rate", (node, str(hour), t), terms, upper=most)
