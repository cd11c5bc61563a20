"""Products, pairs, substitutes and the rules' plan, from the outputs of the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.data.context import some
from provisor.allocation.data.pipeline.forms import BANDS, GROUPS, ROLES, RULES, SALES, SPLIT, SUBSTITUTES
from provisor.allocation.data.pipeline.places import shaped
from provisor.allocation.tables import MANUAL_PLAN, PAIRS, PRODUCTS, SUBSTITUTION
from provisor.allocation.words import counted
from provisor.tables.grid import ROW, Sheet

if TYPE_CHECKING:
    from provisor.allocation.data.pipeline.find import Folder

COST_SHARE = 0.55
"""Cost of a piece as a share of its price: the pipeline knows no costs."""

SALVAGE_SHARES = {"CORE": 0.9, "FILLER": 0.6, "SEASONAL": 0.35, "CLEARANCE": 0.15}
"""Worth of a piece left over as a share of its cost, by role; 0.6 for products without a role."""

DISPERSION = 1.5
"""Variance of demand / its mean: the pipeline knows only what was sold."""

_PLAIN_SALVAGE = 0.6
_SHRINK = 10.0
"""Stores that have both styles at which a substitution score counts half."""

_MOST_DIVERTED = 0.7
"""Largest part of the demand of a missing style that others take."""


def trade(folder: Folder) -> Sheet | None:
    """Pairs by what they sell and what the rules would change: the columns of step 13, sales where there are any."""
    rules, sales = folder.read(RULES), folder.read(SALES)
    if rules is None or sales is None:
        found = rules if sales is None else sales
        if found is None:
            return None
        missing = [
            name for name in ("category", "change", "price", "amount") if name not in found.frame.columns
        ]
        return found.of(found.frame.with_columns(pl.lit(None).alias(name) for name in missing))
    both = sales.frame.join(
        rules.frame.rename({"now": "rule_now", "subcategory": "rule_subcategory", ROW: "rule_row"}),
        on=["store", "product"],
        how="full",
        coalesce=True,
    )
    frame = both.with_columns(
        pl.coalesce(ROW, "rule_row").alias(ROW),
        pl.coalesce("now", "rule_now").alias("now"),
        pl.coalesce("subcategory", "rule_subcategory").alias("subcategory"),
    )
    return sales.of(frame.sort("store", "product"))


def products(folder: Folder, traded: Sheet | None) -> Sheet | None:
    """Table ``products``: roles of step 25, prices of step 26 or of what was sold."""
    roles, bands = folder.read(ROLES), folder.read(BANDS)
    sheets = [sheet for sheet in (bands, roles) if sheet is not None]
    if not sheets:
        return None
    frame = pl.concat([sheet.frame for sheet in sheets], how="diagonal")
    if traded is not None:
        frame = pl.concat([frame, _sold(traded.frame)], how="diagonal")
    told = [
        name for name in ("role", "category", "subcategory", "price", "price_band") if name in frame.columns
    ]
    first = [pl.col(name).drop_nulls().first() for name in told]
    frame = frame.drop_nulls("product").group_by("product").agg(pl.col(ROW).first(), *first).sort("product")
    frame = frame.with_columns(
        pl.lit(None, dtype=PRODUCTS.dtypes[name]).alias(name)
        for name in ("role", "category", "subcategory", "price", "price_band")
        if name not in told
    )
    return shaped(sheets[0], _valued(folder, sheets[0], frame), PRODUCTS)


def pairs(folder: Folder, traded: Sheet | None, stores: Sheet | None, goods: Sheet | None) -> Sheet | None:
    """Table ``pairs``: what sold is the demand; where nothing did, what the rules would add."""
    if traded is None or stores is None or goods is None:
        return None
    demand = (
        pl.when(pl.col("now").fill_null(0) > 0)
        .then("now")
        .otherwise(pl.col("change").fill_null(0.0).cast(pl.Float64))
    )
    frame = traded.frame.with_columns(demand.alias("demand")).filter(pl.col("demand") > 0)
    for column, known in (("store", stores), ("product", goods)):
        inside = frame[column].is_in(known.frame[column].drop_nulls().implode())
        if not inside.all():
            lost = frame.filter(~inside)[column].unique().sort()
            which = f"{counted(len(lost), column)} not planned ({some(lost)})"
            said = f"{counted(int((~inside).sum()), 'pair')} left out, of {which}"
            folder.problems.warning("unused", said, file=traded.file, column=column)
            frame = frame.filter(inside)
    deviation = (DISPERSION * pl.col("demand")).sqrt()
    most = (pl.col("demand") + 2 * deviation).ceil().cast(pl.Int64).clip(2)
    folder.problems.warning(
        "assumed",
        f"demand is what sold, or what the rules add where nothing did; its variance is {DISPERSION:g} times its "
        "mean, max_pieces two deviations above it; nothing hangs in the stores at the start",
        mend="name a table of pairs with the stock of the stores",
        file=traded.file,
    )
    frame = frame.with_columns(
        pl.lit(DISPERSION).alias("dispersion"),
        most.alias("max_pieces"),
        (pl.col("now").fill_null(0) > 0).alias("carried_before"),
    )
    return shaped(traded, frame, PAIRS)


def substitution(folder: Folder, goods: Sheet | None) -> Sheet | None:
    """Table ``substitution``: scores above 0, shrunk where few stores have both, both ways.

    ``rate = score x stores / (stores + 10)``, scaled so that no more than 0.7 of a product's demand turns away.
    """
    sheet = folder.read(SUBSTITUTES)
    if sheet is None or goods is None:
        return None
    known = goods.frame["product"].implode()
    rate = pl.col("score").clip(0, 1) * pl.col("stores") / (pl.col("stores") + _SHRINK)
    one = sheet.frame.filter(pl.col("product").is_in(known) & pl.col("substitute").is_in(known)).select(
        ROW, "product", "substitute", rate.alias("rate")
    )
    other = one.select(ROW, product="substitute", substitute="product", rate="rate")
    both = pl.concat([one, other]).filter((pl.col("rate") > 0) & (pl.col("product") != pl.col("substitute")))
    both = both.unique(["product", "substitute"], keep="first", maintain_order=True)
    total = pl.col("rate").sum().over("product")
    scaled = pl.col("rate") * pl.min_horizontal(pl.lit(1.0), _MOST_DIVERTED / total)
    return shaped(sheet, both.with_columns(scaled.alias("rate")), SUBSTITUTION)


def manual_plan(folder: Folder, carried: Sheet | None, goods: Sheet | None) -> Sheet | None:
    """Table ``manual_plan``: styles a store sells of a subcategory, and the change the rules would make."""
    change = _changes(folder)
    if change is None or carried is None or goods is None:
        return None
    now = (
        carried.frame.filter("carried_before")
        .join(goods.frame.select("product", "subcategory"), on="product", how="left")
        .group_by("store", "subcategory")
        .agg(pl.len().alias("now"))
    )
    stores = carried.frame["store"].unique().implode()
    known = goods.frame["subcategory"].drop_nulls().unique().implode()
    total = (
        change.frame.filter(pl.col("store").is_in(stores) & pl.col("subcategory").is_in(known))
        .group_by("store", "subcategory")
        .agg(pl.col(ROW).first(), pl.col("change").sum())
        .join(now, on=["store", "subcategory"], how="left")
    )
    styles = (pl.col("now").fill_null(0) + pl.col("change")).round().clip(0).cast(pl.Int64)
    return shaped(
        change, total.with_columns(styles.alias("styles")).sort("store", "subcategory"), MANUAL_PLAN
    )


def _changes(folder: Folder) -> Sheet | None:
    """Change of styles by store and subcategory: of step 32, or step 14's spread evenly over the group's stores."""
    split = folder.read(SPLIT)
    if split is not None:
        return split
    groups = folder.read(GROUPS)
    if groups is None:
        return None
    each = pl.coalesce("change", pl.col("target") - pl.col("current")) / pl.col("stores").list.len()
    frame = groups.frame.with_columns(each.alias("change")).explode("stores").rename({"stores": "store"})
    said = "no store_level_allocation_results is there; changes of groups are spread evenly over their stores"
    folder.problems.warning("assumed", said, file=groups.file)
    return groups.of(frame.select(ROW, "store", "subcategory", "change").drop_nulls())


def _sold(trade: pl.DataFrame) -> pl.DataFrame:
    """Families and prices of what was sold, a row for each product."""
    amount, pieces = pl.col("amount").cast(pl.Float64).sum(), pl.col("now").cast(pl.Float64).sum()
    price = (
        pl.when((amount > 0) & (pieces > 0))
        .then(amount / pieces)
        .otherwise(pl.col("price").cast(pl.Float64).mean())
    )
    return trade.group_by("product", maintain_order=True).agg(
        pl.col(ROW).first(),
        pl.col("category").cast(pl.String).drop_nulls().first(),
        pl.col("subcategory").cast(pl.String).drop_nulls().first(),
        price.alias("price"),
    )


def _valued(folder: Folder, sheet: Sheet, frame: pl.DataFrame) -> pl.DataFrame:
    """Products with cost and worth left over, as the pipeline knows none; those without a price are left out."""
    unpriced = frame.filter(pl.col("price").is_null())["product"]
    if len(unpriced):
        said = f"{counted(len(unpriced), 'product')} without a price, not planned ({some(unpriced)})"
        folder.problems.warning("no-price", said, **sheet.place("price"))
    for column in ("category", "subcategory"):
        lost = frame.filter(pl.col("price").is_not_null() & pl.col(column).is_null())["product"]
        if len(lost):
            said = f"{counted(len(lost), 'product')} without a {column}; it is called none ({some(lost)})"
            folder.problems.warning("assumed", said, **sheet.place(column))
    shares = ", ".join(f"{role} {share:g}" for role, share in SALVAGE_SHARES.items())
    said = f"no costs are known: a piece costs {COST_SHARE:g} of its price, and is worth {shares} of that left over"
    folder.problems.warning(
        "assumed", said, mend="name a table of products with costs", **sheet.place("price")
    )
    cost = (pl.col("price") * COST_SHARE).round(2)
    worth = pl.col("role").replace_strict(SALVAGE_SHARES, default=_PLAIN_SALVAGE, return_dtype=pl.Float64)
    return (
        frame.drop_nulls("price")
        .with_columns(pl.col("category", "subcategory").fill_null("none"), cost.alias("cost"))
        .with_columns((pl.col("cost") * worth.fill_null(_PLAIN_SALVAGE)).round(2).alias("salvage"))
    )
