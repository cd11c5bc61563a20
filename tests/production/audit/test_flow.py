"""Rules balance, shelf-life, min-days-at-sale and state-change, each broken on purpose."""

from datetime import date

import pytest

A20, B20 = "PLANT/A/2025-10-20", "PLANT/B/2025-10-20"
FROZEN = f"{A20}>F2025-10-23"
THAWED = "ice-A>T2025-10-22"


def day(number):
    return date(2025, 10, number)


def test_a_unit_lost_in_a_batch_split(hand):
    hand.find("departures", batch=A20, stop="HUB")["units"] = 99.0
    (gone, come) = sorted(hand.found("balance"), key=lambda finding: finding.where["node"], reverse=True)
    assert gone.where == {
        "node": "PLANT",
        "product": "A",
        "state": "ambient",
        "batch": A20,
        "date": "2025-10-22",
    }
    assert gone.amount == pytest.approx(1.0)
    assert "1 are lost" in gone.words
    assert come.where["node"] == "HUB"
    assert "1 come from nowhere" in come.words


def test_opening_stock_counts_once(hand):
    hand.find("case_stock", batch="stock-A")["units"] = 350.0
    (finding,) = hand.found("balance")
    assert finding.where["date"] == "2025-10-20"
    assert finding.amount == pytest.approx(50.0)


def test_goods_on_the_road_at_the_start_arrive_on_their_day(hand):
    hand.case_rows["transit"][0]["arrival"] = day(22)
    found = hand.found("balance")
    assert {finding.where["date"] for finding in found} == {"2025-10-21", "2025-10-22"}


def test_overdue_goods_arrive_on_the_first_day(hand):
    hand.case_rows["transit"][0]["arrival"] = day(15)
    assert {finding.where["date"] for finding in hand.found("balance")} == {"2025-10-20", "2025-10-21"}


def test_goods_on_the_road_are_nothing_without_the_switch(hand):
    hand.rules = {"transit_stock": False}
    assert "balance" in hand.broken()


def test_goods_arrive_when_the_truck_does(hand):
    """A later truck arrives a day later: what is said to be at the hub on the day is not there."""
    hand.find("case_trucks", truck="T1")["departure_time"] = "23:00"
    hand.find("case_legs", leg="L1")["transit_days"] = 1.5
    hand.find("case_trucks", truck="T3")["stops"] = ["FREEZER", "HUB"]
    assert {"balance", "trucks"} <= hand.broken()


def test_age_reset_by_moving_between_nodes(hand):
    """The hub calls what it gets by another, younger batch's name."""
    for table in ("stock", "sales"):
        for row in hand.rows[table]:
            if row["node"] == "HUB" and row["batch"] == A20:
                row["batch"] = "PLANT/A/2025-10-22"
    found = hand.found("balance")
    assert {finding.where["batch"] for finding in found} == {A20, "PLANT/A/2025-10-22"}
    assert {finding.where["node"] for finding in found} == {"HUB"}


def test_age_stated_younger_than_it_is(hand):
    hand.find("stock", node="HUB", batch=A20, date=day(23))["days_left"] = 17
    (finding,) = hand.found("shelf-life")
    assert (finding.amount, finding.unit) == (3.0, "day")
    assert finding.where["table"] == "stock"


def test_age_stated_wrong_at_sale_whatever_the_switches(hand):
    hand.rules = {"shelf_life": False, "min_days_at_sale": False}
    hand.find("sales", node="HUB", batch="old")["days_left"] = 12
    assert hand.broken() == {"shelf-life"}


def test_age_goes_with_goods_over_nodes(hand):
    """What was too old at the plant is too old at the hub and the shop."""
    hand.find("case_stock", batch="stock-A")["expires"] = day(22)
    found = hand.found("shelf-life")
    late = {
        (f.where["node"], f.where["date"])
        for f in found
        if f.where["table"] == "stock" and "after" in f.words
    }
    assert late == {
        ("HUB", "2025-10-23"),
        ("HUB", "2025-10-24"),
        ("HUB", "2025-10-25"),
        ("SHOP", "2025-10-23"),
    }
    assert any(finding.where["table"] == "departures" for finding in found)


@pytest.mark.parametrize(
    ("batch", "expires", "table"),
    [("ice-A", day(21), "state_changes"), ("ice-A", day(25), "departures"), ("old", day(19), "sales")],
)
def test_dead_goods_are_not_used(hand, batch, expires, table):
    hand.find("case_stock", batch=batch)["expires"] = expires
    assert table in {f.where["table"] for f in hand.found("shelf-life") if "last day alive" in f.words}


def test_dead_goods_may_be_used_without_the_switch(hand):
    hand.find("case_stock", batch="ice-A")["expires"] = day(21)
    for row in hand.rows["stock"]:
        row.pop("days_left")
    hand.rules = {"shelf_life": False}
    assert "shelf-life" not in hand.broken()


def test_thawed_goods_live_by_their_own_clock(hand):
    hand.case_rows["products"][0]["shelf_life_thawed_days"] = 8
    found = hand.found("min-days-at-sale")
    assert [(f.where["date"], f.where["batch"]) for f in found] == [
        ("2025-10-24", THAWED),
        ("2025-10-25", THAWED),
    ]


