"""The shelves there are, and what one of them takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.expansion.data.client_forms import SHELVING_COUNT
from provisor.expansion.data.context import listed, note_values
from provisor.expansion.data.quantities import SIZE_SAID, side, volume
from provisor.tables.grid import ROW
from provisor.tables.schema import LARGEST

if TYPE_CHECKING:
    from provisor.expansion.data.context import Context
    from provisor.expansion.data.pack_checks import Slots
    from provisor.expansion.data.spelling import Spelling
    from provisor.tables.grid import Sheet

_KEY = ["facility", "storage_type"]


def read_shelving(context: Context, slots: Slots, spelling: Spelling) -> Sheet | None:
    """Shelves by site and type, with area, room, weight and places of one shelf."""
    sheet = context.sheet("shelving")
    if sheet is None:
        return None
    sheet = spelling.respell(context, sheet)
    if context.form("shelving") is SHELVING_COUNT:
        sheet = _with_sizes(context, _per_shelf(context, sheet), slots, spelling)
    _check_capacity(context, sheet)
    return sheet


def _per_shelf(context: Context, sheet: Sheet) -> Sheet:
    """The users' counts as figures of one shelf; totals that contradict them are told."""
    for total, one, said in (("total_lb", "shelf_lb", "lb"), ("items_total", "items", "packs")):
        product = pl.col("shelves") * pl.col(one)
        differs = (pl.col(total) - product).abs() > 0.5
        for row in sheet.frame.filter(differs.fill_null(value=False)).iter_rows(named=True):
            message = (
                f"{_name(row)}: all shelves take {row[total]:,.0f} {said}, but {row['shelves']:,.0f} shelves x "
                f"{row[one]:,.6g} {said} are {row['shelves'] * row[one]:,.0f}; the figure per shelf is taken"
            )
            context.tell("contradiction", message, sheet.place(total, row[ROW], f"{row[total]:.12g}"))
    differs = (pl.col("items") * pl.col("item_lb") - pl.col("shelf_lb")).abs() > 1e-6
    for row in sheet.frame.filter(differs.fill_null(value=False)).iter_rows(named=True):
        message = (
            f"{_name(row)}: {row['items']:g} packs x {row['item_lb']:g} lb are not the {row['shelf_lb']:g} lb "
            "a shelf takes; the figure per shelf is taken"
        )
        context.tell("contradiction", message, sheet.place("shelf_lb", row[ROW], f"{row['shelf_lb']:g}"))
    frame = sheet.frame.with_columns(
        (pl.col("area_sqft") / pl.col("shelves")).alias("sqft_per_shelf"),
        pl.col("shelf_lb").alias("weight_lb"),
    )
    return sheet.of(frame, sqft_per_shelf="area_sqft", weight_lb="shelf_lb")


def _with_sizes(context: Context, sheet: Sheet, slots: Slots, spelling: Spelling) -> Sheet:
    """Volume and places of one shelf, from the table of dimensions."""
    sizes = context.sheet("shelf_dimensions")
    if sizes is None:
        nothing = pl.lit(None, dtype=pl.Float64)
        return sheet.of(
            sheet.frame.with_columns(nothing.alias("volume_cuft"), pl.col("items").alias("positions")).clear()
        )
    sizes = spelling.respell(context, sizes)
    bad = sizes.frame.filter(
        pl.col("size").is_not_null()
        & ~volume(pl.col("size")).is_between(0, LARGEST, closed="right").fill_null(value=False)
    )
    note_values(context, sizes, "size", bad, "not-a-value", SIZE_SAID)
    _tell_unused(context, sheet, sizes)
    given = sizes.frame.select(*_KEY, volume(pl.col("size")).alias("volume_cuft"), "positions", "size")
    frame = sheet.frame.join(given.unique(_KEY, keep="first"), on=_KEY, how="left", maintain_order="left")
    _tell_places(context, sheet.of(frame), sizes)
    frame = frame.with_columns(pl.coalesce("positions", "items").alias("positions"))
    unreadable = pl.col("size").is_not_null() & side(pl.col("size"), 1).is_null()
    return _with_likeness(context, sheet.of(frame.filter(~unreadable), positions="items"), sizes, slots)


def _tell_unused(context: Context, sheet: Sheet, sizes: Sheet) -> None:
    unused = sizes.frame.join(sheet.frame, on=_KEY, how="anti")
    if unused.height:
        names = listed(_name(row) for row in unused.iter_rows(named=True))
        context.tell("unused", f"dimensions of {names} are not used: no shelves of theirs are counted", sizes)


def _tell_places(context: Context, sheet: Sheet, sizes: Sheet) -> None:
    for row in sheet.frame.filter(pl.col("positions") != pl.col("items")).iter_rows(named=True):
        message = (
            f"{_name(row)}: a shelf holds {row['items']:g} packs here and {row['positions']:g} in {sizes.file}; "
            f"{row['positions']:g} is taken"
        )
        context.tell("contradiction", message, sheet.place("items", row[ROW], f"{row['items']:g}"))


def _with_likeness(context: Context, sheet: Sheet, sizes: Sheet, slots: Slots) -> Sheet:
    """Shelves without dimensions take those of a shelf of the site that holds the same packs of the same weight."""
    known = [row for row in sheet.frame.iter_rows(named=True) if row["volume_cuft"] is not None]
    volumes = dict(sheet.frame.select(ROW, "volume_cuft").iter_rows())
    for row in sheet.frame.filter(pl.col("volume_cuft").is_null()).iter_rows(named=True):
        like = next((other for other in known if _is_like(row, other, slots)), None)
        if like is None:
            context.problems.error(
                "no-dimensions",
                f"{_name(row)}: there are no dimensions for these shelves, nor a shelf that holds the same",
                mend=f"add a row for {_name(row)} to {sizes.file}",
                **sheet.place("storage_type", row[ROW], row["storage_type"]),
            )
            continue
        message = (
            f"{_name(row)}: there are no dimensions; those of {like['storage_type']} are taken "
            f"({like['size']} ft), which holds as many packs ({row['items']:g}) of the same weight"
        )
        context.tell("assumed", message, sizes.place("storage_type"), f"add a row for {_name(row)}")
        volumes[row[ROW]] = like["volume_cuft"]
    column = pl.col(ROW).replace_strict(volumes, default=None, return_dtype=pl.Float64)
    frame = sheet.frame.with_columns(column.alias("volume_cuft")).drop_nulls("volume_cuft")
    return sheet.of(frame)


def _is_like(row: dict[str, Any], other: dict[str, Any], slots: Slots) -> bool:
    same = all(row[column] == other[column] for column in ("facility", "items", "item_lb"))
    return same and slots.get(row["storage_type"]) == slots.get(other["storage_type"])


def _check_capacity(context: Context, sheet: Sheet) -> None:
    """Shelves must hold something."""
    for column in ("volume_cuft", "weight_lb"):
        empty = sheet.frame.filter(pl.col(column) == 0)
        note_values(
            context, sheet, column, empty, "no-capacity", "more than 0: shelves without capacity hold nothing"
        )
    if context.keys.rules.positions:
        empty = sheet.frame.filter(pl.col("positions") == 0)
        note_values(context, sheet, "positions", empty, "no-capacity", "more than 0 with rules.positions")


def _name(row: dict[str, Any]) -> str:
    return f"{row['storage_type']} in {row['facility']}"
