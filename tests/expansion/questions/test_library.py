"""The seven ready scenarios on a small case: what each must show, whatever plan was found."""

from dataclasses import replace

import polars as pl
import pytest
from tests.expansion.questions.asking import said
from tests.expansion.worlds import small_case

import provisor
from provisor.expansion.changes.choices import days_14_4, rent
from provisor.expansion.design import find_design
from provisor.expansion.network import network_of
from provisor.planner import planner
from provisor.questions.files import library, parse_scenario

DEARER = ("demand_ten_per_cent_more", "suppliers_five_days_later", "morning_check", "cheapest_site_only")
"""Scenarios that ask for more: no plan of them can be better than the bound of the case."""

CHEAPER = ("july_peak_rented", "third_site_leased")
"""Scenarios that allow more: what is proven of them is below any plan of the case."""


def two_may_grow():
    """The small case of a year from January, in which both sites may grow, SOUTH cheaper, with a peak in July."""
    demand = [[900 + 60 * (month == 7) * 10, 700 + 60 * (month == 7) * 10, 800 + 60 * (month == 7) * 10]
              for month in range(1, 13)]  # fmt: skip
    case = small_case(1, months=12, rules={"doh_multiplier": 2.5}, demand=demand)
    tiers = [*case.table("tiers").rows(), ("NORTH", 1, 9000.0, 5.0)]
    sites = case.table("sites").with_columns(
        expandable=pl.lit(value=True),
        limit_sqft=pl.when(pl.col("facility") == "NORTH").then(9000.0).otherwise(4000.0),
    )
    more = {"sites": sites, "tiers": pl.DataFrame(tiers, schema=case.table("tiers").schema, orient="row")}
    return replace(case, tables={**case.tables, **more})


@pytest.fixture(scope="module")
def case():
    return two_may_grow()


@pytest.fixture(scope="module")
def base(case):
    return provisor.solve(case, time_limit=120)


@pytest.fixture(scope="module")
def answers(case, base):
    """Answers by scenario, each made once when it is first asked for."""
    made = {}

    def answer(name):
        if name not in made:
            made[name] = provisor.what_if(case, name, base, time_limit=120)
        return made[name]

    return answer


def test_the_library_is_the_seven():
    assert sorted(library("expansion")) == sorted((*DEARER, *CHEAPER, "days_on_hand_fourteen_four"))


@pytest.mark.parametrize("name", sorted(library("expansion")))
def test_every_plan_is_clean_and_proven(answers, name):
    answer = answers(name)
    assert answer.plan.audit["ok"]
    assert answer.plan.certificate.bound <= answer.plan.certificate.objective
    assert answer.plan.certificate.gap <= 0.02
    assert answer.plan.certificate.case_fingerprint == answer.case.fingerprint
    assert answer.comparison.total.after == pytest.approx(answer.plan.certificate.objective)
    assert answer.as_dict()["words"]


@pytest.mark.parametrize("name", DEARER)
def test_what_asks_for_more_is_no_better_than_the_bound(answers, base, name):
    assert answers(name).plan.certificate.objective >= base.certificate.bound - 1e-6


@pytest.mark.parametrize("name", CHEAPER)
def test_what_allows_more_costs_no_more(answers, base, name):
    assert answers(name).plan.certificate.bound <= base.certificate.objective + 1e-6


def test_the_peak_is_rented_where_that_costs_less_than_building(case, base, answers):
    answer = answers("july_peak_rented")
    assert answer.case.settings.overflow_per_cuft_day == rent(case)
    assert answer.plan.costs["expansion"] < base.costs["expansion"]
    assert answer.plan.certificate.objective < base.certificate.objective
    months = answer.plan.table("overflow").group_by("month").agg(pl.col("volume_cuft").sum())
    assert months.sort("volume_cuft")["month"][-1] == 7
    assert answer.plan.costs["overflow"] == pytest.approx(months["volume_cuft"].sum() * rent(case))


def test_ten_per_cent_more_is_shipped(base, answers):
    plan = answers("demand_ten_per_cent_more").plan
    assert plan.kpis["units_shipped"] == pytest.approx(1.1 * base.kpis["units_shipped"])


def test_what_follows_from_the_case_breaks_nothing_in_another(case, base, answers):
    decided = planner("expansion").decided(base.tables)
    own = planner("expansion").audit(case, decided, None)
    assert own.findings == ()
    assert own.costs == pytest.approx(base.costs)
    for name in ("demand_ten_per_cent_more", "suppliers_five_days_later"):
        answer = answers(name)
        broken = planner("expansion").audit(answer.case, decided, None).violations
        assert dict(answer.unchanged.broken) == broken


