"""Summary tables and key figures of an allocation plan, made when it is solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation.demand import chance
from provisor.allocation.limits import styles
from provisor.tables.schema import Column, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.decisions import Outcome
    from provisor.allocation.prices import Price

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

_text, _number, _whole = pl.String, pl.Float64, pl.Int64

_SHOWN = [
    Column("styles", _whole, "style", "styles carried"),
    Column(
        "added", _whole, "style", "styles that did not hang before the first period, or the period before"
    ),
    Column("dropped", _whole, "style", "styles that hung and are not carried"),
    Column("pieces", _number, "piece", "pieces on display"),
    Column("shipped", _number, "piece", "pieces from centres"),
    Column("sales", _number, "piece", "expected sales"),
    Column("revenue", _number, "$", "expected sales at their price"),
    Column("sell_through", _number, "share", "expected sales / pieces on display"),
    Column(
        "slot_sell_through", _number, "share", "styles expected to sell at least a piece / styles carried"
    ),
]

STORE_SUMMARY = Schema(
    "store_summary",
    "one store in one period",
    [
        Column("period", _whole, "", "period"),
        Column("store", _text, "", "store"),
        *_SHOWN,
        Column("slots", _whole, "style", "slots in force"),
        Column("slot_use", _number, "share", "styles / slots"),
        Column("space", _number, "space", "space in force; empty for no limit", nullable=True),
        Column("space_use", _number, "share", "space taken / space", nullable=True),
    ],
    key=("period", "store"),
)

PRODUCT_SUMMARY = Schema(
    "product_summary",
    "one product in one period",
    [
        Column("period", _whole, "", "period"),
        Column("product", _text, "", "product"),
        *_SHOWN,
        Column("supply", _whole, "piece", "usable stock and receipts of all centres up to the period"),
        Column("left", _whole, "piece", "pieces of these not sent by then"),
    ],
    key=("period", "product"),
)

ROLE_SUMMARY = Schema(
    "role_summary",
    "one role in one store and period",
    [
        Column("period", _whole, "", "period"),
        Column("store", _text, "", "store"),
        Column("role", _text, "", "role"),
        Column("styles", _whole, "style", "styles carried"),
        Column("share", _number, "share", "styles of the role / styles of the store"),
    ],
    key=("period", "store", "role"),
)

UNSERVED = Schema(
    "unserved",
    "demand of a category in a store and period that is not expected to be served",
    [
        Column("period", _whole, "", "period"),
        Column("store", _text, "", "store"),
        Column("category", _text, "", "category"),
        Column("demand", _number, "piece", "mean demand of the pairs that may hang"),
        Column("sales", _number, "piece", "expected sales"),
        Column("unserved", _number, "piece", "demand - sales"),
    ],
    key=("period", "store", "category"),
)

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

SUMMARY_TABLES = (STORE_SUMMARY, PRODUCT_SUMMARY, ROLE_SUMMARY, UNSERVED, PRICES)
"""Tables that sum up a plan; nothing is decided in them."""

KPI_UNITS = {
    "styles": "style",
    "added": "style",
    "dropped": "style",
    "pieces": "piece",
    "shipped": "piece",
    "transferred": "piece",
    "returned": "piece",
    "expected_sales": "piece",
    "expected_revenue": "$",
    "sell_through": "share",
    "slot_sell_through": "share",
    "service_level": "share",
    "slot_use": "share",
    "shortfalls": "$",
}
"""Unit of each key figure."""


def summaries(arrays: Arrays, outcome: Outcome, prices: Iterable[Price]) -> dict[str, pl.DataFrame]:
    """All summary tables by name."""
    return {
        "store_summary": store_summary(arrays, outcome),
        "product_summary": product_summary(arrays, outcome),
        "role_summary": role_summary(arrays, outcome),
        "unserved": unserved(arrays, outcome),
        "prices": price_table(prices),
    }


def store_summary(arrays: Arrays, outcome: Outcome) -> pl.DataFrame:
    """Table :data:`STORE_SUMMARY`."""
    figures = _figures(arrays, outcome, arrays.pairs.store, len(arrays.store_names))
    volume = arrays.volume[arrays.pairs.product][:, None]
    taken = _sums(outcome.pieces * volume, arrays.pairs.store, len(arrays.store_names)).ravel()
    space, slots = arrays.space.ravel(), arrays.store_slots.ravel()
    table = _labelled(arrays.store_names, "store", arrays.periods).with_columns(
        *(pl.Series(name, values) for name, values in figures.items()),
        pl.Series("slots", slots),
        pl.Series("slot_use", _share(figures["styles"], slots)),
        pl.Series("space", np.where(np.isfinite(space), space, np.nan)).fill_nan(None),
        pl.Series("space_use", np.where(np.isfinite(space), _share(taken, space), np.nan)).fill_nan(None),
    )
    return _typed(table, STORE_SUMMARY)


def product_summary(arrays: Arrays, outcome: Outcome) -> pl.DataFrame:
    """Table :data:`PRODUCT_SUMMARY`."""
    figures = _figures(arrays, outcome, arrays.pairs.product, len(arrays.product_names))
    supply = arrays.supply.sum(axis=0).cumsum(axis=1)
    routes, lanes = outcome.decisions.routes, arrays.lanes
    sent = np.zeros(supply.shape)
    np.add.at(
        sent,
        (arrays.pairs.product[routes.pair], routes.period - lanes.lead[routes.lane]),
        routes.pieces,
    )
    table = _labelled(arrays.product_names, "product", arrays.periods).with_columns(
        *(pl.Series(name, values) for name, values in figures.items()),
        pl.Series("supply", supply.ravel()),
        pl.Series("left", (supply - sent.cumsum(axis=1)).ravel()),
    )
    return _typed(table, PRODUCT_SUMMARY)


def role_summary(arrays: Arrays, outcome: Outcome) -> pl.DataFrame:
    """Table :data:`ROLE_SUMMARY`."""
    roles = arrays.role.names
    found = styles(arrays, outcome.carried, arrays.role.of, len(roles))
    total = _sums(outcome.carried, arrays.pairs.store, len(arrays.store_names))
    share = _share(found, np.broadcast_to(total[:, None, :], found.shape))
    store, role, period = (index.ravel() for index in np.indices(found.shape))
    table = pl.DataFrame(
        {
            "period": period + 1,
            "store": pl.Series(arrays.store_names, dtype=pl.String).gather(store),
            "role": pl.Series(roles, dtype=pl.String).gather(role),
            "styles": found.ravel(),
            "share": share.ravel(),
        }
    )
    return _typed(table, ROLE_SUMMARY)


def unserved(arrays: Arrays, outcome: Outcome) -> pl.DataFrame:
    """Table :data:`UNSERVED`: rows with demand."""
    names = arrays.category.names
    demand = styles(arrays, np.where(arrays.eligible, arrays.pairs.mean, 0.0), arrays.category.of, len(names))
    sold = styles(arrays, outcome.sales, arrays.category.of, len(names))
    store, category, period = np.nonzero(demand)
    table = pl.DataFrame(
        {
            "period": period + 1,
            "store": pl.Series(arrays.store_names, dtype=pl.String).gather(store),
            "category": pl.Series(names, dtype=pl.String).gather(category),
            "demand": demand[store, category, period],
            "sales": sold[store, category, period],
        }
    )
    return _typed(table.with_columns(unserved=pl.col("demand") - pl.col("sales")), UNSERVED)


def price_table(prices: Iterable[Price]) -> pl.DataFrame:
    """Table :data:`PRICES`."""
    rows = [
        {
            "rule": price.rule,
            "entity": " / ".join(part for part in price.entity if part),
            "period": price.period,
            "price": price.price,
        }
        for price in prices
    ]
    return PRICES.frame(rows).sort("rule", "entity", "period")


def kpis(arrays: Arrays, outcome: Outcome, costs: Mapping[str, float]) -> dict[str, float]:
    """Key figures by name; units in :data:`KPI_UNITS`."""
    nothing = np.zeros(arrays.pairs.count, dtype=np.int64)
    figures = {name: float(values.sum()) for name, values in _figures(arrays, outcome, nothing, 1).items()}
    carried = max(figures["styles"], 1.0)
    demand = float(arrays.pairs.mean[arrays.eligible].sum())
    shown = max(figures["pieces"], 1e-9)
    missed = ("role_minimum", "role_maximum", "coherence", "corridor", "categories", "price_bands",
              "core_subcategories", "launch")  # fmt: skip
    return {
        **{name: figures[name] for name in ("styles", "added", "dropped", "pieces", "shipped")},
        "transferred": float(outcome.decisions.transfers.pieces.sum()),
        "returned": float(outcome.returned.sum()),
        "expected_sales": figures["sales"],
        "expected_revenue": figures["revenue"],
        "sell_through": figures["sales"] / shown,
        "slot_sell_through": float((_asked(arrays) * outcome.carried).sum()) / carried,
        "service_level": figures["sales"] / demand if demand else 1.0,
        "slot_use": figures["styles"] / max(float(arrays.store_slots.sum()), 1.0),
        "shortfalls": -sum(costs[name] for name in missed),
    }


def _figures(arrays: Arrays, outcome: Outcome, of: Whole, count: int) -> dict[str, Floats]:
    """The columns :data:`_SHOWN` by store or product and period, flat."""
    carried, shown = outcome.carried, np.where(outcome.carried, outcome.pieces, 0.0)
    hung = np.concatenate([arrays.pairs.before[:, None], carried[:, :-1]], axis=1)
    revenue = outcome.sales * arrays.price[arrays.pairs.product][:, None]
    parts = {
        "styles": carried,
        "added": carried & ~hung,
        "dropped": hung & ~carried,
        "pieces": shown,
        "shipped": outcome.shipped,
        "sales": outcome.sales,
        "revenue": revenue,
    }
    found = {name: _sums(part, of, count).ravel() for name, part in parts.items()}
    found["sell_through"] = _share(found["sales"], found["pieces"])
    asked = _sums(np.where(carried, _asked(arrays), 0.0), of, count).ravel()
    found["slot_sell_through"] = _share(asked, found["styles"])
    return found


def _asked(arrays: Arrays) -> Floats:
    """P(demand >= 1) by pair and period."""
    return chance(np.ones(1), arrays.pairs.mean, arrays.pairs.dispersion[:, None])


def _sums(amounts: NDArray[np.generic], of: Whole, count: int) -> Floats:
    """Sums by store or product and period."""
    return np.stack(
        [
            np.bincount(of, weights=amounts[:, k].astype(np.float64), minlength=count)
            for k in range(amounts.shape[1])
        ],
        axis=1,
    )


def _share(part: Floats, whole: NDArray[np.generic]) -> Floats:
    """Part / whole, 0 where there is no whole."""
    total = whole.astype(np.float64)
    return np.divide(part, total, out=np.zeros(part.shape), where=total > 0)


def _labelled(names: list[str], column: str, periods: int) -> pl.DataFrame:
    """Rows by name and period."""
    return pl.DataFrame(
        {
            "period": np.tile(np.arange(1, periods + 1), len(names)),
            column: pl.Series(names, dtype=pl.String).gather(np.repeat(np.arange(len(names)), periods)),
        }
    )


def _typed(table: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of a schema in its order and types, rows sorted by its key."""
    typed = table.select(pl.col(name).cast(dtype) for name, dtype in schema.dtypes.items())
    return typed.sort(*schema.key)
