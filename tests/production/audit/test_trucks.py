"""Rules trucks, loading, truck-pallets, cases and leg-capacity, each broken on purpose."""

from datetime import date

import pytest

A20, A22, B20 = "PLANT/A/2025-10-20", "PLANT/A/2025-10-22", "PLANT/B/2025-10-20"


def day(number):
    return date(2025, 10, number)


def test_goods_leave_a_node_of_trucks_without_one(hand):
    hand.find("departures", date=day(20), truck="T1")["truck"] = None
    (finding,) = hand.found("trucks")
    assert finding.where == {"date": "2025-10-20", "leg": "L1", "origin": "PLANT", "stop": "HUB"}
    assert finding.amount == pytest.approx(200.0)
    assert "without a truck" in finding.words


def test_shipments_on_a_day_without_a_truck(hand):
    for row in hand.rows["departures"]:
        if row["date"] == day(27):
            row.update(date=day(26), arrival=day(27))
    (finding,) = hand.found("trucks")
    assert "a Sunday, 120 units leave on truck T1, which does not run that day" in finding.words


def test_dates_of_a_truck_count_instead_of_weekdays(hand):
    hand.find("case_trucks", truck="T5")["dates"] = [day(23)]
    assert "which does not run that day" in hand.found("trucks")[0].words
    hand.find("case_trucks", truck="T5").update(dates=[day(24)], weekdays=[1])
    assert hand.found("trucks") == []


def test_a_truck_without_weekdays_runs_every_day(hand):
    hand.find("case_trucks", truck="T5")["weekdays"] = []
    assert hand.found("trucks") == []


def test_a_stop_the_truck_does_not_serve(hand):
    hand.find("case_trucks", truck="T3")["stops"] = ["HUB"]
    (finding,) = hand.found("trucks")
    assert "get off at FREEZER, which it does not serve" in finding.words


def test_a_truck_of_another_node(hand):
    hand.find("case_trucks", truck="T1")["origin"] = "FREEZER"
    words = {finding.words.split(", which ")[-1] for finding in hand.found("trucks")}
    assert "starts from FREEZER" in words


def test_a_truck_with_two_last_stops_on_one_day(hand):
    load = dict(hand.find("departures", truck="T5"))
    hand.find("departures", truck="T5")["units"] = 80.0
    hand.rows["departures"].append(
        {**load, "leg": "L2", "stop": "FREEZER", "arrival": day(25), "units": 20.0}
    )
    (finding,) = hand.found("trucks")
    assert finding.words == "On 2025-10-24, truck T5 ends at FREEZER and SHOP; it has one last stop a day"
    assert (finding.amount, finding.unit) == (1.0, "stop")


def test_one_alternative_a_day_is_allowed(hand):
    hand.find("departures", truck="T5").update(leg="L2", stop="FREEZER", arrival=day(25))
    assert hand.found("trucks") == []


@pytest.mark.parametrize("leg", ["L4", "L1", "L1+L2", "L9", "L4+L1"])
def test_a_way_the_truck_does_not_go(hand, leg):
    hand.find("departures", truck="T5")["leg"] = leg
    (finding,) = hand.found("trucks")
    assert f"over {leg}, which is not its way" in finding.words


def test_a_direct_leg_is_taken_where_there_is_one(hand):
    direct = {"leg": "L5", "origin": "PLANT", "destination": "SHOP", "mode": "ambient", "transit_days": 1.0}
    hand.case_rows["legs"].append(direct)
    assert "is not its way" in hand.found("trucks")[0].words
    hand.find("departures", truck="T5").update(leg="L5", arrival=day(25))
    assert hand.found("trucks") == []


def test_a_leg_that_goes_elsewhere(hand):
    hand.find("departures", truck=None, date=day(23))["leg"] = "L3"
    (finding,) = hand.found("trucks")
    assert "go from HUB to SHOP on leg L3, which does not" in finding.words


def test_an_arrival_stated_too_early(hand):
    hand.find("departures", truck="T5")["arrival"] = day(25)
    (finding,) = hand.found("trucks")
    assert (finding.amount, finding.unit) == (1.0, "day")


