"""The problem, or a part of it with the rest held still, as a mixed-integer linear problem for the engine.

The levels of a pair are a chain of binaries ``held >= step 1 >= step 2 ...``: an order polytope, whose corners are
the levels themselves, so that its linear relaxation is as tight as the dual of :mod:`dual` at its best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from provisor.allocation.kernel.scope import Scope, whole_scope
from provisor.allocation.kernel.stated import Model, Statement
from provisor.allocation.kernel.value import Tally, pieces_at, sent_at

if TYPE_CHECKING:
    from provisor.allocation.kernel.problem import Band, Coverage, Floats, KernelProblem, Sources

Index = NDArray[np.int64]


def state_model(problem: KernelProblem, scope: Scope | None = None) -> Model:
    """State the problem within the scope; the sense is to minimise the value with its sign turned."""
    scope = whole_scope(problem) if scope is None else scope
    return _Stating(problem, scope).model()


class _Stating:
    def __init__(self, problem: KernelProblem, scope: Scope) -> None:
        self.problem, self.scope, self.pairs = problem, scope, problem.pairs
        self.out = Statement()
        self.place_of = np.searchsorted(self.pairs.place_start, np.arange(self.pairs.count), side="right") - 1
        still = np.where(scope.routed[:, None], 0, scope.sent).astype(np.int32)
        self.passes, self.pass_start = np.zeros(0, np.int64), 0
        self.still_passed = self._still_passed()
        self.fixed = Tally(problem, scope.low, still, self.still_passed)
        self._steps()
        self._ways()

    def model(self) -> Model:
        for limit in self.problem.place_limits:
            self._place_limit(limit)
        for item_limit in self.problem.item_limits:
            self._item_limit(item_limit)
        for coverage in self.problem.coverages:
            self._coverage(coverage)
        stated = self.out.problem(-(self.fixed.gains - self.fixed.ways))
        return Model(
            self.problem,
            self.scope,
            self.pair,
            self.level,
            self.way_pair,
            self.way_source,
            stated,
            self.way_start,
            self.passes,
            self.pass_start,
        )

    def _steps(self) -> None:
        """One binary for each level above the lowest, in a chain."""
        count = (self.scope.high - self.scope.low).astype(np.int64)
        self.pair = np.repeat(np.arange(self.pairs.count), count)
        ends = np.cumsum(count)
        self.level = (
            np.arange(self.pair.size) - np.repeat(ends - count, count) + 1 + self.scope.low[self.pair]
        )
        gain = self.pairs.gain[self.pairs.start[self.pair] + self.level].astype(np.float64)
        size = self.pair.size
        self.step = self.out.add_columns(np.zeros(size), np.ones(size), gain, whole=True)
        follows = np.flatnonzero(self.level > self.scope.low[self.pair] + 1)
        row = np.arange(follows.size)
        self.out.add_rows(
            np.full(row.size, -np.inf), np.zeros(row.size),
            (row, self.step[follows], 1.0), (row, self.step[follows - 1], -1.0),
        )  # fmt: skip
        self.item, self.place = self.pairs.item[self.pair].astype(np.int64), self.place_of[self.pair]
        self.more = pieces_at(self.pairs, self.pair, self.level) - pieces_at(
            self.pairs, self.pair, self.level - 1
        )

    def _ways(self) -> None:
        """Packs by pair and source; what is sent to a pair is what its level asks."""
        self.way_pair = self.way_source = np.zeros(0, np.int64)
        self.way_start = self.out.width
        sources = self.problem.sources
        if sources is None:
            return
        top = sent_at(self.pairs, np.arange(self.pairs.count), self.scope.high.astype(np.int64))
        served = np.isfinite(sources.cost)[self.place_of] & (self.scope.routed & (top > 0))[:, None]
        self.way_pair, self.way_source = np.nonzero(served)
        pack = self.pairs.packs(self.way_pair).astype(np.float64)
        cost = sources.cost[self.place_of[self.way_pair], self.way_source] * pack
        most = np.floor(top[self.way_pair] / pack)
        way = self.out.add_columns(np.zeros(pack.size), most, -cost, whole=True)
        self._balance(way, pack, self._passed(top))
        self._source_rows(sources, way, pack)

    def _still_passed(self) -> NDArray[np.int32]:
        """Pieces passed to pairs that are not routed."""
        if self.problem.passes is None:
            return np.zeros(0, np.int32)
        taker = np.repeat(np.arange(self.pairs.count), np.diff(self.problem.passes.start))
        return np.where(self.scope.routed[taker], 0, self.scope.passed).astype(np.int32)

    def _passed(self, top: Index) -> tuple[Index, Index]:
        """Columns of pieces passed, and the pairs that take them; stocks, lanes and places keep their limits."""
        passes = self.problem.passes
        if passes is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        taker = np.repeat(np.arange(self.pairs.count), np.diff(passes.start))
        self.passes = np.flatnonzero((self.scope.routed & (top > 0))[taker])
        self.pass_start, taking = self.out.width, taker[self.passes]
        size, one = self.passes.size, np.ones(self.passes.size)
        most = np.minimum(passes.stock[passes.stock_of[self.passes]], top[taking]).astype(float)
        column = self.out.add_columns(np.zeros(size), most, -passes.cost[self.passes], whole=True)
        still = self.still_passed
        own = passes.own[self.pair]
        first, opening = self.level == 0, self.pairs.opening[self.pair].astype(np.int64)
        shown = pieces_at(self.pairs, self.pair, self.level)
        before = np.where(first, 0, pieces_at(self.pairs, self.pair, self.level - 1))
        uses = np.minimum(shown, opening) - np.minimum(before, opening)
        mine = np.flatnonzero((own >= 0) & (uses > 0))
        held = np.flatnonzero((passes.own >= 0) & (self.scope.low >= 0))
        kept = pieces_at(self.pairs, held, self.scope.low[held].astype(np.int64))
        used = np.bincount(passes.stock_of, still, passes.stock.size) + np.bincount(
            passes.own[held], np.minimum(kept, self.pairs.opening[held]), passes.stock.size
        )
        row = np.concatenate([passes.stock_of[self.passes], own[mine]]).astype(np.int64)
        self._at_most(passes.stock - used, row, np.concatenate([column, self.step[mine]]),
                      np.concatenate([one, uses[mine].astype(float)]))  # fmt: skip
        lane = passes.capacity - np.bincount(passes.lane, still, passes.capacity.size)
        self._at_most(lane, passes.lane[self.passes].astype(np.int64), column, one)
        place = passes.taking - np.bincount(self.place_of[taker], still, self.pairs.places)
        self._at_most(place, self.place_of[taking], column, one)
        return column, taking

    def _balance(self, way: Index, pack: Floats, passed: tuple[Index, Index]) -> None:
        """Pieces sent by all sources are those that the levels ask."""
        routed = np.flatnonzero(self.scope.routed & (self.scope.high >= 0))
        row_of = np.full(self.pairs.count, -1)
        row_of[routed] = np.arange(routed.size)
        base = sent_at(self.pairs, routed, self.scope.low[routed].astype(np.int64)).astype(np.float64)
        asked = sent_at(self.pairs, self.pair, self.level) - sent_at(self.pairs, self.pair, self.level - 1)
        ask = np.flatnonzero(asked > 0)
        self.out.add_rows(
            base, base,
            (row_of[self.way_pair], way, pack), (row_of[self.pair[ask]], self.step[ask], -asked[ask]),
            (row_of[passed[1]], passed[0], 1.0),
        )  # fmt: skip

    def _source_rows(self, sources: Sources, way: Index, pack: Floats) -> None:
        pair, source = np.nonzero(np.where(self.scope.routed[:, None], 0, self.scope.sent))
        still = self.scope.sent[pair, source].astype(np.float64)
        item, place = self.pairs.item[self.way_pair].astype(np.int64), self.place_of[self.way_pair]
        count = sources.count
        for index in range(count):
            draws = _earlier(sources.later, index)
            here, kept = np.isin(self.way_source, draws), np.isin(source, draws)
            used = np.bincount(self.pairs.item[pair[kept]], still[kept], self.pairs.items)
            self._at_most(sources.stock[:, index] - used, item[here], way[here], pack[here])
        if sources.lane is not None:
            used = np.bincount(self.place_of[pair] * count + source, still, self.pairs.places * count)
            self._at_most(sources.lane.ravel() - used, place * count + self.way_source, way, pack)
        self._at_most(
            sources.throughput - np.bincount(source, still, count),
            self.way_source.astype(np.int64),
            way,
            pack,
        )
        budget, kept_budget = sources.budget_of[self.way_source], sources.budget_of[source]
        in_budget, kept = budget >= 0, kept_budget >= 0
        spent = np.bincount(
            kept_budget[kept], (still * sources.goods[self.pairs.item[pair]])[kept], sources.budget.size
        )
        self._at_most(
            sources.budget - spent, budget[in_budget].astype(np.int64), way[in_budget],
            (pack * sources.goods[item])[in_budget],
        )  # fmt: skip

    def _at_most(self, right: Floats, row: Index, column: Index, value: Floats) -> None:
        """Rows ``sum <= right``; those without a limit or a column are left out."""
        used = np.zeros(right.size, bool)
        used[row] = True
        used &= np.isfinite(right)
        number = np.cumsum(used) - 1
        inside = used[row]
        self.out.add_rows(
            np.full(int(used.sum()), -np.inf),
            right[used],
            (number[row[inside]], column[inside], value[inside]),
        )

    def _place_limit(self, limit: Any) -> None:  # noqa: ANN401
        classes = limit.item_class[self.item].astype(np.int64)
        counts = np.flatnonzero((classes >= 0) & ((self.level == 0) | (limit.per == "pieces")))
        value = self.more.astype(np.float64) if limit.per == "pieces" else np.ones(self.pair.size)
        if limit.weight is not None:
            value = value * limit.weight[self.pair if limit.per_pair else self.item]
        width = limit.upper.shape[1]
        row, column, value = self.place[counts] * width + classes[counts], self.step[counts], value[counts]
        terms = [(row, column, value)]
        if limit.share is not None:
            everything = (self.place[counts][:, None] * width + np.arange(width)).ravel()
            taken = (-value[:, None] * limit.share).ravel()
            terms.append((everything, np.repeat(column, width), taken))
        amount = self.fixed.place_amounts[limit.name].ravel()
        if limit.band is None:
            self._sided(limit, limit.lower.ravel() - amount, limit.upper.ravel() - amount, terms)
        else:
            self._banded(limit, limit.band, amount, terms)

    def _item_limit(self, limit: Any) -> None:  # noqa: ANN401
        classes = limit.place_class[self.place].astype(np.int64)
        counts = np.flatnonzero((classes >= 0) & (self.level == 0))
        row = self.item[counts] * limit.upper.shape[1] + classes[counts]
        amount = self.fixed.item_amounts[limit.name].ravel()
        terms = [(row, self.step[counts], np.ones(counts.size))]
        self._sided(limit, limit.lower.ravel() - amount, limit.upper.ravel() - amount, terms)

    def _sided(
        self,
        limit: Any,  # noqa: ANN401
        lower: Floats,
        upper: Floats,
        terms: list[tuple[Any, Any, Any]],
        *,
        counted: bool = True,
    ) -> None:
        """Rows with a column for each side that may be missed; rows without sides are left out.

        Args:
            limit: The limit.
            lower: Lower sides.
            upper: Upper sides.
            terms: Row, column and value of the amounts.
            counted: Whether all columns of the amounts are whole.
        """
        used = np.isfinite(lower) | np.isfinite(upper)
        number = np.cumsum(used) - 1
        kept = [(number[row[used[row]]], column[used[row]], value[used[row]]) for row, column, value in terms]
        lower, upper = lower[used], upper[used]
        counted = counted and all(bool(np.all(value == np.round(value))) for _, _, value in kept)
        for side, price, sign in ((lower, limit.under_price, 1.0), (upper, limit.over_price, -1.0)):
            row = np.flatnonzero(np.isfinite(side))
            if np.isfinite(price) and row.size:
                first, part = self._first_miss(side, row, sign) if counted else (row[:0], np.zeros(0))
                miss = self.out.add_columns(
                    np.zeros(row.size + first.size),
                    np.concatenate([np.full(row.size, np.inf), np.ones(first.size)]),
                    -price * np.concatenate([np.ones(row.size), part]),
                    whole=False,
                )
                kept.append((np.concatenate([row, first]), miss, np.full(miss.size, sign)))
        self.out.add_rows(lower, upper, *kept)

    @staticmethod
    def _first_miss(side: Floats, row: Index, sign: float) -> tuple[Index, Floats]:
        """Rows whose side lies between two whole amounts, and by what part of a unit the next one misses it.

        Their sides become the whole amount within (in place), which no choice tells from the side.
        """
        within = np.ceil(side[row] - 1e-9) if sign > 0 else np.floor(side[row] + 1e-9)
        part = 1.0 - np.abs(within - side[row])
        between = part < 1.0 - 1e-9
        side[row] = within
        return row[between], part[between]

    def _banded(self, limit: Any, band: Band, amount: Floats, terms: list[tuple[Any, Any, Any]]) -> None:  # noqa: ANN401
        """``0 <= amount - level x scale <= width x scale``, the level of each group a column."""
        groups = band.width.size
        level = self.out.add_columns(
            np.zeros(groups), np.maximum(band.highest, 0.0), np.zeros(groups), whole=False
        )
        inside = (band.group >= 0) & (band.scale > 0)
        place = np.flatnonzero(inside)
        lower, upper = np.full(amount.size, -np.inf), np.full(amount.size, np.inf)
        lower[inside] = -amount[inside]
        upper[inside] = band.width[band.group[inside]] * band.scale[inside] - amount[inside]
        terms = [*terms, (place, level[band.group[inside]], -band.scale[inside])]
        self._sided(limit, lower, upper, terms, counted=False)

    def _coverage(self, coverage: Coverage) -> None:
        """A class counts once, and only if a pair of it is held."""
        by_place = coverage.by == "place"
        owner_of, member_of = (
            (self.place_of, self.pairs.item) if by_place else (self.pairs.item, self.place_of)
        )
        owner, member = (
            owner_of[self.pair].astype(np.int64),
            coverage.member[member_of[self.pair]].astype(np.int64),
        )
        classes = int(coverage.member.max(initial=-1)) + 1
        kept = np.flatnonzero(self.scope.low >= 0)
        there = coverage.member[member_of[kept]]
        fixed = np.unique(owner_of[kept][there >= 0].astype(np.int64) * classes + there[there >= 0])
        counts = np.flatnonzero((self.level == 0) & (member >= 0))
        cell = owner[counts] * classes + member[counts]
        cells = np.setdiff1d(np.unique(cell), fixed)
        counts, cell = counts[np.isin(cell, cells)], cell[np.isin(cell, cells)]
        need = coverage.need - np.bincount(fixed // max(1, classes), minlength=coverage.need.size)
        needing = np.flatnonzero(need > 0)
        covered = self.out.add_columns(
            np.zeros(cells.size), np.ones(cells.size), np.zeros(cells.size), whole=False
        )
        short = self.out.add_columns(
            np.zeros(needing.size),
            np.full(needing.size, np.inf),
            np.full(needing.size, -coverage.price),
            whole=False,
        )
        row = np.arange(cells.size)
        self.out.add_rows(
            np.full(row.size, -np.inf), np.zeros(row.size),
            (row, covered, 1.0), (np.searchsorted(cells, cell), self.step[counts], -1.0),
        )  # fmt: skip
        number = np.full(coverage.need.size, -1)
        number[needing] = np.arange(needing.size)
        of_cell = number[cells // max(1, classes)]
        wanted = np.flatnonzero(of_cell >= 0)
        self.out.add_rows(
            need[needing].astype(float), np.full(needing.size, np.inf),
            (np.arange(needing.size), short, 1.0), (of_cell[wanted], covered[wanted], 1.0),
        )  # fmt: skip


def _earlier(later: NDArray[np.int32], source: int) -> list[int]:
    """Sources whose pieces count against this one's stock: itself and all before it."""
    found = [source]
    for index in reversed(range(source)):
        if later[index] in found:
            found.append(index)
    return found
