"""Pairs of store and product as numbers, so that millions of them are checked in a blink."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation.data.context import Context, known_only
from provisor.allocation.tables import DEMAND, PAIRS
from provisor.allocation.words import counted
from provisor.tables.grid import ROW, Sheet
from provisor.tables.validate import note_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNCHECKED_PAIRS = replace(PAIRS, key=())
_UNCHECKED_DEMAND = replace(DEMAND, key=())


@dataclass(frozen=True)
class Pairs:
    """The eligible pairs of a case, by store and then product.

    Attributes:
        sheet: Their table, sorted, with the rows as in the file.
        stores: Names of the stores, sorted.
        products: Names of the products, sorted.
        store: Number of the store of each pair.
        product: Number of the product of each pair.
    """

    sheet: Sheet
    stores: Sequence[str]
    products: Sequence[str]
    store: np.ndarray
    product: np.ndarray

    @property
    def frame(self) -> pl.DataFrame:
        """The table of pairs."""
        return self.sheet.frame

    @property
    def key(self) -> np.ndarray:
        """One number for each pair, ascending: store x products + product."""
        key: np.ndarray = self.store * np.int64(len(self.products)) + self.product
        return key

    def column(self, name: str) -> np.ndarray:
        """A column of numbers or flags; empty cells of bad rows are zero."""
        values: np.ndarray = self.frame[name].fill_null(strategy="zero").to_numpy()
        return values


def read_pairs(context: Context, stores: Sequence[str], products: Sequence[str]) -> Pairs | None:
    """The pairs, those of unknown stores and products noted and left out, and those that stand there twice."""
    sheet = context.sheet("pairs", _UNCHECKED_PAIRS)
    if sheet is None:
        return None
    sheet = known_only(context, sheet, "store", stores, "store")
    sheet = known_only(context, sheet, "product", products, "product")
    store = numbers(sheet.frame["store"], stores)
    product = numbers(sheet.frame["product"], products)
    key = store * np.int64(len(products)) + product
    order = _order(key)
    if order is not None:
        sheet, store, product, key = sheet.of(sheet.frame[order]), store[order], product[order], key[order]
    again = np.concatenate([[False], key[1:] == key[:-1]]) if len(key) else np.zeros(0, bool)
    if again.any():
        _note_twice(context, sheet, again, ("store", "product"))
        keep = pl.Series(~again)
        sheet, store, product = sheet.of(sheet.frame.filter(keep)), store[~again], product[~again]
    return Pairs(sheet, stores, products, store, product)


def read_demand(context: Context, pairs: Pairs) -> pl.DataFrame:
    """The table of demand by period: of pairs of the case only, each period once."""
    sheet = context.sheet("demand", _UNCHECKED_DEMAND)
    if sheet is None or not sheet.frame.height:
        return DEMAND.empty()
    sheet = known_only(context, sheet, "store", pairs.stores, "store")
    sheet = known_only(context, sheet, "product", pairs.products, "product")
    last = context.keys.periods
    later = sheet.frame["period"] > last
    if later.any():
        said = f"{counted(int(later.sum()), 'row')} of periods after period {last}, the last one planned, not used"
        context.tell("outside-horizon", said, sheet, column="period")
        sheet = sheet.of(sheet.frame.filter(~later.fill_null(value=False)))
    key = numbers(sheet.frame["store"], pairs.stores) * np.int64(len(pairs.products))
    key += numbers(sheet.frame["product"], pairs.products)
    _note_no_pair(context, sheet, ~np.isin(key, pairs.key))
    key = key * (last + 1) + sheet.frame["period"].fill_null(0).to_numpy()
    order = _order(key)
    frame = sheet.frame
    if order is not None:
        frame, key = frame[order], key[order]
    again = np.concatenate([[False], key[1:] == key[:-1]]) if len(key) else np.zeros(0, bool)
    if again.any():
        _note_twice(context, sheet.of(frame), again, ("store", "product", "period"))
    return frame.select(*DEMAND.dtypes)


def numbers(names: pl.Series, known: Sequence[str]) -> np.ndarray:
    """Number in ``known`` of each name, all of which must be there."""
    physical = names.cast(pl.Enum(known)).to_physical()
    found: np.ndarray = physical.cast(pl.Int64).to_numpy()
    return found


def _order(key: np.ndarray) -> np.ndarray | None:
    """Order that sorts a key, equal ones by their rows; none where it is sorted."""
    return None if (key[1:] >= key[:-1]).all() else np.argsort(key, kind="stable")


def _note_twice(context: Context, sheet: Sheet, again: np.ndarray, columns: tuple[str, ...]) -> None:
    shown = pl.concat_str([pl.col(name).cast(pl.String) for name in columns], separator=" / ")
    bad = sheet.frame.filter(pl.Series(again)).select(ROW, shown.alias("value"))
    expected = f"one row for each {', '.join(columns)}"
    note_cells(sheet, columns[0], bad, "duplicate-key", expected, context.problems)


def _note_no_pair(context: Context, sheet: Sheet, strange: np.ndarray) -> None:
    if strange.any():
        shown = pl.concat_str("store", "product", separator=" / ")
        bad = sheet.frame.filter(pl.Series(strange)).select(ROW, shown.alias("value"))
        expected = "a row of pairs"
        note_cells(
            sheet, "store", bad, "unknown-pair", expected, context.problems,
            lambda _: "add the pair to pairs, or take its demand out",
        )  # fmt: skip
