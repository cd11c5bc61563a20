"""Costs added up from decisions, and what the plan says of them."""

from datetime import date

import pytest


def day(number):
    return date(2025, 10, number)


def costs_of(hand):
    hand.costs = None
    return hand.audit().costs


def price(hand, name, value):
    hand.find("case_costs", cost=name)["value"] = value


def test_a_missing_cost_line(hand):
    hand.rows["costs"] = [row for row in hand.rows["costs"] if row["component"] != "labour"]
    report = hand.audit()
    (labour, total) = report.findings
    assert labour.rule == "costs"
    assert labour.words == "The lines of table costs leave out labour; its decisions cost 410"
    assert total.where == {"component": "total"}
    assert report.cost_difference == pytest.approx(410.0)
    assert not report.ok


def test_a_line_may_be_split(hand):
    row = hand.rows["costs"][1]
    row["amount"] = 300.0
    hand.rows["costs"].append({**row, "date": day(21), "amount": 110.0})
    assert hand.audit().ok


@pytest.mark.parametrize("name", ["production", "storage", "end_value", "shortage"])
def test_a_claimed_figure_that_is_not_so(hand, name):
    hand.costs[name] += 5.0
    report = hand.audit()
    assert report.cost_difference == pytest.approx(5.0)
    assert {finding.where["component"] for finding in report.findings} == {name, "total"}


def test_two_wrong_figures_with_the_right_total(hand):
    hand.costs["production"] += 5.0
    hand.costs["labour"] -= 5.0
    report = hand.audit()
    assert report.cost_difference == pytest.approx(5.0)
    assert not report.ok


def test_a_claimed_figure_left_out_or_unknown_or_no_number(hand):
    del hand.costs["departures"]
    hand.costs["insurance"] = 7.0
    hand.costs["labour"] = float("nan")
    hand.costs["storage"] = "much"
    report = hand.audit()
    found = {f.where["component"]: f.amount for f in report.findings if f.rule == "costs"}
    assert found["departures"] == pytest.approx(530.0)
    assert found["insurance"] == pytest.approx(7.0)
    assert found["labour"] == pytest.approx(410.0)
    assert found["storage"] == pytest.approx(176.45)
    assert report.cost_difference == pytest.approx(530.0 + 410.0 + 176.45 - 7.0)


def test_zero_components_may_be_left_out(hand):
    del hand.costs["freshness"]
    assert hand.audit().ok


def test_a_claimed_total(hand):
    hand.costs["total"] = 4347.75
    assert hand.audit().ok
    hand.costs["total"] = 4300.0
    assert hand.audit().cost_difference == pytest.approx(47.75)


def test_unknown_component_in_lines(hand):
    hand.rows["costs"].append({"component": "gift", "amount": -12.0})
    report = hand.audit()
    assert report.cost_difference == pytest.approx(12.0)
    assert "which is no component of cost" in report.findings[0].words


@pytest.mark.parametrize(
    ("rule", "component", "position"),
    [
        ("end", "end_value", 10),
        ("end", "end_waste", 11),
        ("disposal", "disposal", 8),
        ("starts", "start_waste", 6),
    ],
)
def test_rules_that_are_costs(hand, rule, component, position):
    hand.rows["costs"][position]["amount"] += 1.0
    found = hand.audit().by_rule()
    assert [finding.where for finding in found[rule]] == [{"component": component}]
    assert found[rule][0].amount == pytest.approx(1.0)
    assert found["costs"]


def test_freshness(hand):
    """Sales are priced by the share of its life that a batch has used up."""
    hand.rules = {"freshness": 0.34}
    sold = hand.rows["sales"]
    lives = {"ambient": 17, "thawed": 14}
    by_hand = sum(0.34 * row["units"] * (1 - row["days_left"] / lives[row["state"]]) for row in sold)
    report = hand.audit()
    assert report.costs["freshness"] == pytest.approx(by_hand)
    assert report.by_rule()["freshness"][0].amount == pytest.approx(by_hand)


def test_freshness_of_goods_younger_than_new_is_free(hand):
    hand.rules = {"freshness": 1.0}
    for row in hand.rows["sales"]:
        row["units"] = 0.0
    hand.find("sales", batch="old")["units"] = 50.0
    hand.find("case_stock", batch="old")["expires"] = day(20).replace(month=12)
    assert costs_of(hand)["freshness"] == 0.0


