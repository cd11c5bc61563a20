"""Bad input: each mistake gets a line with its place and how to mend it, all of them at once."""

import polars as pl
import pytest
from tests.expansion.data.conftest import own_tables

from provisor.expansion.tables import CASE_TABLES


def test_months_missing(small):
    small.tables["demand"] = [row for row in small.tables["demand"] if row["month"] != 2]
    found = small.found("missing-months")
    assert "February 2027" in found.message
    assert (found.file, found.column) == ("demand.csv", "month")
    assert found.mend


def test_months_missing_for_one_product(small):
    del small.tables["demand"][3]
    assert "there is no demand for LAMP in February 2027" in small.found("missing-months").message


def test_a_product_without_demand(small):
    small.tables["demand"] = [row for row in small.tables["demand"] if row["sku"] != "LAMP"]
    assert "there is no demand for LAMP in any month" in small.found("missing-months").message


def test_a_month_twice(small):
    small.tables["demand"].append(dict(small.row("demand")))
    found = small.found("duplicate-key")
    assert (found.row, found.value) == (8, "1 / BENCH")


def test_a_month_twice_in_the_users_form(users):
    users.tables["demand"].append({**users.row("demand"), "Month": "Jan"})
    found = users.found("duplicate-key")
    assert (found.row, found.value) == (5, "Jan 2027")


def test_a_month_missing_in_the_users_form(users):
    del users.tables["demand"][1]
    assert "February 2027" in users.found("missing-months").message


def test_no_month(users):
    users.row("demand", 1)["Month"] = "Brumaire"
    found = users.found("not-a-value")
    assert (found.row, found.column, found.value) == (3, "Month", "Brumaire")


def test_months_beyond_the_horizon_are_told(small):
    small.keys["months"] = 2
    assert "1 month before or after" in small.found("unused").message
    assert small.read().table("demand")["month"].max() == 2


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "empty-cell"),
        ("many", "not-a-value"),
        ("-5", "out-of-range"),
        ("1e15", "out-of-range"),
        ("NaN", "not-a-value"),
    ],
)
def test_a_bad_quantity_of_the_users_form(users, cell, code):
    users.row("demand", 2)["P3"] = cell
    found = users.found(code)
    assert (found.row, found.column, found.file) == (4, "P3", "demand.csv")


def test_a_product_without_a_column(users):
    for row in users.tables["demand"]:
        row["P9"] = row.pop("P3")
    assert "no column for the product P3" in users.found("missing-column").message
    assert "P9" in users.found("unused").message


@pytest.mark.parametrize("column", ["Sell Pack Dimensions (in)", "Inbound Pack Dimensions"])
def test_a_product_without_dimensions(users, column):
    users.row("products", 1)[column] = ""
    found = users.found("empty-cell")
    assert (found.file, found.row, found.column) == ("products.csv", 3, column)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Inbound Pack Dimensions", "48 x 40"),
        ("Sell Pack Dimensions (in)", "0 x 8 x 6"),
        ("Sell Pack Quantity", "a dozen"),
        ("Inbound Pack Weight", "20 kg"),
    ],
)
def test_a_fact_that_cannot_be_read(users, column, cell):
    users.row("products", 1)[column] = cell
    found = users.found("not-a-value")
    assert (found.row, found.column, found.value) == (3, column, cell)


def test_inbound_quantity_no_multiple_of_the_sell_pack(small):
    small.row("products", 1)["inbound_quantity"] = 84
    found = small.found("not-whole-packs")
    assert (found.row, found.column) == (3, "inbound_quantity")
    assert found.mend


def test_a_ratio_that_contradicts_the_quantities(small):
    for row in small.tables["products"]:
        row["ratio"] = 6
    assert small.found("contradiction").row == 3


def test_a_supplier_nobody_has(small):
    small.row("products")["supplier"] = "Haldern"
    found = small.found("unknown-supplier")
    assert (found.row, found.column, found.mend) == (2, "supplier", "did you mean Halden?")


