"""Stock, receipts, centres and lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from provisor.allocation.changes.common import InPeriods, OfProducts, horizon, listed, one_of, scaled
from provisor.allocation.changes.neighbours import turned
from provisor.allocation.words import counted
from provisor.scenario import Change, Name, Names, with_table
from provisor.tables.naming import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case


class Supply(OfProducts, InPeriods):
    """Stock and receipts of the centres times a factor, rounded down; with some periods only what comes in them."""

    change: Literal["supply"] = "supply"
    factor: float = Field(ge=0, description="pieces times this")
    centre: Names | None = Field(default=None, description="centres; all if not given")
    diversion: float = Field(
        default=0.0, ge=0, le=1,
        description="share of the demand in proportion to the missing supply that turns to substitutes not meant",
    )  # fmt: skip

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names and periods."""
        yield from self.wrong_products(case)
        yield from self.wrong_periods(case)
        yield from unknown(case, "centres", "centre", self.centre)

    def _scaled(self, case: Case, table: str) -> pl.DataFrame:
        """A table with pieces times the factor; the stock at the start comes in period 1."""
        rows = case.table(table)
        mine = pl.col("product").is_in(self.products(case)["product"].to_list())
        if self.centre is not None:
            mine &= pl.col("centre").is_in(list(self.centre))
        mine &= (
            pl.col("period").is_in(self.on(case))
            if "period" in rows.columns
            else pl.lit(value=1 in self.on(case))
        )
        pieces = pl.when(mine).then(scaled(pl.col("pieces"), self.factor)).otherwise(pl.col("pieces"))
        return rows.with_columns(pieces=pieces)

    def applied(self, case: Case) -> Case:
        """The case with other pieces."""
        changed = case
        for table in ("stock", "receipts"):
            changed = with_table(changed, table, self._scaled(case, table))
        share = self.diversion * (1.0 - self.factor)
        return changed if share <= 0 else turned(changed, self.products(case), share, self.on(case))

    def words(self, case: Case) -> str:
        """Pieces before and after."""
        tables = ("stock", "receipts")
        before = sum(int(case.table(name)["pieces"].sum()) for name in tables)
        after = sum(int(self._scaled(case, name)["pieces"].sum()) for name in tables)
        at = f" at {', '.join(self.centre)}" if self.centre else ""
        what = f"{self.products_in_words(case)}{at}{self.periods_in_words(case)}"
        share = 100 * self.diversion * (1.0 - self.factor)
        turns = f"; {share:g} % of their demand turns to substitutes in the same store" if share > 0 else ""
        return f"Supply of {what} x {self.factor:g}: the centres have {after:,} pieces instead of {before:,}{turns}"


class CentreClosed(Change):
    """A centre that sends nothing for the first periods, or at all; others may be dearer and slower then."""

    change: Literal["centre_closed"] = "centre_closed"
    centre: Name = Field(description="centre")
    until: int | None = Field(
        default=None,
        ge=1,
        description="last period closed; then its stock can be sent; all periods if not given",
    )
    cost_factor: float = Field(default=1.0, ge=0, description="cost of all other lanes times this")
    more_lead: int = Field(default=0, ge=0, description="periods that all other lanes take longer")

    def wrong(self, case: Case) -> Iterator[str]:
        """An unknown centre, the only one, and a period that there is not."""
        yield from unknown(case, "centres", "centre", [self.centre])
        if case.table("centres").height == 1:
            yield f"{self.centre} is the only centre"
        if self.until is not None and self.until >= horizon(case)[-1]:
            yield f"until {self.until}: the case ends with period {horizon(case)[-1]}; leave until out"

    def applied(self, case: Case) -> Case:
        """The case without what the centre could send, or with it coming in later."""
        own, lanes = pl.col("centre") == self.centre, case.table("lanes")
        dearer = pl.when(own).then(pl.col("cost")).otherwise(pl.col("cost") * self.cost_factor)
        slower = pl.when(own).then(pl.col("lead_periods")).otherwise(pl.col("lead_periods") + self.more_lead)
        lanes = lanes.with_columns(cost=dearer, lead_periods=slower)
        stock, receipts = case.table("stock"), case.table("receipts")
        late = pl.concat([
            stock.filter(own).select("centre", "product", period=pl.lit(1), pieces="pieces").cast(receipts.schema),
            receipts.filter(own),
        ])  # fmt: skip
        if self.until is None:
            lanes, late = lanes.filter(~own), late.clear()
        else:
            late = late.with_columns(period=pl.max_horizontal("period", pl.lit(self.until + 1, pl.Int64)))
        late = late.group_by("centre", "product", "period", maintain_order=True).agg(pl.col("pieces").sum())
        changed = with_table(with_table(case, "lanes", lanes), "stock", stock.filter(~own))
        return with_table(
            changed, "receipts", pl.concat([receipts.filter(~own), late.select(receipts.columns)])
        )

    def words(self, case: Case) -> str:
        """The stock that is out of reach and the stores that it serves."""
        own = pl.col("centre") == self.centre
        pieces = int(case.table("stock").filter(own)["pieces"].sum())
        stores = case.table("lanes").filter(own)["store"].n_unique()
        until = "" if self.until is None else f" until period {self.until}"
        said = f"{self.centre} sends nothing{until}: {counted(pieces, 'piece')} there are out of reach, "
        said += f"{counted(stores, 'store')} lose a way"
        more = [f"cost x {self.cost_factor:g}"] if self.cost_factor != 1 else []
        more += [f"{counted(self.more_lead, 'period')} longer"] if self.more_lead else []
        return f"{said}; all other lanes: {', '.join(more)}" if more else said


class Stock(Change):
    """Pieces of products at a centre at the start: set, or so many more."""

    change: Literal["stock"] = "stock"
    centre: Name = Field(description="centre")
    product: Names = Field(description="products")
    pieces: int | None = Field(default=None, ge=0, description="pieces of each product")
    more: int | None = Field(default=None, description="pieces more of each product (fewer if below 0)")

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        one_of(self, "pieces", "more")
        return self

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown names, and fewer pieces than none."""
        found = [
            *unknown(case, "centres", "centre", [self.centre]),
            *unknown(case, "products", "product", self.product),
        ]
        if not found:
            found += [
                f"{product} would have {pieces} pieces"
                for product, pieces in self._new(case).items()
                if pieces < 0
            ]
        yield from found

    def _old(self, case: Case) -> dict[str, int]:
        there = case.table("stock").filter(pl.col("centre") == self.centre)
        known = dict(there.select("product", "pieces").iter_rows())
        return {product: int(known.get(product, 0)) for product in self.product}

    def _new(self, case: Case) -> dict[str, int]:
        if self.pieces is not None:
            return dict.fromkeys(self.product, self.pieces)
        return {product: pieces + (self.more or 0) for product, pieces in self._old(case).items()}

    def applied(self, case: Case) -> Case:
        """The case with other stock."""
        rows = case.table("stock")
        own = (pl.col("centre") == self.centre) & pl.col("product").is_in(list(self.product))
        new = pl.DataFrame(
            [
                {"centre": self.centre, "product": product, "pieces": pieces}
                for product, pieces in self._new(case).items()
            ]
        )
        return with_table(
            case, "stock", pl.concat([rows.filter(~own), new.select(rows.columns).cast(rows.schema)])
        )

    def words(self, case: Case) -> str:
        """Pieces before and after."""
        before, after = sum(self._old(case).values()), sum(self._new(case).values())
        return f"Stock of {listed(self.product, 'product')} at {self.centre}: {after:,} pieces instead of {before:,}"
