"""Products: new ones, those no longer sold, and how long they live."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.production.changes.common import OnDays, settings_of
from provisor.production.data.context import units as units_said
from provisor.scenario import Change, Name, Names, with_table
from provisor.tables.naming import chosen, listed, names, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case

LIVES = {"ambient_days": "ambient", "frozen_days": "frozen", "thawed_days": "thawed"}
"""State whose life a parameter sets."""


class NewProduct(Change):
    """A product more, like another one, with a share of its demand."""

    change: Literal["new_product"] = "new_product"
    product: Name = Field(description="code of the new product")
    like: Name = Field(description="product whose columns it takes over")
    share: float = Field(gt=0, description="its demand as a share of that product's")
    taken: float = Field(default=0.0, ge=0, le=1, description="part of its demand that the other one loses")
    units_per_mix: float | None = Field(default=None, gt=0, description="units of one mix, if they differ")
    brand: Name | None = Field(default=None, description="family for changeovers, if it differs")

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.share * self.taken > 1:
            raise ValueError("the other product cannot lose more than all of its demand")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """A product that is there already, or nothing to be like."""
        if self.product in names(case, "products", "product"):
            yield f"there is a product {self.product} already"
        yield from unknown(case, "products", "product", [self.like])

    def applied(self, case: Case) -> Case:
        """One product more with its demand."""
        products, demand = case.table("products"), case.table("demand")
        own = {"product": self.product, "units_per_mix": self.units_per_mix, "brand": self.brand}
        row = products.filter(pl.col("product") == self.like).with_columns(
            *(pl.lit(value).alias(name) for name, value in own.items() if value is not None),
            *([pl.lit(self.product).alias("name")] if "name" in products.columns else []),
        )
        like = pl.col("product") == self.like
        more = demand.filter(like).with_columns(
            product=pl.lit(self.product), units=pl.col("units") * self.share
        )
        rest = demand.with_columns(
            units=pl.when(like)
            .then(pl.col("units") * (1 - self.share * self.taken))
            .otherwise(pl.col("units"))
        )
        if "aliases" in products.columns:
            row = row.with_columns(aliases=pl.lit([], dtype=products.schema["aliases"]))
        case = with_table(case, "products", pl.concat([products, row.cast(products.schema)]))
        return with_table(case, "demand", pl.concat([rest, more]).sort("node", "product", "date"))

    def words(self, case: Case) -> str:
        """Its demand."""
        sold = float(case.table("demand").filter(pl.col("product") == self.like)["units"].sum())
        lost = (
            f", of which {self.like} loses {units_said(sold * self.share * self.taken)}" if self.taken else ""
        )
        return f"New product {self.product} like {self.like}, with demand of {units_said(sold * self.share)}{lost}"


class ProductDelisted(OnDays):
    """Products no longer sold on some days; what is left of them is thrown away."""

    change: Literal["product_delisted"] = "product_delisted"
    product: Names = Field(description="products")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names and days."""
        yield from unknown(case, "products", "product", self.product)
        yield from self.wrong_days(case)

    def _which(self, case: Case) -> pl.Expr:
        settings, days = settings_of(case), self.on(case)
        to_the_end = days[-1] == settings.start + timedelta(days=settings.days - 1)
        beyond = pl.col("date") > days[-1] if to_the_end else pl.lit(value=False)
        return chosen("product", self.product) & (pl.col("date").is_in(days) | beyond)

    def applied(self, case: Case) -> Case:
        """No demand; nor beyond the horizon, where the days go on to its end."""
        return with_table(case, "demand", case.table("demand").filter(~self._which(case)))

    def words(self, case: Case) -> str:
        """The demand that goes."""
        gone = float(case.table("demand").filter(self._which(case))["units"].sum())
        return (
            f"No {listed(self.product, '')} sold {self.days_in_words(case)}: {units_said(gone)} less demand"
        )


class ShelfLife(Change):
    """How long goods live; batches in stock live shorter or longer by as much."""

    change: Literal["shelf_life"] = "shelf_life"
    product: Names | None = Field(default=None, description="products; all if not given")
    ambient_days: int | None = Field(
        default=None, ge=1, strict=True, description="days alive after production, kept ambient"
    )
    frozen_days: int | None = Field(default=None, ge=1, strict=True, description="days alive after freezing")
    thawed_days: int | None = Field(default=None, ge=1, strict=True, description="days alive after thawing")
    min_days_at_sale: int | None = Field(
        default=None, ge=0, strict=True, description="days that must be left at sale"
    )
    stock: bool = Field(default=True, description="whether batches in stock and on the road are changed too")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if all(getattr(self, name) is None for name in (*LIVES, "min_days_at_sale")):
            raise ValueError(f"give one of {', '.join((*LIVES, 'min_days_at_sale'))}")
        return self

    def _lives(self) -> dict[str, int]:
        """New value by column of the products."""
        given = {f"shelf_life_{name}": getattr(self, name) for name in LIVES}
        given["min_days_at_sale"] = self.min_days_at_sale
        return {name: value for name, value in given.items() if value is not None}

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown products, and goods that could never be sold."""
        yield from unknown(case, "products", "product", self.product)
        least = pl.min_horizontal("shelf_life_ambient_days", "shelf_life_thawed_days")
        for product in self._products(case).filter(pl.col("min_days_at_sale") > least)["product"]:
            yield f"{product} would need more days at sale than it lives"

    def _products(self, case: Case) -> pl.DataFrame:
        which = chosen("product", self.product)
        return case.table("products").with_columns(
            pl.when(which).then(pl.lit(value)).otherwise(pl.col(name)).cast(pl.Int64).alias(name)
            for name, value in self._lives().items()
        )

    def applied(self, case: Case) -> Case:
        """Products with their new lives, and batches with their new last days."""
        products = self._products(case)
        changed = with_table(case, "products", products)
        for table in ("stock", "transit") if self.stock else ():
            for state in LIVES.values():
                column = f"shelf_life_{state}_days"
                longer = (
                    case.table("products")
                    .select("product", before=column)
                    .join(products.select("product", after=column), on="product")
                )
                batches = changed.table(table).join(longer, on="product", how="left", maintain_order="left")
                more = pl.duration(
                    days=pl.when(pl.col("state") == state)
                    .then(pl.col("after") - pl.col("before"))
                    .otherwise(0)
                )
                changed = with_table(changed, table, batches.with_columns(expires=pl.col("expires") + more))
        return changed

    def words(self, case: Case) -> str:
        """Each life before and after."""
        which = chosen("product", self.product)
        said = []
        for name, value in self._lives().items():
            before = sorted(set(case.table("products").filter(which)[name].to_list()))
            said.append(f"{name.replace('_', ' ')} {value} instead of {', '.join(map(str, before))}")
        return f"{listed(self.product, 'All products')}: {'; '.join(said)}"
