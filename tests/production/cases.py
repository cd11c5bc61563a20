"""Tiny cases made in memory: a world is described in a few lines and becomes a case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import provisor
from provisor.case import Case
from provisor.engine.result import Limits
from provisor.engine.worker import solve as solve_problem
from provisor.production import tables as schemas
from provisor.production.model import build
from provisor.production.network import network_of
from provisor.production.rules import Rules, Settings
from provisor.production.tabulate import tabulate

MONDAY = date(2027, 3, 1)

PRODUCT = {
    "shelf_life_ambient_days": 10,
    "shelf_life_frozen_days": 60,
    "shelf_life_thawed_days": 6,
    "min_days_at_sale": 2,
    "units_per_mix": 20.0,
    "units_per_case": 10.0,
    "units_per_pallet": 40.0,
}
IDLE = {"startup_hours": 0.0, "shutdown_hours": 0.0, "changeover_hours": 0.0}
NODE = {**IDLE, "can_make": False, "storage": "ambient", "has_demand": True, "needs_trucks": False}
PLANT = {
    **NODE,
    "can_make": True,
    "rate_units_per_hour": 10.0,
    "startup_hours": 0.5,
    "shutdown_hours": 0.5,
    "changeover_hours": 1.0,
}
SHIFT = {
    "fixed_hours": 8.0,
    "regular_rate": 5.0,
    "overtime_hours": 2.0,
    "overtime_rate": 9.0,
    "premium_rate": 12.0,
    "minimum_hours": 4.0,
}
COSTS = {
    **dict.fromkeys(schemas.COST_PARAMETERS, 0.0),
    "production_per_unit": 1.0,
    "shortage_per_unit": 10.0,
    "waste_multiplier": 1.5,
    "storage_per_unit_day_ambient": 0.02,
    "storage_per_unit_day_frozen": 0.03,
    "start_cost": 6.0,
    "start_waste_units": 1.0,
}


@dataclass
class World:
    """What a case is made of; every method adds a row and returns the world, so that calls may be chained.

    Days are numbers, 0 is the first day of the horizon; demand may go on beyond it.
    """

    days: int = 3
    start: date = MONDAY
    rules: dict[str, Any] = field(default_factory=dict)
    pins: list[dict[str, Any]] = field(default_factory=list)
    costs: dict[str, float] = field(default_factory=lambda: dict(COSTS))
    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {schema.name: [] for schema in schemas.CASE_TABLES}
    )

    def day(self, number: int) -> date:
        return self.start + timedelta(days=number)

    def _add(self, table: str, **row: Any) -> World:
        self.rows[table].append(row)
        return self

    def product(self, code: str = "A", **more: Any) -> World:
        return self._add("products", product=code, **{**PRODUCT, "brand": f"brand {code}", **more})

    def plant(self, code: str = "P", *, off: tuple[int, ...] = (), **more: Any) -> World:
        """A node that makes, with a working day each day; days ``off`` have no fixed hours."""
        for number in range(self.days):
            row = {"node": code, "date": self.day(number), **SHIFT, "is_fixed_day": number not in off}
            self._add("calendar", **row)
        return self._add("nodes", node=code, **{**PLANT, **more})

    def node(self, code: str, **more: Any) -> World:
        return self._add("nodes", node=code, **{**NODE, **more})

    def leg(self, origin: str, goal: str, days: float = 1.0, mode: str = "ambient", **more: Any) -> World:
        ends = {"leg": f"{origin}-{goal}", "origin": origin, "destination": goal, "mode": mode}
        return self._add("legs", **{**ends, "transit_days": days, "cost_per_unit": 0.1, **more})

    def truck(self, code: str, origin: str, *stops: str, time: str = "08:00", **more: Any) -> World:
        run = {"truck": code, "origin": origin, "stops": list(stops), "departure_time": time}
        load = {"weekdays": [], "pallets": 2, "cost_fixed": 7.0, "cost_per_unit": 0.01}
        return self._add("trucks", **{**run, **load, **more})

    def demand(self, node: str, product: str, *units: float) -> World:
        """Demand from day 0 on."""
        for number, amount in enumerate(units):
            self._add("demand", node=node, product=product, date=self.day(number), units=float(amount))
        return self

    def stock(self, node: str, product: str, expires: int, units: float, state: str = "ambient") -> World:
        name = f"old-{len(self.rows['stock'])}"
        lot = {"node": node, "product": product, "state": state, "batch": name}
        return self._add("stock", **lot, expires=self.day(expires), units=float(units))

    def transit(
        self, node: str, product: str, arrival: int, expires: int, units: float, state: str = "ambient"
    ) -> World:
        name = f"road-{len(self.rows['transit'])}"
        lot = {"node": node, "product": product, "state": state, "batch": name, "arrival": self.day(arrival)}
        return self._add("transit", **lot, expires=self.day(expires), units=float(units))

    def pin(self, decision: str, day: int, **more: Any) -> World:
        self.pins.append({"decision": decision, "date": self.day(day), **more})
        return self

    def cost(self, **values: float) -> World:
        self.costs.update(values)
        return self

    def where(self, **rules: Any) -> World:
        """The same world under other rules."""
        return replace(self, rules={**self.rules, **rules})

    def case(self) -> Case:
        rows = {**self.rows, "costs": [{"cost": name, "value": value} for name, value in self.costs.items()]}
        frames = {schema.name: schema.frame(rows[schema.name]) for schema in schemas.CASE_TABLES}
        settings = Settings.model_validate({"start": self.start, "days": self.days, "pins": self.pins})
        return Case("production", "tiny", frames, settings, Rules.model_validate(self.rules))


def solved(world: World, **options: Any) -> provisor.Plan:
    """The plan of a world, its gap closed."""
    return provisor.solve(world.case(), **{"gap": 1e-7, "time_limit": 10.0, "method": "exact", **options})


def states(world: World, *, exact: bool = True, whole_cases: bool = True):
    """Model and problem of a world as the planner states it."""
    network = network_of(world.case())
    cases = whole_cases and network.rules.whole_cases
    return build(network, exact=exact, whole_cases=cases, pinned=world.case().settings.pins)


def optimum(problem, solver: str = "highs"):
    """Result of a problem solved to the end."""
    return solve_problem(problem, Limits(seconds=120.0, gap=0.0), solver)


def best_plan(world: World):
    """The exact model solved to the end: its result, and the tables of its solution; none if infeasible."""
    model, problem = states(world)
    result = optimum(problem)
    return result, None if result.x is None else tabulate(model, result.x)
