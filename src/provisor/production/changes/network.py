"""Nodes and legs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.production.data.context import units as units_said
from provisor.scenario import Change, Name, Names, with_table
from provisor.tables.naming import chosen, listed, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case


class NodeClosed(Change):
    """A node at which nothing is made, comes in, goes out or is sold; its stock is out of reach.

    Its demand stays and is short, unless another node takes it over.
    """

    change: Literal["node_closed"] = "node_closed"
    node: Name = Field(description="node")
    demand_to: Name | None = Field(default=None, description="node that sells what this one would have sold")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown nodes, a node that takes over and sells nothing, and the only one that makes."""
        given = [self.node, *([self.demand_to] if self.demand_to else [])]
        found = list(unknown(case, "nodes", "node", given))
        nodes = case.table("nodes")
        if (
            not found
            and self.demand_to
            and not nodes.filter(pl.col("node") == self.demand_to)["has_demand"][0]
        ):
            found.append(f"{self.demand_to} sells nothing")
        if self.demand_to == self.node:
            found.append("a closed node cannot take over its own demand")
        if nodes.filter("can_make")["node"].to_list() == [self.node]:
            found.append(f"{self.node} is the only node that makes anything; use line_down for some days")
        yield from found

    def applied(self, case: Case) -> Case:
        """The case without the node's legs, stops, shifts and stock."""
        legs = case.table("legs").filter(
            (pl.col("origin") != self.node) & (pl.col("destination") != self.node)
        )
        nodes = case.table("nodes").with_columns(can_make=pl.col("can_make") & (pl.col("node") != self.node))
        changed = with_table(with_table(case, "legs", legs), "nodes", nodes)
        changed = with_table(changed, "trucks", _without_stop(case.table("trucks"), self.node))
        for table in ("calendar", "stock", "transit"):
            changed = with_table(changed, table, changed.table(table).filter(pl.col("node") != self.node))
        return changed if self.demand_to is None else _moved_demand(changed, self.node, self.demand_to)

    def words(self, case: Case) -> str:
        """Its demand and stock."""
        own = pl.col("node") == self.node
        stock = sum(float(case.table(name).filter(own)["units"].sum()) for name in ("stock", "transit"))
        demand = float(case.table("demand").filter(own)["units"].sum())
        to = f"goes to {self.demand_to}" if self.demand_to else "is short"
        lost = f"{units_said(stock)} in stock there or on the way there are out of reach"
        return f"{self.node} is closed: demand of {units_said(demand)} there {to}; {lost}"


def _without_stop(trucks: pl.DataFrame, node: str) -> pl.DataFrame:
    """Trucks without a stop; those that leave from it, or have no other stop, are gone."""
    stops = pl.col("stops").list.eval(pl.element().filter(pl.element() != node))
    kept = trucks.with_columns(stops=stops).filter(
        (pl.col("origin") != node) & (pl.col("stops").list.len() > 0)
    )
    if "alternatives" not in kept.columns:
        return kept
    return kept.with_columns(
        alternatives=pl.col("alternatives").list.eval(pl.element().filter(pl.element() != node))
    )


def _moved_demand(case: Case, origin: str, goal: str) -> Case:
    demand = case.table("demand").with_columns(
        node=pl.when(pl.col("node") == origin).then(pl.lit(goal)).otherwise(pl.col("node"))
    )
    return with_table(
        case,
        "demand",
        demand.group_by("node", "product", "date").agg(pl.col("units").sum()).sort("node", "product", "date"),
    )


class LegClosed(Change):
    """Legs over which nothing moves."""

    change: Literal["leg_closed"] = "leg_closed"
    leg: Names = Field(description="legs")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown legs."""
        yield from unknown(case, "legs", "leg", self.leg)

    def applied(self, case: Case) -> Case:
        """The case without the legs."""
        return with_table(case, "legs", case.table("legs").filter(~chosen("leg", self.leg)))

    def words(self, case: Case) -> str:
        """The legs."""
        rows = (
            case.table("legs")
            .filter(chosen("leg", self.leg))
            .select("leg", "origin", "destination")
            .iter_rows()
        )
        return f"Closed: {', '.join(f'leg {leg} from {origin} to {goal}' for leg, origin, goal in rows)}"


class LegCapacity(Change):
    """Units that may leave on legs in a day."""

    change: Literal["leg_capacity"] = "leg_capacity"
    leg: Names = Field(description="legs")
    units: float = Field(ge=0, description="most units leaving on a day")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown legs."""
        yield from unknown(case, "legs", "leg", self.leg)

    def applied(self, case: Case) -> Case:
        """Legs with the capacity."""
        capacity = (
            pl.when(chosen("leg", self.leg)).then(pl.lit(self.units)).otherwise(pl.col("capacity_units"))
        )
        return with_table(case, "legs", case.table("legs").with_columns(capacity_units=capacity))

    def words(self, case: Case) -> str:
        """The capacities before and after."""
        before = case.table("legs").filter(chosen("leg", self.leg))["capacity_units"].to_list()
        was = ", ".join(dict.fromkeys("no limit" if units is None else units_said(units) for units in before))
        return f"Leg {listed(self.leg, '')}: {units_said(self.units)} a day instead of {was}"


