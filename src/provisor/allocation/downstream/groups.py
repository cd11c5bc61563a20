"""What a plan says of each group of stores: the workbook's second sheet."""

from __future__ import annotations

import polars as pl

from provisor.tables.schema import Column, Schema

_text, _number, _whole = pl.String, pl.Float64, pl.Int64
_PERIOD = ("Analysis_Year", "Analysis_Month", "Analysis_Period")

GROUPS = Schema(
    "store_groups",
    "a group of stores in a half-month",
    [
        Column("Analysis_Year", _whole, "", "year planned"),
        Column("Analysis_Month", _whole, "", "month planned"),
        Column("Analysis_Period", _text, "", "A: 1st to 15th, B: from the 16th"),
        Column("Store_Group_ID", _text, "", "cluster"),
        Column("Store_Group_Name", _text, "", "name of the group"),
        Column("Store_Count", _whole, "store", "stores of the group"),
        Column("Explicit_Store_List", _text, "", "their codes"),
        Column("Temperature_Zones", _text, "", "their climates", nullable=True),
        Column("Styles", _whole, "style", "different styles that hang in the group"),
        Column("Styles_Added", _whole, "", "styles added, counted in each store"),
        Column("Styles_Dropped", _whole, "", "styles dropped, counted in each store"),
        Column("Current_Quantity", _whole, "piece", "pieces there before anything moves"),
        Column("Recommended_Quantity", _whole, "piece", "pieces on display"),
        Column("Quantity_Change", _whole, "piece", "their difference"),
        Column("Investment_Amount", _number, "$", "cost of the pieces sent from centres"),
        Column("Expected_Benefit", _number, "$", "what the group adds to the objective"),
        Column("Sell_Through_Rate", _number, "share", "expected sales / Recommended_Quantity", nullable=True),
    ],
    key=(*_PERIOD, "Store_Group_ID"),
)


def groups(rows: pl.DataFrame) -> pl.DataFrame:
    """Table :data:`GROUPS` of the recommendations."""
    shown, rule = pl.col("Recommended_Quantity"), pl.col("Business_Rule")
    sold = (pl.col("Sell_Through_Rate") * shown).sum()
    summed = rows.group_by(*_PERIOD, "Store_Group_ID").agg(
        pl.col("Store_Group_Name").first(),
        pl.col("Store_Count_In_Group").first().alias("Store_Count"),
        pl.col("Explicit_Store_List").first(),
        pl.col("Temperature_Zone").unique().drop_nulls().sort().str.join(", ").alias("Temperature_Zones"),
        pl.col("SPU_Code").filter(shown > 0).n_unique().cast(pl.Int64).alias("Styles"),
        (rule == "Add").sum().cast(pl.Int64).alias("Styles_Added"),
        (rule == "Drop").sum().cast(pl.Int64).alias("Styles_Dropped"),
        pl.col("Current_Quantity", "Recommended_Quantity", "Quantity_Change").sum(),
        pl.col("Investment_Amount", "Expected_Benefit").sum(),
        pl.when(shown.sum() > 0).then(sold / shown.sum()).alias("Sell_Through_Rate"),
    )
    return summed.select(*GROUPS.dtypes).sort(*GROUPS.key)
