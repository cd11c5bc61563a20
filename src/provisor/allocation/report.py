"""Summary tables and key figures of an allocation plan, made when it is solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.tables.schema import Column, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisor.allocation.prices import Price

_text, _number, _whole = pl.String, pl.Float64, pl.Int64

PRICES = Schema(
    "prices",
    "what one more unit of a limit would add to the objective, the styles of each store as they are",
    [
        Column("rule", _text, "", "rule"),
        Column("entity", _text, "", "what is limited: store and class, or centre and product"),
        Column("period", _whole, "", "period"),
        Column("price", _number, "$/unit", "worth of one more slot, piece or unit of what the rule limits"),
    ],
    key=("rule", "entity", "period"),
)


def price_table(prices: Iterable[Price]) -> pl.DataFrame:
    """Table :data:`PRICES`."""
    rows = [
        {"rule": price.rule, "entity": " / ".join(part for part in price.entity if part),
         "period": price.period, "price": price.price}
        for price in prices
    ]  # fmt: skip
    return PRICES.frame(rows).sort("rule", "entity", "period")
