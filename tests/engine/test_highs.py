"""HiGHS: what it brings back, and that nothing it refuses goes unseen."""

import threading
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from provisor.engine.backends.highs import Highs
from provisor.engine.result import Limits, SolverError, SolveStatus

from .problems import hard, knapsack, linear, problem


def solve(stated, start=None, on_incumbent=None, stop=None, **limits):
    return Highs().solve(stated, Limits(**limits), start, on_incumbent, stop)


def test_a_linear_problem_has_duals_and_is_its_own_bound():
    result = solve(linear())
    assert result.status is SolveStatus.OPTIMAL
    assert result.objective == pytest.approx(19.0)
    assert result.bound == result.objective
    assert result.x == pytest.approx([4, 0])
    assert result.duals == pytest.approx([3, 0])
    assert result.reduced_costs == pytest.approx([0, 2])
    assert result.solver.startswith("highs 1.")


def test_a_mip_has_a_bound_with_the_offset_and_no_duals():
    result = solve(knapsack())
    assert result.status is SolveStatus.OPTIMAL
    assert result.objective == pytest.approx(82.0)
    assert result.bound == pytest.approx(82.0)
    assert result.duals is None
    assert result.reduced_costs is None


def test_the_bound_is_never_above_the_objective():
    result = solve(hard(), gap=0.5, seconds=5)
    assert result.bound <= result.objective
    assert result.objective == hard().objective(result.x)


def test_a_linear_problem_stopped_early_has_no_bound():
    result = solve(linear(), options={"simplex_iteration_limit": 0, "presolve": "off"})
    assert result.status is SolveStatus.LIMIT
    assert result.bound is None
    assert result.duals is None


def test_steps_are_streamed_in_order_with_their_solutions():
    steps = []
    result = solve(hard(), seconds=0.6, on_incumbent=steps.append)
    objectives = [step.objective for step in steps if step.x is not None]
    assert objectives == sorted(objectives, reverse=True)
    bounds = [step.bound for step in steps if step.bound is not None]
    assert bounds == sorted(bounds)
    assert objectives[-1] == pytest.approx(result.objective)
    assert all(hard().violation(step.x) <= 1e-6 for step in steps if step.x is not None)


def test_a_start_is_used():
    start = np.zeros(60)
    result = solve(hard(), start, seconds=0.0)
    assert result.status is SolveStatus.LIMIT
    assert result.objective == pytest.approx(7.0)


def test_a_start_that_is_no_solution_is_told_of():
    result = solve(knapsack(), np.ones(4))
    assert result.objective == pytest.approx(82.0)
    assert "the start is no solution (violation 8)" in result.message


@pytest.mark.parametrize("start", [np.zeros(3), np.full(4, np.nan)])
def test_a_start_of_the_wrong_form_is_refused(start):
    with pytest.raises(SolverError, match="the start needs 4 finite numbers"):
        solve(knapsack(), start)


def test_the_cutoff_ends_the_solve_once_the_bound_is_there():
    result = solve(hard(), cutoff=-40.0, seconds=20)
    assert result.status is SolveStatus.LIMIT
    assert result.bound >= -40.0
    assert "cutoff" in result.message


def test_a_cutoff_of_zero_is_one():
    relaxed = solve(hard().relaxed()).objective
    result = solve(replace(hard(), offset=hard().offset - relaxed + 0.5), cutoff=0.0, seconds=20)
    assert result.status is SolveStatus.LIMIT
    assert result.bound >= 0.0


def test_stop_ends_the_solve():
    result = solve(hard(), seconds=60, stop=lambda: True)
    assert result.status is SolveStatus.INTERRUPTED


def test_what_a_listener_raises_comes_out():
    def listen(step):
        raise KeyError(step.objective)

    with pytest.raises(KeyError):
        solve(hard(), seconds=5, on_incumbent=listen)


@pytest.mark.parametrize("options", [{"no_such_option": 1}, {"presolve": 3.5}, {"mip_rel_gap": -1.0}])
def test_a_refused_option_is_an_error(options):
    with pytest.raises(SolverError, match="refused the option"):
        solve(knapsack(), options=options)


def test_doubled_entries_are_added_up():
    doubled = sp.csr_array((np.array([1.0, 1.0]), np.array([0, 0]), np.array([0, 2])), shape=(1, 1))
    stated = replace(problem([[1]], [6], [None], [0], [9], [1], False), matrix=doubled)
    assert solve(stated).objective == pytest.approx(3.0)
    assert doubled.nnz == 2, "the caller's matrix stays as it was"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("cost", np.array([np.nan, 1.0]), "cost has 1 values"),
        ("cost", np.array([np.inf, 1.0]), "cost has 1 values"),
        ("lower", np.array([0.0, np.nan]), "lower has 1 values that are not numbers, first at 1"),
        ("row_upper", np.zeros(3), "row_upper has 3 values where the matrix asks for 2"),
        ("matrix", sp.csr_array(np.array([[np.inf, 1], [1, 1]])), "matrix has 1 values"),
        ("offset", float("nan"), "offset"),
    ],
)
def test_unsound_arrays_are_refused(field, value, words):
    with pytest.raises(SolverError, match=words):
        solve(replace(linear(), **{field: value}))


def test_numbers_of_infinite_size_are_no_limits():
    stated = problem([[1, 1]], [2], [1e30], [0, -1e25], [1e20, 1], [1, 1], False)
    assert solve(stated).objective == pytest.approx(2.0)


def test_limits_that_cross_by_rounding_are_equal():
    stated = problem([[1]], [0], [None], [2 + 1e-10], [2], [1], False)
    assert solve(stated).status is SolveStatus.OPTIMAL


def test_the_number_of_threads_may_change_from_solve_to_solve():
    for threads in (1, 2, 1):
        assert solve(knapsack(), threads=threads).status is SolveStatus.OPTIMAL


def test_two_numbers_of_threads_at_once_are_refused():
    under_way, over = threading.Event(), threading.Event()

    def stop():
        under_way.set()
        return over.is_set()

    other = threading.Thread(target=solve, args=(hard(),), kwargs={"stop": stop, "threads": 1, "seconds": 60})
    other.start()
    try:
        assert under_way.wait(30)
        with pytest.raises(SolverError, match="cannot take 2"):
            solve(knapsack(), threads=2)
        assert solve(knapsack(), threads=1).status is SolveStatus.OPTIMAL
    finally:
        over.set()
        other.join()


def test_two_runs_are_the_same():
    first, second = (solve(hard(20, 30), gap=1e-3, seconds=60, seed=5) for _ in range(2))
    assert first.status is second.status is SolveStatus.OPTIMAL
    assert np.array_equal(first.x, second.x)
    assert first.bound == second.bound
