"""What must give way: the least of the most important family, then of the next."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisor.engine.backends.highs import Highs
from provisor.engine.problem import Statement
from provisor.engine.relaxation import Group, confirm_infeasible, relax
from provisor.engine.result import Limits, SolverError, SolveStatus

from .problems import knapsack, problem

LIMITS = Limits(seconds=20)


def plan(integer=False):
    """Need 4 and 5 at two hours a piece; there are 11 hours, so 7 too few."""
    statement = Statement()
    make = statement.columns("make", [("a",), ("b",)], upper=10, cost=[1, 2], integer=integer)
    each, all_of = np.arange(2), np.zeros(2, int)
    statement.rows("need", [("a",), ("b",)], [(each, make, np.ones(2))], lower=[4, 5])
    statement.rows("hours", [("monday",)], [(all_of, make, np.full(2, 2.0))], upper=11)
    statement.rows("room", [("store",)], [(all_of, make, np.ones(2))], upper=30)
    return statement.problem()


def groups(stated, *names):
    return [Group.of(stated, name) for name in names]


def total(relaxation, group):
    return sum(violation.amount for violation in relaxation.violations if violation.group == group)


@pytest.mark.parametrize("integer", [False, True])
def test_the_group_that_gives_way_first_gives_way(integer):
    stated = plan(integer)
    relaxation = relax(stated, groups(stated, "hours", "need"), LIMITS)
    assert relaxation.needed
    assert relaxation.found
    assert relaxation.proven
    (violation,) = relaxation.violations
    assert (violation.group, violation.name) == ("hours", "hours[monday]")
    assert violation.above == pytest.approx(7.0)
    assert violation.below == 0.0


@pytest.mark.parametrize(("integer", "amount"), [(False, 3.5), (True, 4.0)])
def test_the_other_order_spares_the_other_group(integer, amount):
    stated = plan(integer)
    relaxation = relax(stated, groups(stated, "need", "hours"), LIMITS)
    assert {violation.group for violation in relaxation.violations} == {"need"}
    assert total(relaxation, "need") == pytest.approx(amount)


def test_the_problem_with_moved_limits_is_feasible():
    stated = plan()
    relaxation = relax(stated, groups(stated, "need", "hours"), LIMITS)
    result = Highs().solve(relaxation.problem, LIMITS)
    assert result.status is SolveStatus.OPTIMAL
    assert stated.row_lower[0] == 4


def test_nothing_is_asked_of_a_feasible_problem():
    stated = knapsack()
    relaxation = relax(stated, [Group("weight", np.array([0]))], LIMITS)
    assert not relaxation.needed
    assert relaxation.violations == ()
    assert relaxation.problem is stated


def test_groups_that_are_not_enough():
    stated = plan()
    relaxation = relax(stated, groups(stated, "room"), LIMITS)
    assert relaxation.needed
    assert not relaxation.found
    assert not relax(stated, [], LIMITS).found


def test_no_amount_is_traded_across_groups():
    """One unit of the important row would save a thousand of the other."""
    stated = problem([[1, 0], [1, 1000]], [5, None], [None, -995000], [0, -1], [5, 9], [0, 0], False)
    first, last = Group("cheap", np.array([1])), Group("dear", np.array([0]))
    relaxation = relax(stated, [first, last], LIMITS)
    assert total(relaxation, "dear") == 0.0
    assert total(relaxation, "cheap") == pytest.approx(994005.0)


def test_a_row_in_two_groups_is_refused():
    stated = plan()
    with pytest.raises(ValueError, match="one group only"):
        relax(stated, groups(stated, "need", "need"), LIMITS)


def test_families_join_in_one_group():
    stated = plan()
    joined = Group.of(stated, "need", "hours", name="all")
    assert joined.rows.tolist() == [0, 1, 2]
    assert total(relax(stated, [joined], LIMITS), "all") == pytest.approx(3.5)


def test_a_refused_option_is_an_error():
    stated = plan()
    with pytest.raises(SolverError):
        relax(stated, groups(stated, "need"), Limits(options={"nonsense": 1}))


@pytest.mark.parametrize("integer", [False, True])
def test_infeasible_is_confirmed(integer):
    assert confirm_infeasible(plan(integer), LIMITS)


def test_infeasible_in_whole_values_alone_is_confirmed():
    assert confirm_infeasible(problem([[2, 2]], [3], [3], [0, 0], [9, 9], [1, 1], True), LIMITS)
    assert confirm_infeasible(problem([[1]], [None], [3], [0.2], [0.7], [1], True), LIMITS)


def test_feasible_is_not_confirmed_as_infeasible():
    assert not confirm_infeasible(knapsack(), LIMITS)
    unbounded = problem([[1, -1]], [1], [None], [0, 0], [None, None], [-1, 0], False)
    assert not confirm_infeasible(unbounded, LIMITS)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_verdicts_agree_with_the_solver(seed):
    rng = np.random.default_rng(seed)
    matrix = rng.integers(-3, 6, (4, 3))
    low = rng.integers(-5, 12, 4)
    stated = problem(matrix, low, low + 1, [0] * 3, [4] * 3, [1, 1, 1], False)
    verdict = Highs().solve(stated, LIMITS).status
    assert confirm_infeasible(stated, LIMITS) == (verdict is SolveStatus.INFEASIBLE)
    relaxation = relax(stated, [Group("rest", np.array([1, 2, 3])), Group("first", np.array([0]))], LIMITS)
    assert relaxation.found
    assert relaxation.needed == (verdict is SolveStatus.INFEASIBLE)
    assert Highs().solve(relaxation.problem, LIMITS).status is SolveStatus.OPTIMAL
