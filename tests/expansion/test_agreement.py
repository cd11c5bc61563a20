"""The reductions agree with the daily problem wherever their conditions hold; every plan passes its audit.

Two seeds belong to the suite; four are tried where the environment has PROVISOR_WIDE.
"""

import os
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from tests.expansion.worlds import small_case

from provisor.certificate import Status
from provisor.engine.backends import back_end
from provisor.engine.result import Limits
from provisor.expansion.audit import audit
from provisor.expansion.design import find_design
from provisor.expansion.floor import running_bound
from provisor.expansion.flow import fits
from provisor.expansion.model.days import days_model, even_buckets
from provisor.expansion.network import network_of
from provisor.expansion.prices import daily_prices, price_bound
from provisor.expansion.shares import monthly, monthly_bound
from provisor.expansion.solve import solve
from provisor.planner import BadRequest, SolveOptions

SEEDS = range(4 if os.environ.get("PROVISOR_WIDE") else 2)
FREE = {"whole_shelves": False, "whole_packs": False}
CLOSED = [
    {},
    {"own_type": False},
    {"own_type": False, "days_on_hand": "network", "positions": True},
    {"days_on_hand": "network"},
    {"storage": "sell"},
    {"demand": "monthly", "days_on_hand": "network"},
    {"demand": "weekday", "weekday_weights": (1, 2, 1, 3, 1, 0, 0)},
    {"opening": "none"},
    {"check_time": "morning"},
]


def linear(network, design, lengths):
    model = days_model(network, design, even_buckets(network, lengths))
    problem = model.problem().relaxed()
    result = back_end("highs").solve(problem, Limits())
    return model, problem, result


@pytest.mark.parametrize("rules", CLOSED, ids=str)
@pytest.mark.parametrize("seed", SEEDS)
def test_constant_shares_cost_what_the_daily_problem_says(seed, rules):
    case = small_case(seed, rules={**FREE, **rules})
    network = network_of(case)
    *_, daily = linear(network, None, (1,) * 5)
    plan = solve(case, SolveOptions(gap=1e-9))
    assert plan.certificate.status is Status.OPTIMAL
    assert plan.certificate.objective == pytest.approx(daily.objective, rel=1e-7)
    assert audit(case, plan.tables, plan.costs).ok


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_is_below_the_daily_problem_and_buckets_are_above(seed):
    case = small_case(
        seed, rules={**FREE, "trucks": "hard"}, trucks={"weight_lb": 20000, "volume_cuft": 1100}
    )
    network = network_of(case)
    found = find_design(network)
    model, problem, coarse = linear(network, None, (1, 4))
    *_, finer = linear(network, None, (1, 1, 3))
    *_, daily = linear(network, None, (1,) * 5)
    assert found.bound + running_bound(network) <= daily.objective * (1 + 1e-9)
    assert daily.objective <= finer.objective * (1 + 1e-9)
    assert finer.objective <= coarse.objective * (1 + 1e-9)
    bound = price_bound(network, daily_prices(model, problem, coarse.duals), lambda: 60.0)
    assert bound <= daily.objective * (1 + 1e-9)
    assert bound >= 0.75 * daily.objective


RULES = [
    *CLOSED,
    {"days_on_hand": "pooled"},
    {"trucks": "soft", "whole_packs": False},
    {"trucks": "hard"},
    {"trucks": "hard", "truck_exempt_kinds": ("domestic",)},
    {"pipeline": False},
    {"lead_time_unit": "calendar"},
    {"demand_unit": "eaches"},
    {"phases": True},
    {"positions": True},
]


@pytest.mark.parametrize("rules", RULES, ids=str)
@pytest.mark.parametrize("seed", range(2))
def test_every_reading_is_planned_and_passes_its_audit(seed, rules):
    trucks = {"weight_lb": 20000, "volume_cuft": 1100}
    case = small_case(seed, months=6, rules=rules, trucks=trucks)
    plan = solve(case, SolveOptions(gap=1e-6, time_limit=120))
    report = audit(case, plan.tables, plan.costs)
    assert report.findings == ()
    assert report.ok
    assert plan.certificate.gap < 0.05
    assert sum(plan.costs.values()) == pytest.approx(plan.certificate.objective)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("prices", [{"overflow_per_cuft_day": 0.02}, {"lost_sale_per_pack": 2.0}], ids=str)
def test_what_is_priced_is_used_where_it_pays(seed, prices):
    dear = small_case(seed, rules={**FREE, "days_on_hand": "network"})
    case = small_case(seed, rules={**FREE, "days_on_hand": "network"}, **prices)
    plan = solve(case, SolveOptions(gap=1e-6, time_limit=120))
    assert audit(case, plan.tables, plan.costs).findings == ()
    assert plan.certificate.objective <= solve(dear, SolveOptions()).certificate.objective * (1 + 1e-9)
    assert plan.certificate.status is Status.OPTIMAL


