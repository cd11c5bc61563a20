"""What is built: shelves, area, tiers, phases, pins, and what it costs."""

from datetime import date, timedelta

import pytest

PALLET, BINS = {"storage_type": "Pallet"}, {"storage_type": "Bins"}


def test_half_a_shelf_is_found_unless_shelves_may_be_parts(hand):
    hand.find("shelf_additions", **BINS).update(
        shelves_added=1.5, total_sqft=7.5, weight_capacity_lbs=150.0, volume_capacity_cuft=60.0
    )
    hand.find("phases", **BINS).update(shelves_added=1.5, sqft_added=7.5)
    hand.find("expansion_decisions").update(sqft_added=17.5, tier2_sqft=5.5, expansion_cost=46.0)
    hand.find("expansion_tiers", tier=2).update(sqft=5.5, cost=22.0)
    assert hand.broken() == {"shelves"}
    assert {f.amount for f in hand.found("shelves")} == {0.5}
    hand.rules["whole_shelves"] = False
    assert hand.broken() == set()


def test_shelves_at_a_site_that_may_not_grow_are_found(hand):
    row = hand.find("shelf_additions", **BINS)
    hand.rows["shelf_additions"].append({**row, "facility": "SOUTH", "weight_capacity_lbs": 80.0})
    assert [f.where["facility"] for f in hand.found("shelves")] == ["SOUTH"]
    found = hand.found("area")
    assert [(f.where["facility"], f.amount) for f in found] == [("SOUTH", 5.0)]


def test_an_expandable_site_without_a_limit_may_not_grow(hand):
    hand.find("case_sites", facility="NORTH")["limit_sqft"] = 0.0
    assert hand.broken() >= {"shelves", "area"}


def test_shelves_of_a_type_the_site_does_not_have_are_found(hand):
    hand.case_rows["shelving"] = [row for row in hand.case_rows["shelving"] if row["facility"] == "SOUTH"]
    assert "which has no shelves of the type" in hand.found("shelves")[0].words


@pytest.mark.parametrize(
    "column", ["sqft_per_shelf", "total_sqft", "weight_capacity_lbs", "volume_capacity_cuft"]
)
def test_what_is_said_of_shelves_is_theirs(hand, column):
    hand.find("shelf_additions", **BINS)[column] += 1.0
    assert [(f.amount, f.where["storage_type"]) for f in hand.found("shelves")] == [(1.0, "Bins")]
    assert hand.broken() == {"shelves"}


def test_what_shelves_take_is_what_may_be_used_of_them(hand):
    hand.rules["fill"] = 0.95
    assert {round(f.amount, 6) for f in hand.found("shelves")} == {15.0, 1.5, 5.0, 2.0}


def test_more_shelves_than_area_are_found(hand):
    hand.find("expansion_decisions")["sqft_added"] = 14.0
    found = hand.found("area")
    assert (found[0].amount, found[0].unit) == (1.0, "sqft")


def test_area_beyond_the_limit_is_found(hand):
    hand.find("case_sites", facility="NORTH")["limit_sqft"] = 14.5
    assert [(f.amount, f.unit) for f in hand.found("area")] == [(0.5, "sqft")]


def test_tiers_fill_in_order(hand):
    hand.find("expansion_tiers", tier=1)["sqft"] = 11.0
    hand.find("expansion_tiers", tier=2)["sqft"] = 4.0
    assert [(f.where["tier"], f.amount) for f in hand.found("area")] == [("1", 1.0), ("2", 1.0)]


def test_tiers_of_the_decision_table_are_held_against_the_same_area(hand):
    hand.find("expansion_decisions")["tier2_sqft"] = 2.0
    assert [(f.where["tier"], f.amount) for f in hand.found("area")] == [("2", 1.0)]


def test_a_tier_left_out_and_a_tier_made_up_are_found(hand):
    hand.rows["expansion_tiers"].pop()
    assert [(f.where["tier"], f.amount) for f in hand.found("area")] == [("2", 3.0)]
    hand.rows["expansion_tiers"].append(
        {"facility": "NORTH", "tier": 3, "sqft": 3.0, "price_per_sqft": 1.0, "cost": 3.0}
    )
    assert [(f.where["tier"], f.amount) for f in hand.found("area")] == [("2", 3.0), ("3", 3.0)]


def test_the_price_of_a_tier_is_the_cases(hand):
    hand.find("expansion_tiers", tier=2)["price_per_sqft"] = 3.0
    assert [(f.amount, f.unit) for f in hand.found("area")] == [(1.0, "$/sqft")]


