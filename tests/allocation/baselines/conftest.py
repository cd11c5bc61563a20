"""What rules of thumb see, made by hand."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest

from provisor.planner import planner
from provisor.reading import read_case

NONE = {"cluster": 0, "subcategory": 0, "cell": 0, "price": 100.0, "cost": 50.0, "hangs": True, "n": 0.0}


@pytest.fixture
def seeing():
    """Makes the frame of what rules see from rows with a store, a product and what differs from the usual."""

    def make(rows):
        full = [{**NONE, **row, "pair": number} for number, row in enumerate(rows)]
        frame = pl.DataFrame(full).with_columns(a=pl.col("n") * pl.col("price"))
        return frame.select(
            "pair", "store", "product", "cluster", "subcategory", "cell", "price", "cost", "hangs", "n", "a"
        )

    return make


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    """Example cases by size and seed, with keys of the case replaced; each is read once."""
    folder = tmp_path_factory.mktemp("examples")

    @cache
    def made(size, seed=1, **settings):
        place = folder / f"{size}-{seed}"
        if not place.exists():
            planner("allocation").new(place, size, seed)
        return read_case(place, {key.replace("__", "."): value for key, value in settings.items()})

    return made
