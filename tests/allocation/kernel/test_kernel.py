"""The bound is never on the wrong side, the choice keeps every limit, and both meet the exact model."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from made import made

from provisor.allocation.kernel.dual import bound_at
from provisor.allocation.kernel.exact import state_model
from provisor.allocation.kernel.layout import lay_out
from provisor.allocation.kernel.orlib import assignment
from provisor.allocation.kernel.rows import Rows
from provisor.allocation.kernel.solve import KernelLimits, solve_kernel
from provisor.allocation.kernel.value import Tally, best_level, tally
from provisor.engine import worker
from provisor.engine.result import Limits, SolveStatus

SMALL = [(4, 8), (6, 10), (5, 14)]
TINY = [(2, 4), (3, 4), (2, 6)]


def optimum(problem):
    """Best choice by the exact model of everything, and its value."""
    model = state_model(problem)
    result = worker.solve(model.stated, Limits(seconds=60, gap=1e-9))
    assert result.status is SolveStatus.OPTIMAL
    return model.holding(result.x), -result.objective, -result.bound


def small(seed, sizes=SMALL):
    places, items = sizes[seed % len(sizes)]
    return made(
        places, items, seed, packs=seed % 2 == 0, sources=1 + seed % 3, density=0.6 + 0.4 * (seed % 2)
    )


@pytest.mark.parametrize("seed", range(80))
def test_dual_and_choice_surround_the_optimum(seed):
    problem = small(seed, TINY)
    exact, value, _ = optimum(problem)
    found = solve_kernel(problem, KernelLimits(seconds=120, gap=1e-4, exact=False))
    slight = 1e-6 * abs(value)
    assert found.bound >= value - slight
    assert found.holding is not None
    assert tally(problem, found.holding).broken == []
    assert found.holding.value <= value + slight
    assert found.holding.value == pytest.approx(tally(problem, found.holding).value)
    assert tally(problem, exact).broken == []
    assert exact.value == pytest.approx(value, abs=1e-4), "the model counts what the judge counts"


@pytest.mark.parametrize("seed", range(5))
def test_exact_stage_closes_the_gap(seed):
    problem = small(seed)
    _, value, _ = optimum(problem)
    found = solve_kernel(problem, KernelLimits(seconds=120, gap=1e-6))
    assert found.gap <= 1e-6
    assert found.holding.value == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_any_prices_prove_a_bound(seed):
    problem = small(seed)
    _, value, _ = optimum(problem)
    rows = Rows(problem)
    layout = lay_out(problem, rows)
    rng = np.random.default_rng(seed)
    for scale in (0.0, 1.0, 20.0, 300.0):
        price = rows.project(scale * rng.normal(size=rows.count))
        assert np.all((price >= rows.least) & (price <= rows.most))
        assert bound_at(rows, layout, price)[0] >= value - 1e-6 * abs(value)


def test_amounts_of_the_loops_are_those_of_the_judge():
    problem = made(30, 60, 3, packs=True)
    rows = Rows(problem)
    layout = lay_out(problem, rows)
    level = np.zeros(problem.pairs.count, np.int16)
    price = rows.project(10 * np.random.default_rng(0).normal(size=rows.count))
    _, amount = bound_at(rows, layout, price, level)
    judged = Tally(problem, level, np.zeros((level.size, 2), np.int32))
    assert (level >= 0).any()
    for family in rows.place:
        np.testing.assert_allclose(family.of(amount), judged.place_amounts[family.name], atol=1e-9)
    for family in rows.item:
        np.testing.assert_allclose(family.of(amount), judged.item_amounts[family.name], atol=1e-9)


def test_dual_meets_the_linear_relaxation():
    """Or goes a little below it: rows of whole amounts count as such in the dual."""
    problem = made(20, 40, 1, packs=True)
    model = state_model(problem)
    relaxed = worker.solve(model.stated.relaxed(), Limits(seconds=60))
    found = solve_kernel(problem, KernelLimits(seconds=120, gap=1e-4, exact=False))
    assert found.bound == pytest.approx(-relaxed.objective, rel=1e-3)
    assert found.bound >= found.holding.value


def test_threads_do_not_change_the_outcome():
    problem = made(25, 50, 5)
    one = solve_kernel(problem, KernelLimits(seconds=120, threads=1, exact=False))
    two = solve_kernel(problem, KernelLimits(seconds=120, threads=2, exact=False))
    assert one.bound == two.bound
    assert one.holding is not None
    assert np.array_equal(one.holding.level, two.holding.level)


@pytest.mark.parametrize("seed", range(6))
def test_single_precision_keeps_the_bound_valid(seed):
    problem = made(5, 10, seed)
    _, value, _ = optimum(problem)
    price = Rows(problem).from_prices(solve_kernel(problem, KernelLimits(seconds=120, exact=False)).prices)
    rough = replace(problem, pairs=replace(problem.pairs, gain=problem.pairs.gain.astype(np.float32)))
    rows = Rows(rough)
    assert rows.rounding > 0
    bound, _ = bound_at(rows, lay_out(rough, rows), price)
    assert bound >= value
    assert bound == pytest.approx(
        bound_at(Rows(problem), lay_out(problem, Rows(problem)), price)[0], rel=1e-5
    )


def test_held_pairs_are_held():
    problem = made(5, 9, 4)
    held = np.zeros(problem.pairs.count, bool)
    held[[3, 20, 37]] = np.diff(problem.pairs.start)[[3, 20, 37]] > 0
    assert held.any()
    pinned = replace(problem, pairs=replace(problem.pairs, held=held))
    found = solve_kernel(pinned, KernelLimits(seconds=120, gap=1e-5))
    assert np.all(found.holding.level[held] >= 0)
    assert found.bound <= solve_kernel(problem, KernelLimits(seconds=120, gap=1e-5)).bound * (1 + 1e-4)


def test_stock_counts_against_later_periods():
    problem = made(5, 7, 7, sources=2)
    chained = replace(problem.sources, later=np.array([1, -1], np.int32))
    chained = replace(chained, stock=np.stack([chained.stock[:, 0], chained.stock[:, 0] + 2], axis=1))
    problem = replace(problem, sources=chained)
    _, value, _ = optimum(problem)
    found = solve_kernel(problem, KernelLimits(seconds=120, gap=1e-6))
    drawn = np.zeros((7, 2))
    np.add.at(drawn, problem.pairs.item, found.holding.sent)
    assert np.all(drawn[:, 0] <= chained.stock[:, 0])
    assert np.all(drawn.sum(axis=1) <= chained.stock[:, 1])
    assert found.holding.value == pytest.approx(value, rel=1e-5)


def test_warm_prices_start_near():
    problem = made(20, 40, 1)
    cold = solve_kernel(problem, KernelLimits(seconds=120, exact=False))
    warm = solve_kernel(problem, KernelLimits(seconds=120, exact=False, prices=cold.prices))
    assert warm.bound <= cold.bound * (1 + 1e-9)


def test_judge_finds_what_is_broken():
    problem = made(6, 10, 7)
    found = solve_kernel(problem, KernelLimits(seconds=120, exact=False)).holding
    steps = np.diff(problem.pairs.start)
    everything = np.where(steps > 0, steps - 1, -1).astype(np.int16)
    names = {name for name, _ in Tally(problem, everything, found.sent).broken}
    assert {"slots", "sent"} <= names
    assert "stock" in {name for name, _ in Tally(problem, found.level, found.sent + 100).broken}


def test_best_level_of_a_band_by_trial():
    rng = np.random.default_rng(1)
    for _ in range(50):
        amount, scale, width = rng.integers(0, 20, 7).astype(float), rng.uniform(0.5, 2, 7), rng.uniform(0, 5)

        def missed(level, amount=amount, scale=scale, width=width):
            low, high = level * scale, (level + width) * scale
            return np.sum(np.maximum(0, low - amount) + np.maximum(0, amount - high))

        tried = min(missed(level) for level in np.linspace(0, 40, 4001))
        assert missed(best_level(amount, scale, width)) <= tried + 1e-9


def test_assignment_by_hand():
    gain = -np.array([[1.0, 2.0, 3.0], [3.0, 1.0, 1.0]])
    amount = np.array([[2.0, 2.0, 2.0], [2.0, 3.0, 3.0]])
    found = solve_kernel(assignment(gain, amount, np.array([4.0, 3.0])), KernelLimits(seconds=120, gap=1e-9))
    assert found.holding.value == pytest.approx(-4.0)
    assert found.bound == pytest.approx(-4.0)


def test_assignment_without_a_choice_has_none():
    tight = assignment(-np.ones((1, 2)), np.ones((1, 2)), np.array([1.0]))
    assert solve_kernel(tight, KernelLimits(seconds=10)).holding is None
