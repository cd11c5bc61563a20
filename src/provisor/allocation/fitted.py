"""An earlier plan as a choice of the kernel: what no longer fits is taken off where it is worth least."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.result import Holding
from provisor.allocation.kernel.value import Tally, pieces_at, sent_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.arrays import Arrays
    from provisor.allocation.blocks import Blocks
    from provisor.allocation.decisions import Decisions
    from provisor.allocation.handing import Ways
    from provisor.allocation.kernel.problem import Floats, KernelProblem, PlaceLimit, Sources

    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Levels = NDArray[np.int16]

ROUNDING = 1e-6


@dataclass(frozen=True)
class Fitted:
    """An earlier plan in another problem.

    Attributes:
        holding: What of it fits, worth 0 until it is counted; none if some rule is broken still.
        off: (pairs,) pairs that had to be changed.
    """

    holding: Holding | None
    off: Flags


def levels_of(arrays: Arrays, blocks: Blocks, decisions: Decisions) -> Levels:
    """(pairs,) level of each pair in a plan, -1 where it does not hang; pieces beyond what it may show are cut off."""
    stated = blocks.problem.pairs
    shown = _shown(arrays, decisions)[blocks.order]
    first, opening = stated.first.astype(np.int64), stated.opening.astype(np.int64)
    whole = np.maximum(first, opening)
    packs = stated.packs(np.arange(stated.count)).astype(np.int64)
    beyond = whole - first + (shown - whole) // np.maximum(packs, 1)
    level = np.where(shown <= whole, np.maximum(shown - first, 0), beyond)
    level = np.where(blocks.empty, 0, level)
    steps = np.diff(stated.start)
    held = decisions.carried[blocks.order, 0] & (steps > 0)
    if stated.held is not None:
        held |= stated.held
    found: Levels = np.where(held, np.minimum(level, steps - 1), -1).astype(np.int16)
    return found


def _shown(arrays: Arrays, decisions: Decisions) -> Whole:
    """Pieces of each pair of the case on display, if it hangs."""
    routes, transfers = decisions.routes, decisions.transfers
    pieces = arrays.pairs.opening - decisions.returned[:, 0]
    np.add.at(pieces, routes.pair, routes.pieces)
    np.add.at(pieces, transfers.taker, transfers.pieces)
    np.subtract.at(pieces, transfers.giver, transfers.pieces)
    return np.rint(pieces).astype(np.int64)


def fitted(arrays: Arrays, blocks: Blocks, ways: Ways, decisions: Decisions, level: Levels) -> Fitted:
    """A plan as a choice that keeps every limit.

    First each pair is sent just what its level takes; then, limit by limit, pairs are taken off that bring least for
    what they use of it.

    Args:
        arrays: The case.
        blocks: The same for the kernel.
        ways: Transfers that there may be.
        decisions: The plan.
        level: Its levels.
    """
    work = _Fit(
        blocks.problem, level.copy(), _sent(arrays, blocks, decisions), _passed(blocks, ways, decisions)
    )
    work.level_out()
    work.take_off()
    tally = Tally(blocks.problem, work.level, work.sent, work.passed)
    off = work.off | (work.level != level)
    if tally.broken:
        return Fitted(None, off)
    return Fitted(Holding(work.level, work.sent, tally.value, work.passed), off)


def _sent(arrays: Arrays, blocks: Blocks, decisions: Decisions) -> NDArray[np.int32]:
    """(pairs, sources) pieces sent in a plan, on lanes that arrive at once."""
    sources = blocks.problem.sources
    sent = np.zeros((blocks.problem.pairs.count, 0 if sources is None else sources.count), np.int32)
    place = np.full(arrays.pairs.count, -1, dtype=np.int64)
    place[blocks.order] = np.arange(blocks.order.size)
    routes = decisions.routes
    pair = place[routes.pair]
    known = (pair >= 0) & (arrays.lanes.lead[routes.lane] == 0)
    centre = arrays.lanes.centre[routes.lane[known]]
    np.add.at(sent, (pair[known], centre), routes.pieces[known].astype(np.int32))
    return sent


def _passed(blocks: Blocks, ways: Ways, decisions: Decisions) -> NDArray[np.int32]:
    """(passes,) pieces; a transfer that is on no pass is left out."""
    transfers = decisions.transfers
    passed = np.zeros(0 if blocks.problem.passes is None else blocks.problem.passes.count, np.int32)
    named = (part[blocks.ways].tolist() for part in (ways.lane, ways.giver, ways.taker))
    number = {key: n for n, key in enumerate(zip(*named, strict=True))}
    rows = (part.tolist() for part in (transfers.lane, transfers.giver, transfers.taker, transfers.pieces))
    for lane, giver, taker, pieces in zip(*rows, strict=True):
        if (lane, giver, taker) in number:
            passed[number[lane, giver, taker]] += round(pieces)
    return passed


@dataclass
class _Fit:
    """A choice that is made to fit."""

    problem: KernelProblem
    level: Levels
    sent: NDArray[np.int32]
    passed: NDArray[np.int32]

    def __post_init__(self) -> None:
        pairs = self.problem.pairs
        self.every = np.arange(pairs.count)
        self.place = np.repeat(np.arange(pairs.places), np.diff(pairs.place_start))
        self.off = np.zeros(pairs.count, dtype=bool)
        self.fixed = np.zeros(pairs.count, dtype=bool) if pairs.held is None else pairs.held
        passes = self.problem.passes
        self.taker = None if passes is None else np.repeat(self.every, np.diff(passes.start))

    def _came(self) -> Whole:
        came: Whole = self.sent.sum(axis=1, dtype=np.int64)
        if self.taker is not None:
            np.add.at(came, self.taker, self.passed)
        return came

    def _drop(self, pair: int) -> None:
        self.level[pair] = -1
        self.sent[pair] = 0
        self.off[pair] = True
        if self.problem.passes is not None:
            self.passed[self.problem.passes.start[pair] : self.problem.passes.start[pair + 1]] = 0

    def level_out(self) -> None:
        """Send each pair just what its level takes: less where more came, more from the cheapest source where less."""
        sources = self.problem.sources
        if sources is None:
            return
        wanted = sent_at(self.problem.pairs, self.every, self.level.astype(np.int64))
        closed = np.isinf(sources.cost)[self.place] & (self.sent > 0)
        self.sent[closed] = 0
        beyond = self._came() - wanted
        for pair in np.flatnonzero(beyond != 0).tolist():
            self._level(pair, int(beyond[pair]), sources)

    def _level(self, pair: int, beyond: int, sources: Sources) -> None:
        passes = self.problem.passes
        if beyond > 0 and passes is not None:
            for k in range(passes.start[pair], passes.start[pair + 1]):
                less = min(int(self.passed[k]), beyond)
                self.passed[k] -= less
                beyond -= less
        order = np.argsort(sources.cost[self.place[pair]])
        if beyond > 0:
            for w in order[::-1].tolist():
                less = min(int(self.sent[pair, w]), beyond)
                self.sent[pair, w] -= less
                beyond -= less
        elif beyond < 0:
            cheapest = int(order[0])
            if np.isinf(sources.cost[self.place[pair], cheapest]):
                self._drop(pair)
            else:
                self.sent[pair, cheapest] -= beyond
        self.off[pair] = True

    def take_off(self) -> None:
        """Take pairs off until every upper limit that may not be missed holds."""
        for limit in self.problem.place_limits:
            if np.isinf(limit.over_price) and limit.band is None and np.isfinite(limit.upper).any():
                self._fit_place(limit)
        self._fit_sources()
        self._fit_items()

    def _worth(self) -> Floats:
        """(pairs,) what the level of each pair brings, less its ways."""
        pairs = self.problem.pairs
        sums = np.concatenate([[0.0], np.cumsum(pairs.gain, dtype=np.float64)])
        worth = np.where(
            self.level >= 0, sums[pairs.start[:-1] + self.level + 1] - sums[pairs.start[:-1]], 0.0
        )
        if self.problem.sources is not None:
            cost = self.problem.sources.cost[self.place]
            worth -= np.where(self.sent > 0, self.sent * np.where(np.isfinite(cost), cost, 0.0), 0.0).sum(
                axis=1
            )
        return worth

    def _shed(self, group: Whole, used: Floats, most: Floats) -> None:
        """Drop pairs of each group that is used beyond its most, those that bring least for what they use first.

        Args:
            group: (pairs,) group, -1 for none.
            used: (pairs,) what each uses.
            most: (groups,) most.
        """
        free = (group >= 0) & (self.level >= 0) & (used > 0)
        total = np.bincount(group[free], weights=used[free], minlength=most.size)
        over = total > most + ROUNDING * np.maximum(1.0, np.abs(most))
        if not over.any():
            return
        which = np.flatnonzero(free & ~self.fixed & over[np.maximum(group, 0)])
        rate = self._worth()[which] / used[which]
        for pair in which[np.argsort(rate, kind="stable")].tolist():
            if total[group[pair]] > most[group[pair]] + ROUNDING:
                total[group[pair]] -= used[pair]
                self._drop(pair)

    def _fit_place(self, limit: PlaceLimit) -> None:
        pairs = self.problem.pairs
        of = limit.item_class[pairs.item]
        group = np.where(of >= 0, self.place * limit.upper.shape[1] + of, -1)
        weight = np.ones(pairs.count)
        if limit.weight is not None:
            weight = limit.weight if limit.per_pair else limit.weight[pairs.item]
        shown = pieces_at(pairs, self.every, self.level.astype(np.int64)) if limit.per == "pieces" else 1.0
        self._shed(group, weight * shown, limit.upper.ravel())

    def _fit_sources(self) -> None:
        sources, pairs = self.problem.sources, self.problem.pairs
        if sources is None:
            return
        for w in range(sources.count):
            self._shed(pairs.item.astype(np.int64), self.sent[:, w].astype(float), sources.stock[:, w])
            if sources.lane is not None:
                self._shed(self.place, self.sent[:, w].astype(float), sources.lane[:, w])
            self._shed(
                np.zeros(pairs.count, np.int64), self.sent[:, w].astype(float), sources.throughput[w : w + 1]
            )
        for number in range(sources.budget.size):
            spent = self.sent[:, sources.budget_of == number].sum(axis=1) * sources.goods[pairs.item]
            self._shed(
                np.zeros(pairs.count, np.int64), spent.astype(float), sources.budget[number : number + 1]
            )

    def _fit_items(self) -> None:
        pairs = self.problem.pairs
        for limit in self.problem.item_limits:
            if np.isinf(limit.over_price):
                of = limit.place_class[self.place]
                group = np.where(of >= 0, pairs.item.astype(np.int64) * limit.upper.shape[1] + of, -1)
                self._shed(group, np.ones(pairs.count), limit.upper.ravel())
