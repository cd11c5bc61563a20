"""Products and the codes under which other systems know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from provisor.production.data.context import Context, case_table, suggestion
from provisor.production.tables import PRODUCTS
from provisor.tables.cells import bare
from provisor.tables.grid import ROW, Sheet
from provisor.tables.validate import note_cells

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Codes:
    """Products by code.

    Attributes:
        frame: Columns ``code`` (without leading zeros), ``product`` and ``code_state``: the state of goods
            under that code, empty where the code says nothing of it.
        names: Products of the case.
    """

    frame: pl.DataFrame
    names: Sequence[str]

    def resolve(self, context: Context, sheet: Sheet, column: str) -> Sheet:
        """Rows with ``product`` and ``code_state`` of the code in ``column``; unknown codes are noted."""
        coded = sheet.frame.with_columns(bare(pl.col(column)).alias("__code")).drop("product", strict=False)
        if column == "product":
            coded = coded.with_columns(sheet.frame["product"].alias("__said"))
        said = "__said" if column == "product" else column
        joined = coded.join(self.frame, left_on="__code", right_on="code", how="left", maintain_order="left")
        bad = joined.filter(pl.col("product").is_null() & pl.col(said).is_not_null())
        note_cells(
            sheet,
            column,
            bad.select(ROW, pl.col(said).alias("value")),
            "unknown-product",
            "a product of this case or one of its codes",
            context.problems,
            suggestion(list(self.names)),
        )
        return sheet.of(joined.filter(pl.col("product").is_not_null()).drop("__code", "__said", strict=False))


def read_products(context: Context, trucks: Sheet | None) -> Sheet | None:
    """The products; pallets and cases come from the trucks where the products do not give them."""
    sheet = context.sheet("products")
    if sheet is None:
        return None
    frame = sheet.frame
    if "units_per_pallet" not in sheet.given:
        frame = _from_trucks(context, sheet.of(frame), trucks, "units_per_pallet", None).frame
    if "units_per_case" not in sheet.given:
        frame = _from_trucks(context, sheet.of(frame), trucks, "units_per_case", 1.0).frame
    elif frame["units_per_case"].null_count():
        context.tell("assumed", "products without units_per_case are counted in cases of 1 unit", sheet)
        frame = frame.with_columns(pl.col("units_per_case").fill_null(1.0))
    if "brand" not in sheet.given and context.keys.rules.changeover == "brand":
        context.tell(
            "assumed", "there is no column brand; the first word of the product's name is taken", sheet
        )
        frame = frame.with_columns(pl.coalesce("name", "product").str.split(" ").list.first().alias("brand"))
    frame = frame.with_columns(pl.coalesce("name", "product").alias("name"))
    return sheet.of(frame)


def _from_trucks(
    context: Context, products: Sheet, trucks: Sheet | None, column: str, default: float | None
) -> Sheet:
    values = [] if trucks is None else trucks.frame[column].drop_nulls().unique().sort().to_list()
    if len(values) == 1 and trucks is not None:
        context.tell("assumed", f"{column} is {values[0]:g} for all products, as the trucks say", trucks)
        default = values[0]
    elif len(values) > 1 or default is None:
        why = "differs between trucks" if values else "is given neither for products nor for trucks"
        context.problems.error(
            "missing-column",
            f"{column} {why}",
            mend=f"add a column {column} to the products",
            **products.place(column),
        )
        default = 1.0
    else:
        context.tell(
            "assumed", f"there is no column {column}; taken as {default:g} for all products", products
        )
    return products.of(products.frame.with_columns(pl.lit(default).alias(column)))


def read_codes(context: Context, products: Sheet) -> Codes:
    """All codes of the products: their own, their names and aliases, and those of the sheet Alias."""
    own = [products.frame.select(pl.col(name).alias("code"), "product") for name in ("product", "name")]
    if "sku" in products.given:
        own.append(products.frame.select(pl.col("sku").alias("code"), "product"))
    own.append(products.frame.select(pl.col("aliases").alias("code"), "product").explode("code"))
    frames = [frame.with_columns(pl.lit(None, dtype=pl.String).alias("code_state")) for frame in own]
    names = products.frame["product"].drop_nulls().to_list()
    sheet = context.sheet("alias", needed=False)
    if sheet is not None:
        frames.append(_alias_codes(context, sheet, frames[0]))
    codes = pl.concat(frames).drop_nulls("code").with_columns(bare(pl.col("code")).alias("code"))
    codes = (
        codes.group_by("code", "product")
        .agg(pl.col("code_state").drop_nulls().first())
        .sort("code", "product")
    )
    twice = codes.filter(pl.col("code").is_duplicated())
    for code, product in twice.select("code", "product").iter_rows():
        context.problems.error(
            "duplicate-key",
            f"the code {code} belongs to {product} and to another product",
            expected="one product for each code",
            **products.place("product", value=code),
        )
    return Codes(codes.unique("code", keep="first", maintain_order=True), names)


def _alias_codes(context: Context, sheet: Sheet, products: pl.DataFrame) -> pl.DataFrame:
    known = products["code"].to_list()
    strange = sheet.frame.filter(~pl.col("product").is_in(known))
    if strange.height:
        listed = ", ".join(strange["product"].head(5))
        context.tell(
            "unused", f"aliases of {listed} are not used: there is no such product in this case", sheet
        )
    rows = sheet.frame.filter(pl.col("product").is_in(known))
    state = {"any_state": None, "frozen": "frozen", "ambient": "ambient"}
    return pl.concat(
        rows.select(
            pl.col(column).alias("code"), "product", pl.lit(said, dtype=pl.String).alias("code_state")
        )
        for column, said in state.items()
    )


def products_table(products: Sheet, codes: Codes) -> pl.DataFrame:
    """The case's table: products with all their other codes; a name is no code."""
    names = products.frame.select(bare(pl.col("name")).alias("name"))["name"].to_list()
    others = (
        codes.frame.filter((pl.col("code") != pl.col("product")) & ~pl.col("code").is_in(names))
        .group_by("product")
        .agg(pl.col("code").sort().alias("aliases"))
    )
    frame = products.frame.drop("aliases").join(others, on="product", how="left", maintain_order="left")
    frame = frame.with_columns(pl.col("aliases").fill_null(pl.lit([], dtype=pl.List(pl.String))))
    return case_table(products.of(frame), PRODUCTS)
