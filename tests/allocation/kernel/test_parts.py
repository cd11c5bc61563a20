"""Closer bounds stay on the right side; parts decided anew and joined keep every limit and lose nothing."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from made import made
from test_kernel import optimum

from provisor.allocation.kernel import polish
from provisor.allocation.kernel.dual import bound_at, descend, until
from provisor.allocation.kernel.items import limited_items, without_slack
from provisor.allocation.kernel.layout import lay_out
from provisor.allocation.kernel.parts import groups_of, joined, shared_out
from provisor.allocation.kernel.polish import Task, polished, polished_by_parts
from provisor.allocation.kernel.problem import Coverage, ItemLimit
from provisor.allocation.kernel.rows import Rows
from provisor.allocation.kernel.solve import KernelLimits, prove, solve_kernel
from provisor.allocation.kernel.value import tally


def launching(seed):
    """A small problem in which two items are to reach two places and two groups of places each."""
    problem = made(5, 8, seed, packs=seed % 2 == 0, sources=1 + seed % 3, density=0.9)
    least = np.full((8, 1), -np.inf)
    least[:2] = 2
    need = np.where(np.arange(8) < 2, 2, 0).astype(np.int32)
    launch = ItemLimit("launched", np.zeros(5, np.int32), least, np.full((8, 1), np.inf), 50.0)
    groups = Coverage("groups", "item", (np.arange(5) % 3).astype(np.int32), need, 80.0)
    return replace(
        problem,
        item_limits=(*problem.item_limits, launch),
        coverages=(*problem.coverages, groups),
    )


@pytest.mark.parametrize("seed", range(12))
def test_items_decided_exactly_prove_no_more_than_is_true(seed):
    problem = launching(seed)
    _, value, _ = optimum(problem)
    rows = Rows(problem)
    layout = lay_out(problem, rows)
    found = descend(rows, layout, None, until(20, 60, 1e-6))
    fall = without_slack(rows, layout, found.price, 20, 1)
    assert set(limited_items(problem)) >= {0, 1}
    assert fall >= 0.0
    assert found.bound - fall >= value - 1e-6 * abs(value)


def test_items_decided_exactly_prove_more_somewhere():
    falls = []
    for seed in range(6):
        rows = Rows(launching(seed))
        layout = lay_out(rows.problem, rows)
        found = descend(rows, layout, None, until(20, 60, 1e-6))
        falls.append(without_slack(rows, layout, found.price, 20, 1))
    assert max(falls) > 1.0


@pytest.mark.parametrize("seed", range(12))
def test_whole_amounts_prove_no_more_than_is_true_at_any_prices(seed):
    problem = made(4, 7, seed, packs=False, sources=2, density=0.9)
    _, value, _ = optimum(problem)
    rows = Rows(problem)
    rng, layout = np.random.default_rng(seed), lay_out(problem, rows)
    for _ in range(10):
        price = rows.project(rng.normal(0.0, 60.0, rows.count))
        bound, _ = bound_at(rows, layout, price)
        assert bound >= value - 1e-6 * abs(value)


def task_of(seed):
    problem = made(12, 14, seed, packs=seed % 2 == 0, sources=2, density=0.9)
    rows = Rows(problem)
    layout = lay_out(problem, rows)
    price = rows.reach_pairs(descend(rows, layout, None, until(20, 60, 1e-5)).price)
    first = solve_kernel(problem, KernelLimits(seconds=20, gap=1e-3, exact=False)).holding
    return Task(problem, layout, price, first, 50.0, "highs", 2, seed)


@pytest.mark.parametrize("seed", range(2))
def test_parts_share_what_there_is_and_join(seed):
    task = task_of(seed)
    random = np.random.default_rng(seed)
    groups = groups_of(task.problem, 60, random)
    assert np.array_equal(np.sum(groups, axis=0), np.ones(12)), "every place is in one part"
    parts = shared_out(task.problem, task.best, groups[:2], random)
    for part in parts:
        assert tally(part.problem, part.best).broken == []
    used = [part.problem.sources.stock for part in parts]
    assert (np.sum(used, axis=0) <= task.problem.sources.stock).all(), "nothing is dealt out twice"
    found = [(part, polished(replace(task, problem=part.problem, best=part.best, processes=1,
                                     layout=lay_out(part.problem, Rows(part.problem))), 1, lambda _: False))
             for part in parts]  # fmt: skip
    best = joined(task.problem, task.best, found)
    gained = sum(holding.value - part.best.value for part, holding in found)
    assert tally(task.problem, best).broken == []
    assert best.value == pytest.approx(task.best.value + gained, rel=1e-6)


@pytest.mark.parametrize("seed", range(2))
def test_parts_better_the_choice_within_the_optimum(seed, monkeypatch):
    monkeypatch.setattr(polish, "PAIRS", 60)
    monkeypatch.setattr(polish, "PART_LEAST", 0.5)
    task = task_of(seed)
    best = polished_by_parts(task, 3, lambda _: False)
    bound = prove(task.problem, KernelLimits(seconds=10)).bound
    assert tally(task.problem, best).broken == []
    assert task.best.value <= best.value <= bound + 1e-6 * abs(bound)
