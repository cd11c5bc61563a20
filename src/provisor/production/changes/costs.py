"""Prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.production.tables import COST_PARAMETERS
from provisor.scenario import Change, Names, with_table
from provisor.tables.document import nearest
from provisor.tables.naming import chosen, listed, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case

COLUMNS = {
    "regular_rate": ("calendar", "node", "regular_rate"),
    "overtime_rate": ("calendar", "node", "overtime_rate"),
    "premium_rate": ("calendar", "node", "premium_rate"),
    "leg_cost_per_unit": ("legs", "leg", "cost_per_unit"),
    "truck_cost_fixed": ("trucks", "truck", "cost_fixed"),
    "truck_cost_per_unit": ("trucks", "truck", "cost_per_unit"),
}
"""Prices that are columns of a table: table, column of its code, column of the price."""


class Cost(Change):
    """A price: one of the cost parameters, of labour, of legs or of trucks."""

    change: Literal["cost"] = "cost"
    parameter: str = Field(description="a name of the table costs, or " + ", ".join(COLUMNS))
    of: Names | None = Field(
        default=None, description="nodes, legs or trucks whose price it is; all if not given"
    )
    factor: float | None = Field(default=None, ge=0, description="times this")
    value: float | None = Field(default=None, ge=0, description="the new price")

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        if (self.factor is None) == (self.value is None):
            raise ValueError("give factor or value, one of the two")
        return self

    def _place(self) -> tuple[str, str, str]:
        return COLUMNS.get(self.parameter, ("costs", "cost", "value"))

    def _which(self) -> pl.Expr:
        _, code, _ = self._place()
        return chosen(code, self.of if self.parameter in COLUMNS else [self.parameter])

    def wrong(self, case: Case) -> Iterator[str]:
        """A price that there is not, and unknown names."""
        known = [*COST_PARAMETERS, *COLUMNS]
        table, code, _ = self._place()
        if self.parameter not in known:
            mend = nearest(self.parameter, known) or f"known: {', '.join(known)}"
            yield f"there is no price {self.parameter}; {mend}"
        elif self.parameter not in COLUMNS and self.of is not None:
            yield f"{self.parameter} is one price for all; leave of out"
        else:
            yield from unknown(case, table, code, self.of)

    def applied(self, case: Case) -> Case:
        """The case at the new price."""
        table, _, column = self._place()
        new = pl.col(column) * self.factor if self.factor is not None else pl.lit(self.value)
        priced = pl.when(self._which()).then(new).otherwise(pl.col(column))
        return with_table(case, table, case.table(table).with_columns(priced.alias(column)))

    def words(self, case: Case) -> str:
        """The price before and after."""
        before, after = (self._prices(one) for one in (case, self.applied(case)))
        what = f" of {listed(self.of, '')}" if self.of else ""
        return f"Price {self.parameter.replace('_', ' ')}{what}: {after} instead of {before}"

    def _prices(self, case: Case) -> str:
        table, _, column = self._place()
        found = sorted(set(case.table(table).filter(self._which())[column].drop_nulls()))
        if not found:
            return "none"
        return f"{found[0]:,g}" if found[0] == found[-1] else f"{found[0]:,g} to {found[-1]:,g}"
