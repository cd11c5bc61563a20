"""A problem that is changed and solved warm has the optimum of the changed problem solved afresh."""

import numpy as np
import pytest
import scipy.sparse as sp

from provisor.engine.backends.highs import Highs
from provisor.engine.backends.warm import WarmLp
from provisor.engine.result import Limits, SolverError, SolveStatus

from .problems import hard, linear, problem


def changed(warm, change):
    if change == "bounds":
        warm.change_bounds(np.array([3, 5]), np.array([0.0, 1.0]), np.array([0.5, np.inf]))
    elif change == "costs":
        warm.change_costs(np.array([3, 5]), np.array([-7.0, 1.0]))
    elif change == "rows":
        warm.change_rows(np.array([2, 0]), np.array([1.0, -np.inf]), np.array([2.0, 1.0]))
    elif change == "added":
        warm.add_rows("cut", sp.csr_array(np.ones((1, 60))), np.array([-np.inf]), np.array([9.0]))


@pytest.mark.parametrize(
    "changes", [["bounds"], ["costs"], ["rows"], ["added"], ["added", "bounds", "rows", "costs"]]
)
def test_warm_is_as_good_as_afresh(changes):
    warm = WarmLp(hard())
    warm.solve()
    for change in changes:
        changed(warm, change)
        afresh = Highs().solve(warm.problem, Limits())
        again = warm.solve()
        assert again.status is SolveStatus.OPTIMAL
        assert again.objective == pytest.approx(afresh.objective)
        assert again.bound == again.objective
        assert warm.problem.violation(again.x) <= 1e-6


def test_the_callers_arrays_stay_as_they_were():
    stated = linear()
    warm = WarmLp(stated)
    warm.change_bounds(np.array([0]), np.array([1.0]), np.array([2.0]))
    warm.change_costs(np.array([0]), np.array([9.0]))
    assert stated.upper[0] == np.inf
    assert stated.cost[0] == 3


def test_infeasible_and_back():
    warm = WarmLp(linear())
    for lower, upper, status in (
        (2, 1, "infeasible"),
        (0, 1, "optimal"),
        (40, 41, "infeasible"),
        (0, 9, "optimal"),
    ):
        warm.change_bounds(np.array([0]), np.array([float(lower)]), np.array([float(upper)]))
        assert warm.solve().status == status
    assert warm.solve().objective == pytest.approx(19.0)


def test_duals_follow():
    warm = WarmLp(linear())
    warm.change_rows(np.array([0]), np.array([20.0]), np.array([np.inf]))
    result = warm.solve()
    assert result.objective == pytest.approx(67.0)
    assert result.duals == pytest.approx([3, 0])


def test_seconds_count_anew_in_each_solve():
    warm = WarmLp(linear())
    for _ in range(20):
        warm.change_costs(np.array([0]), np.array([3.0]))
        assert warm.solve(Limits(seconds=1.0)).status is SolveStatus.OPTIMAL
    assert warm.solve(Limits(seconds=0.0)).status in (SolveStatus.LIMIT, SolveStatus.OPTIMAL)


def test_a_refused_option_is_an_error():
    with pytest.raises(SolverError):
        WarmLp(linear()).solve(Limits(options={"nonsense": 1}))


def test_no_columns_is_refused():
    with pytest.raises(SolverError, match="columns"):
        WarmLp(problem([], [], [], [], [], [], False))
