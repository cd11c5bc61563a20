"""A stated problem and how to read its solution, and the columns and rows it is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from provisor.allocation.kernel.families import families_of
from provisor.allocation.kernel.result import Holding
from provisor.allocation.kernel.value import Tally
from provisor.engine.problem import Problem

if TYPE_CHECKING:
    from provisor.allocation.kernel.problem import Floats, KernelProblem
    from provisor.allocation.kernel.scope import Scope

Index = NDArray[np.int64]

PROOF: dict[str, bool | int | float | str] = {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_detect_symmetry": False,
    "mip_allow_restart": False,
}
"""Options with which HiGHS proves and does not look for solutions: half the time for small problems."""


@dataclass
class Model:
    """The stated problem and how to read its solution.

    Attributes:
        problem: The problem.
        scope: What of it is stated.
        step_pair, step_level: By column from 0 on, the pair and level it stands for.
        way_pair, way_source: By column from ``way_start`` on, the pair and source whose packs it counts.
        stated: The statement.
        way_start: First column of ways.
        passes: By column from ``pass_start`` on, the pass whose pieces it counts.
        pass_start: First column of passes.
        row_of: By row of the statement, the row of the problem's limits; -1 for others.
    """

    problem: KernelProblem
    scope: Scope
    step_pair: Index
    step_level: Index
    way_pair: Index
    way_source: Index
    stated: Problem
    way_start: int = field(default=0)
    passes: Index = field(default_factory=lambda: np.zeros(0, np.int64))
    pass_start: int = 0
    row_of: Index = field(default_factory=lambda: np.zeros(0, np.int64))

    def prices(self, duals: Floats) -> Floats:
        """(rows of limits,) prices that the duals of the linear problem stand for; 0 for rows left out."""
        mine = self.row_of >= 0
        price = np.zeros(families_of(self.problem).count)
        price[self.row_of[mine]] = -duals[mine]
        return price

    def holding(self, x: Floats) -> Holding:
        """The choice that a solution stands for."""
        taken = np.round(x[: self.step_pair.size])
        level = (self.scope.low + np.bincount(self.step_pair, taken, self.scope.low.size)).astype(np.int16)
        sent = np.where(self.scope.routed[:, None], 0, self.scope.sent).astype(np.int32)
        packs = np.round(x[self.way_start : self.way_start + self.way_pair.size]).astype(np.int64)
        pack = self.problem.pairs.packs(self.way_pair)
        sent[self.way_pair, self.way_source] = packs * pack
        passed = self.scope.passed.copy()
        passed[self.passes] = np.round(x[self.pass_start : self.pass_start + self.passes.size])
        return Holding(level, sent, Tally(self.problem, level, sent, passed).value, passed)

    def start(self, holding: Holding) -> Floats | None:
        """A solution that stands for the choice, without the columns of misses; None if out of scope."""
        level = holding.level
        if np.any((level < self.scope.low) | (level > self.scope.high)):
            return None
        x = np.full(self.stated.cost.size, np.nan)
        x[: self.step_pair.size] = level[self.step_pair] >= self.step_level
        pack = self.problem.pairs.packs(self.way_pair)
        x[self.way_start : self.way_start + self.way_pair.size] = (
            holding.sent[self.way_pair, self.way_source] / pack
        )
        x[self.pass_start : self.pass_start + self.passes.size] = holding.passed[self.passes]
        return x


class Statement:
    """Columns and rows as they are added."""

    def __init__(self) -> None:
        self.columns: list[tuple[Floats, Floats, Floats, NDArray[np.bool_]]] = []
        self.width = 0
        self.height = 0
        self.sides: list[tuple[Floats, Floats]] = []
        self.terms: list[tuple[Index, Index, Floats]] = []
        self.row_of: list[Index] = []

    def add_columns(self, lower: Floats, upper: Floats, gain: Floats, *, whole: bool) -> Index:
        """Add columns by their bounds and gains; their numbers."""
        self.columns.append((lower, upper, -gain, np.full(lower.size, whole)))
        self.width += lower.size
        return np.arange(self.width - lower.size, self.width)

    def add_rows(
        self, lower: Floats, upper: Floats, *terms: tuple[Index, Index, Any], limit: Index | None = None
    ) -> None:
        """Add rows by their sides; each term gives rows, counted from the first new one, columns and coefficients.

        ``limit`` names the row of the problem's limits that each stands for.
        """
        self.row_of.append(np.full(lower.size, -1) if limit is None else limit)
        self.sides.append((lower, upper))
        for row, column, value in terms:
            self.terms.append((row + self.height, column, np.broadcast_to(value, row.shape).astype(float)))
        self.height += lower.size

    def problem(self, offset: float) -> Problem:
        """All of it as a problem for the engine."""
        row, column, value = (np.concatenate([t[i] for t in self.terms]) for i in range(3))
        matrix = sp.csr_array(sp.coo_array((value, (row, column)), shape=(self.height, self.width)))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        lower, upper, cost, whole = (np.concatenate([c[i] for c in self.columns]) for i in range(4))
        row_lower, row_upper = (np.concatenate([s[i] for s in self.sides]) for i in range(2))
        return Problem(matrix, row_lower, row_upper, lower, upper, cost, whole.astype(bool), offset)

    def at_most(self, right: Floats, terms: tuple[Index, Index, Floats], first: int) -> None:
        """Rows ``sum <= right``, the limits from row ``first`` on; those without a side or a column are left out.

        Args:
            right: Right sides.
            terms: Row, column and coefficient.
            first: Row of the problem's limits that row 0 stands for.
        """
        row, column, value = terms
        used = np.zeros(right.size, bool)
        used[row] = True
        used &= np.isfinite(right)
        number = np.cumsum(used) - 1
        inside = used[row]
        self.add_rows(
            np.full(int(used.sum()), -np.inf),
            right[used],
            (number[row[inside]], column[inside], value[inside]),
            limit=first + np.flatnonzero(used),
        )
