"""The smallest production case there is, and the plan that makes nothing."""

import os
import sys
from datetime import date, timedelta
from types import ModuleType

# The tables of tests are tiny and the suite has a worker for each core: threads would only wait for one another.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import polars as pl
import pytest
from hypothesis import settings

import provisor
from provisor.certificate import Certificate, Status
from provisor.plan import Plan
from provisor.production.tables import PLAN_TABLES

settings.register_profile("house", deadline=None)
settings.load_profile("house")

START = date(2027, 3, 1)
DAYS = 3
DEMAND = 400.0
TABLES = {
    "products": {
        "product": "BREAD",
        "shelf_life_ambient_days": 10,
        "shelf_life_frozen_days": 100,
        "shelf_life_thawed_days": 8,
        "min_days_at_sale": 2,
        "units_per_mix": 200,
        "units_per_case": 10,
        "units_per_pallet": 300,
        "brand": "A",
    },
    "nodes": {
        "node": "BAKERY",
        "name": "The bakery",
        "can_make": True,
        "rate_units_per_hour": 100,
        "startup_hours": 0.5,
        "shutdown_hours": 0.5,
        "changeover_hours": 0.25,
        "storage": "ambient",
        "has_demand": True,
        "needs_trucks": False,
    },
    "legs": {
        "leg": "BACK",
        "origin": "BAKERY",
        "destination": "SHOP",
        "mode": "ambient",
        "transit_days": 1,
        "cost_per_unit": 0.1,
    },
    "calendar": {
        "node": "BAKERY",
        "fixed_hours": 8,
        "regular_rate": 20,
        "overtime_hours": 2,
        "overtime_rate": 30,
        "premium_rate": 40,
        "minimum_hours": 4,
        "is_fixed_day": True,
    },
    "demand": {"node": "BAKERY", "product": "BREAD", "units": DEMAND},
}
COSTS = {"production_per_unit": 1, "shortage_per_unit": 10, "waste_multiplier": 2}
CASE = """\
planner: production
name: The smallest bakery
start: 2027-03-01
days: 3
stock_date: 2027-03-01
files: {tables: .}
rules: {}
"""


@pytest.fixture
def tiny(tmp_path):
    """Folder of a case with one bakery that sells its own bread for three days."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "case.yaml").write_text(CASE)
    days = [START + timedelta(days=number) for number in range(DAYS + 7)]
    shop = {
        **TABLES["nodes"],
        "node": "SHOP",
        "name": "The shop",
        "can_make": False,
        "rate_units_per_hour": None,
    }
    rows = {
        "products": [TABLES["products"]],
        "nodes": [TABLES["nodes"], shop],
        "legs": [TABLES["legs"]],
        "calendar": [{**TABLES["calendar"], "date": day} for day in days],
        "demand": [{**TABLES["demand"], "date": day} for day in days],
        "costs": [{"cost": name, "value": value} for name, value in COSTS.items()],
    }
    for name, values in rows.items():
        pl.DataFrame(values).write_csv(folder / f"{name}.csv")
    return folder


def idle_plan(case):
    """The plan that makes nothing and leaves all demand short; it keeps every rule."""
    tables = {schema.name: schema.empty() for schema in PLAN_TABLES}
    demand = case.table("demand").filter(pl.col("date") < START + timedelta(days=DAYS))
    short = demand.select("date", "node", "product", demand="units", units="units")
    tables["shortage"] = short.cast(dict(tables["shortage"].schema))
    lines = short.select(
        "date",
        "node",
        "product",
        component=pl.lit("shortage"),
        amount=pl.col("units") * COSTS["shortage_per_unit"],
    )
    tables["costs"] = lines.select(tables["costs"].columns)
    objective = float(lines["amount"].sum())
    certificate = Certificate(
        Status.FEASIBLE,
        "min",
        objective,
        objective / 2,
        "idle",
        "a guess made for tests",
        "none",
        seconds={"build": 0.1, "solve": 0.2, "total": 0.3},
        case_fingerprint=case.fingerprint,
    )
    return Plan("production", case.name, certificate, tables, {"shortage": objective}, size={"rows": 1})


@pytest.fixture
def tiny_case(tiny):
    return provisor.read_case(tiny)


@pytest.fixture
def plan(tiny_case):
    """The idle plan of the tiny case."""
    return idle_plan(tiny_case)


@pytest.fixture
def idle_solver(monkeypatch):
    """Replaces solving by the idle plan; gives the list of options it was called with."""
    asked = []
    module = ModuleType("provisor.production.solve")

    def solve(case, options):
        asked.append(options)
        return idle_plan(case)

    module.solve = solve
    monkeypatch.setitem(sys.modules, "provisor.production.solve", module)
    return asked
