"""Rules ``storage-pallets`` and ``storage-capacity``: what stock takes, and how much there is room for."""

from __future__ import annotations

import polars as pl

from provisor.auditing import Checked, Finding
from provisor.production.audit.evidence import Evidence, rule
from provisor.production.audit.loads import whole
from provisor.tables.findings import report, slack

_RULE = "storage-pallets"


def price_of(evidence: Evidence, name: str) -> pl.Expr:
    """Storage cost ``name`` (say ``per_pallet_day``) of a row's state; thawed goods cost as ambient ones."""
    frozen, ambient = (evidence.prices[f"storage_{name}_{kind}"] for kind in ("frozen", "ambient"))
    return pl.when(pl.col("state") == "frozen").then(pl.lit(frozen)).otherwise(pl.lit(ambient))


def in_pallets(evidence: Evidence) -> pl.Expr:
    """Whether a row's state has a pallet cost, so that its stock fills whole pallets."""
    return (price_of(evidence, "per_pallet_day") > 0) | (price_of(evidence, "per_pallet_entry") > 0)


def pallet_key(evidence: Evidence) -> list[str]:
    """Columns of what shares a pallet, beside the day."""
    return ["node", "product", "state", *(["batch"] if evidence.rules.pallets_by == "batch" else [])]


def stored(evidence: Evidence, stock: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """``units`` and ``count`` of pallets begun of stock by ``key``; the plan's figure as ``said``."""
    size = evidence.products.select("product", "units_per_pallet")
    said = pl.col("pallets").sum().cast(pl.Float64) if "pallets" in stock.columns else pl.lit(0.0)
    sums = stock.group_by(key).agg(pl.col("units").sum(), said.alias("said")).join(size, on="product")
    return sums.with_columns(whole(pl.col("units"), pl.col("units_per_pallet")).alias("count"))


@rule(_RULE, "stock of a state with a pallet cost fills whole pallets")
def storage_pallets(evidence: Evidence) -> Checked:
    """The plan's pallets in store, per product or batch; states without pallet cost may also state none."""
    rows = stored(evidence, evidence["stock"], [*pallet_key(evidence), "date"])
    if not evidence.states_column("stock", "pallets"):
        return Checked(rows.height)
    right = (pl.col("said") == pl.col("count")) | (~in_pallets(evidence) & (pl.col("said") == 0))
    wrong = rows.filter(~right).with_columns(amount=(pl.col("said") - pl.col("count")).abs())
    where = ["date", *pallet_key(evidence)]
    words = "On {date} at {node}, {units} units of {product} ({state}) fill {count} pallets, not {said}"
    return Checked(rows.height, report(_RULE, wrong, where, "pallet", words))


@rule("storage-capacity", "stock at day end is within the capacity of its node")
def storage_capacity(evidence: Evidence) -> Checked:
    """Stock of all products and states by node and day."""
    if not evidence.rules.storage_capacity:
        return Checked(0)
    capacity = evidence.nodes.select("node", "capacity_units")
    days = evidence["stock"].group_by("date", "node").agg(pl.col("units").sum()).join(capacity, on="node")
    over = days.with_columns(amount=pl.col("units") - pl.col("capacity_units"))
    words = "On {date}, {units} units stay at {node}, which has room for {capacity_units}: {amount} too many"
    findings: list[Finding] = report(
        "storage-capacity",
        over.filter(pl.col("amount") > slack(pl.col("units"))),
        ("date", "node"),
        "unit",
        words,
    )
    return Checked(days.height, findings)
