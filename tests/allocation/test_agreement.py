"""Routes and solvers that share no model agree, and every plan passes the auditor."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.allocation.seeded import small_case

from provisor.allocation.audit import audit
from provisor.allocation.solve import solve
from provisor.certificate import Status
from provisor.planner import SolveOptions

OBJECTIVES = (
    {},
    {"objective": "revenue"},
    {"objective": "sell_through"},
    {"stock_cost": "sunk"},
    {"objective": "weighted"},
)


def solved(case, method="exact", solver="highs"):
    return solve(case, SolveOptions(method=method, solver=solver, gap=1e-6, time_limit=10))


def assert_sound(case, plan):
    """The plan passes the auditor, and its bound is on the right side."""
    report = audit(case, plan.tables, plan.costs)
    assert report.ok, report.findings[:3]
    certificate = plan.certificate
    assert certificate.bound >= certificate.objective - 1e-9
    assert sum(plan.costs.values()) == pytest.approx(certificate.objective)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000), rules=st.sampled_from(OBJECTIVES), corridor=st.sampled_from(["off", "soft"])
)
def test_exact_and_dual_routes_agree_within_their_certificates(seed, rules, corridor):
    case = small_case(seed, corridor=corridor, **rules)
    exact = solved(case)
    if exact.certificate.status is Status.INFEASIBLE:
        assert solved(case, "dual").certificate.objective is None
        return
    dual = solved(case, "dual")
    assert_sound(case, exact)
    assert_sound(case, dual)
    slack = 1e-6 * max(1.0, abs(exact.certificate.objective))
    assert dual.certificate.bound >= exact.certificate.objective - slack
    assert exact.certificate.bound >= dual.certificate.objective - slack


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), rules=st.sampled_from(OBJECTIVES))
def test_bound_of_the_dual_route_holds_with_transfers(seed, rules):
    case = small_case(seed, transfers=True, **rules)
    exact, dual = solved(case), solved(case, "dual")
    if exact.certificate.objective is None:
        return
    assert_sound(case, exact)
    assert_sound(case, dual)
    slack = 1e-6 * max(1.0, abs(exact.certificate.objective))
    assert dual.certificate.bound >= exact.certificate.objective - slack
    assert exact.certificate.bound >= dual.certificate.objective - slack


@pytest.mark.parametrize("seed", range(15))
def test_two_solvers_agree(seed):
    case = small_case(seed, transfers=True, **OBJECTIVES[seed % len(OBJECTIVES)])
    highs, scip = solved(case), solved(case, solver="scip")
    assert highs.certificate.status is scip.certificate.status
    assert highs.certificate.objective == pytest.approx(scip.certificate.objective, rel=1e-5)


@pytest.mark.parametrize("seed", range(15))
def test_plans_of_two_periods_keep_every_rule(seed):
    case = small_case(seed, periods=2, transfers=seed % 2 == 0, **OBJECTIVES[seed % len(OBJECTIVES)])
    plan = solved(case)
    if plan.certificate.status is not Status.INFEASIBLE:
        assert_sound(case, plan)
