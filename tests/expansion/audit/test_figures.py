"""What the plan says beside its decisions: units, costs, names and days, and months instead of days."""

from datetime import date

import polars as pl
import pytest

from provisor.case import Case
from provisor.expansion.audit import audit
from provisor.production.rules import Rules as OtherRules

D11, D21 = (1, 1), (2, 1)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("inventory_levels_daily", "volume_cuft"),
        ("inventory_levels_daily", "weight_lbs"),
        ("deliveries_daily", "inbound_packs"),
        ("order_schedule_daily", "inbound_packs"),
        ("shipment_plan_daily", "daily_demand"),
        ("shipment_plan_daily", "demand_fulfilled_pct"),
    ],
)
def test_figures_in_other_units_follow_from_packs(hand, table, column):
    hand.rows[table][5][column] += 0.5
    found = hand.found("units")
    assert [f.amount for f in found] == pytest.approx([0.5])
    assert f"{column} of {hand.rows[table][5]['sku']} at" in found[0].words
    assert hand.broken() == {"units"}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("inventory_levels_daily", "holding_cost_dollars"),
        ("shipment_plan_daily", "transportation_cost_dollars"),
        ("expansion_decisions", "expansion_cost"),
        ("expansion_tiers", "cost"),
    ],
)
def test_costs_in_tables_are_those_of_their_rows(hand, table, column):
    hand.rows[table][0][column] += 0.5
    assert [f.amount for f in hand.found("costs")] == pytest.approx([0.5])
    assert hand.broken() == {"costs"}


def test_columns_and_tables_that_follow_may_be_left_out(hand):
    keep = {
        "expansion_decisions": ["facility", "sqft_added"],
        "shelf_additions": ["facility", "storage_type", "shelves_added"],
        "inventory_levels_daily": ["month", "day", "sku", "facility", "units"],
        "deliveries_daily": [
            "arrival_month", "arrival_day", "sku", "facility", "units_delivered", "order_month", "order_day",
        ],
        "order_schedule_daily": [
            "arrival_month", "arrival_day", "sku", "facility", "units_ordered", "order_month", "order_day",
        ],
        "shipment_plan_daily": ["month", "day", "sku", "facility", "units_shipped"],
    }  # fmt: skip
    tables = hand.tables()
    report = audit(hand.case(), {name: tables[name].select(columns) for name, columns in keep.items()}, None)
    assert [f.words for f in report.findings] == []
    assert report.costs == pytest.approx(hand.costs)
    assert report.cost_difference is None


def test_a_figure_claimed_too_low_is_found(hand):
    hand.costs["holding"] = 8.0
    report = hand.audit()
    assert not report.ok
    assert report.cost_difference == pytest.approx(1.0)
    assert {f.where["component"] for f in report.findings} == {"holding", "total"}


def test_lines_of_cost_are_added_up(hand):
    hand.find("costs", component="transport")["amount"] = 13.4
    assert {f.where["component"] for f in hand.audit().findings} == {"transport", "total"}


def test_a_component_nobody_knows_is_found(hand):
    hand.costs["goodwill"] = 0.0
    assert "goodwill, which is no component" in hand.audit().findings[0].words


def test_a_pack_may_have_a_holding_cost_of_its_own(hand):
    """A lies 24 + 16 packs for three days and 36 + 24 for three: 300 pack days."""
    hand.case_rows["products"][0]["holding_per_pack_day"] = 0.5
    assert hand.audit().costs["holding"] == pytest.approx(9.0 - 3.0 + 150.0)


def test_a_missing_table_is_told(hand):
    del hand.rows["deliveries_daily"]
    assert "Table deliveries_daily is missing" in hand.found("tables")[0].words


def test_unknown_names_and_days_are_told_and_left_out(hand):
    strange = {"month": 1, "day": 4, "sku": "A", "facility": "NORTH", "units": 5.0}
    hand.rows["inventory_levels_daily"] += [
        strange, {**strange, "day": 1, "sku": "C"}, {**strange, "day": 1, "facility": "EAST"},
        {**strange, "month": 0, "day": 1},
    ]  # fmt: skip
    words = sorted(f.words for f in hand.found("tables") if "case" in f.words)
    assert words == [
        "Table inventory_levels_daily: month 0, day 1 is no business day of the case's calendar",
        "Table inventory_levels_daily: month 1, day 4 is no business day of the case's calendar",
        "Table inventory_levels_daily: the case has no facility EAST",
        "Table inventory_levels_daily: the case has no sku C",
    ]
    assert hand.broken() == {"tables"}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("inventory_levels_daily", "date"),
        ("shipment_plan_daily", "date"),
        ("deliveries_daily", "order_date"),
        ("order_schedule_daily", "arrival_date"),
    ],
)
def test_dates_are_those_of_the_calendar(hand, table, column):
    hand.rows[table][0][column] = date(2027, 12, 24)
    assert [f.rule for f in hand.audit().findings] == ["tables"]
    assert "not 2027-12-24" in hand.found("tables")[0].words


def test_a_row_twice_is_told_and_counted(hand):
    hand.rows["shipment_plan_daily"].append(dict(hand.shipped(D11, "A", "NORTH")))
    assert "a second row has the same month, day, sku, facility" in hand.found("tables")[0].words
    assert hand.broken() >= {"balance", "demand"}


