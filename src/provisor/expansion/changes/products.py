"""Products more and fewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.expansion.changes.common import amount, edited, rules_of, settings_of
from provisor.expansion.changes.goods import DEMANDS, demand_of
from provisor.scenario import Change, Name, Names, with_table
from provisor.tables.naming import chosen, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case


class ProductAdded(Change):
    """A product more, like another one, with so many times its demand."""

    change: Literal["product_added"] = "product_added"
    product: Name = Field(description="code of the new product")
    like: Name = Field(description="product whose packs, supplier, lead times and days on hand it takes over")
    factor: float = Field(default=1.0, gt=0, description="its demand as a multiple of that product's")
    taken: float = Field(default=0.0, ge=0, le=1, description="part of its demand that the other one loses")

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.factor * self.taken > 1:
            raise ValueError("the other product cannot lose more than all of its demand")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """A product that is there already, or nothing to be like."""
        if self.product in case.table("products")["sku"]:
            yield f"there is a product {self.product} already"
        yield from unknown(case, "products", "sku", [self.like])

    def applied(self, case: Case) -> Case:
        """Its rows in all tables; of opening stock it has none."""
        like = pl.col("sku") == self.like
        for table in ("products", "lead_times", "shelf_packs", *DEMANDS):
            there = case.table(table)
            more = there.filter(like).with_columns(sku=pl.lit(self.product))
            if "name" in there.columns:
                more = more.with_columns(name=pl.lit(self.product))
            if table in DEMANDS:
                more = more.with_columns(quantity=pl.col("quantity") * self.factor)
            case = with_table(case, table, pl.concat([there, more]))
        left = pl.col("quantity") * (1 - self.factor * self.taken)
        for table in DEMANDS:
            case = edited(case, table, like, quantity=left)
        return case

    def words(self, case: Case) -> str:
        """Its demand."""
        sold = demand_of(case, pl.col("sku") == self.like) * self.factor
        unit = rules_of(case).demand_unit
        lost = f", of which {self.like} loses {sold * self.taken:,.0f}" if self.taken else ""
        return f"New product {self.product} like {self.like}, with demand of {amount(sold, unit)}{lost}"


class ProductDropped(Change):
    """Products no longer sold or kept."""

    change: Literal["product_dropped"] = "product_dropped"
    product: Names = Field(description="products")

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown products, or none left."""
        yield from unknown(case, "products", "sku", self.product)
        if set(case.table("products")["sku"]) <= set(self.product):
            yield "no product would be left"
        named = {pin.sku for pin in settings_of(case).pins} & set(self.product)
        yield from (f"a pin names {sku}; take it out first with unpin" for sku in sorted(map(str, named)))

    def applied(self, case: Case) -> Case:
        """The case without their rows."""
        for table in ("products", "lead_times", "shelf_packs", "opening", *DEMANDS):
            case = with_table(case, table, case.table(table).filter(~chosen("sku", self.product)))
        return case

    def words(self, case: Case) -> str:
        """The demand that goes."""
        sold = demand_of(case, chosen("sku", self.product))
        return (
            f"Dropped: {', '.join(self.product)}, with demand of {amount(sold, rules_of(case).demand_unit)}"
        )
