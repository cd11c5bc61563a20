"""Conflicts of rules: infeasible by themselves, and feasible once any one part is left out."""

from dataclasses import replace

import numpy as np
import pytest

from provisor.engine.backends.highs import Highs
from provisor.engine.clash import FEW, find_clash
from provisor.engine.result import Limits, SolveStatus

from .problems import knapsack, problem

LIMITS = Limits(seconds=600)


def only(stated, labelled, kept):
    """The problem without the labelled rows that are not kept."""
    lower, upper = stated.row_lower.copy(), stated.row_upper.copy()
    gone = [row for row in labelled if row not in kept]
    lower[gone], upper[gone] = -np.inf, np.inf
    return replace(stated, row_lower=lower, row_upper=upper, cost=np.zeros_like(stated.cost))


def infeasible(stated, labelled, kept):
    status = Highs().solve(only(stated, labelled, kept), LIMITS).status
    assert status in (SolveStatus.OPTIMAL, SolveStatus.INFEASIBLE)
    return status is SolveStatus.INFEASIBLE


def check(stated, labels):
    """The conflict, proven to be one that needs all its parts."""
    clash = find_clash(stated, labels, LIMITS)
    assert clash.irreducible
    every = {row for part in clash.parts for row in part.rows.tolist()}
    assert infeasible(stated, labels, every)
    for part in clash.parts:
        assert not infeasible(stated, labels, every - set(part.rows.tolist()))
    return clash


def days(count, need, most):
    """One column a day of at most 3; all days together no less than ``need``, each day no more than ``most``."""
    matrix = np.vstack([np.ones(count), np.eye(count)])
    stated = problem(
        matrix, [need] + [None] * count, [None] + [most] * count, [0] * count, [3] * count, [0] * count, False
    )
    labels = {0: ("need",), **{row: ("most", "here", str(row)) for row in range(1, count + 1)}}
    return stated, labels


def test_the_parts_are_as_fine_as_they_stay_few():
    clash = check(*days(3, 5, 1))
    assert {part.label for part in clash.parts} == {("need",), *(("most", "here", str(d)) for d in (1, 2, 3))}


def test_many_rows_stay_together():
    clash = check(*days(2 * FEW, 4 * FEW, 1))
    assert [part.label for part in clash.parts] == [("need",), ("most", "here")]
    assert clash.parts[1].rows.size == 2 * FEW


def test_of_two_conflicts_one_is_told():
    stated = problem(
        [[1, 0], [1, 0], [0, 1], [0, 1]],
        [5, None, 5, None],
        [None, 1, None, 1],
        [0, 0],
        [9, 9],
        [1, 1],
        False,
    )
    clash = check(stated, {row: ("rule", str(row)) for row in range(4)})
    assert len(clash.parts) == 2


def test_whole_values_are_looked_at():
    stated = problem([[2, 2], [1, 0]], [3, None], [3, 8], [0, 0], [9, 9], [1, 1], True)
    clash = check(stated, {0: ("sum",), 1: ("most",)})
    assert [part.label for part in clash.parts] == [("sum",)]


def test_a_conflict_without_whole_values_that_whole_values_make_smaller():
    """The first two rows cannot hold in fractions; in whole values the first cannot by itself."""
    stated = problem([[2, 2], [1, 1]], [3, None], [3, 1], [0, 0], [9, 9], [1, 1], True)
    clash = check(stated, {0: ("sum",), 1: ("most",)})
    assert [part.label for part in clash.parts] == [("sum",)]


def test_nothing_is_told_where_there_is_none():
    assert find_clash(knapsack(), {0: ("weight",)}, LIMITS) is None
    alone = problem([[1], [1]], [5, None], [None, 9], [0], [1], [1], False)
    assert find_clash(alone, {1: ("most",)}, LIMITS) is None


def test_no_time_tells_nothing():
    assert find_clash(*days(3, 5, 1), Limits(seconds=0.0)) is None


@pytest.mark.parametrize("seed", range(25))
def test_seeded_conflicts_need_all_their_parts(seed):
    rng = np.random.default_rng(seed)
    rows, columns = 14, 6
    matrix = rng.integers(-2, 4, (rows, columns)) * (rng.random((rows, columns)) < 0.6)
    middle = matrix @ rng.integers(0, 4, columns) + rng.integers(-3, 4, rows)
    sides = rng.integers(0, 3, rows)
    lower = np.where(sides == 1, -np.inf, middle)
    upper = np.where(sides == 0, np.inf, middle + (sides == 2) * rng.integers(0, 2, rows))
    stated = problem(matrix, lower, upper, [0] * columns, [4] * columns, [0] * columns, bool(seed % 2))
    labels = {row: (f"rule {row % 4}", f"place {row % 7}", str(row)) for row in range(1, rows)}
    if not infeasible(stated, labels, set(labels)) or infeasible(stated, labels, set()):
        assert find_clash(stated, labels, LIMITS) is None
    else:
        check(stated, labels)
