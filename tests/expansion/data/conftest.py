"""Two small cases, in our own form and in that of users, whose tables and keys a test can change before reading."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from provisor.case import BadCase, Case, DataProblem, Problems
from provisor.expansion.data import read

START = date(2027, 1, 1)
Row = dict[str, Any]


class CaseInAFolder:
    """A case in a folder: change ``tables``, ``keys`` and ``rules``, then read it or its problems."""

    def __init__(self, folder: Path, tables: dict[str, list[Row]], keys: Row) -> None:
        self.folder, self.tables, self.keys = folder, tables, keys
        self.rules: Row = {}

    def row(self, table: str, number: int = 0) -> Row:
        return self.tables[table][number]

    def write(self) -> None:
        for name, rows in self.tables.items():
            frame = pl.DataFrame(rows, infer_schema_length=None, strict=False)
            frame.write_csv(self.folder / f"{name}.csv")

    def read(self) -> Case:
        self.write()
        return read({**self.keys, "rules": self.rules}, self.folder)

    def problems(self) -> list[DataProblem]:
        try:
            case = self.read()
        except BadCase as bad:
            return list(bad.problems)
        return list(case.warnings)

    def found(self, code: str) -> DataProblem:
        """The first problem with a code."""
        problems = self.problems()
        for problem in problems:
            if problem.code == code:
                return problem
        raise AssertionError(f"no {code} among {[(p.code, p.message) for p in problems]}")

    def codes(self) -> set[str]:
        return {problem.code for problem in self.problems()}

    def errors(self) -> list[DataProblem]:
        found = Problems(self.problems())
        return found.errors


def own_tables() -> dict[str, list[Row]]:
    """A full site and one that may grow; two products of two suppliers; three months."""
    return {
        "products": [
            {"sku": "BENCH", "supplier": "Halden", "storage_type": "pallet", "sell_quantity": 1,
             "sell_volume_cuft": 4.5, "sell_weight_lb": 50, "inbound_quantity": 6, "inbound_volume_cuft": 30,
             "inbound_weight_lb": 335, "repackable": False},
            {"sku": "LAMP", "supplier": "Lumi", "storage_type": "bin", "sell_quantity": 8,
             "sell_volume_cuft": 0.3, "sell_weight_lb": 4, "inbound_quantity": 80, "inbound_volume_cuft": 3.8,
             "inbound_weight_lb": 42, "repackable": True},
        ],
        "suppliers": [{"supplier": "Halden", "kind": "near"}, {"supplier": "Lumi", "kind": "far"}],
        "sites": [
            {"facility": "Old", "expandable": False, "limit_sqft": 0},
            {"facility": "New", "expandable": True, "limit_sqft": 9000},
        ],
        "tiers": [
            {"facility": "New", "tier": 1, "upto_sqft": 4000, "price_per_sqft": 2},
            {"facility": "New", "tier": 2, "upto_sqft": 9000, "price_per_sqft": 4},
        ],
        "shelving": [
            {"facility": site, "storage_type": kind, "shelves": 20, "sqft_per_shelf": 50, "volume_cuft": 500,
             "weight_lb": 5000, "positions": 8}
            for site in ("Old", "New") for kind in ("pallet", "bin")
        ],
        "lead_times": [
            {"sku": sku, "facility": site, "lead_time_days": 5, "days_on_hand": 4}
            for sku in ("BENCH", "LAMP") for site in ("Old", "New")
        ],
        "demand": [
            {"month": month, "sku": sku, "quantity": 2100 + month}
            for month in (1, 2, 3) for sku in ("BENCH", "LAMP")
        ],
    }  # fmt: skip


def users_tables() -> dict[str, list[Row]]:
    """Files as a distributor keeps them, with figures of our own."""
    consolidated = "Can be packed out in a box with other materials (consolidation)?"
    product = ("SKU Number", "Supplier Type", "Sell Pack Quantity", "Sell Pack Dimensions (in)", "Sell Pack Weight",
               consolidated, "Inbound Pack Quantity", "Inbound Pack Dimensions", "Inbound Pack Weight",
               "Storage Method")  # fmt: skip
    count = ("Facility", "Shelving Type", "Area", "Number of Shelves", "Max Items / Shelf", "Number of Units Total",
             "Weight Max / Item (lbs)", "Weight Max / Shelf", "Total Weight Capacity")  # fmt: skip
    return {
        "products": [
            dict(zip(product, row, strict=True))
            for row in (
                ("P1", "Near", "1", "48 x 20 x 8", "50 lbs", "No", "6", "48 x 40x 27", "335 lb", "Pallet"),
                ("P2", "Far", "8 (1 pack)", "12 x 8 x 6", "4 lbs", "Yes", "80 (10 packs)", "24 x 16 x 17", "42 lbs",
                 "bins"),
                ("P3", "Near", "1", "9 x 9 x 12", "14 lbs", "Yes", "4", "18 x 18 x 12", "57 lbs", "Hazmat"),
            )
        ],
        "suppliers": [
            {"SKU Number": sku, "Supplier": name, "Supplier Type": kind}
            for sku, name, kind in (("P1", "Halden", "Near"), ("P2", "Lumi", "Far"), ("P3", "Corvane", "Near"))
        ],
        "shelving": [
            dict(zip(count, row, strict=True))
            for row in (
                ("Old ", "Pallets", 5800, 100, 8, 800, 1200, 9600, 960000),
                ("Old ", "Bins", 360, 100, 3, 300, 30, 90, 9000),
                ("Old ", "Racking", 950, 100, 6, 600, 100, 600, 60000),
                ("Old ", "Hazmat", 1200, 100, 6, 600, 100, 600, 60000),
            )
        ],
        "shelf_dimensions": [
            {"Location": "Old", "Storage Type": kind, "Dimensions (l,w,h)(ft)": size, "Package Capacity": places}
            for kind, size, places in (
                ("Pallet", "10 x 4 x 13", 8), ("Bins", "1.5 x 1.5 x 3", 3), ("Racking", "3 x 1.5 x 6", 6)
            )
        ],
        "storage_types": [
            {"Storage Type": kind, **{f"Max Item {name} (in)": side for name in ("Length", "Width", "Height")}}
            for kind, side in (("Bins", 24), ("Racking", 18), ("Pallet", 48), ("Hazmat", 18))
        ],
        "inbound": [
            {"Storage Method": kind, "Storage Method - Max Inbound Quantity Dimensions per Location": size,
             "Storage Method - Max Inbound Quantity Weight per Location": weight}
            for kind, size, weight in (("Bins", "24 x 24 x 24", "60 lbs"), ("Pallet", "48 x 48 x 48", "600 lbs"))
        ],
        "lead_times": [
            {"SKU Number": sku, "Supplier Type": kind, "Lead Time - Old": 5, "Old - Days on Hand": 4.5}
            for sku, kind in (("P1", "Near"), ("P2", "Far"), ("P3", "Near"))
        ],
        "demand": [
            {"Month": month, "Year": 2027, "P1": 2100, "P2": 4200, "P3": 630}
            for month in ("January", "February", "March")
        ],
    }  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> CaseInAFolder:
    """The case in our own form."""
    keys = {"planner": "expansion", "name": "small", "start": START, "months": 3, "files": {"tables": "."},
            "holding_per_cuft_day": 0.01, "trucks": {"weight_lb": 44000, "volume_cuft": 3800}}  # fmt: skip
    case = CaseInAFolder(tmp_path, own_tables(), keys)
    case.rules = {"demand_unit": "packs"}
    return case


@pytest.fixture
def users(tmp_path: Path) -> CaseInAFolder:
    """The case in its user's form."""
    tables = users_tables()
    keys = {"planner": "expansion", "name": "users", "start": START, "months": 3,
            "files": {name: f"{name}.csv" for name in tables},
            "expandable": {"Old": {"limit_sqft": 9000, "tiers": [[4000, 2.0], [9000, 4.0]]}}}  # fmt: skip
    return CaseInAFolder(tmp_path, tables, keys)


@pytest.fixture
def fresh(small: CaseInAFolder) -> Callable[[], CaseInAFolder]:
    """The small case, made anew for each example in the same folder."""

    def case() -> CaseInAFolder:
        made = CaseInAFolder(small.folder, own_tables(), dict(small.keys))
        made.rules = dict(small.rules)
        return made

    return case
