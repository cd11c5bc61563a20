"""What is sent from sources and passed between places, as columns and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.kernel.value import pieces_at, sent_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.chains import Chains
    from provisor.allocation.kernel.families import Families
    from provisor.allocation.kernel.problem import Floats, KernelProblem, Passes, Sources
    from provisor.allocation.kernel.scope import Scope
    from provisor.allocation.kernel.stated import Index, Statement


def still_passed(problem: KernelProblem, scope: Scope) -> NDArray[np.int32]:
    """(passes,) pieces passed to pairs that are not routed."""
    if problem.passes is None:
        return np.zeros(0, np.int32)
    taker = np.repeat(np.arange(problem.pairs.count), np.diff(problem.passes.start))
    return np.where(scope.routed[taker], 0, scope.passed).astype(np.int32)


class Sending:
    """Packs by pair and source and pieces by pass; what reaches a pair is what its level asks.

    Attributes:
        way_pair, way_source: By column from ``way_start`` on.
        way_start: First column of ways.
        passes: Pass by column from ``pass_start`` on.
        pass_start: First column of passes.
    """

    def __init__(
        self,
        out: Statement,
        problem: KernelProblem,
        scope: Scope,
        chains: Chains,
        families: Families,
        *,
        wide: bool = False,
    ) -> None:
        self.wide = wide
        self.out, self.problem, self.scope, self.chains = out, problem, scope, chains
        self.families, self.pairs = families, problem.pairs
        self.way_pair = self.way_source = self.passes = np.zeros(0, np.int64)
        self.way_start, self.pass_start = out.width, 0
        self.renewing = self.renewed = np.zeros(0, np.int64)
        if problem.sources is not None:
            self._ways(problem.sources)

    def _ways(self, sources: Sources) -> None:
        everyone, high = np.arange(self.pairs.count), self.scope.high.astype(np.int64)
        top = sent_at(self.pairs, everyone, high)
        passes = self.problem.passes
        if self.wide and passes is not None:
            shown = np.minimum(pieces_at(self.pairs, everyone, high), self.pairs.opening)
            top = top + np.where(passes.own >= 0, shown, 0)
        served = np.isfinite(sources.cost)[self.chains.place_of] & (self.scope.routed & (top > 0))[:, None]
        self.way_pair, self.way_source = np.nonzero(served)
        pack = self.pairs.packs(self.way_pair).astype(np.float64)
        cost = sources.cost[self.chains.place_of[self.way_pair], self.way_source] * pack
        most = np.full(pack.size, np.inf) if self.wide else np.floor(top[self.way_pair] / pack)
        way = self.out.add_columns(np.zeros(pack.size), most, -cost, whole=True)
        none = np.zeros(0, np.int64)
        self._balance(way, pack, (none, none) if passes is None else self._passed(passes, top))
        self._source_rows(sources, way, pack)

    def _passed(self, passes: Passes, top: Index) -> tuple[Index, Index]:
        """Columns of pieces passed, and the pairs that take them; stocks, lanes and places keep their limits."""
        taker = np.repeat(np.arange(self.pairs.count), np.diff(passes.start))
        self.passes = np.flatnonzero((self.scope.routed & (top > 0))[taker])
        self.pass_start, taking = self.out.width, taker[self.passes]
        one = np.ones(self.passes.size)
        most = np.minimum(passes.stock[passes.stock_of[self.passes]], top[taking]).astype(float)
        most = np.full(most.size, np.inf) if self.wide else most
        column = self.out.add_columns(0 * one, most, -passes.cost[self.passes], whole=True)
        still = still_passed(self.problem, self.scope)
        self._kept_rows(passes, still, column)
        lane = passes.capacity - np.bincount(passes.lane, still, passes.capacity.size)
        terms = passes.lane[self.passes].astype(np.int64), column, one
        self.out.at_most(lane, terms, self.families.pass_lane.start)
        place_of = self.chains.place_of
        place = passes.taking - np.bincount(place_of[taker], still, self.pairs.places)
        self.out.at_most(place, (place_of[taking], column, one), self.families.taking.start)
        return column, taking

    def _kept_rows(self, passes: Passes, still: NDArray[np.int32], column: Index) -> None:
        """What a stock has is passed on, or shown by its own pair."""
        chains, pairs = self.chains, self.pairs
        own, opening = passes.own[chains.pair], pairs.opening[chains.pair].astype(np.int64)
        shown = pieces_at(pairs, chains.pair, chains.level)
        uses = np.minimum(shown, opening) - np.minimum(shown - chains.more, opening)
        mine = np.flatnonzero((own >= 0) & (uses > 0))
        held = np.flatnonzero((passes.own >= 0) & (self.scope.low >= 0))
        kept = pieces_at(pairs, held, self.scope.low[held].astype(np.int64))
        used = np.bincount(passes.stock_of, still, passes.stock.size) + np.bincount(
            passes.own[held], np.minimum(kept, pairs.opening[held]), passes.stock.size
        )
        renewing, renewed = self._renewed(passes, uses, mine) if self.wide else (column[:0], column[:0])
        self.renewing, self.renewed = renewing, renewed
        terms = (
            np.concatenate([passes.stock_of[self.passes], own[mine], passes.own[renewing]]).astype(np.int64),
            np.concatenate([column, chains.step[mine], renewed]),
            np.concatenate([np.ones(column.size), uses[mine].astype(float), -np.ones(renewed.size)]),
        )
        self.out.at_most(passes.stock - used, terms, self.families.kept.start)

    def _renewed(self, passes: Passes, uses: Index, mine: Index) -> tuple[Index, Index]:
        """Pairs, and columns of their opening pieces that are passed on though they are shown: others come for them."""
        pairs = np.flatnonzero((passes.own >= 0) & (self.scope.high >= 0) & self.scope.routed)
        column = self.out.add_columns(
            np.zeros(pairs.size), np.full(pairs.size, np.inf), -passes.renewal[pairs], whole=True
        )
        row_of = np.full(self.pairs.count, -1)
        row_of[pairs] = np.arange(pairs.size)
        mine = mine[row_of[self.chains.pair[mine]] >= 0]
        low = self.scope.low[pairs].astype(np.int64)
        fixed = np.minimum(pieces_at(self.pairs, pairs, low), self.pairs.opening[pairs])
        self.out.add_rows(
            np.full(pairs.size, -np.inf), fixed.astype(float),
            (np.arange(pairs.size), column, 1.0),
            (row_of[self.chains.pair[mine]], self.chains.step[mine], -uses[mine].astype(float)),
        )  # fmt: skip
        return pairs, column

    def _balance(self, way: Index, pack: Floats, passed: tuple[Index, Index]) -> None:
        """Pieces sent by all sources are those that the levels ask."""
        chains = self.chains
        routed = np.flatnonzero(self.scope.routed & (self.scope.high >= 0))
        row_of = np.full(self.pairs.count, -1)
        row_of[routed] = np.arange(routed.size)
        base = sent_at(self.pairs, routed, self.scope.low[routed].astype(np.int64)).astype(np.float64)
        asked = sent_at(self.pairs, chains.pair, chains.level)
        asked = asked - sent_at(self.pairs, chains.pair, chains.level - 1)
        ask = np.flatnonzero(asked > 0)
        self.out.add_rows(
            base, base,
            (row_of[self.way_pair], way, pack), (row_of[chains.pair[ask]], chains.step[ask], -asked[ask]),
            (row_of[passed[1]], passed[0], 1.0), (row_of[self.renewing], self.renewed, -1.0),
        )  # fmt: skip

    def _source_rows(self, sources: Sources, way: Index, pack: Floats) -> None:
        pair, source = np.nonzero(np.where(self.scope.routed[:, None], 0, self.scope.sent))
        still = self.scope.sent[pair, source].astype(np.float64)
        item, place = self.pairs.item[self.way_pair].astype(np.int64), self.chains.place_of[self.way_pair]
        count, families = sources.count, self.families
        for index in range(count):
            draws = _earlier(sources.later, index)
            here, kept = np.isin(self.way_source, draws), np.isin(source, draws)
            drawn = np.zeros((self.pairs.items, count))
            drawn[:, index] = np.bincount(self.pairs.item[pair[kept]], still[kept], self.pairs.items)
            only = np.where(np.arange(count) == index, sources.stock - drawn, np.inf).ravel()
            self.out.at_most(only, (item[here] * count + index, way[here], pack[here]), families.stock.start)
        if sources.lane is not None:
            used = np.bincount(self.chains.place_of[pair] * count + source, still, self.pairs.places * count)
            terms = place * count + self.way_source, way, pack
            self.out.at_most(sources.lane.ravel() - used, terms, families.lane.start)
        terms = self.way_source.astype(np.int64), way, pack
        used = np.bincount(source, still, count)
        self.out.at_most(sources.throughput - used, terms, families.throughput.start)
        budget, kept_budget = sources.budget_of[self.way_source], sources.budget_of[source]
        inside, kept = budget >= 0, kept_budget >= 0
        spent = np.bincount(
            kept_budget[kept], (still * sources.goods[self.pairs.item[pair]])[kept], sources.budget.size
        )
        terms = budget[inside].astype(np.int64), way[inside], (pack * sources.goods[item])[inside]
        self.out.at_most(sources.budget - spent, terms, families.budget.start)


def _earlier(later: NDArray[np.int32], source: int) -> list[int]:
    """Sources whose pieces count against this one's stock: itself and all before it."""
    found = [source]
    for index in reversed(range(source)):
        if later[index] in found:
            found.append(index)
    return found
