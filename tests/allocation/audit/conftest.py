"""A chain of four stores, seven styles, two centres and two periods, and a plan for it made by hand.

A test changes a decision, a cell of the plan, a fact or a switch, and audits again. What follows from the
decisions is filled in by :mod:`naive`, so that a changed decision breaks the one rule it breaks.
"""

from __future__ import annotations

import copy
import importlib.util
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from provisor.allocation import tables as schemas
from provisor.allocation.audit import audit
from provisor.allocation.rules import Pin, Rules, Settings
from provisor.case import Case


def _sibling(name):
    spec = importlib.util.spec_from_file_location(f"audit_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


Naive = _sibling("naive").Naive


def case_rows() -> dict[str, list[dict]]:
    return {
        "stores": [
            _store("S1", "A", 24.0, 1.0),
            _store("S2", "A", None, 2.0),
            _store("S3", "A", 20.0, 1.0),
            _store("S4", None, 6.0, 1.0),
        ],
        "slots": [
            {"store": "S1", "cell": "floor", "slots": 4},
            {"store": "S1", "cell": "front", "slots": 1},
            {"store": "S2", "cell": "floor", "slots": 5},
            {"store": "S3", "cell": "floor", "slots": 5},
            {"store": "S4", "cell": "floor", "slots": 2},
        ],
        "capacity": [{"store": "S3", "period": 2, "slots_factor": 0.7, "pieces_factor": 0.6}],
        "products": [
            _product("P1", "Tops", "Shirt", "CORE", "LOW", 100.0, 50.0, 30.0),
            _product("P2", "Tops", "Polo", "CORE", "HIGH", 200.0, 110.0, 70.0, pack=3, presentation_min=3),
            _product("P3", "Legs", "Jeans", "SEASONAL", "LOW", 120.0, 60.0, 20.0),
            _product("P4", "Legs", "Jogger", "FILLER", "LOW", 80.0, 40.0, 20.0, last_period=1),
            _product("P5", "Shoes", "Boot", "FILLER", "HIGH", 300.0, 180.0, 90.0, cell="front", space=2.0),
            _product("P6", "Tops", "Shirt", "SEASONAL", None, 90.0, 45.0, 15.0, presentation_min=1),
            _product("P7", "Legs", "Jogger", None, "LOW", 70.0, 30.0, 10.0, first_period=2),
        ],
        "centres": [{"centre": "D1", "throughput": 24.0}, {"centre": "D2", "throughput": None}],
        "lanes": [
            _lane("D1", "S1", 1.0, 0, 13.0),
            _lane("D1", "S2", 1.5, 0, None),
            _lane("D1", "S3", 2.0, 0, None),
            _lane("D2", "S2", 2.5, 1, 9.0),
            _lane("D2", "S3", 1.0, 0, None),
            _lane("D2", "S4", 1.0, 0, None),
        ],
        "transfer_lanes": [{"from_store": "S2", "to_store": "S1", "cost": 4.0, "capacity": 3.0}],
        "pairs": [
            _pair("S1", "P1", 4.0, 8, 2, before=True),
            _pair("S1", "P2", 2.5, 6, dispersion=1.5),
            _pair("S1", "P3", 3.0, 6),
            _pair("S1", "P4", 2.0, 6, 2, before=True),
            _pair("S1", "P5", 1.0, 3, dispersion=1.2),
            _pair("S1", "P6", 1.0, 6),
            _pair("S1", "P7", 2.0, 6),
            _pair("S2", "P1", 3.0, 8, 5, before=True, lock="carry"),
            _pair("S2", "P2", 2.0, 6),
            _pair("S2", "P3", 2.0, 6, dispersion=2.0),
            _pair("S2", "P4", 1.0, 6, lock="forbid"),
            _pair("S2", "P6", 2.0, 4),
            _pair("S3", "P1", 4.0, 8),
            _pair("S3", "P2", 1.0, 6, 1, before=True, lock="keep"),
            _pair("S3", "P3", 3.0, 6),
            _pair("S3", "P6", 2.0, 4),
            _pair("S4", "P1", 1.0, 4),
            _pair("S4", "P3", 1.0, 1),
        ],
        "demand": [{"store": "S1", "product": "P1", "period": 2, "demand": 5.0}],
        "stock": [
            {"centre": "D1", "product": "P1", "pieces": 10},
            {"centre": "D1", "product": "P2", "pieces": 12},
            {"centre": "D1", "product": "P3", "pieces": 12},
            {"centre": "D1", "product": "P5", "pieces": 2},
            {"centre": "D2", "product": "P1", "pieces": 12},
            {"centre": "D2", "product": "P3", "pieces": 6},
            {"centre": "D2", "product": "P6", "pieces": 8},
        ],
        "receipts": [
            {"centre": "D1", "product": "P7", "period": 2, "pieces": 3},
            {"centre": "D1", "product": "P1", "period": 2, "pieces": 4},
        ],
        "roles": [
            {"role": "CORE", "min_share": 0.5, "max_share": 0.9},
            {"role": "SEASONAL", "min_share": 0.2, "max_share": 0.5},
            {"role": "FILLER", "min_share": 0.0, "max_share": 0.3},
        ],
        "substitution": [{"product": "P4", "substitute": "P3", "rate": 0.5}],
        "manual_plan": [
            {"store": "S1", "subcategory": "Shirt", "styles": 2},
            {"store": "S2", "subcategory": None, "styles": 5},
            {"store": "S3", "subcategory": "Polo", "styles": 3},
        ],
        "launches": [
            {"product": "P6", "min_stores": 3, "max_stores": 3, "min_clusters": 2, "reserve": 0.25},
            {"product": "P7", "min_stores": 1, "max_stores": None, "min_clusters": 1, "reserve": 0.0},
        ],
        "budget": [{"period": 1, "amount": 2950.0}],
        "costs": [{"cost": name, "value": value} for name, value in _prices().items()],
    }


def _prices() -> dict[str, float]:
    return {
        "opening_per_style": 15.0,
        "return_per_piece": 2.0,
        "holding_share": 0.01,
        "role_shortfall_per_style": 200.0,
        "role_excess_per_style": 190.0,
        "coherence_per_style": 50.0,
        "corridor_per_style": 100.0,
        "category_shortfall": 210.0,
        "price_band_shortfall_per_style": 220.0,
        "core_shortfall": 500.0,
        "launch_shortfall_per_store": 230.0,
        "launch_shortfall_per_cluster": 400.0,
    }


def _store(store, cluster, pieces, weight) -> dict:
    return {"store": store, "cluster": cluster, "pieces": pieces, "weight": weight}


def _product(product, category, subcategory, role, band, *money, **more) -> dict:
    labels = {"product": product, "category": category, "subcategory": subcategory, "role": role}
    price, cost, salvage = money
    worth = {"price_band": band, "price": price, "cost": cost, "salvage": salvage}
    usual = {"cell": "floor", "pack": 1, "presentation_min": 2, "space": 1.0}
    return {**labels, **worth, **usual, **more}


def _lane(centre, store, cost, lead, capacity) -> dict:
    return {"centre": centre, "store": store, "cost": cost, "lead_periods": lead, "capacity": capacity}


def _pair(store, product, demand, most, opening=0, *, before=False, dispersion=1.0, lock=None) -> dict:
    names = {"store": store, "product": product, "demand": demand, "dispersion": dispersion}
    return {**names, "max_pieces": most, "opening": opening, "carried_before": before, "lock": lock}


def decided() -> dict[str, Any]:
    return {
        "hung": {
            *((1, "S1", p) for p in ("P1", "P2", "P3", "P4", "P5")),
            *((1, "S2", p) for p in ("P1", "P2", "P3")),
            *((1, "S3", p) for p in ("P1", "P2", "P3", "P6")),
            *((1, "S4", p) for p in ("P1",)),
            *((2, "S1", p) for p in ("P1", "P2", "P3", "P7")),
            *((2, "S2", p) for p in ("P1", "P2", "P3", "P6")),
            *((2, "S3", p) for p in ("P1", "P2", "P3")),
        },
        "routes": {
            (1, "D1", "S1", "P1"): 3,
            (1, "D1", "S1", "P2"): 3,
            (1, "D1", "S1", "P3"): 5,
            (1, "D1", "S1", "P5"): 2,
            (1, "D1", "S2", "P2"): 3,
            (1, "D1", "S2", "P3"): 3,
            (1, "D2", "S3", "P1"): 5,
            (1, "D1", "S3", "P1"): 2,
            (1, "D2", "S3", "P3"): 4,
            (1, "D2", "S3", "P6"): 2,
            (1, "D2", "S4", "P1"): 3,
            (2, "D1", "S1", "P7"): 3,
            (2, "D1", "S1", "P1"): 4,
            (2, "D1", "S1", "P3"): 2,
            (2, "D1", "S2", "P2"): 3,
            (2, "D1", "S1", "P2"): 3,
            (2, "D2", "S2", "P1"): 4,
            (2, "D2", "S2", "P3"): 2,
            (2, "D2", "S2", "P6"): 3,
            (2, "D1", "S3", "P3"): 2,
        },
        "transfers": {(1, "S2", "S1", "P1"): 2.0},
        "returned": {
            (2, "S1", "P4"): None,
            (2, "S1", "P5"): None,
            (2, "S3", "P6"): None,
            (2, "S4", "P1"): None,
        },
    }


@dataclass
class Hand:
    """Facts, switches and decisions, to be changed at will, and the audit of the plan they make."""

    rows: dict[str, list[dict]] = field(default_factory=case_rows)
    rules: dict[str, Any] = field(default_factory=lambda: {"core_subcategories": ("Shirt",)})
    pins: list[Pin] = field(default_factory=list)
    decisions: dict[str, Any] = field(default_factory=decided)

    @property
    def settings(self) -> Settings:
        return Settings(start="202510A", periods=2, pins=tuple(self.pins))

    def case(self) -> Case:
        by_name = {schema.name: schema for schema in schemas.CASE_TABLES}
        tables = {name: by_name[name].frame(rows) for name, rows in self.rows.items()}
        return Case("allocation", "by hand", tables, self.settings, Rules(**self.rules))

    def row(self, table, **key) -> dict:
        """The only row of a table of facts with these values."""
        (found,) = (row for row in self.rows[table] if all(row[k] == v for k, v in key.items()))
        return found

    def naive(self):
        return Naive(copy.deepcopy(self.rows), Rules(**self.rules), self.settings)

    def tables(self):
        made = self.naive().tables(self.decisions)
        return {schema.name: schema.frame(made[schema.name]) for schema in schemas.PLAN_TABLES}

    def costs(self, tables) -> dict[str, float]:
        sums = dict(tables["costs"].select("component", "amount").group_by("component").sum().iter_rows())
        return {name: sums.get(name, 0.0) for name in schemas.COMPONENTS}

    def audit(self, tables=None):
        made = self.tables()
        return audit(self.case(), made if tables is None else tables, self.costs(made))

    def broken(self) -> set[str]:
        """Rules with findings."""
        return {finding.rule for finding in self.audit().findings}


@pytest.fixture
def hand() -> Hand:
    return Hand()
