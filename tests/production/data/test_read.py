from datetime import date, timedelta

import polars as pl
import pytest

from provisor.case import BadCase
from provisor.production.tables import CASE_TABLES


def test_the_small_case_is_read_typed_and_without_errors(small):
    case = small.read()
    assert {schema.name for schema in CASE_TABLES} == set(case.tables)
    for schema in CASE_TABLES:
        assert dict(case.table(schema.name).schema) == schema.dtypes, schema.name
    assert case.settings.days == 14
    assert case.table("demand")["date"].max() == small.keys["start"] + timedelta(days=20)
    assert case.table("trucks")["weekdays"].to_list() == [[1, 3, 5]]


def test_the_small_case_tells_only_what_it_must(small):
    assert small.codes() == {"assumed", "outside-horizon"}


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("demand", "units", "many", "not-a-value"),
        ("demand", "units", -5, "out-of-range"),
        ("demand", "units", "NaN", "not-a-value"),
        ("demand", "units", "inf", "not-a-value"),
        ("demand", "node", "SHPO", "unknown-node"),
        ("demand", "product", "WHITTE", "unknown-product"),
        ("demand", "date", "31.02.2025", "not-a-value"),
        ("nodes", "rate_units_per_hour", 0, "zero-rate"),
        ("nodes", "storage", "cold", "not-allowed"),
        ("nodes", "node", "HUB", "duplicate-key"),
        ("products", "shelf_life_ambient_days", 0, "out-of-range"),
        ("products", "shelf_life_ambient_days", 7, "shelf-life-too-short"),
        ("products", "product", None, "empty-cell"),
        ("legs", "destination", "NOWHERE", "unknown-node"),
        ("legs", "destination", "PLANT", "leg-to-itself"),
        ("legs", "mode", "chilled", "not-allowed"),
        ("trucks", "stops", None, "truck-without-stops"),
        ("trucks", "stops", "SHOP", "leg-to-nowhere"),
        ("trucks", "stops", "HUB; SHOP; HUB", "stop-twice"),
        ("trucks", "stops", "HUB; PLANT", "stop-twice"),
        ("trucks", "stops", "MARS", "unknown-node"),
        ("trucks", "weekdays", "someday", "not-a-value"),
        ("trucks", "departure_time", "25:00", "not-a-value"),
        ("trucks", "pallets", 4.5, "not-a-value"),
        ("calendar", "is_fixed_day", "perhaps", "not-a-value"),
        ("calendar", "fixed_hours", 23, "long-day"),
        ("costs", "cost", "prodction_per_unit", "unknown-cost"),
        ("costs", "value", -1, "out-of-range"),
        ("stock", "state", "frozen", "state-not-kept"),
        ("stock", "state", "melted", "not-allowed"),
        ("stock", "expires", "soon", "not-a-value"),
    ],
)
def test_each_bad_cell_is_an_error_at_its_place(small, table, column, value, code):
    small.row(table)[column] = value
    errors = small.problems().errors
    assert code in {error.code for error in errors}
    placed = next(error for error in errors if error.code == code)
    assert placed.file == f"{table}.csv"
    assert placed.row == (3 if code == "duplicate-key" else 2)


def test_an_unknown_name_comes_with_the_nearest_known_one(small):
    small.row("demand")["node"] = "SHPO"
    error = small.problems().errors[0]
    assert (error.column, error.value, error.row) == ("node", "SHPO", 2)
    assert "SHOP" in error.mend


def test_a_missing_column_names_itself(small):
    for row in small.tables["legs"]:
        del row["transit_days"]
    error = small.problems().errors[0]
    assert error.code == "missing-column"
    assert "transit_days" in error.message


def test_a_missing_table_names_itself_and_where_was_looked(small):
    del small.tables["calendar"]
    error = small.problems().errors[0]
    assert error.code == "missing-table"
    assert "calendar" in error.message


def test_all_problems_come_at_once(small):
    small.row("demand")["units"] = "x"
    small.row("nodes")["rate_units_per_hour"] = 0
    small.row("trucks")["stops"] = None
    assert {"not-a-value", "zero-rate", "truck-without-stops"} <= small.codes()


def test_duplicate_demand_is_listed_with_its_key(small):
    small.tables["demand"].append(dict(small.row("demand")))
    error = small.problems().errors[0]
    assert error.code == "duplicate-key"
    assert error.row == len(small.tables["demand"]) + 1
    assert "HUB" in error.value


