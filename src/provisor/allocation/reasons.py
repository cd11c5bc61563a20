"""Why a pair hangs or does not, in words, with confidence and flags, for every row of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation.demand import chance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.decisions import Outcome

    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int64]

FLAGS = (
    "locked",
    "lifecycle_restricted",
    "capacity_limited",
    "stock_limited",
    "max_pieces",
    "presentation_min",
)
"""Flags of a row: given by the user, product at or past its last period, store full, stock used up, as many pieces
as it may show, no more than it must show."""


def with_reasons(
    arrays: Arrays, outcome: Outcome, rows: pl.DataFrame, place: tuple[Whole, Whole]
) -> pl.DataFrame:
    """The rows of the table ``allocation`` with reason, confidence and flags.

    Confidence is the chance that at least one piece is asked for where the pair hangs, the chance that none is where
    it does not, and 1 where user or product's life decide.

    Args:
        arrays: The case.
        outcome: What follows from the decisions.
        rows: The table without these columns.
        place: Pair and period by row.
    """
    pair, period = place
    flags = _flags(arrays, outcome, place)
    asked = chance(np.ones(pair.size), arrays.pairs.mean[pair, period], arrays.pairs.dispersion[pair])
    carried = outcome.carried[pair, period]
    decided = flags["locked"] | (~carried & ~arrays.pairs.alive[pair, period])
    sure = np.where(decided, 1.0, np.where(carried, asked, 1.0 - asked))
    hung = arrays.pairs.before[pair] if arrays.periods == 1 else _hung(arrays, outcome, place)
    marked = rows.with_columns(
        pl.Series("confidence", sure).round(4),
        pl.Series("_hung", hung),
        pl.Series("_mean", arrays.pairs.mean[pair, period]),
        pl.Series("_alive", arrays.pairs.alive[pair, period]),
        *(pl.Series(name, flags[name]) for name in FLAGS),
    )
    shown = [pl.when(pl.col(name)).then(pl.lit(name)) for name in FLAGS]
    joined = pl.concat_str(shown, separator=";", ignore_nulls=True)
    return marked.with_columns(reason=_reason(), flags=pl.when(joined != "").then(joined)).drop(
        "_hung", "_mean", "_alive", *FLAGS
    )


def _reason() -> pl.Expr:
    """The sentence of a row."""
    mean, sales, value = (pl.col(name).round(2).cast(pl.String) for name in ("_mean", "sales", "value"))
    pieces = pl.col("pieces").round(2).cast(pl.String).str.replace(r"\.0$", "")
    figures = pl.format(
        "{} pieces for a demand of {}, {} expected to sell, worth {}", pieces, mean, sales, value
    )
    verb = pl.when("_hung").then(pl.lit("kept")).otherwise(pl.lit("added"))
    why = (
        pl.when("locked").then(pl.lit(", as given"))
        .when("stock_limited").then(pl.lit("; no more stock in the centres"))
        .when("capacity_limited").then(pl.lit("; the store is full"))
        .when("max_pieces").then(pl.lit("; as many as it may show"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    gone = (
        pl.when("locked").then(pl.lit("as given"))
        .when(~pl.col("_alive")).then(pl.lit("the product is not sold in this period"))
        .when("stock_limited").then(pl.format("its pieces are worth more in other stores (demand here {})", mean))
        .when("capacity_limited")
        .then(pl.format("its slot or space is worth more to another style (demand here {})", mean))
        .otherwise(pl.format("a demand of {} does not pay for showing it", mean))
    )  # fmt: skip
    left = pl.when("_hung").then(pl.lit("dropped: ")).otherwise(pl.lit("not taken up: "))
    return (
        pl.when("carried")
        .then(pl.concat_str(verb, pl.lit(": "), figures, why))
        .otherwise(pl.concat_str(left, gone))
    )


def _hung(arrays: Arrays, outcome: Outcome, place: tuple[Whole, Whole]) -> Flags:
    """Whether a pair hung the period before."""
    pair, period = place
    earlier = outcome.carried[pair, np.maximum(period - 1, 0)]
    hung: Flags = np.where(period == 0, arrays.pairs.before[pair], earlier)
    return hung


def _flags(arrays: Arrays, outcome: Outcome, place: tuple[Whole, Whole]) -> dict[str, Flags]:
    pair, period = place
    pairs = arrays.pairs
    carried, pieces = outcome.carried[pair, period], outcome.pieces[pair, period]
    told = pairs.given
    last = period == arrays.periods - 1
    ends = ~pairs.alive[pair, period] | (
        ~last & ~pairs.alive[pair, np.minimum(period + 1, arrays.periods - 1)]
    )
    return {
        "locked": told.carried[pair, period] | told.forbidden[pair, period] | told.frozen[pair, period],
        "lifecycle_restricted": ends,
        "capacity_limited": _full(arrays, outcome)[pair, period],
        "stock_limited": _used_up(arrays, outcome)[pairs.product[pair], period],
        "max_pieces": carried & (pieces >= pairs.most[pair] - 1e-9),
        "presentation_min": carried & (pieces <= arrays.least[pairs.product[pair]] + 1e-9),
    }


def _full(arrays: Arrays, outcome: Outcome) -> Flags:
    """Whether the cell of a pair has no slot left, or its store less space than a usual piece takes."""
    periods = arrays.periods
    full = np.zeros(outcome.carried.shape, dtype=bool)
    used = np.zeros((len(arrays.store_names), periods))
    volume = arrays.volume[arrays.pairs.product]
    cells = arrays.slots.shape[0]
    placed = arrays.cell >= 0
    for k in range(periods):
        used[:, k] = np.bincount(
            arrays.pairs.store, weights=outcome.pieces[:, k] * volume, minlength=len(arrays.store_names)
        )
        hanging = np.bincount(arrays.cell[placed & outcome.carried[:, k]], minlength=cells)
        if arrays.rules.slots and cells:
            full[:, k] = placed & (hanging >= arrays.slots[:, k])[arrays.cell]
        if arrays.rules.pieces:
            left = (arrays.space - used)[:, k]
            full[:, k] |= left[arrays.pairs.store] < volume - 1e-9
    return full


def _used_up(arrays: Arrays, outcome: Outcome) -> Flags:
    """Whether no centre has a pack of a product left, by product and period."""
    routes, lanes = outcome.decisions.routes, arrays.lanes
    sent = np.zeros(arrays.supply.shape)
    np.add.at(
        sent,
        (
            lanes.centre[routes.lane],
            arrays.pairs.product[routes.pair],
            routes.period - lanes.lead[routes.lane],
        ),
        routes.pieces,
    )
    left = arrays.supply.cumsum(axis=2) - sent.cumsum(axis=2)
    used: Flags = (left < arrays.pack[None, :, None]).all(axis=0)
    return used if arrays.rules.stock else np.zeros_like(used)
