"""Places that are knapsacks: tables against trial, bound and choice against the exact model of everything."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from provisor.allocation.kernel.exact import state_model
from provisor.allocation.kernel.knapsack import fill, prices_of_choice
from provisor.allocation.kernel.orlib import assignment
from provisor.allocation.kernel.packing import as_packing
from provisor.allocation.kernel.problem import Coverage, ItemLimit, KernelProblem, Pairs, PlaceLimit
from provisor.allocation.kernel.rows import Rows
from provisor.allocation.kernel.solve import KernelLimits, solve_kernel
from provisor.allocation.kernel.value import tally
from provisor.engine import worker
from provisor.engine.result import Limits, SolveStatus


def best_by_trial(net, weight, capacity, fixed=None):
    """Best value over all subsets; ``fixed``: pair and whether it is held."""
    best = -np.inf
    for taken in product((False, True), repeat=net.size):
        chosen = np.array(taken)
        if fixed is not None and chosen[fixed[0]] != fixed[1]:
            continue
        if weight[chosen].sum() <= capacity:
            best = max(best, net[chosen].sum())
    return best


def drawn(rng):
    size = np.array([int(rng.integers(1, 8)), int(rng.integers(1, 8))])
    start = np.concatenate([[0], np.cumsum(size)])
    net = rng.integers(-4, 12, start[-1]).astype(float)
    return start, net, rng.integers(0, 6, start[-1]), rng.integers(0, 12, 2)


@pytest.mark.parametrize("seed", range(30))
def test_knapsacks_against_trial(seed):
    start, net, weight, capacity = drawn(np.random.default_rng(seed))
    value, chosen = fill(start, net, weight, capacity)
    held, left = prices_of_choice(start, net, weight, capacity)
    for p in range(2):
        part = slice(start[p], start[p + 1])
        best = best_by_trial(net[part], weight[part], capacity[p])
        assert value[p] == pytest.approx(best)
        assert net[part][chosen[part]].sum() == pytest.approx(best)
        assert weight[part][chosen[part]].sum() <= capacity[p]
        for k in range(part.stop - part.start):
            forced = best_by_trial(net[part], weight[part], capacity[p], (k, True))
            barred = best_by_trial(net[part], weight[part], capacity[p], (k, False))
            assert held[start[p] + k] == pytest.approx(best - forced)
            assert left[start[p] + k] == pytest.approx(best - barred)


def assigned(seed):
    """A problem of 3 to 4 agents; every job to one agent."""
    rng = np.random.default_rng(seed)
    agents, jobs = int(rng.integers(3, 5)), int(rng.integers(8, 15))
    amount = rng.integers(5, 26, (agents, jobs)).astype(float)
    capacity = np.floor(0.8 * amount.sum(axis=1) / agents) + 5
    return assignment(-rng.integers(10, 51, (agents, jobs)).astype(float), amount, capacity)


def priced(seed):
    """Limits by item and class of places that may be missed at a price, levels, gains that are not whole."""
    rng = np.random.default_rng(seed)
    places, items = 4, 10
    count = places * items
    steps = rng.integers(0, 4, count)
    start = np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)
    gain = np.concatenate([np.sort(rng.normal(3, 5, n))[::-1] for n in steps]) if steps.sum() else np.zeros(0)
    pairs = Pairs(
        np.arange(places + 1, dtype=np.int64) * items, np.tile(np.arange(items, dtype=np.int32), places),
        np.ones(count, np.int32), np.zeros(count, np.int32), start, gain, np.ones(items, np.int32), constant=7.5,
    )  # fmt: skip
    room = PlaceLimit(
        "room", "styles", np.zeros(items, np.int32), np.full((places, 1), -np.inf),
        rng.integers(4, 12, (places, 1)).astype(float), weight=rng.integers(1, 5, items).astype(float),
    )  # fmt: skip
    least = rng.integers(0, 3, (items, 2)).astype(float)
    spread = ItemLimit("spread", rng.integers(-1, 2, places).astype(np.int32), least, least + 1, 4.0, 2.5)
    return KernelProblem(pairs, (room,), (spread,))


@pytest.mark.parametrize("make", [assigned, priced])
@pytest.mark.parametrize("seed", range(25))
def test_packing_meets_the_exact_model(make, seed):
    problem = make(seed)
    assert as_packing(problem, Rows(problem)) is not None
    model = state_model(problem)
    result = worker.solve(model.stated, Limits(seconds=60, gap=1e-9))
    found = solve_kernel(problem, KernelLimits(seconds=60, gap=1e-7))
    if result.status is SolveStatus.INFEASIBLE:
        assert found.holding is None
        return
    assert result.status is SolveStatus.OPTIMAL
    assert found.holding is not None
    assert tally(problem, found.holding).broken == []
    assert found.holding.value == pytest.approx(-result.objective, rel=1e-6)
    assert found.bound >= found.holding.value - 1e-9
    assert found.gap <= 1e-7


def test_prices_alone_prove_a_bound():
    problem = assigned(3)
    result = worker.solve(state_model(problem).stated, Limits(seconds=60, gap=1e-9))
    loose = solve_kernel(problem, KernelLimits(seconds=60, gap=0.5))
    assert loose.bound >= -result.objective - 1e-9
    assert loose.gap <= 0.5


def test_what_is_more_than_knapsacks_is_not_taken_for_them():
    problem = assigned(1)
    items, places = problem.pairs.items, problem.pairs.places
    limit = problem.place_limits[0]
    others = [
        replace(problem, place_limits=(limit, limit)),
        replace(problem, place_limits=(replace(limit, lower=np.zeros((places, 1))),)),
        replace(problem, place_limits=(replace(limit, over_price=3.0),)),
        replace(problem, place_limits=(replace(limit, weight=limit.weight + 0.5),)),
        replace(problem, pairs=replace(problem.pairs, held=np.zeros(problem.pairs.count, bool))),
        replace(
            problem,
            coverages=(Coverage("all", "place", np.zeros(items, np.int32), np.ones(places, np.int32), 1.0),),
        ),
    ]
    for other in others:
        assert as_packing(other, Rows(other)) is None
