"""Products that go and products that come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.allocation.changes.common import horizon, listed, rules_of
from provisor.allocation.words import counted
from provisor.scenario import Change, Name, Names, with_table
from provisor.tables.naming import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case

NEAREST = 3
"""Substitutes taken where none are told: the best sellers of the same subcategory."""

LIKE_ITEMS = 5
"""Like items taken where none are told."""


class ProductDiscontinued(Change):
    """Products that hang no more from a period on; a share of their demand turns to substitutes."""

    change: Literal["product_discontinued"] = "product_discontinued"
    product: Names = Field(description="products")
    from_period: int = Field(default=1, ge=1, description="first period in which they hang no more")
    diversion: float | None = Field(
        default=None, ge=0, le=1,
        description="share of the demand that turns to substitutes; what the table substitution says if not given",
    )  # fmt: skip
    substitute: Names | None = Field(
        default=None,
        description="substitutes; those of the table substitution, or else the nearest, if not given",
    )

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.substitute is not None and self.diversion is None:
            raise ValueError("give the diversion with its substitutes")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, a product that is its own substitute, and rules that know no life."""
        yield from unknown(case, "products", "product", self.product)
        yield from unknown(case, "products", "product", self.substitute)
        both = set(self.product) & set(self.substitute or ())
        yield from (f"{name} cannot take the place of itself" for name in sorted(both))
        if not rules_of(case).lifecycle:
            yield "products end only under the rule lifecycle; turn it on"
        if self.from_period > horizon(case)[-1]:
            yield f"there is no period {self.from_period}; the case has {horizon(case)[-1]}"

    def applied(self, case: Case) -> Case:
        """The case with the products' last period, their substitutes, and without what would still be received."""
        own = pl.col("product").is_in(list(self.product))
        last = self.from_period - 1
        ends = pl.min_horizontal(pl.col("last_period"), pl.lit(last))
        products = case.table("products").with_columns(
            last_period=pl.when(own).then(ends).otherwise(pl.col("last_period")),
            first_period=pl.when(own & (pl.col("first_period") > last))
            .then(None)
            .otherwise(pl.col("first_period")),
        )
        changed = with_table(case, "products", products)
        receipts = case.table("receipts").filter(~(own & (pl.col("period") > last)))
        changed = with_table(changed, "receipts", receipts)
        for name in ("launches",) if last < 1 else ():
            changed = with_table(changed, name, changed.table(name).filter(~own))
        if self.diversion is None:
            return changed
        others = case.table("substitution").filter(~own)
        rows = pl.concat([others, self._rates(case).cast(others.schema)])
        return with_table(changed, "substitution", rows)

    def _rates(self, case: Case) -> pl.DataFrame:
        """Rows of ``substitution`` of the products: the diversion shared out among their substitutes."""
        rows: list[dict[str, Any]] = []
        for product in self.product:
            goals = self._substitutes(case, product)
            rows += [
                {"product": product, "substitute": goal, "rate": (self.diversion or 0.0) * share}
                for goal, share in goals.items()
            ]
        return pl.DataFrame(rows, schema={"product": pl.String, "substitute": pl.String, "rate": pl.Float64})

    def _substitutes(self, case: Case, product: str) -> dict[str, float]:
        """Substitutes of a product with their shares of what turns to them."""
        if self.substitute is not None:
            return dict.fromkeys(self.substitute, 1.0 / len(self.substitute))
        told = case.table("substitution").filter(
            (pl.col("product") == product)
            & ~pl.col("substitute").is_in(list(self.product))
            & (pl.col("rate") > 0)
        )
        if told.height:
            return dict(told.select("substitute", pl.col("rate") / pl.col("rate").sum()).iter_rows())
        names = [name for name in like(case, product, NEAREST) if name not in self.product]
        return dict.fromkeys(names, 1.0 / max(len(names), 1))

    def words(self, case: Case) -> str:
        """The products, their demand, and where it turns."""
        own = case.table("pairs").filter(pl.col("product").is_in(list(self.product)))
        said = f"Discontinued from period {self.from_period}: {listed(self.product, 'product')}, with a demand of "
        said += f"{own['demand'].sum():,.1f} pieces in {counted(own['store'].n_unique(), 'store')}"
        if not own.height:
            return said
        rates = self.applied(case).table("substitution").filter(pl.col("product").is_in(list(self.product)))
        turns = [
            f"{100 * rate:.3g} % of {name}'s to {goal}"
            for name, goal, rate in rates.select("product", "substitute", "rate").iter_rows()
        ]
        return (
            f"{said}; where they hang, turn {listed(turns, 'way')}"
            if turns
            else f"{said}; nothing takes its place"
        )


def like(case: Case, product: str, most: int) -> list[str]:
    """Products like another: same subcategory, those of its gender and price band first, the best sellers first."""
    table = case.table("products")
    own = table.filter(pl.col("product") == product).to_dicts()[0]
    sold = case.table("pairs").group_by("product").agg(pl.col("demand").sum())
    alike = table.filter((pl.col("subcategory") == own["subcategory"]) & (pl.col("product") != product))
    near = sum(
        (
            pl.col(name).eq_missing(pl.lit(own[name])).cast(pl.Int64)
            for name in ("gender", "price_band")
            if name in table.columns
        ),
        pl.lit(0),
    )
    ranked = alike.join(sold, on="product", how="left").with_columns(
        near=near, demand=pl.col("demand").fill_null(0.0)
    )
    return ranked.sort("near", "demand", "product", descending=[True, True, False])["product"].to_list()[
        :most
    ]


