"""The tables and keys of an example case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisor.allocation import tables as own
from provisor.allocation.example import flows, tables
from provisor.allocation.example.catalogue import CORE_SUBCATEGORIES
from provisor.allocation.example.sizes import PERIODS, Size, size_of
from provisor.allocation.example.world import CHAIN, World, build

if TYPE_CHECKING:
    import polars as pl

FILES = {
    "workbook": "chain.xlsx",
    "pairs": "pairs.parquet",
    "demand": "demand.parquet",
}
"""Files of an example by key of ``files``; what is no key of a case is in the workbook."""


def make(size: str, seed: int) -> dict[str, pl.DataFrame]:
    """The tables of a case, typed and sorted by key; forecast and receipts go on after the first half-month.

    Args:
        size: One of :data:`~provisor.allocation.example.sizes.SIZES`.
        seed: Seed of all that is random, 0 or more; the same seed gives the same tables.

    Raises:
        ValueError: There is no such size, or the seed is negative.
    """
    return tables_of(build(size, seed))


def tables_of(world: World) -> dict[str, pl.DataFrame]:
    """The tables of the case of a laid-out world; prices of shortfalls are left to the reader."""
    return {
        "stores": tables.stores(world),
        "slots": tables.slots(world),
        "capacity": own.CAPACITY.empty(),
        "displays": own.DISPLAYS.empty(),
        "products": tables.products(world),
        "centres": tables.centres(world),
        "lanes": tables.lanes(world),
        "transfer_lanes": tables.transfer_lanes(world),
        "pairs": flows.pairs(world),
        "demand": flows.demand(world),
        "stock": flows.stock(world),
        "receipts": flows.receipts(world),
        "roles": tables.roles(),
        "substitution": flows.substitution(world),
        "manual_plan": flows.manual_plan(world),
        "launches": flows.launches(world),
        "budget": flows.budget(world),
        "costs": own.COSTS.frame(
            [
                {"cost": cost, "value": default}
                for cost, (_, _, default) in sorted(own.COST_PARAMETERS.items())
                if default is not None
            ]
        ),
    }


def files_of(size: Size) -> dict[str, str]:
    """Files of an example by key of ``files``: the workbook alone, or with files for what is long."""
    alone = {"pairs", "demand"} if size.forecast > 1 else {"pairs"}
    return {key: name for key, name in FILES.items() if key == "workbook" or (size.long and key in alone)}


def document(size: str, seed: int) -> dict[str, Any]:
    """Keys and values of the ``case.yaml`` of an example; raises ValueError for an unknown size."""
    chosen = size_of(size)
    kinds = [f"{word} casual pants" for word in CORE_SUBCATEGORIES]
    return {
        "planner": "allocation",
        "name": f"{CHAIN}, {size} example {seed}, half-month {PERIODS[0]}",
        "start": PERIODS[0],
        "periods": 1,
        "currency": "RMB",
        "files": files_of(chosen),
        "rules": {"core_subcategories": kinds[: 1 if size == "tiny" else 3]},
    }
