"""How far the shares of the sites may differ at the least cost of building: which site serves what is often free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import scipy.sparse as sp

from provisor.engine.backends.warm import WarmLp
from provisor.engine.result import SolveStatus
from provisor.expansion.capital import held
from provisor.expansion.design import find_design
from provisor.expansion.summary_tables import SHARE_RANGES
from provisor.expansion.tabulate import typed_as

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provisor.engine.problem import Floats, Problem
    from provisor.expansion.network import Network, Numbers

MOST_MONTHS = 8
"""Months of which the ranges of shares are looked for; each may take linear problems for every share."""

MARGIN = 1e-7
"""Share of the cost of expansion by which a share of equal cost may differ."""

WHOLE = 1e-9
"""Share of a demand that is rounding: a site that serves all but this serves all."""


def share_ranges(network: Network, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table :data:`SHARE_RANGES`: least and largest share of a site at equal cost of building, months that bind.

    What is whole beside shelves, such as a site that is opened, stays as it is in the cheapest design. Empty where
    the shares do not matter to what is built. Where many months bind, as with rent, those of most demand are looked at.

    Raises:
        ValueError: A linear problem was not solved.
    """
    found = find_design(network, whole=False)
    if found.design is None or found.model.ship.flat[0] < 0 or found.result.objective is None:
        return SHARE_RANGES.empty()
    looked_at = _heaviest(network, found.months)
    ship = found.model.ship[[month in looked_at for month in found.months]]
    months = [month for month in found.months if month in looked_at]
    demand = np.broadcast_to(network.average[months][:, :, None], ship.shape)
    ends = _Ends(held(found), found.result.objective, ship[demand > 0], demand[demand > 0])
    for site in range(ship.shape[2]):
        ends.push(ship[:, :, site][demand[:, :, site] > 0])
    ends.settle()
    shares = _shares(network, tables)
    rows = [
        (month + 1, network.skus[sku], network.facilities[site], float(shares[month, sku, site]), *ends.of(column))
        for at, month in enumerate(months)
        for (sku, site), column in np.ndenumerate(ship[at])
        if demand[at, sku, site] > 0
    ]  # fmt: skip
    return typed_as(SHARE_RANGES, pl.DataFrame(rows, schema=dict(SHARE_RANGES.dtypes), orient="row"))


class _Ends:
    """Least and largest values of columns at the least cost.

    Every solution is a plan of that cost: what it ships is within the range sought, and where it ships nothing, or
    all there is to ship, that end is found. Only the ends that no solution has shown take a problem of their own.
    """

    def __init__(self, problem: Problem, least_cost: float, columns: Numbers, demand: Floats) -> None:
        most = least_cost + MARGIN * max(abs(least_cost), 1.0) - problem.offset
        cost = sp.csr_array(problem.cost.reshape(1, -1))
        self._search = WarmLp(problem.with_rows("cost", cost, np.array([-np.inf]), np.array([most])))
        self._search.change_costs(np.arange(problem.cost.size), np.zeros_like(problem.cost))
        self._columns, self._demand = columns, demand
        self._floor = np.maximum(problem.lower[columns], 0.0)
        self._ceiling = np.minimum(problem.upper[columns], demand)
        self._least, self._most = np.full(columns.size, np.inf), np.full(columns.size, -np.inf)
        self._number = {int(column): number for number, column in enumerate(columns)}

    def push(self, columns: Numbers) -> None:
        """See a plan in which as much as can be is shipped by some columns together."""
        self._solve(columns, -1.0)

    def settle(self) -> None:
        """Find every end that no solution has shown so far."""
        slack = WHOLE * self._demand
        for number in range(self._columns.size):
            if self._least[number] > self._floor[number] + slack[number]:
                self._least[number] = self._solve(self._columns[[number]], 1.0)[number]
            if self._most[number] < self._ceiling[number] - slack[number]:
                self._most[number] = self._solve(self._columns[[number]], -1.0)[number]

    def of(self, column: int) -> tuple[float, float]:
        """Least and largest share of a column in its demand."""
        number = self._number[int(column)]
        demand = self._demand[number]
        return float(self._least[number] / demand), float(self._most[number] / demand)

    def _solve(self, columns: Numbers, sign: float) -> Floats:
        """Values of all columns in a plan with the least (sign 1) or largest (sign -1) sum of some."""
        self._search.change_costs(columns, np.full(columns.size, sign))
        result = self._search.solve()
        self._search.change_costs(columns, np.zeros(columns.size))
        if result.status is not SolveStatus.OPTIMAL or result.x is None:
            raise ValueError(f"the range of a share was not found: {result.status}")
        shipped = np.maximum(result.x[self._columns], 0.0)
        self._least, self._most = np.minimum(self._least, shipped), np.maximum(self._most, shipped)
        return shipped


def _heaviest(network: Network, months: Sequence[int]) -> set[int]:
    """The months of most demand, at most :data:`MOST_MONTHS`."""
    return set(sorted(months, key=lambda month: -float(network.average[month].sum()))[:MOST_MONTHS])


def _shares(network: Network, tables: Mapping[str, pl.DataFrame]) -> Floats:
    """Share of each site in the shipments of a month, M x S x F."""
    units = tables["shipment_plan_daily"].sort("month", "day", "sku", "facility")
    order = np.argsort(np.array(network.facilities))
    by_day = units["units_shipped"].to_numpy().reshape(network.months, -1, len(network.skus), order.size)
    total = np.empty((network.months, len(network.skus), order.size))
    total[:, :, order] = by_day.sum(axis=1)
    whole = total.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(total, whole, out=np.zeros_like(total), where=whole > 0))
