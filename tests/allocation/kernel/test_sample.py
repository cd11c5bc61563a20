"""Prices of a sample of the places start the dual of the whole near its end, and prove as any other prices do."""

import numpy as np
import pytest
from tests.allocation.kernel.made import made

from provisor.allocation.kernel import sample, solve
from provisor.allocation.kernel.dual import SAMPLE_RATE, descend, until
from provisor.allocation.kernel.layout import lay_out
from provisor.allocation.kernel.rows import Rows
from provisor.allocation.kernel.solve import KernelLimits, solve_kernel


@pytest.fixture(autouse=True)
def small_samples(monkeypatch):
    """A sample of a few places is enough where places are few."""
    monkeypatch.setattr(sample, "PAIRS", 400)


@pytest.mark.parametrize("seed", range(3))
def test_a_sample_has_its_share_of_what_all_places_share(seed):
    problem = made(40, 60, seed)
    inside = np.random.default_rng(seed).random(40) < 0.3
    part = sample.sampled(problem, inside)
    counts = np.diff(problem.pairs.place_start)
    assert part.pairs.count == counts[inside].sum()
    assert np.array_equal(np.diff(part.pairs.place_start), np.where(inside, counts, 0))
    assert np.all(part.sources.stock <= problem.sources.stock)
    assert part.sources.stock.sum() == pytest.approx(
        problem.sources.stock.sum() * part.pairs.count / problem.pairs.count, rel=0.5
    )


def test_all_places_together_are_the_problem_itself():
    problem = made(20, 30, 1)
    part = sample.sampled(problem, np.ones(20, bool))
    assert np.allclose(part.sources.stock, problem.sources.stock)
    assert all(
        np.array_equal(a.upper, b.upper) for a, b in zip(part.place_limits, problem.place_limits, strict=True)
    )


@pytest.mark.parametrize("seed", range(3))
def test_ten_steps_lead_further_than_from_nothing(seed):
    problem = made(60, 60, seed)
    rows = Rows(problem)
    layout = lay_out(problem, rows)
    start = rows.from_prices(sample.prices_of_sample(problem, 60, seed))
    warm = descend(rows, layout, start, until(60, 10, 0.0), SAMPLE_RATE).bound
    cold = descend(rows, layout, None, until(60, 10, 0.0)).bound
    best = descend(rows, layout, None, until(60, 500, 1e-7)).bound
    assert best <= warm * (1 + 1e-9)
    assert warm < cold


def test_a_problem_solved_from_a_sample_is_proven_as_well(monkeypatch):
    problem = made(40, 60, 3)
    cold = solve_kernel(problem, KernelLimits(seconds=60, exact=False))
    monkeypatch.setattr(solve, "MOST_POLISHED", 0)
    warm = solve_kernel(problem, KernelLimits(seconds=60, exact=False))
    assert warm.bound >= warm.holding.value
    assert warm.bound >= cold.holding.value
    assert cold.bound >= warm.holding.value
    assert warm.bound == pytest.approx(cold.bound, rel=2e-3)
