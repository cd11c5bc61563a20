"""Fix-and-optimise in pairs: two neighbourhoods side by side, and what they find joined."""

import itertools
import time

import numpy as np
import pytest

from provisor.engine.neighbourhood import Neighbourhood, fix_and_optimise_in_pairs
from provisor.engine.result import Limits

from .problems import hard, knapsack, problem

LIMITS = Limits(seconds=5, gap=1e-6)


def columns(count, *free):
    """The neighbourhood of some columns."""
    return Neighbourhood(" ".join(map(str, free)), np.isin(np.arange(count), free))


def halves(count, seed=0):
    """Pairs of neighbourhoods that have no column in common."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(count)
        yield columns(count, *order[:8]), columns(count, *order[8:16])


def improve(stated, x, pairs, seconds=60.0, stop=None):
    return list(fix_and_optimise_in_pairs(stated, x, pairs, LIMITS, seconds=seconds, stop=stop))


def test_what_both_find_is_joined():
    apart = problem([[1, 0], [0, 1]], [None] * 2, [3.5, 2.5], [0] * 2, [9] * 2, [-1, -2], True, 4.0)
    (only,) = improve(apart, np.zeros(2), [(columns(2, 0), columns(2, 1))])
    assert only.x.tolist() == [3, 2]
    assert only.objective == 4 - 3 - 4
    assert only.improved


def test_where_both_together_are_too_much_the_better_one_is_kept():
    shared = problem([[1, 1]], [None], [3], [0] * 2, [3] * 2, [-1, -2], True)
    (only,) = improve(shared, np.zeros(2), [(columns(2, 0), columns(2, 1))])
    assert only.x.tolist() == [0, 3]
    assert only.objective == -6


def test_divisible_columns_follow_the_whole_values_of_both():
    """The third column is worth most and has no whole values; joined, it takes what the two leave."""
    stated = problem([[1, 1, 1]], [None], [6.5], [0] * 3, [2] * 2 + [9], [-4, -3, -1], [True, True, False])
    (only,) = improve(stated, np.zeros(3), [(columns(3, 0), columns(3, 1))])
    assert only.x == pytest.approx([2, 2, 2.5])
    assert stated.violation(only.x) <= 1e-6


def test_rounds_only_improve_and_stay_solutions():
    stated, start = hard(), np.zeros(60)
    rounds = improve(stated, start, itertools.islice(halves(60), 5))
    objectives = [stated.objective(start), *(each.objective for each in rounds)]
    assert len(rounds) == 5
    assert objectives == sorted(objectives, reverse=True)
    assert objectives[-1] < objectives[0] - 5
    assert [each.improved for each in rounds] == [b < a for a, b in itertools.pairwise(objectives)]
    assert all(stated.violation(each.x) <= 1e-6 for each in rounds)
    assert rounds[-1].objective == pytest.approx(stated.objective(rounds[-1].x))


def test_a_round_without_anything_better_keeps_what_there_was():
    start = np.array([1.0, 0, 0, 1])
    (only,) = improve(knapsack(), start, [(columns(4, 1), columns(4, 2))])
    assert not only.improved
    assert only.x.tolist() == start.tolist()
    assert only.objective == pytest.approx(82.0)


def test_columns_outside_both_keep_their_whole_values():
    stated = problem([[1, 1, 1]], [None], [9], [0] * 3, [2] * 3, [-1, -1, -9], True)
    (only,) = improve(stated, np.zeros(3), [(columns(3, 0), columns(3, 1))])
    assert only.x.tolist() == [2, 2, 0]


def test_the_next_pair_may_depend_on_the_last_round():
    stated, done = knapsack(), []

    def choose():
        yield columns(4, 0), columns(4, 1)
        assert len(done) == 1
        yield columns(4, 0, 1), columns(4, 2, 3)

    for each in fix_and_optimise_in_pairs(stated, np.zeros(4), choose(), LIMITS, seconds=60):
        done += [each]
    assert done[-1].objective <= done[0].objective == pytest.approx(87.0)


def test_time_and_a_stop_end_the_search():
    stated, rounds = hard(), []
    assert improve(stated, np.zeros(60), halves(60), seconds=0.0) == []
    search = fix_and_optimise_in_pairs(
        stated, np.zeros(60), halves(60), LIMITS, seconds=60, stop=lambda: len(rounds) == 2
    )
    for each in search:
        rounds += [each]
    assert len(rounds) == 2


def test_a_stop_ends_solves_under_way():
    stated, began = hard(60, 300), time.perf_counter()
    everything = columns(300, *range(150)), columns(300, *range(150, 300))
    limits = Limits(seconds=50, gap=0.0)
    rounds = list(
        fix_and_optimise_in_pairs(
            stated, np.zeros(300), [everything] * 9, limits, seconds=90,
            stop=lambda: time.perf_counter() - began > 1.5,
        )
    )  # fmt: skip
    assert time.perf_counter() - began < 20
    assert len(rounds) <= 1
    assert all(stated.violation(each.x) <= 1e-6 for each in rounds)


def test_it_starts_from_a_solution():
    with pytest.raises(ValueError, match="violates the problem by 8"):
        improve(knapsack(), np.ones(4), [])
