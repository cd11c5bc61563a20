"""Bad rows among a million: all of them are listed, in seconds."""

import time

import numpy as np
import polars as pl
import pytest

from provisor.allocation.data import read
from provisor.case import BadCase

STORES, PRODUCTS, BAD = 1_000, 1_000, 10


def million(folder):
    store = np.repeat(np.arange(STORES), PRODUCTS)
    product = np.tile(np.arange(PRODUCTS), STORES)
    frame = pl.DataFrame({"s": store, "p": product}).select(
        pl.format("S{}", "s").alias("store"),
        pl.format("P{}", "p").alias("product"),
        pl.lit(2.5).alias("demand"),
        pl.lit(6).alias("max_pieces"),
    )
    stores = [f"S{number}" for number in range(STORES)]
    products = [f"P{number}" for number in range(PRODUCTS)]
    tables = {
        "stores": {"store": stores, "pieces": 2_000.0},
        "slots": {"store": stores, "slots": 1_000},
        "products": {
            "product": products, "category": "a", "subcategory": "b", "price": 9.0, "cost": 4.0, "salvage": 1.0,
        },
        "centres": {"centre": ["C1"]},
        "lanes": {"centre": "C1", "store": stores, "cost": 1.0},
        "stock": {"centre": "C1", "product": products, "pieces": 5_000},
    }  # fmt: skip
    for name, columns in tables.items():
        pl.DataFrame(columns).write_csv(folder / f"{name}.csv")
    return frame


def write(frame, folder, kind):
    if kind == "csv":
        frame.write_csv(folder / "pairs.csv")
    else:
        frame.write_parquet(folder / "pairs.parquet")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("fault", ["unknown-store", "out-of-range", "not-a-value", "duplicate-key"])
def test_ten_bad_rows_among_a_million_are_all_listed_in_seconds(tmp_path, kind, fault):
    frame = million(tmp_path)
    rows = np.random.default_rng(3).choice(np.arange(1, frame.height, 2), BAD, replace=False)
    bad = pl.int_range(frame.height).is_in(rows.tolist())
    changes = {
        "unknown-store": pl.when(bad).then(pl.lit("S-1")).otherwise("store").alias("store"),
        "out-of-range": pl.when(bad).then(-1.0).otherwise("demand").alias("demand"),
        "not-a-value": pl.when(bad)
        .then(pl.lit("two"))
        .otherwise(pl.col("demand").cast(pl.String))
        .alias("demand"),
        "duplicate-key": pl.when(bad).then(pl.col("product").shift(1)).otherwise("product").alias("product"),
    }
    write(frame.with_columns(changes[fault]), tmp_path, kind)
    began = time.perf_counter()
    with pytest.raises(BadCase) as raised:
        read({"planner": "allocation", "start": "202510A", "files": {"tables": "."}}, tmp_path)
    seconds = time.perf_counter() - began
    errors = [error for error in raised.value.problems.errors if error.code == fault]
    assert sorted(error.row for error in errors) == sorted(int(row) + 2 for row in rows)
    assert all(error.file == f"pairs.{kind}" and error.value for error in errors)
    assert seconds < 20, f"{seconds:.1f} s"
