"""Products sold off: the markdown that pays best of a menu, and a lower worth of what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl
from pydantic import Field

from provisor.allocation.changes.common import OfProducts, listed, rules_of, settings_of
from provisor.allocation.changes.demand import repriced
from provisor.allocation.demand import chance
from provisor.scenario import with_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case

ELASTICITY = 1.5
"""Demand at price p is ``(p / full price) ^ -elasticity`` times as much."""

MENU = (0.0, 0.2, 0.3, 0.5)


class Clearance(OfProducts):
    """Products sold off: each at the markdown of a menu that pays best, what is left worth less; none are received.

    The markdown of a product is the one at which its stock of all places, shared out best among its stores as if there
    were no other style, earns most.
    """

    change: Literal["clearance"] = "clearance"
    markdowns: tuple[float, ...] = Field(
        default=MENU, min_length=1, description="menu of markdowns, as shares of the price"
    )
    elasticity: float = Field(default=ELASTICITY, ge=0, description="of demand to price")
    salvage_share: float = Field(
        default=0.15,
        ge=0,
        le=1,
        description="worth of a piece left over, as a share of its cost, if that is lower",
    )
    last: bool = Field(
        default=True, description="whether it is the products' last chance: nothing more is received"
    )

    def wrong(self, case: Case) -> Iterator[str]:
        """Unknown products, and markdowns that are no share."""
        yield from self.wrong_products(case)
        yield from (f"a markdown of {share:g}" for share in self.markdowns if not 0 <= share < 1)

    def depths(self, case: Case) -> dict[str, float]:
        """Markdown of each product."""
        pairs = case.table("pairs")
        stock = pl.concat([
            case.table("stock").select("product", "pieces"),
            case.table("receipts").select("product", "pieces"),
            pairs.select("product", pieces="opening"),
        ])  # fmt: skip
        pieces = dict(stock.group_by("product").agg(pl.col("pieces").sum()).iter_rows())
        found = {}
        for row in self._lower(case).iter_rows(named=True):
            own = pairs.filter(pl.col("product") == row["product"])
            figures = {
                name: own[name].cast(pl.Float64).to_numpy() for name in ("demand", "dispersion", "max_pieces")
            }
            worth = [
                self._worth(row, figures, int(pieces.get(row["product"], 0)), share)
                for share in self.markdowns
            ]
            found[str(row["product"])] = float(self.markdowns[int(np.argmax(worth))])
        return found

    def _worth(
        self, row: dict[str, float], pairs: dict[str, np.ndarray], pieces: int, markdown: float
    ) -> float:
        """What all pieces of a product bring at a markdown: the best places for them first, salvage for the rest."""
        price, salvage = row["price"] * (1 - markdown), row["salvage"]
        if price < salvage:
            return -np.inf
        demand = pairs["demand"] * (1 - markdown) ** -self.elasticity
        most = int(min(pieces, pairs["max_pieces"].max(initial=0.0)))
        number = np.arange(1.0, most + 1.0)
        sold = chance(number[None, :], demand[:, None], pairs["dispersion"][:, None])
        sold = np.where(number[None, :] <= pairs["max_pieces"][:, None], sold, 0.0)
        best = np.sort(sold.ravel())[::-1][:pieces]
        return float((price - salvage) * best.sum() + salvage * pieces)

    def _lower(self, case: Case) -> pl.DataFrame:
        """The products with what is left worth less."""
        low = pl.min_horizontal(pl.col("salvage"), (pl.col("cost") * self.salvage_share).round(2))
        return self.products(case).with_columns(salvage=low)

    def applied(self, case: Case) -> Case:
        """Products at their markdown, pairs with more demand, nothing more received."""
        lower = self._lower(case).select("product", low="salvage")
        products = case.table("products").join(lower, on="product", how="left", maintain_order="left")
        changed = with_table(case, "products", products.with_columns(salvage=pl.coalesce("low", "salvage")))
        if self.last:
            receipts = changed.table("receipts")
            changed = with_table(changed, "receipts", receipts.join(lower, on="product", how="anti"))
        depth = pl.DataFrame(
            list(self.depths(case).items()), schema={"product": pl.String, "depth": pl.Float64}, orient="row"
        )
        prices = case.table("products").join(depth.filter(pl.col("depth") > 0), on="product")
        new = prices.select("product", new=(pl.col("price") * (1 - pl.col("depth"))).round(2))
        return repriced(changed, new, self.elasticity)

    def words(self, case: Case) -> str:
        """How many products at which markdown."""
        depths = self.depths(case)
        by_depth = {
            share: [name for name, chosen in depths.items() if chosen == share]
            for share in sorted(set(depths.values()))
        }
        said = [f"{100 * share:g} % off {listed(names, 'product')}" for share, names in by_depth.items()]
        kept = "" if rules_of(case).returns else "; nothing may be taken back"
        worth = f"a piece left over is worth at most {100 * self.salvage_share:g} % of its cost"
        return f"Sold off by the end of {_last(case)}: {'; '.join(said)}; {worth}{kept}"


def _last(case: Case) -> str:
    settings = settings_of(case)
    return f"{settings.periods} half-month{'s' if settings.periods > 1 else ''} from {settings.start}"
