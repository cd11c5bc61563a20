"""Baseline plans are plans: audited, repeatable, and the repaired ones keep every rule."""

import polars as pl
import pytest

from provisor import api
from provisor.allocation.baselines import METHODS, baseline
from provisor.allocation.baselines.prorata import shares
from provisor.planner import BadRequest

REPAIRED = [method for method in METHODS if not method.endswith("-raw")]

SETTINGS = {
    "as it is": {},
    "nothing goes back": {"rules__returns": "false", "rules__pieces": "false"},
    "two half-months": {"periods": "2"},
    "any packs": {"rules__pack": "false"},
    "no slots": {"rules__slots": "false"},
    "stock paid already": {"rules__stock_cost": "sunk"},
}


@pytest.mark.parametrize("method", REPAIRED)
@pytest.mark.parametrize("what", SETTINGS)
@pytest.mark.parametrize(("size", "seed"), [("tiny", 1), ("tiny", 2), ("tiny", 3), ("demo", 1)])
def test_a_repaired_plan_keeps_every_rule(example, size, seed, what, method):
    case = example(size, seed, **SETTINGS[what])
    plan = api.baseline(case, method)
    assert [finding.words for finding in api.audit(case, plan).findings] == []
    assert plan.audit["ok"]
    assert plan.certificate.bound is None
    assert plan.table("allocation")["carried"].any()


@pytest.mark.parametrize("method", METHODS)
def test_no_plan_sends_what_there_is_not(example, method):
    case = example("demo")
    found = api.audit(case, api.baseline(case, method)).by_rule()
    assert found["stock"] == found["balance"] == found["tables"] == found["costs"] == found["pins"] == []


def test_raw_plans_break_rules_and_say_so(example):
    case = example("demo")
    for method in ("rules-raw", "pro-rata-raw"):
        plan = api.baseline(case, method)
        assert not plan.audit["ok"]
        assert plan.audit["violations"] > 0
        repaired = api.baseline(case, method.removesuffix("-raw"))
        assert repaired.kpis["pieces"] < plan.kpis["pieces"]


def test_the_same_case_gives_the_same_plan(example):
    case = example("tiny")
    first, second = (baseline(case, "rules").tables for _ in range(2))
    assert all(first[name].equals(second[name]) for name in first)


def test_pro_rata_splits_the_stock_to_the_last_piece():
    rows = pl.DataFrame(
        {
            "pair": [0, 1, 2, 3],
            "product": [0, 0, 0, 1],
            "stock": [10.0, 10.0, 10.0, 5.0],
            "weight": [1.0, 1.0, 0.7, 0.2],
        }
    )
    assert shares(rows).rows() == [(0, 4), (1, 4), (2, 2), (3, 5)]


def test_an_unknown_method_is_refused(example):
    with pytest.raises(BadRequest, match="no baseline 'magic'"):
        api.baseline(example("tiny"), "magic")
