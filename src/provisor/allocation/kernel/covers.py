"""What coverages add to the dual: each class of an owner has a price, paid by its first pair.

``covered[o, c] <= pairs of class c that owner o holds``, with a price ``m[o, c]`` from 0 to that of a class short, is
the only row that ties a coverage to the pairs. With it priced, every pair of the class brings ``m`` more, and the owner
covers the ``need`` classes whose prices are least, or goes short where they cost more:
``D`` gains ``- sum over the need least of min(m, price)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.families import Family
    from provisor.allocation.kernel.problem import Coverage, Floats, KernelProblem


class Cover:
    """A coverage and its rows; the prices in the vector are ``-m``, like those of a lower side.

    Attributes:
        family: Its rows, (owners, classes).
        coverage: The coverage.
        owner: Owners that need any class.
        there: (owners that need any, classes) whether there is a pair.
    """

    def __init__(self, family: Family, coverage: Coverage, problem: KernelProblem) -> None:
        self.family, self.coverage = family, coverage
        self.owner = np.flatnonzero(coverage.need > 0)
        there, pairs = np.zeros(family.shape, np.bool_), problem.pairs
        item = pairs.item[np.diff(pairs.start) > 0]
        place = np.repeat(np.arange(pairs.places), np.diff(pairs.place_start))[np.diff(pairs.start) > 0]
        owner, member = (place, item) if coverage.by == "place" else (item, place)
        classes = coverage.member[member]
        there[owner[classes >= 0], classes[classes >= 0]] = True
        self.there = there[self.owner]

    def least(self) -> Floats:
        """(owners, classes) least prices; the largest are 0."""
        found = np.zeros(self.family.shape)
        found[self.owner] = np.where(self.there, -self.coverage.price, 0.0)
        return found

    def value(self, price: Floats) -> float:
        """$ that the coverage adds to the dual."""
        paid, chosen = self._chosen(price)
        return -float(paid[chosen].sum())

    def worth(self, price: Floats) -> Floats:
        """(owners,) the same by owner."""
        paid, chosen = self._chosen(price)
        found = np.zeros(self.family.shape[0])
        found[self.owner] = -np.where(chosen, paid, 0.0).sum(axis=1)
        return found

    def target(self, price: Floats) -> Floats:
        """(owners, classes) pairs that the owner counts on at these prices."""
        paid, chosen = self._chosen(price)
        found = np.zeros(self.family.shape)
        found[self.owner] = chosen & (paid < self.coverage.price)
        return found

    def _chosen(self, price: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """What each class costs, and which are counted: covered, or short."""
        most = self.coverage.price
        paid = np.where(self.there, np.minimum(-self.family.of(price)[self.owner], most), most)
        need = np.minimum(self.coverage.need[self.owner], paid.shape[1])
        rank = np.argsort(np.argsort(paid, axis=1, kind="stable"), axis=1, kind="stable")
        return paid, rank < need[:, None]
