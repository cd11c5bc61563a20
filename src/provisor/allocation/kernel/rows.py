"""Every limit as one row of one long vector: its sides, the box of its price, and what it adds to the dual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from provisor.allocation.kernel.covers import Cover
from provisor.allocation.kernel.families import families_of, upper_sides
from provisor.allocation.kernel.result import Prices
from provisor.allocation.kernel.turns import Turns, balance
from provisor.allocation.kernel.value import best_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.families import Family
    from provisor.allocation.kernel.problem import Band, Floats, ItemLimit, KernelProblem, PlaceLimit


DUST = 1e-9
"""Taken off before a side is rounded to a whole number."""


class Rows:
    """Limits and prices as vectors.

    A row says ``lower <= amount <= upper``. With a price ``y`` per unit of amount, the most that the row can add to
    the dual is ``y x upper`` if y > 0 and ``y x lower`` if y < 0; y is at most the price of missing a side, and 0
    where there is no side.

    Attributes:
        lower, upper: Sides of the rows.
        under, over: Prices of missing a side.
        least, most: Box of the prices.
        banded: Rows of bands with their bands; the sides hold for a band at level 0.
        turns: Where what a row adds to the dual turns, because its amounts are whole numbers.
        rounding: $ that rounding the gains to single precision can come to; 0 in double.
        place, item, stock, lane, throughput, budget, kept, pass_lane, taking: The runs of rows.
    """

    def __init__(self, problem: KernelProblem) -> None:
        self.problem = problem
        runs = families_of(problem)
        self.families, self.count = runs, runs.count
        self.place, self.item = runs.place, runs.item
        self.covers = [
            Cover(family, coverage, problem)
            for family, coverage in zip(runs.cover, problem.coverages, strict=True)
        ]
        self.stock, self.lane, self.throughput, self.budget = (
            runs.stock, runs.lane, runs.throughput, runs.budget,
        )  # fmt: skip
        self.kept, self.pass_lane, self.taking = runs.kept, runs.pass_lane, runs.taking
        self.lower, self.upper = np.full(self.count, -np.inf), np.full(self.count, np.inf)
        self.under, self.over = np.full(self.count, np.inf), np.full(self.count, np.inf)
        self._set_sides(problem)
        self.banded = self._find_bands()
        self.least = np.where(np.isneginf(self.lower), 0.0, -self.under)
        self.most = np.where(np.isposinf(self.upper), 0.0, self.over)
        for cover in self.covers:
            cover.family.of(self.least)[:] = cover.least()
        self.rounding = _rounding(problem.pairs.gain)
        self.turns = self._find_turns()

    @property
    def shape(self) -> tuple[int, int]:
        """First row that is not of a place limit, and number of rows."""
        return self.families.of_places, self.count

    def _set_sides(self, problem: KernelProblem) -> None:
        limits: list[PlaceLimit | ItemLimit] = [*problem.place_limits, *problem.item_limits]
        for family, limit in zip((*self.place, *self.item), limits, strict=True):
            family.of(self.lower)[:], family.of(self.upper)[:] = limit.lower, limit.upper
            self.under[family.slice], self.over[family.slice] = limit.under_price, limit.over_price
        for family, upper in zip(self.families.upper_only, upper_sides(problem), strict=True):
            family.of(self.upper)[:] = upper

    def _find_bands(self) -> list[tuple[Family, Band]]:
        """Give the rows of bands finite sides, so that their prices have a box."""
        bands = []
        for family, limit in zip(self.place, self.problem.place_limits, strict=True):
            if limit.band is not None:
                bands.append((family, limit.band))
                lower, upper = self.band_sides(family, limit.band, np.zeros(limit.band.width.size))
                family.of(self.lower)[:, 0], family.of(self.upper)[:, 0] = lower, upper
        return bands

    @staticmethod
    def band_sides(family: Family, band: Band, level: Floats) -> tuple[Floats, Floats]:
        """Sides of a band's rows with each group at its level; none for places outside."""
        inside = (band.group >= 0) & (band.scale > 0)
        lower, upper = np.full(family.shape[0], -np.inf), np.full(family.shape[0], np.inf)
        group, scale = band.group[inside], band.scale[inside]
        lower[inside] = level[group] * scale
        upper[inside] = (level[group] + band.width[group]) * scale
        return lower, upper

    def _find_turns(self) -> Turns:
        """The whole amounts next to each side; of rows that count in parts, the sides themselves."""
        lower, upper = self.lower.copy(), self.upper.copy()
        for family, limit in zip(self.place, self.problem.place_limits, strict=True):
            counted = limit.weight is None or bool(np.all(limit.weight == np.round(limit.weight)))
            if counted and limit.share is None and limit.band is None:
                lower[family.slice] = np.ceil(lower[family.slice] - DUST)
                upper[family.slice] = np.floor(upper[family.slice] + DUST)
        with np.errstate(invalid="ignore"):
            under = np.where(lower > self.lower, self.under * (self.lower - (lower - 1.0)), np.inf)
            over = np.where(upper < self.upper, self.over * ((upper + 1.0) - self.upper), np.inf)
        return Turns(lower, upper, under, over)

    def limit_value(self, price: Floats) -> float:
        """What the rows add to the dual at these prices, bands at their worst level."""
        value = self.turns.value(price, [cover.family.slice for cover in self.covers])
        value += sum(cover.value(price) for cover in self.covers)
        for family, band in self.banded:
            inside = band.group >= 0
            part = family.of(price)[inside, 0] * band.scale[inside]
            total = np.bincount(band.group[inside], part, band.width.size)
            value += float(np.maximum(0.0, total * band.highest).sum())
        return value

    def project(self, price: Floats) -> Floats:
        """The prices brought into their boxes, with the prices of each band in balance."""
        price = np.clip(price, self.least, self.most)
        for family, band in self.banded:
            inside = np.flatnonzero(band.group >= 0)
            here = family.start + inside
            price[here] = balance(
                price[here], self.least[here], self.most[here], band.group[inside], band.scale[inside]
            )
        return price

    def slope(self, price: Floats, amount: Floats) -> Floats:
        """A direction in which the dual rises: the side that the price speaks for less the amount, by row."""
        target = self.turns.targets(price, amount)
        for family, band in self.banded:
            had, paid = family.of(amount)[:, 0], family.of(price)[:, 0]
            lower, upper = self.band_sides(family, band, _middle(had, band))
            between = np.clip(had, lower, upper)
            family.of(target)[:, 0] = np.where(paid > 0, upper, np.where(paid < 0, lower, between))
        for cover in self.covers:
            cover.family.of(target)[:] = cover.target(price)
        return np.asarray(target - amount)

    def suited_sides(self, amount: Floats) -> tuple[Floats, Floats]:
        """Sides with every band at the level at which the amounts miss it least."""
        if not self.banded:
            return self.lower, self.upper
        lower, upper = self.lower.copy(), self.upper.copy()
        for family, band in self.banded:
            level = _least_missed(family.of(amount)[:, 0], band)
            sides = self.band_sides(family, band, level)
            lower[family.slice], upper[family.slice] = sides
        return lower, upper

    def reach_pairs(self, price: Floats) -> Floats:
        """Prices as the pairs meet them: shares of the total taken off, stock of later periods added in."""
        met = price.copy()
        for family, limit in zip(self.place, self.problem.place_limits, strict=True):
            if limit.share is not None:
                part = family.of(met)
                part -= (part @ limit.share)[:, None]
        stock = self.stock.of(met)
        for source in reversed(range(stock.shape[1])):
            later = self._later(source)
            if later >= 0:
                stock[:, source] += stock[:, later]
        return met

    def gather(self, amount: Floats) -> Floats:
        """Amounts by row from what the pairs use of each: the same as :meth:`reach_pairs`, transposed (in place)."""
        for family, limit in zip(self.place, self.problem.place_limits, strict=True):
            if limit.share is not None:
                part = family.of(amount)
                part -= limit.share * part.sum(axis=1, keepdims=True)
        stock = self.stock.of(amount)
        for source in range(stock.shape[1]):
            later = self._later(source)
            if later >= 0:
                stock[:, later] += stock[:, source]
        return amount

    def _later(self, source: int) -> int:
        return -1 if self.problem.sources is None else int(self.problem.sources.later[source])

    def as_prices(self, price: Floats) -> Prices:
        """The vector as named arrays."""
        return Prices(
            place={family.name: family.of(price).copy() for family in self.place},
            item={family.name: family.of(price).copy() for family in self.item},
            stock=self.stock.of(price).copy(),
            lane=self.lane.of(price).copy(),
            throughput=self.throughput.of(price).copy(),
            budget=self.budget.of(price).copy(),
            cover={cover.family.name: cover.family.of(price).copy() for cover in self.covers},
            kept=self.kept.of(price).copy(),
            pass_lane=self.pass_lane.of(price).copy(),
            taking=self.taking.of(price).copy(),
        )

    def from_prices(self, prices: Prices) -> Floats:
        """Named arrays as the vector; families that are not there, or have another shape, start at 0."""
        vector = np.zeros(self.count)
        named = [(family, prices.place.get(family.name)) for family in self.place]
        named += [(family, prices.item.get(family.name)) for family in self.item]
        named += [(cover.family, prices.cover.get(cover.family.name)) for cover in self.covers]
        named += [
            (self.stock, prices.stock), (self.lane, prices.lane),
            (self.throughput, prices.throughput), (self.budget, prices.budget),
            (self.kept, prices.kept), (self.pass_lane, prices.pass_lane), (self.taking, prices.taking),
        ]  # fmt: skip
        for family, part in named:
            if part is not None and part.shape == family.shape:
                family.of(vector)[:] = part
        return self.project(vector)


def _rounding(gain: NDArray[np.floating[Any]]) -> float:
    if gain.dtype != np.float32:
        return 0.0
    blocks = (gain[k : k + 1_000_000] for k in range(0, gain.size, 1_000_000))
    return 2.0**-24 * sum(float(np.abs(block).sum(dtype=np.float64)) for block in blocks)


def _middle(amount: Floats, band: Band) -> Floats:
    """Level at which the band lies about the mean of its places."""
    inside = band.group >= 0
    scale = np.maximum(np.bincount(band.group[inside], band.scale[inside], band.width.size), 1e-12)
    mean = np.bincount(band.group[inside], amount[inside], band.width.size) / scale
    return np.asarray(np.maximum(0.0, mean - band.width / 2))


def _least_missed(amount: Floats, band: Band) -> Floats:
    level = np.zeros(band.width.size)
    for group in range(level.size):
        inside = (band.group == group) & (band.scale > 0)
        if inside.any():
            level[group] = best_level(amount[inside], band.scale[inside], float(band.width[group]))
    return level
