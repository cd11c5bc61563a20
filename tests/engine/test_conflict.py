"""Conflicts are named, irreducible, and found of infeasible problems only."""

from dataclasses import replace

import numpy as np
import pytest

from provisor.engine.backends import back_end
from provisor.engine.backends.highs import Highs
from provisor.engine.conflict import find_conflict
from provisor.engine.problem import Statement
from provisor.engine.result import Limits, SolveStatus

from .problems import knapsack, problem

LIMITS = Limits(seconds=20)


def plan():
    statement = Statement()
    make = statement.columns("make", [("a",), ("b",)], lower=[0, 2], upper=[3, 10])
    first = np.zeros(2, int)
    statement.rows("sum", [("all",)], [(first, make, np.ones(2))], lower=9)
    statement.rows("most", [("b",)], [([0], make[1:], [1.0])], upper=5)
    statement.rows("idle", [("all",)], [(first, make, np.ones(2))], upper=99)
    return statement.problem()


def test_rows_and_bounds_are_named():
    conflict = find_conflict(plan(), LIMITS)
    assert set(conflict.rows) == {"sum[all]", "most[b]"}
    assert conflict.bounds == ("make[a] <= 3",)
    assert conflict.irreducible
    assert conflict.solver.startswith("highs")


@pytest.mark.parametrize("family", ["sum", "most"])
def test_the_rest_holds_without_any_one_of_its_rows(family):
    stated = plan()
    row = stated.row_block(family).start
    lower, upper = stated.row_lower.copy(), stated.row_upper.copy()
    lower[row], upper[row] = -np.inf, np.inf
    without = replace(stated, row_lower=lower, row_upper=upper)
    assert Highs().solve(without, LIMITS).status is SolveStatus.OPTIMAL


def test_a_feasible_problem_has_none():
    assert find_conflict(knapsack().relaxed(), LIMITS) is None


def test_whole_values_are_looked_at_where_scip_is_installed():
    stated = problem([[2, 2], [1, 0]], [3, None], [3, 8], [0, 0], [9, 9], [1, 1], True)
    conflict = find_conflict(stated, LIMITS)
    if back_end("scip").version() is None:
        assert conflict is None
    else:
        assert conflict.rows == ("row 0",)
        assert conflict.solver.startswith("scip")
    assert find_conflict(knapsack(), LIMITS) is None


def test_limits_that_cross_are_the_conflict():
    stated = problem([[1]], [0], [None], [3], [2], [1], False)
    conflict = find_conflict(stated, LIMITS)
    assert conflict.bounds == ("the limits of column column 0 cross",)
    assert conflict.rows == ()


def test_no_time_finds_nothing_wrong():
    conflict = find_conflict(plan(), Limits(seconds=0.0))
    assert conflict is None or "sum[all]" in conflict.rows
