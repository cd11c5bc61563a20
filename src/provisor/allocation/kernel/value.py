"""What a choice is worth, added up from the problem's arrays alone; the judge of everything else in the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.problem import (
        Band,
        Coverage,
        Floats,
        ItemLimit,
        KernelProblem,
        Pairs,
        Passes,
        PlaceLimit,
        Sources,
    )  # fmt: skip
    from provisor.allocation.kernel.result import Holding

TOLERANCE = 1e-6
"""By how much a limit may be missed before it counts, relative to the limit."""


def pieces_at(pairs: Pairs, pair: NDArray[np.int64], level: NDArray[Any]) -> NDArray[np.int64]:
    """Pieces shown by the pairs at the levels; 0 where the level is -1."""
    first, opening = pairs.first[pair].astype(np.int64), pairs.opening[pair].astype(np.int64)
    single = np.minimum(level, np.maximum(0, opening - first))
    pieces = first + single + (level - single) * pairs.packs(pair)
    return np.where(level < 0, 0, pieces)


def sent_at(pairs: Pairs, pair: NDArray[np.int64], level: NDArray[Any]) -> NDArray[np.int64]:
    """Pieces sent to the pairs at the levels."""
    pieces = pieces_at(pairs, pair, level)
    return np.where(level < 0, 0, np.maximum(0, pieces - pairs.opening[pair]))


class Tally:
    """A choice in numbers: value by part, and every hard limit that it breaks.

    Attributes:
        gains: $ of the levels, with the problem's constant.
        ways: $ of the ways from the sources.
        misses: $ by limit.
        broken: (limit, amount beyond it), hard limits only.
        place_amounts: By name of the place limit, (places, classes).
        item_amounts: By name of the item limit, (items, classes).
    """

    def __init__(
        self,
        problem: KernelProblem,
        level: NDArray[np.int16],
        sent: NDArray[np.int32],
        passed: NDArray[np.int32] | None = None,
    ) -> None:
        none = np.zeros(0 if problem.passes is None else problem.passes.count, np.int32)
        passed = none if passed is None else passed
        self.problem = problem
        pairs = problem.pairs
        self.pair = np.flatnonzero(level >= 0)
        self.level = level[self.pair].astype(np.int64)
        self.item = pairs.item[self.pair]
        self.place = np.searchsorted(pairs.place_start, self.pair, side="right") - 1
        self.pieces = pieces_at(pairs, self.pair, self.level)
        self.misses: dict[str, float] = {}
        self.broken: list[tuple[str, float]] = []
        self.place_amounts = {limit.name: self._place_limit(limit) for limit in problem.place_limits}
        self.item_amounts = {limit.name: self._item_limit(limit) for limit in problem.item_limits}
        for coverage in problem.coverages:
            self._coverage(coverage)
        self.gains = pairs.constant + self._gains(pairs)
        self.ways = 0.0 if problem.sources is None else self._sources(problem.sources, sent)
        taken = np.zeros(pairs.count, np.int64)
        if problem.passes is not None:
            taken = self._passes(problem.passes, passed)
            self.ways += float(np.sum(passed * np.where(passed > 0, problem.passes.cost, 0.0)))
        self._levels(level, sent, taken)

    @property
    def value(self) -> float:
        """$ of the whole choice."""
        return self.gains - self.ways - sum(self.misses.values())

    def _gains(self, pairs: Pairs) -> float:
        begin, count = pairs.start[self.pair], self.level + 1
        ends = np.cumsum(count)
        step = np.arange(ends[-1] if ends.size else 0) - np.repeat(ends - count, count)
        return float(pairs.gain[np.repeat(begin, count) + step].astype(np.float64).sum())

    def _levels(self, level: NDArray[np.int16], sent: NDArray[np.int32], taken: NDArray[np.int64]) -> None:
        pairs = self.problem.pairs
        steps = np.diff(pairs.start)
        self._hard("levels", np.maximum(0, level - steps + 1))
        if pairs.held is not None:
            self._hard("held", (pairs.held & (level < 0)).astype(float))
        if self.problem.sources is not None:
            need = sent_at(pairs, np.arange(pairs.count), level.astype(np.int64))
            self._hard("sent", np.abs(sent.sum(axis=1) + taken - need).astype(float))
            self._hard("packs", (sent % pairs.packs(np.arange(pairs.count))[:, None] != 0).astype(float))

    def _hard(self, name: str, beyond: NDArray[Any], size: NDArray[Any] | float = 1.0) -> None:
        missed = beyond > TOLERANCE * np.maximum(1.0, np.abs(size))
        if missed.any():
            self.broken.append((name, float(np.max(beyond))))

    def _miss(self, name: str, under: Floats, over: Floats, prices: tuple[float, float]) -> None:
        cost = 0.0
        for beyond, price in zip((under, over), prices, strict=True):
            if np.isinf(price):
                self._hard(name, beyond)
            else:
                cost += price * float(beyond.sum())
        self.misses[name] = self.misses.get(name, 0.0) + cost

    def _place_limit(self, limit: PlaceLimit) -> Floats:
        classes = limit.item_class[self.item]
        inside = classes >= 0
        weight = self.pieces.astype(np.float64) if limit.per == "pieces" else np.ones(self.pair.size)
        if limit.weight is not None:
            weight = weight * limit.weight[self.pair if limit.per_pair else self.item]
        amount = np.zeros(limit.upper.shape)
        np.add.at(amount, (self.place[inside], classes[inside]), weight[inside])
        if limit.share is not None:
            amount = amount - limit.share * amount.sum(axis=1, keepdims=True)
        lower, upper = limit.lower, limit.upper
        if limit.band is not None:
            lower, upper = band_sides(limit.band, amount[:, 0])
        under, over = np.maximum(0, lower - amount), np.maximum(0, amount - upper)
        self._miss(limit.name, under, over, (limit.under_price, limit.over_price))
        return amount

    def _item_limit(self, limit: ItemLimit) -> Floats:
        classes = limit.place_class[self.place]
        inside = classes >= 0
        amount = np.zeros(limit.upper.shape)
        np.add.at(amount, (self.item[inside], classes[inside]), 1.0)
        under, over = np.maximum(0, limit.lower - amount), np.maximum(0, amount - limit.upper)
        self._miss(limit.name, under, over, (limit.under_price, limit.over_price))
        return amount

    def _coverage(self, coverage: Coverage) -> None:
        by_place = coverage.by == "place"
        owner, member = (self.place, self.item) if by_place else (self.item, self.place)
        short = np.maximum(0, coverage.need - covered(coverage, owner, member))
        cost = coverage.price * float(short.sum())
        self.misses[coverage.name] = self.misses.get(coverage.name, 0.0) + cost

    def _sources(self, sources: Sources, sent: NDArray[np.int32]) -> float:
        """$ of the ways; checks stock, lanes, throughput and budget."""
        pair, source = np.nonzero(sent)
        pieces = sent[pair, source].astype(np.float64)
        item = self.problem.pairs.item[pair]
        place = np.searchsorted(self.problem.pairs.place_start, pair, side="right") - 1
        drawn = np.zeros(sources.stock.shape)
        np.add.at(drawn, (item, source), pieces)
        for earlier, later in enumerate(sources.later):
            if later >= 0:
                drawn[:, later] += drawn[:, earlier]
        self._hard("stock", np.maximum(0, drawn - sources.stock))
        moved = np.zeros(sources.cost.shape)
        np.add.at(moved, (place, source), pieces)
        if sources.lane is not None:
            self._hard("lane", np.maximum(0, moved - sources.lane))
        self._hard("throughput", np.maximum(0, moved.sum(axis=0) - sources.throughput))
        budget = sources.budget_of[source]
        spent = np.zeros(sources.budget.size)
        np.add.at(spent, budget[budget >= 0], (pieces * sources.goods[item])[budget >= 0])
        self._hard("budget", np.maximum(0, spent - sources.budget), spent)
        self._hard("sent", (sent < 0).any(axis=1).astype(float))
        cost = sources.cost[place, source]
        self._hard("way", np.isinf(cost).astype(float))
        return float(np.sum(pieces * cost))

    def _passes(self, passes: Passes, passed: NDArray[np.int32]) -> NDArray[np.int64]:
        """Pieces that each pair takes from others; checks stocks, lanes and what places may take."""
        pairs = self.problem.pairs
        taker = np.repeat(np.arange(pairs.count), np.diff(passes.start))
        used = np.bincount(passes.stock_of, passed, passes.stock.size).astype(np.float64)
        owned = passes.own[self.pair] >= 0
        shown = np.minimum(self.pieces, pairs.opening[self.pair])
        used += np.bincount(passes.own[self.pair[owned]], shown[owned], passes.stock.size)
        self._hard("kept", np.maximum(0, used - passes.stock))
        lane = np.bincount(passes.lane, passed, passes.capacity.size)
        self._hard("pass-lane", np.maximum(0, lane - passes.capacity))
        place = np.searchsorted(pairs.place_start, taker, side="right") - 1
        self._hard("taking", np.maximum(0, np.bincount(place, passed, pairs.places) - passes.taking))
        self._hard("passed", np.maximum(0, -passed))
        return np.bincount(taker, passed, pairs.count).astype(np.int64)


def covered(
    coverage: Coverage, owner: NDArray[np.integer[Any]], member: NDArray[np.integer[Any]]
) -> NDArray[np.int64]:
    """(places,) or (items,) classes covered by pairs of these owners and members."""
    classes = coverage.member[member]
    there = np.zeros((coverage.need.size, int(coverage.member.max(initial=0)) + 1), np.bool_)
    there[owner[classes >= 0], classes[classes >= 0]] = True
    return np.asarray(there.sum(axis=1))


def tally(problem: KernelProblem, holding: Holding) -> Tally:
    """The numbers of a choice."""
    return Tally(problem, holding.level, holding.sent, holding.passed if holding.passed.size else None)


def band_sides(band: Band, amount: Floats) -> tuple[Floats, Floats]:
    """Sides of each place, (places, 1), with every group's level where its misses cost least.

    Both sides cost alike, so the misses are a convex function of the level that bends only where a place reaches a
    side: where ``amount / scale`` or ``amount / scale - width`` lies. The best of these is the weighted median.
    """
    lower, upper = np.full((amount.size, 1), -np.inf), np.full((amount.size, 1), np.inf)
    for group in range(band.width.size):
        inside = np.flatnonzero((band.group == group) & (band.scale > 0))
        if inside.size == 0:
            continue
        level = best_level(amount[inside], band.scale[inside], float(band.width[group]))
        lower[inside, 0] = level * band.scale[inside]
        upper[inside, 0] = (level + band.width[group]) * band.scale[inside]
    return lower, upper


def best_level(amount: Floats, scale: Floats, width: float) -> float:
    """Level of a band at which ``sum of (level x scale - amount)+ + (amount - (level + width) x scale)+`` is least."""
    bend = np.concatenate([amount / scale, amount / scale - width])
    weight = np.concatenate([scale, scale])
    order = np.argsort(bend, kind="stable")
    rise = np.cumsum(weight[order]) - scale.sum()
    return max(0.0, float(bend[order][int(np.argmax(rise >= -1e-12))]))
