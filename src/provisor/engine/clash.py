"""A small conflict of rules: families of rows that cannot all hold, each of them needed for that.

A deletion filter (Chinneck, Feasibility and Infeasibility in Optimization, 2008, chapter 6) over families of rows, at
first all rows of a rule together, then finer and finer. Whether some rows can hold is asked of one problem: by how
much all of them have to give alike. The duals of its linear relaxation say which of them clash (Farkas), so that one
answer leaves out all others at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.engine.result import Limits, SolveStatus
from provisor.engine.worker import solve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from provisor.engine.problem import Problem

    Rows = NDArray[np.intp]

Label = tuple[str, ...]
"""What a row says, from coarse to fine, such as rule, place and day."""

FEW = 8
"""Parts of a conflict that a person can take in."""

_NOTHING = 1e-6
"""Rows that have to give by no more do not clash."""

_NO_DUAL = 1e-9


@dataclass(frozen=True)
class Part:
    """Rows that belong together.

    Attributes:
        label: The beginning of their labels, the same for all of them.
        rows: Their indices.
    """

    label: Label
    rows: Rows


@dataclass(frozen=True)
class Clash:
    """Parts that cannot all hold together with the rows that have no label.

    Attributes:
        parts: What cannot hold together.
        irreducible: Whether it is proven that all the rest can hold once any one of them is left out.
    """

    parts: tuple[Part, ...]
    irreducible: bool


def find_clash(problem: Problem, labels: Mapping[int, Label], limits: Limits) -> Clash | None:
    """A small conflict of labelled rows, as fine as it stays small; HiGHS looks for it.

    Rows without label, bounds and whole values always hold.

    Args:
        problem: What cannot be solved; its costs play no part.
        labels: Labels by index of the row.
        limits: Of all solves together.

    Returns:
        None if the labelled rows can hold, if the others cannot by themselves, or if it could not be seen: time was too
        short, or the solver failed.

    Raises:
        SolverError: The solver refused an option.
    """
    search = _Search(problem, labels, limits)
    rows, whole = search.clashing(search.labelled, whole=False), False
    if rows is None and problem.integer.any():
        rows, whole = search.clashing(search.labelled, whole=True), True
    if rows is None or not rows.size:
        return None
    found = search.finest(rows, whole=whole)
    if found is not None and problem.integer.any() and not whole:
        found = search.reduced(found.parts, whole=True)
    return found if found is not None and found.parts else None


@dataclass
class _Search:
    """Leaves out what a conflict does not need.

    Attributes:
        problem: What cannot be solved.
        labels: Labels by index of the row.
        limits: Of all solves together.
        labelled: Rows with labels.
        always: Rows without.
        until: When time is up.
        unsure: Whether an answer was not found in time.
    """

    problem: Problem
    labels: Mapping[int, Label]
    limits: Limits
    labelled: Rows = field(init=False)
    always: Rows = field(init=False)
    until: float = field(init=False)
    unsure: bool = False

    def __post_init__(self) -> None:
        """Begin."""
        self.labelled = np.array(sorted(self.labels), np.intp)
        self.always = np.setdiff1d(np.arange(self.problem.matrix.shape[0]), self.labelled)
        self.until = perf_counter() + self.limits.seconds

    def finest(self, rows: Rows, *, whole: bool) -> Clash | None:
        """The finest conflict within the rows that is small; none only if all rows can be left out."""
        best: Clash | None = None
        for depth in range(1, max(len(self.labels[row]) for row in rows.tolist()) + 1):
            found = self.reduced(self._parts(rows, depth), whole=whole, most=FEW if best else None)
            if found is None or (best is not None and best.irreducible and not found.irreducible):
                return best
            if not found.parts:
                return None
            best, rows = found, np.concatenate([part.rows for part in found.parts])
        return best

    def _parts(self, rows: Rows, depth: int) -> list[Part]:
        """Rows by the beginning of their labels."""
        found: dict[Label, list[int]] = {}
        for row in rows.tolist():
            found.setdefault(self.labels[row][:depth], []).append(row)
        return [Part(label, np.array(mine, np.intp)) for label, mine in found.items()]

    def reduced(self, parts: Sequence[Part], *, whole: bool, most: int | None = None) -> Clash | None:
        """Parts that are all needed, none if they are more than ``most``.

        Of many parts halves are left out first, then quarters, at last single ones. A run of parts that cannot be left
        out has at least one that is needed, so that too many are seen early.
        """
        self.unsure = False
        size = len(parts) // 2 if len(parts) > FEW else 1
        while True:
            place, needed = 0, 0
            while place < len(parts):
                rest = self._without(parts, place, size, whole=whole)
                place, needed = (place + size, needed + 1) if rest is None else (place, needed)
                parts = parts if rest is None else rest
                if most is not None and needed > most:
                    return None
            if size == 1:
                return Clash(tuple(parts), irreducible=not self.unsure)
            size //= 2

    def _without(self, parts: Sequence[Part], place: int, size: int, *, whole: bool) -> list[Part] | None:
        """What still clashes without some of the parts; none if nothing is known to."""
        others = [*parts[:place], *parts[place + size :]]
        rows = np.concatenate([np.zeros(0, np.intp), *(part.rows for part in others)])
        left = self.clashing(rows, whole=whole, tests=len(parts) - place)
        if left is None:
            return None
        kept = [Part(part.label, part.rows[np.isin(part.rows, left)]) for part in others]
        return [part for part in kept if part.rows.size]

    def clashing(self, rows: Rows, *, whole: bool, tests: int = 1) -> Rows | None:
        """Those of the rows that clash, none if none is known to; empty if rows without label clash by themselves.

        Args:
            rows: Rows that are to hold besides those without label.
            whole: Whether whole values are looked at.
            tests: How many questions like this one share the time that is left.
        """
        asked = _give_alike(self.problem if whole else self.problem.relaxed(), self.always, rows)
        left = max(self.until - perf_counter(), 0.0) / tests
        result = solve(
            asked.problem, replace(self.limits, seconds=left, cutoff=2 * _NOTHING if whole else None)
        )
        if result.status is SolveStatus.INFEASIBLE:
            return rows[:0]
        if result.bound is not None and result.bound > _NOTHING:
            return rows if result.duals is None else asked.told(result.duals)
        if result.x is None or result.x[-1] > _NOTHING:
            self.unsure = True
        return None


@dataclass(frozen=True)
class _Alike:
    """A problem of by how much some rows have to give alike.

    Attributes:
        problem: Its last column is by how much.
        first: Its first row that gives.
        rows: The rows that give, one by one.
    """

    problem: Problem
    first: int
    rows: Rows

    def told(self, duals: NDArray[np.float64]) -> Rows:
        """Rows that clash, by the duals."""
        return np.unique(self.rows[np.abs(duals[self.first :]) > _NO_DUAL])


def _give_alike(problem: Problem, always: Rows, rows: Rows) -> _Alike:
    """The least by which all of some rows have to give for them to hold with others that never give."""
    low, high = rows[np.isfinite(problem.row_lower[rows])], rows[np.isfinite(problem.row_upper[rows])]
    matrix = problem.matrix
    gives = np.concatenate([np.zeros(always.size), np.ones(low.size), -np.ones(high.size)])[:, None]
    body = sp.vstack([matrix[always], matrix[low], matrix[high]])
    wider = replace(
        problem,
        matrix=sp.csr_array(sp.hstack([body, sp.csr_array(gives)])),
        row_lower=np.concatenate(
            [problem.row_lower[always], problem.row_lower[low], np.full(high.size, -np.inf)]
        ),
        row_upper=np.concatenate(
            [problem.row_upper[always], np.full(low.size, np.inf), problem.row_upper[high]]
        ),
        lower=np.append(problem.lower, 0.0),
        upper=np.append(problem.upper, np.inf),
        cost=np.append(np.zeros_like(problem.cost), 1.0),
        integer=np.append(problem.integer, False),
        offset=0.0,
        rows=(),
        columns=(),
    )
    return _Alike(wider, always.size, np.concatenate([low, high]))