def test_a_concave_price_is_charged_tier_by_tier(hand):
    hand.find("case_tiers", tier=2)["price_per_sqft"] = 1.0
    assert hand.audit().costs["expansion"] == 12 * 2.0 + 3 * 1.0


def test_shelves_built_in_no_year_are_found(hand):
    hand.rows["phases"].pop()
    assert [(f.amount, f.where["storage_type"]) for f in hand.found("phases")] == [(1.0, "Bins")]


def test_all_is_built_in_the_first_year_without_phases(hand):
    hand.find("phases", **BINS)["year"] = 2
    assert "the last in which they may be is 1" in hand.found("phases")[0].words


def test_the_area_of_a_phase_is_that_of_its_shelves(hand):
    hand.find("phases", **BINS)["sqft_added"] = 6.0
    assert [f.amount for f in hand.found("phases")] == [1.0]


def test_phases_must_be_told(hand):
    hand.rules["phases"] = True
    del hand.rows["phases"]
    assert "phases is missing" in hand.found("phases")[0].words


def test_pinned_shelves_and_area_are_built(hand):
    pins = [
        {"decision": "shelves", "facility": "NORTH", "storage_type": "Pallet", "amount": 1},
        {"decision": "sqft", "facility": "NORTH", "amount": 15},
    ]
    hand.settings["pins"] = pins
    assert hand.broken() == set()
    assert hand.audit().checked["pins"] == 2
    pins[0]["amount"] = 2
    pins[1]["amount"] = 17
    pins.append({"decision": "sqft", "facility": "SOUTH", "amount": 1})
    assert [f.amount for f in hand.found("pins")] == [1.0, 2.0, 1.0]


@pytest.fixture
def two_years(hand):
    """Eleven months without demand follow, in which all stock stays; bins are added in year 2, month 13."""
    hand.rules["phases"] = True
    hand.settings |= {"months": 13, "discount_rate": 1.0}
    hand.find("case_sites", facility="NORTH")["fixed_cost"] = 100.0
    last = [row for row in hand.rows["inventory_levels_daily"] if (row["month"], row["day"]) == (2, 3)]
    for month in range(3, 14):
        for day in (1, 2, 3):
            today = date(2027, 4, 30) + timedelta(days=30 * (month - 3) + day)
            hand.case_rows["calendar"].append({"month": month, "day": day, "date": today})
            moment = {"month": month, "day": day, "date": today}
            hand.rows["inventory_levels_daily"] += [{**row, **moment} for row in last]
    hand.find("phases", **BINS)["year"] = 2
    return hand


def test_shelves_of_a_later_year_hold_nothing_before_it(two_years):
    """From month 2 on 108 cuft lie in bins of 80 cuft, and 216 lb on 200; the third bin comes in month 13."""
    assert two_years.broken() == {"storage"}
    found = [f for f in two_years.found("storage") if f.unit == "cuft"]
    assert {f.amount for f in found} == {28.0}
    assert [int(f.where["month"]) for f in found] == [month for month in range(2, 13) for _ in range(3)]
    two_years.find("phases", **BINS)["year"] = 1
    assert two_years.broken() == set()


def test_phases_are_charged_by_year_and_discounted(two_years):
    """10 sqft at $2 now; 2 more at $2 and 3 at $4 a year later at half their price; each phase costs 100."""
    costs = two_years.audit().costs
    assert costs["expansion"] == pytest.approx(20.0 + 16.0 / 2)
    assert costs["phases"] == pytest.approx(100.0 + 50.0)
    two_years.find("phases", **BINS)["year"] = 1
    costs = two_years.audit().costs
    assert (costs["expansion"], costs["phases"]) == (36.0, 100.0)


def test_area_without_shelves_is_bought_in_the_first_year(two_years):
    two_years.find("expansion_decisions")["sqft_added"] = 17.0
    costs = two_years.audit().costs
    assert costs["expansion"] == pytest.approx(2 * 12.0 + 0.0 + (2 + 3) * 4.0 / 2)


def test_a_year_beyond_the_horizon_is_found(two_years):
    two_years.find("phases", **BINS)["year"] = 3
    assert two_years.found("phases")[0].where["year"] == "3"


def test_without_the_switch_the_fixed_cost_is_that_of_one_phase(hand):
    hand.find("case_sites", facility="NORTH")["fixed_cost"] = 100.0
    assert hand.audit().costs["phases"] == 100.0
