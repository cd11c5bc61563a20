"""Months held as in an earlier plan: what is held stays, the rest is planned anew, and what breaks rules is told."""

from dataclasses import replace

import polars as pl
import pytest
from tests.expansion.questions.asking import after, said, wrong
from tests.expansion.worlds import small_case

import provisor
from provisor.certificate import Status
from provisor.planner import BadRequest, planner

SECONDS = 120.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("freeze")


@pytest.fixture(scope="module")
def case(folder):
    return replace(small_case(3, months=6, rules={"doh_multiplier": 3}), folder=folder)


@pytest.fixture(scope="module")
def base(case, folder):
    plan = provisor.solve(case, time_limit=SECONDS)
    plan.save(folder / "last")
    return plan


FREEZE = {"change": "freeze", "plan": "last", "until": 2}


def frozen_part(plan, table, month):
    return plan.table(table).filter(pl.col(month) <= 2).drop(pl.selectors.by_dtype(pl.Date))


def test_the_held_months_stay_and_the_rest_is_planned(case, base):
    grown = after(case, FREEZE, {"change": "demand", "factor": 1.2, "first": 3})
    plan = provisor.solve(grown, time_limit=SECONDS)
    assert plan.audit["ok"]
    assert plan.certificate.bound <= plan.certificate.objective
    assert plan.certificate.gap <= 0.05
    assert plan.certificate.case_fingerprint == grown.fingerprint
    for table, month in (
        ("shipment_plan_daily", "month"),
        ("inventory_levels_daily", "month"),
        ("deliveries_daily", "arrival_month"),
    ):
        one, other = (frozen_part(each, table, month) for each in (base, plan))
        assert one.equals(other) or one.shape == other.shape
        units = next(name for name in one.columns if name.startswith("units"))
        assert other[units].to_list() == pytest.approx(one[units].to_list(), abs=1e-6)
    built, before = (each.table("shelf_additions")["shelves_added"].to_list() for each in (plan, base))
    assert all(now >= then for now, then in zip(built, before, strict=True))
    assert plan.kpis["units_shipped"] > base.kpis["units_shipped"]


def test_holding_months_of_the_same_case_costs_at_most_the_gap(case, base):
    plan = provisor.solve(after(case, FREEZE), time_limit=SECONDS)
    assert plan.certificate.objective >= base.certificate.bound - 1e-6
    assert plan.certificate.objective <= base.certificate.objective * 1.01


def test_what_is_held_is_audited(case, base):
    held = after(case, FREEZE)
    moved = base.table("shipment_plan_daily").with_columns(
        units_shipped=pl.when((pl.col("month") == 1) & (pl.col("day") == 2) & (pl.col("sku") == "CUPS"))
        .then(pl.col("units_shipped") + 1.0)
        .otherwise(pl.col("units_shipped"))
    )
    found = planner("expansion").audit(held, {**base.tables, "shipment_plan_daily": moved}, None)
    assert {finding.where["month"] for finding in found.by_rule()["pins"]} == {"1"}
    assert not planner("expansion").audit(held, base.tables, None).by_rule()["pins"]


def test_months_cannot_be_held_against_demand_or_rules(case, base):
    assert base.tables
    assert "demand of 3 frozen months and products is not what the plan ships" in wrong(
        case, FREEZE, {"change": "demand", "factor": 1.2, "last": 1}
    )
    assert "1 to 5" in wrong(case, {**FREEZE, "until": 6})
    assert "has no table" in wrong(case, {**FREEZE, "plan": "nowhere"})
    assert "phases: false" in wrong(case, FREEZE, {"change": "rules", "switches": {"phases": True}})
    strict = after(case, FREEZE, {"change": "days_on_hand", "more": 0.5})
    with pytest.raises(BadRequest, match="frozen months break rules"):
        provisor.solve(strict, time_limit=SECONDS)


def test_a_rest_without_a_plan_says_from_which_month_it_counts(case, base):
    assert base.tables
    held = after(case, FREEZE, {"change": "demand", "factor": 40, "first": 4})
    plan = provisor.solve(held, time_limit=SECONDS)
    assert plan.certificate.status is Status.INFEASIBLE
    assert all("counted from month 3 on" in entry.words for entry in plan.relaxations)


def test_a_what_if_of_held_months(case, base, folder):
    assert said(case, FREEZE) == (
        "Frozen as in last: deliveries and shipments up to month 2; what it builds stays",
    )
    file = folder / "grown.yaml"
    file.write_text(
        "name: grown\nchanges:\n"
        "  - {change: freeze, plan: last, until: 2}\n"
        "  - {change: demand, factor: 1.1, first: 3}\n"
    )
    answer = provisor.what_if(case, file, base, time_limit=SECONDS)
    assert answer.plan.audit["ok"]
    assert min(int(moved.where.get("month", 3)) for moved in answer.comparison.first) >= 3
