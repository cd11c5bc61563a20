"""The tables and keys of an example case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisor.expansion import tables as own
from provisor.expansion.data.context import table_of
from provisor.expansion.example.catalogue import STORAGE_TYPES, SUPPLIERS
from provisor.expansion.example.sizes import DAYS_PER_MONTH, START, size_of
from provisor.expansion.example.world import World, build
from provisor.expansion.tables import (
    DEMAND,
    LEAD_TIMES,
    PRODUCTS,
    SHELVING,
    SITES,
    TIERS,
)

if TYPE_CHECKING:
    import polars as pl

    from provisor.tables.schema import Schema

GROUP = "Larkmoor Garden & Workshop"
"""Name of the made-up distributor."""

WORKBOOK = "warehouses.xlsx"
"""Workbook with all tables of an example."""

TABLES: tuple[Schema, ...] = (PRODUCTS, own.SUPPLIERS, SITES, TIERS, SHELVING, LEAD_TIMES, DEMAND)
"""Tables of an example, in the order of their sheets."""

_PRICES = ((), ((0.4, 18.0), (1.0, 29.0)), ((0.35, 30.0), (1.0, 21.0)))
"""By site, part of its limit at which a tier ends and price of a sqft: the second site's rises, the third's falls."""

_FIXED_COSTS = (0.0, 40_000.0, 25_000.0)


def make(size: str, seed: int) -> dict[str, pl.DataFrame]:
    """The tables of a case, typed and sorted by key.

    Args:
        size: One of :data:`~provisor.expansion.example.sizes.SIZES`.
        seed: Seed of all that is random, 0 or more; the same seed gives the same tables.

    Raises:
        ValueError: There is no such size, or the seed is negative.
    """
    return tables_of(build(size, seed))


def tables_of(world: World) -> dict[str, pl.DataFrame]:
    """The tables of a laid-out world."""
    rows = {
        PRODUCTS.name: [product.row for product in world.products],
        own.SUPPLIERS.name: _suppliers(world),
        SITES.name: _sites(world),
        TIERS.name: _tiers(world),
        SHELVING.name: _shelving(world),
        LEAD_TIMES.name: _lead_times(world),
        DEMAND.name: _demand(world),
    }
    return {schema.name: table_of(schema.frame(rows[schema.name]), schema) for schema in TABLES}


def _suppliers(world: World) -> list[dict[str, Any]]:
    used = {product.supplier for product in world.products}
    return [
        {"supplier": name, "kind": kind, "trucks_per_day": trucks}
        for name, (kind, trucks) in SUPPLIERS.items()
        if name in used
    ]


def _sites(world: World) -> list[dict[str, Any]]:
    return [
        {
            "facility": name,
            "expandable": number > 0,
            "limit_sqft": world.limit_sqft(number),
            "fixed_cost": _FIXED_COSTS[number],
            "transport_per_pack": 0.0,
        }
        for number, name in enumerate(world.sites)
    ]


def _tiers(world: World) -> list[dict[str, Any]]:
    return [
        {
            "facility": name,
            "tier": tier,
            "upto_sqft": round(part * world.limit_sqft(number)),
            "price_per_sqft": price,
        }
        for number, name in enumerate(world.sites)
        for tier, (part, price) in enumerate(_PRICES[number], 1)
    ]


def _shelving(world: World) -> list[dict[str, Any]]:
    return [
        {
            "facility": name,
            "storage_type": kind,
            "shelves": float(world.shelves(number, kind)),
            "sqft_per_shelf": world.shelf(number, kind).sqft,
            "volume_cuft": world.shelf(number, kind).volume,
            "weight_lb": world.shelf(number, kind).weight,
            "positions": float(world.shelf(number, kind).positions),
        }
        for number, name in enumerate(world.sites)
        for kind in STORAGE_TYPES
        if world.need(kind)
    ]


def _lead_times(world: World) -> list[dict[str, Any]]:
    return [
        {
            "sku": product.sku,
            "facility": name,
            "lead_time_days": int(world.lead[row, column]),
            "days_on_hand": float(world.days[row, column]),
        }
        for row, product in enumerate(world.products)
        for column, name in enumerate(world.sites)
    ]


def _demand(world: World) -> list[dict[str, Any]]:
    return [
        {"month": month + 1, "sku": product.sku, "quantity": float(world.demand[month, column])}
        for month in range(world.size.months)
        for column, product in enumerate(world.products)
    ]


def document(size: str, seed: int) -> dict[str, Any]:
    """Keys and values of the ``case.yaml`` of an example; raises ValueError for an unknown size."""
    months = size_of(size).months
    return {
        "planner": "expansion",
        "name": f"{GROUP}, {size} example {seed}, {months} months from {START}",
        "start": START,
        "months": months,
        "days_per_month": DAYS_PER_MONTH,
        "files": {"workbook": WORKBOOK},
        "trucks": {"weight_lb": 44_000.0, "volume_cuft": 3_800.0},
        "holding_per_cuft_day": 0.003,
        "excess_truck_cost": 900.0,
        "discount_rate": 0.07,
        "rules": {"demand_unit": "packs"},
    }
