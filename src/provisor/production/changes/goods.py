"""Demand and stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.production.changes.common import OnDays
from provisor.production.data.context import units as units_said
from provisor.production.data.keys import Day
from provisor.production.tables import STATES
from provisor.scenario import Change, Name, Names, with_table
from provisor.tables.naming import chosen, listed, names, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case


class Demand(OnDays):
    """Demand of nodes and products on some days, times a factor or set to so many units a day."""

    change: Literal["demand"] = "demand"
    node: Names | None = Field(default=None, description="nodes; all if not given")
    product: Names | None = Field(default=None, description="products; all if not given")
    factor: float | None = Field(default=None, ge=0, description="times this")
    units: float | None = Field(default=None, ge=0, description="units of each node, product and day")

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        if (self.factor is None) == (self.units is None):
            raise ValueError("give factor or units, one of the two")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names and days, nodes that sell nothing, and a factor of no demand."""
        found = [
            *unknown(case, "nodes", "node", self.node),
            *unknown(case, "products", "product", self.product),
        ]
        found += self.wrong_days(case)
        sells = dict(case.table("nodes").select("node", "has_demand").iter_rows())
        found += [f"{node} sells nothing" for node in self.node or () if sells.get(node) is False]
        if not found and self.factor is not None and self._rows(case).is_empty():
            found.append("there is no demand to take a factor of")
        yield from found

    def _which(self, case: Case) -> pl.Expr:
        return (
            pl.col("date").is_in(self.on(case)) & chosen("node", self.node) & chosen("product", self.product)
        )

    def _rows(self, case: Case) -> pl.DataFrame:
        return case.table("demand").filter(self._which(case) & (pl.col("units") > 0))

    def applied(self, case: Case) -> Case:
        """Rows times the factor; or rows of all nodes, products and days meant, set to the units."""
        demand = case.table("demand")
        if self.factor is not None:
            scaled = pl.when(self._which(case)).then(pl.col("units") * self.factor).otherwise(pl.col("units"))
            return with_table(case, "demand", demand.with_columns(units=scaled))
        sellers = case.table("nodes").filter(pl.col("has_demand") & chosen("node", self.node)).select("node")
        wanted = sellers.join(
            case.table("products").filter(chosen("product", self.product)).select("product"), how="cross"
        )
        rows = wanted.join(pl.DataFrame({"date": self.on(case)}), how="cross").with_columns(
            units=pl.lit(self.units)
        )
        rest = demand.filter(~self._which(case))
        return with_table(
            case,
            "demand",
            pl.concat([rest, rows.select(rest.columns).cast(rest.schema)]).sort("node", "product", "date"),
        )

    def words(self, case: Case) -> str:
        """What demand is before and after."""
        before = float(case.table("demand").filter(self._which(case))["units"].sum())
        after = float(self.applied(case).table("demand").filter(self._which(case))["units"].sum())
        what = f"{listed(self.product, 'all products')} at {listed(self.node, 'all nodes')}"
        return f"Demand for {what} {self.days_in_words(case)}: {units_said(after)} instead of {units_said(before)}"


class StockAdjusted(Change):
    """Opening stock of a node and product, times a factor or set to so many units; or a batch that was not known."""

    change: Literal["stock_adjusted"] = "stock_adjusted"
    node: Names | None = Field(default=None, description="nodes; all if not given")
    product: Names | None = Field(default=None, description="products; all if not given")
    state: Literal["ambient", "frozen", "thawed"] | None = Field(
        default=None, description="state; all if not given"
    )
    batch: Name | None = Field(default=None, description="batch; all if not given")
    factor: float | None = Field(default=None, ge=0, description="times this")
    units: float | None = Field(default=None, ge=0, description="units of all batches meant together")
    expires: Day | None = Field(default=None, description="last day alive of a batch that is to be added")

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        if (self.factor is None) == (self.units is None):
            raise ValueError("give factor or units, one of the two")
        if self.expires and not (
            self.units and self.batch and self.state and _one(self.node) and _one(self.product)
        ):
            raise ValueError(
                "a batch that is added has one node, one product, state, batch, expires and units"
            )
        return self

    def _which(self) -> pl.Expr:
        one = [
            chosen(name, None if value is None else [value])
            for name, value in (("state", self.state), ("batch", self.batch))
        ]
        return chosen("node", self.node) & chosen("product", self.product) & one[0] & one[1]

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, no stock to change, a batch that is there already, a state that the node does not keep."""
        found = [
            *unknown(case, "nodes", "node", self.node),
            *unknown(case, "products", "product", self.product),
        ]
        there = case.table("stock").filter(self._which())
        if self.expires and not found:
            found += self._wrong_batch(case)
        elif not found and there["units"].sum() <= 0:
            found.append("there is no such stock; a batch that is to be added needs expires")
        yield from found

    def _wrong_batch(self, case: Case) -> Iterator[str]:
        node = (self.node or ("",))[0]
        if self.batch in names(case, "stock", "batch") or self.batch in names(case, "transit", "batch"):
            yield f"there is a batch {self.batch} already"
        keeps = case.table("nodes").filter(pl.col("node") == node)["storage"][0]
        kept = {"ambient": ("ambient", "thawed"), "frozen": ("frozen",), "both": STATES, "none": ()}[keeps]
        if self.state not in kept:
            yield f"{node} keeps no {self.state} goods"

    def applied(self, case: Case) -> Case:
        """Batches scaled, or one more."""
        stock = case.table("stock")
        if self.expires:
            row = {"node": self.node, "product": self.product, "state": [self.state], "batch": [self.batch]}
            more = pl.DataFrame({**row, "expires": [self.expires], "units": [self.units]})
            return with_table(
                case, "stock", pl.concat([stock, more.select(stock.columns).cast(stock.schema)])
            )
        total = float(stock.filter(self._which())["units"].sum())
        factor = self.factor if self.factor is not None else (self.units or 0.0) / total
        scaled = pl.when(self._which()).then(pl.col("units") * factor).otherwise(pl.col("units"))
        return with_table(case, "stock", stock.with_columns(units=scaled))

    def words(self, case: Case) -> str:
        """What stock is before and after."""
        before, after = (
            float(one.table("stock").filter(self._which())["units"].sum())
            for one in (case, self.applied(case))
        )
        what = f"{listed(self.product, 'all products')} at {listed(self.node, 'all nodes')}"
        return f"Opening stock of {what}: {units_said(after)} instead of {units_said(before)}"


def _one(given: tuple[str, ...] | None) -> bool:
    return given is not None and len(given) == 1
