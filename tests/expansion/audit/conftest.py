"""A plan made by hand for two months of three days: two sites, of which one grows, and two products.

Every site keeps exactly its days on hand, and what it ships arrives in the morning of the same day; on the first
day of the second month more arrives, because more must lie there. All figures were added up by hand; a test changes a
cell of plan or case and audits again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pytest

from provisor.case import Case
from provisor.expansion import tables as schemas
from provisor.expansion.audit import audit
from provisor.expansion.rules import Rules, Settings

if TYPE_CHECKING:
    import polars as pl

    from provisor.auditing import AuditReport, Finding

DAYS = {
    **{(-1, day): date(2027, 1, 3 + day) for day in (1, 2, 3)},
    **{(0, day): date(2027, 2, day) for day in (1, 2, 3)},
    **{(1, day): date(2027, 3, day) for day in (1, 2, 3)},
    (2, 1): date(2027, 4, 1),
    (2, 2): date(2027, 4, 2),
    (2, 3): date(2027, 4, 5),
}
"""Date of each month and day; the last but one is a Friday, the last a Monday."""

ORDER = sorted(DAYS)
HORIZON = [place for place in ORDER if place[0] > 0]
KINDS = {"A": "international", "B": "domestic"}
RATIO = {"A": 4.0, "B": 2.0}
VOLUME = {"A": 1.0, "B": 3.0}
WEIGHT = {"A": 10.0, "B": 6.0}
LEAD = {("A", "NORTH"): 2, ("A", "SOUTH"): 4, ("B", "NORTH"): 1, ("B", "SOUTH"): 3}
DEMAND = {(1, "A"): 40.0, (1, "B"): 20.0, (2, "A"): 60.0, (2, "B"): 30.0}
"""Demand of a day by month and product; a month has three days."""

SHIPPED = {
    ("A", "NORTH"): {1: 24.0, 2: 36.0},
    ("A", "SOUTH"): {1: 16.0, 2: 24.0},
    ("B", "NORTH"): {1: 12.0, 2: 18.0},
    ("B", "SOUTH"): {1: 8.0, 2: 12.0},
}
LEVEL = {
    ("A", "NORTH"): {1: 24.0, 2: 36.0},
    ("A", "SOUTH"): {1: 16.0, 2: 24.0},
    ("B", "NORTH"): {1: 24.0, 2: 36.0},
    ("B", "SOUTH"): {1: 16.0, 2: 24.0},
}
"""One day of shipments of A and two of B."""

TRANSPORT = {"NORTH": 0.05, "SOUTH": 0.0}
SOLD_VOLUME = {"A": 1.0, "B": 2.0}
COSTS = {"expansion": 36.0, "holding": 9.0, "transport": 13.5}
SIX = (
    "expansion_decisions",
    "shelf_additions",
    "inventory_levels_daily",
    "deliveries_daily",
    "order_schedule_daily",
    "shipment_plan_daily",
)
"""Tables of the six files that say all of a plan."""


def case_rows() -> dict[str, list[dict]]:
    a = {"sell_quantity": 2.0, "sell_volume_cuft": 1.0, "sell_weight_lb": 10.0, "repackable": True}
    b = {"sell_quantity": 1.0, "sell_volume_cuft": 2.0, "sell_weight_lb": 5.0, "repackable": False}
    a_in = {"inbound_quantity": 8.0, "inbound_volume_cuft": 8.0, "inbound_weight_lb": 44.0, "ratio": 4.0}
    b_in = {"inbound_quantity": 2.0, "inbound_volume_cuft": 6.0, "inbound_weight_lb": 12.0, "ratio": 2.0}
    return {
        "products": [
            {"sku": "A", "supplier": "ACME", "storage_type": "Pallet", "carrier": "LTL", **a, **a_in},
            {"sku": "B", "supplier": "BOLT", "storage_type": "Bins", "carrier": "parcel", **b, **b_in},
        ],
        "suppliers": [
            {"supplier": "ACME", "kind": "international"},
            {"supplier": "BOLT", "kind": "domestic"},
        ],
        "sites": [
            {"facility": "NORTH", "expandable": True, "limit_sqft": 40.0, "transport_per_pack": 0.05},
            {"facility": "SOUTH", "expandable": False, "limit_sqft": 0.0},
        ],
        "tiers": [
            {"facility": "NORTH", "tier": 1, "upto_sqft": 12.0, "price_per_sqft": 2.0},
            {"facility": "NORTH", "tier": 2, "upto_sqft": 40.0, "price_per_sqft": 4.0},
        ],
        "shelving": [
            _shelf("NORTH", "Pallet", 1.0, 10.0, 30.0, 300.0, 8.0),
            _shelf("NORTH", "Bins", 2.0, 5.0, 40.0, 100.0, 10.0),
            _shelf("SOUTH", "Pallet", 2.0, 8.0, 15.0, 150.0, 4.0),
            _shelf("SOUTH", "Bins", 2.0, 5.0, 40.0, 80.0, 6.0),
        ],
        "lead_times": [
            {"sku": sku, "facility": site, "lead_time_days": days, "days_on_hand": 1.0 if sku == "A" else 2.0}
            for (sku, site), days in LEAD.items()
        ],
        "demand": [
            {"month": month, "sku": sku, "quantity": 3 * units} for (month, sku), units in DEMAND.items()
        ],
        "daily_demand": [],
        "calendar": [{"month": m, "day": d, "date": today} for (m, d), today in DAYS.items()],
        "opening": [],
        "shelf_packs": [],
    }


def _shelf(site: str, kind: str, shelves: float, sqft: float, cuft: float, lb: float, places: float) -> dict:
    room = {"sqft_per_shelf": sqft, "volume_cuft": cuft, "weight_lb": lb, "positions": places}
    return {"facility": site, "storage_type": kind, "shelves": shelves, **room}


def plan_rows() -> dict[str, list[dict]]:
    deliveries = [
        delivery(place, sku, site, _arriving(place, sku, site)) for place in HORIZON for sku, site in LEAD
    ]
    return {
        "expansion_decisions": [
            {"facility": "NORTH", "sqft_added": 15.0, "tier1_sqft": 12.0, "tier2_sqft": 3.0}
            | {"expansion_cost": 36.0}
        ],
        "expansion_tiers": [
            {"facility": "NORTH", "tier": 1, "sqft": 12.0, "price_per_sqft": 2.0, "cost": 24.0},
            {"facility": "NORTH", "tier": 2, "sqft": 3.0, "price_per_sqft": 4.0, "cost": 12.0},
        ],
        "shelf_additions": [
            _added("Pallet", sqft_per_shelf=10.0, total_sqft=10.0, weight=300.0, volume=30.0),
            _added("Bins", sqft_per_shelf=5.0, total_sqft=5.0, weight=100.0, volume=40.0),
        ],
        "phases": [phase(1, "Pallet", 10.0), phase(1, "Bins", 5.0)],
        "shelf_assignments": [],
        "opening_stock": [
            {"sku": sku, "facility": site, "units": level[1]} for (sku, site), level in LEVEL.items()
        ],
        "inventory_levels_daily": [
            stock(place, sku, site, LEVEL[sku, site][place[0]]) for place in HORIZON for sku, site in LEAD
        ],
        "deliveries_daily": deliveries,
        "order_schedule_daily": [ordered(row) for row in deliveries],
        "shipment_plan_daily": [
            shipment(place, sku, site, SHIPPED[sku, site][place[0]], DEMAND[place[0], sku])
            for place in HORIZON
            for sku, site in LEAD
        ],
        "lost_sales": [],
        "overflow": [],
        "costs": [{"component": name, "amount": amount} for name, amount in COSTS.items()],
    }


def _arriving(place: tuple[int, int], sku: str, site: str) -> float:
    more = LEVEL[sku, site][2] - LEVEL[sku, site][1] if place == (2, 1) else 0.0
    return SHIPPED[sku, site][place[0]] + more


def _added(kind: str, *, sqft_per_shelf: float, total_sqft: float, weight: float, volume: float) -> dict:
    room = {"weight_capacity_lbs": weight, "volume_capacity_cuft": volume}
    area = {"sqft_per_shelf": sqft_per_shelf, "total_sqft": total_sqft}
    return {"facility": "NORTH", "storage_type": kind, "shelves_added": 1.0, **area, **room}


def phase(year: int, kind: str, sqft: float, shelves: float = 1.0) -> dict:
    place = {"year": year, "facility": "NORTH", "storage_type": kind}
    return {**place, "shelves_added": shelves, "sqft_added": sqft}


def _moment(place: tuple[int, int], kind: str = "") -> dict:
    return {f"{kind}month": place[0], f"{kind}day": place[1], f"{kind}date": DAYS[place]}


def stock(place: tuple[int, int], sku: str, site: str, units: float, days: int = 1) -> dict:
    goods = {"sku": sku, "facility": site, "units": units, "volume_cuft": units * VOLUME[sku]}
    cost = units * SOLD_VOLUME[sku] * 0.01 * days
    return {**_moment(place), **goods, "weight_lbs": units * WEIGHT[sku], "holding_cost_dollars": cost}


def shipment(place: tuple[int, int], sku: str, site: str, units: float, asked: float) -> dict:
    goods = {"sku": sku, "facility": site, "units_shipped": units, "daily_demand": asked}
    share = {"demand_fulfilled_pct": 100 * units / asked}
    return {**_moment(place), **goods, **share, "transportation_cost_dollars": units * TRANSPORT[site]}


def delivery(place: tuple[int, int], sku: str, site: str, units: float) -> dict:
    lead = LEAD[sku, site]
    ordered_on = ORDER[ORDER.index(place) - lead]
    goods = {"sku": sku, "facility": site, "units_delivered": units, "inbound_packs": units / RATIO[sku]}
    source = {"lead_time_days": lead, "supplier_type": KINDS[sku]}
    return {**_moment(place, "arrival_"), **goods, **_moment(ordered_on, "order_"), **source}


def ordered(row: dict) -> dict:
    same = {name: value for name, value in row.items() if name != "units_delivered"}
    return {**same, "units_ordered": row["units_delivered"]}


@dataclass
class Hand:
    """Case and plan as rows of tables that a test changes before it audits them."""

    case_rows: dict[str, list[dict]] = field(default_factory=case_rows)
    rows: dict[str, list[dict]] = field(default_factory=plan_rows)
    costs: dict[str, float] | None = field(default_factory=lambda: dict(COSTS))
    rules: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)

    def find(self, table: str, **where) -> dict:
        """The one row with these values of a plan table, or, with ``case_`` before its name, of the case."""
        rows = self.case_rows[table[5:]] if table.startswith("case_") else self.rows[table]
        found = [row for row in rows if all(row.get(key) == value for key, value in where.items())]
        assert len(found) == 1, f"{len(found)} rows of {table} have {where}"
        return found[0]

    def stocked(self, place: tuple[int, int], sku: str, site: str) -> dict:
        return self.find("inventory_levels_daily", month=place[0], day=place[1], sku=sku, facility=site)

    def shipped(self, place: tuple[int, int], sku: str, site: str) -> dict:
        return self.find("shipment_plan_daily", month=place[0], day=place[1], sku=sku, facility=site)

    def delivered(self, place: tuple[int, int], sku: str, site: str) -> dict:
        where = {"arrival_month": place[0], "arrival_day": place[1], "sku": sku, "facility": site}
        return self.find("deliveries_daily", **where)

    def deliver(self, place: tuple[int, int], sku: str, site: str, more: float) -> None:
        """More is ordered, arrives on a day, and stays to the end."""
        row = self.delivered(place, sku, site)
        place_in = self.rows["deliveries_daily"].index(row)
        row["units_delivered"] += more
        row["inbound_packs"] = row["units_delivered"] / RATIO[sku]
        self.rows["order_schedule_daily"][place_in] = ordered(row)
        self.keep(place, sku, site, more)

    def keep(self, place: tuple[int, int], sku: str, site: str, more: float) -> None:
        """More stays at the end of a day and of all later ones."""
        for later in HORIZON[HORIZON.index(place) :]:
            row = self.stocked(later, sku, site)
            row |= stock(later, sku, site, row["units"] + more)

    def case(self) -> Case:
        frames = {schema.name: schema.frame(self.case_rows[schema.name]) for schema in schemas.CASE_TABLES}
        trucks = {"weight_lb": 1000.0, "volume_cuft": 400.0}
        scalars = {"start": DAYS[1, 1], "months": 2, "days_per_month": 3, "holding_per_cuft_day": 0.01}
        settings = Settings(**{**scalars, "trucks": trucks, **self.settings})
        return Case("expansion", "by hand", frames, settings, Rules(**self.rules))

    def tables(self) -> dict[str, pl.DataFrame]:
        return {s.name: s.frame(self.rows[s.name]) for s in schemas.PLAN_TABLES if s.name in self.rows}

    def audit(self) -> AuditReport:
        return audit(self.case(), self.tables(), self.costs)

    def found(self, rule: str) -> list[Finding]:
        """What one rule finds, without looking at figures of cost."""
        self.costs = None
        self.rows.pop("costs", None)
        return self.audit().by_rule()[rule]

    def broken(self) -> set[str]:
        """Rules that find anything, without looking at figures of cost."""
        self.costs = None
        self.rows.pop("costs", None)
        return {finding.rule for finding in self.audit().findings}


@pytest.fixture
def hand() -> Hand:
    return Hand()
