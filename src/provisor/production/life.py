"""How long goods stay of use: what remains to be done with them, and how fresh they can be where they are.

Goods are told apart by *kind*: goods made within the horizon by their state alone (``ambient``), opening
stock and goods on the road that can age out within the horizon by state and last day alive (``ambient@7``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provisor.production.network import Lane, Lot, Network, Node, Product

Place = tuple[str, str]
"""Node and state."""

STATES = ("ambient", "frozen", "thawed")

LONGEST_WAY = 30
"""Days beyond its last sale for which a batch is still told apart by its age: no way to a sale is longer."""

FOREVER = 10**6
"""The expiry of goods that do not age, where shelf life is not a rule."""

NEVER = -(10**6)
"""The expiry of goods that cannot be there."""


def state_of(kind: str) -> str:
    """State of a kind of goods.

    >>> state_of("ambient@7")
    'ambient'
    """
    return kind.partition("@")[0]


def expiry_of(kind: str) -> int | None:
    """Last day alive of goods of a kind, none where it differs from batch to batch.

    >>> expiry_of("ambient@7")
    7
    """
    day = kind.partition("@")[2]
    return int(day) if day else None


@dataclass(frozen=True)
class Life:
    """Life of one product in the network.

    Attributes:
        days: Days of the horizon.
        need: By place, the fewest days left with which goods can still be sold, sent on or changed, today.
        worth: By place, the fewest days left on the day after the horizon with which goods have a value.
        freshest: By place and day, the latest expiry of goods that can come in on that day, opening stock and
            goods on the road left out; ``NEVER`` where nothing can come in.
        held: By node and kind and day, the latest expiry of goods that can be there on that day.
        kinds: Every kind of goods of the product, the states first.
        exact: Whether goods made, frozen or thawed within the horizon are told apart by last day alive too.
    """

    days: int
    need: dict[Place, int]
    worth: dict[Place, int]
    freshest: dict[Place, list[int]]
    held: dict[Place, list[int]]
    kinds: tuple[str, ...]
    exact: bool

    def made_kind(self, network: Network, product: Product, node: str, day: int) -> str:
        """Kind of goods made at a node on a day."""
        state = network.nodes[node].made_state
        return f"{state}@{network.expiry(product, state, day)}" if self.exact else state

    def changed_kind(self, network: Network, product: Product, state: str, day: int) -> str:
        """Kind of goods that are frozen or thawed on a day, ``state`` being the new state."""
        return (
            kind_by_age(network, product, state, network.expiry(product, state, day)) if self.exact else state
        )

    def needed(self, node: str, kind: str, day: int) -> int | None:
        """Fewest days left on a day with which goods at a node are of use then or later; none if never."""
        place = node, state_of(kind)
        uses = [self.need[place]] if place in self.need else []
        if place in self.worth:
            uses.append(self.worth[place] + max(0, self.days - day))
        return min(uses, default=None)


def life_of(network: Network, product: Product, *, exact: bool = False) -> Life:
    """Needs and freshness of a product, by shortest paths over the network and its days.

    Args:
        network: The case over its days.
        product: The product.
        exact: Whether to tell goods made, frozen or thawed in the horizon apart by their last day alive too:
            exact, and larger.
    """
    exact = exact and network.rules.shelf_life
    lots = [lot for lot in (*network.opening, *network.transit) if lot.product == product.code]
    fresh = [lot for lot in lots if kind_of(network, lot) in STATES]
    sources = _lots_by_age(network, lots)
    aging = _held_by_age(network, sources)
    freshness = _Freshness(network, product, _by_state(network, aging))
    freshness.run(fresh)
    needs, worths = _needs(network, product), _worths(network, product)
    life = Life(network.days, needs, worths, freshness.freshest, freshness.held, STATES, exact)
    if exact:
        for kind, node, t in _entries(network, product, life, freshness.changes):
            sources[kind].append((node, t))
        aging = _held_by_age(network, sources)
        freshness = _Freshness(network, product, _by_state(network, aging), exact=True)
        freshness.run(fresh)
    kinds = (*STATES, *sorted(sources))
    return replace(life, freshest=freshness.freshest, held={**freshness.held, **aging}, kinds=kinds)


def _lots_by_age(network: Network, lots: list[Lot]) -> dict[str, list[tuple[str, int]]]:
    """By kind of lots that age out within the horizon: the nodes and days where they come in."""
    sources: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for lot in lots:
        kind = kind_of(network, lot)
        if kind is not None and expiry_of(kind) is not None and lot.day < network.days:
            sources[kind].append((lot.node, max(lot.day, 0)))
    return sources


def _entries(
    network: Network, product: Product, life: Life, changes: set[tuple[Place, int]]
) -> list[tuple[str, str, int]]:
    """Kinds told apart by age of goods made, frozen or thawed, with the nodes and days where they come in."""
    made = [(life.made_kind(network, product, node, t), node, t) for node, t in network.shifts]
    changed = [
        (life.changed_kind(network, product, state, t), node, t) for (node, state), t in sorted(changes)
    ]
    return [entry for entry in (*made, *changed) if expiry_of(entry[0]) is not None]


def _held_by_age(network: Network, sources: dict[str, list[tuple[str, int]]]) -> dict[Place, list[int]]:
    """By node and kind told apart by age and day, the last day alive, where goods of it can be."""
    held: dict[Place, list[int]] = {}
    for kind, places in sources.items():
        _hold_aging(network, kind, places, held)
    return held


def settled_expiry(network: Network, lot: Lot) -> int:
    """Last day alive of a lot once settled at its node, where its state may have changed on arrival."""
    state = network.nodes[lot.node].state_on_arrival(lot.state)
    if state is None or state == lot.state:
        return lot.expires
    return network.expiry(network.products[lot.product], state, max(lot.day, 0))


def kind_of(network: Network, lot: Lot) -> str | None:
    """Kind of a lot once settled; none where it may not go."""
    state = network.nodes[lot.node].state_on_arrival(lot.state)
    if state is None:
        return None
    return kind_by_age(network, network.products[lot.product], state, settled_expiry(network, lot))


def kind_by_age(network: Network, product: Product, state: str, expires: int) -> str:
    """Kind of goods of a last day alive: the state alone where they cannot age out within the horizon."""
    longest = network.days + network.left_at_sale(product, state) + LONGEST_WAY
    return state if expires >= longest or not network.rules.shelf_life else f"{state}@{expires}"


def _hold_aging(
    network: Network, kind: str, sources: list[tuple[str, int]], held: dict[Place, list[int]]
) -> None:
    """Note where and when goods of an aging kind can be: at their nodes, and onward while they live."""
    expires = expiry_of(kind)
    state = state_of(kind)
    first: dict[str, int] = {}
    for node, day in sources:
        first[node] = min(first.get(node, day), day)
    work = list(first)
    while work and expires is not None:
        node = work.pop()
        for lane in network.lanes_from.get(node, ()):
            onward = network.nodes[lane.stop].state_on_arrival(state) == state and state in lane.states
            days = [t for t in lane.days if first[node] <= t <= expires] if onward else []
            if days and days[0] + lane.offset < first.get(lane.stop, network.days):
                first[lane.stop] = days[0] + lane.offset
                work.append(lane.stop)
    for node, day in first.items():
        held[node, kind] = [
            expires if t >= day and expires is not None else NEVER for t in range(network.days)
        ]


def _by_state(network: Network, aging: dict[Place, list[int]]) -> dict[Place, list[int]]:
    """By node and state and day, the latest expiry of goods of an aging kind that can be there."""
    latest: dict[Place, list[int]] = {}
    for (node, kind), expires in aging.items():
        place = node, state_of(kind)
        known = latest.get(place, [NEVER] * network.days)
        latest[place] = [max(pair) for pair in zip(known, expires, strict=True)]
    return latest


def _places(network: Network) -> list[Place]:
    return [
        (node.code, state)
        for node in network.nodes.values()
        for state in STATES
        if node.state_on_arrival(state) == state
    ]


def _needs(network: Network, product: Product) -> dict[Place, int]:
    """Fewest days left for any use; where an end or a way out of it is free, being alive is use enough."""
    places = _places(network)
    if network.rules.end == "free" or network.rules.end_transit == "last_departures":
        return dict.fromkeys(places, -1)
    sold = {node for node, code, _ in network.demand if code == product.code}
    need: dict[Place, int] = {}
    for node, state in places:
        uses = [network.left_at_sale(product, state)] if node in sold and state != "frozen" else []
        if network.nodes[node].storage == "both" and state != "thawed":
            uses.append(0)
        if uses:
            need[node, state] = min(uses)
    changed = True
    while changed:
        changed = False
        for lane in network.lanes:
            for state in lane.states:
                onward = _need_onward(network, lane, state, need)
                place = (lane.origin, state)
                if onward is not None and onward < need.get(place, 10**6) and place in set(places):
                    need[place], changed = onward, True
    return need


def _worths(network: Network, product: Product) -> dict[Place, int]:
    """Fewest days left with which goods are worth something at the end; frozen goods may yet be thawed."""
    covered = {code for code in network.nodes if network.cover(code, product.code) > 0}
    return {
        (node, state): 0 if state == "frozen" else network.left_at_sale(product, state)
        for node, state in _places(network)
        if network.rules.end == "value" and node in covered
    }


def _need_onward(network: Network, lane: Lane, state: str, need: dict[Place, int]) -> int | None:
    after = network.nodes[lane.stop].state_on_arrival(state)
    if after is None:
        return None
    if after != state:
        return lane.offset
    there = need.get((lane.stop, after))
    return None if there is None else there + lane.offset


@dataclass
class _Freshness:
    """Freshness of goods told apart by state alone: what is made, lots that outlive the horizon, changes.

    Attributes:
        aging: By node and state and day, the latest expiry of goods of a kind told apart by age.
        exact: Whether goods made are told apart by age, and goods frozen or thawed where they may age out.
        freshest: See :class:`Life`.
        held: See :class:`Life`; places of states only.
        changes: Places and days where goods may come to be by freezing or thawing.
    """

    network: Network
    product: Product
    aging: dict[Place, list[int]]
    exact: bool = False
    freshest: dict[Place, list[int]] = field(default_factory=dict)
    held: dict[Place, list[int]] = field(default_factory=dict)
    changes: set[tuple[Place, int]] = field(default_factory=set)

    def run(self, lots: list[Lot]) -> None:
        """Fill the tables, day by day."""
        network = self.network
        places = _places(network)
        self.freshest = {place: [NEVER] * network.days for place in places}
        self.held = {place: [NEVER] * network.days for place in places}
        for lot in lots:
            state = network.nodes[lot.node].state_on_arrival(lot.state)
            if state is not None and lot.day < network.days:
                held, day = self.held[lot.node, state], max(lot.day, 0)
                expires = settled_expiry(network, lot) if network.rules.shelf_life else FOREVER
                held[day] = max(held[day], expires)
        for t in range(network.days):
            for held in self.held.values() if t else ():
                held[t] = max(held[t], held[t - 1])
            self._spread(t)

    def _alive_until(self, state: str, day: int) -> int:
        """Last day alive of goods that enter a state on a day, as far as the rules care."""
        return self.network.expiry(self.product, state, day) if self.network.rules.shelf_life else FOREVER

    def _can_change(self, place: Place, day: int) -> bool:
        """Whether there can be goods, aging or not, that are alive and may be frozen or thawed."""
        return max(self.held[place][day], self.aging[place][day] if place in self.aging else NEVER) >= day

    def _spread(self, t: int) -> None:
        """Let freshness of day ``t`` flow until nothing gets fresher; goods may pass several nodes a day."""
        inflows: dict[Place, int] = {}
        for node in self.network.makers if not self.exact else ():
            if (node.code, t) in self.network.shifts:
                inflows[node.code, node.made_state] = self._alive_until(node.made_state, t)
        changed = True
        while changed:
            changed = False
            for lane in self.network.lanes:
                for state in lane.states:
                    self._carry(lane, state, t, inflows)
            for node in self.network.nodes.values():
                self._convert(node, t, inflows)
            for place, expires in inflows.items():
                if expires > self.freshest[place][t]:
                    self.freshest[place][t], changed = expires, True
                    self.held[place][t] = max(self.held[place][t], expires)

    def _carry(self, lane: Lane, state: str, t: int, inflows: dict[Place, int]) -> None:
        """Bring in what left over a lane in time to arrive on day ``t``."""
        left, origin = t - lane.offset, (lane.origin, state)
        after = self.network.nodes[lane.stop].state_on_arrival(state)
        if after is None or left not in lane.running or origin not in self.held:
            return
        place = lane.stop, after
        if after == state and self.held[origin][left] >= left:
            inflows[place] = max(inflows.get(place, NEVER), self.held[origin][left])
        elif after != state and self._can_change(origin, left):
            self._enter(place, t, inflows)

    def _convert(self, node: Node, t: int, inflows: dict[Place, int]) -> None:
        """Freeze and thaw where that is a decision of any day."""
        if node.storage != "both":
            return
        for before, after in (("ambient", "frozen"), ("frozen", "thawed")):
            if self._can_change((node.code, before), t):
                self._enter((node.code, after), t, inflows)

    def _enter(self, place: Place, t: int, inflows: dict[Place, int]) -> None:
        """Note goods that are frozen or thawed on day ``t``."""
        self.changes.add((place, t))
        expires = self._alive_until(place[1], t)
        if not self.exact or kind_by_age(self.network, self.product, place[1], expires) == place[1]:
            inflows[place] = max(inflows.get(place, NEVER), expires)
