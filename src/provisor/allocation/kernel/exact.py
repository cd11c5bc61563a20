"""The problem, or a part of it with the rest held still, as a mixed-integer linear problem for the engine.

The levels of a pair are a chain of binaries ``held >= step 1 >= step 2 ...``: an order polytope, whose corners are
the levels themselves, so that its linear relaxation is as tight as the dual of :mod:`dual` at its best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from provisor.allocation.kernel.chains import add_chains
from provisor.allocation.kernel.covering import add_coverage
from provisor.allocation.kernel.families import families_of
from provisor.allocation.kernel.scope import Scope, whole_scope
from provisor.allocation.kernel.sending import Sending, still_passed
from provisor.allocation.kernel.stated import Model, Statement
from provisor.allocation.kernel.value import Tally

if TYPE_CHECKING:
    from provisor.allocation.kernel.families import Family
    from provisor.allocation.kernel.problem import Band, Floats, KernelProblem
    from provisor.allocation.kernel.stated import Index


def state_model(problem: KernelProblem, scope: Scope | None = None, *, wide: bool = False) -> Model:
    """State the problem within the scope; the sense is to minimise the value with its sign turned.

    Args:
        problem: The problem.
        scope: What of it; None for all.
        wide: Whether an opening piece may be passed on though its pair shows it, another coming in its place. The dual
            allows for this; a choice does not say it.
    """
    scope = whole_scope(problem) if scope is None else scope
    return _Stating(problem, scope, wide=wide).model()


class _Stating:
    def __init__(self, problem: KernelProblem, scope: Scope, *, wide: bool) -> None:
        self.problem, self.scope = problem, scope
        self.out, self.families = Statement(), families_of(problem)
        still = np.where(scope.routed[:, None], 0, scope.sent).astype(np.int32)
        self.fixed = Tally(problem, scope.low, still, still_passed(problem, scope))
        self.chains = add_chains(self.out, problem, scope)
        self.sending = Sending(self.out, problem, scope, self.chains, self.families, wide=wide)

    def model(self) -> Model:
        for family, limit in zip(self.families.place, self.problem.place_limits, strict=True):
            self._place_limit(family, limit)
        for family, item_limit in zip(self.families.item, self.problem.item_limits, strict=True):
            self._item_limit(family, item_limit)
        for covered in zip(self.families.cover, self.problem.coverages, strict=True):
            add_coverage(self.out, self.problem, self.scope, self.chains, covered)
        sending = self.sending
        return Model(
            self.problem,
            self.scope,
            self.chains.pair,
            self.chains.level,
            sending.way_pair,
            sending.way_source,
            self.out.problem(-(self.fixed.gains - self.fixed.ways)),
            sending.way_start,
            sending.passes,
            sending.pass_start,
            np.concatenate(self.out.row_of),
        )

    def _place_limit(self, family: Family, limit: Any) -> None:  # noqa: ANN401
        chains = self.chains
        classes = limit.item_class[chains.item].astype(np.int64)
        counts = np.flatnonzero((classes >= 0) & ((chains.level == 0) | (limit.per == "pieces")))
        value = chains.more.astype(np.float64) if limit.per == "pieces" else np.ones(chains.pair.size)
        if limit.weight is not None:
            value = value * limit.weight[chains.pair if limit.per_pair else chains.item]
        width = limit.upper.shape[1]
        row, column, value = (
            chains.place[counts] * width + classes[counts],
            chains.step[counts],
            value[counts],
        )
        terms = [(row, column, value)]
        if limit.share is not None:
            everything = (chains.place[counts][:, None] * width + np.arange(width)).ravel()
            taken = (-value[:, None] * limit.share).ravel()
            terms.append((everything, np.repeat(column, width), taken))
        amount = self.fixed.place_amounts[limit.name].ravel()
        if limit.band is None:
            self._sided(family, limit, limit.lower.ravel() - amount, limit.upper.ravel() - amount, terms)
        else:
            self._banded(family, limit, amount, terms)

    def _item_limit(self, family: Family, limit: Any) -> None:  # noqa: ANN401
        chains = self.chains
        classes = limit.place_class[chains.place].astype(np.int64)
        counts = np.flatnonzero((classes >= 0) & (chains.level == 0))
        row = chains.item[counts] * limit.upper.shape[1] + classes[counts]
        amount = self.fixed.item_amounts[limit.name].ravel()
        terms = [(row, chains.step[counts], np.ones(counts.size))]
        self._sided(family, limit, limit.lower.ravel() - amount, limit.upper.ravel() - amount, terms)

    def _sided(
        self,
        family: Family,
        limit: Any,  # noqa: ANN401
        lower: Floats,
        upper: Floats,
        terms: list[tuple[Any, Any, Any]],
        *,
        counted: bool = True,
    ) -> None:
        """Rows with a column for each side that may be missed; rows without sides are left out.

        Args:
            family: Its rows.
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
        self.out.add_rows(lower, upper, *kept, limit=family.start + np.flatnonzero(used))

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

    def _banded(self, family: Family, limit: Any, amount: Floats, terms: list[tuple[Any, Any, Any]]) -> None:  # noqa: ANN401
        """``0 <= amount - level x scale <= width x scale``, the level of each group a column."""
        band: Band = limit.band
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
        self._sided(family, limit, lower, upper, terms, counted=False)
