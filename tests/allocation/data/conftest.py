"""A small case in our own form, whose tables and keys a test can change before it is read."""

from pathlib import Path

import polars as pl
import pytest

from provisor.allocation.data import read
from provisor.case import BadCase, Case, Problems

STORES, PRODUCTS = ("S1", "S2", "S3"), ("P1", "P2", "P3", "P4")


def small_tables() -> dict[str, list[dict]]:
    """Three stores of two clusters, four products of two roles, two centres; every pair is eligible."""
    return {
        "stores": [
            {"store": store, "cluster": "K2" if store == "S3" else "K1", "pieces": 20, "weight": 1}
            for store in STORES
        ],
        "slots": [
            {"store": store, "cell": cell, "slots": 2} for store in STORES for cell in ("back", "front")
        ],
        "products": [
            {
                "product": product,
                "category": "jeans",
                "subcategory": "slim" if number % 2 else "wide",
                "cell": "front" if number < 2 else "back",
                "price_band": "VALUE",
                "role": "CORE" if number % 2 else "FILLER",
                "price": 50.0,
                "cost": 25.0,
                "salvage": 10.0,
                "pack": 1,
                "presentation_min": 2,
            }
            for number, product in enumerate(PRODUCTS)
        ],
        "centres": [{"centre": centre, "throughput": 100} for centre in ("C1", "C2")],
        "lanes": [
            {"centre": centre, "store": store, "cost": 1.5, "lead_periods": 0}
            for centre in ("C1", "C2")
            for store in STORES
        ],
        "transfer_lanes": [{"from_store": "S1", "to_store": "S2", "cost": 3.0}],
        "pairs": [
            {
                "store": store,
                "product": product,
                "demand": 3.0,
                "dispersion": 1.5,
                "max_pieces": 8,
                "opening": 1,
                "carried_before": True,
                "lock": None,
            }
            for store in STORES
            for product in PRODUCTS
        ],
        "demand": [{"store": "S1", "product": "P1", "period": 2, "demand": 4.0}],
        "stock": [{"centre": "C1", "product": product, "pieces": 9} for product in PRODUCTS],
        "receipts": [{"centre": "C1", "product": "P1", "period": 2, "pieces": 5}],
        "capacity": [{"store": "S1", "period": 2, "slots_factor": 0.5, "pieces_factor": 0.5}],
        "displays": [{"store": "S1", "cell": "front", "period": 2, "role": "CORE", "slots": 1}],
        "roles": [
            {"role": "CORE", "min_share": 0.25, "max_share": 0.75},
            {"role": "FILLER", "min_share": 0.25, "max_share": 0.75},
        ],
        "substitution": [{"product": "P1", "substitute": "P3", "rate": 0.4}],
        "manual_plan": [{"store": "S1", "subcategory": "slim", "styles": 2}],
        "launches": [{"product": "P4", "min_stores": 1, "max_stores": 3, "min_clusters": 1, "reserve": 0.3}],
        "budget": [{"period": 1, "amount": 1000.0}],
        "costs": [{"cost": "opening_per_style", "value": 12.0}],
    }


class Small:
    """The small case in a folder: change ``tables`` and ``keys``, then read it or its problems."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables = small_tables()
        self.keys = {"planner": "allocation", "name": "small", "start": "202510A", "periods": 2}
        self.files = {"tables": "."}
        self.kind = "csv"

    def row(self, table: str, number: int = 0) -> dict:
        return self.tables[table][number]

    def write(self) -> None:
        for name, rows in self.tables.items():
            frame = pl.DataFrame(rows, infer_schema_length=None, strict=False)
            if self.kind == "csv":
                frame.write_csv(self.folder / f"{name}.csv")
            else:
                frame.write_parquet(self.folder / f"{name}.parquet")

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

    def warning(self, code: str):
        return next(warning for warning in self.read().warnings if warning.code == code)


@pytest.fixture
def small(tmp_path):
    return Small(tmp_path)
