"""What to build: dominance, tiers, phases, pins, and the same answer from another solver."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from tests.expansion.worlds import small_case

from provisor.engine.backends import back_end
from provisor.expansion.design import find_design
from provisor.expansion.dominance import maximal
from provisor.expansion.network import network_of

READINGS = [
    {},
    {"days_on_hand": "network"},
    {"days_on_hand": "pooled"},
    {"check_time": "morning"},
    {"storage": "inbound", "positions": True},
    {"whole_shelves": False},
]


@pytest.mark.parametrize("rules", READINGS, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_months_that_bind_decide_as_all_months_do(seed, rules):
    network = network_of(small_case(seed, months=9, rules=rules))
    few, every = find_design(network), find_design(network, months=range(9))
    assert len(few.months) < 9
    assert few.objective == pytest.approx(every.objective, abs=1e-6)


def test_a_month_that_asks_for_more_of_everything_binds_alone():
    demand = np.array([[1, 2], [3, 3], [2, 3], [3, 3], [4, 1]], dtype=float)
    assert maximal(demand, np.zeros(5, dtype=np.int64)) == [False, True, False, False, True]
    years = np.array([0, 1, 0, 1, 1])
    assert maximal(demand, years) == [False, True, True, False, True]


@pytest.mark.parametrize("solver", ["glpk", "cbc", "scip", "ortools"])
def test_another_solver_builds_the_same(solver):
    if back_end(solver).version() is None:
        pytest.skip(f"{solver} is not installed")
    network = network_of(small_case(1, rules={"days_on_hand": "network"}))
    assert find_design(network, solver=solver).objective == pytest.approx(find_design(network).objective)


def cheapest_by_hand(network, tiers):
    """Cost of the fewest shelves of the only site that may grow, with room in every month."""
    site, best = network.facilities.index("SOUTH"), 0.0
    short = 0.0
    for month in range(network.months):
        level = network.level(month, np.ones((3, 2)))
        used = np.einsum("tks,sf->ftk", network.used, level)[site]
        short_now = np.max((used - network.capacity[site]) / network.added_room[site], axis=1)
        short = np.maximum(short, np.ceil(np.maximum(short_now, 0.0) - 1e-9))
    area, start = float(short.sum() * 10.0), 0.0
    for upto, price in tiers:
        best += max(min(area, upto) - start, 0.0) * price
        start = upto
    return best


@pytest.mark.parametrize("prices", [(2.0, 3.0), (3.0, 2.0)], ids=["rising", "falling"])
def test_tiers_rise_or_fall_and_are_priced_exactly(prices):
    case = small_case(3, rules={"days_on_hand": "network"})
    roomy = case.table("shelving").with_columns(
        shelves=pl.when(pl.col("facility") == "NORTH").then(1e6).otherwise(pl.col("shelves"))
    )
    tiers = case.table("tiers").with_columns(price_per_sqft=pl.Series(prices))
    network = network_of(replace(case, tables={**case.tables, "shelving": roomy, "tiers": tiers}))
    expected = cheapest_by_hand(network, [(300.0, prices[0]), (4000.0, prices[1])])
    found = find_design(network)
    assert expected > 600
    assert found.objective == pytest.approx(expected)
    assert found.design.cost == pytest.approx(expected)


def test_phases_build_when_needed_and_are_worth_less_later():
    rules = {"days_on_hand": "network", "phases": True}
    demand = np.repeat(np.array([[300.0], [1500.0]]), 12, axis=0) * np.ones((1, 3))
    case = small_case(0, months=24, rules=rules, demand=demand, discount_rate=0.1)
    found, once = (
        find_design(network_of(case)),
        find_design(network_of(small_case(0, months=24, rules={"days_on_hand": "network"}, demand=demand))),
    )
    first, last = found.design.shelves.sum(axis=(1, 2))
    assert first < last
    assert last == once.design.shelves[-1].sum()
    paid = once.design.cost
    early = network_of(case).expansion_cost(found.design.area[0])
    assert found.design.cost == pytest.approx(early + (paid - early) / 1.1)
    assert found.objective == pytest.approx(found.design.cost)


def test_a_fixed_cost_makes_one_phase_of_two():
    rules = {"days_on_hand": "network", "phases": True}
    demand = np.repeat(np.array([[1300.0], [1500.0]]), 12, axis=0) * np.ones((1, 3))
    case = small_case(0, months=24, rules=rules, demand=demand, discount_rate=0.01)
    sites = case.table("sites").with_columns(fixed_cost=pl.lit(50000.0))
    found = find_design(network_of(replace(case, tables={**case.tables, "sites": sites})))
    assert found.design.shelves[0].sum() == found.design.shelves[1].sum()
    assert found.design.fixed_costs.sum() == pytest.approx(50000.0)
    assert find_design(network_of(case)).design.shelves[0].sum() < found.design.shelves[0].sum()


def test_a_pin_is_kept_and_costs():
    free = find_design(network_of(small_case(1)))
    pins = [{"decision": "shelves", "facility": "SOUTH", "storage_type": "Bins", "amount": 7}]
    pinned = find_design(network_of(small_case(1, pins=pins)))
    assert pinned.design.shelves[-1, 1, 0] == 7
    assert pinned.objective >= free.objective
    area = find_design(
        network_of(small_case(1, pins=[{"decision": "sqft", "facility": "SOUTH", "amount": 500}]))
    )
    assert area.design.area[-1, 1] == 500
    assert area.design.cost == pytest.approx(300 * 2 + 200 * 3)


def test_what_cannot_be_served_has_no_design():
    found = find_design(network_of(small_case(1, rules={"doh_multiplier": 50})))
    assert found.design is None
