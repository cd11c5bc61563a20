"""Causes, forced decisions and frozen plans."""

from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.production.cases import MONDAY, World, solved
from tests.production.changes.shop import shop

import provisor
from provisor.planner import BadRequest
from provisor.questions.files import parse_scenario
from provisor.questions.what_if import changed


def causes(world, question="why shortage", **options):
    return {
        cause.cause: cause for cause in provisor.why(world.case(), solved(world, **options), question).causes
    }


def plant(**more):
    return World(days=3).product("A").plant(**more)


def test_too_much_for_the_line_is_a_matter_of_hours():
    found = causes(plant().demand("P", "A", 200.0))
    assert set(found) == {"hours"}
    assert found["hours"].amount == pytest.approx(found["hours"].facts["short"])


def test_before_anything_can_arrive_it_is_too_early():
    world = plant().node("S").leg("P", "S", 1.0).demand("S", "A", 20.0, 20.0)
    found = causes(world, "why shortage node=S date=2027-03-01")
    assert set(found) == {"too_early"}
    assert found["too_early"].amount == pytest.approx(20)


def test_what_is_dearer_than_a_shortage_is_not_worth_it():
    found = causes(plant().demand("P", "A", 5.0).cost(shortage_per_unit=0.1))
    assert set(found) == {"not_worth_it"}


def test_a_full_truck_is_a_matter_of_trucks():
    world = World(days=3).product("A").plant(needs_trucks=True, has_demand=False, rate_units_per_hour=50.0)
    world.node("S").leg("P", "S", 0.0).truck("K", "P", "S", time="18:00", pallets=1)
    found = causes(world.demand("S", "A", 100.0, 100.0))
    assert "trucks" in found
    facts = found["trucks"].facts
    assert found["trucks"].amount == pytest.approx(facts["unavoidable"] - facts["left_without"])


def test_old_stock_is_a_matter_of_age():
    world = plant(off=(0, 1, 2), max_hours=0.0).stock("P", "A", 2, 30).demand("P", "A", 0.0, 30.0)
    assert set(causes(world, method="auto")) == {"age"}


def test_waste_is_told_by_where_it_comes_from():
    world = plant().stock("P", "A", 0, 30).demand("P", "A", 20.0)
    plan = solved(world)
    found = {cause.cause: cause.amount for cause in provisor.why(world.case(), plan, "why waste").causes}
    assert sum(found.values()) == pytest.approx(plan.table("disposal")["units"].sum())
    assert found["stock"] == pytest.approx(30)


@pytest.fixture(scope="module")
def week():
    world = shop()
    return world.case(), solved(world, method="auto", time_limit=4.0)


def test_a_truck_says_what_it_carries_and_when_it_does_not_run(week):
    case, plan = week
    loads = plan.table("departures").filter(pl.col("truck") == "K")
    day = loads["date"][0]
    (cause,) = provisor.why(case, plan, f"why truck truck=K date={day}").causes
    assert cause.facts["units"] == pytest.approx(loads.filter(date=day)["units"].sum())
    (idle,) = provisor.why(case, plan, f"why truck truck=L date={MONDAY}").causes
    assert idle.cause == "schedule"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("why not product=Z node=P date=2027-03-01", "there is no product Z"),
        ("why not product=A node=H date=2027-03-01", "H makes nothing"),
        ("why not product=A node=P date=2028-03-01", "outside the horizon"),
        ("why not product=A node=P date=soon", "is no date"),
        ("why not product=A truck=K date=2027-03-01", "ask for a truck with its date"),
        ("why not node=P date=2027-03-01", "name a product or a truck"),
        ("why not truck=K", "name the day"),
        ("why waste date=2020-01-01", "no day of the horizon"),
    ],
)
def test_what_cannot_be_answered_is_said(week, question, said):
    with pytest.raises(BadRequest, match=said):
        provisor.why(*week, question)


def test_frozen_days_stay_as_in_the_last_plan(week, tmp_path):
    case, plan = week
    plan.save(tmp_path / "last")
    until = MONDAY + timedelta(days=2)
    freeze = {"change": "freeze", "plan": str(tmp_path / "last"), "until": until}
    more = {"change": "demand", "factor": 1.5, "first": until}
    frozen = changed(case, parse_scenario({"changes": [freeze, more]}, case)).case
    new = provisor.what_if(case, parse_scenario({"changes": [freeze, more]}, case), plan, time_limit=4.0).plan
    assert new.audit["ok"]
    assert new.certificate.case_fingerprint == frozen.fingerprint
    key = ["date", "node", "product", "units"]
    held = [
        one.table("production").filter(pl.col("date") <= until).select(key).sort(key) for one in (plan, new)
    ]
    assert_frame_equal(*held)


def test_production_can_be_pinned_to_some_or_none(week):
    case, plan = week
    made = set(plan.table("production").select("product", "date").iter_rows())
    days = [case.settings.start + timedelta(days=number) for number in range(5)]
    product, day = next((code, day) for day in days for code in "AB" if (code, day) not in made)
    pin = {
        "change": "pin",
        "decision": "production",
        "node": "P",
        "product": product,
        "date": day,
        "used": True,
    }
    new = provisor.what_if(case, parse_scenario({"changes": [pin]}, case), plan, time_limit=4.0)
    assert new.plan.audit["ok"]
    assert new.plan.table("production").filter(product=product, date=day)["units"].sum() > 0
    assert "pins" in provisor.audit(new.case, plan).by_rule()
    assert any(finding.rule == "pins" for finding in provisor.audit(new.case, plan).findings)
