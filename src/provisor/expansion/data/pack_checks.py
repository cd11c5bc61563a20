"""What is odd about the packs of products: how cells are written, and figures that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.expansion.data.context import counted, listed, note_values
from provisor.expansion.data.quantities import SIZE_SAID, WEIGHT_SAID, is_uneven, pounds, side
from provisor.tables.grid import ROW

if TYPE_CHECKING:
    from provisor.expansion.data.context import Context
    from provisor.expansion.data.spelling import Spelling
    from provisor.tables.grid import Sheet

Slots = dict[str, tuple[float, ...]]
"""Sides of the largest item, by type of shelf."""


def tell_cells(context: Context, sheet: Sheet) -> None:
    """Warn of cells that say more than a number, and how they are read."""
    for pack in ("sell", "inbound"):
        _tell_brackets(context, sheet, f"{pack}_quantity")
        _tell_uneven(context, sheet, f"{pack}_size")
        _tell_units(context, sheet, f"{pack}_weight")


def _tell_brackets(context: Context, sheet: Sheet, column: str) -> None:
    rows = sheet.frame.filter(pl.col(column).str.contains(r"\("))
    if rows.height:
        cells = listed(repr(cell) for cell in rows[column].unique(maintain_order=True))
        found = counted(rows.height, "cell")
        message = f"{found} with words in brackets ({cells}); the number before them is taken, in eaches"
        context.tell("notation", message, sheet.place(column, rows[ROW][0], rows[column][0]))


def _tell_uneven(context: Context, sheet: Sheet, column: str) -> None:
    rows = sheet.frame.filter(is_uneven(pl.col(column)))
    if rows.height:
        found = counted(rows.height, "size")
        message = f"{found} without a blank beside an x ({rows[column][0]!r}); taken as three sides"
        context.tell("notation", message, sheet.place(column, rows[ROW][0], rows[column][0]))


def _tell_units(context: Context, sheet: Sheet, column: str) -> None:
    units = (
        sheet.frame[column].str.extract(r"([A-Za-z]+)\.?$").str.to_lowercase().drop_nulls().unique().sort()
    )
    if len(units) > 1:
        context.tell(
            "notation",
            f"weights are written in {listed(units)}; all are taken as pounds",
            sheet.place(column),
        )


def tell_contradictions(context: Context, sheet: Sheet) -> None:
    """Warn of inbound packs that cannot hold what their quantities say."""
    ratio = pl.col("inbound_quantity") / pl.col("sell_quantity")
    frame = sheet.frame.with_columns(ratio.alias("__packs"))
    for row in frame.filter((pl.col("inbound_packs_said") - ratio).abs() > 1e-9).iter_rows(named=True):
        message = (
            f"{row['sku']}: {row['inbound_quantity']:g} eaches in sell packs of {row['sell_quantity']:g} are "
            f"{row['__packs']:g} packs, but the cell says {row['inbound_packs_said']:g}; "
            f"taken as {row['__packs']:g}"
        )
        context.tell("contradiction", message, sheet.place("inbound_quantity", row[ROW]))
    held = pl.col("__packs") * pl.col("sell_weight_lb")
    for row in frame.filter(held > pl.col("inbound_weight_lb") + 1e-9).iter_rows(named=True):
        message = (
            f"{row['sku']}: {row['__packs']:g} sell packs of {row['sell_weight_lb']:g} lb weigh more than the "
            f"inbound pack ({row['inbound_weight_lb']:g} lb); both are taken as they are"
        )
        context.tell("contradiction", message, sheet.place("inbound_weight_lb", row[ROW]))
    room = pl.col("__packs") * pl.col("sell_volume_cuft")
    for row in frame.filter(room > pl.col("inbound_volume_cuft") + 1e-6).iter_rows(named=True):
        message = (
            f"{row['sku']}: {row['__packs']:g} sell packs of {row['sell_volume_cuft']:.4g} cuft take more room than "
            f"the inbound pack ({row['inbound_volume_cuft']:.4g} cuft); both are taken as they are"
        )
        context.tell("contradiction", message, sheet.place("inbound_volume_cuft", row[ROW]))


def read_slots(context: Context, spelling: Spelling) -> Slots:
    """The largest item of each type of shelf, where a file gives it; its spelling of the types counts."""
    sheet = context.sheet("storage_types", needed=False)
    if sheet is None:
        return {}
    rows = spelling.respell(context, sheet).frame.select("storage_type", "length_in", "width_in", "height_in")
    return {name: tuple(sides) for name, *sides in rows.drop_nulls().iter_rows()}


def check_fits(context: Context, products: Sheet, slots: Slots, spelling: Spelling) -> None:
    """Warn of packs that do not fit the places of their type of shelf; the tables of limits are optional."""
    if "sell_in" not in products.frame.columns:
        return
    if slots:
        limits = pl.DataFrame(
            {
                "storage_type": list(slots),
                "__sides": [sorted(sides, reverse=True) for sides in slots.values()],
            }
        ).with_columns(pl.lit(None, dtype=pl.Float64).alias("__lb"))
        _tell_too_large(context, products, limits, "sell", "its sell pack")
    inbound = context.sheet("inbound", needed=False)
    if inbound is not None:
        _tell_too_large(
            context, products, _inbound_limits(context, spelling.respell(context, inbound)), "inbound",
            "its inbound pack",
        )  # fmt: skip


def _inbound_limits(context: Context, sheet: Sheet) -> pl.DataFrame:
    size, weight = pl.col("size"), pl.col("weight")
    for column, read, said in (("size", side(size, 1), SIZE_SAID), ("weight", pounds(weight), WEIGHT_SAID)):
        bad = sheet.frame.filter(pl.col(column).is_not_null() & read.is_null())
        note_values(context, sheet, column, bad, "not-a-value", said)
    sides = pl.concat_list(side(size, number) for number in (1, 2, 3)).list.sort(descending=True)
    return sheet.frame.select("storage_type", sides.alias("__sides"), pounds(weight).alias("__lb"))


def _tell_too_large(context: Context, products: Sheet, limits: pl.DataFrame, pack: str, said: str) -> None:
    joined = products.frame.join(limits, on="storage_type", how="left", maintain_order="left")
    unknown = joined.filter(pl.col("__sides").is_null())["storage_type"].drop_nulls().unique().sort()
    if len(unknown):
        context.tell(
            "no-limits", f"no largest {pack} pack is given for {listed(unknown)}; not checked", products
        )
    sides, limit = pl.col(f"{pack}_in"), pl.col("__sides")
    wide = pl.any_horizontal(sides.list.get(place) > limit.list.get(place) + 1e-9 for place in range(3))
    heavy = pl.col(f"{pack}_weight_lb") > pl.col("__lb")
    for row in joined.filter((wide | heavy).fill_null(value=False)).iter_rows(named=True):
        size = " x ".join(f"{inches:g}" for inches in row[f"{pack}_in"])
        most = " x ".join(f"{inches:g}" for inches in row["__sides"])
        weight = f", {row['__lb']:g} lb" if row["__lb"] is not None else ""
        message = (
            f"{row['sku']}: {said} ({size} in, {row[f'{pack}_weight_lb']:g} lb) is larger than a place of "
            f"{row['storage_type']} takes ({most} in{weight}); planned by volume and weight all the same"
        )
        context.tell("too-large", message, products.place(f"{pack}_volume_cuft", row[ROW]))
