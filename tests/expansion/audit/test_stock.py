"""Stock against shelves and days on hand: storage, check-time, days-on-hand, opening."""

import pytest

D21, D23 = (2, 1), (2, 3)


def whole_month(day=3):
    return [("2", str(number)) for number in range(1, day + 1)]


def test_stock_beyond_the_volume_of_its_shelves_is_found_by_day(hand):
    hand.find("case_shelving", facility="NORTH", storage_type="Bins")["volume_cuft"] = 35.0
    found = hand.found("storage")
    assert [(f.where["month"], f.where["day"]) for f in found] == whole_month()
    assert {(f.amount, f.unit) for f in found} == {(3.0, "cuft")}


def test_stock_beyond_the_weight_of_its_shelves_is_found(hand):
    hand.find("case_shelving", facility="SOUTH", storage_type="Bins")["weight_lb"] = 70.0
    assert {(f.amount, f.unit) for f in hand.found("storage")} == {(4.0, "lb")}


def test_positions_count_where_they_are_limited(hand):
    hand.find("case_shelving", facility="SOUTH", storage_type="Pallet")["positions"] = 2.5
    assert hand.broken() == set()
    hand.rules["positions"] = True
    assert {(f.amount, f.unit) for f in hand.found("storage")} == {(1.0, "position")}


def test_shelves_not_added_hold_nothing(hand):
    hand.find("shelf_additions", storage_type="Pallet")["shelves_added"] = 0.0
    assert {f.amount for f in hand.found("storage") if f.unit == "cuft"} == {6.0}


def test_stock_on_shelves_of_another_type_is_found_unless_types_do_not_matter(hand):
    hand.case_rows["products"][0]["storage_type"] = "Bins"
    assert {f.where["storage_type"] for f in hand.found("storage")} == {"Bins"}
    hand.rules["own_type"] = False
    assert hand.found("storage") == []


def test_types_that_do_not_matter_share_the_room_of_the_site(hand):
    """NORTH keeps 36 + 108 cuft on 60 + 120."""
    hand.rules["own_type"] = False
    hand.find("case_shelving", facility="NORTH", storage_type="Bins")["volume_cuft"] = 27.0
    assert {(f.amount, f.where["storage_type"]) for f in hand.found("storage")} == {(3.0, "all types")}


@pytest.mark.parametrize(
    ("reading", "over"),
    [
        ("sell", {}),
        ("inbound", {("NORTH", "cuft"): 12.0, ("SOUTH", "cuft"): 18.0}),
    ],
)
def test_room_taken_depends_on_the_reading(hand, reading, over):
    """As received a pack of A takes 2 cuft and 11 lb, of B 3 cuft; as sold B takes 2 cuft."""
    hand.rules["storage"] = reading
    for row in hand.case_rows["shelving"]:
        row["weight_lb"] *= 2
    found = hand.found("storage")
    assert {(f.where["facility"], f.unit): f.amount for f in found} == over
    assert {f.where["storage_type"] for f in found} <= {"Pallet"}


def test_repackable_goods_lie_as_received_where_that_is_smaller(hand):
    hand.case_rows["products"][0].update(inbound_volume_cuft=3.0, inbound_weight_lb=36.0)
    stated = hand.found("units")
    assert {f.where["sku"] for f in stated} == {"A"}
    assert "is 18 , not" not in stated[0].words
    words = [f.words for f in stated if "month 1, day 1" in f.words and "at NORTH" in f.words]
    assert words == [
        "Table inventory_levels_daily: volume_cuft of A at NORTH in month 1, day 1 is 18, not 24",
        "Table inventory_levels_daily: weight_lbs of A at NORTH in month 1, day 1 is 216, not 240",
    ]


def test_fill_applies_to_added_shelves_and_to_sites_that_may_not_grow(hand):
    """At 0.7: NORTH 30 x 1.7 and 40 x 2.7 = 108, just enough; SOUTH 30 x 0.7 = 21 for 24, 80 x 0.7 = 56 for 72."""
    hand.rules["fill"] = 0.7
    found = {(f.where["facility"], f.where["storage_type"], f.unit): f.amount for f in hand.found("storage")}
    assert found == pytest.approx(
        {
            ("SOUTH", "Pallet", "cuft"): 3.0,
            ("SOUTH", "Bins", "cuft"): 16.0,
            ("SOUTH", "Pallet", "lb"): 30.0,
            ("SOUTH", "Bins", "lb"): 32.0,
        }
    )


def test_overflow_is_rented_at_a_price_and_relieves_volume_only(hand):
    hand.find("case_shelving", facility="NORTH", storage_type="Bins").update(volume_cuft=35.0)
    hand.rows["overflow"] = [
        {"month": 2, "day": day, "facility": "NORTH", "storage_type": "Bins", "volume_cuft": 3.0}
        for day in (1, 2, 3)
    ]
    assert {f.words.rpartition("; ")[2] for f in hand.found("storage")} == {"none may be rented"}
    hand.settings["overflow_per_cuft_day"] = 0.5
    assert hand.found("storage") == []
    assert hand.audit().costs["overflow"] == 4.5
    hand.find("case_shelving", facility="NORTH", storage_type="Bins")["weight_lb"] = 70.0
    assert {f.unit for f in hand.found("storage")} == {"lb"}


