"""Coverages as columns and rows: a class counts once, and only if a pair of it is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from provisor.allocation.kernel.chains import Chains
    from provisor.allocation.kernel.families import Family
    from provisor.allocation.kernel.problem import Coverage, KernelProblem
    from provisor.allocation.kernel.scope import Scope
    from provisor.allocation.kernel.stated import Statement


def add_coverage(
    out: Statement, problem: KernelProblem, scope: Scope, chains: Chains, stated: tuple[Family, Coverage]
) -> None:
    """State a coverage with its rows."""
    family, coverage = stated
    by_place = coverage.by == "place"
    owner_of, member_of = (
        (chains.place_of, problem.pairs.item) if by_place else (problem.pairs.item, chains.place_of)
    )
    owner, member = (
        owner_of[chains.pair].astype(np.int64),
        coverage.member[member_of[chains.pair]].astype(np.int64),
    )
    classes = int(coverage.member.max(initial=-1)) + 1
    kept = np.flatnonzero(scope.low >= 0)
    there = coverage.member[member_of[kept]]
    fixed = np.unique(owner_of[kept][there >= 0].astype(np.int64) * classes + there[there >= 0])
    counts = np.flatnonzero((chains.level == 0) & (member >= 0))
    cell = owner[counts] * classes + member[counts]
    cells = np.setdiff1d(np.unique(cell), fixed)
    counts, cell = counts[np.isin(cell, cells)], cell[np.isin(cell, cells)]
    need = coverage.need - np.bincount(fixed // max(1, classes), minlength=coverage.need.size)
    needing = np.flatnonzero(need > 0)
    covered = out.add_columns(np.zeros(cells.size), np.ones(cells.size), np.zeros(cells.size), whole=False)
    short = out.add_columns(
        np.zeros(needing.size),
        np.full(needing.size, np.inf),
        np.full(needing.size, -coverage.price),
        whole=False,
    )
    row = np.arange(cells.size)
    out.add_rows(
        np.zeros(row.size), np.full(row.size, np.inf),
        (row, covered, -1.0), (np.searchsorted(cells, cell), chains.step[counts], 1.0),
        limit=family.start + cells,
    )  # fmt: skip
    number = np.full(coverage.need.size, -1)
    number[needing] = np.arange(needing.size)
    of_cell = number[cells // max(1, classes)]
    wanted = np.flatnonzero(of_cell >= 0)
    out.add_rows(
        need[needing].astype(float), np.full(needing.size, np.inf),
        (np.arange(needing.size), short, 1.0), (of_cell[wanted], covered[wanted], 1.0),
    )  # fmt: skip