def test_a_supplier_without_products_is_told(small):
    small.tables["suppliers"].append({"supplier": "Idle", "kind": "near"})
    assert "Idle delivers no product" in small.found("unused").message
    assert "Idle" not in small.read().table("suppliers")["supplier"]


def test_a_product_without_a_supplier(users):
    del users.tables["suppliers"][2]
    assert users.found("no-supplier").value == "P3"


def test_a_supplier_of_two_kinds(users):
    users.tables["suppliers"][2]["Supplier"] = "Lumi"
    assert users.found("contradiction").file == "suppliers.csv"
    assert users.errors()


def test_exempt_suppliers_must_exist(small):
    small.rules |= {"trucks": "hard", "truck_exempt": ["Lumifern"], "truck_exempt_kinds": ["nearby"]}
    assert small.codes() >= {"unknown-supplier", "unknown-kind"}


def test_a_policy_for_every_kind(small):
    small.rules["policy"] = {"near": 3}
    assert "no days on hand for far" in small.found("missing-key").message
    small.rules["policy"] = {"near": 3, "far": 5, "farther": 8}
    assert small.found("unknown-kind").value == "farther"


def test_a_tier_that_goes_down_in_size(small):
    small.row("tiers", 1)["upto_sqft"] = 3000
    found = small.found("tier-order")
    assert "tier 2 of New ends at 3,000 sqft" in found.message
    assert found.file == "tiers.csv"


def test_a_tier_of_the_key_that_goes_down_in_size(users):
    users.keys["expandable"]["Old"]["tiers"] = [[9000, 2.0], [4000, 4.0]]
    assert users.found("tier-order").column == "expandable.Old.tiers"


def test_tiers_that_end_before_the_limit(small):
    small.row("sites", 1)["limit_sqft"] = 20000
    assert "before its limit of 20,000" in small.found("tiers-too-short").message


def test_a_growing_site_without_a_price(small):
    small.row("sites")["expandable"] = True
    assert "Old may grow, but no price" in small.found("no-tiers").message


def test_limits_below_zero(small, users):
    small.row("sites", 1)["limit_sqft"] = -1
    assert small.found("out-of-range").column == "limit_sqft"


def test_limits_below_zero_in_the_key(users):
    users.keys["expandable"]["Old"]["limit_sqft"] = -1
    assert "expandable.Old.limit_sqft" in users.found("bad-key").message


def test_growth_of_a_site_that_is_not_there(users):
    users.keys["expandable"]["Olt"] = users.keys["expandable"].pop("Old")
    assert users.found("unknown-site").mend == "did you mean Old?"


def test_growth_said_twice(small):
    small.keys["expandable"] = {}
    assert small.found("twice").mend


@pytest.mark.parametrize("column", ["volume_cuft", "weight_lb"])
def test_shelves_without_capacity(small, column):
    small.row("shelving", 2)[column] = 0
    found = small.found("no-capacity")
    assert (found.file, found.row, found.column) == ("shelving.csv", 4, column)


def test_shelves_without_dimensions_and_nothing_alike(users):
    users.row("shelving", 3)["Max Items / Shelf"] = 5
    found = users.found("no-dimensions")
    assert (found.value, found.row) == ("Hazmat", 5)
    assert "add a row for Hazmat in Old to shelf_dimensions.csv" in found.mend


def test_a_type_of_shelf_no_site_has(small):
    small.row("products")["storage_type"] = "floor"
    assert "BENCH is kept on floor" in small.found("no-shelves").message


def test_a_site_that_may_not_grow_but_must(small):
    small.rules["days_on_hand"] = "network"
    for row in small.tables["shelving"]:
        row["shelves"] = 3
    found = small.found("must-grow")
    assert "Old may not grow but must" in found.message
    assert "2,003 cuft of pallet in month 3" in found.message
    assert not small.errors()


