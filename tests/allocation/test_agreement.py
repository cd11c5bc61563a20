"""Routes and solvers that share no model agree, and every plan passes the auditor.

PROVISOR_SEEDS says how many cases; three hundred take some minutes.
"""

import os

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

BLOCKS = 10
CASES = int(os.environ.get("PROVISOR_SEEDS", "60"))


def solved(case, method="exact", solver="highs"):
    return solve(case, SolveOptions(method=method, solver=solver, gap=1e-6, time_limit=10))


def assert_sound(case, plan):
    """The plan passes the auditor, and its bound is on the right side."""
    report = audit(case, plan.tables, plan.costs)
    assert report.ok, report.findings[:3]
    certificate = plan.certificate
    assert certificate.bound >= certificate.objective - 1e-9
    assert sum(plan.costs.values()) == pytest.approx(certificate.objective)


@pytest.mark.parametrize("block", range(BLOCKS))
@settings(max_examples=max(1, CASES // BLOCKS), deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 9_999),
    rules=st.sampled_from(OBJECTIVES),
    corridor=st.sampled_from(["off", "soft"]),
    transfers=st.booleans(),
)
def test_routes_and_solvers_agree_within_their_certificates(block, seed, rules, corridor, transfers):
    """Cases in blocks that run side by side; every third by another solver too."""
    case = small_case(10_000 * block + seed, corridor=corridor, transfers=transfers, **rules)
    exact, dual = solved(case), solved(case, "dual")
    other = solved(case, solver="scip") if seed % 3 == 0 else exact
    assert exact.certificate.status is other.certificate.status
    if exact.certificate.objective is None:
        assert exact.certificate.status is Status.INFEASIBLE
        assert dual.certificate.objective is None
        return
    assert_sound(case, dual)
    slack = 1e-6 * max(1.0, abs(exact.certificate.objective))
    assert abs(exact.certificate.objective - other.certificate.objective) <= 3 * slack
    assert dual.certificate.bound >= exact.certificate.objective - slack
    assert exact.certificate.bound >= dual.certificate.objective - slack


@pytest.mark.parametrize("seed", range(15))
def test_plans_of_the_exact_route_pass_the_auditor(seed):
    case = small_case(seed, transfers=seed % 2 == 0, **OBJECTIVES[seed % len(OBJECTIVES)])
    plan = solved(case)
    if plan.certificate.status is not Status.INFEASIBLE:
        assert_sound(case, plan)


@pytest.mark.parametrize("seed", range(15))
def test_plans_of_two_periods_keep_every_rule(seed):
    case = small_case(seed, periods=2, transfers=seed % 2 == 0, **OBJECTIVES[seed % len(OBJECTIVES)])
    plan = solved(case)
    if plan.certificate.status is not Status.INFEASIBLE:
        assert_sound(case, plan)
