"""Prices of coverages, and duals of the linear problem as prices."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from test_kernel import optimum
from test_parts import launching

from provisor.allocation.kernel.dual import bound_at
from provisor.allocation.kernel.exact import state_model
from provisor.allocation.kernel.items import without_slack
from provisor.allocation.kernel.layout import lay_out
from provisor.allocation.kernel.rows import Rows
from provisor.engine import worker
from provisor.engine.result import Limits


def at_the_duals(problem):
    """Rows, layout and prices of the linear problem's duals, and its optimum."""
    rows = Rows(problem)
    model = state_model(problem, wide=True)
    linear = worker.solve(model.stated.relaxed(), Limits(seconds=60))
    return rows, lay_out(problem, rows), rows.project(model.prices(linear.duals)), -linear.objective


@pytest.mark.parametrize("seed", range(8))
def test_the_duals_of_the_linear_problem_prove_its_optimum(seed):
    rows, layout, price, optimum_ = at_the_duals(launching(seed))
    assert bound_at(rows, layout, price)[0] == pytest.approx(optimum_, rel=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_no_prices_of_coverages_prove_less_than_is_true(seed):
    problem = launching(seed)
    _, value, _ = optimum(problem)
    rows, layout, price, _ = at_the_duals(problem)
    random = np.random.default_rng(seed)
    for cover in rows.covers:
        there = price.copy()
        cover.family.of(there)[:] = -random.random(cover.family.shape) * cover.coverage.price
        assert bound_at(rows, layout, rows.project(there))[0] >= value - 1e-6 * abs(value)


@pytest.mark.parametrize("seed", range(4))
def test_items_decided_exactly_at_the_duals_prove_no_more_than_is_true(seed):
    problem = launching(seed)
    _, value, _ = optimum(problem)
    rows, layout, price, linear = at_the_duals(problem)
    assert linear - without_slack(rows, layout, price, 20, 1) >= value - 1e-6 * abs(value)


def test_coverages_have_prices_somewhere():
    found = [at_the_duals(launching(seed)) for seed in range(6)]
    assert any((cover.family.of(price) < 0).any() for rows, _, price, _ in found for cover in rows.covers)
