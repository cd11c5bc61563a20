"""What ready scenarios leave to the case: its busiest line, its hub, its Wednesday truck and so on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from provisor.case import BadRequest
from provisor.production.changes.common import horizon, settings_of
from provisor.production.changes.trucks import leaves
from provisor.scenario import Choice

if TYPE_CHECKING:
    from datetime import date

    from provisor.case import Case

WEDNESDAY = 3


def busiest_line(case: Case) -> str:
    """The node that makes with most fixed hours in the horizon."""
    shifts = case.table("calendar").filter(pl.col("date").is_in(horizon(case)) & pl.col("is_fixed_day"))
    hours = (
        shifts.group_by("node")
        .agg(pl.col("fixed_hours").sum())
        .sort("fixed_hours", "node", descending=[True, False])
    )
    if hours.is_empty():
        raise BadRequest("no node has fixed hours in the horizon")
    return str(hours["node"][0])


def working_day(case: Case) -> date:
    """The first day of the second week on which that line has fixed hours; of the horizon where it is shorter."""
    node, planned = busiest_line(case), horizon(case)
    shifts = case.table("calendar").filter(
        (pl.col("node") == node) & pl.col("is_fixed_day") & pl.col("date").is_in(planned)
    )
    days: list[date] = sorted(shifts["date"].to_list())
    return next((day for day in days if day >= second_week(case)), days[0])


def second_week(case: Case) -> date:
    """The eighth day of the horizon; the first where it has no more than a week."""
    start = settings_of(case).start
    return start + timedelta(days=7) if settings_of(case).days > 7 else start


def wednesday_truck(case: Case) -> str:
    """The first truck that leaves on Wednesdays of the horizon."""
    wednesdays = [day for day in horizon(case) if day.isoweekday() == WEDNESDAY]
    for row in case.table("trucks").to_dicts():
        if leaves(row, wednesdays):
            return str(row["truck"])
    raise BadRequest("no truck leaves on a Wednesday of the horizon")


def busiest_truck(case: Case) -> str:
    """The truck with most places in all its departures of the horizon."""
    rows = case.table("trucks").to_dicts()
    if not rows:
        raise BadRequest("the case has no trucks")
    return str(max(rows, key=lambda row: len(leaves(row, horizon(case))) * row["pallets"])["truck"])


def hub(case: Case) -> str:
    """The node that supplies most others and makes nothing."""
    makers = case.table("nodes").filter("can_make")["node"].to_list()
    legs = case.table("legs").filter(~pl.col("origin").is_in(makers))
    goals = (
        legs.group_by("origin")
        .agg(goals=pl.col("destination").n_unique())
        .sort("goals", "origin", descending=[True, False])
    )
    if goals.is_empty():
        raise BadRequest("no node passes goods on to others")
    return str(goals["origin"][0])


def half_freezer(case: Case) -> float:
    """Half the capacity of the frozen store, or half of what it holds at the start where it has no limit."""
    stores = case.table("nodes").filter(pl.col("storage").is_in(["frozen", "both"]))
    if stores.is_empty():
        raise BadRequest("no node keeps frozen goods")
    limits = stores["capacity_units"].drop_nulls()
    if len(limits):
        return 0.5 * float(limits.to_list()[0])
    stock = case.table("stock").filter(
        pl.col("node").is_in(stores["node"].to_list()) & (pl.col("state") == "frozen")
    )
    units = float(stock.group_by("node").agg(pl.col("units").sum())["units"].max() or 0.0)  # type: ignore[arg-type]
    if units <= 0:
        raise BadRequest("the frozen store has no limit and holds nothing, so there is no half of it")
    return 0.5 * units


def shorter_life(case: Case) -> int:
    """12 parts of 17 of the shortest ambient life, in whole days."""
    lives: list[int] = case.table("products")["shelf_life_ambient_days"].to_list()
    days = min(lives) * 12 // 17
    if days < 1:
        raise BadRequest("goods live a day only; they cannot live shorter")
    return days


CHOICES = (
    Choice("busiest_line", "the node that makes with most fixed hours", busiest_line),
    Choice(
        "working_day", "its first working day of the second week; of a shorter horizon the first", working_day
    ),
    Choice("second_week", "the eighth day of the horizon; of a shorter one the first", second_week),
    Choice("wednesday_truck", "the first truck that leaves on Wednesdays", wednesday_truck),
    Choice("busiest_truck", "the truck with most places in all its departures", busiest_truck),
    Choice("hub", "the node that supplies most others and makes nothing", hub),
    Choice("shorter_life", "12 parts of 17 of the shortest ambient life, in whole days", shorter_life),
    Choice(
        "half_freezer",
        "half the frozen store's capacity; without a limit half of what it holds",
        half_freezer,
    ),
)
"""Names that a case answers for itself."""
