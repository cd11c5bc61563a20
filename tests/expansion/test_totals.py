"""Totals of policies are those of the daily problem, and of plans that pass their audit."""

import polars as pl
import pytest
from tests.expansion.worlds import small_case

import provisor
from provisor.engine.backends import back_end
from provisor.engine.result import Limits
from provisor.expansion.board import policies, policy_matrix, with_rules
from provisor.expansion.model.days import days_model, even_buckets
from provisor.expansion.network import network_of
from provisor.expansion.totals import policy_totals
from provisor.planner import BadRequest

FREE = {"whole_shelves": False, "whole_packs": False}
DAYS = {"international": (0.0, 2.0, 4.0), "domestic": (1.0, 3.0, 60.0)}
SCOPES = [{}, {"days_on_hand": "network"}, {"check_time": "morning"}]


@pytest.mark.parametrize("rules", SCOPES, ids=str)
@pytest.mark.parametrize("seed", range(2))
def test_a_total_is_the_optimum_of_the_daily_problem(seed, rules):
    case = small_case(seed, rules={**FREE, **rules})
    table = policy_totals(case, DAYS)
    assert table.height == 9
    exact = 0
    for row, (policy, network) in zip(table.to_dicts(), policies(network_of(case), DAYS), strict=True):
        daily = back_end("highs").solve(
            days_model(network, None, even_buckets(network, (1,) * 5)).problem(), Limits()
        )
        if policy["domestic"] == 60.0:
            assert daily.objective is None
            assert row["total"] is None
        else:
            assert row["bound"] <= daily.objective * (1 + 1e-9)
            assert daily.objective * (1 - 1e-9) <= row["total"] <= 1.02 * daily.objective
            exact += row["total"] == pytest.approx(daily.objective, rel=1e-7) and row["gap"] < 1e-9
    assert exact >= 3, "of six policies that can be kept"


@pytest.mark.parametrize("rules", [FREE, {}], ids=str)
def test_a_sample_of_policies_solved_by_themselves_and_audited(rules):
    case = small_case(1, rules=rules)
    table = policy_totals(case, DAYS).filter(pl.col("international") == 4.0).drop_nulls("total")
    assert table.height == 2
    for row in table.to_dicts():
        policy = {kind: row[kind] for kind in DAYS}
        plan = provisor.solve(with_rules(case, {"policy": policy}), gap=1e-3)
        assert plan.audit["ok"]
        assert plan.certificate.objective == pytest.approx(row["total"], rel=2e-3)
        assert row["bound"] <= plan.certificate.objective * (1 + 1e-9)


def test_other_days_at_each_site_do_not_matter_to_a_policy():
    case = small_case(1, rules={**FREE, "days_on_hand_unit": "calendar", "doh_multiplier": 2})
    (row,) = policy_totals(case, {"international": [3], "domestic": [2]}).to_dicts()
    asked = with_rules(case, {"policy": {"international": 3, "domestic": 2}})
    assert provisor.solve(asked, gap=1e-9).certificate.objective == pytest.approx(row["total"])
    assert policy_matrix(case, {"international": [3], "domestic": [2]})["cost"].item() == row["expansion"]


TRUCKS = {"weight_lb": 20000, "volume_cuft": 1100}


@pytest.mark.parametrize("trucks", ["hard", "soft"])
def test_totals_with_trucks_lie_between_their_bound_and_plans_of_the_policy(trucks):
    case = small_case(0, rules={**FREE, "trucks": trucks}, trucks=TRUCKS)
    tried = {"international": (2.0,), "domestic": (1.0, 3.0, 60.0)}
    table = policy_totals(case, tried)
    assert table["total"].is_null().to_list() == [False, False, True]
    for row, (_, network) in zip(table.to_dicts()[:2], policies(network_of(case), tried), strict=False):
        model = days_model(network, None, even_buckets(network, (1,) * 5))
        daily = back_end("highs").solve(model.problem(), Limits())
        assert row["bound"] <= daily.objective * (1 + 1e-9)
        assert daily.objective * (1 - 1e-9) <= row["total"] <= 1.05 * daily.objective


def test_policies_that_trucks_cannot_keep_have_no_total():
    case = small_case(0, rules={**FREE, "trucks": "hard"}, trucks={"weight_lb": 10, "volume_cuft": 1})
    assert policy_totals(case, {"international": [2], "domestic": [1]})["total"].to_list() == [None]


@pytest.mark.parametrize("rules", [{"shelf_use": "dedicated"}, {"pipeline": False}], ids=str)
def test_what_takes_a_plan_of_its_own_is_refused(rules):
    with pytest.raises(BadRequest, match="solve the policy itself"):
        policy_totals(small_case(1, rules=rules), DAYS)
