"""Decisions pinned: what is built, who serves what, what arrives; and what it costs to have it otherwise."""

import polars as pl
import pytest
from tests.expansion.questions.asking import after, said, wrong
from tests.expansion.worlds import small_case

import provisor
from provisor.expansion.design import find_design
from provisor.expansion.network import network_of
from provisor.planner import SolveOptions
from provisor.planner import planner as planner_called


def pin(decision, **values):
    return {"change": "pin", "decision": decision, **values}


@pytest.fixture(scope="module")
def case():
    return small_case(3, months=4, rules={"doh_multiplier": 3})


@pytest.fixture(scope="module")
def base(case):
    return provisor.solve(case, time_limit=120)


def solved(case, *changes):
    return provisor.solve(after(case, *changes), time_limit=120)


def shipped(plan, **where):
    return plan.table("shipment_plan_daily").filter(**where)["units_shipped"].sum()


def test_pins_say_what_is_wrong_with_them(case):
    assert "names a storage_type" in wrong(case, pin("shelves", facility="SOUTH", amount=1))
    assert "names a month" in wrong(case, pin("delivery", facility="SOUTH", sku="CUPS", amount=1))
    assert "at most 1" in wrong(case, pin("share", facility="SOUTH", sku="CUPS", amount=2))
    assert "NORTH may not grow" in wrong(case, pin("sqft", facility="NORTH", amount=1))
    assert "may grow by" in wrong(case, pin("shelves", facility="SOUTH", storage_type="Bins", amount=999))
    assert "outside the horizon" in wrong(case, pin("share", facility="SOUTH", sku="CUPS", amount=1, month=9))
    assert "no such pin" in wrong(case, {"change": "unpin"})
    every = {"change": "forbid", "decision": "serving", "facility": ["NORTH", "SOUTH"]}
    assert "no site would be left" in wrong(case, every)


def test_a_pin_says_what_it_holds(case):
    change = pin("share", facility="SOUTH", sku="CUPS", amount=0.25, holds="at_least")
    assert said(case, change) == ("Pinned: SOUTH serves at least 25 % of the demand for CUPS in every month",)
    change = {"change": "forbid", "decision": "serving", "facility": "SOUTH", "product": "CUPS", "month": 2}
    assert said(case, change) == ("Forbidden: SOUTH does not serve CUPS in month 2",)


@pytest.mark.parametrize("holds", ["exactly", "at_least", "at_most"])
def test_shelves_are_as_pinned(case, base, holds):
    there = base.table("shelf_additions").filter(storage_type="Pallet")["shelves_added"].sum()
    amount = there + {"exactly": 3, "at_least": 5, "at_most": 7}[holds]
    plan = solved(case, pin("shelves", facility="SOUTH", storage_type="Pallet", amount=amount, holds=holds))
    built = plan.table("shelf_additions").filter(storage_type="Pallet")["shelves_added"].sum()
    assert plan.audit["ok"]
    assert {"exactly": built == amount, "at_least": built >= amount, "at_most": built <= amount}[holds]


def test_a_share_is_served_in_every_month(case):
    plan = solved(case, pin("share", facility="SOUTH", sku="LAMPS", amount=0.3))
    assert plan.audit["ok"]
    assert plan.certificate.gap <= 0.02
    for month in range(1, 5):
        own, whole = (shipped(plan, month=month, sku="LAMPS", **w) for w in ({"facility": "SOUTH"}, {}))
        assert own == pytest.approx(0.3 * whole)


def test_a_share_of_one_month_is_served_in_it(case):
    plan = solved(case, pin("share", facility="NORTH", sku="CUPS", amount=0.0, month=2))
    assert plan.audit["ok"]
    assert shipped(plan, month=2, sku="CUPS", facility="NORTH") == pytest.approx(0.0, abs=1e-6)


def test_nothing_is_served_where_it_is_forbidden_and_can_be_freed_again():
    case = small_case(3, months=4)
    base = provisor.solve(case, time_limit=120)
    forbid = {"change": "forbid", "decision": "serving", "facility": "SOUTH", "product": "DESKS"}
    closed = after(case, forbid)
    plan = provisor.solve(closed, time_limit=120)
    assert plan.audit["ok"]
    assert shipped(plan, sku="DESKS", facility="SOUTH") == pytest.approx(0.0, abs=1e-6)
    freed = after(closed, {"change": "unpin", "facility": "SOUTH"})
    assert freed.settings.pins == ()
    assert plan.certificate.objective >= base.certificate.bound - 1e-6


@pytest.mark.parametrize(("month", "amount", "holds"), [(3, 0.0, "exactly"), (2, 3000.0, "at_least")])
def test_deliveries_are_as_pinned(case, month, amount, holds):
    change = pin("delivery", facility="NORTH", sku="CUPS", month=month, amount=amount, holds=holds)
    plan = solved(case, change)
    assert plan.audit["ok"], plan.certificate
    arrived = plan.table("deliveries_daily").filter(arrival_month=month, sku="CUPS", facility="NORTH")
    got = arrived["units_delivered"].sum()
    assert got == 0 if amount == 0 else got >= amount - 4


def test_broken_pins_are_found_by_the_auditor(case, base):
    asked = after(
        case,
        pin("share", facility="SOUTH", sku="LAMPS", amount=1.0),
        pin("delivery", facility="NORTH", sku="CUPS", month=1, amount=1e6),
        pin("sqft", facility="SOUTH", amount=4000),
    )
    findings = planner_called("expansion").audit(asked, base.tables, None).by_rule()["pins"]
    assert {len(finding.where) for finding in findings} == {1, 3}
    assert {finding.where.get("sku") for finding in findings} == {None, "LAMPS", "CUPS"}


def test_months_with_pinned_shares_decide_what_is_built_too(case):
    month = int(
        case.table("demand").group_by("month").agg(pl.col("quantity").sum()).sort("quantity")["month"][0]
    )
    asked = after(case, pin("share", facility="SOUTH", sku="DESKS", amount=1.0, month=month))
    assert month - 1 in find_design(network_of(asked)).months


def test_a_plan_near_to_another_builds_the_same_where_it_costs_the_same(case, base):
    again = provisor.solve(case, time_limit=120, start=base)
    assert provisor.compare(base, again).stability >= 0.99
    assert planner_called("expansion").resolve(case, base, SolveOptions()).certificate.bound == pytest.approx(
        base.certificate.bound
    )