def test_end_by_switch(hand):
    hand.rules = {"end": "waste"}
    costs = costs_of(hand)
    assert (costs["end_value"], costs["end_waste"]) == (0.0, pytest.approx(1245 * 3.0))
    hand.rules = {"end": "free"}
    costs = costs_of(hand)
    assert (costs["end_value"], costs["end_waste"]) == (0.0, 0.0)
    hand.rules = {"end_value": 2.0}
    assert costs_of(hand)["end_value"] == pytest.approx(-1035 * 2.0)


def test_cover_counts_nodes_supplied(hand):
    """Two days of demand: B 160 for plant and hub, 100 for shop; A 140 for the hub, 60 for the freezer."""
    hand.rules = {"end_cover_days": 2}
    credited = 100 + 140 + 85 + 60 + 60 + 50
    assert costs_of(hand)["end_value"] == pytest.approx(-credited * 1.5)


def test_what_is_too_old_to_be_sold_at_the_end_is_waste(hand):
    """On the 28th, 9 days are left of what was made on the 20th; with 10 asked for it is worth nothing."""
    for row in hand.case_rows["products"]:
        row["min_days_at_sale"] = 10
    left = {"HUB A": 200 + 180 + 120, "frozen": 210, "spoke": 100}
    assert costs_of(hand)["end_value"] == pytest.approx(-(490 + left["frozen"] + left["spoke"]) * 1.5)
    hand.rules = {"min_days_at_sale": False}
    assert costs_of(hand)["end_value"] == pytest.approx(-1552.5)


def test_goods_on_the_road_are_judged_on_arrival(hand):
    """The frozen goods on their way to the spoke thaw on arrival, unless they died on the road."""
    hand.find("case_stock", batch="ice-A")["expires"] = day(29)
    assert costs_of(hand)["end_value"] == pytest.approx(-1552.5)
    hand.find("case_stock", batch="ice-A")["expires"] = day(27)
    assert costs_of(hand)["end_value"] == pytest.approx(-(1035 - 100) * 1.5)


def test_goods_of_the_transit_table_due_later_are_on_the_road(hand):
    late = {
        "node": "SPOKE",
        "product": "A",
        "state": "frozen",
        "batch": "late",
        "expires": day(30),
        "units": 50.0,
    }
    hand.case_rows["transit"].append({**late, "arrival": day(30)})
    assert costs_of(hand)["end_value"] == pytest.approx(-(1035 + 50) * 1.5)
    assert hand.found("balance") == []


def test_trucks_may_be_free(hand):
    hand.rules = {"truck_cost": False}
    costs = costs_of(hand)
    assert costs["departures"] == 0.0
    assert costs["transport"] == pytest.approx(290.8 - 620 * 0.01 - 880 * 0.02)


def test_storage_by_unit_where_pallets_cost_nothing(hand):
    price(hand, "storage_per_pallet_day_frozen", 0.0)
    price(hand, "storage_per_pallet_entry_frozen", 0.0)
    assert costs_of(hand)["storage"] == pytest.approx(71.45 + 2600 * 0.03)


def test_entry_is_paid_for_pallets_more_than_the_day_before(hand):
    price(hand, "storage_per_pallet_day_frozen", 0.0)
    assert costs_of(hand)["storage"] == pytest.approx(71.45 + 20 * 2.0)
    hand.find("case_stock", batch="ice-A")["units"] = 60.0
    assert costs_of(hand)["storage"] == pytest.approx(71.45 + 22 * 2.0)


def test_entry_by_batch(hand):
    """Fifteen pallets of one batch replaced by another cost an entry by batch, none by product."""
    price(hand, "storage_per_pallet_day_frozen", 0.0)
    hand.find("stock", batch="ice-A", date=day(24))["units"] = 0.0
    by_product = costs_of(hand)["storage"]
    hand.rules = {"pallets_by": "batch"}
    assert by_product == pytest.approx(71.45 + 25 * 2.0)
    assert costs_of(hand)["storage"] == pytest.approx(71.45 + 25 * 2.0)
    hand.find("stock", node="FREEZER", batch="PLANT/A/2025-10-20>F2025-10-23", date=day(24))["units"] = 500.0
    assert costs_of(hand)["storage"] == pytest.approx(71.45 + 30 * 2.0)
    hand.rules = {}
    assert costs_of(hand)["storage"] == pytest.approx(71.45 + 20 * 2.0)


def test_an_unknown_way_costs_what_its_legs_cost(hand):
    hand.find("departures", truck="T5")["leg"] = "L4+L1+L9"
    assert costs_of(hand)["transport"] == pytest.approx(290.8)
