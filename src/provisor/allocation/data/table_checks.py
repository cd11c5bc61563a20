"""Checks of the single tables of a case, and of each table's names against the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.data.context import Context, some, suggestion
from provisor.allocation.words import counted
from provisor.tables.grid import ROW
from provisor.tables.validate import note_cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.tables.grid import Sheet

_ROUNDING = 1e-9


def check_tables(context: Context, there: Mapping[str, Sheet]) -> None:
    """Note rows that contradict themselves or name what other tables do not have."""
    _check_products(context, there["products"])
    _check_stores(context, there["stores"], there["slots"])
    _check_ways(context, there)
    _check_roles(context, there["roles"], there["products"])
    _check_substitution(context, there["substitution"])
    _check_launches(context, there["launches"], there["stores"])
    _check_manual_plan(context, there["manual_plan"], there["products"])
    _check_displays(context, there["displays"], there["slots"], there["products"])


def _check_products(context: Context, products: Sheet) -> None:
    frame = products.frame
    context.error(
        "salvage-above-cost",
        frame.filter(pl.col("salvage") > pl.col("cost")).select(ROW, "product", "cost", value="salvage"),
        (products, "salvage"),
        lambda product, cost: f"a piece of {product} left over is worth more than it costs ({cost:g})",
        "at most the cost",
        "lower salvage, or raise cost",
    )
    context.error(
        "minimum-above-maximum",
        frame.filter(pl.col("first_period") > pl.col("last_period")).select(
            ROW, "product", "last_period", value="first_period"
        ),
        (products, "first_period"),
        lambda product, last_period: f"{product} begins after its last period {last_period}",
        "a first period not after the last",
    )
    cheap = frame.filter(pl.col("price") < pl.col("cost"))["product"]
    if len(cheap):
        said = f"{counted(len(cheap), 'product costs', 'products cost')} more than the price ({some(cheap)})"
        context.tell("price-below-cost", said, products, "check price and cost", "price")


def _check_stores(context: Context, stores: Sheet, slots: Sheet) -> None:
    total = slots.frame.group_by("store").agg(pl.col("slots").sum())
    frame = stores.frame.join(total, on="store", how="left").sort(ROW)
    closed = frame.filter((pl.col("slots").fill_null(0) == 0) | (pl.col("pieces") == 0))
    if closed.height:
        which = f"{counted(closed.height, 'store')} without slots or room for pieces"
        said = f"{which}: nothing is carried there ({some(closed['store'])})"
        context.tell("zero-capacity", said, stores, "give them slots and pieces, or take them out", "pieces")
    if context.keys.rules.coherence:
        alone = frame.filter(pl.col("cluster").is_null())["store"]
        if len(alone):
            said = f"{counted(len(alone), 'store')} of no cluster, and so held to no band ({some(alone)})"
            context.tell("no-cluster", said, stores, column="cluster")
        by_cluster = frame.drop_nulls("cluster").group_by("cluster").agg(pl.col("slots").sum(), pl.len())
        empty = by_cluster.filter(pl.col("slots").fill_null(0) == 0)["cluster"].sort()
        if len(empty):
            said = f"no store of cluster {some(empty)} has a slot; the cluster is empty"
            context.tell("empty-cluster", said, stores, column="cluster")


def _check_ways(context: Context, sheets: Mapping[str, Sheet]) -> None:
    ways = sheets["transfer_lanes"]
    loops = ways.frame.filter(pl.col("from_store") == pl.col("to_store"))
    note_cells(
        ways,
        "to_store",
        loops.select(ROW, value="to_store"),
        "lane-to-itself",
        "another store than the one that gives",
        context.problems,
    )
    stores, served = sheets["stores"].frame["store"].drop_nulls(), sheets["lanes"].frame["store"]
    lost = stores.filter(~stores.is_in(served.implode()))
    if len(lost) and len(served):
        said = f"{counted(len(lost), 'store')} on no lane of any centre, where nothing is sent ({some(lost)})"
        context.tell("no-lane", said, sheets["lanes"], "add lanes to them", "store")


def _check_roles(context: Context, roles: Sheet, products: Sheet) -> None:
    frame = roles.frame
    for column in ("min_share", "max_share"):
        context.error(
            "out-of-range",
            frame.filter(pl.col(column) > 1).select(ROW, "role", value=column),
            (roles, column),
            lambda role: f"the share of {role} is above 1",
            "a share from 0 to 1",
            "percents are divided by 100: 15 % is 0.15",
        )
    context.error(
        "minimum-above-maximum",
        frame.filter(pl.col("min_share") > pl.col("max_share")).select(
            ROW, "role", "max_share", value="min_share"
        ),
        (roles, "min_share"),
        lambda role, max_share: f"the least share of {role} is above its largest ({max_share:g})",
        "a least share not above the largest",
    )
    _check_role_sums(context, roles, products)
    used = products.frame["role"].drop_nulls().unique().sort()
    idle = [role for role in frame["role"].drop_nulls() if role not in used]
    if idle:
        context.tell("unused", f"no product has the role {some(idle)}", roles, column="role")
    free = [role for role in used if role not in frame["role"].to_list()] if frame.height else []
    if free:
        said = f"products have the role {some(free)}, which has no shares and is not limited"
        context.tell("unlimited", said, roles, column="role")


def _check_role_sums(context: Context, roles: Sheet, products: Sheet) -> None:
    frame = roles.frame
    least, most = float(frame["min_share"].sum()), float(frame["max_share"].sum())
    if least > 1 + _ROUNDING:
        context.problems.error(
            "roles-sum",
            f"the least shares of the roles add up to {least:g}",
            expected="at most 1",
            mend="lower some of them",
            **roles.place("min_share"),
        )
    every = products.frame["role"].is_in(frame["role"].drop_nulls().implode()).fill_null(value=False).all()
    if frame.height and every and most < 1 - _ROUNDING:
        context.problems.error(
            "roles-sum",
            f"every product has one of these roles, and their largest shares add up to {most:g}: no store could "
            "carry anything",
            expected="at least 1",
            mend="raise some of them",
            **roles.place("max_share"),
        )


def _check_substitution(context: Context, substitution: Sheet) -> None:
    frame = substitution.frame
    note_cells(
        substitution,
        "substitute",
        frame.filter(pl.col("product") == pl.col("substitute")).select(ROW, value="substitute"),
        "own-substitute",
        "another product than the missing one",
        context.problems,
    )
    total = frame.with_columns(pl.col("rate").sum().over("product").alias("total"))
    context.error(
        "rates-sum",
        total.filter(pl.col("total") > 1 + _ROUNDING)
        .unique("product", keep="first", maintain_order=True)
        .select(ROW, "product", "total", value="rate"),
        (substitution, "rate"),
        lambda product, total: (
            f"the rates of {product} add up to {total:g}: more than all of its demand turns away"
        ),
        "at most 1",
        "lower the rates; percents are divided by 100",
    )


def _check_launches(context: Context, launches: Sheet, stores: Sheet) -> None:
    frame = launches.frame
    context.error(
        "minimum-above-maximum",
        frame.filter(pl.col("min_stores") > pl.col("max_stores")).select(
            ROW, "product", "max_stores", value="min_stores"
        ),
        (launches, "min_stores"),
        lambda product, max_stores: f"the least stores of {product} are above its most ({max_stores})",
        "least stores not above the most",
    )
    context.error(
        "out-of-range",
        frame.filter(pl.col("reserve") > 1).select(ROW, "product", value="reserve"),
        (launches, "reserve"),
        lambda product: f"the reserve of {product} is above 1",
        "a share from 0 to 1",
        "percents are divided by 100",
    )
    clusters = stores.frame["cluster"].drop_nulls().n_unique()
    wide = frame.filter(pl.col("min_clusters") > clusters)["product"]
    if len(wide):
        have = counted(clusters, "cluster")
        said = f"the case has {have}, and more are asked for ({some(wide)}); the shortfall is priced"
        context.tell("launch-too-wide", said, launches, column="min_clusters")


def _check_manual_plan(context: Context, plan: Sheet, products: Sheet) -> None:
    known = products.frame["subcategory"].drop_nulls().unique().sort().to_list()
    strange = plan.frame.filter(pl.col("subcategory").is_not_null() & ~pl.col("subcategory").is_in(known))
    note_cells(
        plan,
        "subcategory",
        strange.select(ROW, value="subcategory"),
        "unknown-subcategory",
        "a subcategory of some product",
        context.problems,
        suggestion(known),
    )


def _check_displays(context: Context, displays: Sheet, slots: Sheet, products: Sheet) -> None:
    roles = products.frame["role"].drop_nulls().unique().sort().to_list()
    note_cells(
        displays,
        "role",
        displays.frame.filter(~pl.col("role").is_in(roles)).select(ROW, value="role"),
        "unknown-role",
        "a role of some product",
        context.problems,
        suggestion(roles),
    )
    note_cells(
        displays,
        "cell",
        displays.frame.join(slots.frame, on=["store", "cell"], how="anti").select(ROW, value="cell"),
        "unknown-cell",
        "a cell that the table slots has for the store",
        context.problems,
    )
