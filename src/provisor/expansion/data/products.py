"""Products: the packs they are sold in and arrive in, and where they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.expansion.data import pack_checks
from provisor.expansion.data.client_forms import PRODUCT_DETAILS
from provisor.expansion.data.context import counted, note_values
from provisor.expansion.data.quantities import (
    CUBIC_INCHES,
    QUANTITY_SAID,
    SIZE_SAID,
    WEIGHT_SAID,
    eaches,
    packs,
    pounds,
    side,
    volume,
)
from provisor.tables.schema import LARGEST

if TYPE_CHECKING:
    from provisor.expansion.data.context import Context
    from provisor.expansion.data.spelling import Spelling
    from provisor.tables.grid import Sheet

LTL_FROM_LB = 200.0
"""Packages above this weight travel as LTL, not as parcels."""

PALLET_IN = (48.0, 40.0)
"""Inches of the sides of a pallet; what covers one travels as LTL."""

_PACKS = ("sell", "inbound")
_FACTS = (
    ("quantity", eaches, QUANTITY_SAID),
    ("size", volume, SIZE_SAID),
    ("weight", pounds, WEIGHT_SAID),
)


def read_products(context: Context, spelling: Spelling) -> Sheet | None:
    """The products with the columns of the case's table, except the supplier in its user's form.

    Besides there is ``kind``, the kind of the supplier where the file gives it, and in the user's form the sides
    of both packs in inches (``sell_in``, ``inbound_in``: longest first).
    """
    sheet = context.sheet("products")
    if sheet is None:
        return None
    if context.form("products") is PRODUCT_DETAILS:
        sheet = _decoded(context, sheet)
    sheet = spelling.respell(context, sheet)
    return _with_ratio(context, _with_carrier(context, sheet))


def _decoded(context: Context, sheet: Sheet) -> Sheet:
    """The users' form with the facts of its cells as numbers."""
    for pack in _PACKS:
        for fact, read, said in _FACTS:
            column = f"{pack}_{fact}"
            cell = pl.col(column)
            bad = sheet.frame.filter(
                cell.is_not_null() & ~read(cell).is_between(0, LARGEST, closed="right").fill_null(value=False)
            )
            note_values(context, sheet, column, bad, "not-a-value", said)
    pack_checks.tell_cells(context, sheet)
    frame = sheet.frame.with_columns(
        expression
        for pack in _PACKS
        for expression in (
            packs(pl.col(f"{pack}_quantity")).alias(f"{pack}_packs_said"),
            eaches(pl.col(f"{pack}_quantity")).alias(f"{pack}_quantity"),
            (volume(pl.col(f"{pack}_size")) / CUBIC_INCHES).alias(f"{pack}_volume_cuft"),
            _sides(pl.col(f"{pack}_size")).alias(f"{pack}_in"),
            pounds(pl.col(f"{pack}_weight")).alias(f"{pack}_weight_lb"),
        )
    )
    frame = frame.with_columns(
        pl.col("sku").alias("name"),
        *(pl.lit(None, dtype=dtype).alias(column) for column, dtype in _NOT_GIVEN.items()),
    )
    renamed = {f"{pack}_weight_lb": f"{pack}_weight" for pack in _PACKS}
    sheet = sheet.of(frame, **renamed, **{f"{pack}_volume_cuft": f"{pack}_size" for pack in _PACKS})
    context.tell(
        "assumed",
        f"{frame.filter('repackable').height} of {frame.height} products may be kept as sell packs: "
        "the column that tells whether they may be packed out with others is read so",
        sheet.place("repackable"),
        "give products in our own form with a column repackable if it is meant otherwise",
    )
    pack_checks.tell_contradictions(context, sheet)
    return sheet


_NOT_GIVEN = {"ratio": pl.Float64, "carrier": pl.String, "holding_per_pack_day": pl.Float64}


def _sides(cell: pl.Expr) -> pl.Expr:
    return pl.concat_list(side(cell, number) for number in (1, 2, 3)).list.sort(descending=True)


def _with_carrier(context: Context, sheet: Sheet) -> Sheet:
    """Where the carrier is not given: LTL above 200 lb or on a pallet, else parcel."""
    missing = sheet.frame.filter(pl.col("carrier").is_null())
    if missing.is_empty():
        return sheet
    on_pallet = pl.lit(value=False)
    if "inbound_in" in sheet.frame.columns:
        sides = pl.col("inbound_in").list
        on_pallet = (sides.get(0) >= PALLET_IN[0]) & (sides.get(1) >= PALLET_IN[1])
    heavy = (pl.col("inbound_weight_lb") > LTL_FROM_LB) | on_pallet
    derived = pl.when(heavy.fill_null(value=False)).then(pl.lit("LTL")).otherwise(pl.lit("parcel"))
    context.tell(
        "assumed",
        f"the carrier of {counted(missing.height, 'product')} is not given: LTL where an inbound pack weighs more than "
        f"{LTL_FROM_LB:g} lb or covers a pallet of {PALLET_IN[0]:g} x {PALLET_IN[1]:g} in, else parcel",
        sheet,
        "give products a column carrier",
    )
    return sheet.of(sheet.frame.with_columns(pl.coalesce("carrier", derived)))


def _with_ratio(context: Context, sheet: Sheet) -> Sheet:
    """Sell packs of an inbound pack, which must be whole and what the quantities say."""
    exact = pl.col("inbound_quantity") / pl.col("sell_quantity")
    frame = sheet.frame.with_columns(exact.alias("__exact"))
    whole = (pl.col("__exact") - pl.col("__exact").round()).abs() <= 1e-9
    broken = frame.filter(~whole | (pl.col("__exact") < 1 - 1e-9))
    note_values(
        context,
        sheet,
        "inbound_quantity",
        broken,
        "not-whole-packs",
        "a multiple of the sell pack's quantity",
        lambda value: f"mend one of the two quantities: {value} is no whole number of sell packs",
    )
    differs = frame.filter((pl.col("ratio") - pl.col("__exact")).abs() > 1e-9)
    note_values(context, sheet, "ratio", differs, "contradiction", "inbound_quantity / sell_quantity")
    return sheet.of(frame.with_columns(pl.col("__exact").alias("ratio")).drop("__exact"))
