"""What binds in an expansion plan, and what one more unit of it would be worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.expansion.capital import prices
from provisor.expansion.network import network_of
from provisor.explaining import Limit

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.plan import Plan

RULES = {"area": "area", "days-on-hand": "days-on-hand"}
"""Rule of a limit; storage where none is named."""

CAPACITY = {
    "volume": "volume_capacity_cuft",
    "weight": "weight_capacity_lbs",
    "positions": "positions_capacity",
}
"""Column of what shelves take by measure."""


def limits(case: Case, plan: Plan) -> list[Limit]:
    """Limits that decide what is built, with their worth: duals of the problem of what to build.

    Whole shelves are divisible there, and what else is whole is held as in the cheapest design. Room that is full on a
    day of the plan and does not ask for shelves is worth nothing.
    """
    table = plan.tables["prices"] if "prices" in plan.tables else prices(network_of(case))
    return [_limit(case, plan, row) for row in table.to_dicts() if row["price"] > 0]


def _limit(case: Case, plan: Plan, row: dict[str, Any]) -> Limit:
    where = {
        name: str(row[name]) for name in ("facility", "storage_type", "sku", "month") if row[name] is not None
    }
    if row["limit"] in CAPACITY:
        where["measure"] = row["limit"]
    words = row["words"]
    rule = RULES.get(row["limit"], "storage")
    amount = _amount(case, plan, row)
    return Limit(rule, where, amount, row["unit"], row["price"], words[:1].upper() + words[1:])


def _amount(case: Case, plan: Plan, row: dict[str, Any]) -> float:
    """The limit itself: room in the month that binds, shelves, area, or the longest days on hand."""
    if row["limit"] == "days-on-hand":
        return float(network_of(case).days_on_hand.max())
    here = pl.col("facility") == row["facility"]
    if row["limit"] == "area":
        return float(case.table("sites").filter(here)["limit_sqft"][0])
    if row["limit"] == "shelf":
        kind = here & (pl.col("storage_type") == row["storage_type"])
        there = float(case.table("shelving").filter(kind)["shelves"].sum())
        return there + float(plan.table("shelf_additions").filter(kind)["shelves_added"].sum())
    used = plan.table("utilisation").filter(
        here & (pl.col("storage_type") == row["storage_type"]) & (pl.col("month") == row["month"])
    )
    return float(used[CAPACITY[row["limit"]]][0])
