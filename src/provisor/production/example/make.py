"""The tables and keys of an example case."""

from __future__ import annotations

from typing import Any

import polars as pl

from provisor.production.example.catalogue import products_table
from provisor.production.example.forecast import forecast
from provisor.production.example.legs import legs_table
from provisor.production.example.opening import stock_table, transit_table
from provisor.production.example.plants import calendar_table, costs_table, nodes_table
from provisor.production.example.sizes import START, size_of
from provisor.production.example.trucks import trucks_table
from provisor.production.example.world import World, build

GROUP = "Dunmarrow Bakeries"
"""Name of the made-up bakery group."""

FILES = {
    "network": "network.xlsx",
    "forecast": "forecast.xlsx",
    "stock": "stock.xlsx",
    "transit": "stock.xlsx",
}
"""Workbook by key of ``files``."""


def make(size: str, seed: int) -> dict[str, pl.DataFrame]:
    """The nine tables of a case, typed and sorted by key; forecast and calendar go on after the horizon.

    Args:
        size: One of :data:`~provisor.production.example.sizes.SIZES`.
        seed: Seed of all that is random, 0 or more; the same seed gives the same tables.

    Raises:
        ValueError: There is no such size, or the seed is negative.
    """
    return tables_of(build(size, seed))


def tables_of(world: World) -> dict[str, pl.DataFrame]:
    """The nine tables of the case of a laid-out world."""
    sales = forecast(world)
    stock, transit = stock_table(world, sales), transit_table(world, sales)
    opening = pl.concat([stock.select("node", "units"), transit.select("node", "units")])
    return {
        "products": products_table(world.products),
        "nodes": nodes_table(world, sales, opening),
        "legs": legs_table(world, sales),
        "trucks": trucks_table(world, sales),
        "calendar": calendar_table(world),
        "demand": sales.table(),
        "stock": stock,
        "transit": transit,
        "costs": costs_table(),
    }


def document(size: str, seed: int) -> dict[str, Any]:
    """Keys and values of the ``case.yaml`` of an example; raises ValueError for an unknown size."""
    weeks = size_of(size).weeks
    return {
        "planner": "production",
        "name": f"{GROUP}, {size} example {seed}, {weeks} weeks from {START}",
        "start": START,
        "weeks": weeks,
        "stock_date": START,
        "files": dict(FILES),
        "rules": {},
    }
