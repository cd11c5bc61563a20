"""Rules ``categories``, ``price-bands`` and ``core-subcategories``: how broad a store's styles are."""

from __future__ import annotations

import polars as pl

from provisor.allocation.audit.evidence import Evidence, rule
from provisor.allocation.audit.excess import lacking, misstated, nothing
from provisor.allocation.audit.roles import counted
from provisor.auditing import Checked

_STORE = ["period", "store"]


def _bands(evidence: Evidence) -> pl.DataFrame:
    return counted(evidence, "price_band")


def _subcategories(evidence: Evidence) -> pl.DataFrame:
    core = list(evidence.rules.core_subcategories)
    return counted(evidence, "subcategory").filter(pl.col("subcategory").is_in(core))


def _categories(evidence: Evidence) -> pl.DataFrame:
    """Categories a store could carry (``eligible``) and does (``styles``)."""
    by_category = counted(evidence, "category")
    return by_category.group_by(_STORE).agg(pl.col("eligible", "styles").gt(0).sum().cast(pl.Int64))


def short_of_categories(evidence: Evidence) -> pl.DataFrame:
    """Categories short of the number asked for, or of what is eligible."""
    if not evidence.rules.categories:
        return nothing()
    short = pl.min_horizontal(pl.lit(evidence.rules.categories), "eligible") - pl.col("styles")
    return lacking(evidence.once(_categories), short, store=pl.col("store"))


def short_of_bands(evidence: Evidence) -> pl.DataFrame:
    """Styles of a price band short of the number asked for, or of what is eligible."""
    if not evidence.rules.price_bands:
        return nothing()
    short = pl.min_horizontal(pl.lit(evidence.rules.price_bands), "eligible") - pl.col("styles")
    return lacking(evidence.once(_bands), short, store=pl.col("store"), group=pl.col("price_band"))


def short_of_core(evidence: Evidence) -> pl.DataFrame:
    """Core subcategories that a store could carry and does not."""
    if not evidence.rules.core_subcategories:
        return nothing()
    short = pl.min_horizontal(pl.lit(1), "eligible") - pl.col("styles")
    return lacking(evidence.once(_subcategories), short, store=pl.col("store"), group=pl.col("subcategory"))


@rule(
    "categories",
    "a store carries its least number of categories, or what is eligible, or is short at a price",
)
def categories(evidence: Evidence) -> Checked:
    """The plan's shortfalls against those of its styles."""
    if not evidence.rules.categories:
        return Checked(0)
    own = evidence.once(short_of_categories)
    findings = misstated(evidence, "categories", own, "category", "category_shortfall")
    return Checked(evidence.once(_categories).height, findings)


@rule("price-bands", "a store carries styles of each price band, or what is eligible, or is short at a price")
def price_bands(evidence: Evidence) -> Checked:
    """The plan's shortfalls against those of its styles."""
    if not evidence.rules.price_bands:
        return Checked(0)
    own = evidence.once(short_of_bands)
    findings = misstated(evidence, "price-bands", own, "style", "price_band_shortfall_per_style")
    return Checked(evidence.once(_bands).height, findings)


@rule("core-subcategories", "a store carries each core subcategory it may carry, or misses it at a price")
def core_subcategories(evidence: Evidence) -> Checked:
    """The plan's shortfalls against those of its styles."""
    if not evidence.rules.core_subcategories:
        return Checked(0)
    own = evidence.once(short_of_core)
    findings = misstated(evidence, "core-subcategories", own, "subcategory", "core_shortfall")
    return Checked(evidence.once(_subcategories).height, findings)
