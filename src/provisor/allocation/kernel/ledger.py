"""A choice being made: levels, pieces by source, and what every limit has used, ready for the compiled moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from provisor.allocation.kernel.result import Holding
from provisor.allocation.kernel.value import Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from provisor.allocation.kernel.layout import FlowArrays, Layout, PairArrays, PassArrays, RuleArrays
    from provisor.allocation.kernel.problem import Coverage, Floats, KernelProblem
    from provisor.allocation.kernel.rows import Rows

HARD = 1e9
"""Price of a unit below a hard lower limit while a choice is being made; whether it holds is checked at the end."""


class Sides(NamedTuple):
    """Rows: their sides, what missing them costs, and what is used."""

    lower: Floats
    upper: Floats
    under: Floats
    over: Floats
    amount: Floats


class Covers(NamedTuple):
    """Coverages and what they count."""

    by_place: NDArray[np.bool_]
    member: NDArray[np.int32]  # (coverages, most of items and places)
    start: NDArray[np.int64]  # where its counts begin
    classes: NDArray[np.int64]
    need: NDArray[np.int32]  # (coverages, most)
    price: Floats
    holders: NDArray[np.int32]  # by coverage, owner and class: pairs held
    covered: NDArray[np.int32]  # (coverages, most)


class Ledger(NamedTuple):
    """State and rules as the compiled moves read and write them."""

    pairs: PairArrays
    rules: RuleArrays
    flow: FlowArrays
    passes: PassArrays
    sides: Sides
    covers: Covers
    price: Floats  # as the pairs meet them: which source is drawn on
    place_of: NDArray[np.int32]
    level: NDArray[np.int16]
    sent: NDArray[np.int32]
    passed: NDArray[np.int32]
    sent_before: NDArray[np.int32]  # of the pair on the move, by source
    passed_before: NDArray[np.int32]  # of the pair on the move, by its passes


def open_ledger(rows: Rows, layout: Layout, price: Floats, sides: tuple[Floats, Floats]) -> Ledger:
    """An empty choice.

    Args:
        rows: The limits.
        layout: The problem.
        price: (rows,) prices; they guide which source is drawn on.
        sides: Lower and upper sides of the rows, bands included.
    """
    problem = rows.problem
    under = np.where(np.isinf(rows.under), HARD, rows.under)
    return Ledger(
        pairs=layout.pairs,
        rules=layout.rules,
        flow=layout.flow,
        passes=layout.passes,
        sides=Sides(sides[0].copy(), sides[1].copy(), under, rows.over, np.zeros(rows.count)),
        covers=_covers(problem, problem.coverages),
        price=rows.reach_pairs(price),
        place_of=np.repeat(
            np.arange(problem.pairs.places, dtype=np.int32), np.diff(problem.pairs.place_start)
        ),
        level=np.full(problem.pairs.count, -1, np.int16),
        sent=np.zeros((problem.pairs.count, layout.flow.way.shape[1]), np.int32),
        passed=np.zeros(layout.passes.cost.size, np.int32),
        sent_before=np.zeros(layout.flow.way.shape[1], np.int32),
        passed_before=np.zeros(int(np.diff(layout.passes.start).max(initial=0)), np.int32),
    )


def lay_bands(rows: Rows, ledger: Ledger) -> None:
    """Lay the bands where they suit the choice best."""
    lower, upper = rows.suited_sides(ledger.sides.amount)
    ledger.sides.lower[:], ledger.sides.upper[:] = lower, upper


def holding_of(problem: KernelProblem, ledger: Ledger) -> Holding | None:
    """The choice, if it keeps every hard limit."""
    found = Tally(problem, ledger.level, ledger.sent, ledger.passed)
    if found.broken:
        return None
    return Holding(ledger.level.copy(), ledger.sent.copy(), found.value, ledger.passed.copy())


def _covers(problem: KernelProblem, coverages: tuple[Coverage, ...]) -> Covers:
    owners = max(problem.pairs.items, problem.pairs.places)
    classes = [int(coverage.member.max(initial=0)) + 1 for coverage in coverages]
    ends = np.cumsum([0, *(count * owners for count in classes)])
    return Covers(
        by_place=np.array([coverage.by == "place" for coverage in coverages], dtype=bool),
        member=_table([coverage.member for coverage in coverages], owners, -1),
        start=ends[:-1].astype(np.int64),
        classes=np.array(classes, dtype=np.int64),
        need=_table([coverage.need for coverage in coverages], owners, 0),
        price=np.array([coverage.price for coverage in coverages], dtype=np.float64),
        holders=np.zeros(int(ends[-1]), np.int32),
        covered=np.zeros((len(coverages), owners), np.int32),
    )


def _table(rows: list[NDArray[Any]], width: int, blank: int) -> NDArray[np.int32]:
    table = np.full((len(rows), width), blank, np.int32)
    for index, row in enumerate(rows):
        table[index, : row.size] = row
    return table
