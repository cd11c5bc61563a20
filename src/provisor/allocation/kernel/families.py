"""The limits of a problem as runs of rows of one long vector."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisor.allocation.kernel.problem import Coverage, Floats, KernelProblem


@dataclass(frozen=True)
class Family:
    """A run of rows of one limit."""

    name: str
    start: int
    shape: tuple[int, ...]

    @cached_property
    def slice(self) -> slice:
        """Its place in the vector."""
        return slice(self.start, self.start + math.prod(self.shape))

    def of(self, vector: Floats) -> Floats:
        """Its part of a vector, in its own shape (a view)."""
        return vector[self.slice].reshape(self.shape)


@dataclass(frozen=True)
class Families:
    """All runs, one after the other.

    Attributes:
        of_places: First row that is not of one place alone.
        place: By place limit, (places, classes).
        item: By item limit, (items, classes).
        cover: By coverage, (places, classes) or (items, classes).
        stock: (items, sources).
        lane: (places, sources), or (places, 0) without lanes.
        throughput: (sources,).
        budget: (budgets,).
        kept: (stocks,) of places that may pass theirs on.
        pass_lane: (lanes,) between places.
        taking: (places,), or (0,) without passes.
    """

    of_places: int
    place: tuple[Family, ...]
    item: tuple[Family, ...]
    cover: tuple[Family, ...]
    stock: Family
    lane: Family
    throughput: Family
    budget: Family
    kept: Family
    pass_lane: Family
    taking: Family

    @property
    def count(self) -> int:
        """Number of rows."""
        return int(self.taking.slice.stop)

    @property
    def upper_only(self) -> tuple[Family, ...]:
        """Runs of limits that have no lower side."""
        return (
            self.stock, self.lane, self.throughput, self.budget, self.kept, self.pass_lane, self.taking,
        )  # fmt: skip


def families_of(problem: KernelProblem) -> Families:
    """The runs of a problem."""
    ends = [0]

    def run(name: str, shape: tuple[int, ...]) -> Family:
        found = Family(name, ends[-1], shape)
        ends.append(found.slice.stop)
        return found

    place = tuple(run(limit.name, limit.upper.shape) for limit in problem.place_limits)
    covers = {c.name: run(c.name, _cells(c)) for c in problem.coverages if c.by == "place"}
    of_places = ends[-1]
    item = tuple(run(limit.name, limit.upper.shape) for limit in problem.item_limits)
    covers |= {c.name: run(c.name, _cells(c)) for c in problem.coverages if c.by == "item"}
    names = ("stock", "lane", "throughput", "budget", "kept", "pass-lane", "taking")
    rest = [run(name, sides.shape) for name, sides in zip(names, upper_sides(problem), strict=True)]
    cover = tuple(covers[coverage.name] for coverage in problem.coverages)
    return Families(of_places, place, item, cover, *rest)


def _cells(coverage: Coverage) -> tuple[int, int]:
    return coverage.need.size, int(coverage.member.max(initial=-1)) + 1


def upper_sides(problem: KernelProblem) -> Iterable[Floats]:
    """What there is at most, run by run of :attr:`Families.upper_only`."""
    sources, passes, pairs, none = problem.sources, problem.passes, problem.pairs, np.zeros(0)
    if sources is None:
        yield from (np.zeros((pairs.items, 0)), np.zeros((pairs.places, 0)), none, none)
    else:
        yield sources.stock
        yield np.zeros((pairs.places, 0)) if sources.lane is None else sources.lane
        yield from (sources.throughput, sources.budget)
    yield from (none, none, none) if passes is None else (passes.stock, passes.capacity, passes.taking)
