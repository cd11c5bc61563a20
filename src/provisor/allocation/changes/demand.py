"""Demand and prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.allocation.changes.common import InPeriods, InStores, OfProducts, horizon, one_of
from provisor.scenario import with_table
from provisor.wording import money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from provisor.case import Case

_KEY = ["store", "product", "period"]


def by_period(case: Case, pairs: pl.DataFrame, periods: Sequence[int]) -> pl.DataFrame:
    """``store, product, period, demand`` of pairs and periods: mean demand of ``demand``, else of ``pairs``."""
    usual = pairs.select("store", "product", usual="demand").join(
        pl.DataFrame({"period": pl.Series(periods, dtype=pl.Int64)}), how="cross"
    )
    told = usual.join(case.table("demand"), on=_KEY, how="left", maintain_order="left")
    return told.select(*_KEY, demand=pl.coalesce("demand", "usual"))


def with_demand(case: Case, rows: pl.DataFrame) -> Case:
    """The case with the demand of ``rows`` (``store, product, period, demand``) in place of what it was.

    Demand that is the same in all periods goes to the table ``pairs``, other to the table ``demand``.
    """
    others = case.table("demand").join(rows, on=_KEY, how="anti")
    alike = rows.group_by("store", "product").agg(
        pl.len(), pl.col("demand").min().alias("low"), pl.col("demand").max().alias("high")
    )
    whole = alike.filter((pl.col("len") == len(horizon(case))) & (pl.col("low") == pl.col("high")))
    pairs = case.table("pairs").join(
        whole.select("store", "product", new="low"),
        on=["store", "product"],
        how="left",
        maintain_order="left",
    )
    pairs = pairs.with_columns(demand=pl.coalesce("new", "demand"))
    rest = rows.join(whole, on=["store", "product"], how="anti").select(others.columns)
    return with_table(
        with_table(case, "pairs", pairs), "demand", pl.concat([others, rest.cast(others.schema)]).sort(_KEY)
    )


class Demand(OfProducts, InStores, InPeriods):
    """Mean demand times a factor, or so many pieces for each pair and period."""

    change: Literal["demand"] = "demand"
    factor: float | None = Field(default=None, ge=0, description="times this")
    pieces: float | None = Field(default=None, ge=0, description="mean demand of each pair and period")

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        one_of(self, "factor", "pieces")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, and no pair meant."""
        found = [*self.wrong_products(case), *self.wrong_stores(case), *self.wrong_periods(case)]
        if not found and self._rows(case).is_empty():
            found.append("no pair of these stores and products is in the table pairs")
        yield from found

    def _rows(self, case: Case) -> pl.DataFrame:
        pairs = case.table("pairs").join(self.products(case), on="product", how="semi")
        return by_period(case, pairs.join(self.stores(case), on="store", how="semi"), self.on(case))

    def _changed(self, case: Case) -> pl.DataFrame:
        new = pl.col("demand") * self.factor if self.factor is not None else pl.lit(self.pieces)
        return self._rows(case).with_columns(demand=new)

    def applied(self, case: Case) -> Case:
        """The case with the other demand."""
        return with_demand(case, self._changed(case))

    def words(self, case: Case) -> str:
        """Demand before and after."""
        before, after = (float(rows["demand"].sum()) for rows in (self._rows(case), self._changed(case)))
        where = f"{self.products_in_words(case)} in {self.stores_in_words(case)}{self.periods_in_words(case)}"
        return f"Demand of {where}: {after:,.1f} pieces instead of {before:,.1f}"


class Price(OfProducts):
    """Prices times a factor, or set; with an elasticity demand follows."""

    change: Literal["price"] = "price"
    factor: float | None = Field(default=None, gt=0, description="times this")
    price: float | None = Field(default=None, gt=0, description="the new price")
    elasticity: float = Field(
        default=0.0, ge=0, description="demand is multiplied by (new price / old price) ^ -elasticity"
    )

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        one_of(self, "factor", "price")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown products, and prices below what a piece left over is worth."""
        found = list(self.wrong_products(case))
        if not found:
            low = self._new(case).filter(pl.col("new") < pl.col("salvage"))
            found += [
                f"the new price of {product}, {new:g}, is below its salvage {salvage:g}"
                for product, new, salvage in low.select("product", "new", "salvage").iter_rows()
            ]
        yield from found

    def _new(self, case: Case) -> pl.DataFrame:
        new = pl.col("price") * self.factor if self.factor is not None else pl.lit(self.price)
        return self.products(case).with_columns(new=new.cast(pl.Float64))

    def applied(self, case: Case) -> Case:
        """Products at the new price, and pairs with the demand that follows."""
        return repriced(case, self._new(case).select("product", "new"), self.elasticity)

    def words(self, case: Case) -> str:
        """Prices before and after."""
        rows = self._new(case)
        old, new = (_range(rows[name], case.currency) for name in ("price", "new"))
        follows = f"; demand follows with elasticity {self.elasticity:g}" if self.elasticity else ""
        return f"Price of {self.products_in_words(case)}: {new} instead of {old}{follows}"


def repriced(case: Case, new: pl.DataFrame, elasticity: float) -> Case:
    """The case with new prices (``product, new``), and the demand that follows from them."""
    products = case.table("products").join(new, on="product", how="left", maintain_order="left")
    ratios = products.select("product", ratio=pl.col("new") / pl.col("price")).drop_nulls()
    changed = with_table(case, "products", products.with_columns(price=pl.coalesce("new", "price")))
    if elasticity == 0:
        return changed
    for table in ("pairs", "demand"):
        rows = changed.table(table).join(ratios, on="product", how="left", maintain_order="left")
        more = pl.col("ratio").fill_null(1.0) ** -elasticity
        changed = with_table(changed, table, rows.with_columns(demand=pl.col("demand") * more))
    return changed


def _range(values: pl.Series, currency: str) -> str:
    low, high = float(values.min()), float(values.max())  # type: ignore[arg-type]
    return money(low, currency) if low == high else f"{low:,.2f} to {money(high, currency)}"
