"""Decisions locked, pinned, forbidden, frozen as in an earlier plan, or left free again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.allocation.changes.common import horizon, listed, settings_of
from provisor.allocation.rules import Pin
from provisor.allocation.words import counted
from provisor.scenario import Change, Name, Names, with_table
from provisor.tables.naming import chosen, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from provisor.case import Case

_TABLES = {"store": "stores", "product": "products"}


def with_pins(case: Case, pins: Sequence[Pin]) -> Case:
    """The case with these pins and no others."""
    return replace(case, settings=settings_of(case).model_copy(update={"pins": tuple(pins)}))


class _OfPairs(Change):
    store: Names | None = Field(default=None, description="stores; all if not given")
    product: Names | None = Field(default=None, description="products; all if not given")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.store is None and self.product is None:
            raise ValueError("name a store, a product, or both")
        return self

    def _unknown(self, case: Case) -> Iterator[str]:
        found = [
            text
            for name, table in _TABLES.items()
            for text in unknown(case, table, name, getattr(self, name))
        ]
        if not found and case.table("pairs").filter(self._which()).is_empty():
            found.append("no such pair is in the table pairs")
        yield from found

    def _which(self) -> pl.Expr:
        return pl.all_horizontal(chosen(name, getattr(self, name)) for name in _TABLES)

    def _said(self) -> str:
        products = listed(self.product, "product") if self.product else "all products"
        return f"{products} in {listed(self.store, 'store') if self.store else 'all stores'}"


class Lock(_OfPairs):
    """The lock of pairs: carried, not carried, or as it hangs now."""

    change: Literal["lock"] = "lock"
    lock: Literal["carry", "forbid", "keep"] = Field(description="carry, forbid or keep")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, and no pair meant."""
        yield from self._unknown(case)

    def applied(self, case: Case) -> Case:
        """The case with the lock in its table ``pairs``."""
        lock = pl.when(self._which()).then(pl.lit(self.lock)).otherwise(pl.col("lock"))
        return with_table(case, "pairs", case.table("pairs").with_columns(lock=lock))

    def words(self, case: Case) -> str:
        """The pairs."""
        count = counted(case.table("pairs").filter(self._which()).height, "pair")
        return f"Locked to {self.lock}: {self._said()}, {count}"


class Unlock(_OfPairs):
    """Pairs without their lock."""

    change: Literal["unlock"] = "unlock"

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, and no locked pair meant."""
        found = list(self._unknown(case))
        if not found and not self._locked(case):
            found.append("none of these pairs is locked")
        yield from found

    def _locked(self, case: Case) -> int:
        return case.table("pairs").filter(self._which() & pl.col("lock").is_not_null()).height

    def applied(self, case: Case) -> Case:
        """The case without the lock in its table ``pairs``."""
        lock = pl.when(self._which()).then(None).otherwise(pl.col("lock"))
        return with_table(case, "pairs", case.table("pairs").with_columns(lock=lock))

    def words(self, case: Case) -> str:
        """How many locks are gone."""
        return f"Unlocked: {self._said()}, {counted(self._locked(case), 'pair')}"


class _OfPlace(Change):
    store: Name | None = Field(default=None, description="store; all if not given")
    product: Name | None = Field(default=None, description="product; all if not given")
    period: int | None = Field(default=None, ge=1, description="period; all if not given")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.store is None and self.product is None:
            raise ValueError("name a store, a product, or both")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, and a pair that is none."""
        yield from wrong_pin(case, self.store, self.product, self.period)

    def _pinned(self, case: Case, kind: Literal["pinned", "forbidden"], pieces: int | None = None) -> Case:
        """The case with one pin more."""
        pin = Pin(kind=kind, store=self.store, product=self.product, period=self.period, pieces=pieces)
        return with_pins(case, [*settings_of(case).pins, pin])


class PinPair(_OfPlace):
    """A style that is to hang in a store, with so many pieces if told; also of all stores, or all styles of one."""

    change: Literal["pin"] = "pin"
    pieces: int | None = Field(default=None, ge=0, description="pieces on display, exactly")

    def applied(self, case: Case) -> Case:
        """The case with one pin more."""
        return self._pinned(case, "pinned", self.pieces)

    def words(self, case: Case) -> str:  # noqa: ARG002 - a pin says all
        """What is pinned."""
        pieces = "" if self.pieces is None else f" with {counted(self.pieces, 'piece')}"
        return f"Pinned: {_place(self.store, self.product)} hangs{pieces}{_when(self.period)}"


class Forbid(_OfPlace):
    """A style that is not to hang in a store; also in no store, or none at all in one."""

    change: Literal["forbid"] = "forbid"

    def applied(self, case: Case) -> Case:
        """The case with one pin more."""
        return self._pinned(case, "forbidden")

    def words(self, case: Case) -> str:  # noqa: ARG002 - a pin says all
        """What is forbidden."""
        return f"Forbidden: {_place(self.store, self.product)} does not hang{_when(self.period)}"