def test_no_word_of_growth_where_room_is_enough(small):
    small.rules["days_on_hand"] = "network"
    assert "must-grow" not in small.codes()


def test_a_lead_time_longer_than_the_horizon(small):
    small.row("lead_times", 2)["lead_time_days"] = 64
    found = small.found("lead-time-too-long")
    assert (found.row, found.value) == (4, "64")


def test_a_lead_time_missing(small):
    del small.tables["lead_times"][3]
    assert "no lead time to New for LAMP" in small.found("missing-rows").message


def test_lead_times_of_a_site_missing(users):
    for row in users.tables["lead_times"]:
        row["Lead Time - Odd"] = row.pop("Lead Time - Old")
    assert "there is no column Lead Time - Old" in users.found("missing-column").message


def test_unknown_names_in_tables(small):
    small.row("lead_times")["sku"] = "BANCH"
    small.row("tiers")["facility"] = "Newt"
    found = {problem.code: problem for problem in small.problems()}
    assert found["unknown-product"].mend == "did you mean BENCH?"
    assert found["unknown-site"].mend == "did you mean New?"


def test_a_pin_where_nothing_may_grow(small):
    small.keys["pins"] = [{"decision": "sqft", "facility": "Old", "amount": 100}]
    assert small.found("may-not-grow").column == "pins.0.facility"
    small.keys["pins"] = [{"decision": "shelves", "facility": "New", "storage_type": "palet", "amount": 1}]
    assert small.found("unknown-type-of-shelf").mend == "did you mean pallet?"


def test_unknown_keys_and_switches(small):
    small.keys["moths"] = 3
    small.rules["storge"] = "sell"
    mends = {problem.mend for problem in small.problems()}
    assert {"did you mean months?", "did you mean storage?"} <= mends


@pytest.mark.parametrize("start", ["2027-01-15", "0001-01-01", 20270101])
def test_a_start_that_is_no_first_of_a_month(small, start):
    small.keys["start"] = start
    assert small.found("bad-key").column == "start"


def test_more_days_than_months_have(small):
    small.keys["days_per_month"] = 23
    assert small.found("no-calendar").column == "days_per_month"


def test_a_file_that_is_missing(users):
    users.keys["files"]["demand"] = "demnd.csv"
    assert users.found("file-missing").file == "demnd.csv"


def test_a_table_that_is_missing(small):
    del small.tables["lead_times"]
    found = small.found("missing-table")
    assert "lead_times" in found.message
    assert "lead_time_days" in found.expected


def test_all_problems_come_at_once(small):
    small.row("products", 1)["inbound_quantity"] = 84
    small.row("shelving", 2)["volume_cuft"] = 0
    small.row("tiers", 1)["upto_sqft"] = 3000
    small.row("lead_times", 2)["lead_time_days"] = 64
    del small.tables["demand"][0]
    codes = {problem.code for problem in small.errors()}
    assert codes >= {"not-whole-packs", "no-capacity", "tier-order", "lead-time-too-long", "missing-months"}
    assert all(problem.mend or problem.expected for problem in small.errors())


@pytest.mark.parametrize(
    "schema",
    [schema for schema in CASE_TABLES if schema.name in own_tables()],
    ids=lambda schema: schema.name,
)
def test_each_number_beyond_belief_is_an_error_at_its_place(small, schema):
    numbers = [
        column for column in schema.columns if column.most and column.name in small.tables[schema.name][0]
    ]
    for column in numbers:
        small.row(schema.name)[column.name] = 1e300 if column.dtype == pl.Float64 else 10**15
    errors = small.errors()
    high = {error.column: error for error in errors if "or the unit" in error.mend}
    assert set(high) >= {column.name for column in numbers}
    for column in numbers:
        error = high[column.name]
        assert (error.code, error.file, error.row) == ("out-of-range", f"{schema.name}.csv", 2)
        assert float(error.value) >= 1e15
        assert error.expected.startswith("at most ")
