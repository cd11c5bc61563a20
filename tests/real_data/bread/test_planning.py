"""The real bakery, planned from its own files."""

from pathlib import Path

import pytest

import provisor

HERE = Path(__file__).parent
DATA = HERE.parents[3] / "shared" / "data" / "bread"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the real data are not beside the repository")


@pytest.mark.parametrize(("folder", "seconds", "at_most"), [("week1", 9, 0.005), ("upstream4", 30, 0.1)])
def test_a_plan_of_the_real_business_is_clean_and_proven(folder, seconds, at_most):
    case = provisor.read_case(HERE / folder)
    plan = provisor.solve(case, time_limit=seconds, gap=at_most)
    assert plan.audit["ok"], plan.audit
    assert plan.audit["cost_difference"] < 0.01
    assert plan.certificate.bound <= plan.certificate.objective + 1e-6
    assert plan.certificate.gap <= at_most


def test_all_stock_is_used_or_reported():
    case = provisor.read_case(HERE / "week4")
    assert case.table("stock")["units"].sum() == pytest.approx(49_581, abs=1)
    assert case.table("transit")["units"].sum() == pytest.approx(32_661, abs=1)
    said = " ".join(problem.message for problem in case.warnings)
    assert "negative" in said or "below zero" in said, said
