"""Finds the batches of a plan: every unit made, moved and sold is followed from its first day to its last.

The model decides how many units of a kind of goods go where on which day; here the batches are assigned, the
first to expire first. Goods of one kind serve any use of that kind, so only what may not be on a truck yet decides
which of them go first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from provisor.production.ledger import DUST, Parcel, Shelf, Today
from provisor.production.life import Life, expiry_of, kind_of, settled_expiry, state_of

if TYPE_CHECKING:
    from provisor.production.network import Lane, Lot, Network, Product

ALWAYS = -(10**9)
"""A day on which every batch is alive."""

Row = dict[str, Any]
Amounts = Mapping[tuple[str | int, ...], float]


@dataclass
class Traced:
    """Rows of the plan's tables, and the units that the plan wanted and no batch could give.

    Attributes:
        rows: Rows by table.
        missed: Units wanted by key of the decision and not given.
    """

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    missed: dict[tuple[str | int, ...], float] = field(default_factory=dict)


@dataclass
class _Day:
    """One product on one day: the decisions, the shelves and the goods on the road."""

    network: Network
    product: Product
    life: Life
    amounts: Mapping[str, Amounts]
    traced: Traced
    shelves: dict[tuple[str, str], Shelf] = field(default_factory=lambda: defaultdict(Shelf))
    road: dict[int, list[tuple[str, str, Parcel]]] = field(default_factory=lambda: defaultdict(list))
    t: int = 0

    def amount(self, family: str, *key: str | int) -> float:
        return self.amounts.get(family, {}).get(key, 0.0)

    def shipped(self, lane: Lane, kind: str) -> float:
        return self.amount("ship", lane.index, self.product.code, kind, self.t)

    def note(self, table: str, **row: Any) -> None:  # noqa: ANN401 - cells of a table
        row = {"date": self.network.day(self.t), "product": self.product.code, **row}
        self.traced.rows[table].append(row)


def trace(network: Network, lives: Mapping[str, Life], amounts: Mapping[str, Amounts]) -> Traced:
    """Assign batches to the amounts of a plan of the exact model.

    Args:
        network: The case over its days.
        lives: Life of each product.
        amounts: Units by family and key, as the model's columns are keyed.
    """
    traced = Traced()
    for product in network.products.values():
        day = _Day(network, product, lives[product.code], amounts, traced)
        for t in range(network.days):
            day.t = t
            _receive(day)
            for lane in network.lanes:
                if _leaves_early(network, lane) and t in lane.running:
                    _leave(day, lane)
            _make(day)
            for node in _in_order(day):
                _change(day, node)
                _use(day, node)
            _close(day)
    return traced


def _leaves_early(network: Network, lane: Lane) -> bool:
    """Whether goods leave before anything of the day's work is there to go along."""
    return lane.morning and network.rules.loading != "same_day"


def _in_order(day: _Day) -> list[str]:
    """Nodes so that goods that arrive on the day they leave come to a node before its own turn."""
    before: dict[str, set[str]] = {node: set() for node in day.network.nodes}
    for lane in day.network.lanes:
        if lane.offset == 0 and any(day.shipped(lane, kind) > DUST for kind in day.life.kinds):
            before[lane.stop].add(lane.origin)
    order: list[str] = []
    waiting = list(before)
    while waiting:
        ready = [node for node in waiting if not before[node] - set(order)] or waiting[:1]
        order += ready
        waiting = [node for node in waiting if node not in set(order)]
    return order


def _receive(day: _Day) -> None:
    """Opening stock and goods on the road come in."""
    network = day.network
    for lot in (*network.opening, *network.transit):
        if lot.product == day.product.code and max(lot.day, 0) == day.t:
            _receive_lot(day, lot)
    for node, kind, parcel in day.road.pop(day.t, []):
        _settle(day, node, kind, parcel, today=False)


def _receive_lot(day: _Day, lot: Lot) -> None:
    kind = kind_of(day.network, lot)
    if kind is None:
        return
    changed = state_of(kind) != lot.state
    batch = _changed_name(day, lot.batch, state_of(kind)) if changed else lot.batch
    if changed:
        _note_change(day, lot.node, (lot.state, lot.batch), (state_of(kind), batch), lot.units)
    expires = settled_expiry(day.network, lot)
    day.shelves[lot.node, kind].put(batch, expires, lot.units, today=changed)


