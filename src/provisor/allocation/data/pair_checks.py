"""Checks of the pairs against stores, products and stock, on numbers instead of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation.data.context import Context, some
from provisor.allocation.data.pairs import Pairs, numbers
from provisor.allocation.words import counted
from provisor.tables.grid import ROW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def check_pairs(context: Context, pairs: Pairs, tables: Mapping[str, pl.DataFrame]) -> None:
    """Note pairs that cannot be, and tell those that never hang, and what has no pair, no stock or no demand."""
    if not len(pairs.store):
        context.problems.error(
            "empty-table", "there are no pairs; nothing can be planned", **pairs.sheet.place()
        )
        return
    _check_maximum(context, pairs, tables["products"])
    _check_opening(context, pairs)
    _check_cells(context, pairs, tables)
    _check_pairless(context, pairs)
    _check_stock(context, pairs, tables)


def by_product(pairs: Pairs, values: pl.DataFrame, column: str) -> np.ndarray:
    """A column of the products by their number."""
    order = numbers(values["product"], pairs.products)
    found = np.empty(len(pairs.products), dtype=object if values[column].dtype == pl.String else np.float64)
    found[order] = values[column].to_numpy()
    return found


def _check_maximum(context: Context, pairs: Pairs, products: pl.DataFrame) -> None:
    """Note pairs whose max_pieces are below the pieces that must be shown; zero forbids a pair."""
    least = by_product(pairs, products, "presentation_min") if context.keys.rules.presentation else None
    shown = np.ones(len(pairs.products)) if least is None else least
    most = pairs.column("max_pieces")
    forbidden = (pairs.frame["lock"] == "forbid").fill_null(value=False).to_numpy()
    bad = pairs.frame.with_columns(pl.Series("least", shown[pairs.product].astype(np.int64))).filter(
        pl.Series((most > 0) & (most < shown[pairs.product]) & ~forbidden)
    )
    context.error(
        "minimum-above-maximum",
        bad.select(ROW, "store", "product", "least", value="max_pieces"),
        (pairs.sheet, "max_pieces"),
        lambda store, product, least: (
            f"{product} is shown with at least {counted(least, 'piece')}, more than may hang in {store}"
        ),
        "at least presentation_min of the product",
        "raise max_pieces, lower presentation_min, or lock the pair: forbid",
    )
    never = int(((most == 0) & ~forbidden).sum())
    if never:
        said = f"{counted(never, 'pair')} with max_pieces 0, never carried"
        context.tell("never-carried", said, pairs.sheet, "take them out, or raise max_pieces", "max_pieces")


def _check_opening(context: Context, pairs: Pairs) -> None:
    opening, before = pairs.column("opening"), pairs.column("carried_before").astype(bool)
    hidden = (opening > 0) & ~before
    if hidden.any():
        pieces = counted(int(opening[hidden].sum()), "opening piece")
        said = f"{counted(int(hidden.sum()), 'pair')} that did not hang before, with {pieces}"
        context.tell("opening-not-carried", said, pairs.sheet, "set carried_before", "carried_before")
    over = int((opening > pairs.column("max_pieces")).sum())
    if over:
        said = f"{counted(over, 'pair')} with more opening pieces than max_pieces; what is over goes back or elsewhere"
        context.tell("opening-above-maximum", said, pairs.sheet, column="opening")


def _check_cells(context: Context, pairs: Pairs, tables: Mapping[str, pl.DataFrame]) -> None:
    """Tell pairs whose store has no slot in the cell that the product hangs in."""
    if not context.keys.rules.slots:
        return
    open_here = cell_slots(pairs, tables) > 0
    closed = int((~open_here[pairs.store, cell_of_product(pairs, tables)[pairs.product]]).sum())
    if closed:
        cells = some(tables["slots"]["cell"].unique().sort())
        said = f"{counted(closed, 'pair')} never carried: no slot of the store in the product's cell; cells: {cells}"
        context.tell("no-cell", said, pairs.sheet, "check the column cell of products and slots", "product")


def cells(tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """All display cells, sorted."""
    both = pl.concat([tables["slots"]["cell"], tables["products"]["cell"]])
    return both.unique().sort().to_list()


def cell_of_product(pairs: Pairs, tables: Mapping[str, pl.DataFrame]) -> np.ndarray:
    """Number of the cell of each product."""
    products = tables["products"]
    found = np.empty(len(pairs.products), dtype=np.int64)
    found[numbers(products["product"], pairs.products)] = numbers(products["cell"], cells(tables))
    return found


def cell_slots(pairs: Pairs, tables: Mapping[str, pl.DataFrame]) -> np.ndarray:
    """Slots, stores by cells."""
    slots, known = tables["slots"], cells(tables)
    found = np.zeros((len(pairs.stores), len(known)))
    found[numbers(slots["store"], pairs.stores), numbers(slots["cell"], known)] = slots["slots"]
    return found


def _check_pairless(context: Context, pairs: Pairs) -> None:
    for numbers_of, names, kind in (
        (pairs.store, pairs.stores, "store"),
        (pairs.product, pairs.products, "product"),
    ):
        idle = _named(np.bincount(numbers_of, minlength=len(names)) == 0, names)
        if idle:
            said = f"{counted(len(idle), kind)} in no pair, not planned ({some(idle)})"
            context.tell("no-pairs", said, pairs.sheet, column=kind)


def _check_stock(context: Context, pairs: Pairs, tables: Mapping[str, pl.DataFrame]) -> None:
    """Tell products that are asked for and lie nowhere, and stock that nobody asks for."""
    count = len(pairs.products)
    held = np.bincount(pairs.product, pairs.column("opening"), count)
    for table in ("stock", "receipts"):
        pieces = tables[table].filter(pl.col("pieces") > 0)
        held += np.bincount(numbers(pieces["product"], pairs.products), pieces["pieces"].to_numpy(), count)
    asked = np.bincount(pairs.product, pairs.column("demand"), count)
    later = tables["demand"]
    asked += np.bincount(numbers(later["product"], pairs.products), later["demand"].to_numpy(), count)
    missing = _named((asked > 0) & (held == 0), pairs.products)
    if missing:
        wanted = counted(np.ceil(asked[(asked > 0) & (held == 0)].sum()), "piece")
        said = f"{counted(len(missing), 'product')} asked for ({wanted}) without any stock ({some(missing)})"
        context.tell("demand-without-stock", said, mend="give their stock or receipts, if there are any")
    idle = _named((asked == 0) & (held > 0), pairs.products)
    if idle:
        said = f"{counted(len(idle), 'product')} with stock and no demand in any pair ({some(idle)})"
        context.tell("stock-without-demand", said, mend="add pairs, or take their stock out")


def _named(which: np.ndarray, names: Sequence[str]) -> list[str]:
    return [names[int(number)] for number in np.flatnonzero(which)]