def test_whole_packs_are_whole_and_cost_little():
    whole, free = (small_case(2, rules={"whole_packs": flag}) for flag in (True, False))
    plan, other = solve(whole, SolveOptions()), solve(free, SolveOptions())
    packs = plan.table("deliveries_daily")["inbound_packs"].to_numpy()
    assert np.array_equal(packs, np.round(packs))
    assert other.certificate.objective <= plan.certificate.objective <= 1.05 * other.certificate.objective
    assert audit(whole, plan.tables, plan.costs).ok


def test_methods_agree_and_unknown_ones_are_refused():
    case = small_case(1, rules=FREE)
    best = solve(case, SolveOptions()).certificate.objective
    assert solve(case, SolveOptions(method="daily")).certificate.objective == pytest.approx(best, rel=1e-7)
    assert solve(case, SolveOptions(method="buckets", gap=1.0)).certificate.objective >= best * (1 - 1e-9)
    with pytest.raises(BadRequest, match="no method 'guess'"):
        solve(case, SolveOptions(method="guess"))


def test_different_days_on_hand_take_the_daily_problem():
    case = small_case(1, rules=FREE)
    case = by_site(case, 2.0, 4.0)
    *_, daily = linear(network_of(case), None, (1,) * 5)
    plan = solve(case, SolveOptions(gap=1e-7))
    assert plan.certificate.objective == pytest.approx(daily.objective, rel=1e-6)
    assert plan.certificate.status is Status.OPTIMAL


def by_site(case, north, south):
    """The same case with other days on hand at each site."""
    days = pl.when(pl.col("facility") == "NORTH").then(north).otherwise(south)
    lead = case.table("lead_times").with_columns(days_on_hand=days)
    return replace(case, tables={**case.tables, "lead_times": lead})


MONTHLY = [
    {},
    {"own_type": False},
    {"check_time": "morning"},
    {"demand": "weekday", "weekday_weights": (1, 2, 1, 3, 1, 0, 0)},
    {"opening": "none"},
    {"trucks": "hard"},
    {"trucks": "hard", "truck_exempt_kinds": ("domestic",), "check_time": "morning"},
    {"phases": True},
]


@pytest.mark.parametrize("rules", MONTHLY, ids=str)
@pytest.mark.parametrize("seed", SEEDS)
def test_monthly_shares_are_a_bound_and_a_plan(seed, rules):
    trucks = {"weight_lb": 20000, "volume_cuft": 1100}
    case = by_site(small_case(seed, rules={**FREE, **rules}, trucks=trucks), 4.0, 2.0 + seed)
    network = network_of(case)
    *_, daily = linear(network, None, (1,) * 5)
    bound = monthly_bound(network, lambda: 60.0).value
    assert bound <= daily.objective * (1 + 1e-7)
    assert bound >= (0.8 if network.truck_rows.any() else 0.99) * daily.objective
    plan = monthly(network, [find_design(network).design], lambda: 60.0)
    if not network.truck_rows.any() and plan is not None:
        assert fits(plan.design, plan.flow)
        assert plan.flow.arrivals.min() >= -1e-6
        assert daily.objective * (1 - 1e-7) <= plan.objective <= 1.05 * daily.objective


def test_an_infeasible_case_says_what_would_have_to_give():
    plan = solve(small_case(1, rules={"doh_multiplier": 50}), SolveOptions())
    assert plan.certificate.status is Status.INFEASIBLE
    first, *steps = plan.relaxations
    assert (first.rule, first.unit) == ("days-on-hand", "pack")
    multiple = 1 - next(step.amount for step in steps if step.unit == "share")
    again = small_case(1, rules={"doh_multiplier": 50 * multiple * 0.999})
    assert find_design(network_of(again)).design is not None
    above = small_case(1, rules={"doh_multiplier": 50 * multiple * 1.001})
    assert find_design(network_of(above)).design is None
    area = next(step for step in steps if step.rule == "area")
    assert area.amount > 0


def test_trucks_that_cannot_bring_demand_are_told_in_truckloads():
    case = small_case(1, rules={"trucks": "hard", "truck_exempt": ("POTTER",)}, trucks={"volume_cuft": 20})
    plan = solve(case, SolveOptions())
    assert plan.certificate.status is Status.INFEASIBLE
    (relaxation,) = plan.relaxations
    assert (relaxation.rule, relaxation.unit) == ("trucks", "truckload")
    assert relaxation.where == {"supplier": "JOINER"}


def test_nothing_can_arrive_before_its_lead_time():
    case = small_case(1, rules={"pipeline": False, "opening": "none"})
    plan = solve(case, SolveOptions())
    assert plan.certificate.status is Status.INFEASIBLE
    (relaxation,) = plan.relaxations
    first = case.table("demand").filter(pl.col("month") == 1)["quantity"].sum()
    assert relaxation.rule == "demand"
    assert relaxation.amount == pytest.approx(3 * first / 5)