def _settle(day: _Day, node: str, kind: str, parcel: Parcel, *, today: bool) -> None:
    """Put goods on the shelf they belong to after arrival, frozen or thawed where the node makes them so."""
    state = state_of(kind)
    after = day.network.nodes[node].state_on_arrival(state) or state
    if after == state:
        day.shelves[node, kind].put(parcel.batch, parcel.expires, parcel.units, today=today)
        return
    batch = _changed_name(day, parcel.batch, after)
    _note_change(day, node, (state, parcel.batch), (after, batch), parcel.units)
    _shelve_changed(day, node, after, batch, parcel.units)


def _shelve_changed(day: _Day, node: str, state: str, batch: str, units: float) -> None:
    """Put goods that have become ``state`` today on their shelf, with a life of their own."""
    expires = day.network.expiry(day.product, state, day.t)
    kind = day.life.changed_kind(day.network, day.product, state, day.t)
    day.shelves[node, kind].put(batch, expires, units, today=True)


def _changed_name(day: _Day, batch: str, state: str) -> str:
    return f"{batch}>{'F' if state == 'frozen' else 'T'}{day.network.day(day.t)}"


def _note_change(day: _Day, node: str, before: tuple[str, str], after: tuple[str, str], units: float) -> None:
    day.note(
        "state_changes", node=node, from_state=before[0], batch=before[1],
        to_state=after[0], new_batch=after[1], units=units,
    )  # fmt: skip


def _make(day: _Day) -> None:
    for node in day.network.makers:
        units = day.amount("units", node.code, day.product.code, day.t)
        if units <= DUST:
            continue
        batch = f"{node.code}/{day.product.code}/{day.network.day(day.t)}"
        size = day.product.units_per_mix
        mixes = units / size if size else None
        whole = mixes is not None and abs(mixes - round(mixes)) < DUST
        day.note(
            "production", node=node.code, state=node.made_state, batch=batch, units=units,
            mixes=round(mixes) if whole and mixes is not None else mixes, hours=units / node.rate,
        )  # fmt: skip
        expires = day.network.expiry(day.product, node.made_state, day.t)
        kind = day.life.made_kind(day.network, day.product, node.code, day.t)
        day.shelves[node.code, kind].put(batch, expires, units, today=True)


def _change(day: _Day, node: str) -> None:
    for before, after in (("ambient", "frozen"), ("frozen", "thawed")):
        for kind in day.life.kinds:
            key = (node, day.product.code, kind, after, day.t)
            units = day.amount("change", *key) if state_of(kind) == before else 0.0
            today = _before_trucks(day, node, kind)
            for parcel in _taken(day, ("change", *key), (node, kind), units, today):
                batch = _changed_name(day, parcel.batch, after)
                _note_change(day, node, (before, parcel.batch), (after, batch), parcel.units)
                _shelve_changed(day, node, after, batch, parcel.units)


def _taken(
    day: _Day, key: tuple[str | int, ...], place: tuple[str, str], units: float, today: Today
) -> list[Parcel]:
    """Take units off a shelf and note what was not to be had."""
    if units <= DUST:
        return []
    alive_on = day.t if day.network.rules.shelf_life else ALWAYS
    parcels = list(day.shelves[place].take(units, alive_on=alive_on, today=today))
    missed = units - sum(parcel.units for parcel in parcels)
    if missed > DUST:
        day.traced.missed[key] = missed
    return parcels


def _before_trucks(day: _Day, node: str, kind: str) -> Today:
    """How to take goods of the day while trucks have yet to load: they may not take all of them, so others do."""
    waiting = any(
        lane.truck and not _leaves_early(day.network, lane) and day.shipped(lane, kind) > DUST
        for lane in day.network.lanes_from.get(node, ())
    )
    return Today.FIRST if waiting else Today.LIKE_OTHERS


def _use(day: _Day, node: str) -> None:
    """Sell and send on, load the trucks by their hour, then dispose of what the plan throws away."""
    lanes = [
        lane
        for lane in day.network.lanes_from.get(node, ())
        if day.t in lane.running and not _leaves_early(day.network, lane)
    ]
    for kind in day.life.kinds:
        _sell(day, node, kind)
    for lane in sorted(lanes, key=lambda lane: -1.0 if lane.hour is None else lane.hour):
        _leave(day, lane)
    for kind in day.life.kinds:
        units = day.amount("dispose", node, day.product.code, kind, day.t)
        for parcel in day.shelves[node, kind].take(units, alive_on=ALWAYS):
            _dispose(day, node, kind, parcel)


