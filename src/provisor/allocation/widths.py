"""The rules on how widely things are carried: categories of a store, stores and clusters of a launch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.labels import numbers
from provisor.allocation.limits import eligible_styles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Launches:
    """How widely products are launched, in the periods in which they are alive.

    Attributes:
        product: Product by launch.
        least_stores: Least stores by launch.
        most_stores: Most stores by launch, ``inf`` for no limit.
        least_clusters: Least clusters by launch.
        alive: Whether the product is alive, by launch and period.
        store_price: Cost of a store short.
        cluster_price: Cost of a cluster short.
    """

    product: Whole
    least_stores: Whole
    most_stores: Floats
    least_clusters: Whole
    alive: NDArray[np.bool_]
    store_price: float
    cluster_price: float


def categories_wanted(arrays: Arrays) -> Whole:
    """Least categories by store and period: ``min(categories, categories of eligible pairs)``."""
    found = eligible_styles(arrays, arrays.category.of, len(arrays.category.names)) > 0
    wanted: Whole = np.minimum(arrays.rules.categories, found.sum(axis=1)).astype(np.int64)
    return wanted


def launches(arrays: Arrays) -> Launches:
    """Launches in force; none where the rule is off."""
    table = arrays.tables["launches"]
    if not arrays.rules.launch:
        table = table.clear()
    product = numbers(table["product"], arrays.product_names)
    return Launches(
        product=product,
        least_stores=table["min_stores"].to_numpy(),
        most_stores=table["max_stores"].cast(float).fill_null(np.inf).to_numpy(),
        least_clusters=table["min_clusters"].to_numpy(),
        alive=arrays.product_alive[product],
        store_price=arrays.charges["launch_shortfall_per_store"],
        cluster_price=arrays.charges["launch_shortfall_per_cluster"],
    )