def test_cases_at_the_edge_are_fine(small):
    small.tables["trucks"] = []
    del small.tables["trucks"]
    for node in small.tables["nodes"]:
        node["needs_trucks"] = False
    for row in small.tables["demand"]:
        row["units"] = 0
    small.keys["days"] = 1
    small.tables["products"] = small.tables["products"][:1]
    small.tables["demand"] = [row for row in small.tables["demand"] if row["product"] == "WHITE"]
    case = small.read()
    assert case.settings.days == 1
    assert case.table("demand").is_empty()
    assert case.table("trucks").is_empty()


def test_a_leap_day_is_a_day_like_any_other(small):
    leap = date(2028, 2, 25)
    shift = leap - small.keys["start"]
    for name in ("demand", "calendar"):
        for row in small.tables[name]:
            row["date"] = str(date.fromisoformat(row["date"]) + shift)
    small.keys |= {"start": leap, "stock_date": leap}
    small.tables["stock"] = []
    del small.tables["stock"]
    case = small.read()
    assert date(2028, 2, 29) in set(case.table("demand")["date"])


def test_days_missing_in_the_calendar_are_told(small):
    del small.tables["calendar"][3:5]
    told = next(problem for problem in small.problems() if problem.code == "missing-days")
    assert "2 days" in told.message
    assert "2025-10-20 to 2025-10-21" in told.message


def test_blank_forecast_days_are_told_with_the_amount_expected(small):
    hole = {"2025-10-20", "2025-10-21"}
    small.tables["demand"] = [row for row in small.tables["demand"] if row["date"] not in hole]
    told = next(problem for problem in small.problems() if problem.code == "blank-forecast")
    assert "2 days" in told.message
    assert "800 units" in told.message
    assert "2025-10-20 to 2025-10-21" in told.message


def test_days_without_demand_every_week_are_no_hole(small):
    small.tables["demand"] = [
        row for row in small.tables["demand"] if date.fromisoformat(row["date"]).isoweekday() != 7
    ]
    assert "blank-forecast" not in small.codes()


def test_a_forecast_that_ends_with_the_horizon_is_repeated_for_the_cover(small):
    last = small.keys["start"] + timedelta(days=13)
    small.tables["demand"] = [row for row in small.tables["demand"] if row["date"] <= str(last)]
    case = small.read()
    beyond = case.table("demand").filter(pl.col("date") > last)
    assert beyond["units"].sum() == pytest.approx(7 * 400)
    assert any("ends on 2025-10-30" in warning.message for warning in case.warnings)


def test_the_older_stock_is_told_and_the_newer_refused(small):
    small.keys["stock_date"] = small.keys["start"] - timedelta(days=1)
    assert "stock-before-start" in small.codes()
    small.keys["stock_date"] = small.keys["start"] + timedelta(days=1)
    assert "stock-after-start" in small.codes()


def test_expired_stock_is_kept_and_told(small):
    small.row("stock")["expires"] = "2025-10-01"
    case = small.read()
    assert case.table("stock")["units"].sum() == 500
    assert any(warning.code == "expired" and "500 units" in warning.message for warning in case.warnings)


def test_fresh_stock_lives_from_the_day_before_the_start(small):
    small.keys["rules"] = {"stock_age": "fresh"}
    case = small.read()
    assert case.table("stock")["expires"].to_list() == [small.keys["start"] + timedelta(days=16)]


def test_pins_are_checked_against_the_case(small):
    small.keys["pins"] = [
        {"decision": "production", "date": "2025-10-17", "node": "PLNT", "product": "WHITE", "mixes": 1},
        {"decision": "departure", "date": "2025-12-24", "truck": "T1", "used": True},
        {"decision": "departure", "date": "2025-10-17", "used": True},
    ]
    problems = small.problems()
    assert {"unknown-node", "outside-horizon", "missing-key"} <= {error.code for error in problems.errors}


def test_demand_where_nothing_is_sold_is_an_error(small):
    small.row("nodes", 2)["has_demand"] = False
    error = small.problems().errors[0]
    assert (error.code, error.value) == ("demand-not-sold", "SHOP")


