"""The network laid out over the days of the horizon: lanes, what can be where, and how long it stays of use.

Days are numbered from 0, the first day of the horizon; day ``days`` is the first one beyond it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from itertools import product as combinations
from typing import TYPE_CHECKING, Any

from provisor.production.elements import Lane, Lot, Node, Product, Shift, Truck
from provisor.production.rules import Rules, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from provisor.case import Case

__all__ = ["Lane", "Lot", "Network", "Node", "Product", "Shift", "Truck", "clock", "network_of"]

Route = tuple[dict[str, Any], ...]
"""Legs in the order they are used, as rows of the case's table."""

Between = dict[tuple[str, str, str], list[dict[str, Any]]]
"""Legs by origin, destination and mode."""

ROUNDING = 1e-9
"""Days by which the sum of transit times may miss a whole day by rounding errors."""


@dataclass(frozen=True)
class Network:
    """Everything the model asks about a case, by code and day number."""

    start: date
    days: int
    rules: Rules
    products: dict[str, Product]
    nodes: dict[str, Node]
    lanes: tuple[Lane, ...]
    trucks: dict[str, Truck]
    leg_capacity: dict[str, float]
    shifts: dict[tuple[str, int], Shift]
    demand: dict[tuple[str, str, int], float]
    opening: tuple[Lot, ...]
    transit: tuple[Lot, ...]
    costs: dict[str, float]
    currency: str
    legs: tuple[tuple[str, str], ...] = ()

    def day(self, number: int) -> date:
        """Calendar date of a day number."""
        return self.start + timedelta(days=number)

    @property
    def makers(self) -> list[Node]:
        """Nodes that make goods."""
        return [node for node in self.nodes.values() if node.can_make]

    @property
    def waste_cost(self) -> float:
        """Cost of disposing of one unit."""
        return self.costs["waste_multiplier"] * self.costs["production_per_unit"]

    @property
    def end_value(self) -> float:
        """Worth of one unit left and covered at the end."""
        worth = self.rules.end_value
        return self.costs["production_per_unit"] if worth is None else worth

    @cached_property
    def lanes_from(self) -> dict[str, list[Lane]]:
        """Lanes by node left."""
        return _grouped(self.lanes, "origin")

    def lanes_of(self, truck: str) -> list[Lane]:
        """Lanes of a truck."""
        return [lane for lane in self.lanes if lane.truck == truck]

    @cached_property
    def lanes_to(self) -> dict[str, list[Lane]]:
        """Lanes by node reached."""
        return _grouped(self.lanes, "stop")

    def expiry(self, product: Product, state: str, entered: int) -> int:
        """Last day alive of goods that entered ``state`` on day ``entered``."""
        return entered + product.life(state)

    def left_at_sale(self, product: Product, state: str) -> int:  # noqa: ARG002 - one rule for all states
        """Days that must be left at a sale."""
        return product.min_days_at_sale if self.rules.min_days_at_sale else 0

    @cached_property
    def supplied(self) -> dict[str, set[str]]:
        """By node: itself and all nodes it supplies, directly or through others, by legs in use or not."""
        reach = {code: {code} for code in self.nodes}
        ways = {(lane.origin, lane.stop) for lane in self.lanes}
        ways |= {(origin, goal) for origin, goal in self.legs if origin in reach and goal in reach}
        changed = True
        while changed:
            changed = False
            for origin, goal in ways:
                more = reach[goal] - reach[origin]
                reach[origin] |= more
                changed = changed or bool(more)
        return reach

    def cover(self, node: str, product: str) -> float:
        """Units left at a node that are worth something: demand beyond the end at all it supplies."""
        beyond = range(self.days, self.days + self.rules.end_cover_days)
        return sum(self.demand.get((n, product, t), 0.0) for n in self.supplied[node] for t in beyond)


def _grouped(lanes: tuple[Lane, ...], end: str) -> dict[str, list[Lane]]:
    grouped: dict[str, list[Lane]] = defaultdict(list)
    for lane in lanes:
        grouped[getattr(lane, end)].append(lane)
    return grouped


def network_of(case: Case) -> Network:
    """Lay a production case out over its days."""
    rules, settings = case.rules, case.settings
    if not isinstance(rules, Rules) or not isinstance(settings, Settings):
        raise TypeError("not a production case")
    trucks = _trucks(case, settings)
    nodes = {row["node"]: _node(row, rules) for row in case.table("nodes").to_dicts()}
    return Network(
        start=settings.start,
        days=settings.days,
        rules=rules,
        products={row["product"]: _product(row) for row in case.table("products").to_dicts()},
        nodes=nodes,
        lanes=_lanes(case, nodes, trucks, settings.days, rules),
        trucks=trucks,
        leg_capacity={
            row["leg"]: row["capacity_units"]
            for row in case.table("legs").to_dicts()
            if row["capacity_units"] is not None
        },
        shifts=_shifts(case, nodes, settings, rules),
        demand={
            (row["node"], row["product"], (row["date"] - settings.start).days): row["units"]
            for row in case.table("demand").to_dicts()
            if row["units"] > 0
        },
        opening=_lots(case, "stock", settings),
        transit=_lots(case, "transit", settings) if rules.transit_stock else (),
        costs=dict(case.table("costs").select("cost", "value").iter_rows()),
        currency=case.currency,
        legs=tuple(case.table("legs").select("origin", "destination").iter_rows()),
    )


def clock(text: str) -> float:
    """Hours since midnight of ``hh:mm``.

    >>> clock("14:30")
    14.5
    """
    hours, minutes = text.split(":")[:2]
    return int(hours) + int(minutes) / 60


