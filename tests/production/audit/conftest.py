"""A plan made by hand for eight days: a plant, a hub with a shop, a freezer with a spoke where goods thaw.

All its figures were added up by hand; a test changes a cell of plan or case and audits again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from provisor.case import Case
from provisor.production import tables as schemas
from provisor.production.audit import audit
from provisor.production.rules import Rules, Settings

if TYPE_CHECKING:
    import polars as pl

    from provisor.auditing import AuditReport, Finding

MONDAY = date(2025, 10, 20)
LIFE = {"ambient": 17, "frozen": 120, "thawed": 14}
EXPIRES = {
    "old": date(2025, 10, 27),
    "stock-A": date(2025, 11, 5),
    "road-B": date(2025, 11, 3),
    "ice-A": date(2026, 1, 1),
    "ice-A>T2025-10-22": date(2025, 11, 5),
    "PLANT/A/2025-10-20>F2025-10-23": date(2026, 2, 20),
    **{
        f"PLANT/{product}/2025-10-{day}": date(2025, 10, day) + timedelta(days=17)
        for product, day in (("A", 20), ("B", 20), ("A", 21), ("A", 22), ("A", 25))
    },
}
COSTS = {
    "production": 2100.0,
    "labour": 410.0,
    "transport": 290.8,
    "departures": 530.0,
    "storage": 176.45,
    "starts": 30.0,
    "start_waste": 18.0,
    "shortage": 1700.0,
    "disposal": 15.0,
    "freshness": 0.0,
    "end_value": -1552.5,
    "end_waste": 630.0,
}


def day(number: int) -> date:
    """Day of October 2025."""
    return MONDAY + timedelta(days=number - 20)


def case_rows() -> dict[str, list[dict]]:
    product = {
        "shelf_life_ambient_days": 17,
        "shelf_life_frozen_days": 120,
        "shelf_life_thawed_days": 14,
        "min_days_at_sale": 7,
        "units_per_mix": 100.0,
        "units_per_case": 10.0,
        "units_per_pallet": 20.0,
    }
    plant = {
        "rate_units_per_hour": 200.0,
        "startup_hours": 0.5,
        "shutdown_hours": 0.5,
        "changeover_hours": 0.5,
    }
    week = [1, 2, 3, 4, 5]
    return {
        "products": [{"product": name, "brand": f"brand {name}", **product} for name in "AB"],
        "nodes": [
            _node("PLANT", "ambient", can_make=True, needs_trucks=True, **plant),
            _node("HUB", "ambient", has_demand=True, capacity_units=1000.0),
            _node("SHOP", "ambient", has_demand=True),
            _node("FREEZER", "frozen"),
            _node("SPOKE", "ambient", has_demand=True),
        ],
        "legs": [
            _leg("L1", "PLANT", "HUB", "ambient", 1.0, 0.1),
            _leg("L2", "PLANT", "FREEZER", "ambient", 0.5, 0.2),
            _leg("L3", "FREEZER", "SPOKE", "frozen", 2.0, 0.3),
            _leg("L4", "HUB", "SHOP", "ambient", 0.5, 0.05, capacity_units=100.0),
        ],
        "trucks": [
            _truck("T1", ["HUB"], week, "08:00", 100.0, 0.01),
            _truck("T3", ["FREEZER", "HUB"], [3], "14:00", 150.0, 0.02),
            _truck("T5", ["HUB", "SHOP"], [5], "15:00", 80.0, 0.0, alternatives=["FREEZER"]),
        ],
        "calendar": [_working_day(day(number)) for number in range(20, 28)],
        "demand": [
            {"node": node, "product": product, "date": day(number), "units": units}
            for node, product, units, first in (
                ("HUB", "A", 50.0, 20),
                ("HUB", "B", 30.0, 20),
                ("SPOKE", "A", 30.0, 22),
                ("SHOP", "A", 20.0, 23),
                ("SHOP", "B", 50.0, 27),
            )
            for number in range(first, 35)
        ],
        "stock": [
            _goods("PLANT", "A", "ambient", "stock-A", 300.0),
            _goods("HUB", "A", "ambient", "old", 50.0),
            _goods("FREEZER", "A", "frozen", "ice-A", 200.0),
        ],
        "transit": [{**_goods("HUB", "B", "ambient", "road-B", 100.0), "arrival": day(21)}],
        "costs": [{"cost": name, "value": value} for name, value in _prices().items()],
    }


def _prices() -> dict[str, float]:
    return {
        **dict.fromkeys(schemas.COST_PARAMETERS, 0.0),
        "production_per_unit": 1.5,
        "shortage_per_unit": 10.0,
        "waste_multiplier": 2.0,
        "storage_per_unit_day_ambient": 0.01,
        "storage_per_unit_day_frozen": 0.03,
        "storage_per_pallet_day_frozen": 0.5,
        "storage_per_pallet_entry_frozen": 2.0,
        "start_cost": 10.0,
        "start_waste_units": 4.0,
    }


def _node(node: str, storage: str, **more) -> dict:
    none = {"startup_hours": 0.0, "shutdown_hours": 0.0, "changeover_hours": 0.0}
    flags = {"can_make": False, "has_demand": False, "needs_trucks": False}
    return {"node": node, "storage": storage, **none, **flags, **more}


def _leg(leg: str, origin: str, destination: str, mode: str, days: float, cost: float, **more) -> dict:
    ends = {"leg": leg, "origin": origin, "destination": destination, "mode": mode}
    return {**ends, "transit_days": days, "cost_per_unit": cost, **more}


def _truck(truck: str, stops: list, weekdays: list, time: str, fixed: float, unit: float, **more) -> dict:
    run = {"truck": truck, "origin": "PLANT", "stops": stops, "weekdays": weekdays, "departure_time": time}
    return {**run, "pallets": 44, "cost_fixed": fixed, "cost_per_unit": unit, **more}


def _working_day(today: date) -> dict:
    hours = {"fixed_hours": 5.0, "overtime_hours": 2.0, "minimum_hours": 4.0}
    rates = {"regular_rate": 20.0, "overtime_rate": 30.0, "premium_rate": 50.0}
    return {"node": "PLANT", "date": today, **hours, **rates, "is_fixed_day": today.isoweekday() < 6}


def _goods(node: str, product: str, state: str, batch: str, units: float) -> dict:
    names = {"node": node, "product": product, "state": state, "batch": batch}
    return {**names, "expires": EXPIRES[batch], "units": units}


A20, B20, A21, A22, A25 = (
    f"PLANT/{name[0]}/2025-10-{name[1:]}" for name in ("A20", "B20", "A21", "A22", "A25")
)
ICE, THAWED, FROZEN = "ice-A", "ice-A>T2025-10-22", f"{A20}>F2025-10-23"


def plan_rows() -> dict[str, list[dict]]:
    return {
        "production": [
            _made(20, "A", 5),
            _made(20, "B", 4),
            _made(21, "A", 2),
            _made(22, "A", 2),
            _made(25, "A", 1),
        ],
        "labour": [
            _worked(20, 2, 6.0, regular=5.0, overtime=1.0, cost=130.0),
            _worked(21, 1, 2.0, regular=2.0, cost=40.0),
            _worked(22, 1, 2.0, regular=2.0, cost=40.0),
            _worked(25, 1, 1.5, premium=4.0, cost=200.0),
        ],
        "departures": [
            _left(20, "T1", "L1", "HUB", 21, "stock-A", 200),
            _left(20, None, "L3", "SPOKE", 22, ICE, 100),
            _left(21, "T1", "L1", "HUB", 22, "stock-A", 100),
            _left(21, "T1", "L1", "HUB", 22, B20, 200),
            _left(22, "T3", "L2", "FREEZER", 23, A20, 400),
            _left(22, "T3", "L1", "HUB", 23, A20, 100),
            _left(22, "T3", "L1", "HUB", 23, A21, 200),
            _left(22, "T3", "L1", "HUB", 23, A22, 180),
            _left(23, None, "L4", "SHOP", 23, "stock-A", 40),
            _left(24, "T5", "L1+L4", "SHOP", 26, B20, 100),
            _left(26, None, "L3", "SPOKE", 28, ICE, 100),
            _left(27, "T1", "L1", "HUB", 28, A22, 20),
            _left(27, "T1", "L1", "HUB", 28, A25, 100),
        ],
        "stock": [
            *_kept("PLANT", "stock-A", 20, 100),
            *_kept("PLANT", A20, 20, 500, 500),
            *_kept("PLANT", A21, 21, 200),
            *_kept("PLANT", A22, 22, 20, 20, 20, 20, 20),
            *_kept("PLANT", A25, 25, 100, 100),
            *_kept("PLANT", B20, 20, 400, 200, 200, 200, 100, 100, 100, 100),
            *_kept("HUB", "stock-A", 21, 150, 200, 110, 60, 10),
            *_kept("HUB", A20, 23, 100, 100, 100, 60, 10),
            *_kept("HUB", A21, 23, 200, 200, 200, 200, 200),
            *_kept("HUB", A22, 23, 180, 180, 180, 180, 180),
            *_kept("HUB", "road-B", 21, 70, 40, 10),
            *_kept("HUB", B20, 22, 200, 200, 180, 150, 120, 85),
            *_kept("SHOP", "stock-A", 23, 20),
            *_kept("SHOP", B20, 26, 100, 50),
            *_kept("SPOKE", THAWED, 22, 70, 40, 10),
            *_kept("FREEZER", ICE, 20, 100, 100, 100, 100, 100, 100),
            *_kept("FREEZER", FROZEN, 23, 400, 400, 400, 400, 400),
        ],
        "sales": [
            *_sold("HUB", "old", 20, 50),
            *_sold("HUB", "stock-A", 21, 50, 50, 50, 50, 50, 10),
            *_sold("HUB", A20, 26, 40, 50),
            *_sold("HUB", "road-B", 21, 30, 30, 30, 10),
            *_sold("HUB", B20, 24, 20, 30, 30, 30),
            *_sold("SHOP", "stock-A", 23, 20, 20),
            *_sold("SHOP", B20, 27, 50),
            *_sold("SPOKE", THAWED, 22, 30, 30, 30, 10),
        ],
        "shortage": [
            _short(20, "HUB", "B", 30.0, 30.0),
            _short(25, "SPOKE", "A", 30.0, 20.0),
            *(_short(number, "SPOKE", "A", 30.0, 30.0) for number in (26, 27)),
            *(_short(number, "SHOP", "A", 20.0, 20.0) for number in (25, 26, 27)),
        ],
        "disposal": [{"date": day(27), **_batch("HUB", B20), "units": 5.0}],
        "state_changes": [
            _changed(22, "SPOKE", "frozen", ICE, "thawed", THAWED, 100.0),
            _changed(23, "FREEZER", "ambient", A20, "frozen", FROZEN, 400.0),
        ],
        "costs": [
            {"component": name, "date": day(20), "node": "PLANT", "amount": COSTS[name]} for name in COSTS
        ],
    }


def _state(batch: str) -> str:
    return {ICE: "frozen", FROZEN: "frozen", THAWED: "thawed"}.get(batch, "ambient")


def _batch(node: str, batch: str) -> dict:
    product = "B" if batch in (B20, "road-B") else "A"
    return {"node": node, "product": product, "state": _state(batch), "batch": batch}


def _made(number: int, product: str, mixes: int) -> dict:
    batch = f"PLANT/{product}/2025-10-{number}"
    return {
        "date": day(number),
        **_batch("PLANT", batch),
        "mixes": mixes,
        "units": mixes * 100.0,
        "hours": mixes / 2,
    }


def _worked(number: int, products: int, used: float, **hours: float) -> dict:
    kinds = {"regular": 0.0, "overtime": 0.0, "premium": 0.0, **hours}
    paid = kinds["regular"] + kinds["overtime"] + kinds["premium"]
    return {
        "date": day(number),
        "node": "PLANT",
        "products": products,
        "hours_used": used,
        "paid": paid,
        **kinds,
    }


def _left(number: int, truck: str | None, leg: str, stop: str, arrival: int, batch: str, units: int) -> dict:
    origin = {"L3": "FREEZER", "L4": "HUB"}.get(leg, "PLANT")
    goods = {key: value for key, value in _batch(origin, batch).items() if key != "node"}
    way = {"truck": truck, "leg": leg, "origin": origin, "stop": stop, "arrival": day(arrival)}
    return {
        "date": day(number),
        **way,
        **goods,
        "units": float(units),
        "cases": units / 10,
        "pallets": units // 20,
    }


def _kept(node: str, batch: str, first: int, *units: int) -> list[dict]:
    frozen = _state(batch) == "frozen"
    return [
        {
            "date": today,
            **_batch(node, batch),
            "units": float(amount),
            "pallets": amount // 20 if frozen else 0,
        }
        | {"days_left": (EXPIRES[batch] - today).days}
        for today, amount in ((day(first + later), amount) for later, amount in enumerate(units))
    ]


def _sold(node: str, batch: str, first: int, *units: int) -> list[dict]:
    return [
        {
            "date": today,
            **_batch(node, batch),
            "units": float(amount),
            "days_left": (EXPIRES[batch] - today).days,
        }
        for today, amount in ((day(first + later), amount) for later, amount in enumerate(units))
    ]


def _short(number: int, node: str, product: str, demand: float, units: float) -> dict:
    return {"date": day(number), "node": node, "product": product, "demand": demand, "units": units}


def _changed(number: int, node: str, before: str, batch: str, after: str, new: str, units: float) -> dict:
    names = {"node": node, "product": "A", "from_state": before, "batch": batch, "to_state": after}
    return {"date": day(number), **names, "new_batch": new, "units": units}


@dataclass
class Hand:
    """Case and plan as rows of tables that a test changes before it audits them."""

    case_rows: dict[str, list[dict]] = field(default_factory=case_rows)
    rows: dict[str, list[dict]] = field(default_factory=plan_rows)
    costs: dict[str, float] | None = field(default_factory=lambda: dict(COSTS))
    rules: dict = field(default_factory=dict)
    pins: list[dict] = field(default_factory=list)

    def find(self, table: str, **where) -> dict:
        """The one row with these values of a plan table, or, with ``case_`` before its name, of the case."""
        rows = self.case_rows[table[5:]] if table.startswith("case_") else self.rows[table]
        found = [row for row in rows if all(row.get(key) == value for key, value in where.items())]
        assert len(found) == 1, f"{len(found)} rows of {table} have {where}"
        return found[0]

    def case(self) -> Case:
        frames = {schema.name: schema.frame(self.case_rows[schema.name]) for schema in schemas.CASE_TABLES}
        settings = Settings(start=MONDAY, days=8, pins=tuple(self.pins))
        return Case("production", "by hand", frames, settings, Rules(**self.rules))

    def tables(self) -> dict[str, pl.DataFrame]:
        return {s.name: s.frame(self.rows[s.name]) for s in schemas.PLAN_TABLES if s.name in self.rows}

    def audit(self) -> AuditReport:
        return audit(self.case(), self.tables(), self.costs)

    def found(self, rule: str) -> list[Finding]:
        """What one rule finds, without looking at costs."""
        self.costs = None
        self.rows.pop("costs", None)
        return self.audit().by_rule()[rule]

    def broken(self) -> set[str]:
        """Rules that find anything, without looking at costs."""
        self.costs = None
        self.rows.pop("costs", None)
        return {finding.rule for finding in self.audit().findings}


@pytest.fixture
def hand() -> Hand:
    return Hand()
