"""Goods: what comes in goes out, stays alive, fits, and serves demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.production.costing import whole
from provisor.production.life import expiry_of, kind_of, state_of

if TYPE_CHECKING:
    from provisor.engine.builder import Term
    from provisor.production.model.context import Model


def prepare_inflow(model: Model) -> None:
    """Note, per node, product, kind and day, the columns that bring goods in, stock of yesterday left out."""
    network = model.network
    for key, index in model.columns.get("units", {}).items():
        node, product, t = str(key[0]), str(key[1]), int(key[2])
        kind = model.lives[product].made_kind(network, network.products[product], node, t)
        _bring(model, node, product, kind, t, index)
    for key, index in model.columns.get("ship", {}).items():
        lane, product, kind, t = network.lanes[int(key[0])], str(key[1]), str(key[2]), int(key[3])
        after = model.arriving(lane, product, kind, t)
        if after is not None and t + lane.offset < network.days:
            _bring(model, lane.stop, product, after, t + lane.offset, index)
    for key, index in model.columns.get("change", {}).items():
        product, t = str(key[1]), int(key[4])
        _bring(model, str(key[0]), product, model.changed(product, str(key[3]), t), t, index)


def _bring(model: Model, node: str, product: str, state: str, day: int, column: int) -> None:
    model.inflow.setdefault((node, product, state, day), []).append((column, 1.0))


def outflow(model: Model, node: str, product: str, state: str, t: int) -> list[Term]:
    """Everything that takes goods out on a day, with coefficient 1."""
    terms = model.term("sold", node, product, state, t) + model.term("dispose", node, product, state, t)
    for lane in model.open_lanes(node, t):
        terms += model.term("ship", lane.index, product, state, t)
    for after in ("frozen", "thawed"):
        terms += model.term("change", node, product, state, after, t)
    return terms


def balance(model: Model) -> None:
    """stock[t-1] + inflow[t] + lots[t] = stock[t] + sold + shipped + changed + disposed."""
    for key in model.columns.get("dispose", {}):
        node, product, state, t = str(key[0]), str(key[1]), str(key[2]), int(key[3])
        lots = sum(lot.units for lot in model.settled_lots(node, product, state, t))
        terms = list(model.inflow.get((node, product, state, t), ()))
        terms += model.term("stock", node, product, state, t - 1)
        terms += model.term("stock", node, product, state, t, by=-1.0)
        terms += [(column, -value) for column, value in outflow(model, node, product, state, t)]
        model.builder.row("balance", (node, product, state, t), terms, lower=-lots, upper=-lots)


def shelf_life(model: Model) -> None:
    """stock[t] <= what came in and can still be of use after t.

    Exact for goods told apart by their last day alive; for others a relaxation of the age of every batch: a
    unit that came in on day u expires at the latest on the freshest day that any way through the network
    allows (:mod:`provisor.production.life`).
    """
    for key, index in model.columns.get("stock", {}).items():
        node, product, kind, t = str(key[0]), str(key[1]), str(key[2]), int(key[3])
        expires, use = expiry_of(kind), model.lives[product].needed(node, kind, t + 1)
        if expires is not None:
            if use is None or expires - t < use + 1:
                model.builder.row("shelf_life", key, [(index, 1.0)], upper=0.0)
            continue
        terms, lots, dead = _useful(model, (node, product, kind, t), use)
        if dead:
            model.builder.row("shelf_life", key, [(index, 1.0), *terms], upper=lots)


def _useful(model: Model, key: tuple[str, str, str, int], use: int | None) -> tuple[list[Term], float, bool]:
    """Useful inflow up to a day with coefficient -1, useful lots, and whether anything is of no use."""
    node, product, state, t = key
    freshest = model.lives[product].freshest[node, state]
    terms: list[Term] = []
    lots, dead = 0.0, False
    for u in range(t + 1):
        coming = model.inflow.get((node, product, state, u), [])
        useful = use is not None and freshest[u] - t >= use + 1
        terms += [(column, -1.0) for column, _ in coming] if useful else []
        dead = dead or (bool(coming) and not useful)
        units = sum(lot.units for lot in model.settled_lots(node, product, state, u))
        lots, dead = lots + (units if use is not None else 0.0), dead or (units > 0 and use is None)
    return terms, lots, dead


def system_age(model: Model) -> None:
    """Ambient goods anywhere at day end <= goods made lately enough to be sold yet, or still to be frozen.

    Follows from the age of every batch. It stops goods from growing young on their way from node to node,
    which the rows of single nodes cannot see.
    """
    network = model.network
    if not network.rules.shelf_life or network.rules.end == "free":
        return
    for code, product in network.products.items():
        left = network.left_at_sale(product, "ambient")
        if model.lives[code].exact or (left > 0 and network.rules.end_transit == "last_departures"):
            continue  # old goods may still be wanted on the road at the end
        reach = product.ambient_days - network.left_at_sale(product, "ambient")
        for t in range(reach, network.days):
            terms = _ambient_anywhere(model, code, t) + _to_be_frozen(model, code, t)
            for node in network.makers:
                for u in range(t - reach + 1, t + 1):
                    terms += model.term("units", node.code, code, u, by=-1.0)
            model.builder.row("system_age", (code, t), terms, upper=lots_ambient(model, code))


def lots_ambient(model: Model, product: str) -> float:
    """Units of ambient lots that are not told apart by age, at all nodes and on the road."""
    return sum(
        lot.units
        for (_, code, kind, _), lots in model.lots.items()
        for lot in lots
        if (code, kind) == (product, "ambient")
    )


def _ambient_anywhere(model: Model, product: str, t: int) -> list[Term]:
    """Ambient goods made within the horizon, in store or on the way to where they stay ambient."""
    network = model.network
    terms = [term for node in network.nodes for term in model.term("stock", node, product, "ambient", t)]
    for lane in network.lanes:
        if network.nodes[lane.stop].state_on_arrival("ambient") == "ambient":
            for u in range(max(0, t - lane.offset + 1), t + 1):
                terms += model.term("ship", lane.index, product, "ambient", u)
    return terms


def _to_be_frozen(model: Model, product: str, t: int) -> list[Term]:
    """Goods that leave for a freezer, or are frozen, while those too old for sale on day t may be alive."""
    network = model.network
    last = t + network.left_at_sale(network.products[product], "ambient")
    terms: list[Term] = []
    for u in range(t + 1, min(last, network.days - 1) + 1):
        for node in network.nodes:
            terms += model.term("change", node, product, "ambient", "frozen", u, by=-1.0)
        for lane in network.lanes:
            if network.nodes[lane.stop].state_on_arrival("ambient") == "frozen":
                terms += model.term("ship", lane.index, product, "ambient", u, by=-1.0)
    return terms


def demand(model: Model) -> None:
    """Sold + short = demand."""
    for key, index in model.columns.get("short", {}).items():
        node, product, t = str(key[0]), str(key[1]), int(key[2])
        terms = [(index, 1.0)]
        for kind in model.lives[product].kinds:
            terms += model.term("sold", node, product, kind, t)
        units = model.network.demand[node, product, t]
        model.builder.row("demand", (node, product, t), terms, lower=units, upper=units)


def storage_capacity(model: Model) -> None:
    """Stock at day end of all products and states <= capacity."""
    network = model.network
    for node in network.nodes.values():
        if node.capacity is None or not network.rules.storage_capacity:
            continue
        for t in range(network.days):
            terms = [
                term
                for product in network.products
                for kind in model.lives[product].kinds
                for term in model.term("stock", node.code, product, kind, t)
            ]
            if terms:
                model.builder.row("storage_capacity", (node.code, t), terms, upper=node.capacity)


def leg_capacity(model: Model) -> None:
    """Units leaving on a leg on a day <= capacity; goods of a truck count on every leg they use."""
    network = model.network
    if not network.rules.leg_capacity:
        return
    rows: dict[tuple[str, int], list[Term]] = {}
    for key, index in model.columns.get("ship", {}).items():
        for leg in network.lanes[int(key[0])].legs:
            if leg in network.leg_capacity:
                rows.setdefault((leg, int(key[3])), []).append((index, 1.0))
    for (leg, t), terms in rows.items():
        model.builder.row("leg_capacity", (leg, t), terms, upper=network.leg_capacity[leg])


def ending(model: Model) -> None:
    """Left = stock at the end + goods on the road; credited <= what of it can still be sold."""
    network = model.network
    for key, index in model.columns.get("left", {}).items():
        node, product = str(key[0]), str(key[1])
        left, usable = _left(model, node, product)
        lots = [
            lot
            for lot in network.transit
            if (lot.node, lot.product) == (node, product) and lot.day >= network.days
            if network.rules.end_transit == "all"
        ]
        late = sum(lot.units for lot in lots)
        model.builder.row("ending", (node, product), [(index, -1.0), *left], lower=-late, upper=-late)
        credited = model.columns["credited"][node, product]
        terms = [(credited, 1.0), *((column, -value) for column, value in usable)]
        usable_late = sum(
            lot.units for lot in lots if _saleable(model, product, kind_of(network, lot), lot.day)
        )
        model.builder.row("credit", (node, product), terms, upper=usable_late)


def _left(model: Model, node: str, product: str) -> tuple[list[Term], list[Term]]:
    """Goods at a node or on the road to it at the end, and those of them that can still be sold."""
    network = model.network
    first = network.days - 1 if network.rules.end_transit == "last_departures" else 0
    left: list[Term] = []
    usable: list[Term] = []
    for kind in model.lives[product].kinds:
        stock = model.term("stock", node, product, kind, network.days - 1)
        left += stock
        usable += stock if _saleable(model, product, kind, network.days) else []
        for lane in network.lanes_to.get(node, ()):
            for t in range(max(first, network.days - lane.offset), network.days):
                road = model.term("ship", lane.index, product, kind, t)
                left += road
                after = model.arriving(lane, product, kind, t)
                usable += road if _saleable(model, product, after, t + lane.offset) else []
    return left, usable


def _saleable(model: Model, product: str, kind: str | None, day: int) -> bool:
    """Whether goods of a kind may be fresh enough on a day to be sold, or, frozen, alive to be thawed."""
    expires = None if kind is None else expiry_of(kind)
    if kind is None or expires is None:
        return kind is not None
    state = state_of(kind)
    left = 0 if state == "frozen" else model.network.left_at_sale(model.network.products[product], state)
    return expires - day >= left


def storage_pallets(model: Model) -> None:
    """Stock <= pallets x units per pallet; entry >= pallets - pallets of yesterday."""
    network = model.network
    for key, index in model.columns.get("store_pallets", {}).items():
        node, product, state, t = str(key[0]), str(key[1]), str(key[2]), int(key[3])
        size = network.products[product].units_per_pallet
        stock = [
            term
            for kind in model.lives[product].kinds
            if state_of(kind) == state
            for term in model.term("stock", node, product, kind, t)
        ]
        model.builder.row("storage_pallets", key, [*stock, (index, -size)], upper=0.0)
        entry = model.columns["entry"][key]
        terms = [(index, 1.0), (entry, -1.0)]
        before = float(opening_pallets(model, node, product, state)) if t == 0 else 0.0
        yesterday = model.column("store_pallets", node, product, state, t - 1)
        if yesterday is not None:
            terms.append((yesterday, -1.0))
        model.builder.row("storage_entry", key, terms, upper=before)


def opening_pallets(model: Model, node: str, product: str, state: str) -> int:
    """Pallets of the opening stock of a node, product and state, by product or by batch."""
    network = model.network
    size = network.products[product].units_per_pallet
    lots = [
        lot.units
        for lot in network.opening
        if (lot.node, lot.product) == (node, product)
        and network.nodes[node].state_on_arrival(lot.state) == state
    ]
    groups = lots if network.rules.pallets_by == "batch" else [sum(lots)]
    return sum(whole(units / size) for units in groups)
