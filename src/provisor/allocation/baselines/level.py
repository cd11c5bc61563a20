"""Rules of thumb that level stores of a cluster: imbalance, least pieces, too many styles, gaps in sales."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.baselines.validator import accepts_less, accepts_more

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STYLE = ["cluster", "product"]

OUTLIER, GROUP, STEP, LEAST_STEP = 3.0, 5, 0.5, 5.0
NONE_SOLD, LEAST_SOLD, LIFT = 0.1, 1.0, 0.5
LEAST_CELL, CUT, LEAST_CUT = 20.0, 0.4, 1.0
UPPER, PEERS, LEAST_GAP, MOST_ADD, LEAST_ADD, LEAST_WORTH, SCORE = 0.75, 3, 0.5, 0.75, 0.10, 15.0, 0.05
PRICES = (10.0, 800.0)


def imbalance(frame: pl.DataFrame) -> pl.DataFrame:
    """Rule 8: a store far below its cluster (z under -3) is raised to the mean, by half at most.

    Returns:
        ``pair``, ``add`` (pieces) and ``score`` (how far below). Only increases are kept.
    """
    n = pl.col("n")
    rows = _of_clusters(frame).with_columns(
        mean=n.mean().over(_STYLE), deviation=n.std(ddof=1).over(_STYLE), size=pl.len().over(_STYLE)
    )
    z = (n - pl.col("mean")) / pl.col("deviation")
    change = pl.min_horizontal(pl.col("mean") - n, STEP * n).round()
    return (
        rows.filter(pl.col("size") >= GROUP, pl.col("deviation") > 0)
        .with_columns(add=change, score=-z)
        .filter(pl.col("score") > OUTLIER, pl.col("add") >= LEAST_STEP, accepts_more(n, n + pl.col("add")))
        .select("pair", "add", "score")
    )


def least_pieces(frame: pl.DataFrame) -> pl.DataFrame:
    """Rule 9: a style that sells, but less than a piece, gets one more.

    Returns:
        ``pair``, ``add`` (pieces) and ``score`` (how little it sells).
    """
    n = pl.col("n")
    sizes = pl.col("store").n_unique().over("cluster")
    add = pl.max_horizontal(LEAST_SOLD - n, pl.lit(LIFT)).ceil()
    return (
        _of_clusters(frame)
        .filter(sizes >= 2, n.is_between(NONE_SOLD, LEAST_SOLD, closed="left"))
        .with_columns(add=add, score=LEAST_SOLD - n)
        .filter(accepts_more(n, n + pl.col("add")))
        .select("pair", "add", "score")
    )


def too_many_styles(frame: pl.DataFrame, slots: NDArray) -> pl.DataFrame:  # type: ignore[type-arg]
    """Rule 10: in a cell with more styles than slots every style is cut by the share in excess.

    Args:
        frame: What the rules see.
        slots: Slots by number of the cell.

    Returns:
        ``pair``, ``add`` (pieces, negative) and ``score`` (pieces cut).
    """
    limits = pl.DataFrame({"cell": range(len(slots)), "slots": slots}).cast({"cell": frame.schema["cell"]})
    rows = frame.filter("hangs").join(limits, on="cell")
    rows = rows.with_columns(styles=pl.len().over("cell"), total=pl.col("a").sum().over("cell"))
    over = rows.filter(pl.col("styles") > pl.col("slots"), pl.col("total") >= LEAST_CELL)
    n = pl.col("n")
    cut = pl.min_horizontal(n * (pl.col("styles") - pl.col("slots")) / pl.col("styles"), CUT * n)
    return (
        over.with_columns(add=-cut, score=cut)
        .filter(pl.col("score") >= LEAST_CUT, accepts_less(pl.col("styles"), pl.col("styles") - 1))
        .select("pair", "add", "score")
    )


def gaps_in_sales(frame: pl.DataFrame) -> pl.DataFrame:
    """Rule 12: a store well below the upper quartile of its cluster gets what would close the gap.

    Returns:
        ``pair``, ``add`` (pieces, parts of a piece included) and ``score``.
    """
    n, a = pl.col("n"), pl.col("a")
    rows = _of_clusters(frame).with_columns(
        gap=a.quantile(UPPER, "linear").over(_STYLE) - a, size=pl.len().over(_STYLE)
    )
    rows = rows.filter(pl.col("size") >= PEERS)
    z = (pl.col("gap") - pl.col("gap").mean()) / pl.col("gap").std(ddof=1)
    add = pl.min_horizontal(pl.col("gap") / pl.col("price"), MOST_ADD * n)
    return (
        rows.with_columns(z=z, add=add)
        .with_columns(score=(pl.col("z") / 3).clip(0, 1))
        .filter(
            pl.col("z") >= LEAST_GAP,
            pl.col("gap") > 0,
            n > 0.01,
            pl.col("add") >= LEAST_ADD,
            pl.col("price").is_between(*PRICES),
            pl.col("add") * pl.col("price") >= LEAST_WORTH,
            pl.col("score") >= SCORE,
            accepts_more(n, n + pl.col("add")),
        )
        .select("pair", "add", "score")
    )


def _of_clusters(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter("hangs", pl.col("cluster") >= 0)
