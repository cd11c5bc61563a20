"""Rules storage-pallets, storage-capacity, demand and pins, each broken on purpose."""

from datetime import date

import pytest

A20, B20 = "PLANT/A/2025-10-20", "PLANT/B/2025-10-20"
FROZEN = f"{A20}>F2025-10-23"


def day(number):
    return date(2025, 10, number)


def test_pallets_in_store_stated_wrong(hand):
    hand.find("stock", batch=FROZEN, date=day(25))["pallets"] = 19
    (finding,) = hand.found("storage-pallets")
    assert finding.where == {"date": "2025-10-25", "node": "FREEZER", "product": "A", "state": "frozen"}
    assert "500 units of A (frozen) fill 25 pallets, not 24" in finding.words


def test_pallets_of_a_product_are_shared_by_its_batches(hand):
    """110 and 390 units are 25 pallets together, 6 and 20 apart."""
    for number in range(23, 26):
        hand.find("stock", batch="ice-A", date=day(number)).update(units=110.0, pallets=6)
        hand.find("stock", batch=FROZEN, date=day(number)).update(units=390.0, pallets=19)
    assert hand.found("storage-pallets") == []
    hand.rules = {"pallets_by": "batch"}
    found = hand.found("storage-pallets")
    assert {finding.where["batch"] for finding in found} == {FROZEN}
    assert len(found) == 3


def test_states_without_pallet_cost_may_state_their_pallets_or_none(hand):
    row = hand.find("stock", node="SHOP", batch="stock-A")
    row["pallets"] = 1
    assert hand.found("storage-pallets") == []
    row["pallets"] = 2
    assert len(hand.found("storage-pallets")) == 1


def test_an_entry_cost_alone_makes_pallets(hand):
    hand.find("case_costs", cost="storage_per_pallet_entry_ambient")["value"] = 1.0
    assert len(hand.found("storage-pallets")) > 10


def test_stock_beyond_capacity(hand):
    hand.find("case_nodes", node="HUB")["capacity_units"] = 780.0
    (finding,) = hand.found("storage-capacity")
    assert finding.where == {"date": "2025-10-23", "node": "HUB"}
    assert finding.words == "On 2025-10-23, 800 units stay at HUB, which has room for 780: 20 too many"
    hand.rules = {"storage_capacity": False}
    assert hand.broken() == set()


def test_demand_neither_sold_nor_short(hand):
    del hand.rows["shortage"][0]
    (finding,) = hand.found("demand")
    assert finding.where == {"date": "2025-10-20", "node": "HUB", "product": "B"}
    assert finding.amount == pytest.approx(30.0)
    assert "30 units of B are asked for, 0 sold and 0 short" in finding.words


def test_sales_without_demand(hand):
    hand.case_rows["demand"] = [
        row for row in hand.case_rows["demand"] if row["node"] != "SPOKE" or row["date"] != day(22)
    ]
    (finding,) = hand.found("demand")
    assert "0 units of A are asked for, 30 sold and 0 short: 30 too many" in finding.words


def test_demand_stated_wrong(hand):
    hand.rows["shortage"][0]["demand"] = 40.0
    (finding,) = hand.found("demand")
    assert finding.amount == pytest.approx(10.0)


def test_shortage_where_none_is_allowed(hand):
    hand.rules = {"shortages": False}
    found = hand.found("demand")
    assert sum(finding.amount for finding in found) == pytest.approx(170.0)
    assert hand.broken() == {"demand"}


PLANT_A = {"decision": "production", "node": "PLANT", "product": "A"}
T3 = {"decision": "departure", "truck": "T3"}


@pytest.mark.parametrize(
    ("pin", "amount"),
    [
        ({**PLANT_A, "date": day(20), "mixes": 5}, None),
        ({**PLANT_A, "date": day(20), "mixes": 4}, 100.0),
        ({**PLANT_A, "date": day(20), "units": 520.0}, 20.0),
        ({**PLANT_A, "date": day(20), "units": 0}, 500.0),
        ({**PLANT_A, "date": day(23), "units": 0}, None),
        ({**PLANT_A, "date": day(23), "mixes": 1}, 100.0),
        ({**PLANT_A, "date": day(28), "mixes": 1}, None),
        ({**T3, "date": day(22), "used": True}, None),
        ({**T3, "date": day(22), "used": False}, 1.0),
        ({**T3, "date": day(23), "used": True}, 1.0),
        ({**T3, "date": day(22), "product": "A", "stop": "HUB", "units": 480.0}, None),
        ({**T3, "date": day(22), "product": "A", "stop": "HUB", "units": 400.0}, 80.0),
        ({**T3, "date": day(22), "product": "B", "stop": "HUB", "units": 20.0}, 20.0),
    ],
)
def test_pins(hand, pin, amount):
    hand.pins = [pin]
    found = hand.found("pins")
    assert [finding.amount for finding in found] == ([] if amount is None else [pytest.approx(amount)])
    assert hand.broken() == ({"pins"} if amount else set())