def test_bread_sold_at_eleven_days(hand):
    hand.find("case_stock", batch="old")["expires"] = day(26)
    (finding,) = hand.found("min-days-at-sale")
    assert finding.where == {"date": "2025-10-20", "node": "HUB", "product": "A", "batch": "old"}
    assert finding.amount == pytest.approx(50.0)
    assert "6 days left instead of 7" in finding.words


def test_bread_sold_at_eleven_days_without_the_switch(hand):
    hand.find("case_stock", batch="old")["expires"] = day(26)
    hand.find("sales", batch="old")["days_left"] = 6
    hand.rules = {"min_days_at_sale": False}
    assert hand.broken() == set()


def test_ambient_goods_stay_ambient_in_a_freezer(hand):
    hand.rows["state_changes"] = [row for row in hand.rows["state_changes"] if row["node"] == "SPOKE"]
    for row in hand.rows["stock"]:
        if row["batch"] == FROZEN:
            row.update(batch=A20, state="ambient", days_left=row["days_left"] - 106)
    found = hand.found("state-change")
    assert {finding.where["node"] for finding in found} == {"FREEZER"}
    assert len(found) == 5


def test_frozen_goods_kept_where_only_ambient_ones_are(hand):
    row = hand.find("stock", node="SPOKE", batch=THAWED, date=day(24))
    row.update(state="frozen", batch="ice-A", days_left=70)
    found = hand.found("state-change")
    assert len(found) == 1
    assert "keeps only ambient goods" in found[0].words


def test_a_state_the_batch_does_not_have(hand):
    hand.find("sales", node="HUB", batch="old")["state"] = "thawed"
    (finding,) = hand.found("state-change")
    assert "is said to be thawed; it is ambient" in finding.words


def test_ambient_goods_sold_in_a_freezer_on_arrival(hand):
    hand.rows["sales"].append(
        {"date": day(23), "node": "FREEZER", "product": "A", "state": "ambient", "batch": A20, "units": 5.0}
    )
    (finding,) = hand.found("state-change")
    assert "goods become frozen on arrival" in finding.words


def test_goods_kept_where_nothing_is(hand):
    hand.find("case_nodes", node="SHOP")["storage"] = "none"
    found = hand.found("state-change")
    assert {finding.where["node"] for finding in found} == {"SHOP"}
    assert all("keeps no goods" in finding.words for finding in found)


@pytest.mark.parametrize(
    ("before", "after"),
    [("thawed", "frozen"), ("ambient", "thawed"), ("frozen", "ambient"), ("thawed", "ambient")],
)
def test_changes_that_cannot_be(hand, before, after):
    hand.find("state_changes", node="FREEZER").update(from_state=before, to_state=after)
    assert any("is not possible" in finding.words for finding in hand.found("state-change"))


def test_freezing_where_nothing_is_frozen(hand):
    hand.rows["state_changes"].append(
        {
            "date": day(25),
            "node": "HUB",
            "product": "A",
            "from_state": "ambient",
            "batch": A20,
            "to_state": "frozen",
            "new_batch": f"{A20}>F2025-10-25",
            "units": 5.0,
        }
    )
    (finding,) = hand.found("state-change")
    assert "HUB (storage ambient)" in finding.words


def test_thawed_goods_sent_to_a_freezer(hand):
    hand.case_rows["legs"].append(
        {"leg": "L9", "origin": "SPOKE", "destination": "FREEZER", "mode": "ambient", "transit_days": 1.0}
    )
    hand.rows["departures"].append(
        {
            "date": day(24),
            "leg": "L9",
            "origin": "SPOKE",
            "stop": "FREEZER",
            "product": "A",
            "state": "thawed",
            "batch": THAWED,
            "units": 10.0,
        }
    )
    (finding,) = hand.found("state-change")
    assert "thawed units of A" in finding.words
    assert "keeps only frozen" in finding.words


def test_frozen_goods_on_an_ambient_leg(hand):
    hand.find("case_legs", leg="L3")["mode"] = "ambient"
    found = hand.found("state-change")
    assert len(found) == 2
    assert all("leg L3, which is ambient" in finding.words for finding in found)


@pytest.mark.parametrize(
    ("table", "where", "column", "value"),
    [
        ("production", {"batch": "PLANT/A/2025-10-25"}, "batch", "fresh"),
        ("production", {"batch": "PLANT/A/2025-10-25"}, "state", "frozen"),
        ("state_changes", {"node": "FREEZER"}, "new_batch", f"{A20}>F2025-10-24"),
    ],
)
def test_batches_are_named_for_what_they_are(hand, table, where, column, value):
    hand.find(table, **where)[column] = value
    assert hand.found("state-change")


def test_same_batch_name_at_two_nodes_keeps_two_ages(hand):
    """A batch of the freezer called as one of the plant does not make the plant's older."""
    for rows in (
        hand.case_rows["stock"],
        *(hand.rows[name] for name in ("stock", "departures", "state_changes")),
    ):
        for row in rows:
            if row.get("batch") == "ice-A":
                row["batch"] = "stock-A"
    for table, column in (("stock", "batch"), ("sales", "batch"), ("state_changes", "new_batch")):
        for row in hand.rows[table]:
            row[column] = row[column].replace("ice-A>", "stock-A>")
    assert hand.audit().ok
