"""Suppliers, and which product comes from which of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.expansion.data.client_forms import PRODUCT_SUPPLIERS
from provisor.expansion.data.context import known_only, listed, names_in, note_values, table_of
from provisor.expansion.tables import SUPPLIERS
from provisor.tables.grid import ROW

if TYPE_CHECKING:
    from provisor.expansion.data.context import Context
    from provisor.tables.grid import Sheet


def read_suppliers(context: Context, products: Sheet) -> tuple[Sheet, pl.DataFrame]:
    """The products with their supplier, and the case's table of suppliers."""
    has_supplier = "supplier" in products.frame.columns
    sheet = context.sheet("suppliers", needed=has_supplier)
    if sheet is None:
        return (products, SUPPLIERS.empty()) if has_supplier else _by_kind(context, products)
    if context.form("suppliers") is PRODUCT_SUPPLIERS:
        if not has_supplier:
            products = _joined(context, products, sheet)
        sheet = _each_once(context, sheet)
    elif not has_supplier:
        message = "neither the products nor the suppliers say which product comes from which supplier"
        context.problems.error(
            "missing-column",
            message,
            mend="give the products a column supplier, or a table of product, supplier and kind",
            **products.place("supplier"),
        )
        return products, SUPPLIERS.empty()
    # Products of unknown suppliers stay, so that what other tables say of them is not wrong for it too.
    known_only(context, products, "supplier", names_in(sheet.frame, "supplier"), "supplier")
    return products, table_of(
        _used(context, sheet, products).frame.drop_nulls(["supplier", "kind"]), SUPPLIERS
    )


def _by_kind(context: Context, products: Sheet) -> tuple[Sheet, pl.DataFrame]:
    """Without suppliers each kind counts as one supplier, which is told."""
    nameless = products.frame.filter(pl.col("kind").is_null())
    note_values(context, products, "kind", nameless, "empty-cell", "the kind of the product's supplier")
    frame = products.frame.with_columns(pl.col("kind").alias("supplier"))
    kinds = names_in(frame, "kind")
    context.tell(
        "assumed",
        f"no file names the suppliers; each supplier type ({listed(kinds)}) counts as one supplier",
        products,
        "name a file under files: suppliers:",
    )
    suppliers = pl.DataFrame(
        {"supplier": kinds, "kind": kinds}, schema=dict.fromkeys(("supplier", "kind"), pl.String)
    )
    nothing = pl.lit(None, dtype=pl.Float64).alias("trucks_per_day")
    return products.of(frame), table_of(suppliers.with_columns(nothing), SUPPLIERS)


def _joined(context: Context, products: Sheet, sheet: Sheet) -> Sheet:
    """Products with the supplier their user's table gives them."""
    codes = names_in(products.frame, "sku")
    strange = sheet.frame.filter(~pl.col("sku").is_in(codes))
    if strange.height:
        message = f"suppliers of {listed(strange['sku'])} are not used: there is no such product in this case"
        context.tell("unused", message, sheet)
    given = sheet.frame.select("sku", "supplier", pl.col("kind").alias("__kind")).unique("sku", keep="first")
    frame = products.frame.join(given, on="sku", how="left", maintain_order="left")
    for row in frame.filter(pl.col("kind") != pl.col("__kind")).iter_rows(named=True):
        message = f"{row['sku']} is {row['kind']} here and {row['__kind']} in {sheet.file}, which counts"
        context.tell("contradiction", message, products.place("kind", row[ROW]))
    products = products.of(frame.with_columns(pl.col("__kind").alias("kind")).drop("__kind"))
    without = products.frame.filter(pl.col("supplier").is_null() & pl.col("sku").is_not_null())
    note_values(context, products, "sku", without, "no-supplier", f"a row for this product in {sheet.file}")
    return products


def _each_once(context: Context, sheet: Sheet) -> Sheet:
    """Suppliers of the users' table, one row each; none may be of two kinds."""
    first = pl.col("kind").first().over("supplier")
    two = sheet.frame.filter(pl.col("kind") != first)
    note_values(context, sheet, "kind", two, "contradiction", "the same kind in all rows of a supplier")
    once = sheet.frame.unique("supplier", keep="first", maintain_order=True)
    return sheet.of(once.with_columns(pl.lit(None, dtype=pl.Float64).alias("trucks_per_day")))


def _used(context: Context, sheet: Sheet, products: Sheet) -> Sheet:
    """Suppliers that deliver a product; others are told."""
    used = pl.col("supplier").is_in(names_in(products.frame, "supplier"))
    idle = sheet.frame.filter(~used)
    if idle.height:
        message = f"{listed(idle['supplier'])} delivers no product of this case and is not used"
        context.tell("unused", message, sheet.place("supplier", idle[ROW][0]))
    return sheet.of(sheet.frame.filter(used))
