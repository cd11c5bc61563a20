"""Fix-and-optimise side by side: neighbourhoods solved at the same time, and what they find joined."""

import itertools
import time

import numpy as np
import pytest

from provisor.engine.neighbourhood import Neighbourhood, fix_and_optimise_side_by_side
from provisor.engine.result import Limits

from .problems import hard, knapsack, problem

LIMITS = Limits(seconds=5, gap=1e-6)


def columns(count, *free):
    """The neighbourhood of some columns."""
    return Neighbourhood(" ".join(map(str, free)), np.isin(np.arange(count), free))


def parts(count, seed=0):
    """Neighbourhoods of which each two in turn have no column in common."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(count)
        yield columns(count, *order[:8])
        yield columns(count, *order[8:16])


def improve(stated, x, neighbourhoods, **more):
    options = {"seconds": 60.0, **more}
    return list(fix_and_optimise_side_by_side(stated, x, neighbourhoods, LIMITS, **options))


def test_what_both_find_is_joined():
    apart = problem([[1, 0], [0, 1]], [None] * 2, [3.5, 2.5], [0] * 2, [9] * 2, [-1, -2], True, 4.0)
    rounds = improve(apart, np.zeros(2), [columns(2, 0), columns(2, 1)])
    assert [each.improved for each in rounds] == [True, True]
    assert rounds[-1].x.tolist() == [3, 2]
    assert rounds[-1].objective == 4 - 3 - 4


def test_where_both_together_are_too_much_the_better_one_is_kept():
    shared = problem([[1, 1]], [None], [3], [0] * 2, [3] * 2, [-1, -2], True)
    rounds = improve(shared, np.zeros(2), [columns(2, 0), columns(2, 1)])
    assert rounds[-1].x.tolist() == [0, 3]
    assert rounds[-1].objective == -6


def test_divisible_columns_follow_the_whole_values_of_both():
    """The third column is worth most and has no whole values; joined, it takes what the two leave."""
    stated = problem([[1, 1, 1]], [None], [6.5], [0] * 3, [2] * 2 + [9], [-4, -3, -1], [True, True, False])
    last = improve(stated, np.zeros(3), [columns(3, 0), columns(3, 1)])[-1]
    assert last.x == pytest.approx([2, 2, 2.5])
    assert stated.violation(last.x) <= 1e-6


def test_columns_that_both_may_change_are_decided_anew():
    """Each alone raises the third column as far as it needs; together they need more of it."""
    stated = problem(
        [[1, 0, -1], [0, 1, -1], [1, 1, -1]], [None] * 3, [0, 0, 0], [0] * 3, [4, 4, 9], [-3, -3, 1], True
    )
    last = improve(stated, np.zeros(3), [columns(3, 0, 2), columns(3, 1, 2)])[-1]
    assert last.objective == pytest.approx(-16.0)
    assert last.x.tolist() == [4, 4, 8]


def test_rounds_only_improve_and_stay_solutions():
    stated, start = hard(), np.zeros(60)
    rounds = improve(stated, start, itertools.islice(parts(60), 10))
    objectives = [stated.objective(start), *(each.objective for each in rounds)]
    assert len(rounds) == 10
    assert objectives == sorted(objectives, reverse=True)
    assert objectives[-1] < objectives[0] - 5
    assert [each.improved for each in rounds] == [b < a for a, b in itertools.pairwise(objectives)]
    assert all(stated.violation(each.x) <= 1e-6 for each in rounds)
    assert rounds[-1].objective == pytest.approx(stated.objective(rounds[-1].x))


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_every_neighbourhood_has_its_turn(processes):
    stated = problem([[1] * 6], [None], [9], [0] * 6, [2] * 6, [-1] * 6, True)
    chosen = [columns(6, *pair) for pair in itertools.combinations(range(6), 2)]
    rounds = improve(stated, np.zeros(6), chosen, processes=processes)
    assert sorted(each.name for each in rounds) == sorted(one.name for one in chosen)
    assert rounds[-1].objective == -9


def test_a_round_without_anything_better_keeps_what_there_was():
    start = np.array([1.0, 0, 0, 1])
    rounds = improve(knapsack(), start, [columns(4, 1), columns(4, 2)])
    assert not any(each.improved for each in rounds)
    assert rounds[-1].x.tolist() == start.tolist()
    assert rounds[-1].objective == pytest.approx(82.0)


def test_columns_outside_all_keep_their_whole_values():
    stated = problem([[1, 1, 1]], [None], [9], [0] * 3, [2] * 3, [-1, -1, -9], True)
    assert improve(stated, np.zeros(3), [columns(3, 0), columns(3, 1)])[-1].x.tolist() == [2, 2, 0]


def test_the_next_may_depend_on_the_last_round():
    stated, done = knapsack(), []

    def choose():
        yield columns(4, 0)
        assert len(done) == 1
        yield columns(4, 0, 1)

    for each in fix_and_optimise_side_by_side(stated, np.zeros(4), choose(), LIMITS, seconds=60, processes=1):
        done += [each]
    assert done[-1].objective <= done[0].objective


def test_time_and_a_stop_end_the_search():
    stated, rounds = hard(), []
    assert improve(stated, np.zeros(60), parts(60), seconds=0.0) == []
    search = fix_and_optimise_side_by_side(
        stated, np.zeros(60), parts(60), LIMITS, seconds=60, stop=lambda: len(rounds) >= 2
    )
    for each in search:
        rounds += [each]
    assert 2 <= len(rounds) <= 3


def test_a_stop_ends_solves_under_way():
    stated, began = hard(60, 300), time.perf_counter()
    halves = [columns(300, *range(150)), columns(300, *range(150, 300))]
    rounds = list(
        fix_and_optimise_side_by_side(
            stated, np.zeros(300), halves * 9, Limits(seconds=50, gap=0.0), seconds=90,
            stop=lambda: time.perf_counter() - began > 1.5,
        )
    )  # fmt: skip
    assert len(rounds) <= 4
    assert all(stated.violation(each.x) <= 1e-6 for each in rounds)


def test_it_starts_from_a_solution():
    with pytest.raises(ValueError, match="violates the problem by 8"):
        improve(knapsack(), np.ones(4), [])
