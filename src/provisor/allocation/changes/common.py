"""What types of changes share: stores, products and periods by name or kind, and how they are said."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl
from pydantic import Field

from provisor.allocation.words import counted
from provisor.scenario import Change, Names
from provisor.tables.naming import FEW, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from provisor.allocation.rules import Rules, Settings
    from provisor.case import Case


def settings_of(case: Case) -> Settings:
    """Settings of an allocation case."""
    return cast("Settings", case.settings)


def rules_of(case: Case) -> Rules:
    """Rules of an allocation case."""
    return cast("Rules", case.rules)


def horizon(case: Case) -> list[int]:
    """Periods planned."""
    return list(range(1, settings_of(case).periods + 1))


def listed(given: Iterable[str], what: str = "") -> str:
    """Names for people: all of a few, otherwise how many there are.

    >>> listed(["S1", "S2"], "store"), listed(map(str, range(30)), "store")
    ('S1, S2', '30 stores')
    """
    names = list(given)
    return ", ".join(names) if len(names) <= FEW or not what else counted(len(names), what)


class InPeriods(Change):
    """A change in some periods; in all of them where none are given."""

    periods: tuple[int, ...] = Field(default=(), description="periods, counted from 1; all if not given")

    def on(self, case: Case) -> list[int]:
        """The periods of the horizon in which the case is changed."""
        return [period for period in horizon(case) if not self.periods or period in self.periods]

    def wrong_periods(self, case: Case) -> Iterator[str]:
        """Periods that the case does not have."""
        yield from (
            f"there is no period {period}; the case has {settings_of(case).periods}"
            for period in self.periods
            if period not in horizon(case)
        )

    def periods_in_words(self, case: Case) -> str:
        """The periods as the end of a sentence; nothing where they are all."""
        on = self.on(case)
        if on == horizon(case):
            return ""
        return f" in period{'s' if len(on) > 1 else ''} {', '.join(map(str, on))}"


class InStores(Change):
    """A change in some stores: by name, region or cluster; in all of them where none are given."""

    store: Names | None = Field(default=None, description="stores; all if not given")
    region: Names | None = Field(default=None, description="regions; all if not given")
    cluster: Names | None = Field(default=None, description="clusters; all if not given")

    def stores(self, case: Case) -> pl.DataFrame:
        """Rows of the stores that are meant."""
        return _meant(case.table("stores"), self, ("store", "region", "cluster"))

    def wrong_stores(self, case: Case) -> Iterator[str]:
        """Names that the case does not have, and no store meant at all."""
        yield from _wrong(case, "stores", self, ("store", "region", "cluster"))

    def stores_in_words(self, case: Case) -> str:
        """The stores as part of a sentence."""
        found = self.stores(case)["store"].to_list()
        if len(found) == case.table("stores").height:
            return "all stores"
        return _said(self, ("region", "cluster"), found, "store")


class OfProducts(Change):
    """A change of some products: by name or kind; of all of them where none are given."""

    product: Names | None = Field(default=None, description="products; all if not given")
    role: Names | None = Field(default=None, description="roles; all if not given")
    category: Names | None = Field(default=None, description="categories; all if not given")
    subcategory: Names | None = Field(default=None, description="subcategories; all if not given")
    season: Names | None = Field(default=None, description="seasons; all if not given")
    supplier: Names | None = Field(default=None, description="suppliers; all if not given")
    material: Names | None = Field(default=None, description="materials; all if not given")

    def products(self, case: Case) -> pl.DataFrame:
        """Rows of the products that are meant."""
        return _meant(case.table("products"), self, _KINDS)

    def wrong_products(self, case: Case) -> Iterator[str]:
        """Names that the case does not have, and no product meant at all."""
        yield from _wrong(case, "products", self, _KINDS)

    def products_in_words(self, case: Case) -> str:
        """The products as part of a sentence."""
        found = self.products(case)["product"].to_list()
        if len(found) == case.table("products").height:
            return "all products"
        return _said(self, _KINDS[1:], found, "product")


_KINDS = ("product", "role", "category", "subcategory", "season", "supplier", "material")


def _meant(table: pl.DataFrame, change: Change, columns: tuple[str, ...]) -> pl.DataFrame:
    given = [(name, getattr(change, name)) for name in columns]
    which = [pl.col(name).is_in(list(names)) for name, names in given if names is not None]
    return table.filter(which) if which else table


def _wrong(case: Case, table: str, change: Change, columns: tuple[str, ...]) -> Iterator[str]:
    found = [
        text
        for name in columns
        if name in case.table(table).columns
        for text in unknown(case, table, name, getattr(change, name))
    ]
    found += [
        f"the case has no column {name} in its {table}"
        for name in columns
        if getattr(change, name) is not None and name not in case.table(table).columns
    ]
    if not found and _meant(case.table(table), change, columns).is_empty():
        found.append(f"none of the {table} is all of that at once")
    yield from found


def _said(change: Change, kinds: tuple[str, ...], found: list[str], what: str) -> str:
    parts = [
        f"{kind} {', '.join(getattr(change, kind))}" for kind in kinds if getattr(change, kind) is not None
    ]
    many = what if len(found) == 1 else f"{what}s"
    if parts:
        return f"{counted(len(found), what)} of {' and '.join(parts)}"
    return f"{many} {listed(found)}" if len(found) <= FEW else counted(len(found), what)


def one_of(change: Change, *names: str) -> None:
    """Raise ValueError unless exactly one of some parameters is given."""
    if sum(getattr(change, name) is not None for name in names) != 1:
        raise ValueError(f"give one of {', '.join(names)}")


def scaled(pieces: pl.Expr, factor: float) -> pl.Expr:
    """Whole pieces times a factor, rounded down."""
    return (pieces.cast(pl.Float64) * factor + 1e-9).floor().cast(pl.Int64)
