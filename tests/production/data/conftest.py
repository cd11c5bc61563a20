"""A small case in our own form, whose tables and keys a test can change before it is read."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from provisor.case import BadCase, Case, Problems
from provisor.production.data import read

START = date(2025, 10, 17)


def _rows(days: int, **row):
    return [{**row, "date": str(START + timedelta(days=number))} for number in range(days)]


def small_tables() -> dict[str, list[dict]]:
    """One plant, a hub and a shop; two products; fourteen days and a week of cover."""
    return {
        "products": [
            {
                "product": name,
                "shelf_life_ambient_days": 17,
                "shelf_life_frozen_days": 120,
                "shelf_life_thawed_days": 14,
                "min_days_at_sale": 7,
                "units_per_mix": 400,
                "units_per_case": 10,
                "units_per_pallet": 320,
                "brand": "A",
            }
            for name in ("WHITE", "GRAIN")
        ],
        "nodes": [
            {
                "node": node,
                "name": node,
                "can_make": node == "PLANT",
                "rate_units_per_hour": 1400 if node == "PLANT" else None,
                "startup_hours": 0.25,
                "shutdown_hours": 0.25,
                "changeover_hours": 0.25,
                "storage": "ambient",
                "has_demand": node != "PLANT",
                "needs_trucks": node == "PLANT",
            }
            for node in ("PLANT", "HUB", "SHOP")
        ],
        "legs": [
            {
                "leg": "L1",
                "origin": "PLANT",
                "destination": "HUB",
                "mode": "ambient",
                "transit_days": 1,
                "cost_per_unit": 0,
            },
            {
                "leg": "L2",
                "origin": "HUB",
                "destination": "SHOP",
                "mode": "ambient",
                "transit_days": 1,
                "cost_per_unit": 0,
            },
        ],
        "trucks": [
            {
                "truck": "T1",
                "origin": "PLANT",
                "stops": "HUB",
                "weekdays": "monday; wednesday; friday",
                "departure_time": "08:00",
                "pallets": 44,
                "cost_fixed": 100,
                "cost_per_unit": 0,
            }
        ],
        "calendar": _rows(
            28,
            node="PLANT",
            fixed_hours=12,
            regular_rate=10,
            overtime_hours=2,
            overtime_rate=20,
            premium_rate=40,
            minimum_hours=0,
            is_fixed_day=True,
        ),
        "demand": [
            row
            for node in ("HUB", "SHOP")
            for product in ("WHITE", "GRAIN")
            for row in _rows(28, node=node, product=product, units=100)
        ],
        "stock": [
            {
                "node": "HUB",
                "product": "WHITE",
                "state": "ambient",
                "batch": "B1",
                "expires": str(START + timedelta(days=12)),
                "units": 500,
            }
        ],
        "costs": [
            {"cost": "production_per_unit", "value": 1.3},
            {"cost": "shortage_per_unit", "value": 10},
            {"cost": "waste_multiplier", "value": 10},
        ],
    }


class Small:
    """The small case in a folder: change ``tables`` and ``keys``, then read it or its problems."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables = small_tables()
        self.keys = {
            "planner": "production",
            "name": "small",
            "start": START,
            "days": 14,
            "stock_date": START,
        }
        self.files = {"tables": "."}

    def row(self, table: str, number: int = 0) -> dict:
        return self.tables[table][number]

    def write(self) -> None:
        for name, rows in self.tables.items():
            frame = pl.DataFrame(rows, infer_schema_length=None, strict=False)
            frame.write_csv(self.folder / f"{name}.csv")

    def read(self) -> Case:
        self.write()
        return read({**self.keys, "files": self.files}, self.folder)

    def problems(self) -> Problems:
        try:
            case = self.read()
        except BadCase as bad:
            return bad.problems
        return Problems(list(case.warnings))

    def codes(self) -> set[str]:
        return {problem.code for problem in self.problems()}


@pytest.fixture
def small(tmp_path):
    return Small(tmp_path)
