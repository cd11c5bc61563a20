"""Goods that come, lie and leave: balance, demand, orders, packs and trucks."""

from datetime import date

import pytest

D11, D12, D21, D23 = (1, 1), (1, 2), (2, 1), (2, 3)


def test_stock_that_comes_from_nowhere_is_found_across_the_end_of_a_month(hand):
    hand.keep(D21, "A", "SOUTH", 4.0)
    found = hand.found("balance")
    assert [(f.amount, f.where["month"], f.where["day"], f.where["facility"]) for f in found] == [
        (4.0, "2", "1", "SOUTH")
    ]
    assert hand.broken() == {"balance"}


def test_stock_that_vanishes_on_the_first_day_is_found(hand):
    hand.find("opening_stock", sku="A", facility="NORTH")["units"] = 20.0
    assert [(f.amount, f.where["day"]) for f in hand.found("balance")] == [(4.0, "1")]


def test_a_missing_row_of_stock_is_no_stock(hand):
    hand.rows["inventory_levels_daily"].remove(hand.stocked(D12, "B", "SOUTH"))
    assert [f.amount for f in hand.found("balance")] == [16.0, 16.0]
    assert [f.amount for f in hand.found("days-on-hand")] == [16.0]


def test_negative_stock_is_found(hand):
    hand.stocked(D23, "A", "NORTH")["units"] = -1.0
    assert "-1 is below 0" in hand.found("tables")[0].words


def test_demand_not_served_is_found(hand):
    hand.shipped(D23, "A", "NORTH")["units_shipped"] = 33.0
    hand.stocked(D23, "A", "NORTH")["units"] += 3.0
    assert [(f.amount, f.unit, f.where["day"]) for f in hand.found("demand")] == [(3.0, "pack", "3")]


def test_shipments_without_demand_are_found(hand):
    hand.find("case_demand", month=1, sku="B")["quantity"] = 57.0
    assert [f.amount for f in hand.found("demand")] == pytest.approx([1.0, 1.0, 1.0])
    assert "too many" in hand.found("demand")[0].words


def test_demand_of_a_month_may_fall_on_any_of_its_days(hand):
    hand.rules["demand"] = "monthly"
    hand.shipped(D11, "A", "NORTH")["units_shipped"] += 4.0
    hand.shipped(D12, "A", "NORTH")["units_shipped"] -= 4.0
    hand.find("opening_stock", sku="A", facility="NORTH")["units"] += 4.0
    assert hand.found("demand") == []
    assert hand.found("balance") != []
    hand.shipped(D12, "A", "NORTH")["units_shipped"] -= 5.0
    assert [(f.amount, f.where["month"], f.where["day"]) for f in hand.found("demand")] == [(5.0, "1", "3")]


def test_demand_by_weekday_is_held_against_the_weights(hand):
    """Month 2 is a Thursday, a Friday and a Monday; with a Friday of weight 2 it is 45, 90 and 45 of A."""
    hand.rules |= {"demand": "weekday", "weekday_weights": [1, 1, 1, 1, 2, 1, 1]}
    assert [(f.where["sku"], f.amount) for f in hand.found("demand")] == [
        ("A", 15.0), ("B", 7.5), ("A", 30.0), ("B", 15.0), ("A", 15.0), ("B", 7.5),
    ]  # fmt: skip
    assert {f.rule for f in hand.audit().findings} == {"demand", "units"}


def test_daily_demand_is_that_of_its_table(hand):
    hand.rules["demand"] = "daily"
    hand.case_rows["daily_demand"] = [
        {"month": row["month"], "day": day, "sku": row["sku"], "quantity": row["quantity"] / 3}
        for row in hand.case_rows["demand"]
        for day in (1, 2, 3)
    ]
    assert hand.broken() == set()
    hand.find("case_daily_demand", month=2, day=3, sku="B")["quantity"] += 2.0
    assert [f.amount for f in hand.found("demand")] == [2.0]


def test_demand_in_pieces_is_demand_over_the_sell_quantity(hand):
    hand.rules["demand_unit"] = "eaches"
    found = hand.found("demand")
    assert {f.where["sku"] for f in found} == {"A"}
    assert [f.amount for f in found] == [20.0] * 3 + [30.0] * 3
    for row in hand.case_rows["demand"]:
        row["quantity"] *= 2 if row["sku"] == "A" else 1
    assert hand.broken() == set()


def test_sales_may_be_lost_only_at_a_price(hand):
    hand.shipped(D23, "B", "SOUTH").update(units_shipped=10.0, demand_fulfilled_pct=100 / 3)
    hand.stocked(D23, "B", "SOUTH").update(
        units=26.0, volume_cuft=78.0, weight_lbs=156.0, holding_cost_dollars=0.52
    )
    hand.case_rows["shelving"][3]["shelves"] = 3.0
    hand.rows["lost_sales"] = [{"month": 2, "day": 3, "sku": "B", "units": 2.0}]
    assert hand.broken() == {"demand"}
    hand.settings["lost_sale_per_pack"] = 7.0
    assert hand.broken() == set()
    assert hand.audit().costs["lost_sales"] == 14.0
    del hand.rows["lost_sales"]
    assert hand.broken() == set()
    assert hand.audit().costs["lost_sales"] == pytest.approx(14.0)


@pytest.mark.parametrize("table", ["deliveries_daily", "order_schedule_daily"])
def test_an_order_too_late_is_found_in_either_table(hand, table):
    row = hand.find(table, arrival_month=2, arrival_day=1, sku="A", facility="NORTH")
    row.update(order_month=1, order_day=3, order_date=date(2027, 3, 3))
    found = hand.found("lead-time")
    assert {f.unit for f in found} == {"pack", "order"}
    assert "with 2 days of lead time that is month 1, day 2" in found[-1].words