def test_a_morning_truck_with_the_same_days_production(hand):
    hand.find("case_trucks", truck="T3")["departure_time"] = "11:59"
    (finding,) = hand.found("loading")
    assert finding.where["batch"] == A22
    assert finding.amount == pytest.approx(180.0)
    assert "0 were there in the morning, 180 came up only that day" in finding.words


def test_noon_is_afternoon(hand):
    hand.find("case_trucks", truck="T3")["departure_time"] = "12:00"
    assert hand.found("loading") == []


@pytest.mark.parametrize(
    ("switch", "broken"), [("business", True), ("previous_day", True), ("same_day", False)]
)
def test_morning_truck_by_switch(hand, switch, broken):
    hand.find("case_trucks", truck="T3")["departure_time"] = "11:00"
    hand.rules = {"loading": switch}
    assert bool(hand.found("loading")) == broken


def test_no_truck_carries_goods_of_the_day_under_previous_day(hand):
    hand.rules = {"loading": "previous_day"}
    (finding,) = hand.found("loading")
    assert (finding.where["truck"], finding.where["batch"]) == ("T3", A22)


def test_afternoon_truck_before_enough_is_made(hand):
    """Work from 13:00, half an hour to start up: 100 units at 200 an hour by 14:00."""
    hand.find("case_nodes", node="PLANT")["shift_start"] = "13:00"
    (finding,) = hand.found("loading")
    assert finding.amount == pytest.approx(80.0)
    assert finding.where == {"date": "2025-10-22", "node": "PLANT", "truck": "T3"}


def test_start_of_work_and_start_up_by_rule(hand):
    hand.rules = {"shift_start": "13:00"}
    assert hand.found("loading")[0].amount == pytest.approx(80.0)
    hand.rules = {"shift_start": "13:00", "startup_hours": 0.0}
    assert hand.found("loading") == []
    hand.rules = {"shift_start": "13:00", "startup_hours": 1.0}
    assert hand.found("loading")[0].amount == pytest.approx(180.0)


def test_earlier_afternoon_trucks_count_too(hand):
    """140 units are ready at 13:00 and 340 at 14:00; 150 left at 13:00, all 330 by 14:00 are fine."""
    hand.find("case_nodes", node="PLANT")["shift_start"] = "11:48"
    twin = {**hand.find("case_trucks", truck="T3"), "truck": "T2", "departure_time": "13:00"}
    hand.case_rows["trucks"].append(twin)
    load = hand.find("departures", truck="T3", batch=A22)
    hand.rows["departures"].append({**load, "truck": "T2", "units": 150.0})
    (finding,) = hand.found("loading")
    assert finding.where["truck"] == "T2"
    assert finding.amount == pytest.approx(10.0)
    load["units"] = 200.0
    assert {f.where["truck"] for f in hand.found("loading")} == {"T2", "T3"}


def test_goods_frozen_that_day_are_no_goods_of_the_morning(hand):
    """Made, frozen and loaded on one day: not on a morning truck, and counted on an afternoon truck."""
    hand.find("case_nodes", node="PLANT")["storage"] = "both"
    hand.case_rows["legs"].append(
        {"leg": "L6", "origin": "PLANT", "destination": "FREEZER", "mode": "frozen", "transit_days": 0.5}
    )
    new = f"{A22}>F2025-10-22"
    change = {"date": day(22), "node": "PLANT", "product": "A", "batch": A22, "new_batch": new, "units": 20.0}
    hand.rows["state_changes"].append({**change, "from_state": "ambient", "to_state": "frozen"})
    load = {**hand.find("departures", truck="T3", batch=A22), "batch": new, "state": "frozen", "units": 20.0}
    hand.rows["departures"].append({**load, "leg": "L6", "stop": "FREEZER"})
    hand.find("case_nodes", node="PLANT")["shift_start"] = "13:00"
    assert hand.found("loading")[0].amount == pytest.approx(100.0)
    hand.find("case_trucks", truck="T3")["departure_time"] = "10:00"
    assert {finding.where["batch"] for finding in hand.found("loading")} == {A22, new}


