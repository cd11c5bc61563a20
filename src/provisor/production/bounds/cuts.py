"""Finds violated inequalities of three families.

*Runs (l,S).* Sales of a product up to day t come from lots, from units made on days outside S, or from days in S, of
which each can serve at most D(q,t): the demand up to t that goods made on day q can reach in time and age.
``sold(..t) <= lots + sum_{q not in S} units[q] + sum_{q in S} D(q,t) made[q]``.

*Starts.* Of any set of sales, what is not from lots or from units made before day k is made on day k or after; the
demand d of a sale is then reached by a run going on at day k or started since, in time for it:
``sum sold <= lots + sum_{q<k} units[q] + sum d (made[k] + sum_{k<q, in time} start[q])``.

*Departures (l,S).* Sales within a region up to day t come from lots within it or arrived over lanes into it; the
load of a truck serves at most min(places, D): ``sold(..t) <= lots + sum_{not in S} ships + sum_{in S} most used``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from provisor.engine.problem import Floats
    from provisor.production.bounds.sums import Sums
    from provisor.production.bounds.supply import Departure, Run, Supply

LEAST_VIOLATION = 1.0
"""Units by which an inequality must be violated to be worth a row."""


@dataclass(frozen=True)
class Cut:
    """An inequality ``sum of coefficients x columns <= limit``."""

    coefficients: dict[int, float]
    limit: float


def violated(supply: Supply, sums: Sums, x: Floats) -> list[Cut]:
    """Inequalities that a point violates."""
    cuts: list[Cut] = []
    for product in supply.model.network.products:
        cuts += _runs(supply, sums, product, x)
        cuts += _starts(supply, sums, product, x)
    everything = tuple(supply.model.network.products)
    for region in supply.regions:
        for products in [everything, *((product,) for product in everything)]:
            cuts += _departures(supply, sums, region, products, x)
    return cuts


def as_rows(cuts: list[Cut], columns: int) -> tuple[sp.csr_array, Floats]:
    """Cuts as rows of a matrix and their upper limits."""
    entries = [
        (row, column, value) for row, cut in enumerate(cuts) for column, value in cut.coefficients.items()
    ]
    row, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = sp.csr_array(sp.coo_array((value, (row, column)), shape=(len(cuts), columns), dtype=np.float64))
    return matrix, np.array([cut.limit for cut in cuts])


def _runs(supply: Supply, sums: Sums, product: str, x: Floats) -> Iterator[Cut]:
    runs, demand = supply.runs[product], supply.demand[product]
    if not runs:
        return
    most = np.array([(run.served * demand).sum(axis=0).cumsum() for run in runs])
    made = x[[run.made for run in runs]]
    units = x[[run.units for run in runs]]
    sold = _sold_by_day(supply, product, x).cumsum()
    lots = supply.lots(product)
    by_run = most * made[:, None]
    supplied = lots + np.where(most > 0, np.minimum(by_run, units[:, None]), 0.0).sum(axis=0)
    for t in np.flatnonzero(sold - supplied > LEAST_VIOLATION):
        coefficients = {sums.column(None, product, int(t)): 1.0}
        for run, limit, share, amount in zip(runs, most[:, t], by_run[:, t], units, strict=True):
            if limit > 0 and share < amount:
                coefficients[run.made] = -limit
            elif limit > 0:
                coefficients[run.units] = -1.0
        yield Cut(coefficients, float(lots[t]))


def _sold_by_day(supply: Supply, product: str, x: Floats) -> Floats:
    sold = np.zeros(supply.days)
    for _, day, column in supply.sold[product]:
        sold[day] += x[column]
    return sold


def _starts(supply: Supply, sums: Sums, product: str, x: Floats) -> Iterator[Cut]:
    runs = supply.runs[product]
    if not runs:
        return
    lots = supply.lots(product)
    sold = np.zeros_like(supply.demand[product])
    for node, day, column in supply.sold[product]:
        sold[node, day] += x[column]
    in_time = _in_time(runs)
    for k in sorted({run.day for run in runs}):
        later = [run for run in runs if run.day >= k]
        earlier = [run for run in runs if run.day < k]
        before = sum(x[run.units] for run in earlier)
        going = sum(in_time[id(run)] * x[run.made if run.day == k else run.start] for run in later)
        gain = sold - supply.demand[product] * going
        total = np.where(gain > 0, gain, 0.0).sum(axis=0).cumsum() - lots - before
        t = int(total.argmax())
        if total[t] > LEAST_VIOLATION:
            chosen = (gain > 0) & (np.arange(supply.days)[None, :] <= t)
            sold_then = sums.chosen(product, chosen, t)
            cut = _start_cut(supply.demand[product] * chosen, sold_then, (k, later, earlier), in_time)
            yield Cut(cut, float(lots[t]))


def _in_time(runs: list[Run]) -> dict[int, NDArray[np.bool_]]:
    """By run: sales that it can serve, or that a later run at the same node can, to which it may go on."""
    going: dict[str, NDArray[np.bool_]] = {}
    found = {}
    for run in sorted(runs, key=lambda run: -run.day):
        going[run.node] = run.served | going.get(run.node, np.zeros_like(run.served))
        found[id(run)] = going[run.node]
    return found


def _start_cut(
    demand: Floats,
    sold: dict[int, float],
    split: tuple[int, list[Run], list[Run]],
    in_time: dict[int, NDArray[np.bool_]],
) -> dict[int, float]:
    """Coefficients of the inequality for a set of sales."""
    k, later, earlier = split
    coefficients: dict[int, float] = defaultdict(float, sold)
    for run in later:
        share = float((demand * in_time[id(run)]).sum())
        if share > 0:
            coefficients[run.made if run.day == k else run.start] -= share
    for run in earlier:
        coefficients[run.units] -= 1.0
    return coefficients


def _departures(
    supply: Supply, sums: Sums, region: frozenset[str], products: tuple[str, ...], x: Floats
) -> Iterator[Cut]:
    arrivals = supply.departures(region, products)
    inside = {i for i, node in enumerate(supply.nodes) if node in region}
    lots = np.sum([supply.lots(product, region) for product in products], axis=0)
    sales = [sale for product in products for sale in supply.sold[product] if sale[0] in inside]
    sold = np.zeros(supply.days)
    for _, day, column in sales:
        sold[day] += x[column]
    for t in np.flatnonzero(sold.cumsum() > lots + LEAST_VIOLATION):
        cut, supplied = _departure_cut(arrivals, int(t), x)
        if sold[: t + 1].sum() - lots[t] - supplied > LEAST_VIOLATION:
            cut.update({sums.column(region, product, int(t)): 1.0 for product in products})
            yield Cut(cut, float(lots[t]))


def _departure_cut(arrivals: list[Departure], t: int, x: Floats) -> tuple[dict[int, float], float]:
    """Right-hand side of the inequality at a day, and its value at the point."""
    coefficients: dict[int, float] = defaultdict(float)
    supplied = 0.0
    for arrival in arrivals:
        if arrival.day + arrival.lane.offset > t:
            continue
        load = float(x[arrival.ships].sum())
        if arrival.used is not None and arrival.most[t] * x[arrival.used] < load:
            coefficients[arrival.used] -= float(arrival.most[t])
            supplied += float(arrival.most[t] * x[arrival.used])
        else:
            for column in arrival.ships:
                coefficients[int(column)] = -1.0
            supplied += load
    return coefficients, supplied
