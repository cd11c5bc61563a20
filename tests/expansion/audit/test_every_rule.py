"""Rule by rule: a plan that keeps all rules, one thing changed, and the rule it breaks. No rule is without a row."""

import pytest

from provisor.expansion.audit import RULES


def half_a_month_from_nowhere(hand):
    hand.keep((2, 1), "A", "NORTH", 4.0)


def a_sale_left_out(hand):
    row = hand.shipped((1, 2), "A", "NORTH")
    row["units_shipped"] -= 4.0


def an_order_nobody_delivers(hand):
    hand.rows["order_schedule_daily"].append(dict(hand.rows["order_schedule_daily"][0]))


def goods_beyond_the_shelves(hand):
    hand.find("case_shelving", facility="SOUTH", storage_type="Pallet")["volume_cuft"] = 5.0


def a_crowded_morning(hand):
    hand.rules["check_time"] = "morning"


def days_on_hand_doubled(hand):
    hand.rules["doh_multiplier"] = 2.0


def a_truck_too_small(hand):
    hand.rules["trucks"] = "hard"
    hand.settings["trucks"] = {"weight_lb": 100.0, "volume_cuft": 400.0}


def a_volume_misstated(hand):
    hand.stocked((1, 1), "A", "NORTH")["volume_cuft"] += 1.0


def half_a_shelf(hand):
    for table in ("shelf_additions", "phases"):
        hand.find(table, facility="NORTH", storage_type="Bins")["shelves_added"] = 0.5


def a_broken_pack(hand):
    hand.deliver((2, 3), "A", "NORTH", 1.0)


def area_beyond_the_limit(hand):
    hand.find("case_sites", facility="NORTH")["limit_sqft"] = 14.0


def a_full_warehouse_for_nothing(hand):
    hand.rules["opening"] = "none"


def shelves_built_in_no_year(hand):
    hand.rules["phases"] = True
    hand.rows["phases"] = hand.rows["phases"][:1]


def a_month_told_in_the_middle(hand):
    hand.rules["resolution"] = "monthly"


def a_pin_not_kept(hand):
    pin = {"decision": "shelves", "facility": "NORTH", "storage_type": "Bins", "amount": 3.0}
    hand.settings["pins"] = [pin]


def a_cost_too_low(hand):
    hand.costs["holding"] -= 1.0


def a_table_that_is_not_there(hand):
    del hand.rows["shipment_plan_daily"]


BREAKS = {
    "tables": a_table_that_is_not_there,
    "balance": half_a_month_from_nowhere,
    "demand": a_sale_left_out,
    "lead-time": an_order_nobody_delivers,
    "storage": goods_beyond_the_shelves,
    "check-time": a_crowded_morning,
    "days-on-hand": days_on_hand_doubled,
    "trucks": a_truck_too_small,
    "units": a_volume_misstated,
    "shelves": half_a_shelf,
    "packs": a_broken_pack,
    "area": area_beyond_the_limit,
    "opening": a_full_warehouse_for_nothing,
    "phases": shelves_built_in_no_year,
    "resolution": a_month_told_in_the_middle,
    "pins": a_pin_not_kept,
    "costs": a_cost_too_low,
}
"""What breaks a rule, by rule."""


def test_every_rule_has_a_row_and_the_unchanged_plan_breaks_none(hand):
    assert set(BREAKS) == {rule.id for rule in RULES}
    assert hand.audit().ok


@pytest.mark.parametrize("rule", BREAKS)
def test_a_broken_rule_is_found(hand, rule):
    BREAKS[rule](hand)
    assert rule in {finding.rule for finding in hand.audit().findings}
