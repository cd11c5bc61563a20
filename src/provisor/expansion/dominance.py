"""Months that no other month dominates: only they can decide how much to build.

Theorem. Let what a month needs of every limit be non-decreasing in its demand, product by product, and let each
month be planned by itself (stock at its days-on-hand level, any shares of the sites). If month m' asks for at least
as much of every product as month m, every design that serves m' serves m: keep the shares of m' and scale them
down. So only months that are not dominated (Pareto-maximal ones) can bind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion.model.pins import pinned_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.engine.problem import Floats
    from provisor.expansion.network import Network


def binding_months(network: Network, months: Sequence[int] | None = None) -> list[int]:
    """Months (from 0) that can bind, among some or all; with phases, a month dominates only months of later years.

    A month with a pinned share of its own is spoken for by no other.

    Raises:
        ValueError: No months are given.
    """
    chosen = list(range(network.months)) if months is None else list(months)
    if not chosen:
        raise ValueError("there are no months to choose from")
    if network.settings.overflow_per_cuft_day is not None or network.settings.lost_sale_per_pack is not None:
        return chosen
    years = [network.year_of(month) if network.rules.phases else 0 for month in chosen]
    keep = maximal(network.average[chosen], np.array(years))
    alone = pinned_months(network)
    return [month for month, kept in zip(chosen, keep, strict=True) if kept or month in alone]


def maximal(demand: Floats, year: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[bool]:
    """Whether each row is not dominated by another of the same or an earlier year; of equal rows the first stays.

    >>> maximal(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0], [2.0, 1.0]]), np.zeros(4, dtype=np.int64))
    [True, True, False, False]
    """
    keep = []
    for number, row in enumerate(demand):
        above = (demand >= row).all(axis=1) & (year <= year[number])
        equal = (demand == row).all(axis=1) & (year == year[number])
        above[equal] = np.arange(len(demand))[equal] < number
        keep.append(not above.any())
    return keep
