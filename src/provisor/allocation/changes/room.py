"""Slots and space of single stores, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.allocation.words import counted
from provisor.scenario import Change, Name, with_table
from provisor.tables.naming import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case


class Room(Change):
    """Slots of a display cell of a store, or its space for pieces: so much more, before any factor."""

    change: Literal["room"] = "room"
    store: Name = Field(description="store")
    cell: Name | None = Field(default=None, description="display cell that has more slots")
    slots: int | None = Field(default=None, description="slots more in the cell (fewer if below 0)")
    space: float | None = Field(default=None, description="space for pieces more (less if below 0)")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if (self.cell is None) != (self.slots is None):
            raise ValueError("slots go with their cell")
        if self.slots is None and self.space is None:
            raise ValueError("give slots with their cell, space, or both")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, less room than none, and space where it has no limit."""
        found = list(unknown(case, "stores", "store", [self.store]))
        if self.cell is not None:
            found += unknown(case, "products", "cell", [self.cell])
        if not found:
            if self.cell is not None and self._slots(case) + (self.slots or 0) < 0:
                found.append(f"{self.store} has {counted(self._slots(case), 'slot')} in cell {self.cell}")
            space = self._space(case)
            if self.space is not None and (space is None or space + self.space < 0):
                found.append(f"space of {self.store}: {'no limit' if space is None else format(space, 'g')}")
        yield from found

    def _slots(self, case: Case) -> int:
        return int(case.table("slots").filter(self._cell())["slots"].sum())

    def _space(self, case: Case) -> float | None:
        found: float | None = case.table("stores").filter(pl.col("store") == self.store)["pieces"][0]
        return found

    def _cell(self) -> pl.Expr:
        return (pl.col("store") == self.store) & (pl.col("cell") == self.cell)

    def applied(self, case: Case) -> Case:
        """The case with more room."""
        if self.slots is not None:
            rows = case.table("slots")
            row = {"store": self.store, "cell": self.cell, "slots": self._slots(case) + self.slots}
            new = pl.DataFrame([row], schema=rows.schema)
            case = with_table(
                case, "slots", pl.concat([rows.filter(~self._cell()), new]).sort("store", "cell")
            )
        if self.space is not None:
            rows = case.table("stores")
            more = pl.when(pl.col("store") == self.store).then(self.space).otherwise(0.0)
            case = with_table(case, "stores", rows.with_columns(pieces=pl.col("pieces") + more))
        return case

    def words(self, case: Case) -> str:
        """Room before and after."""
        said = []
        if self.slots is not None:
            before = self._slots(case)
            said.append(f"{counted(before + self.slots, 'slot')} in cell {self.cell} instead of {before:,}")
        if self.space is not None:
            space = self._space(case) or 0.0
            said.append(f"space for {space + self.space:,g} instead of {space:,g}")
        return f"Room in {self.store}: {' and '.join(said)}"
