"""Starting from an earlier plan: it is used where it is good, and never where it breaks a rule."""

from dataclasses import replace

import polars as pl
import pytest
from tests.allocation.seeded import small_case

from provisor.allocation.arrays import arrays_of
from provisor.allocation.audit import audit
from provisor.allocation.planner import ALLOCATION
from provisor.allocation.solve import solve
from provisor.allocation.started import decisions_of
from provisor.allocation.tabulate import tabulate
from provisor.planner import BadRequest, SolveOptions


def solved(case, **options):
    return solve(case, SolveOptions(**{"gap": 1e-6, "time_limit": 20, **options}))


@pytest.mark.parametrize("seed", range(6))
def test_decisions_of_a_plan_are_read_back_exactly(seed):
    case = small_case(seed, periods=1 + seed % 2, transfers=True)
    plan = solved(case, method="exact")
    if not plan.tables:
        return
    again = tabulate(arrays_of(case), decisions_of(arrays_of(case), plan.tables))
    assert again.objective == pytest.approx(plan.certificate.objective)
    assert again.tables["allocation"].equals(plan.table("allocation"))


@pytest.mark.parametrize("method", ["exact", "dual", "auto"])
def test_no_plan_is_worse_than_the_one_it_starts_from(method):
    case = small_case(9, transfers=True)
    best = solved(case, method="exact")
    again = solved(case, method=method, start=best, time_limit=2)
    assert again.certificate.objective >= best.certificate.objective - 1e-6
    assert audit(case, again.tables, again.costs).ok


def test_a_start_that_breaks_a_rule_is_not_kept():
    case = small_case(6)
    lavish = solved(small_case(6, stock=False, slots=False, pieces=False), method="exact")
    assert not audit(case, lavish.tables, None).ok
    plan = solved(case, start=lavish)
    assert audit(case, plan.tables, plan.costs).ok
    assert plan.certificate.objective == pytest.approx(solved(case).certificate.objective, rel=1e-6)


def test_a_start_of_a_larger_case_is_cut_to_this_one():
    case = small_case(6)
    plan = solved(case)
    smaller = replace(case, tables={**case.tables, "pairs": case.table("pairs").head(6)})
    again = solved(smaller, start=plan)
    assert audit(smaller, again.tables, again.costs).ok


def test_a_baseline_is_a_start_too():
    case = small_case(8)
    start = ALLOCATION.baseline(case, "rules")
    assert solved(case, start=start).certificate.objective >= start.certificate.objective - 1e-6


def test_a_start_that_cannot_be_read_says_so():
    case = small_case(6)
    plan = solved(case)
    broken = replace(plan, tables={"allocation": pl.DataFrame({"store": ["S0"]})})
    with pytest.raises(BadRequest, match="the plan to start from"):
        solved(case, start=broken)
