"""Capacity of stores, stores that close, and displays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.allocation.changes.common import InPeriods, InStores, horizon, scaled
from provisor.allocation.changes.neighbours import diverted, neighbours
from provisor.allocation.words import counted
from provisor.scenario import Name, with_table
from provisor.tables.naming import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case

NEAR_KM = 30.0
"""Distance up to which a store is a neighbour where none is told."""


class _Diverting(InStores, InPeriods):
    diverted_share: float = Field(
        default=0.0, ge=0, le=1, description="share of their demand that turns to neighbours"
    )
    within_km: float = Field(
        default=NEAR_KM, gt=0, description="how near a neighbour is; else the stores of the cluster"
    )

    def _without(self, case: Case) -> Case:
        if self.diverted_share == 0:
            return case
        stores = self.stores(case)["store"].to_list()
        return diverted(case, stores, self.diverted_share, self.within_km, self.on(case))

    def _diversion_in_words(self, case: Case) -> str:
        if self.diverted_share == 0:
            return ""
        near = neighbours(case, self.stores(case)["store"].to_list(), self.within_km)["other"].n_unique()
        share = f"{100 * self.diverted_share:g} %"
        return f"; {share} of the demand turns to {counted(near, 'store')} nearby"

    def _some(self, case: Case) -> Iterator[str]:
        found = [*self.wrong_stores(case), *self.wrong_periods(case)]
        if not found and self.stores(case).height == case.table("stores").height and self.diverted_share:
            found.append("all stores are meant, so there is no neighbour for their demand")
        yield from found


class StoreCapacity(_Diverting):
    """Slots and space of stores times a factor; demand may turn to neighbours."""

    change: Literal["store_capacity"] = "store_capacity"
    factor: float | None = Field(default=None, ge=0, description="slots and space times this")
    slots_factor: float | None = Field(default=None, ge=0, description="slots times this, instead of factor")
    pieces_factor: float | None = Field(default=None, ge=0, description="space times this, instead of factor")
    max_pieces_factor: float | None = Field(
        default=None, ge=0, description="most pieces of each style there times this, rounded down"
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        single = (self.slots_factor, self.pieces_factor, self.max_pieces_factor)
        if self.factor is None and all(value is None for value in single):
            raise ValueError("give factor, slots_factor, pieces_factor or max_pieces_factor")
        if self.factor is not None and (self.slots_factor is not None or self.pieces_factor is not None):
            raise ValueError("give factor, or slots_factor and pieces_factor, not both")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown stores and periods."""
        yield from self._some(case)

    @property
    def _factors(self) -> tuple[float, float]:
        """On slots and space."""
        both = 1.0 if self.factor is None else self.factor
        slots = both if self.slots_factor is None else self.slots_factor
        return slots, both if self.pieces_factor is None else self.pieces_factor

    def applied(self, case: Case) -> Case:
        """The case with other factors in its table ``capacity``."""
        changed = with_factors(self._without(case), self.stores(case), self.on(case), self._factors)
        if self.max_pieces_factor is None:
            return changed
        pairs = changed.table("pairs")
        more = scaled(pl.col("max_pieces"), self.max_pieces_factor)
        own = pl.col("store").is_in(self.stores(case)["store"].to_list())
        most = pl.when(own).then(more).otherwise(pl.col("max_pieces"))
        return with_table(changed, "pairs", pairs.with_columns(max_pieces=most))

    def words(self, case: Case) -> str:
        """The factors."""
        slots, pieces = self._factors
        said = f"x {slots:g}" if slots == pieces else f"slots x {slots:g}, space x {pieces:g}"
        if self.max_pieces_factor is not None:
            said += f", most pieces of a style x {self.max_pieces_factor:g}"
        where = f"{self.stores_in_words(case)}{self.periods_in_words(case)}"
        return f"Capacity of {where}: {said}{self._diversion_in_words(case)}"


