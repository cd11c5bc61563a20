"""Each type of change does to the tables what it says, and says what is wrong with it."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.production.cases import MONDAY
from tests.production.changes.shop import shop

from provisor.planner import BadRequest
from provisor.production.planner import PRODUCTION
from provisor.questions.files import parse_scenario
from provisor.questions.what_if import changed


def day(number):
    return MONDAY + timedelta(days=number)


@pytest.fixture(scope="module")
def case():
    return shop().case()


def after(case, *changes):
    """The case after changes."""
    return changed(case, parse_scenario({"changes": list(changes)}, case)).case


def said(case, *changes):
    """What the changes say of themselves."""
    return changed(case, parse_scenario({"changes": list(changes)}, case)).words


def wrong(case, *changes):
    with pytest.raises(BadRequest) as bad:
        after(case, *changes)
    return str(bad.value)


def total(case, table, column="units", **where):
    rows = case.table(table)
    for name, value in where.items():
        rows = rows.filter(pl.col(name) == value)
    return rows[column].sum()


def same_but(case, other, *tables):
    """Whether only the tables named differ."""
    return {name for name in case.tables if not case.table(name).equals(other.table(name))} == set(tables)


def test_every_type_of_the_planner_is_tested_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [kind.kind() for kind in PRODUCTION.changes() if f'"change": "{kind.kind()}"' not in text] == []


def test_demand_takes_a_factor(case):
    new = after(case, {"change": "demand", "factor": 1.5, "product": "A", "first": day(2), "days": 2})
    assert same_but(case, new, "demand")
    assert total(new, "demand", product="A", date=day(2)) == pytest.approx(60)
    assert total(new, "demand", product="A", date=day(4)) == total(case, "demand", product="A", date=day(4))
    assert total(new, "demand", product="B") == total(case, "demand", product="B")


def test_demand_is_set_where_there_was_none_too(case):
    gone = after(case, {"change": "demand", "units": 0, "node": "S"})
    new = after(gone, {"change": "demand", "units": 7, "node": "S", "product": "B", "dates": [day(1)]})
    assert total(new, "demand", node="S", date=day(1)) == 7
    assert new.table("demand").select("node", "product", "date").is_duplicated().sum() == 0


def test_line_down_takes_the_shifts(case):
    new = after(case, {"change": "line_down", "node": "P", "dates": [day(1), day(2)]})
    assert new.table("calendar").height == case.table("calendar").height - 2
    assert "16 fixed hours less" in said(case, {"change": "line_down", "dates": [day(1), day(2)]})[0]


def test_hours_are_those_of_the_days_given(case):
    new = after(case, {"change": "hours", "fixed_hours": 10, "overtime_hours": 1, "weekdays": [1]})
    monday, tuesday = (new.table("calendar").filter(date=day(n)).row(0, named=True) for n in (0, 1))
    assert (monday["fixed_hours"], monday["overtime_hours"], tuesday["fixed_hours"]) == (10, 1, 8)
    assert (
        after(case, {"change": "hours", "max_hours": 9}).table("nodes").filter(node="P")["max_hours"][0] == 9
    )
    assert "more than 24 hours" in wrong(case, {"change": "hours", "fixed_hours": 23})


def test_a_holiday_is_paid_at_the_premium_rate(case):
    new = after(case, {"change": "holiday", "dates": [day(0)]})
    shift = new.table("calendar").filter(date=day(0)).row(0, named=True)
    assert (shift["is_fixed_day"], shift["fixed_hours"], shift["premium_rate"]) == (False, 0, 12)
    assert "no fixed hours" in wrong(case, {"change": "holiday", "dates": [day(6)]})
    free = after(case, {"change": "cost", "parameter": "premium_rate", "value": 0})
    assert "would be free" in wrong(free, {"change": "holiday", "dates": [day(0)]})


def test_a_cancelled_truck_keeps_its_other_days(case):
    new = after(case, {"change": "truck_cancelled", "truck": "K", "dates": [day(1)]})
    assert new.table("trucks").filter(truck="K")["dates"][0].to_list() == [day(0), day(2), day(3), day(4)]
    gone = after(case, {"change": "truck_cancelled", "truck": "L"})
    assert gone.table("trucks").filter(truck="L")["dates"][0].to_list() == [day(-1)]
    assert "does not leave" in wrong(gone, {"change": "truck_cancelled", "truck": "L"})
    assert "does not leave" in wrong(case, {"change": "truck_cancelled", "truck": "L", "dates": [day(0)]})


def test_an_added_truck_is_like_another(case):
    new = after(
        case,
        {"change": "truck_added", "truck": "X", "like": "K", "departure_time": "14:00", "dates": [day(6)]},
    )
    row = new.table("trucks").filter(truck="X").row(0, named=True)
    assert (row["stops"], row["pallets"], row["departure_time"], row["dates"]) == (
        ["H"],
        4,
        "14:00",
        [day(6)],
    )
    whole = {"change": "truck_added", "truck": "X", "origin": "P", "departure_time": "09:00", "pallets": 1}
    assert "no leg leads" in wrong(case, {**whole, "stops": ["S"]})
    assert "a truck K already" in wrong(case, {**whole, "truck": "K", "stops": ["H"]})


def test_places_legs_and_room(case):
    assert (
        after(case, {"change": "truck_places", "truck": ["K"], "pallets": 9}).table("trucks")["pallets"][0]
        == 9
    )
    assert (
        after(case, {"change": "leg_capacity", "leg": "P-H", "units": 5}).table("legs")["capacity_units"][0]
        == 5
    )
    assert after(case, {"change": "leg_closed", "leg": "H-S"}).table("legs").height == 3
    assert (
        after(case, {"change": "cold_store_capacity", "factor": 0.5})
        .table("nodes")
        .filter(node="F")["capacity_units"][0]
        == 40
    )
    assert "no capacity to take a factor of" in wrong(
        case, {"change": "cold_store_capacity", "node": "H", "factor": 2}
    )


def test_a_closed_node_is_cut_off(case):
    new = after(case, {"change": "node_closed", "node": "H"})
    assert set(new.table("legs")["leg"]) == {"P-F", "F-S"}
    assert new.table("trucks").select("truck", "stops").rows() == [("L", ["F"])]
    assert total(new, "stock", node="H") == total(new, "transit", node="H") == 0
    assert total(new, "demand") == total(case, "demand")
    moved = after(case, {"change": "node_closed", "node": "H", "demand_to": "S"})
    assert total(moved, "demand", node="S") == total(case, "demand")
    assert "only node that makes" in wrong(case, {"change": "node_closed", "node": "P"})
    assert "sells nothing" in wrong(case, {"change": "node_closed", "node": "H", "demand_to": "F"})


def test_delays(case):
    new = after(case, {"change": "transit_delay", "leg": "H-S", "days": 0.5})
    assert new.table("legs").filter(leg="H-S")["transit_days"][0] == 1.5
    late = after(case, {"change": "transit_delay", "node": "H", "days": 2})
    assert late.table("transit")["arrival"][0] == day(4)
    assert "nothing is on the road to S" in wrong(case, {"change": "transit_delay", "node": "S", "days": 1})


def test_stock_is_scaled_set_and_added(case):
    assert (
        total(after(case, {"change": "stock_adjusted", "node": "H", "factor": 0.5}), "stock", node="H") == 20
    )
    assert total(after(case, {"change": "stock_adjusted", "units": 7}), "stock") == pytest.approx(7)
    batch = {
        "change": "stock_adjusted",
        "node": "H",
        "product": "B",
        "batch": "found",
        "expires": day(5),
        "units": 9,
    }
    assert total(after(case, {**batch, "state": "ambient"}), "stock", batch="found") == 9
    assert "keeps no frozen goods" in wrong(case, {**batch, "state": "frozen"})
    assert "no such stock" in wrong(case, {"change": "stock_adjusted", "node": "S", "factor": 2})


def test_products_go_and_come(case):
    new = after(case, {"change": "product_delisted", "product": "A", "first": day(3)})
    assert new.table("demand").filter(pl.col("product") == "A")["date"].max() == day(2)
    part = after(case, {"change": "product_delisted", "product": "A", "dates": [day(3)]})
    assert part.table("demand").height == case.table("demand").height - 2
    born = after(case, {"change": "new_product", "product": "N", "like": "A", "share": 0.5, "taken": 0.4})
    assert total(born, "demand", product="N") == pytest.approx(0.5 * total(case, "demand", product="A"))
    assert total(born, "demand", product="A") == pytest.approx(0.8 * total(case, "demand", product="A"))
    assert born.table("products").filter(product="N")["shelf_life_ambient_days"][0] == 6


def test_life_changes_for_batches_too(case):
    new = after(case, {"change": "shelf_life", "product": "A", "ambient_days": 4})
    assert new.table("products").filter(product="A")["shelf_life_ambient_days"][0] == 4
    assert new.table("stock").filter(node="H")["expires"][0] == day(1)
    assert new.table("stock").filter(node="F").equals(case.table("stock").filter(node="F"))
    kept = after(case, {"change": "shelf_life", "product": "A", "ambient_days": 4, "stock": False})
    assert kept.table("stock").equals(case.table("stock"))
    assert "more days at sale" in wrong(case, {"change": "shelf_life", "min_days_at_sale": 9})


def test_prices(case):
    new = after(case, {"change": "cost", "parameter": "shortage_per_unit", "factor": 2})
    assert new.table("costs").filter(cost="shortage_per_unit")["value"][0] == 20
    assert (
        total(
            after(case, {"change": "cost", "parameter": "truck_cost_fixed", "of": "K", "value": 1}),
            "trucks",
            "cost_fixed",
        )
        == 8
    )
    assert "did you mean shortage_per_unit" in wrong(
        case, {"change": "cost", "parameter": "shortage", "value": 1}
    )


def test_rules(case):
    new = after(case, {"change": "rules", "switches": {"end": "waste"}})
    assert new.rules.end == "waste"
    assert case.rules.end == "value"
    assert "when a case is read" in wrong(case, {"change": "rules", "switches": {"lookahead_days": 3}})
    assert "no switch ends" in wrong(case, {"change": "rules", "switches": {"ends": 1}})


def test_pins_are_added_and_taken_away(case):
    pin = {"change": "pin", "decision": "production", "node": "P", "product": "A", "date": day(0), "mixes": 2}
    new = after(case, pin, {"change": "forbid", "decision": "departure", "truck": "K", "dates": [day(1)]})
    assert [(one.decision, one.mixes, one.used) for one in new.settings.pins] == [
        ("production", 2, None),
        ("departure", None, False),
    ]
    assert len(after(case, {"change": "forbid", "decision": "production", "product": "A"}).settings.pins) == 7
    assert [
        one.decision for one in after(new, {"change": "unpin", "decision": "departure"}).settings.pins
    ] == ["production"]
    assert "no such pin" in wrong(case, {"change": "unpin"})
    assert "names a truck" in wrong(
        case, {"change": "pin", "decision": "departure", "date": day(0), "used": True}
    )


def test_freeze_needs_a_plan(case):
    assert "has no table production.parquet" in wrong(
        case, {"change": "freeze", "plan": "nowhere", "until": day(1)}
    )


def test_all_that_is_wrong_is_said_at_once(case):
    text = wrong(
        case,
        {"change": "line_down", "node": "Q"},
        {"change": "demand", "factor": 2, "first": day(30)},
        {"change": "cost", "parameter": "labour", "value": 1},
    )
    assert len(text.splitlines()) == 3
    assert "there is no node Q" in text
    assert "outside the horizon" in text
