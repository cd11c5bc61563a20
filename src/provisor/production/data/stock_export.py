"""The stock export of the warehouse system: units, places and codes of its lines, and what is left out."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import polars as pl

from provisor.production.data.context import Context, suggestion, units
from provisor.production.data.forms import STOCK_EXPORT
from provisor.production.data.keys import EXCLUDE
from provisor.tables.grid import ROW, Sheet
from provisor.tables.validate import note_cells

if TYPE_CHECKING:
    from provisor.production.data.products import Codes

_CASES = ("CAS", "CS", "CAR", "CASE")
_EACH = ("EA", "ST", "PC", "PCE", "UNIT")
_PALLETS = ("PAL", "PAL.", "PF")
_NOT_USED = {
    "inspected": "in quality inspection",
    "restricted": "restricted",
    "blocked": "blocked",
    "returned": "returned",
}


def read_export(context: Context, products: pl.DataFrame, nodes: list[str], codes: Codes) -> Sheet | None:
    """Lines in units with ``node``, ``product``, ``code_state``, ``batch``, ``stock`` and ``road``.

    Excluded stock, stock that is not free, and negative lines are left out, each told with its amount.
    """
    sheet = context.sheet("stock", STOCK_EXPORT)
    if sheet is None:
        return None
    sheet = codes.resolve(context, sheet, "material")
    sheet = _in_units(context, sheet, products)
    _tell_not_used(context, sheet)
    sheet = _at_nodes(context, sheet, nodes)
    if context.keys.negative_stock == "net":
        sheet = _netted(context, sheet)
    return _without_negative(context, sheet)


def _in_units(context: Context, sheet: Sheet, products: pl.DataFrame) -> Sheet:
    measure = pl.col("measure").str.to_uppercase()
    strange = sheet.frame.filter(~measure.is_in([*_CASES, *_EACH, *_PALLETS]))
    note_cells(
        sheet,
        "measure",
        strange.select(ROW, pl.col("measure").alias("value")),
        "not-allowed",
        "CAS for cases, EA for units or PAL for pallets",
        context.problems,
    )
    sizes = products.select("product", "units_per_case", "units_per_pallet")
    frame = sheet.frame.join(sizes, on="product", how="left", maintain_order="left")
    size = (
        pl.when(measure.is_in(_CASES))
        .then("units_per_case")
        .when(measure.is_in(_PALLETS))
        .then("units_per_pallet")
        .otherwise(1.0)
    )
    amounts = {"unrestricted": "stock", "road": "road", **{name: name for name in _NOT_USED}}
    frame = frame.with_columns(
        (pl.col(old).fill_null(0.0) * size).round(6).alias(new) for old, new in amounts.items()
    )
    return sheet.of(frame, stock="unrestricted")


def _tell_not_used(context: Context, sheet: Sheet) -> None:
    for column, said in _NOT_USED.items():
        amount = sheet.frame[column].abs().sum()
        if amount:
            context.tell("unused", f"stock {said} is not used: {units(amount)}", sheet)


def _at_nodes(context: Context, sheet: Sheet, nodes: list[str]) -> Sheet:
    """Lines with the node of their plant and location; those the case excludes are dropped, told."""
    places = sheet.frame.select("plant", "location").unique()
    found = [_node_of(context, plant, place or "") for plant, place in places.iter_rows()]
    _tell_unmatched(context, sheet, places)
    frame = sheet.frame.join(
        places.with_columns(pl.Series("node", found, dtype=pl.String)),
        on=["plant", "location"],
        nulls_equal=True,
        maintain_order="left",
    )
    out = frame.filter(pl.col("node") == EXCLUDE)
    if out.height:
        said = ", ".join(
            sorted({f"{plant}/{place or ''}" for plant, place in out.select("plant", "location").iter_rows()})
        )
        amounts = f"{units(out['stock'].sum())} in stock, {units(out['road'].sum())} on the road"
        context.tell("excluded", f"stock of excluded locations ({said}) is not used: {amounts}", sheet)
    inside = frame.filter(pl.col("node") != EXCLUDE)
    bad = inside.filter(~pl.col("node").is_in(nodes))
    note_cells(
        sheet,
        "plant",
        bad.select(ROW, pl.col("node").alias("value")),
        "unknown-node",
        "a node of this case",
        context.problems,
        lambda value: suggestion(nodes)(value) or "say stock_locations: in case.yaml",
    )
    return sheet.of(inside.filter(pl.col("node").is_in(nodes)), node="plant")


def _tell_unmatched(context: Context, sheet: Sheet, places: pl.DataFrame) -> None:
    names = [f"{plant}/{place or ''}" for plant, place in places.iter_rows()]
    for pattern in context.keys.stock_locations:
        if not any(fnmatchcase(name, pattern) for name in names):
            context.tell(
                "unused", f"stock_locations {pattern} is the place of no line of the stock file", sheet
            )


def _node_of(context: Context, plant: str, place: str) -> str:
    name = f"{plant}/{place}"
    said = context.keys.stock_locations
    if name in said:
        return said[name]
    for pattern, node in said.items():
        if "*" in pattern and fnmatchcase(name, pattern):
            return node
    return plant


def _netted(context: Context, sheet: Sheet) -> Sheet:
    """Negative stock set against other lines of the same node and product, the first ones first."""
    pair = ["node", "product"]
    owed = -pl.col("stock").clip(upper_bound=0.0).sum().over(pair)
    there = pl.col("stock").clip(lower_bound=0.0)
    before = (there.cum_sum().over(pair)) - there
    taken = (owed - before).clip(0.0, there)
    frame = sheet.frame.sort("node", "product", "batch", "material", "stock").with_columns(
        taken.alias("__taken")
    )
    amount = frame["__taken"].sum()
    if amount:
        context.tell(
            "changed",
            f"negative stock is set against other stock of the same node and product: {units(amount)}",
            sheet,
        )
    paid = pl.col("__taken").sum().over(pair)
    debt = pl.col("stock").clip(upper_bound=0.0)
    share = pl.when(debt.sum().over(pair) < 0).then(debt / debt.sum().over(pair)).otherwise(0.0)
    left = (
        pl.when(pl.col("stock") < 0)
        .then(pl.col("stock") + paid * share)
        .otherwise(pl.col("stock") - pl.col("__taken"))
    )
    return sheet.of(frame.with_columns(left.round(6).alias("stock")).drop("__taken"))


def _without_negative(context: Context, sheet: Sheet) -> Sheet:
    for column, said in (("stock", "stock"), ("road", "goods on the road")):
        lines = sheet.frame.filter(pl.col(column) < 0)
        if lines.height:
            nodes = ", ".join(lines["node"].unique().sort())
            context.tell(
                "changed",
                f"negative {said} is counted as nothing: {units(lines[column].sum())} in "
                f"{lines.height} lines ({nodes})",
                sheet,
                "negative_stock: net sets it against other stock",
            )
    return sheet.of(sheet.frame.with_columns(pl.col("stock", "road").clip(lower_bound=0.0)))