def test_a_cell_that_is_no_number_is_told(hand):
    tables = hand.tables()
    stock = tables["inventory_levels_daily"].with_columns(pl.col("units").cast(pl.String))
    first = pl.int_range(pl.len()) == 0
    tables["inventory_levels_daily"] = stock.with_columns(
        pl.when(first).then(pl.lit("many")).otherwise("units").alias("units")
    )
    found = audit(hand.case(), tables, None).by_rule()["tables"]
    assert found[0].words == "Table inventory_levels_daily, row 1, column units: 'many' is not a plain number"


def test_a_case_of_another_planner_is_refused(hand):
    case = hand.case()
    other = Case("production", "another", dict(case.tables), case.settings, OtherRules())
    with pytest.raises(TypeError, match="not of expansion"):
        audit(other, hand.tables(), None)


MONTHLY = {
    ("A", "NORTH"): {1: 72.0, 2: 120.0},
    ("A", "SOUTH"): {1: 48.0, 2: 80.0},
    ("B", "NORTH"): {1: 36.0, 2: 66.0},
    ("B", "SOUTH"): {1: 24.0, 2: 44.0},
}
"""Goods that arrive in a month."""


@pytest.fixture
def coarse(hand):
    """The plan by months: stock and shipments on their last days, deliveries by day still."""
    hand.rules["resolution"] = "orders"
    for table in ("inventory_levels_daily", "shipment_plan_daily"):
        hand.rows[table] = [row for row in hand.rows[table] if row["day"] == 3]
    for row in hand.rows["inventory_levels_daily"]:
        row["holding_cost_dollars"] *= 3
    for row in hand.rows["shipment_plan_daily"]:
        for column in ("units_shipped", "daily_demand", "transportation_cost_dollars"):
            row[column] *= 3
    return hand


def test_a_plan_by_months_is_held_against_months(coarse):
    coarse.rules["trucks"] = "hard"
    report = coarse.audit()
    assert [f.words for f in report.findings] == []
    assert report.costs == pytest.approx({"expansion": 36.0, "holding": 9.0, "transport": 13.5})
    assert report.checked["balance"] == report.checked["days-on-hand"] == 2 * 2 * 2
    assert report.checked["demand"] == 2 * 2
    assert report.checked["trucks"] == 6 * 2 * 2


def test_a_month_that_does_not_balance_is_found(coarse):
    coarse.stocked((2, 3), "A", "SOUTH")["units"] += 3.0
    assert [(f.amount, f.where["month"]) for f in coarse.found("balance")] == [(3.0, "2")]


def test_a_month_short_of_stock_or_demand_is_found(coarse):
    coarse.shipped((1, 3), "B", "NORTH")["units_shipped"] -= 3.0
    assert [(f.amount, f.where["month"]) for f in coarse.found("demand")] == [(3.0, "1")]
    coarse.stocked((1, 3), "A", "SOUTH")["units"] = 15.0
    assert [f.amount for f in coarse.found("days-on-hand")] == [1.0]


def test_a_month_is_checked_on_its_average_morning(coarse):
    """36 + 36 packs of A on 60 cuft at NORTH, 36 + 18 of B on 120."""
    coarse.rules["check_time"] = "morning"
    found = {(f.where["month"], f.where["facility"], f.where["storage_type"]): f.amount
             for f in coarse.found("check-time") if f.unit == "cuft"}  # fmt: skip
    assert found["2", "NORTH", "Pallet"] == 12.0
    assert found["2", "NORTH", "Bins"] == 42.0


def test_a_figure_between_the_months_ends_is_found(coarse):
    row = dict(coarse.stocked((1, 3), "A", "NORTH"))
    coarse.rows["inventory_levels_daily"].append({**row, "day": 2, "date": date(2027, 3, 2)})
    assert [(f.where["month"], f.where["day"]) for f in coarse.found("resolution")] == [("1", "2")]
    assert coarse.broken() == {"resolution"}


def test_orders_by_months_are_one_a_month(coarse):
    coarse.rules["resolution"] = "monthly"
    assert len(coarse.found("resolution")) == 2 * 2 * 2 * 2
    keep = [row for row in coarse.rows["deliveries_daily"] if row["arrival_day"] == 1]
    for row in keep:
        row["units_delivered"] = MONTHLY[row["sku"], row["facility"]][row["arrival_month"]]
        row["inbound_packs"] = row["units_delivered"] / (4.0 if row["sku"] == "A" else 2.0)
    coarse.rows["deliveries_daily"] = keep
    coarse.rows["order_schedule_daily"] = [
        {**{k: v for k, v in row.items() if k != "units_delivered"}, "units_ordered": row["units_delivered"]}
        for row in keep
    ]
    assert coarse.broken() == set()
    coarse.rules["trucks"] = "hard"
    coarse.settings["trucks"] = {"weight_lb": 400.0, "volume_cuft": 400.0}
    assert {
        (f.where["supplier"], f.where["facility"]): f.amount for f in coarse.found("trucks")
    } == pytest.approx({("ACME", "NORTH"): 0.1})