def wrong_pin(case: Case, store: str | None, product: str | None, period: int | None) -> Iterator[str]:
    """What is wrong with the place of a pin."""
    given = {"store": store, "product": product}
    named = {name: value for name, value in given.items() if value is not None}
    found = [text for name, value in named.items() for text in unknown(case, _TABLES[name], name, [value])]
    if not found and case.table("pairs").filter(**named).is_empty():
        found.append(f"{product} may not hang in {store}: the pair is not in the table pairs")
    if period is not None and period > settings_of(case).periods:
        found.append(f"there is no period {period}; the case has {settings_of(case).periods}")
    yield from found


def _place(store: str | None, product: str | None) -> str:
    return f"{product or 'every style'} in {store or 'every store'}"


def _when(period: int | None) -> str:
    return "" if period is None else f" in period {period}"


class Freeze(Change):
    """Styles and pieces held as in an earlier plan, up to a period; of some stores or products only if told."""

    change: Literal["freeze"] = "freeze"
    plan: str = Field(description="folder of the plan, from the folder of the case")
    until: int | None = Field(default=None, ge=1, description="last period frozen; all if not given")
    store: Names | None = Field(default=None, description="stores; all if not given")
    product: Names | None = Field(default=None, description="products; all if not given")

    def _file(self, case: Case) -> Path:
        return (case.folder or Path()) / self.plan / "allocation.parquet"

    def wrong(self, case: Case) -> Iterator[str]:
        """A period that there is not, no plan, and names in it that the case does not have."""
        if self.until is not None and self.until > horizon(case)[-1]:
            yield f"there is no period {self.until}; the case has {horizon(case)[-1]}"
        for name, table in _TABLES.items():
            yield from unknown(case, table, name, getattr(self, name))
        if not self._file(case).is_file():
            yield f"{self.plan} has no table allocation.parquet, as provisor solve writes it"
            return
        strange = self._rows(case).join(case.table("pairs"), on=["store", "product"], how="anti")
        yield from (
            f"the plan has {product} in {store}, which is no pair of the case"
            for store, product in strange.select("store", "product")
            .unique(maintain_order=True)
            .head(3)
            .iter_rows()
        )

    def _rows(self, case: Case) -> pl.DataFrame:
        last = self.until or horizon(case)[-1]
        return pl.read_parquet(self._file(case)).filter("carried", pl.col("period") <= last, self._which())

    def _which(self) -> pl.Expr:
        return pl.all_horizontal(chosen(name, getattr(self, name)) for name in _TABLES)

    def applied(self, case: Case) -> Case:
        """The case with a pin for each pair of these periods, those that do not hang included."""
        pairs = case.table("pairs").filter(self._which())
        return with_pins(case, [*settings_of(case).pins, *frozen(case, self._rows(case), pairs, self.until)])

    def words(self, case: Case) -> str:
        """How much is frozen."""
        rows = self._rows(case)
        until = "" if self.until is None else f" up to period {self.until}"
        styles, stores = counted(rows.height, "style"), counted(rows["store"].n_unique(), "store")
        return f"Frozen as in {Path(self.plan).name}{until}: {styles} in {stores}"


def frozen(case: Case, rows: pl.DataFrame, pairs: pl.DataFrame, until: int | None) -> list[Pin]:
    """Pins that hold carried rows of a plan and forbid all other pairs, up to a period.

    Whole pieces are pinned; pieces in parts, which come of expected sales after the first period, are only carried.
    """
    held = {
        (store, product, period): pieces
        for store, product, period, pieces in rows.select("store", "product", "period", "pieces").iter_rows()
    }
    pins = []
    for period in [number for number in horizon(case) if until is None or number <= until]:
        for store, product in pairs.select("store", "product").iter_rows():
            pieces = held.get((store, product, period))
            kind: Literal["forbidden", "pinned"] = "forbidden" if pieces is None else "pinned"
            exact = round(pieces) if pieces is not None and abs(pieces - round(pieces)) < 1e-6 else None
            pins.append(Pin(kind=kind, store=store, product=product, period=period, pieces=exact))
    return pins


class Unpin(Change):
    """Pins that hold no longer: all, or those of some stores or products."""

    change: Literal["unpin"] = "unpin"
    store: Names | None = Field(default=None, description="stores; all if not given")
    product: Names | None = Field(default=None, description="products; all if not given")
    period: int | None = Field(default=None, ge=1, description="period; all if not given")

    def _meant(self, pin: Pin) -> bool:
        return (
            (self.store is None or pin.store in self.store)
            and (self.product is None or pin.product in self.product)
            and (self.period is None or pin.period == self.period)
        )

    def wrong(self, case: Case) -> Iterator[str]:
        """No such pin."""
        if not any(self._meant(pin) for pin in settings_of(case).pins):
            yield "there is no such pin"

    def applied(self, case: Case) -> Case:
        """The case without these pins."""
        return with_pins(case, [pin for pin in settings_of(case).pins if not self._meant(pin)])

    def words(self, case: Case) -> str:
        """How many pins are gone."""
        return f"Free again: {counted(sum(self._meant(pin) for pin in settings_of(case).pins), 'pin')}"
