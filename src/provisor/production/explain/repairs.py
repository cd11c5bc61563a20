"""What would have to give, as changes of the case."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from provisor.production.changes.common import settings_of
from provisor.production.changes.goods import Demand
from provisor.production.changes.network import ColdStoreCapacity, LegCapacity
from provisor.production.changes.pins import Unpin
from provisor.production.changes.switches import ProductionRules
from provisor.production.changes.trucks import TruckPlaces
from provisor.production.changes.work import Hours
from provisor.production.network import network_of
from provisor.repairing import repaired, up, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from provisor.case import Case
    from provisor.plan import Relaxation
    from provisor.scenario import Change


def repairs(case: Case, relaxations: Sequence[Relaxation]) -> list[Change]:
    """Changes that give each rule the room that the relaxations ask for."""
    return repaired(case, relaxations, _REPAIRS)


def _demand(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Less demand, where it cannot be served and must not be short."""
    for relaxation in found:
        node, product, day = (
            relaxation.where["node"],
            relaxation.where["product"],
            date.fromisoformat(relaxation.where["date"]),
        )
        rows = case.table("demand").filter(
            (pl.col("node") == node) & (pl.col("product") == product) & (pl.col("date") == day)
        )
        units = max(0.0, float(rows["units"].sum()) - up(relaxation.amount))
        yield Demand(node=(node,), product=(product,), dates=(day,), units=round(units, 6))


def _storage(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Room at nodes; one limit holds for all days."""
    capacity = dict(case.table("nodes").select("node", "capacity_units").iter_rows())
    for relaxation in found:
        node = relaxation.where["node"]
        yield ColdStoreCapacity(node=(node,), units=capacity[node] + up(relaxation.amount))


def _legs(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Room on legs; one limit holds for all days."""
    capacity = dict(case.table("legs").select("leg", "capacity_units").iter_rows())
    for relaxation in found:
        leg = relaxation.where["leg"]
        yield LegCapacity(leg=(leg,), units=capacity[leg] + up(relaxation.amount))


def _trucks(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Places on trucks; as many on all days."""
    places = dict(case.table("trucks").select("truck", "pallets").iter_rows())
    for relaxation in found:
        truck = relaxation.where["truck"]
        yield TruckPlaces(truck=(truck,), pallets=places[truck] + whole(relaxation.amount))


def _hours(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Overtime on fixed days, and longer days where the day or the node has a limit of its own."""
    network = network_of(case)
    longest: dict[str, float] = defaultdict(float)
    for relaxation in found:
        node, day = relaxation.where["node"], date.fromisoformat(relaxation.where["date"])
        shift = network.shifts[node, (day - network.start).days]
        limit = shift.limit + up(relaxation.amount)
        if shift.fixed and shift.fixed_hours + shift.overtime_hours < limit:
            yield Hours(node=(node,), dates=(day,), overtime_hours=round(limit - shift.fixed_hours, 6))
        most = network.nodes[node].max_hours
        if most is not None and most < limit:
            longest[node] = max(longest[node], limit)
    for node, limit in longest.items():
        yield Hours(node=(node,), max_hours=limit)


def _loading(case: Case, found: Sequence[Relaxation]) -> Iterator[Change]:
    """Pinned trucks for which goods are not there in time are free again; without pins the rule itself gives way."""
    trucks = case.table("trucks")
    freed: list[Change] = []
    for node, day in dict.fromkeys((r.where["node"], r.where["date"]) for r in found):
        own = trucks.filter(pl.col("origin") == node)["truck"].to_list()
        pinned = {pin.truck for pin in settings_of(case).pins if pin.truck in own and str(pin.day) == day}
        if pinned:
            freed.append(
                Unpin(
                    decision="departure",
                    truck=tuple(sorted(map(str, pinned))),
                    dates=(date.fromisoformat(day),),
                )
            )
    yield from freed or [ProductionRules(switches={"loading": "same_day"})]


_REPAIRS: dict[str, Callable[[Case, Sequence[Relaxation]], Iterator[Change]]] = {
    "demand": _demand,
    "storage-capacity": _storage,
    "leg-capacity": _legs,
    "loading": _loading,
    "truck-pallets": _trucks,
    "hours": _hours,
}
"""How each rule of the relaxations gives way."""