def test_an_order_never_delivered_is_found(hand):
    row = hand.find("order_schedule_daily", arrival_month=1, arrival_day=3, sku="B", facility="SOUTH")
    row["units_ordered"] += 2.0
    row["inbound_packs"] += 1.0
    assert [(f.amount, f.unit) for f in hand.found("lead-time")] == [(2.0, "pack")]
    assert hand.broken() == {"lead-time"}


def test_a_delivery_nobody_ordered_is_found(hand):
    hand.rows["order_schedule_daily"].pop(0)
    assert [f.amount for f in hand.found("lead-time")] == [24.0]


def test_lead_time_and_kind_of_supplier_are_those_of_the_case(hand):
    hand.delivered(D21, "A", "NORTH")["lead_time_days"] = 3
    hand.delivered(D21, "B", "SOUTH")["supplier_type"] = "international"
    assert [f.words.partition(" has ")[2] for f in hand.found("lead-time")] == [
        "lead_time_days 2, not 3", "supplier_type domestic, not international",
    ]  # fmt: skip


def test_lead_time_in_calendar_days_goes_back_by_dates(hand):
    """B for SOUTH takes 3 days: what arrives on Monday 5 April is ordered on Friday 2 April."""
    hand.rules["lead_time_unit"] = "calendar"
    words = [f.words for f in hand.found("lead-time") if f.unit == "order"]
    mine = [line for line in words if "B for SOUTH that arrives in month 2, day 3" in line]
    assert mine[0].endswith("with 3 days of lead time that is month 2, day 2")
    for table in ("deliveries_daily", "order_schedule_daily"):
        row = hand.find(table, arrival_month=2, arrival_day=3, sku="B", facility="SOUTH")
        row.update(order_month=2, order_day=2, order_date=date(2027, 4, 2))
    words = [f.words for f in hand.found("lead-time") if f.unit == "order"]
    assert not [line for line in words if "B for SOUTH that arrives in month 2, day 3" in line]


def test_without_a_pipeline_no_order_is_dated_before_the_first_day(hand):
    hand.rules["pipeline"] = False
    found = hand.found("lead-time")
    assert len(found) == 2 * (2 + 4 + 1 + 3)
    assert all(int(f.where["order_month"]) < 1 for f in found)


def test_broken_packs_are_found_unless_they_may_be(hand):
    hand.deliver(D12, "A", "SOUTH", 2.0)
    hand.case_rows["shelving"][2]["shelves"] = 3.0
    assert hand.broken() == {"packs"}
    assert [f.amount for f in hand.found("packs")] == [2.0]
    hand.rules["whole_packs"] = False
    assert hand.broken() == set()


def test_loads_beyond_the_trucks_are_found_by_weight(hand):
    """On the first day of month 2, NORTH gets 48 packs of A of 11 lb each: 0.528 trucks of 1,000 lb."""
    hand.rules["trucks"] = "hard"
    hand.settings["trucks"] = {"weight_lb": 1000.0, "volume_cuft": 400.0, "per_day": 0.5}
    assert [(f.where["facility"], f.where["supplier"], round(f.amount, 6)) for f in hand.found("trucks")] == [
        ("NORTH", "ACME", 0.028)
    ]
    hand.rules["trucks"] = "soft"
    assert hand.broken() == set()
    hand.rules["trucks"] = "report"
    assert hand.broken() == set()


def test_loads_beyond_the_trucks_are_found_by_volume(hand):
    """96 cuft of A and 90 cuft of B arrive at NORTH on the first day of month 2."""
    hand.rules["trucks"] = "hard"
    hand.settings["trucks"] = {"weight_lb": 1e6, "volume_cuft": 80.0}
    amounts = {(f.where["supplier"], f.where["facility"]): f.amount for f in hand.found("trucks")}
    assert amounts == pytest.approx({("ACME", "NORTH"): 0.2, ("BOLT", "NORTH"): 0.125})


def test_loads_beyond_the_trucks_are_found_by_positions(hand):
    """48 packs of A are 12 inbound packs, 32 are 8; 30 packs of B are 15, 20 are 10."""
    hand.rules["trucks"] = "hard"
    hand.settings["trucks"] = {"weight_lb": 1e6, "volume_cuft": 1e6, "positions": 12.0}
    assert [(f.where["supplier"], f.amount) for f in hand.found("trucks")] == [("BOLT", 0.25)]


@pytest.mark.parametrize("exempt", [{"truck_exempt": ["ACME"]}, {"truck_exempt_kinds": ["international"]}])
def test_exempt_suppliers_have_no_limit(hand, exempt):
    hand.settings["trucks"] = {"weight_lb": 1000.0, "volume_cuft": 400.0, "per_day": 0.5}
    hand.rules |= {"trucks": "hard", **exempt}
    assert hand.broken() == set()


def test_a_supplier_may_have_trucks_of_its_own(hand):
    hand.rules["trucks"] = "hard"
    hand.case_rows["suppliers"][1]["trucks_per_day"] = 0.1
    assert {f.where["supplier"] for f in hand.found("trucks")} == {"BOLT"}


def test_excess_loads_are_charged(hand):
    hand.settings |= {
        "trucks": {"weight_lb": 1000.0, "volume_cuft": 400.0, "per_day": 0.5},
        "excess_truck_cost": 250.0,
    }
    hand.rules["trucks"] = "soft"
    assert hand.audit().costs["trucks"] == pytest.approx(0.028 * 250.0)
