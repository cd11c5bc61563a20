"""Rule ``launch``: a new product reaches its stores and clusters, and its reserve is kept back."""

from __future__ import annotations

import polars as pl

from provisor.allocation.audit.evidence import Evidence, rule
from provisor.allocation.audit.excess import beyond, lacking, misstated, nothing
from provisor.allocation.audit.supply import overdrawn
from provisor.auditing import Checked, Finding

_RULE = "launch"
_PLACE = ["period", "product"]


def _launches(evidence: Evidence) -> pl.DataFrame:
    """Launches by period alive, with the ``stores`` and ``clusters`` that carry the product."""
    periods = pl.DataFrame({"period": list(evidence.periods)}, schema={"period": pl.Int64})
    life = evidence.table("products").select("product", "first_period", "last_period")
    rows = evidence.table("launches").join(life, on="product").join(periods, how="cross")
    if evidence.rules.lifecycle:
        early = (pl.col("period") < pl.col("first_period")).fill_null(value=False)
        late = (pl.col("period") > pl.col("last_period")).fill_null(value=False)
        rows = rows.filter(~early, ~late)
    reached = evidence.hung.group_by(_PLACE).agg(
        stores=pl.len().cast(pl.Float64), clusters=pl.col("cluster").drop_nulls().n_unique().cast(pl.Float64)
    )
    return rows.join(reached, on=_PLACE, how="left").with_columns(pl.col("stores", "clusters").fill_null(0.0))


def short_of_stores(evidence: Evidence) -> pl.DataFrame:
    """Stores short of a launch's least number."""
    return _short(evidence, "stores")


def short_of_clusters(evidence: Evidence) -> pl.DataFrame:
    """Clusters short of a launch's least number."""
    return _short(evidence, "clusters")


def _short(evidence: Evidence, kind: str) -> pl.DataFrame:
    if not evidence.rules.launch:
        return nothing()
    short = pl.col(f"min_{kind}") - pl.col(kind)
    return lacking(evidence.once(_launches), short, product=pl.col("product"), group=pl.lit(kind))


@rule(_RULE, "a launch reaches its stores and clusters, or falls short at a price, and its reserve is kept")
def launch(evidence: Evidence) -> Checked:
    """Stores, clusters and reserve of each launch."""
    if not evidence.rules.launch:
        return Checked(0)
    rows = evidence.once(_launches)
    words = "Period {period}: {stores} stores carry {product}; at most {max_stores} may"
    findings = beyond(
        _RULE, rows, value="stores", limit="max_stores", where=_PLACE, unit="store", words=words
    )
    for kind, unit in (("stores", "store"), ("clusters", "cluster")):
        own = evidence.once(short_of_stores if kind == "stores" else short_of_clusters)
        price = f"launch_shortfall_per_{unit}"
        findings += misstated(evidence, _RULE, own, unit, price, groups=[kind])
    return Checked(rows.height, findings + _reserves(evidence))


def _reserves(evidence: Evidence) -> list[Finding]:
    """Centres that send more of a launched product than its reserve leaves."""
    kept = evidence.table("launches").select("product", "reserve").filter(pl.col("reserve") > 0)
    opening = evidence.table("stock").join(kept, on="product", how="right")
    opening = opening.with_columns(given=((1 - pl.col("reserve")) * pl.col("pieces")).fill_null(0.0))
    words = "Up to period {period}, {centre} sends {taken} pieces of {product}; its reserve leaves {given}"
    launched = set(kept["product"])
    found = overdrawn(evidence, _RULE, opening.drop_nulls("centre"), words)
    return [finding for finding in found if finding.where["product"] in launched]
