"""A plan to start from: a solve goes on from a plan of its case, and is near to a plan of another one."""

from dataclasses import replace

import pytest
from tests.expansion.worlds import small_case

import provisor
from provisor.expansion import solve as solving
from provisor.expansion.network import network_of
from provisor.expansion.started import METHOD, started

RULES = [
    {},
    {"trucks": "hard"},
    {"phases": True},
    {"own_type": False, "check_time": "morning"},
    {"whole_shelves": False, "whole_packs": False, "days_on_hand": "pooled"},
]


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_a_plan_read_back_is_the_same_plan(rules):
    case = small_case(1, rules=rules, overflow_per_cuft_day=0.5)
    plan = provisor.solve(case)
    again = started(case, network_of(case), plan)
    assert again.objective == pytest.approx(plan.certificate.objective, rel=1e-9)
    assert (again.design.shelves.sum(), again.method) == (
        plan.table("shelf_additions")["shelves_added"].sum(),
        METHOD,
    )


def test_a_solve_that_starts_from_a_good_plan_proves_it_and_does_nothing_else(monkeypatch):
    case = small_case(1, rules={"trucks": "hard"})
    plan = provisor.solve(case)
    for step in ("steady_in_trucks", "BucketSolve"):
        monkeypatch.setattr(solving, step, None)
    again = provisor.solve(case, start=plan, gap=plan.certificate.gap + 1e-9)
    assert again.certificate.objective == pytest.approx(plan.certificate.objective, rel=1e-9)
    assert again.certificate.method == METHOD
    assert again.audit["ok"]


def test_no_plan_costs_more_than_its_start():
    case = small_case(2)
    plan = provisor.solve(case, gap=1e-9, method="daily")
    again = provisor.solve(case, start=plan, gap=1e-9, method="buckets")
    assert again.certificate.objective <= plan.certificate.objective * (1 + 1e-9)


def test_a_plan_of_another_case_or_a_broken_one_is_no_start():
    case, other = small_case(1), small_case(2)
    plan = provisor.solve(case)
    assert started(other, network_of(other), plan) is None
    spoilt = replace(plan, tables={**plan.tables, "shelf_additions": plan.tables["shelf_additions"].clear()})
    stock = plan.table("inventory_levels_daily")
    fewer = replace(plan, tables={**plan.tables, "inventory_levels_daily": stock.head(stock.height // 2)})
    assert started(case, network_of(case), fewer) is None
    assert started(case, network_of(case), None) is None
    added = plan.table("shelf_additions")["shelves_added"].sum()
    assert (started(case, network_of(case), spoilt) is None) == (added > 0)