def test_goods_that_came_the_same_day_wait_for_the_afternoon(hand):
    """The hub's goods reach the shop on the day they leave; a morning truck of the shop does not get them."""
    hand.case_rows["legs"].append(
        {"leg": "L7", "origin": "SHOP", "destination": "SPOKE", "mode": "ambient", "transit_days": 1.0}
    )
    truck = {**hand.find("case_trucks", truck="T1"), "truck": "T7", "origin": "SHOP", "stops": ["SPOKE"]}
    hand.case_rows["trucks"].append(truck)
    load = {
        **hand.find("departures", date=day(23)),
        "truck": "T7",
        "leg": "L7",
        "origin": "SHOP",
        "stop": "SPOKE",
    }
    hand.rows["departures"].append({**load, "units": 20.0, "arrival": day(24)})
    assert hand.found("loading")[0].amount == pytest.approx(20.0)
    truck["departure_time"] = "13:00"
    assert hand.found("loading") == []


def test_the_forty_fifth_pallet_on_the_wednesday_truck_through_its_stop(hand):
    hand.find("departures", truck="T3", stop="FREEZER").update(units=401.0, pallets=21, cases=40.1)
    (finding,) = hand.found("truck-pallets")
    assert finding.words == "Truck T3 on 2025-10-22 carries 45 pallets on 44 places: 1 too many"
    assert (finding.amount, finding.unit) == (1.0, "pallet")
    assert finding.where == {"date": "2025-10-22", "truck": "T3"}


def test_pallets_of_stops_products_and_states_are_not_shared(hand):
    hand.find("departures", truck="T3", batch=A22).update(units=170.0, pallets=9)
    row = hand.find("departures", truck="T3", batch=A20, stop="HUB")
    hand.rows["departures"].append({**row, "product": "B", "batch": B20, "units": 10.0, "pallets": 1})
    assert [finding.amount for finding in hand.found("truck-pallets")] == [1.0]


def test_a_pallet_and_a_rounding_error_are_one_pallet(hand):
    hand.find("departures", truck="T3", stop="FREEZER")["units"] = 400.00001
    assert hand.broken() == set()


def test_pallets_are_shared_without_the_switch(hand):
    hand.find("departures", truck="T3", batch=A22).update(units=170.0, pallets=9)
    row = hand.find("departures", truck="T3", batch=A20, stop="HUB")
    hand.rows["departures"].append({**row, "product": "B", "batch": B20, "units": 10.0, "pallets": 1})
    hand.rules = {"truck_pallets": False}
    assert hand.found("truck-pallets") == []
    hand.find("case_trucks", truck="T3")["pallets"] = 40
    assert [finding.amount for finding in hand.found("truck-pallets")] == pytest.approx([4.0], abs=1e-3)


def test_pallets_stated_wrong_whatever_the_switch(hand):
    hand.find("departures", truck="T5")["pallets"] = 4
    hand.rules = {"truck_pallets": False}
    (finding,) = hand.found("truck-pallets")
    assert "begin 5 pallets, not 4" in finding.words


def test_part_cases(hand):
    hand.find("departures", truck="T5")["units"] = 95.0
    (finding,) = [f for f in hand.found("cases") if "no whole number" in f.words]
    assert finding.amount == pytest.approx(5.0)
    assert finding.where["stop"] == "SHOP"
    hand.find("departures", truck="T5")["cases"] = 9.5
    hand.rules = {"whole_cases": False}
    assert hand.found("cases") == []


def test_cases_stated_wrong(hand):
    hand.find("departures", truck="T5")["cases"] = 11.0
    (finding,) = hand.found("cases")
    assert (finding.amount, finding.unit) == (1.0, "case")


def test_a_leg_beyond_its_capacity(hand):
    """Goods of a truck count on every leg they use."""
    hand.find("case_legs", leg="L4")["capacity_units"] = 90.0
    (finding,) = hand.found("leg-capacity")
    assert finding.where == {"date": "2025-10-24", "leg": "L4"}
    assert finding.amount == pytest.approx(10.0)
    hand.rules = {"leg_capacity": False}
    assert hand.broken() == set()
