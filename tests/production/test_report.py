from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisor.production.charts import production_chart
from provisor.production.report import KPI_UNITS, SUMMARY_TABLES, runs, with_report
from provisor.production.tables import DEPARTURES, LABOUR, PRODUCTION, TRUCKS

START = date(2027, 3, 1)


def production(*made):
    """Rows of units 100 for each day number and product."""
    rows = [
        {"date": START + timedelta(days=day), "node": "P", "product": product, "units": 100.0, "mixes": 1.0}
        for day, product in made
    ]
    return pl.DataFrame(rows, schema=PRODUCTION.dtypes)


def test_a_plan_without_production_has_figures_all_the_same(tiny_case, plan):
    full = with_report(tiny_case, plan)
    assert full.kpis["units_short"] == 1200
    assert full.kpis["service_level"] == 0
    assert set(full.kpis) <= set(KPI_UNITS)
    assert full.table("hours")["limit"].to_list() == [10.0, 10.0, 10.0]
    assert full.table("hours")["used"].to_list() == [0.0, 0.0, 0.0]
    assert full.table("service").row(0) == ("BAKERY", "BREAD", 1200.0, 0.0, 1200.0, 0.0)


def test_summary_tables_have_the_columns_of_their_schemas(tiny_case, plan):
    full = with_report(tiny_case, plan)
    for schema in SUMMARY_TABLES:
        assert dict(full.table(schema.name).schema) == schema.dtypes


def test_hours_are_limited_by_the_day_the_rules_and_the_node(tiny_case, plan):
    calendar = tiny_case.table("calendar").with_columns(is_fixed_day=pl.col("date") != START)
    case = replace(tiny_case, tables={**tiny_case.tables, "calendar": calendar})
    assert with_report(case, plan).table("hours")["limit"].to_list() == [24.0, 10.0, 10.0]
    nodes = tiny_case.table("nodes").with_columns(max_hours=pl.lit(9.0))
    case = replace(case, tables={**case.tables, "nodes": nodes})
    assert with_report(case, plan).table("hours")["limit"].to_list() == [9.0, 9.0, 9.0]


def test_trucks_are_loaded_by_departure_over_stops_and_products(tiny_case, plan):
    trucks = TRUCKS.frame([{"truck": "T", "origin": "BAKERY", "stops": ["A", "B"], "pallets": 12}])
    case = replace(tiny_case, tables={**tiny_case.tables, "trucks": trucks})
    load = {"date": START, "truck": "T", "origin": "BAKERY", "leg": "L"}
    rows = [
        {**load, "stop": "B", "product": "X", "units": 300.0, "pallets": 2},
        {**load, "stop": "A", "product": "Y", "units": 10.0, "pallets": 1},
        {**load, "stop": "A", "product": "Y", "units": 50.0, "pallets": 0, "truck": None},
    ]
    departures = pl.DataFrame(rows, schema=DEPARTURES.dtypes)
    full = with_report(case, replace(plan, tables={**plan.tables, "departures": departures}))
    loading = full.table("truck_loading").row(0, named=True)
    assert full.table("truck_loading").height == 1
    assert (loading["stops"], loading["units"], loading["pallets"]) == ("A, B", 310.0, 3)
    assert loading["fill"] == full.kpis["mean_truck_fill"] == 0.25


@pytest.mark.parametrize(("counted", "starts"), [("transition", 3), ("daily", 4)])
def test_starts_are_counted_as_the_rule_says(tiny_case, plan, counted, starts):
    rules = tiny_case.rules.model_copy(update={"starts": counted})
    case = replace(tiny_case, rules=rules)
    made = production((0, "A"), (2, "A"), (0, "B"), (1, "B"))
    labour = LABOUR.empty()
    tables = {**plan.tables, "production": made, "labour": labour}
    full = with_report(case, replace(plan, tables=tables))
    assert full.kpis["starts"] == starts
    assert full.kpis["production_days"] == 3


@given(st.sets(st.tuples(st.integers(0, 9), st.sampled_from("AB"))))
def test_runs_are_days_in_a_row_and_hold_every_day_once(made):
    found = runs(production(*sorted(made)))
    days = {
        (number + (first - START).days, product)
        for product, first, length in found.select("product", "first", "days").iter_rows()
        for number in range(length)
    }
    assert days == made
    assert found["days"].sum() == len(made)


def test_the_gantt_has_a_bar_per_product_with_idle_and_run_in_turn():
    chart = production_chart(production((1, "A"), (2, "A"), (5, "A"), (0, "B")))
    assert chart.start == START
    assert chart.table.columns == ["product", "idle 1", "run 1", "idle 2", "run 2"]
    assert chart.table.rows() == [("A", 1.0, 2.0, 2.0, 1.0), ("B", 0.0, 1.0, None, None)]


def test_days_looked_ahead_are_planned_and_not_summed_up(tiny_case, plan):
    settings = tiny_case.settings.model_copy(update={"asked_days": 2})
    made = production((0, "A"), (1, "A"), (2, "A"))
    full = with_report(
        replace(tiny_case, settings=settings), replace(plan, tables={**plan.tables, "production": made})
    )
    assert full.kpis["production_days"] == 2
    assert full.table("production").height == 3
    assert full.table("production_by_week")["units"].sum() == made["units"][:2].sum()
    assert full.table("hours")["date"].n_unique() == 2
