"""What a network is made of: products, nodes, lanes, trucks, shifts and lots.

Days are numbered from 0, the first day of the horizon.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

NOON = 12.0
"""Hour before which a truck is a morning truck."""


@dataclass(frozen=True)
class Product:
    """One product; see the case's table."""

    code: str
    ambient_days: int
    frozen_days: int
    thawed_days: int
    min_days_at_sale: int
    units_per_mix: float | None
    units_per_case: float
    units_per_pallet: float
    brand: str
    """Family for changeovers; a product without one is a family of its own."""

    def life(self, state: str) -> int:
        """Days alive from the day the state is entered."""
        return {"ambient": self.ambient_days, "frozen": self.frozen_days, "thawed": self.thawed_days}[state]


@dataclass(frozen=True)
class Node:
    """One node; see the case's table."""

    code: str
    can_make: bool
    rate: float
    startup: float
    shutdown: float
    changeover: float
    max_hours: float | None
    shift_start: float
    storage: str
    capacity: float | None
    needs_trucks: bool

    @property
    def kept(self) -> tuple[str, ...]:
        """States kept overnight."""
        return {
            "ambient": ("ambient", "thawed"),
            "frozen": ("frozen",),
            "both": ("ambient", "frozen", "thawed"),
            "none": (),
        }[self.storage]

    @property
    def made_state(self) -> str:
        """State in which goods are made here."""
        return "frozen" if self.storage == "frozen" else "ambient"

    def state_on_arrival(self, state: str) -> str | None:
        """State after arrival, none where goods in ``state`` may not go."""
        if self.storage == "frozen":
            return {"ambient": "frozen", "frozen": "frozen"}.get(state)
        if self.storage == "ambient" and state == "frozen":
            return "thawed"
        return state


@dataclass(frozen=True)
class Lane:
    """One way goods leave a node: a truck to one of its stops, or a leg without trucks.

    Attributes:
        index: Number of the lane.
        truck: The truck, none on a leg without trucks.
        legs: Legs used, in order.
        origin: Node left.
        stop: Node where goods get off.
        mode: Mode of the legs.
        days: Days of the horizon on which it runs.
        offset: Days from departure to arrival.
        hour: Hour of departure; none for any hour.
        cost: Cost per unit, legs and truck.
        choice: Whether the stop is one of several last stops of which a departure chooses one.
    """

    index: int
    truck: str | None
    legs: tuple[str, ...]
    origin: str
    stop: str
    mode: str
    days: tuple[int, ...]
    offset: int
    hour: float | None
    cost: float
    choice: bool

    @cached_property
    def running(self) -> frozenset[int]:
        """``days`` as a set."""
        return frozenset(self.days)

    @property
    def morning(self) -> bool:
        """Whether it is a morning truck."""
        return self.hour is not None and self.hour < NOON

    @property
    def states(self) -> tuple[str, ...]:
        """States it can carry."""
        return ("frozen",) if self.mode == "frozen" else ("ambient", "thawed")


@dataclass(frozen=True)
class Truck:
    """One scheduled truck; see the case's table."""

    code: str
    origin: str
    pallets: int
    cost_fixed: float
    hour: float
    days: tuple[int, ...]


@dataclass(frozen=True)
class Shift:
    """Working time of a node on a day; see the calendar."""

    fixed: bool
    fixed_hours: float
    overtime_hours: float
    limit: float
    regular_rate: float
    overtime_rate: float
    premium_rate: float
    minimum_hours: float


@dataclass(frozen=True)
class Lot:
    """Opening stock (day -1) or goods on the road (their day of arrival) of one batch."""

    node: str
    product: str
    state: str
    batch: str
    expires: int
    day: int
    units: float
