"""Shortages added up from day to day, as columns of their own: inequalities over many of them then have few entries.

``sum[r,p,t] = sum[r,p,t-1] + shortage of p in region r on day t``. The inequalities speak of all shortages up to a
day; written out they fill the matrix, and every linear problem after them takes long.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.engine.problem import Problem
    from provisor.production.bounds.supply import Supply

Region = frozenset[str] | None
"""Nodes, or none for all."""


@dataclass
class Sums:
    """Where the sums of a problem stand; they follow its own columns.

    Attributes:
        supply: The shortages to add up.
        first: Number of the problem's own columns.
    """

    supply: Supply
    first: int
    groups: dict[tuple[Region, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        regions: list[Region] = [None, *self.supply.regions]
        products = list(self.supply.short)
        keys = [(region, product) for region in regions for product in products]
        self.groups = {key: self.first + number * self.supply.days for number, key in enumerate(keys)}

    def column(self, region: Region, product: str, t: int) -> int:
        """Column of the shortage of a product in a region up to and with a day."""
        return self.groups[region, product] + t

    def chosen(self, product: str, chosen: NDArray[np.bool_]) -> dict[int, float]:
        """Some shortages of a product, nodes by days; the sum of all less the others if that is shorter."""
        last = int(np.flatnonzero(chosen.any(axis=0)).max())
        short = [one for one in self.supply.short[product] if one[1] <= last]
        wanted = [column for node, day, column in short if chosen[node, day]]
        others = [column for node, day, column in short if not chosen[node, day]]
        if len(wanted) <= len(others) + 1:
            return dict.fromkeys(wanted, 1.0)
        return {self.column(None, product, last): 1.0, **dict.fromkeys(others, -1.0)}

    def added_to(self, problem: Problem) -> Problem:
        """The problem with the sums and the rows that define them."""
        count = len(self.groups) * self.supply.days
        entries: list[tuple[int, int, float]] = []
        for (region, product), start in self.groups.items():
            row = start - self.first
            for t in range(self.supply.days):
                entries.append((row + t, start + t, 1.0))
                if t > 0:
                    entries.append((row + t, start + t - 1, -1.0))
            inside = {i for i, node in enumerate(self.supply.nodes) if region is None or node in region}
            entries += [
                (row + day, column, -1.0)
                for node, day, column in self.supply.short[product]
                if node in inside
            ]
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        chains = sp.csr_array(
            sp.coo_array((values, (rows, columns)), shape=(count, self.first + count), dtype=np.float64)
        )
        none = sp.csr_array((problem.matrix.shape[0], count), dtype=np.float64)
        own = sp.csr_array(sp.hstack([problem.matrix, none]))
        wider = replace(
            problem,
            matrix=own,
            lower=np.concatenate([problem.lower, np.zeros(count)]),
            upper=np.concatenate([problem.upper, np.full(count, np.inf)]),
            cost=np.concatenate([problem.cost, np.zeros(count)]),
            integer=np.concatenate([problem.integer, np.zeros(count, dtype=bool)]),
            columns=(),
        )
        return wider.with_rows("sums", chains, np.zeros(count), np.zeros(count))
