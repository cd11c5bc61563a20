"""Rules ``role-minimum`` and ``role-maximum``: how many styles of each role hang in a store."""

from __future__ import annotations

import polars as pl

from provisor.allocation.audit.evidence import Evidence, rule
from provisor.allocation.audit.excess import lacking, misstated, nothing
from provisor.auditing import Checked

_STORE = ["period", "store"]
_ROLE = [*_STORE, "role"]

ROUNDING = 1e-9
"""Taken off a share times a count before it is rounded up."""


def counted(evidence: Evidence, column: str) -> pl.DataFrame:
    """``eligible`` and carried (``styles``) pairs by period, store and ``column`` of the product."""
    place = [*_STORE, column]
    kinds = evidence.table("products").select("product", column).drop_nulls(column)
    eligible = evidence.possible.filter("eligible").select("period", "store", "product")
    able = eligible.join(kinds, on="product").group_by(place).agg(pl.len().alias("eligible"))
    hung = evidence.hung.drop_nulls(column).group_by(place).agg(pl.len().alias("styles"))
    both = able.join(hung, on=place, how="full", coalesce=True)
    return both.with_columns(pl.col("eligible", "styles").fill_null(0).cast(pl.Int64))


def _by_role(evidence: Evidence) -> pl.DataFrame:
    """Counts by store and role, with the role's shares and displays, the store's ``slots`` and styles (``total``)."""
    shown = evidence.cells.drop_nulls("role").group_by(_ROLE).agg(pl.col("shown").sum())
    total = evidence.hung.group_by(_STORE).agg(pl.len().cast(pl.Int64).alias("total"))
    return (
        counted(evidence, "role")
        .join(evidence.table("roles"), on="role")
        .join(evidence.store_slots, on=_STORE, how="left")
        .join(total, on=_STORE, how="left")
        .join(shown, on=_ROLE, how="left")
        .with_columns(pl.col("total").fill_null(0), pl.col("slots", "shown").fill_null(0.0))
    )


def short_of_minimum(evidence: Evidence) -> pl.DataFrame:
    """Styles short of the least share of the slots, or of what is eligible."""
    if not evidence.rules.role_minimum:
        return nothing()
    asked = (pl.col("min_share") * pl.col("slots") - ROUNDING).ceil()
    short = pl.min_horizontal(asked, pl.col("eligible").cast(pl.Float64)) - pl.col("styles")
    return lacking(evidence.once(_by_role), short, store=pl.col("store"), group=pl.col("role"))


def beyond_maximum(evidence: Evidence) -> pl.DataFrame:
    """Styles beyond the largest share of those the store carries."""
    if not evidence.rules.role_maximum:
        return nothing()
    over = (
        pl.col("styles") - pl.col("max_share") * pl.col("total") - (1 - pl.col("max_share")) * pl.col("shown")
    )
    return lacking(evidence.once(_by_role), over, store=pl.col("store"), group=pl.col("role"))


@rule(
    "role-minimum",
    "styles of a role reach its share of the slots, or what is eligible, or are short at a price",
)
def role_minimum(evidence: Evidence) -> Checked:
    """The plan's shortfalls against those of its styles."""
    if not evidence.rules.role_minimum:
        return Checked(0)
    own = evidence.once(short_of_minimum)
    findings = misstated(evidence, "role-minimum", own, "style", "role_shortfall_per_style")
    return Checked(evidence.once(_by_role).height, findings)


@rule("role-maximum", "styles of a role are within its share of those carried, or beyond it at a price")
def role_maximum(evidence: Evidence) -> Checked:
    """The plan's excesses against those of its styles."""
    if not evidence.rules.role_maximum:
        return Checked(0)
    own = evidence.once(beyond_maximum)
    findings = misstated(evidence, "role-maximum", own, "style", "role_excess_per_style")
    return Checked(evidence.once(_by_role).height, findings)
