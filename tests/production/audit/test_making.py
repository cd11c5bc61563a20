"""Rules mixes, hours, labour and starts, each broken on purpose."""

from datetime import date

import pytest

A20 = "PLANT/A/2025-10-20"


def day(number):
    return date(2025, 10, number)


def working(hand, number):
    return next(row for row in hand.case_rows["calendar"] if row["date"] == day(number))


def test_a_part_mix(hand):
    hand.find("production", batch=A20).update(units=450.0, mixes=4.5, hours=2.25)
    (finding,) = hand.found("mixes")
    assert finding.where == {"date": "2025-10-20", "node": "PLANT", "product": "A"}
    assert finding.amount == pytest.approx(50.0)
    assert "4.5 mixes of 100" in finding.words
    hand.rules = {"mixes": False}
    assert hand.found("mixes") == []


def test_mixes_stated_wrong(hand):
    hand.find("production", batch=A20)["mixes"] = 4.0
    (finding,) = hand.found("mixes")
    assert finding.amount == pytest.approx(100.0)


def test_mixes_of_a_product_without_any(hand):
    hand.case_rows["products"][1]["units_per_mix"] = None
    (finding,) = hand.found("mixes")
    assert finding.where["product"] == "B"
    hand.find("production", product="B")["mixes"] = None
    assert hand.broken() == set()


def test_hours_above_the_limit_by_uncounted_changeovers(hand):
    """6 hours with one changeover of half an hour; without it 5.5 hours would do."""
    working(hand, 20)["overtime_hours"] = 0.7
    (finding,) = hand.found("hours")
    assert finding.where == {"date": "2025-10-20", "node": "PLANT"}
    assert finding.amount == pytest.approx(0.3)
    assert (
        "works 6 hours (900 units of 2 products, 0.5 hours of changeovers); the day has 5.7" in finding.words
    )


def test_hours_stated_without_changeovers(hand):
    row = hand.find("labour", date=day(20))
    row.update(hours_used=5.5, overtime=0.5, paid=5.5, cost=115.0)
    found = hand.found("labour")
    assert {finding.unit for finding in found} == {"h", "$"}
    assert {round(finding.amount, 6) for finding in found} == {0.5, 15.0}


@pytest.mark.parametrize(
    ("rules", "used"),
    [
        ({"changeover": "count"}, 6.0),
        ({"changeover": "count", "changeover_hours": 1.0}, 6.5),
        ({"changeover": "brand"}, 6.5),
        ({"changeover": "brand", "cross_brand_hours": 0.25}, 5.75),
        ({"changeover": "starts"}, 6.0),
        ({"startup_hours": 0.0, "shutdown_hours": 0.25}, 5.25),
    ],
)
def test_hours_by_kind_of_changeover(hand, rules, used):
    working(hand, 20)["overtime_hours"] = 0.0
    hand.rules = rules
    found = [f for f in hand.found("hours") if f.where["date"] == "2025-10-20"]
    assert [finding.amount for finding in found] == [pytest.approx(used - 5.0)]


def test_two_products_of_one_brand(hand):
    hand.case_rows["products"][1]["brand"] = "brand A"
    working(hand, 20)["overtime_hours"] = 0.0
    hand.rules = {"changeover": "brand"}
    assert hand.found("hours")[0].amount == pytest.approx(0.75)


def test_products_without_brand_are_each_their_own(hand):
    for row in hand.case_rows["products"]:
        row["brand"] = None
    working(hand, 20)["overtime_hours"] = 0.0
    hand.rules = {"changeover": "brand"}
    assert hand.found("hours")[0].amount == pytest.approx(1.5)


def test_changeovers_counted_by_starts_may_be_negative(hand):
    """On a day on which a product only goes on, half an hour is given back."""
    hand.rules = {"changeover": "starts"}
    found = [finding for finding in hand.found("labour") if "hours are used" in finding.words]
    assert [(f.where["date"], f.amount) for f in found] == [
        ("2025-10-21", pytest.approx(0.5)),
        ("2025-10-22", pytest.approx(0.5)),
    ]


def test_most_hours_of_another_day(hand):
    hand.rules = {"max_hours_other_days": 1.0}
    (finding,) = hand.found("hours")
    assert finding.where["date"] == "2025-10-25"
    assert finding.amount == pytest.approx(0.5)


def test_most_hours_of_the_node_hold_on_any_day(hand):
    hand.find("case_nodes", node="PLANT")["max_hours"] = 1.8
    assert {finding.where["date"]: finding.amount for finding in hand.found("hours")} == {
        "2025-10-20": pytest.approx(4.2),
        "2025-10-21": pytest.approx(0.2),
        "2025-10-22": pytest.approx(0.2),
    }


def test_nothing_is_made_on_a_day_without_calendar(hand):
    hand.case_rows["calendar"] = [row for row in hand.case_rows["calendar"] if row["date"] != day(25)]
    (finding,) = hand.found("hours")
    assert "the calendar has no such working day" in finding.words
    assert finding.amount == pytest.approx(1.5)


def test_nothing_is_made_where_nothing_can_be(hand):
    hand.find("case_nodes", node="PLANT")["can_make"] = False
    assert len([f for f in hand.found("hours") if "nothing can be made" in f.words]) == 4


def test_hours_of_a_product_stated_wrong(hand):
    hand.find("production", batch=A20)["hours"] = 2.0
    (finding,) = hand.found("hours")
    assert finding.words == "Table production, 2025-10-20 at PLANT: 500 units of A take 2.5 hours, not 2"


def test_premium_hours_are_paid_for_the_minimum(hand):
    working(hand, 25)["minimum_hours"] = 1.0
    found = hand.found("labour")
    assert {finding.unit: finding.amount for finding in found} == {
        "h": pytest.approx(2.5),
        "$": pytest.approx(125.0),
    }


@pytest.mark.parametrize(
    "column", ["products", "hours_used", "regular", "overtime", "premium", "paid", "cost"]
)
def test_every_figure_of_labour_is_recomputed(hand, column):
    hand.find("labour", date=day(20))[column] += 3
    (finding,) = hand.found("labour")
    assert finding.amount == pytest.approx(3.0)


def test_labour_of_a_day_on_which_nothing_is_made(hand):
    hand.rows["labour"].append({**hand.rows["labour"][1], "date": day(23)})
    (finding,) = hand.found("labour")
    assert "nothing is made there" in finding.words


def test_labour_left_out_for_a_day(hand):
    del hand.rows["labour"][1]
    (finding,) = hand.found("labour")
    assert finding.amount == pytest.approx(2.0)


def test_starts_charged_wrong(hand):
    hand.rows["costs"][5]["amount"] = 20.0
    report = hand.audit()
    assert [finding.words for finding in report.by_rule()["starts"]] == [
        "The plan charges 20 for starts; 3 starts cost 30"
    ]
    assert report.cost_difference == pytest.approx(10.0)


def test_starts_of_every_day(hand):
    hand.rules = {"starts": "daily"}
    report = hand.audit()
    assert report.costs["starts"] == pytest.approx(50.0)
    assert report.costs["start_waste"] == pytest.approx(30.0)
    assert len(report.by_rule()["starts"]) == 2
