"""Demand that turns to substitutes once a product is no longer sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.labels import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.case import Case

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


def substituted(
    case: Case,
    means: Floats,
    pair: tuple[Whole, Whole],
    names: tuple[list[str], list[str]],
    alive: NDArray[np.bool_],
) -> Floats:
    """Mean demand by pair and period with what products past their last period leave to their substitutes.

    A substitute gains, in each store where both are pairs, rate x the demand of the missing product; what it gains
    is not passed on further.

    Args:
        case: The case.
        means: Mean demand by pair and period.
        pair: Store and product by pair.
        names: Store and product codes.
        alive: Whether a product is alive, by product and period.
    """
    table = case.table("substitution")
    last = case.table("products")["last_period"].fill_null(means.shape[1]).to_numpy()
    if not table.height or alive.all():
        return means
    store, product = pair
    place = {(int(j), int(i)): e for e, (j, i) in enumerate(zip(store, product, strict=True))}
    gained = means.copy()
    missing = numbers(table["product"], names[1])
    substitutes = numbers(table["substitute"], names[1])
    for gone, other, rate in zip(missing, substitutes, table["rate"], strict=True):
        dead = ~alive[gone] & (np.arange(1, means.shape[1] + 1) > last[gone])
        if not dead.any():
            continue
        for e in np.flatnonzero(product == gone):
            target = place.get((int(store[e]), int(other)))
            if target is not None:
                gained[target, dead] += rate * means[e, dead]
    return gained
