"""The outputs of the pipeline: which step writes them, how their files are called, and the columns used."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from provisor.tables.schema import Column, Schema

_text, _number = pl.String, pl.Float64


@dataclass(frozen=True)
class Output:
    """One output of the pipeline.

    Attributes:
        step: Step that writes it.
        stems: Beginnings of its file's name; the period and a time stamp may follow. The first found counts.
        form: Columns used.
        gives: What it gives, in words.
    """

    step: str
    stems: tuple[str, ...]
    form: Schema
    gives: str


def _needed(name: str, dtype: object, meaning: str, *aliases: str, minimum: float | None = None) -> Column:
    return Column(name, dtype, "", meaning, minimum=minimum, aliases=aliases)


def _option(name: str, dtype: object, meaning: str, *aliases: str) -> Column:
    return Column(name, dtype, "", meaning, False, True, aliases=aliases)


_STORE = _needed("store", _text, "store", "str_code", "Store_Code")
_PRODUCT = _needed("product", _text, "style", "spu_code", "SPU_Code")

ATTRIBUTES = Output(
    "step22",
    ("enriched_store_attributes",),
    Schema(
        "attributes",
        "one store",
        [
            _STORE,
            _needed("pieces", _number, "pieces it can hold", "estimated_rack_capacity", minimum=0),
            _option("cluster", _text, "cluster", "cluster_id"),
            _option("temperature_zone", _text, "climate zone"),
            _option("sales", _number, "sales in money", "total_sales_amt"),
        ],
        key=("store",),
    ),
    "stores and their capacity",
)

CLUSTERS = Output(
    "step23",
    ("enhanced_clustering_results", "clustering_results_spu"),
    Schema(
        "clusters",
        "the cluster of one store",
        [_STORE, _needed("cluster", _text, "cluster", "cluster_id", "Cluster")],
        key=("store",),
    ),
    "clusters of the stores",
)

LABELS = Output(
    "step24",
    ("comprehensive_cluster_labels",),
    Schema(
        "labels",
        "the label of one cluster",
        [
            _needed("cluster", _text, "cluster", "cluster_id", "Cluster"),
            _option(
                "label", _text, "name for people", "comprehensive_label", "cluster_label", "cluster_name"
            ),
        ],
        key=("cluster",),
    ),
    "names of the clusters",
)

RULES = Output(
    "step13",
    ("consolidated_spu_rule_results_detailed", "consolidated_spu_rule_results"),
    Schema(
        "rules",
        "what the rules say of a style in a store",
        [
            _STORE,
            _PRODUCT,
            _option("subcategory", _text, "subcategory", "sub_cate_name"),
            _option("now", _number, "pieces sold in the half-month", "current_quantity"),
            _option("change", _number, "pieces more or less", "recommended_quantity_change"),
            _option("price", _number, "price of a piece", "unit_price"),
        ],
        key=("store", "product"),
    ),
    "pairs and what sells",
)

SALES = Output(
    "step1",
    ("complete_spu_sales",),
    Schema(
        "sales",
        "sales of a style in a store",
        [
            _STORE,
            _PRODUCT,
            _option("category", _text, "category", "cate_name"),
            _option("subcategory", _text, "subcategory", "sub_cate_name"),
            _needed("now", _number, "pieces sold in the half-month", "quantity"),
            _option("amount", _number, "sales in money", "spu_sales_amt"),
        ],
        key=("store", "product"),
    ),
    "pairs and what sells",
)

SLOTS = Output(
    "step1",
    ("store_config",),
    Schema(
        "config",
        "styles planned in a part of a store",
        [_STORE, _needed("slots", _number, "styles planned", "target_sty_cnt_avg", minimum=0)],
    ),
    "slots of the stores",
)

ROLES = Output(
    "step25",
    ("product_role_classifications",),
    Schema(
        "roles",
        "the role of one style",
        [
            _PRODUCT,
            _needed("role", _text, "role", "product_role"),
            _option("category", _text, "category", "cate_name"),
            _option("subcategory", _text, "subcategory", "sub_cate_name"),
        ],
        key=("product",),
    ),
    "roles and families of the products",
)

BANDS = Output(
    "step26",
    ("price_band_analysis",),
    Schema(
        "bands",
        "price of one style",
        [
            _PRODUCT,
            Column("price", _number, "", "price", minimum=0, positive=True, aliases=("avg_unit_price",)),
            _needed("price_band", _text, "price band"),
            _option("category", _text, "category", "cate_name"),
            _option("subcategory", _text, "subcategory", "sub_cate_name"),
        ],
        key=("product",),
    ),
    "prices and price bands",
)

SUBSTITUTES = Output(
    "step26",
    ("substitution_elasticity_matrix",),
    Schema(
        "substitutes",
        "how alike two styles sell",
        [
            _needed("product", _text, "style", "product_1"),
            _needed("substitute", _text, "other style", "product_2"),
            _needed("score", _number, "minus the correlation of what they sell", "substitution_score"),
            _needed("stores", _number, "stores that have both", "common_stores", minimum=0),
        ],
        key=("product", "substitute"),
    ),
    "substitutes",
)

_SHARES = [
    column
    for role in ("core", "seasonal", "filler", "clearance")
    for column in (
        _needed(f"{role}_share", _number, f"share of {role} styles", f"{role}_percentage", minimum=0),
        _needed(f"{role}_gap", _number, "share wanted less share there is"),
    )
]

GAPS = Output(
    "step27",
    ("gap_analysis_detailed",),
    Schema(
        "gaps",
        "roles in one cluster",
        [_needed("cluster", _text, "cluster", "cluster_id"), *_SHARES],
        key=("cluster",),
    ),
    "shares of the roles",
)

SPLIT = Output(
    "step32",
    ("store_level_allocation_results",),
    Schema(
        "split",
        "a change of styles of a subcategory in a store",
        [
            _STORE,
            _needed("subcategory", _text, "subcategory", "Subcategory"),
            _needed("change", _number, "styles more or less", "Allocated_ΔQty"),
        ],
    ),
    "the plan of the rules by store",
)

GROUPS = Output(
    "step14",
    ("enhanced_fast_fish_format",),
    Schema(
        "groups",
        "a change of styles of a subcategory in a group of stores",
        [
            _needed("subcategory", _text, "subcategory", "Subcategory"),
            _option("change", _number, "styles more or less", "ΔQty"),
            _option("current", _number, "styles there are", "Current_SPU_Quantity"),
            _option("target", _number, "styles wanted", "Target_SPU_Quantity"),
            _needed("stores", pl.List(pl.String), "stores of the group", "Store_Codes_In_Group"),
        ],
    ),
    "the plan of the rules by group, where there is none by store",
)

OUTPUTS = (SALES, SLOTS, RULES, GROUPS, ATTRIBUTES, CLUSTERS, LABELS, ROLES, BANDS, SUBSTITUTES, GAPS, SPLIT)
"""All outputs that are read, by step; step 28 holds results of what-ifs and gives a case nothing."""
