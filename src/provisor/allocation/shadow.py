"""Prices of the kernel's limits, from its arrays to labels that people read and back to arrays to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.result import Prices
from provisor.allocation.limits import store_limits
from provisor.allocation.prices import DUST, Price

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.blocks import Blocks
    from provisor.allocation.handing import Ways

    Floats = NDArray[np.float64]

BETWEEN = " / "
"""Between the labels of what is limited."""

ALL = "all"
"""Label of a budget, which is of all centres."""


KEPT = "store-stock"
"""What the price of stock that a store may show or pass on is called."""


def givers(arrays: Arrays, blocks: Blocks, ways: Ways) -> list[tuple[str, str]]:
    """Store and product of each stock of the kernel's passes."""
    pairs = np.unique(ways.giver[blocks.ways])
    stores, products = arrays.pairs.store[pairs].tolist(), arrays.pairs.product[pairs].tolist()
    return [(arrays.store_names[j], arrays.product_names[i]) for j, i in zip(stores, products, strict=True)]


def told(arrays: Arrays, prices: Prices, blocks: Blocks, ways: Ways) -> tuple[Price, ...]:
    """Shadow prices of stock, ways and the limits of stores, by name.

    A price is what one more unit of the limit would be worth: below 0 where the limit is a least amount that costs.
    """
    stores, centres, products = arrays.store_names, arrays.centre_names, arrays.product_names
    found = _of("stock", prices.stock.T, centres, products)
    found += _of("lane-capacity", prices.lane.T, centres, stores)
    found += _of("throughput", prices.throughput[:, None], centres, [""])
    found += _of("budget", prices.budget[:, None], [ALL] * prices.budget.size, [""])
    if prices.kept.size:
        named = givers(arrays, blocks, ways)
        found += [
            Price(KEPT, named[n], 1, float(prices.kept[n]))
            for n in np.flatnonzero(prices.kept > DUST).tolist()
        ]
    classes = {limit.name: [str(name or "") for name in limit.names] for limit in store_limits(arrays)}
    for rule, own in prices.place.items():
        found += _of(rule, own[:, : len(classes[rule])], stores, classes[rule])
    for rule, own in prices.item.items():
        found += _of(rule, own, products, [""] * own.shape[1])
    return tuple(found)


def _of(rule: str, prices: Floats, rows: list[str], columns: list[str]) -> list[Price]:
    return [
        Price(rule, (rows[a], columns[b]), 1, float(prices[a, b]))
        for a, b in np.argwhere(np.abs(prices) > DUST).tolist()
    ]


def taken(arrays: Arrays, blocks: Blocks, ways: Ways, table: pl.DataFrame) -> Prices:
    """Prices to start from, of the table ``prices`` of an earlier plan; what it does not name is 0."""
    stores, centres, products = arrays.store_names, arrays.centre_names, arrays.product_names
    problem = blocks.problem
    by_rule = {
        str(rule): rows.select("entity", "price").rows()
        for (rule,), rows in table.filter(table["period"] == 1).group_by("rule")
    }
    names = {limit.name: [str(name or "") for name in limit.names] for limit in store_limits(arrays)}

    def filled(rule: str, rows: list[str], columns: list[str]) -> Floats:
        known = ({name: n for n, name in enumerate(rows)}, {name: n for n, name in enumerate(columns)})
        found = np.zeros((len(rows), len(columns)))
        for entity, price in by_rule.get(rule, ()):
            row, _, column = str(entity).partition(BETWEEN)
            if row in known[0] and column in known[1]:
                found[known[0][row], known[1][column]] = price
        return found

    place = {}
    for limit in problem.place_limits:
        own = np.zeros(limit.lower.shape)
        own[:, : len(names[limit.name])] = filled(limit.name, stores, names[limit.name])
        place[limit.name] = own
    kept = np.zeros(0)
    if problem.passes is not None:
        known = dict(by_rule.get(KEPT, ()))
        kept = np.array([known.get(BETWEEN.join(names), 0.0) for names in givers(arrays, blocks, ways)])
    return Prices(
        place=place,
        item={limit.name: filled(limit.name, products, [""]) for limit in problem.item_limits},
        stock=filled("stock", centres, products).T,
        lane=filled("lane-capacity", centres, stores).T,
        throughput=filled("throughput", centres, [""])[:, 0],
        budget=filled("budget", [ALL], [""])[0],
        kept=kept,
    )