def _product(row: dict[str, Any]) -> Product:
    return Product(
        row["product"],
        row["shelf_life_ambient_days"],
        row["shelf_life_frozen_days"],
        row["shelf_life_thawed_days"],
        row["min_days_at_sale"],
        row["units_per_mix"],
        row["units_per_case"],
        row["units_per_pallet"],
        f"product {row['product']}" if row["brand"] is None else row["brand"],
    )


def _node(row: dict[str, Any], rules: Rules) -> Node:
    def hours(name: str) -> float:
        override = getattr(rules, name)
        return float(row[name] if override is None else override)

    return Node(
        code=row["node"],
        can_make=row["can_make"],
        rate=row["rate_units_per_hour"] or 0.0,
        startup=hours("startup_hours"),
        shutdown=hours("shutdown_hours"),
        changeover=hours("changeover_hours"),
        max_hours=row["max_hours"],
        shift_start=clock(row["shift_start"] or rules.shift_start),
        storage=row["storage"],
        capacity=row["capacity_units"],
        needs_trucks=row["needs_trucks"],
    )


def _trucks(case: Case, settings: Settings) -> dict[str, Truck]:
    trucks = {}
    for row in case.table("trucks").to_dicts():
        dates, weekdays = set(row["dates"] or ()), set(row["weekdays"] or range(1, 8))
        days = [
            t
            for t in range(settings.days)
            for day in [settings.start + timedelta(days=t)]
            if (day in dates if dates else day.isoweekday() in weekdays)
        ]
        trucks[row["truck"]] = Truck(
            row["truck"],
            row["origin"],
            row["pallets"],
            row["cost_fixed"],
            clock(row["departure_time"]),
            tuple(days),
        )
    return trucks


def _lanes(
    case: Case, nodes: dict[str, Node], trucks: dict[str, Truck], days: int, rules: Rules
) -> tuple[Lane, ...]:
    legs = case.table("legs").to_dicts()
    between: Between = defaultdict(list)
    for leg in legs:
        between[leg["origin"], leg["destination"], leg["mode"]].append(leg)
    lanes: list[Lane] = []
    for row in case.table("trucks").to_dicts():
        truck = trucks[row["truck"]]
        per_unit = row["cost_per_unit"] if rules.truck_cost else 0.0
        for stop, route in _routes(row, between):
            offset = math.floor(sum(leg["transit_days"] for leg in route) + truck.hour / 24 + ROUNDING)
            cost = sum(leg["cost_per_unit"] for leg in route) + per_unit
            choice = bool(row["alternatives"]) and stop in (row["stops"][-1], *row["alternatives"])
            lanes.append(
                Lane(len(lanes), truck.code, tuple(leg["leg"] for leg in route), truck.origin, stop,
                     route[0]["mode"], truck.days, offset, truck.hour, cost, choice)
            )  # fmt: skip
    for leg in legs:
        if not nodes[leg["origin"]].needs_trucks:
            lanes.append(
                Lane(len(lanes), None, (leg["leg"],), leg["origin"], leg["destination"], leg["mode"],
                     tuple(range(days)), math.floor(leg["transit_days"]), None, leg["cost_per_unit"], False)
            )  # fmt: skip
    return tuple(lanes)


def _routes(truck: dict[str, Any], between: Between) -> Iterator[tuple[str, Route]]:
    """Stops of a truck with the legs to each, by mode; a stop that no leg leads to has none."""
    stops = list(truck["stops"])
    ways = [stops[: number + 1] for number in range(len(stops))]
    ways += [[*stops[:-1], other] for other in truck["alternatives"] or ()]
    for way in ways:
        for mode in ("ambient", "frozen"):
            for route in _legs_along(truck["origin"], way, mode, between):
                yield way[-1], route


def _legs_along(origin: str, way: list[str], mode: str, between: Between) -> Iterator[Route]:
    """Legs to the last of some stops: from the last stop with a leg from the origin on, stop by stop.

    One route per choice among parallel legs.
    """
    direct = [number for number, stop in enumerate(way) if (origin, stop, mode) in between]
    path = [origin, *way[direct[-1] :]] if direct else []
    if path:
        yield from combinations(*(between.get((a, b, mode), ()) for a, b in pairwise(path)))


def _shifts(
    case: Case, nodes: dict[str, Node], settings: Settings, rules: Rules
) -> dict[tuple[str, int], Shift]:
    shifts = {}
    for row in case.table("calendar").to_dicts():
        day, node = (row["date"] - settings.start).days, nodes[row["node"]]
        if not 0 <= day < settings.days or not node.can_make:
            continue
        fixed = row["is_fixed_day"]
        limit = row["fixed_hours"] + row["overtime_hours"] if fixed else rules.max_hours_other_days
        if node.max_hours is not None:
            limit = min(limit, node.max_hours)
        shifts[node.code, day] = Shift(
            fixed, row["fixed_hours"], row["overtime_hours"], limit, row["regular_rate"],
            row["overtime_rate"], row["premium_rate"], row["minimum_hours"],
        )  # fmt: skip
    return shifts


def _lots(case: Case, table: str, settings: Settings) -> tuple[Lot, ...]:
    lots = []
    for row in case.table(table).to_dicts():
        day = (row["arrival"] - settings.start).days if table == "transit" else -1
        expires = (row["expires"] - settings.start).days
        lots.append(Lot(row["node"], row["product"], row["state"], row["batch"], expires, day, row["units"]))
    return tuple(lots)
