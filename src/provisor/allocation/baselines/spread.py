"""Rules of thumb that add what other stores of the cluster sell: missing best-sellers and missed sales."""

from __future__ import annotations

import polars as pl

from provisor.allocation.baselines.seen import cluster_sizes
from provisor.allocation.baselines.validator import accepts_more

_STYLE = ["cluster", "product"]
_GROUP = ["cluster", "subcategory"]

WELL_ADOPTED, WELL_SOLD = 0.80, 1500.0
"""Share of a cluster's stores that sell a style, and its sales there, that make it one to have."""

LEAST_SALES, MOST_SALES = 500.0, 2000.0
SELLERS, COMPARABLE = 5, 10
LEAST_RETURN, LEAST_GAIN, LEAST_PREDICTED = 0.3, 100.0, 30.0

LEAST_ROW, STORES, TOP, OFTEN, SCORE, WORTH_WHILE = 200.0, 8, 0.95, 0.70, 0.15, 150.0
SALES_GAP, PIECES_GAP = 100.0, 2.0


def missing_best_sellers(frame: pl.DataFrame) -> pl.DataFrame:
    """Rule 7: a style that 80 % of a cluster's stores sell well goes to those that do not have it.

    Returns:
        ``pair``, ``add`` (pieces) and ``score`` (return on the investment).
    """
    wanted = frame.filter(~pl.col("hangs")).join(_well_sold(frame), on=_STYLE)
    usual = frame.filter("hangs").group_by("store").agg(store_price=pl.col("a").sum() / pl.col("n").sum())
    wanted = wanted.join(usual, on="store")
    adoption = pl.col("sellers") / pl.col("stores")
    predicted = 10 + 60 / (1 + (-8 * (adoption - 0.5)).exp())
    units = (pl.col("median") / pl.col("price")).ceil()
    profit = pl.col("price") - pl.col("cost")
    wanted = wanted.with_columns(
        add=pl.max_horizontal(pl.lit(1.0), pl.col("expected") / pl.col("store_price")).ceil(),
        score=profit / pl.col("cost"),
    )
    return wanted.filter(
        accepts_more(pl.lit(0.0), pl.lit(1.0)),
        predicted >= LEAST_PREDICTED,
        pl.col("score") >= LEAST_RETURN,
        profit * units >= LEAST_GAIN,
        pl.col("sellers") >= max(SELLERS, COMPARABLE),
    ).select("pair", "add", "score")


def _well_sold(frame: pl.DataFrame) -> pl.DataFrame:
    """Styles by cluster that are to be had everywhere, with what a store may expect to sell."""
    a = pl.col("a")
    middle = a.filter(a.is_between(a.quantile(0.1, "linear"), a.quantile(0.9, "linear")))
    found = (
        frame.filter("hangs", pl.col("cluster") >= 0)
        .group_by(_STYLE)
        .agg(
            sellers=pl.len(), total=a.sum(), median=a.median(), trimmed=middle.median(),
            most=a.quantile(0.8, "linear"),
        )
        .join(cluster_sizes(frame), on="cluster")
        .filter(pl.col("sellers") >= WELL_ADOPTED * pl.col("stores"), pl.col("total") >= WELL_SOLD)
    )  # fmt: skip
    expected = pl.min_horizontal("trimmed", "most").clip(LEAST_SALES, MOST_SALES)
    return found.with_columns(expected=expected).drop("most", "trimmed")


def missed_sales(frame: pl.DataFrame) -> pl.DataFrame:
    """Rule 11: the top 5 % of a cluster's styles of a subcategory, where a store has fewer than others.

    Returns:
        ``pair``, ``add`` (pieces, parts of a piece included) and ``score``.
    """
    sold = frame.filter("hangs", pl.col("cluster") >= 0)
    totals = sold.group_by("store", "subcategory").agg(of_group=pl.col("n").sum())
    tops = _tops(sold.filter(pl.col("a") >= LEAST_ROW), sold, totals)
    stores = cluster_sizes(frame)
    wanted = frame.join(tops, on=[*_GROUP, "product"]).join(totals, on=["store", "subcategory"])
    wanted = wanted.join(stores, on="cluster").with_columns(
        gap=pl.col("of_group") * pl.col("share") - pl.col("n"), adoption=pl.col("sellers") / pl.col("stores")
    )
    worth = pl.col("gap") * pl.col("price")
    open_ = wanted.filter(
        pl.col("gap") > 0, ~pl.col("hangs") | (worth > SALES_GAP) | (pl.col("gap") > PIECES_GAP)
    )
    score = pl.col("percentile") * pl.col("adoption") * pl.col("gap") / pl.col("gap").max()
    return (
        open_.with_columns(score=score, add="gap")
        .filter(
            pl.col("adoption") >= OFTEN,
            pl.col("score") >= SCORE,
            worth >= WORTH_WHILE,
            accepts_more(pl.col("n"), pl.col("n") + pl.col("add")),
        )
        .select("pair", "add", "score")
    )


def _tops(rows: pl.DataFrame, sold: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    """Styles among the top of their cluster and subcategory, with their usual share of its pieces."""
    shares = sold.join(totals, on=["store", "subcategory"])
    shares = shares.group_by(*_GROUP, "product").agg(share=(pl.col("n") / pl.col("of_group")).mean())
    many = rows.group_by(_GROUP).agg(size=pl.col("store").n_unique()).filter(pl.col("size") >= STORES)
    styles = (
        rows.join(many, on=_GROUP).group_by(*_GROUP, "product").agg(sellers=pl.len(), total=pl.col("a").sum())
    )
    styles = styles.filter(pl.col("sellers") >= SELLERS)
    percentile = pl.col("total").rank("average").over(_GROUP) / pl.len().over(_GROUP)
    tops = styles.with_columns(percentile=percentile).filter(pl.col("percentile") >= TOP)
    return tops.join(shares, on=[*_GROUP, "product"]).drop("total")
