"""Whether the workbook of product mixes and the plan say the same, as a document that other systems can check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIMATE_SHARE = 0.95
"""Share of the stores whose climate is to be known."""

CLOSE = 1e-6
"""Difference of expected pieces that is rounding."""

_GIVEN = ("Store_Code", "Store_Group_ID", "SPU_Code", "Category", "Subcategory", "Location")
_PRODUCT = ["period", "product"]


def reconciliation(
    plan: Mapping[str, pl.DataFrame], rows: pl.DataFrame, groups: pl.DataFrame
) -> dict[str, Any]:
    """What was compared, in how many places, and what differs; ``ok`` if nothing does.

    Args:
        plan: The plan's tables by name.
        rows: The recommendations.
        groups: Their groups.
    """
    checks = [
        _counted("every row has its store, group, product, category and cell", rows,
                 pl.any_horizontal(pl.col(_GIVEN).is_null())),
        _counted("Quantity_Change is Recommended_Quantity less Current_Quantity", rows,
                 pl.col("Quantity_Change") != pl.col("Recommended_Quantity") - pl.col("Current_Quantity")),
        _counted("no quantity is negative", rows, pl.min_horizontal("Current_Quantity", "Recommended_Quantity") < 0),
        _counted("sell-through is a share between 0 and 1", rows,
                 ~pl.col("Sell_Through_Rate").is_between(0, 1 + CLOSE)),
        _counted("pieces by product are those of the plan, in whole pieces", _by_product(plan, rows),
                 pl.col("differs")),
        _counted("pieces that centres send are those that arrive", _sent(plan), pl.col("sent") != pl.col("arrived")),
        _counted("what stores give is what stores take", _given(plan), pl.col("net").abs() > CLOSE),
        _counted("pieces by group add up to those of its stores", _by_group(rows, groups), pl.col("differs")),
    ]  # fmt: skip
    stores = plan["store_labels"]
    known = stores["temperature_zone"].count() / max(stores.height, 1)
    return {
        "ok": all(check["differences"] == 0 for check in checks),
        "checks": checks,
        "totals": {
            name: int(rows[name].sum())
            for name in ("Current_Quantity", "Recommended_Quantity", "Quantity_Change")
        },
        "climate": {"known": known, "wanted": CLIMATE_SHARE, "ok": known >= CLIMATE_SHARE},
    }


def _counted(words: str, frame: pl.DataFrame, wrong: pl.Expr) -> dict[str, Any]:
    found = int(frame.select(wrong.fill_null(value=False).sum()).item())
    share = 1.0 - found / frame.height if frame.height else 1.0
    return {"check": words, "places": frame.height, "differences": found, "reconciled": share}


def _by_product(plan: Mapping[str, pl.DataFrame], rows: pl.DataFrame) -> pl.DataFrame:
    """Sums by half-month and product, of the plan and of the recommendations."""
    shown = pl.when("carried").then("pieces").otherwise(0.0).sum()
    planned = plan["allocation"].group_by(_PRODUCT).agg(current=pl.col("opening").sum(), recommended=shown)
    half = pl.col("Analysis_Year").cast(pl.String) + pl.format(
        "{}{}", pl.col("Analysis_Month").cast(pl.String).str.zfill(2), "Analysis_Period"
    )
    told = rows.group_by(half_month=half, product="SPU_Code").agg(
        pl.col("Current_Quantity", "Recommended_Quantity").sum()
    )
    labelled = planned.join(plan["period_labels"].select("period", "half_month"), on="period", how="left")
    both = labelled.join(told, on=["half_month", "product"], how="full", coalesce=True).fill_null(0)
    off = [(pl.col(a) - pl.col(b)).abs() > 0.5 + CLOSE
           for a, b in (("current", "Current_Quantity"), ("recommended", "Recommended_Quantity"))]  # fmt: skip
    return both.select(differs=pl.any_horizontal(off))


def _sent(plan: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Pieces by half-month and product, as routes send them and as stores get them."""
    sent = plan["routes"].group_by(_PRODUCT).agg(sent=pl.col("pieces").sum())
    arrived = plan["allocation"].group_by(_PRODUCT).agg(arrived=pl.col("shipped").sum())
    return arrived.join(sent, on=_PRODUCT, how="full", coalesce=True).fill_null(0)


def _given(plan: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return plan["allocation"].group_by(_PRODUCT).agg(net=pl.col("transferred").sum())


def _by_group(rows: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Sums over the stores that each group names, against the group's own."""
    keys = ["Analysis_Year", "Analysis_Month", "Analysis_Period", "Store_Code"]
    listed = groups.with_columns(Store_Code=pl.col("Explicit_Store_List").str.split(", ")).explode(
        "Store_Code"
    )
    of_store = rows.group_by(keys).agg(found=pl.col("Recommended_Quantity").sum())
    told = listed.join(of_store, on=keys, how="left").group_by(*keys[:3], "Store_Group_ID")
    found = told.agg(pl.col("found").sum(), pl.col("Recommended_Quantity").first())
    return found.select(differs=pl.col("found") != pl.col("Recommended_Quantity"))
