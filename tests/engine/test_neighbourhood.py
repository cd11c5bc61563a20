"""Fix-and-optimise improves, never worsens, and stops when told to."""

import itertools

import numpy as np
import pytest

from provisor.engine.backends.highs import Highs
from provisor.engine.neighbourhood import Neighbourhood, fix_and_optimise
from provisor.engine.reduction import without_fixed
from provisor.engine.result import Limits, SolveStatus

from .problems import hard, knapsack, problem

LIMITS = Limits(seconds=5, gap=1e-4)


def masks(stated, count, seed=0):
    rng = np.random.default_rng(seed)
    for number in itertools.count():
        free = np.zeros(stated.lower.size, dtype=bool)
        free[rng.choice(stated.lower.size, count, replace=False)] = True
        yield Neighbourhood(f"round {number}", free)


def test_rounds_only_improve():
    stated = hard()
    start = np.zeros(60)
    some = itertools.islice(masks(stated, 12), 8)
    rounds = list(fix_and_optimise(stated, start, some, LIMITS, seconds=60))
    objectives = [each.objective for each in rounds]
    assert objectives == sorted(objectives, reverse=True)
    assert objectives[-1] < stated.objective(start) - 5
    assert [each.name for each in rounds[:2]] == ["round 0", "round 1"]
    best = rounds[-1]
    assert best.objective == pytest.approx(stated.objective(best.x))
    assert stated.violation(best.x) <= 1e-6
    improved = [each.improved for each in rounds]
    lower = [after < before for before, after in itertools.pairwise([stated.objective(start), *objectives])]
    assert improved == lower


def test_only_free_columns_and_those_without_whole_values_change():
    stated = problem([[1, 1, 1]], [None], [6.5], [0] * 3, [4] * 3, [-1, -3, -2], [True, True, False])
    free = np.array([True, False, False])
    (only,) = fix_and_optimise(stated, np.zeros(3), [Neighbourhood("a", free)], LIMITS, seconds=60)
    assert only.x == pytest.approx([2, 0, 4]) or only.x == pytest.approx([3, 0, 3.5])
    assert only.x[1] == 0


def test_everything_free_finds_the_optimum():
    stated = knapsack()
    (only,) = fix_and_optimise(
        stated, np.zeros(4), [Neighbourhood("all", np.ones(4, bool))], LIMITS, seconds=60
    )
    assert only.objective == pytest.approx(82.0)
    assert only.status is SolveStatus.OPTIMAL


def test_the_next_neighbourhood_may_depend_on_the_last_round():
    stated = knapsack()
    done = []

    def choose():
        for column in range(4):
            assert len(done) == column
            yield Neighbourhood(str(column), np.arange(4) == column)

    for each in fix_and_optimise(stated, np.zeros(4), choose(), LIMITS, seconds=60):
        done += [each]
    assert done[-1].objective == pytest.approx(87.0)


def test_time_ends_the_search():
    stated = hard()
    assert list(fix_and_optimise(stated, np.zeros(60), masks(stated, 5), LIMITS, seconds=0)) == []


def test_stop_ends_the_search():
    stated, rounds = hard(), []
    search = fix_and_optimise(
        stated, np.zeros(60), masks(stated, 5), LIMITS, seconds=60, stop=lambda: len(rounds) == 2
    )
    for each in search:
        rounds += [each]
    assert len(rounds) == 2


def test_it_starts_from_a_solution():
    with pytest.raises(ValueError, match="violates the problem by 8"):
        list(fix_and_optimise(knapsack(), np.ones(4), [], LIMITS, seconds=1))


def test_the_reduced_problem_has_the_objective_and_limits_of_the_whole():
    stated = hard(12, 20)
    rng = np.random.default_rng(4)
    x = np.zeros(20)
    x[:8] = rng.integers(0, 2, 8)
    fixed = np.arange(20) < 8
    reduced = without_fixed(stated, fixed, x)
    assert reduced.problem.size["columns"] == 12
    result = Highs().solve(reduced.problem, LIMITS)
    whole = reduced.expand(result.x)
    assert np.array_equal(whole[:8], x[:8])
    assert stated.objective(whole) == pytest.approx(result.objective)
    assert stated.violation(whole) <= 1e-6
    assert np.array_equal(reduced.shrink(whole), result.x)


def test_rows_left_empty_are_dropped():
    stated = problem([[1, 0], [1, 1]], [1, 2], [None, None], [0, 0], [5, 5], [1, 1], True)
    reduced = without_fixed(stated, np.array([True, False]), np.array([1.0, 0.0]))
    assert reduced.rows.tolist() == [1]
    assert reduced.problem.row_lower.tolist() == [1.0]
    assert reduced.problem.offset == 1.0
