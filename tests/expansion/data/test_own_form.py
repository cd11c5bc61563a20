"""Our own form: CSV, Parquet and workbook say the same, and what follows from the data is filled in."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from provisor.expansion.data import read
from provisor.expansion.data.calendar import business_days
from provisor.expansion.tables import CASE_TABLES
from provisor.tables.excel_out import SheetOut, write_workbook


def test_tables_have_the_columns_of_the_case(small):
    case = small.read()
    assert set(case.tables) == {schema.name for schema in CASE_TABLES}
    for schema in CASE_TABLES:
        assert dict(case.table(schema.name).schema) == schema.dtypes


def test_ratio_and_carrier_follow_from_the_packs(small):
    products = small.read().table("products")
    assert products["ratio"].to_list() == [6, 10]
    assert products["carrier"].to_list() == ["LTL", "parcel"]
    assert "the carrier of 2 products is not given" in small.found("assumed").message


def test_csv_parquet_and_workbook_give_the_same_case(small):
    first = small.read().fingerprint
    frames = {name: pl.DataFrame(rows) for name, rows in small.tables.items()}
    (small.folder / "parquet").mkdir()
    for name, frame in frames.items():
        frame.write_parquet(small.folder / "parquet" / f"{name}.parquet")
    write_workbook(small.folder / "book.xlsx", [SheetOut(name, frame) for name, frame in frames.items()])
    for files in ({"tables": "parquet"}, {"workbook": "book.xlsx"}):
        case = read({**small.keys, "rules": small.rules, "files": files}, small.folder)
        assert case.fingerprint == first


def test_the_order_of_rows_and_columns_does_not_matter(small):
    first = small.read().fingerprint
    small.tables = {
        name: [dict(reversed(row.items())) for row in reversed(rows)] for name, rows in small.tables.items()
    }
    assert small.read().fingerprint == first


def test_a_key_says_what_the_table_of_sites_would(small):
    first = small.read()
    del small.tables["sites"], small.tables["tiers"]
    for name in ("sites", "tiers"):
        (small.folder / f"{name}.csv").unlink()
    small.keys["expandable"] = {"New": {"limit_sqft": 9000, "tiers": [[4000, 2], [9000, 4]]}}
    second = small.read()
    for name in ("sites", "tiers"):
        assert_frame_equal(first.table(name), second.table(name))


def test_shipping_costs_by_site(small):
    small.keys["transport_per_pack"] = {"New": 0.25}
    assert small.read().table("sites")["transport_per_pack"].to_list() == [0.25, 0.0]


def test_daily_demand_adds_up_to_the_month(small):
    small.rules["demand"] = "daily"
    small.tables["daily_demand"] = [
        {"month": month, "day": day, "sku": sku, "quantity": day * month}
        for month in (1, 2, 3)
        for day in range(1, 22)
        for sku in ("BENCH", "LAMP")
    ]
    case = small.read()
    assert case.table("daily_demand").height == 3 * 21 * 2
    assert case.table("demand").filter(sku="LAMP")["quantity"].to_list() == [231, 462, 693]


def test_a_day_of_daily_demand_is_missing(small):
    small.rules["demand"] = "daily"
    small.tables["daily_demand"] = [
        {"month": month, "day": day, "sku": sku, "quantity": 1}
        for month in (1, 2, 3)
        for day in range(1, 22)
        for sku in ("BENCH", "LAMP")
        if (month, day, sku) != (2, 7, "LAMP")
    ]
    assert "LAMP has demand on 20 of 21 days of February 2027" in small.found("missing-days").message


def test_opening_stock_only_where_the_rule_asks(small):
    small.tables["opening"] = [{"sku": "LAMP", "facility": "Old", "units": 12.5}]
    assert small.read().table("opening").is_empty()
    assert "unused" in small.codes()
    small.rules["opening"] = "data"
    assert small.read().table("opening").rows() == [("LAMP", "Old", 12.5)]


def test_a_short_month_goes_on_into_the_next():
    frame = business_days(date(2027, 1, 1), 3, 1, 21)
    february = frame.filter(month=2)["date"]
    assert (february[0], february[-1]) == (date(2027, 2, 1), date(2027, 3, 1))
    assert frame.filter(month=3)["date"][0] == date(2027, 3, 2)
    assert frame.filter(month=0)["date"][0] == date(2026, 12, 1)


@pytest.mark.parametrize("start", [date(2026, 1, 1), date(2028, 2, 1), date(2031, 11, 1)])
def test_days_rise_on_weekdays_near_their_month(start):
    frame = business_days(start, 240, 3, 21).sort("month", "day")
    assert frame.height == 243 * 21
    assert frame["date"].diff().drop_nulls().dt.total_days().min() >= 1
    assert frame["date"].dt.weekday().max() <= 5
    first = frame.group_by("month").agg(pl.col("date").min()).sort("month")["date"]
    assert first.dt.day().max() <= 7


def test_days_do_not_depend_on_how_far_they_reach_back():
    start = date(2026, 1, 1)
    near, far = (business_days(start, 12, back, 21).filter(pl.col("month") > 0) for back in (2, 9))
    assert_frame_equal(near, far)


def test_the_calendar_reaches_back_beyond_the_longest_lead_time(small):
    small.row("lead_times")["lead_time_days"] = 60
    assert small.read().table("calendar")["month"].min() == 1 - 4


def test_a_calendar_of_the_users_counts(small):
    frame = business_days(date(2027, 1, 1), 3, 2, 21)
    small.tables["calendar"] = [
        {"month": month, "day": day, "date": str(day_date)} for month, day, day_date in frame.iter_rows()
    ]
    assert_frame_equal(small.read().table("calendar"), frame)
    small.tables["calendar"].pop(50)
    assert "1 business day missing: month 1 day 9" in small.found("missing-days").message


def test_a_calendar_that_falls(small):
    frame = business_days(date(2027, 1, 1), 3, 2, 21)
    small.tables["calendar"] = [
        {"month": month, "day": day, "date": str(day_date)} for month, day, day_date in frame.iter_rows()
    ]
    small.tables["calendar"][60]["date"] = "2027-01-01"
    assert small.found("falling-date").row == 62