class StoreClosed(_Diverting):
    """Stores in which nothing hangs; their stock goes back or to other stores, their demand may turn to neighbours."""

    change: Literal["store_closed"] = "store_closed"

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown stores and periods, all stores, and stock that may not go back."""
        yield from self._some(case)
        if self.stores(case).height == case.table("stores").height:
            yield "all stores would be closed"

    def applied(self, case: Case) -> Case:
        """The case without slots and space there."""
        return with_factors(self._without(case), self.stores(case), self.on(case), (0.0, 0.0))

    def words(self, case: Case) -> str:
        """The stores and what they had."""
        own = case.table("pairs").join(self.stores(case), on="store", how="semi")
        where = f"{self.stores_in_words(case)}{self.periods_in_words(case)}"
        said = f"demand of {own['demand'].sum():,.0f} and {counted(float(own['opening'].sum()), 'piece')} of stock"
        return f"Closed: {where}, with a {said}{self._diversion_in_words(case)}"


def with_factors(case: Case, stores: pl.DataFrame, periods: list[int], factors: tuple[float, float]) -> Case:
    """The case with the capacity of some stores in some periods times factors on slots and space."""
    there = case.table("capacity")
    key = ["store", "period"]
    rows = stores.select("store").join(
        pl.DataFrame({"period": pl.Series(periods, dtype=pl.Int64)}), how="cross"
    )
    both = there.join(rows.with_columns(more=pl.lit(value=True)), on=key, how="full", coalesce=True)
    more = pl.col("more").fill_null(value=False)
    columns = [
        (pl.col(name).fill_null(1.0) * pl.when(more).then(factor).otherwise(1.0)).alias(name)
        for name, factor in zip(("slots_factor", "pieces_factor"), factors, strict=True)
    ]
    return with_table(case, "capacity", both.with_columns(columns).sort(key))


class Display(InStores, InPeriods):
    """Slots more in a display cell of stores, for styles of some role only."""

    change: Literal["display"] = "display"
    role: Name = Field(description="role of the styles that may hang there")
    cell: Name = Field(description="display cell that has the slots more")
    slots: int = Field(ge=1, description="slots more in each store")
    space: float = Field(default=0.0, ge=0, description="space for pieces more, as a share of the store's")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, and stores that have such a display already."""
        yield from self.wrong_stores(case)
        yield from self.wrong_periods(case)
        yield from unknown(case, "products", "role", [self.role])
        yield from unknown(case, "slots", "cell", [self.cell])
        there = case.table("displays").join(self._rows(case), on=["store", "cell", "period"], how="semi")
        other = there.filter(pl.col("role") != self.role)
        yield from (
            f"{store} has a display of {role} in cell {cell} already"
            for store, cell, role in other.select("store", "cell", "role")
            .unique(maintain_order=True)
            .iter_rows()
        )

    def _rows(self, case: Case) -> pl.DataFrame:
        has = case.table("slots").filter(pl.col("cell") == self.cell)
        stores = self.stores(case).join(has, on="store", how="semi")
        periods = pl.DataFrame({"period": pl.Series(self.on(case), dtype=pl.Int64)})
        return stores.select("store", cell=pl.lit(self.cell)).join(periods, how="cross")

    def applied(self, case: Case) -> Case:
        """The case with rows in its table ``displays``."""
        rows = self._rows(case).with_columns(role=pl.lit(self.role), slots=pl.lit(self.slots))
        there = case.table("displays")
        key = ["store", "cell", "period", "role"]
        both = pl.concat([there, rows.select(there.columns).cast(there.schema)])
        summed = both.group_by(key).agg(pl.col("slots").sum()).sort(key)
        changed = with_table(case, "displays", summed)
        if self.space == 0:
            return changed
        return with_factors(changed, self.stores(case), self.on(case), (1.0, 1.0 + self.space))

    def words(self, case: Case) -> str:
        """The slots."""
        stores = self._rows(case)["store"].n_unique()
        said = f"{counted(self.slots, 'slot')} more in cell {self.cell} for {self.role} only"
        room = f", and {100 * self.space:g} % more space" if self.space else ""
        periods = "" if self.on(case) == horizon(case) else self.periods_in_words(case)
        return f"A display in {counted(stores, 'store')}{periods}: {said}{room}"
