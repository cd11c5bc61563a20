"""Ratio, floor, tiers: what is made best, what proves it, and that the auditor agrees."""

import numpy as np
import pytest
from tests.allocation.seeded import small_case

from provisor.allocation.arrays import arrays_of
from provisor.allocation.audit import audit
from provisor.allocation.exact import solve_exactly
from provisor.allocation.solve import solve
from provisor.allocation.tabulate import objective_of
from provisor.allocation.worth import ratio_worth
from provisor.certificate import Status
from provisor.clock import Clock
from provisor.planner import BadRequest, SolveOptions

RATIO = {"objective": "sell_through", "sell_through_by": "ratio"}


def solved(case, **options):
    return solve(case, SolveOptions(**{"gap": 1e-4, "time_limit": 30, "method": "exact", **options}))


def assert_sound(case, plan):
    report = audit(case, plan.tables, plan.costs)
    assert report.ok, report.findings[:3]
    assert sum(plan.costs.values()) == pytest.approx(plan.certificate.objective, abs=1e-9)
    assert plan.certificate.bound >= plan.certificate.objective - 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_no_other_plan_has_a_higher_ratio(seed):
    case = small_case(seed, periods=1 + seed % 2, **RATIO)
    plan = solved(case)
    if plan.certificate.status is Status.INFEASIBLE:
        return
    assert_sound(case, plan)
    best = plan.certificate.objective
    arrays = arrays_of(case)
    for asked in np.linspace(0.0, 0.95, 6):
        other = solve_exactly(arrays, ratio_worth(arrays, asked), SolveOptions(), 1e-6, Clock(20.0))
        assert objective_of(arrays, other.decisions) <= plan.certificate.bound + 1e-6
    if best > 0:
        assert plan.certificate.status is Status.OPTIMAL


def test_the_ratio_is_pieces_sold_for_pieces_there_when_no_rule_is_missed():
    off = {
        "role_minimum": False,
        "role_maximum": False,
        "coherence": False,
        "corridor": "off",
        "launch": False,
    }
    case = small_case(4, categories=0, price_bands=0, core_subcategories=(), **off, **RATIO)
    plan = solved(case)
    rows = plan.table("allocation")
    assert plan.table("slack").height == 0
    assert plan.certificate.objective == pytest.approx(rows["sales"].sum() / rows["pieces"].sum())


@pytest.mark.parametrize("seed", range(6))
def test_prices_and_exact_model_agree_on_the_ratio(seed):
    case = small_case(seed, **RATIO)
    exact, dual = solved(case), solved(case, method="dual")
    if exact.certificate.objective is None:
        return
    assert_sound(case, dual)
    assert dual.certificate.bound >= exact.certificate.objective - 1e-6
    assert exact.certificate.bound >= dual.certificate.objective - 1e-6


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "tiers", [("sell_through", "profit"), ("profit", "revenue"), ("revenue", "sell_through", "profit")]
)
def test_what_comes_first_is_kept_and_what_comes_last_is_best(seed, tiers):
    rules = {"objective": "lexicographic", "tiers": tiers, "tier_tolerance": 0.05}
    case = small_case(seed, **rules)
    plan = solved(case)
    if plan.certificate.status is Status.INFEASIBLE:
        return
    assert_sound(case, plan)
    tables = plan.tables
    alone = solved(small_case(seed, objective=tiers[-1]))
    assert plan.certificate.objective <= alone.certificate.bound + 1e-6
    for number, tier in enumerate(tiers[:-1], 1):
        least = plan.certificate.notes[f"tier_{number}_least"]
        worth = sum(audit(small_case(seed, objective=tier), tables, None).costs.values())
        assert worth >= least - 1e-4 * max(1.0, abs(least))
        best = plan.certificate.notes[f"tier_{number}_best"]
        assert least == pytest.approx(best - 0.05 * abs(best))


def test_a_ratio_may_come_first():
    rules = {"objective": "lexicographic", "tiers": ("sell_through", "profit"), "sell_through_by": "ratio"}
    case = small_case(7, tier_tolerance=0.1, **rules)
    plan = solved(case)
    assert_sound(case, plan)
    reached = sum(audit(small_case(7, **RATIO), plan.tables, None).costs.values())
    assert reached >= plan.certificate.notes["tier_1_least"] - 1e-6
    loose = solved(small_case(7, tier_tolerance=1.0, **rules))
    assert loose.certificate.objective >= plan.certificate.objective - 1e-3


def test_an_objective_without_a_dual_route_says_so():
    case = small_case(1, objective="lexicographic")
    with pytest.raises(BadRequest, match="no dual route"):
        solved(case, method="dual")
