"""The plan's pairs with what follows from case, routes and transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.audit.sales import expected_sales

if TYPE_CHECKING:
    from provisor.allocation.audit.evidence import Evidence

_PAIR = ["period", "store", "product"]
_OF_PRODUCT = ("category", "subcategory", "price_band", "role", "price", "cost", "salvage", "pack", "space")
_OF_PAIR = (
    "cell", "demand", "dispersion", "max_pieces", "first", "carried_before", "alive", "pinned", "forbidden",
    "frozen", "pinned_pieces", "shown", "eligible",
)  # fmt: skip


def resolve_rows(evidence: Evidence) -> pl.DataFrame:
    """Rows of ``allocation`` joined to pair, product and store, with the auditor's own figures.

    ``arrived`` (from routes), ``came`` and ``went`` (from transfers), ``sold`` (expected sales of the pieces on
    display), ``left`` (pieces that the period leaves over), ``before`` (pieces there before anything moves) and
    ``hung_before`` (whether it was carried the period before). ``known`` is false where the case has no such
    pair; its demand is then zero.
    """
    pairs = evidence.possible.select(*_PAIR, *_OF_PAIR, known=pl.lit(value=True))
    products = evidence.table("products").select("product", *_OF_PRODUCT)
    stores = evidence.table("stores").select("store", "cluster", "weight")
    rows = (
        evidence["allocation"]
        .join(pairs, on=_PAIR, how="left", maintain_order="left")
        .join(products, on="product", how="left", maintain_order="left")
        .join(stores, on="store", how="left", maintain_order="left")
    )
    for name, moved in moved_pieces(evidence).items():
        rows = rows.join(moved, on=_PAIR, how="left", maintain_order="left")
        rows = rows.with_columns(pl.col(name).fill_null(0.0))
    flags = ("known", "carried_before", "alive", "pinned", "forbidden", "frozen", "eligible")
    rows = rows.with_columns(
        *(pl.col(flag).fill_null(value=False) for flag in flags),
        *(pl.col(name).fill_null(0.0) for name in ("demand", "first")),
        pl.col("dispersion").fill_null(1.0),
    )
    return _with_openings(_with_sales(rows))


def moved_pieces(evidence: Evidence) -> dict[str, pl.DataFrame]:
    """Pieces by pair and period that ``arrived`` from centres, ``came`` from stores and ``went`` to them."""
    pieces = pl.col("pieces").sum().cast(pl.Float64)
    routes, transfers = evidence["routes"], evidence["transfers"]
    return {
        "arrived": routes.group_by(_PAIR).agg(pieces.alias("arrived")),
        "came": transfers.group_by("period", "product", store="to_store").agg(pieces.alias("came")),
        "went": transfers.group_by("period", "product", store="from_store").agg(pieces.alias("went")),
    }


def _with_sales(rows: pl.DataFrame) -> pl.DataFrame:
    mean, spread, pieces = (
        rows[name].cast(pl.Float64).to_numpy() for name in ("demand", "dispersion", "pieces")
    )
    sold = pl.Series("sold", expected_sales(mean, spread, pieces), dtype=pl.Float64)
    rows = rows.with_columns(sold).with_columns(
        pl.when("carried").then(pl.col("sold")).otherwise(0.0).alias("sold")
    )
    return rows.with_columns(left=pl.col("pieces") - pl.col("sold"))


def _with_openings(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with ``before`` and ``hung_before`` of the case in the first period, of the plan later."""
    earlier = rows.select(
        pl.col("period") + 1, "store", "product", left_over=pl.col("left"), carried_then=pl.col("carried")
    )
    joined = rows.join(earlier, on=_PAIR, how="left", maintain_order="left")
    first = pl.col("period") == 1
    before = pl.when(first).then(pl.col("first").cast(pl.Float64)).otherwise(pl.col("left_over"))
    hung = pl.when(first).then(pl.col("carried_before")).otherwise(pl.col("carried_then"))
    return joined.with_columns(before=before.fill_null(0.0), hung_before=hung.fill_null(value=False)).drop(
        "left_over", "carried_then"
    )