@pytest.mark.parametrize(
    ("keys", "column"),
    [
        ({"start": 5}, "start"),
        ({"days": None}, ""),
        ({"weeks": 2}, ""),
        ({"days": 0}, "days"),
        ({"strat": "2025-10-17"}, "strat"),
        ({"rules": {"lodaing": "business"}}, "rules.lodaing"),
        ({"rules": {"loading": "never"}}, "rules.loading"),
        ({"pins": 5}, "pins"),
        ({"files": {"tables": ".", "stokc": "x.csv"}}, "files.stokc"),
    ],
)
def test_bad_keys_are_errors_of_that_key(small, keys, column):
    small.keys |= keys
    small.files = keys.get("files", small.files)
    with pytest.raises(BadCase) as bad:
        small.read()
    assert column in {error.column for error in bad.value.problems.errors}


def test_unknown_keys_come_with_the_nearest_known_one(small):
    small.keys["rules"] = {"lodaing": "business"}
    assert "loading" in small.problems().errors[0].mend


def test_the_order_of_rows_does_not_matter(small):
    first = small.read().fingerprint
    for rows in small.tables.values():
        rows.reverse()
    assert small.read().fingerprint == first


def test_goods_too_old_on_arrival_are_told_and_refused_where_it_is_everywhere(small):
    small.row("legs", 1)["transit_days"] = 11
    assert "too-far" in small.codes()
    small.row("legs", 0)["transit_days"] = 11
    assert "shelf-life-too-short" in small.codes()


def test_a_freezer_on_the_way_gives_a_new_life(small):
    small.row("nodes", 1)["storage"] = "frozen"
    small.row("nodes", 1)["has_demand"] = False
    small.row("stock")["state"] = "frozen"
    small.tables["demand"] = [row for row in small.tables["demand"] if row["node"] == "SHOP"]
    small.row("legs", 1).update(mode="frozen", transit_days=60)
    assert not small.problems().errors
    small.row("legs", 1)["mode"] = "ambient"
    codes = small.codes()
    assert {"idle-leg", "shelf-life-too-short"} <= codes


def test_without_shelf_life_only_the_way_counts(small):
    small.keys["rules"] = {"shelf_life": False}
    small.row("legs", 0)["transit_days"] = 16
    small.row("legs", 1)["transit_days"] = 1
    assert "shelf-life-too-short" not in small.codes()


def test_the_start_of_work_is_told_only_where_it_matters(small):
    assert any("taken as 04:00" in problem.message for problem in small.problems())
    small.keys["rules"] = {"loading": "same_day"}
    assert not any("taken as 04:00" in problem.message for problem in small.problems())


def test_trucks_that_never_run_or_contradict_themselves_are_told(small):
    small.row("trucks").update(dates="2026-03-01", departure_type="afternoon")
    assert {"never-runs", "contradiction"} <= small.codes()


def test_a_node_without_trucks_that_needs_them_is_told(small):
    small.row("trucks")["origin"] = "HUB"
    small.row("trucks")["stops"] = "SHOP"
    assert "no-trucks" in small.codes()


def test_two_columns_of_one_name_are_an_error(small):
    small.write()
    path = small.folder / "costs.csv"
    path.write_text(path.read_text().replace("value", "value,Value").replace("1.3", "1.3,1.4"))
    small.files = {"tables": ".", "costs": "costs.csv"}
    del small.tables["costs"]
    assert "duplicate-column" in small.codes()


def test_days_looked_ahead_are_planned_beside_those_asked_for(small):
    asked = small.read()
    small.keys["rules"] = {**small.keys.get("rules", {}), "lookahead_days": 3}
    case = small.read()
    assert case.settings.asked_days == asked.settings.days
    assert case.settings.days == asked.settings.days + 3
    assert case.table("demand")["date"].max() >= asked.table("demand")["date"].max()


@pytest.mark.parametrize(
    "schema", [schema for schema in CASE_TABLES if schema.name != "transit"], ids=lambda schema: schema.name
)
def test_each_number_beyond_belief_is_an_error_at_its_place(small, schema):
    numbers = [
        column for column in schema.columns if column.most and column.name in small.tables[schema.name][0]
    ]
    for column in numbers:
        small.row(schema.name)[column.name] = 1e300 if column.dtype == pl.Float64 else 10**15
    errors = small.problems().errors
    high = {error.column: error for error in errors if "or the unit" in error.mend}
    assert set(high) >= {column.name for column in numbers}
    for column in numbers:
        error = high[column.name]
        assert (error.code, error.file, error.row) == ("out-of-range", f"{schema.name}.csv", 2)
        assert float(error.value) >= 1e15
        assert error.expected.startswith("at most ")
