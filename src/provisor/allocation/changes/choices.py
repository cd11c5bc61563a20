"""What ready scenarios leave to the case: its busiest store, its best seller, its scarcest material and so on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from provisor.allocation.changes.common import horizon
from provisor.allocation.changes.products import LIKE_ITEMS, like
from provisor.case import BadRequest
from provisor.scenario import Choice

if TYPE_CHECKING:
    from provisor.case import Case

SEASONAL, CLEARANCE = "SEASONAL", "CLEARANCE"
WIDELY = 50
"""Stores in which a best seller hangs at least, where the case has that many; half of them where it has not."""

SEASON_PERIODS = 3
SEASON_STORES = 3
"""One of so many stores gets a display in the season."""

DISPLAY_SHARE = 0.25
"""Slots of a display, as a share of those of the cell in a usual store."""

LAUNCH_SHARES = (0.15, 0.5)
"""Stores of a launch, least and most, as shares of those that may carry it."""

LAUNCH_CLUSTERS = 3


def _demand(case: Case, by: str) -> pl.DataFrame:
    """Mean demand and its revenue by store or product, the dearest first: ``by, demand, revenue, pairs``."""
    prices = case.table("products").select("product", "price", "role")
    pairs = case.table("pairs").join(prices, on="product")
    figures = pairs.group_by(by).agg(
        pl.col("demand").sum(), revenue=(pl.col("demand") * pl.col("price")).sum(), pairs=pl.len()
    )
    return figures.sort("revenue", by, descending=[True, False])


def busiest_store(case: Case) -> str:
    """The store whose demand is worth most."""
    return _first(_demand(case, "store"), "store", "no store has a pair")


def fullest_store(case: Case) -> str:
    """The store with most eligible pairs for each of its slots."""
    slots = case.table("slots").group_by("store").agg(pl.col("slots").sum())
    full = _demand(case, "store").join(slots.filter(pl.col("slots") > 0), on="store")
    ranked = full.sort(pl.col("pairs") / pl.col("slots"), "store", descending=[True, False])
    return _first(ranked, "store", "no store has slots and pairs")


def best_seller(case: Case) -> str:
    """The product whose demand is worth most, of those for at least 50 stores (half of them in a smaller chain)."""
    wide = min(WIDELY, case.table("stores").height / 2)
    before = case.table("products").filter(pl.col("last_period").is_null())["product"].to_list()
    ranked = _demand(case, "product").filter((pl.col("pairs") >= wide) & pl.col("product").is_in(before))
    return _first(ranked, "product", f"no product may hang in {wide:g} stores")


def after_wind_down(case: Case) -> int:
    """The second period; the first in a case of one."""
    return min(2, horizon(case)[-1])


def season(case: Case) -> list[int]:
    """The first three periods; all of fewer."""
    return horizon(case)[:SEASON_PERIODS]


def seasonal_cell(case: Case) -> str:
    """The display cell that most seasonal products hang in."""
    cells = case.table("products").filter(pl.col("role") == SEASONAL)
    if cells.is_empty():
        raise BadRequest(f"no product has the role {SEASONAL}")
    return _first(cells["cell"].value_counts().sort("count", "cell", descending=[True, False]), "cell", "")


def seasonal_stores(case: Case) -> list[str]:
    """The third of the stores with most demand for seasonal products among those that have the cell."""
    seasonal = case.table("products").filter(pl.col("role") == SEASONAL)
    has = case.table("slots").filter((pl.col("cell") == seasonal_cell(case)) & (pl.col("slots") > 0))
    pairs = case.table("pairs").join(seasonal, on="product", how="semi").join(has, on="store", how="semi")
    ranked = (
        pairs.group_by("store").agg(pl.col("demand").sum()).sort("demand", "store", descending=[True, False])
    )
    count = max(1, case.table("stores").height // SEASON_STORES)
    return ranked["store"].to_list()[:count]


def display_slots(case: Case) -> int:
    """A quarter of the usual slots of that cell, at least one."""
    usual = case.table("slots").filter(pl.col("cell") == seasonal_cell(case))["slots"].median()
    return max(1, math.floor(DISPLAY_SHARE * float(usual or 0.0)))  # type: ignore[arg-type]


def like_items(case: Case) -> list[str]:
    """The best seller and up to four products like it."""
    first = best_seller(case)
    return [first, *like(case, first, LIKE_ITEMS - 1)]


def _launched_pairs(case: Case) -> pl.DataFrame:
    return case.table("pairs").filter(pl.col("product").is_in(like_items(case)))


def launch_stock(case: Case) -> dict[str, int]:
    """Pieces for the most stores of the launch and its reserve, shared out as the centres' stock is."""
    pairs = _launched_pairs(case)
    usual = float(pairs["demand"].mean() or 0.0)  # type: ignore[arg-type]
    pieces = 2.0 * usual * LAUNCH_SHARES[1] * pairs["store"].n_unique()
    stock = case.table("stock").group_by("centre").agg(pl.col("pieces").sum()).sort("centre")
    total = max(1, int(stock["pieces"].sum()))
    return {centre: math.ceil(pieces * own / total) for centre, own in stock.iter_rows()}