class TransitDelay(Change):
    """Legs that take longer, and goods on the road at the start that arrive later."""

    change: Literal["transit_delay"] = "transit_delay"
    leg: Names | None = Field(default=None, description="legs that take longer")
    node: Names | None = Field(
        default=None, description="nodes at which goods on the road at the start arrive later"
    )
    days: float = Field(gt=0, description="days more; whole days for goods on the road")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.leg is None and self.node is None:
            raise ValueError("give leg, node or both")
        if self.node is not None and not float(self.days).is_integer():
            raise ValueError("goods on the road arrive whole days later")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, and nodes to which nothing is on the road."""
        yield from unknown(case, "legs", "leg", self.leg)
        found = list(unknown(case, "nodes", "node", self.node))
        yield from found
        coming = set(case.table("transit")["node"])
        yield from (
            f"nothing is on the road to {node}"
            for node in self.node or ()
            if not found and node not in coming
        )

    def applied(self, case: Case) -> Case:
        """Later arrivals."""
        if self.leg is not None:
            slower = pl.when(chosen("leg", self.leg)).then(self.days).otherwise(0.0)
            case = with_table(
                case, "legs", case.table("legs").with_columns(transit_days=pl.col("transit_days") + slower)
            )
        if self.node is not None:
            late = pl.duration(
                days=pl.when(chosen("node", self.node)).then(math.floor(self.days)).otherwise(0)
            )
            case = with_table(
                case, "transit", case.table("transit").with_columns(arrival=pl.col("arrival") + late)
            )
        return case

    def words(self, case: Case) -> str:
        """Legs and units that are late."""
        legs = [f"leg {listed(self.leg, '')} takes {self.days:g} days longer"] if self.leg else []
        if self.node:
            late = float(case.table("transit").filter(chosen("node", self.node))["units"].sum())
            legs.append(
                f"{units_said(late)} on the road to {listed(self.node, '')} arrive {self.days:g} days later"
            )
        said = "; ".join(legs)
        return said[:1].upper() + said[1:]


class ColdStoreCapacity(Change):
    """How much may be kept at nodes at day end; at all frozen stores where none are named."""

    change: Literal["cold_store_capacity"] = "cold_store_capacity"
    node: Names | None = Field(default=None, description="nodes; all that keep frozen goods if not given")
    units: float | None = Field(default=None, ge=0, description="most units at day end, of each node")
    factor: float | None = Field(default=None, ge=0, description="times the capacity there is")

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        if (self.factor is None) == (self.units is None):
            raise ValueError("give factor or units, one of the two")
        return self

    def _which(self) -> pl.Expr:
        return pl.col("storage").is_in(["frozen", "both"]) if self.node is None else chosen("node", self.node)

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown nodes, none at all, and a factor of no limit."""
        found = list(unknown(case, "nodes", "node", self.node))
        rows = case.table("nodes").filter(self._which())
        if not found and rows.is_empty():
            found.append("no node keeps frozen goods")
        if self.factor is not None:
            without = rows.filter(pl.col("capacity_units").is_null())["node"].to_list()
            found += [f"{node} has no capacity to take a factor of; give units" for node in without]
        yield from found

    def applied(self, case: Case) -> Case:
        """Nodes with the capacity."""
        new = pl.col("capacity_units") * self.factor if self.factor is not None else pl.lit(self.units)
        capacity = pl.when(self._which()).then(new).otherwise(pl.col("capacity_units"))
        return with_table(case, "nodes", case.table("nodes").with_columns(capacity_units=capacity))

    def words(self, case: Case) -> str:
        """The capacities before and after."""
        pairs = zip(
            *(
                one.table("nodes").filter(self._which()).select("node", "capacity_units").iter_rows()
                for one in (case, self.applied(case))
            ),
            strict=True,
        )
        said = [
            f"{node} {units_said(after)} instead of {'no limit' if before is None else units_said(before)}"
            for (node, before), (_, after) in pairs
        ]
        return f"Capacity at day end: {'; '.join(said)}"
