"""Lanes from centres, lanes between stores, and how much a centre sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.allocation.changes.common import InStores, listed, one_of
from provisor.allocation.words import counted
from provisor.scenario import Change, Name, Names, with_table
from provisor.tables.naming import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case


class Lane(InStores):
    """Lanes from centres to stores: closed, or with another cost, lead or capacity."""

    change: Literal["lane"] = "lane"
    centre: Names | None = Field(default=None, description="centres; all if not given")
    closed: bool = Field(default=False, description="whether nothing is sent on them")
    cost_factor: float = Field(default=1.0, ge=0, description="cost times this")
    more_lead: int = Field(default=0, ge=0, description="periods that they take longer")
    capacity: float | None = Field(default=None, ge=0, description="most pieces of a period on each")

    @model_validator(mode="after")
    def _something(self) -> Self:
        told = (self.cost_factor != 1, self.more_lead > 0, self.capacity is not None)
        if self.closed == any(told):
            raise ValueError("give closed, or some of cost_factor, more_lead and capacity")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, and no lane meant."""
        found = [*self.wrong_stores(case), *unknown(case, "centres", "centre", self.centre)]
        if not found and self._mine(case).is_empty():
            found.append("there is no such lane")
        yield from found

    def _which(self, case: Case) -> pl.Expr:
        mine = pl.col("store").is_in(self.stores(case)["store"].to_list())
        return mine if self.centre is None else mine & pl.col("centre").is_in(list(self.centre))

    def _mine(self, case: Case) -> pl.DataFrame:
        return case.table("lanes").filter(self._which(case))

    def applied(self, case: Case) -> Case:
        """The case with other lanes."""
        lanes, mine = case.table("lanes"), self._which(case)
        if self.closed:
            return with_table(case, "lanes", lanes.filter(~mine))
        new = {
            "cost": pl.col("cost") * self.cost_factor,
            "lead_periods": pl.col("lead_periods") + self.more_lead,
            "capacity": pl.col("capacity") if self.capacity is None else pl.lit(self.capacity),
        }
        columns = [pl.when(mine).then(to).otherwise(pl.col(name)).alias(name) for name, to in new.items()]
        return with_table(case, "lanes", lanes.with_columns(columns))

    def words(self, case: Case) -> str:
        """The lanes."""
        count = counted(self._mine(case).height, "lane")
        of = f"from {listed(self.centre) if self.centre else 'all centres'} to {self.stores_in_words(case)}"
        if self.closed:
            return f"Closed: {count} {of}"
        said = [f"cost x {self.cost_factor:g}"] if self.cost_factor != 1 else []
        said += [f"{counted(self.more_lead, 'period')} longer"] if self.more_lead else []
        said += [f"at most {self.capacity:g} pieces a period"] if self.capacity is not None else []
        return f"{count} {of}: {', '.join(said)}"


class TransferLane(Change):
    """A lane between two stores: closed, opened, or with another capacity."""

    change: Literal["transfer_lane"] = "transfer_lane"
    from_store: Name = Field(description="store that gives")
    to_store: Name = Field(description="store that takes")
    closed: bool = Field(default=False, description="whether nothing goes over it")
    cost: float | None = Field(
        default=None, ge=0, description="cost of a piece; needed for a lane that there is not"
    )
    capacity: float | None = Field(default=None, ge=0, description="most pieces of a period")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.closed == (self.cost is not None or self.capacity is not None):
            raise ValueError("give closed, or cost, capacity or both")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown stores, and a lane that there is not and whose cost is not told."""
        yield from unknown(case, "stores", "store", [self.from_store, self.to_store])
        if self.from_store == self.to_store:
            yield "a lane leads from one store to another"
        if case.table("transfer_lanes").filter(self._which()).is_empty() and self.cost is None:
            yield f"there is no lane from {self.from_store} to {self.to_store}; give its cost to open it"

    def _which(self) -> pl.Expr:
        return (pl.col("from_store") == self.from_store) & (pl.col("to_store") == self.to_store)

    def applied(self, case: Case) -> Case:
        """The case with the lane as told."""
        rows = case.table("transfer_lanes")
        old = rows.filter(self._which()).to_dicts()
        row = {
            "from_store": self.from_store,
            "to_store": self.to_store,
            **(old[0] if old else {"capacity": None}),
        }
        row |= {
            name: value
            for name, value in (("cost", self.cost), ("capacity", self.capacity))
            if value is not None
        }
        new = pl.DataFrame([] if self.closed else [row], schema=rows.schema)
        return with_table(case, "transfer_lanes", pl.concat([rows.filter(~self._which()), new]))

    def words(self, case: Case) -> str:
        """The lane."""
        said = ["closed"] if self.closed else []
        said += [f"{self.cost:g} {case.currency} a piece"] if self.cost is not None else []
        said += [f"at most {self.capacity:g} pieces a period"] if self.capacity is not None else []
        return f"Transfers from {self.from_store} to {self.to_store}: {', '.join(said)}"


class Throughput(Change):
    """How many pieces a centre sends in a period."""

    change: Literal["throughput"] = "throughput"
    centre: Names | None = Field(default=None, description="centres; all if not given")
    factor: float | None = Field(default=None, ge=0, description="times this")
    pieces: float | None = Field(default=None, ge=0, description="most pieces of a period")

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        one_of(self, "factor", "pieces")
        return self

    def _which(self) -> pl.Expr:
        return pl.lit(value=True) if self.centre is None else pl.col("centre").is_in(list(self.centre))

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown centres, and a factor of no limit."""
        yield from unknown(case, "centres", "centre", self.centre)
        if self.factor is not None:
            free = case.table("centres").filter(self._which() & pl.col("throughput").is_null())["centre"]
            yield from (f"{centre} has no limit to take a factor of; give pieces" for centre in free)

    def applied(self, case: Case) -> Case:
        """The case with other limits."""
        new = pl.col("throughput") * self.factor if self.factor is not None else pl.lit(self.pieces)
        rows = case.table("centres")
        limit = pl.when(self._which()).then(new).otherwise(pl.col("throughput"))
        return with_table(case, "centres", rows.with_columns(throughput=limit))

    def words(self, case: Case) -> str:
        """Limits before and after."""
        rows = zip(
            *(one.table("centres").filter(self._which()).select("centre", "throughput").iter_rows()
              for one in (case, self.applied(case))),
            strict=True,
        )  # fmt: skip
        said = [
            f"{centre} {after:,g} pieces a period instead of {'no limit' if before is None else format(before, ',g')}"
            for (centre, before), (_, after) in rows
        ]
        return f"Throughput: {'; '.join(said)}"
