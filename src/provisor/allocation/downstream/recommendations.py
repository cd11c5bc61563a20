"""The 28 columns of the workbook of product mixes: one row per half-month, store and style."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.downstream.whole import whole
from provisor.tables.schema import Column, Schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_text, _number, _whole, _day = pl.String, pl.Float64, pl.Int64, pl.Date

RECOMMENDATIONS = Schema(
    "recommendations",
    "a style in a store that hangs there, hung there, or has pieces there",
    [
        Column("Analysis_Year", _whole, "", "year planned"),
        Column("Analysis_Month", _whole, "", "month planned"),
        Column("Analysis_Period", _text, "", "A: 1st to 15th, B: from the 16th"),
        Column("Store_Code", _text, "", "store"),
        Column("Store_Group_ID", _text, "", "its cluster; its own code where it has none"),
        Column("Store_Group_Name", _text, "", "name of the group"),
        Column("SPU_Code", _text, "", "product"),
        Column("Season", _text, "", "season", nullable=True),
        Column("Gender", _text, "", "gender", nullable=True),
        Column("Location", _text, "", "display cell"),
        Column("Category", _text, "", "category"),
        Column("Subcategory", _text, "", "subcategory"),
        Column("Style_Code", _text, "", "name of the style; its code where it has none"),
        Column("Price_Band", _text, "", "price band", nullable=True),
        Column("Current_Quantity", _whole, "piece", "pieces there before anything moves"),
        Column("Recommended_Quantity", _whole, "piece", "pieces on display; 0 where it does not hang"),
        Column("Quantity_Change", _whole, "piece", "Recommended_Quantity - Current_Quantity"),
        Column("Investment_Amount", _number, "$", "cost of the pieces sent from centres"),
        Column("Business_Rule", _text, "", "Add, Drop, Increase, Decrease, Keep or Move out"),
        Column("Rationale", _text, "", "why, in words, with what limits it"),
        Column("Expected_Benefit", _number, "$", "what the row adds to the objective"),
        Column("Clustering_Date", _day, "", "day of the clustering; empty: a case does not know it", nullable=True),
        Column("Recommendation_Date", _day, "", "day of the export"),
        Column("Valid_Until", _day, "", "last day of the half-month"),
        Column("Store_Count_In_Group", _whole, "store", "stores of the group"),
        Column("Explicit_Store_List", _text, "", "their codes"),
        Column("Sell_Through_Rate", _number, "share", "expected sales / pieces; empty without pieces", nullable=True),
        Column("Temperature_Zone", _text, "", "climate of the store", nullable=True),
    ],
    key=("Analysis_Year", "Analysis_Month", "Analysis_Period", "Store_Code", "SPU_Code"),
)  # fmt: skip


def recommendations(tables: Mapping[str, pl.DataFrame], written: date) -> pl.DataFrame:
    """Table :data:`RECOMMENDATIONS` of a plan.

    Args:
        tables: The plan's tables by name.
        written: Day of the export.
    """
    rows = tables["allocation"].with_columns(
        current=whole("opening"), recommended=whole(pl.when("carried").then("pieces").otherwise(0.0))
    )
    named = (
        rows.join(tables["period_labels"], on="period", how="left")
        .join(groups_of(tables["store_labels"]), on="store", how="left")
        .join(tables["product_labels"], on="product", how="left")
    )
    return named.select(**_columns(written)).select(*RECOMMENDATIONS.dtypes).sort(*RECOMMENDATIONS.key)


def groups_of(stores: pl.DataFrame) -> pl.DataFrame:
    """Group of each store: its cluster, or itself alone; with how many and which stores the group has."""
    grouped = stores.select("store", "temperature_zone", group=pl.coalesce("cluster", "store"))
    members = grouped.group_by("group").agg(
        group_stores=pl.len(), group_list=pl.col("store").sort().str.join(", ")
    )
    return grouped.join(members, on="group", how="left")


def _columns(written: date) -> dict[str, pl.Expr]:
    current, recommended = pl.col("current"), pl.col("recommended")
    flags = pl.col("flags").str.replace_all(";", ", ")
    return {
        "Analysis_Year": pl.col("first_day").dt.year().cast(pl.Int64),
        "Analysis_Month": pl.col("first_day").dt.month().cast(pl.Int64),
        "Analysis_Period": pl.col("half_month").str.tail(1),
        "Store_Code": pl.col("store"),
        "Store_Group_ID": pl.col("group"),
        "Store_Group_Name": pl.format("Store Group {}", "group"),
        "SPU_Code": pl.col("product"),
        "Season": pl.col("season"),
        "Gender": pl.col("gender"),
        "Location": pl.col("cell"),
        "Category": pl.col("category"),
        "Subcategory": pl.col("subcategory"),
        "Style_Code": pl.coalesce("name", "product"),
        "Price_Band": pl.col("price_band"),
        "Current_Quantity": current,
        "Recommended_Quantity": recommended,
        "Quantity_Change": recommended - current,
        "Investment_Amount": pl.col("shipped") * pl.col("cost"),
        "Business_Rule": _rule(current, recommended),
        "Rationale": pl.when(flags.is_null()).then("reason").otherwise(pl.format("{} [{}]", "reason", flags)),
        "Expected_Benefit": pl.col("value"),
        "Clustering_Date": pl.lit(None, dtype=pl.Date),
        "Recommendation_Date": pl.lit(written),
        "Valid_Until": pl.col("last_day"),
        "Store_Count_In_Group": pl.col("group_stores").cast(pl.Int64),
        "Explicit_Store_List": pl.col("group_list"),
        "Sell_Through_Rate": pl.when(pl.col("carried") & (pl.col("pieces") > 0)).then(
            pl.col("sales") / pl.col("pieces")
        ),
        "Temperature_Zone": pl.col("temperature_zone"),
    }


def _rule(current: pl.Expr, recommended: pl.Expr) -> pl.Expr:
    """What is to be done, by the first letters of the plan's reason."""
    return (
        pl.when(pl.col("reason").str.starts_with("added")).then(pl.lit("Add"))
        .when(pl.col("reason").str.starts_with("dropped")).then(pl.lit("Drop"))
        .when(~pl.col("carried")).then(pl.lit("Move out"))
        .when(recommended > current).then(pl.lit("Increase"))
        .when(recommended < current).then(pl.lit("Decrease"))
        .otherwise(pl.lit("Keep"))
    )  # fmt: skip