def launch_least(case: Case) -> int:
    """15 % of the stores that may carry it, at least one."""
    return max(1, math.floor(LAUNCH_SHARES[0] * _launched_pairs(case)["store"].n_unique()))


def launch_most(case: Case) -> int:
    """Half of the stores that may carry it, at least two."""
    return max(2, math.floor(LAUNCH_SHARES[1] * _launched_pairs(case)["store"].n_unique()))


def launch_clusters(case: Case) -> int:
    """Three clusters, or as many as the case has."""
    return min(LAUNCH_CLUSTERS, case.table("stores")["cluster"].drop_nulls().n_unique())


def scarce_material(case: Case) -> str:
    """The material whose demand is worth most."""
    products = case.table("products")
    named = products.drop_nulls("material") if "material" in products.columns else products.clear()
    worth = _demand(case, "product").join(named.select("product", "material"), on="product")
    ranked = worth.group_by("material").agg(pl.col("revenue").sum()) if named.height else worth.clear()
    ranked = ranked.sort("revenue", descending=True)
    return _first(ranked, "material", "no product has a material")


def closed_centre(case: Case) -> str:
    """The centre with most stores that others reach as quickly, the larger stock first."""
    lanes = case.table("lanes")
    quick = lanes.filter(pl.col("lead_periods") == pl.col("lead_periods").min().over("store"))
    shared = quick.filter(pl.len().over("store") > 1)
    if shared.is_empty():
        raise BadRequest("no store is served as quickly by two centres")
    stock = case.table("stock").group_by("centre").agg(pl.col("pieces").sum())
    ranked = shared.group_by("centre").len().join(stock, on="centre", how="left")
    ranked = ranked.sort("len", "pieces", "centre", descending=[True, True, False], nulls_last=True)
    return _first(ranked, "centre", "")


def longer_ways(case: Case) -> int:
    """One period where the case has three or more, so that goods still arrive; none where it has fewer."""
    return 1 if horizon(case)[-1] >= 3 else 0


def _first(table: pl.DataFrame, column: str, otherwise: str) -> str:
    if table.is_empty():
        raise BadRequest(otherwise)
    return str(table[column][0])


CHOICES = (
    Choice("busiest_store", "the store whose demand is worth most", busiest_store),
    Choice("fullest_store", "the store with most eligible pairs for each slot", fullest_store),
    Choice("best_seller", "the widely carried product whose demand is worth most", best_seller),
    Choice("after_wind_down", "the second period; the first in a case of one", after_wind_down),
    Choice("season", "the first three periods; all of fewer", season),
    Choice("seasonal_cell", "the display cell that most seasonal products hang in", seasonal_cell),
    Choice("seasonal_stores", "the third of the stores with most seasonal demand", seasonal_stores),
    Choice("display_slots", "a quarter of the usual slots of that cell", display_slots),
    Choice("like_items", "the best seller and up to four products like it", like_items),
    Choice("launch_stock", "pieces by centre for the launch and its reserve", launch_stock),
    Choice("launch_least", "15 % of the stores that may carry it", launch_least),
    Choice("launch_most", "half of the stores that may carry it", launch_most),
    Choice("launch_clusters", "three clusters, or as many as there are", launch_clusters),
    Choice("scarce_material", "the material whose demand is worth most", scarce_material),
    Choice("closed_centre", "the centre with most stores that others reach as quickly", closed_centre),
    Choice("longer_ways", "one period where there are three or more; none in fewer", longer_ways),
)
"""Names that a case answers for itself."""
