"""Cost parameters: those given, and those assumed or made from the case's data where none are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation.data.context import Context, suggestion
from provisor.allocation.data.pairs import Pairs, numbers
from provisor.allocation.tables import COST_PARAMETERS, COSTS, PENALTY_FACTORS
from provisor.tables.grid import ROW
from provisor.tables.validate import note_cells

if TYPE_CHECKING:
    from provisor.tables.grid import Sheet


def read_costs(context: Context, pairs: Pairs, products: pl.DataFrame) -> pl.DataFrame:
    """The complete table of cost parameters; what is assumed is told."""
    sheet = context.sheet("costs")
    given = {} if sheet is None else _given(context, sheet)
    worth = usual_worth(pairs, products)
    assumed = {
        cost: round(worth * PENALTY_FACTORS[cost], 2) if default is None else default
        for cost, (_, _, default) in COST_PARAMETERS.items()
        if cost not in given
    }
    made = [cost for cost in assumed if cost in PENALTY_FACTORS]
    if made:
        factors = ", ".join(f"{cost} {assumed[cost]:,.2f} (x {PENALTY_FACTORS[cost]:g})" for cost in made)
        said = f"a usual style is worth {worth:,.2f} {context.keys.currency} a period; prices made of it: {factors}"
        context.tell("assumed", said, sheet, "give them in the table costs")
    plain = [f"{cost} {assumed[cost]:g} {COST_PARAMETERS[cost][0]}" for cost in assumed if cost not in made]
    if plain:
        context.tell("assumed", f"costs not given: {', '.join(plain)}", sheet, "give them in the table costs")
    rows = [{"cost": cost, "value": value} for cost, value in sorted({**given, **assumed}.items())]
    return COSTS.frame(rows)


def usual_worth(pairs: Pairs, products: pl.DataFrame) -> float:
    """Worth of a usual style: mean over pairs of ``(price - cost) x min(demand, max_pieces)``, at least 0."""
    if not len(pairs.store):
        return 0.0
    known = products.drop_nulls("product").unique("product")
    margin = np.zeros(len(pairs.products))
    margin[numbers(known["product"], pairs.products)] = known.select(
        (pl.col("price") - pl.col("cost")).fill_null(0.0)
    ).to_series()
    pieces = np.minimum(pairs.column("demand"), pairs.column("max_pieces"))
    return max(float(np.mean(margin[pairs.product] * pieces)), 0.0)


def _given(context: Context, sheet: Sheet) -> dict[str, float]:
    strange = sheet.frame.filter(pl.col("cost").is_not_null() & ~pl.col("cost").is_in(list(COST_PARAMETERS)))
    note_cells(
        sheet,
        "cost",
        strange.select(ROW, pl.col("cost").alias("value")),
        "unknown-cost",
        "a cost parameter",
        context.problems,
        suggestion(sorted(COST_PARAMETERS)),
    )
    return {
        cost: value
        for cost, value in sheet.frame.select("cost", "value").drop_nulls().iter_rows()
        if cost in COST_PARAMETERS
    }
