"""The chain of rules carried out: what hangs first, then what each rule adds, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.baselines.chain import changes
from provisor.allocation.baselines.seen import seen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from provisor.allocation.baselines.desk import Desk

    Flags = NDArray[np.bool_]


def follow_rules(desk: Desk, hangs: Flags) -> None:
    """Replace what hangs by what it sells, best sales first, then add what the rules ask for.

    Styles that hang and find no slot, space or stock any more come off: the weakest, because they come last.
    """
    frame = seen(desk.arrays, hangs, desk.period)
    plan = frame.filter("hangs").sort(["a", "pair"], descending=[True, False])
    desk.fill(list(plan.select("pair", pl.col("n").round().cast(pl.Int64)).iter_rows()))
    slots = desk.arrays.slots[:, desk.period]
    for pair, pieces in whole(frame, changes(frame, slots)).iter_rows():
        if desk.carried[pair]:
            desk.add(pair, pieces)
        else:
            desk.hang(pair, pieces)


def whole(frame: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """``pair, pieces`` in whole pieces that add up by store and subcategory: largest remainders are rounded up."""
    group = ["store", "subcategory"]
    rows = asked.with_row_index("order").join(frame.select("pair", *group), on="pair")
    rows = rows.with_columns(floor=pl.col("add").floor(), part=pl.col("add") - pl.col("add").floor())
    rest = (pl.col("add").sum().over(group) - pl.col("floor").sum().over(group)).round()
    rank = pl.col("part").rank("ordinal", descending=True).over(group)
    pieces = (pl.col("floor") + (rank <= rest).cast(pl.Float64)).cast(pl.Int64)
    return rows.sort("order").select("pair", pieces=pieces).filter(pl.col("pieces") > 0)