class ProductLaunched(Change):
    """A new product like others, with stock at the centres, and how widely it starts."""

    change: Literal["product_launched"] = "product_launched"
    product: Name = Field(description="code of the new product")
    like: Names = Field(
        description="products it is like: the first gives all that is not told, their mean the demand"
    )
    stock: dict[str, int] = Field(min_length=1, description="pieces by centre")
    price: float | None = Field(
        default=None, gt=0, description="price; that of the first it is like if not given"
    )
    cost: float | None = Field(default=None, ge=0, description="cost; as price")
    novelty: float = Field(default=1.0, ge=0, description="demand times this")
    min_stores: int = Field(default=0, ge=0, description="least stores that carry it; priced")
    max_stores: int | None = Field(default=None, ge=0, description="most stores that carry it")
    min_clusters: int = Field(
        default=0, ge=0, description="least clusters with a store that carries it; priced"
    )
    reserve: float = Field(default=0.0, ge=0, le=1, description="share of its stock kept back at each centre")
    presentation_min: int = Field(default=4, ge=1, description="pieces shown at least where it hangs")

    def wrong(self, case: Case) -> Iterator[str]:
        """A code that there is, unknown names, impossible prices and widths."""
        if self.product in case.table("products")["product"]:
            yield f"there is a product {self.product} already"
        yield from unknown(case, "products", "product", self.like)
        yield from unknown(case, "centres", "centre", self.stock)
        yield from (f"{pieces} pieces at {centre}" for centre, pieces in self.stock.items() if pieces < 0)
        if self.max_stores is not None and self.max_stores < self.min_stores:
            yield f"at least {self.min_stores} and at most {self.max_stores} stores"
        if set(self.like) <= set(case.table("products")["product"]):
            row = self._product(case)
            salvage, cost = float(row["salvage"][0]), float(row["cost"][0])
            if salvage > float(row["price"][0]) or cost > float(row["price"][0]):
                yield f"its price is below its cost, {cost:g}, or below its salvage, {salvage:g}"

    def _product(self, case: Case) -> pl.DataFrame:
        row = case.table("products").filter(pl.col("product") == self.like[0])
        price = float(row["price"][0]) if self.price is None else self.price
        cost = float(row["cost"][0]) if self.cost is None else self.cost
        share = float(row["salvage"][0]) / float(row["cost"][0]) if row["cost"][0] else 0.0
        name = [pl.lit(f"new {self.product}").alias("name")] if "name" in row.columns else []
        return row.with_columns(
            pl.lit(self.product).alias("product"),
            *name,
            pl.lit(price).alias("price"),
            pl.lit(cost).alias("cost"),
            pl.lit(round(cost * share, 2)).alias("salvage"),
            pl.lit(self.presentation_min).alias("presentation_min"),
            pl.lit(None).cast(pl.Int64).alias("first_period"),
            pl.lit(None).cast(pl.Int64).alias("last_period"),
        )

    def _pairs(self, case: Case) -> pl.DataFrame:
        """Pairs of the new product: stores of what it is like, with mean demand of these times the store's index.

        The index of a store is its mean demand for styles of the subcategory over that of all stores.
        """
        pairs = case.table("pairs")
        own = pairs.filter(pl.col("product").is_in(list(self.like)))
        family = case.table("products").filter(pl.col("subcategory") == self._product(case)["subcategory"][0])
        alike = pairs.join(family, on="product", how="semi")
        usual = float(alike["demand"].mean() or 0.0)  # type: ignore[arg-type]
        index = alike.group_by("store").agg(index=pl.col("demand").mean() / max(usual, 1e-9))
        mean = float(own["demand"].mean() or 0.0) * self.novelty  # type: ignore[arg-type]
        rows = own.group_by("store", maintain_order=True).agg(
            pl.col("dispersion").mean(), pl.col("max_pieces").max()
        )
        rows = rows.join(index, on="store", how="left").with_columns(
            product=pl.lit(self.product),
            demand=(pl.col("index") * mean).round(4),
            max_pieces=pl.max_horizontal("max_pieces", pl.lit(self.presentation_min)),
            opening=pl.lit(0),
            carried_before=pl.lit(value=False),
            lock=pl.lit(None).cast(pl.String),
        )
        return rows.select(pairs.columns).cast(pairs.schema)

    def applied(self, case: Case) -> Case:
        """The case with a product, its pairs, its stock and its launch more."""
        launch = {
            "product": self.product, "min_stores": self.min_stores, "max_stores": self.max_stores,
            "min_clusters": self.min_clusters, "reserve": self.reserve,
        }  # fmt: skip
        stock = [
            {"centre": centre, "product": self.product, "pieces": pieces}
            for centre, pieces in self.stock.items()
        ]
        new = {
            "products": self._product(case),
            "pairs": self._pairs(case),
            "stock": pl.DataFrame(stock),
            "launches": pl.DataFrame([launch], schema=case.table("launches").schema),
        }
        for name, rows in new.items():
            there = case.table(name)
            case = with_table(case, name, pl.concat([there, rows.select(there.columns).cast(there.schema)]))
        return case

    def words(self, case: Case) -> str:
        """What it is like, where it may hang, and its stock."""
        pairs = self._pairs(case)
        said = f"New: {self.product}, like {listed(self.like)}, for {counted(pairs.height, 'store')} with a demand "
        said += f"of {pairs['demand'].sum():,.1f} pieces a period; "
        said += f"{counted(sum(self.stock.values()), 'piece')} in stock"
        return f"{said}, {100 * self.reserve:g} % of them kept back" if self.reserve else said