def test_an_earlier_plan_serves_too_little_of_more_demand(base, answers):
    broken = answers("demand_ten_per_cent_more").unchanged.broken
    asked = (
        base.table("shipment_plan_daily").group_by("month", "day", "sku").agg(pl.col("units_shipped").sum())
    )
    assert dict(broken) == {"demand": asked.filter(pl.col("units_shipped") > 0).height}


def test_every_order_of_an_earlier_plan_comes_too_late(base, answers):
    broken = answers("suppliers_five_days_later").unchanged.broken
    assert (
        broken["lead-time"]
        == base.table("deliveries_daily").height + base.table("order_schedule_daily").height
    )
    assert set(broken) == {"lead-time", "days-on-hand"}


def test_only_the_cheapest_site_is_built(answers):
    built = answers("cheapest_site_only").plan.table("shelf_additions").filter(pl.col("shelves_added") > 0)
    assert set(built["facility"]) == {"SOUTH"}


def test_later_suppliers_are_ordered_from_five_days_earlier_and_covered(case, answers):
    answer = answers("suppliers_five_days_later")
    orders = answer.plan.table("order_schedule_daily")
    places = {(m, d): n for n, (m, d) in enumerate(
        answer.case.table("calendar").sort("month", "day").select("month", "day").iter_rows())}  # fmt: skip
    ahead = {
        places[row["arrival_month"], row["arrival_day"]] - places[row["order_month"], row["order_day"]]
        for row in orders.to_dicts()
    }
    assert ahead == {3 + 5}
    shipped = answer.plan.table("shipment_plan_daily").group_by("month", "sku", "facility")
    average = shipped.agg(average=pl.col("units_shipped").sum() / case.settings.days_per_month)
    kept = answer.plan.table("inventory_levels_daily").join(average, on=["month", "sku", "facility"])
    assert (kept["units"] >= kept["average"] * (3 + 5) * 2.5 - 1e-4).all()


def test_the_policy_of_far_and_near_suppliers(case, answers):
    answer = answers("days_on_hand_fourteen_four")
    assert answer.case.rules.policy == days_14_4(case)
    cheapest = find_design(network_of(answer.case))
    assert answer.plan.costs["expansion"] >= cheapest.bound - 1e-6


def test_the_leased_site_is_used_only_if_it_pays(case, base, answers):
    answer = answers("third_site_leased")
    assert "LEASED" in answer.case.table("sites")["facility"]
    area = answer.plan.table("expansion_decisions").filter(facility="LEASED")["sqft_added"].sum()
    price = answer.case.table("tiers").filter(facility="LEASED")["price_per_sqft"].item()
    assert price == pytest.approx(5.0 * case.settings.months / 12)
    if area:
        assert answer.plan.certificate.objective < base.certificate.objective


def test_every_morning_has_room(answers):
    used = answers("morning_check").plan.table("utilisation")
    assert (used["volume_used"] <= 1 + 1e-6).all()
    assert (used["weight_used"] <= 1 + 1e-6).all()


def test_nothing_moves_where_the_earlier_plan_stays_as_good(case, base):
    more = parse_scenario({"changes": [{"change": "site_limit", "facility": "SOUTH", "factor": 1.5}]}, case)
    answer = provisor.what_if(case, more, base, time_limit=120)
    assert answer.comparison.stability == 1.0
    assert not answer.comparison.first
    assert answer.plan.certificate.objective == pytest.approx(base.certificate.objective)
    assert answer.plan.certificate.bound <= base.certificate.objective + 1e-6


def test_causes_name_the_table_that_changed(answers):
    causes = answers("demand_ten_per_cent_more").comparison
    of_shelves = {
        cause for kind in causes.decided if kind.decision.name == "built" for cause in kind.by_cause
    }
    assert of_shelves <= {"demand changed"}
    assert set(causes.by_cause) <= {"demand changed", "demand changed there"}


def test_other_ways_out_are_told_apart(answers):
    case = answers("demand_ten_per_cent_more").case
    tight = parse_scenario({"changes": [{"change": "demand", "factor": 40}]}, case)
    answer = provisor.what_if(case, tight, answers("demand_ten_per_cent_more").plan, time_limit=120)
    lines = answer.as_dict()["words"]
    assert any(line.startswith("It could be planned if: ") for line in lines)
    assert any(line.startswith("Or: ") for line in lines)
    assert not any(": or:" in line for line in lines)


def test_a_new_site_says_what_it_must_hold_under_the_nations_days_on_hand(case):
    site = {"change": "new_site", "facility": "NEW", "like": "SOUTH", "limit_sqft": 100, "price_per_sqft": 1}
    nation = replace(case, rules=case.rules.model_copy(update={"days_on_hand": "network"}))
    (alone,), (all_of_it,) = said(case, site), said(nation, site)
    assert (
        all_of_it
        == f"{alone}; like every site it holds days on hand of all shipments (rules.days_on_hand: network)"
    )