def test_overflow_not_told_is_what_is_beyond_the_shelves(hand):
    hand.find("case_shelving", facility="NORTH", storage_type="Bins")["volume_cuft"] = 35.0
    hand.settings["overflow_per_cuft_day"] = 0.5
    del hand.rows["overflow"]
    assert hand.found("storage") == []
    assert hand.audit().costs["overflow"] == 4.5


def test_more_overflow_than_stock_is_found(hand):
    hand.settings["overflow_per_cuft_day"] = 0.5
    hand.rows["overflow"] = [
        {"month": 1, "day": 1, "facility": "SOUTH", "storage_type": "Pallet", "volume_cuft": 17.0}
    ]
    assert [f.amount for f in hand.found("storage")] == [1.0]


def test_mornings_are_checked_where_the_rule_says_so(hand):
    """On the morning of the first day of month 2, NORTH has 24 + 48 packs of A on 60 cuft, 24 + 30 of B on 120."""
    assert hand.found("check-time") == []
    hand.rules["check_time"] = "morning"
    found = hand.found("check-time")
    assert hand.found("storage") == []
    first = {
        (f.where["facility"], f.where["storage_type"], f.unit): f.amount
        for f in found
        if (f.where["month"], f.where["day"]) == ("2", "1")
    }
    assert first[("NORTH", "Pallet", "cuft")] == pytest.approx(12.0)
    assert first[("NORTH", "Bins", "cuft")] == pytest.approx(42.0)
    assert first[("SOUTH", "Pallet", "cuft")] == pytest.approx(18.0)


DEDICATED = [
    {"facility": "NORTH", "storage_type": "Pallet", "sku": "A", "shelves": 2.0},
    {"facility": "NORTH", "storage_type": "Bins", "sku": "B", "shelves": 3.0},
    {"facility": "SOUTH", "storage_type": "Pallet", "sku": "A", "shelves": 2.0},
    {"facility": "SOUTH", "storage_type": "Bins", "sku": "B", "shelves": 2.0},
]


def dedicate(hand):
    hand.rules["shelf_use"] = "dedicated"
    hand.rows["shelf_assignments"] = [dict(row) for row in DEDICATED]


def test_shelves_of_one_product_hold_whole_packs(hand):
    """A bin of 40 cuft holds 13 packs of 3 cuft: three of them 39, two 26."""
    dedicate(hand)
    assert hand.broken() == set()
    hand.find("case_shelving", facility="NORTH", storage_type="Bins")["volume_cuft"] = 35.9
    assert {(f.where["sku"], f.amount) for f in hand.found("storage")} == {("B", 3.0)}


def test_shelves_of_one_product_must_be_told(hand):
    hand.rules["shelf_use"] = "dedicated"
    del hand.rows["shelf_assignments"]
    assert "shelf_assignments is missing" in hand.found("storage")[0].words


def test_more_shelves_given_than_there_are_is_found(hand):
    dedicate(hand)
    hand.find("shelf_assignments", facility="SOUTH", sku="A")["shelves"] = 3.0
    assert [(f.amount, f.unit) for f in hand.found("storage")] == [(1.0, "shelf")]


def test_shelves_of_another_type_or_in_parts_are_found(hand):
    dedicate(hand)
    hand.find("shelf_assignments", facility="NORTH", sku="B")["shelves"] = 2.8
    hand.rows["shelf_assignments"].append(
        {"facility": "NORTH", "storage_type": "Bins", "sku": "A", "shelves": 0.2}
    )
    words = [f.words for f in hand.found("storage")]
    assert any("it is kept on Pallet only" in line for line in words)
    assert sum("which is not whole" in line for line in words) == 2
    hand.rules |= {"own_type": False, "whole_shelves": False}
    assert hand.found("storage") == []


def test_mornings_count_for_shelves_of_one_product_too(hand):
    dedicate(hand)
    hand.rules["check_time"] = "morning"
    found = {(f.where["month"], f.where["day"], f.where["facility"], f.where["sku"]): f.amount
             for f in hand.found("check-time")}  # fmt: skip
    assert found["2", "1", "NORTH", "A"] == 12.0


def test_too_little_stock_is_found(hand):
    hand.stocked(D23, "B", "NORTH")["units"] = 35.0
    found = hand.found("days-on-hand")
    assert [(f.amount, f.unit, f.where["day"]) for f in found] == [(1.0, "pack", "3")]


