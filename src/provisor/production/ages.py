"""Ages that the small problem takes for younger than they can be, and the rows that say so.

The small problem knows of goods at a node only how fresh they could be at best if the product was made every day.
Goods that a node keeps, sells or sends on in the days from u to v must have been made on some day ``a`` or later to be
of use; those of them that had come by day ``s`` were made from ``a`` to ``s - o``, where ``o`` is the shortest way from
a node that makes:

``used[n,p,u..v] <= what came in from s + 1 to v + units made from a to s - o + lots``.

That holds in every plan, for every ``s``; only rows that a solution violates are worth having.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.production.model.flow import lots_ambient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.engine.builder import Term
    from provisor.engine.problem import Floats, Problem
    from provisor.production.model.context import Model
    from provisor.production.network import Lane, Network

LEAST_VIOLATION = 1.0
"""Units by which a row must be violated to be worth having."""

LONGEST = 4
"""Most days whose uses are taken together."""

ByDay = list[list["Term"]]
"""Columns with their coefficients, day by day."""


@dataclass(frozen=True)
class _Use:
    """One use of a product at a node.

    Attributes:
        taken: What it takes, by day.
        first: By day, the first day on which goods may have been made that it takes on that day or later.
        longest: Most days taken together; stock is a use of one day.
    """

    taken: ByDay
    first: list[int]
    longest: int


def with_ages(model: Model, problem: Problem, x: Floats) -> Problem | None:
    """The problem with the rows that a solution violates; none if it violates none."""
    ways = _shortest_ways(model.network)
    rows = [
        (terms, lots_ambient(model, product))
        for node, way in ways.items()
        for product in model.network.products
        if way > 0
        for terms in _violated(model, node, product, way, x)
    ]
    if not rows:
        return None
    entries = [(i, column, value) for i, (terms, _) in enumerate(rows) for column, value in terms]
    row, columns, values = zip(*entries, strict=True)
    shape = len(rows), problem.matrix.shape[1]
    matrix = sp.csr_array(sp.coo_array((values, (row, columns)), shape=shape, dtype=np.float64))
    upper = np.array([limit for _, limit in rows])
    return problem.with_rows("ages", matrix, np.full(len(rows), -np.inf), upper)


def _violated(model: Model, node: str, product: str, way: int, x: Floats) -> Iterator[list[Term]]:
    """For each use and its first day the most violated row there, if any."""
    days = model.network.days
    coming: ByDay = [list(model.inflow.get((node, product, "ambient", t), ())) for t in range(days)]
    made: ByDay = [
        [term for maker in model.network.makers for term in model.term("units", maker.code, product, t)]
        for t in range(days)
    ]
    came, units, limit = _sums(coming, x), _sums(made, x), lots_ambient(model, product)
    for use in _uses(model, node, product):
        taken = _sums(use.taken, x)
        for u in range(days):
            a = max(0, use.first[u])
            best, place = LEAST_VIOLATION, None
            for v in range(u, min(days, u + use.longest)):
                for s in range(a, v + 1):
                    known = units[max(a, s - way + 1)] - units[a]
                    violation = taken[v + 1] - taken[u] - (came[v + 1] - came[s + 1]) - known - limit
                    if violation > best:
                        best, place = violation, (v, s)
            if place is not None:
                v, s = place
                yield [
                    *(term for t in range(u, v + 1) for term in use.taken[t]),
                    *((column, -value) for t in range(s + 1, v + 1) for column, value in coming[t]),
                    *((column, -value) for t in range(a, s - way + 1) for column, value in made[t]),
                ]


def _uses(model: Model, node: str, product: str) -> Iterator[_Use]:
    """Stock that is kept, sales, and each lane that ambient goods leave on to stay ambient."""
    network, days = model.network, range(model.network.days)
    goods, life = network.products[product], model.lives[product]
    oldest = goods.ambient_days
    needs = [life.needed(node, "ambient", t + 1) for t in days]
    kept = [model.term("stock", node, product, "ambient", t) if needs[t] is not None else [] for t in days]
    yield _Use(kept, [t + 1 + (needs[t] or 0) - oldest for t in days], 1)
    left = network.left_at_sale(goods, "ambient")
    sold = [model.term("sold", node, product, "ambient", t) for t in days]
    yield _Use(sold, [t + left - oldest for t in days], LONGEST)
    for lane in network.lanes:
        if lane.origin == node and network.nodes[lane.stop].state_on_arrival("ambient") == "ambient":
            needed = [life.needed(lane.stop, "ambient", t + lane.offset) for t in days]
            sent = [
                model.term("ship", lane.index, product, "ambient", t) if needed[t] is not None else []
                for t in days
            ]
            yield _Use(sent, [t + lane.offset + (needed[t] or 0) - oldest for t in days], LONGEST)


def _sums(terms: ByDay, x: Floats) -> list[float]:
    """Values added up: entry t is the sum of the days before t."""
    values = [sum(value * float(x[column]) for column, value in day) for day in terms]
    return [0.0, *np.cumsum(values).tolist()]


def _shortest_ways(network: Network) -> dict[str, int]:
    """Fewest days from making to arrival, by node that goods can come to; a morning truck takes no goods of its day."""
    days = {node.code: 0 for node in network.makers}
    changed = True
    while changed:
        changed = False
        for lane in network.lanes:
            if lane.origin not in days:
                continue
            waits = days[lane.origin] == 0 and _day_after(network, lane)
            arrival = days[lane.origin] + lane.offset + int(waits)
            if arrival < days.get(lane.stop, 10**6):
                days[lane.stop], changed = arrival, True
    return days


def _day_after(network: Network, lane: Lane) -> bool:
    """Whether a truck takes only goods of earlier days."""
    loading = network.rules.loading
    return lane.truck is not None and (loading == "previous_day" or (loading == "business" and lane.morning))