def _sell(day: _Day, node: str, kind: str) -> None:
    key = (node, day.product.code, kind, day.t)
    today = _before_trucks(day, node, kind)
    taken = _taken(day, ("sold", *key), (node, kind), day.amount("sold", *key), today)
    for sold in [sold for parcel in taken for sold in _oldest_instead(day, node, kind, parcel)]:
        day.note(
            "sales", node=node, state=state_of(kind), batch=sold.batch,
            days_left=sold.expires - day.t, units=sold.units,
        )  # fmt: skip


def _oldest_instead(day: _Day, node: str, kind: str, parcel: Parcel) -> list[Parcel]:
    """The same units of the oldest batches that can be sold; the fresher ones take their place on the shelf.

    A plan does not care which of two batches is sold first if both are sold in the end, but people do. Whatever
    was to become of the older goods can as well become of the fresher ones, if they may be on the same trucks.
    """
    if day.network.rules.pallets_by == "batch":
        return [parcel]
    sold: list[Parcel] = []
    least = day.t + day.network.left_at_sale(day.product, state_of(kind))
    for other in _older(day, kind, parcel):
        if parcel.today and _before_trucks(day, node, other) is Today.FIRST:
            continue
        old = list(day.shelves[node, other].take(parcel.units, alive_on=least))
        swapped = sum(given.units for given in old)
        day.shelves[node, other].put(parcel.batch, parcel.expires, swapped, today=parcel.today)
        parcel.units -= swapped
        sold += old
    return [*sold, parcel] if parcel.units > DUST else sold


def _older(day: _Day, kind: str, parcel: Parcel) -> list[str]:
    """Kinds of the same state that are older than a parcel, the oldest first."""
    ages = {other: expiry_of(other) for other in day.life.kinds if state_of(other) == state_of(kind)}
    older = {other: age for other, age in ages.items() if age is not None and age < parcel.expires}
    return sorted(older, key=older.__getitem__)


def _leave(day: _Day, lane: Lane) -> None:
    """Load a lane and send the goods off."""
    today = _allowed(day.network, lane)
    for kind in day.life.kinds:
        if lane.truck is None:
            today = _before_trucks(day, lane.origin, kind)
        key = (lane.index, day.product.code, kind, day.t)
        for parcel in _taken(day, ("ship", *key), (lane.origin, kind), day.shipped(lane, kind), today):
            _send(day, lane, kind, parcel)


def _allowed(network: Network, lane: Lane) -> Today:
    """How a lane takes goods of the day: a truck as few as it can, or none."""
    if _leaves_early(network, lane) or (lane.truck and network.rules.loading == "previous_day"):
        return Today.NEVER
    return Today.LAST


def _send(day: _Day, lane: Lane, kind: str, parcel: Parcel) -> None:
    arrival = day.t + lane.offset
    day.note(
        "departures", truck=lane.truck, leg="+".join(lane.legs), origin=lane.origin, stop=lane.stop,
        arrival=day.network.day(arrival), state=state_of(kind), batch=parcel.batch, units=parcel.units,
        expires=day.network.day(parcel.expires),
    )  # fmt: skip
    if lane.offset == 0:
        _settle(day, lane.stop, kind, parcel, today=True)
    else:
        day.road[arrival].append((lane.stop, kind, parcel))


def _dispose(day: _Day, node: str, kind: str, parcel: Parcel) -> None:
    day.note("disposal", node=node, state=state_of(kind), batch=parcel.batch, units=parcel.units)


def _gone(day: _Day, shelf: Shelf, *, kept: bool) -> list[Parcel]:
    if not kept:
        return list(shelf.take(shelf.units, alive_on=ALWAYS))
    return list(shelf.take_expired(day.t)) if day.network.rules.shelf_life else []


def _close(day: _Day) -> None:
    """Throw away what will not be alive, or cannot be kept, and count the rest."""
    for (node, kind), shelf in sorted(day.shelves.items()):
        kept = state_of(kind) in day.network.nodes[node].kept
        gone = _gone(day, shelf, kept=kept)
        for parcel in gone:
            _dispose(day, node, kind, parcel)
        shelf.close_day()
        for parcel in shelf.parcels:
            day.note(
                "stock", node=node, state=state_of(kind), batch=parcel.batch,
                units=parcel.units, days_left=parcel.expires - day.t,
            )  # fmt: skip