def test_days_on_hand_of_all_sites_are_asked_of_every_site(hand):
    """NORTH keeps 24 of A where all sites ship 40, SOUTH 16; in month 2 36 and 24 of 60."""
    hand.rules["days_on_hand"] = "network"
    found = {
        (f.where["month"], f.where["facility"], f.where["sku"]): f.amount for f in hand.found("days-on-hand")
    }
    assert found == {
        ("1", "NORTH", "A"): 16.0, ("1", "SOUTH", "A"): 24.0, ("2", "NORTH", "A"): 24.0, ("2", "SOUTH", "A"): 36.0,
        ("1", "NORTH", "B"): 16.0, ("1", "SOUTH", "B"): 24.0, ("2", "NORTH", "B"): 24.0, ("2", "SOUTH", "B"): 36.0,
    }  # fmt: skip


def test_pooled_stock_may_lie_at_any_site(hand):
    hand.rules["days_on_hand"] = "pooled"
    hand.stocked(D23, "A", "NORTH")["units"] -= 4.0
    hand.stocked(D23, "A", "SOUTH")["units"] += 4.0
    assert hand.found("days-on-hand") == []
    hand.stocked(D23, "A", "SOUTH")["units"] -= 1.0
    assert [(f.amount, f.where["facility"]) for f in hand.found("days-on-hand")] == [(1.0, "all sites")]


def test_a_policy_replaces_the_days_of_the_table(hand):
    hand.rules["policy"] = {"international": 1.0, "domestic": 2.0}
    hand.case_rows["lead_times"] = [{**row, "days_on_hand": 9.0} for row in hand.case_rows["lead_times"]]
    assert hand.broken() == set()
    hand.rules["policy"]["domestic"] = 2.5
    assert {f.where["sku"] for f in hand.found("days-on-hand")} == {"B"}
    hand.rules["policy"] = {"domestic": 2.0}
    with pytest.raises(ValueError, match="kind international"):
        hand.audit()


def test_days_on_hand_are_multiplied(hand):
    hand.rules["doh_multiplier"] = 1.25
    found = {(f.where["month"], f.where["facility"]): f.amount for f in hand.found("days-on-hand")
             if f.where["sku"] == "A"}  # fmt: skip
    assert found == {("1", "NORTH"): 6.0, ("1", "SOUTH"): 4.0, ("2", "NORTH"): 9.0, ("2", "SOUTH"): 6.0}


def test_calendar_days_on_hand_are_five_sevenths(hand):
    hand.rules["days_on_hand_unit"] = "calendar"
    hand.case_rows["lead_times"] = [
        {**row, "days_on_hand": row["days_on_hand"] * 1.4} for row in hand.case_rows["lead_times"]
    ]
    assert hand.broken() == set()
    hand.rules["days_on_hand_unit"] = "business"
    assert hand.broken() == {"days-on-hand"}


def test_without_a_pipeline_days_on_hand_hold_from_the_first_arrival_on(hand):
    """A for SOUTH arrives after 4 days at the earliest, on the second day of month 2."""
    hand.rules["pipeline"] = False
    for row in hand.rows["inventory_levels_daily"]:
        if row["sku"] == "A" and row["facility"] == "SOUTH":
            row["units"] = 0.0
    found = [(f.where["month"], f.where["day"]) for f in hand.found("days-on-hand")]
    assert found == [("2", "2"), ("2", "3")]


def test_more_opening_stock_than_the_level_is_found(hand):
    hand.find("opening_stock", sku="A", facility="NORTH")["units"] = 26.0
    assert [(f.amount, f.where["sku"]) for f in hand.found("opening")] == [(2.0, "A")]


def test_opening_stock_not_told_is_what_balances_the_first_day(hand):
    hand.keep((1, 1), "A", "NORTH", 4.0)
    del hand.rows["opening_stock"]
    assert [(f.amount, f.where["sku"]) for f in hand.found("opening")] == [(4.0, "A")]
    hand.keep((1, 1), "A", "NORTH", -30.0)
    assert [f.amount for f in hand.found("opening")] == [2.0]


def test_opening_level_follows_the_scope_of_days_on_hand(hand):
    hand.find("opening_stock", sku="A", facility="NORTH")["units"] = 40.0
    hand.rules["days_on_hand"] = "network"
    assert hand.found("opening") == []
    hand.rules["days_on_hand"] = "pooled"
    assert [(f.amount, f.where["facility"]) for f in hand.found("opening")] == [(16.0, "all sites")]
    hand.find("opening_stock", sku="A", facility="SOUTH")["units"] = 0.0
    assert hand.found("opening") == []


def test_opening_stock_is_that_of_the_case_where_it_is_given(hand):
    hand.rules["opening"] = "data"
    assert len(hand.found("opening")) == 4
    hand.case_rows["opening"] = [dict(row) for row in hand.rows["opening_stock"]]
    assert hand.found("opening") == []
    hand.find("case_opening", sku="B", facility="SOUTH")["units"] = 17.0
    assert [f.amount for f in hand.found("opening")] == [1.0]


def test_no_opening_stock_where_the_rule_says_none(hand):
    hand.rules["opening"] = "none"
    assert {f.amount for f in hand.found("opening")} == {24.0, 16.0}
