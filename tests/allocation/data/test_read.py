import polars as pl
import pytest
from polars.testing import assert_frame_equal

from provisor.allocation.tables import CASE_TABLES, COST_PARAMETERS, OPTIONAL_TABLES
from provisor.case import BadCase


def test_the_small_case_is_read_typed_sorted_and_without_errors(small):
    case = small.read()
    assert [schema.name for schema in CASE_TABLES] == list(case.tables)
    for schema in CASE_TABLES:
        table = case.table(schema.name)
        assert dict(table.schema) == schema.dtypes, schema.name
        assert_frame_equal(table, table.sort(schema.key, nulls_last=True))
    assert case.settings.start == "202510A"
    assert case.table("demand").rows() == [("S1", "P1", 2, 4.0)]


def test_the_small_case_tells_only_what_it_must(small):
    assert small.codes() == {"assumed"}


def test_a_case_is_the_same_from_csv_and_from_parquet(small):
    one = small.read()
    for path in small.folder.glob("*.csv"):
        path.unlink()
    small.kind = "parquet"
    other = small.read()
    for name in one.tables:
        assert_frame_equal(one.table(name), other.table(name))
    assert one.fingerprint == other.fingerprint


def test_the_order_of_rows_does_not_count(small):
    one = small.read().fingerprint
    for rows in small.tables.values():
        rows.reverse()
    assert small.read().fingerprint == one
    small.row("pairs")["demand"] = 3.1
    assert small.read().fingerprint != one


def test_optional_tables_may_be_missing(small):
    for table in OPTIONAL_TABLES:
        del small.tables[table]
    case = small.read()
    assert all(not case.table(table).height for table in OPTIONAL_TABLES if table != "costs")
    assert set(case.table("costs")["cost"]) == set(COST_PARAMETERS)


@pytest.mark.parametrize(
    "table", [schema.name for schema in CASE_TABLES if schema.name not in OPTIONAL_TABLES]
)
def test_each_other_table_that_is_missing_is_said(small, table):
    del small.tables[table]
    missing = [error for error in small.problems().errors if error.code == "missing-table"]
    assert [error.message.split(" for ")[1].split(" in ")[0] for error in missing] == [table]


def test_costs_not_given_are_made_of_the_data_and_told(small):
    costs = dict(small.read().table("costs").iter_rows())
    usual = 25.0 * 3.0
    assert costs["opening_per_style"] == 12.0
    assert costs["return_per_piece"] == 2.0
    assert costs["role_shortfall_per_style"] == 2 * usual
    assert costs["coherence_per_style"] == 0.5 * usual
    said = [warning.message for warning in small.read().warnings if warning.code == "assumed"]
    assert any("role_shortfall_per_style 150.00" in message for message in said)
    assert not any("opening_per_style" in message for message in said)


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("stores", "store", "S2", "duplicate-key"),
        ("stores", "pieces", -1, "out-of-range"),
        ("stores", "weight", 0, "out-of-range"),
        ("slots", "slots", 1.5, "not-a-value"),
        ("slots", "store", "S9", "unknown-store"),
        ("products", "price", -5, "out-of-range"),
        ("products", "price", 0, "out-of-range"),
        ("products", "price", "dear", "not-a-value"),
        ("products", "price", "inf", "not-a-value"),
        ("products", "category", None, "empty-cell"),
        ("products", "salvage", 26, "salvage-above-cost"),
        ("products", "pack", 0, "out-of-range"),
        ("lanes", "centre", "C9", "unknown-centre"),
        ("lanes", "store", "S9", "unknown-store"),
        ("transfer_lanes", "to_store", "S1", "lane-to-itself"),
        ("pairs", "store", "S9", "unknown-store"),
        ("pairs", "product", "P9", "unknown-product"),
        ("pairs", "demand", -1, "out-of-range"),
        ("pairs", "demand", "NaN", "not-a-value"),
        ("pairs", "dispersion", 0.5, "out-of-range"),
        ("pairs", "max_pieces", 1, "minimum-above-maximum"),
        ("pairs", "lock", "maybe", "not-allowed"),
        ("pairs", "carried_before", "perhaps", "not-a-value"),
        ("pairs", "product", "P2", "duplicate-key"),
        ("demand", "product", "P9", "unknown-product"),
        ("stock", "pieces", -1, "out-of-range"),
        ("stock", "product", "P9", "unknown-product"),
        ("receipts", "centre", "C9", "unknown-centre"),
        ("roles", "min_share", 0.8, "minimum-above-maximum"),
        ("roles", "max_share", 75, "out-of-range"),
        ("substitution", "substitute", "P1", "own-substitute"),
        ("substitution", "rate", 1.2, "rates-sum"),
        ("manual_plan", "subcategory", "slimm", "unknown-subcategory"),
        ("displays", "role", "CORR", "unknown-role"),
        ("displays", "cell", "window", "unknown-cell"),
        ("launches", "min_stores", 4, "minimum-above-maximum"),
        ("launches", "reserve", 30, "out-of-range"),
        ("costs", "cost", "opening_per_stile", "unknown-cost"),
        ("costs", "value", -1, "out-of-range"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_each_bad_cell_is_an_error_at_its_place(small, table, column, value, code, kind):
    small.kind = kind
    small.row(table)[column] = value
    if kind == "parquet":
        for row in small.tables[table]:
            row[column] = None if row[column] is None else str(row[column])
    errors = small.problems().errors
    placed = [error for error in errors if error.code == code]
    assert placed, [error.code for error in errors]
    assert placed[0].file == f"{table}.{kind}"
    assert placed[0].row == (3 if code == "duplicate-key" else 2)
    assert placed[0].column


def test_an_unknown_name_comes_with_the_nearest_known_one(small):
    small.row("manual_plan")["subcategory"] = "slimm"
    error = small.problems().errors[0]
    assert (error.column, error.value, error.row) == ("subcategory", "slimm", 2)
    assert "slim" in error.mend


def test_errors_of_several_tables_are_told_at_once(small):
    small.row("pairs")["store"] = "S9"
    small.row("products")["price"] = -1
    small.row("roles")["min_share"] = 0.9
    small.keys["pins"] = [{"kind": "forbidden", "store": "S7"}]
    codes = [error.code for error in small.problems().errors]
    assert {"unknown-store", "out-of-range", "minimum-above-maximum"} <= set(codes)
    assert codes.count("unknown-store") == 2


def test_demand_of_no_pair_is_an_error(small):
    small.tables["pairs"].pop(0)
    error = next(error for error in small.problems().errors if error.code == "unknown-pair")
    assert (error.file, error.row, error.value) == ("demand.csv", 2, "S1 / P1")


def test_role_minima_above_one_cannot_be(small):
    for row in small.tables["roles"]:
        row["min_share"] = 0.6
    error = small.problems().errors[0]
    assert error.code == "roles-sum"
    assert "1.2" in error.message


def test_role_maxima_under_which_nothing_fits_cannot_be(small):
    for row in small.tables["roles"]:
        row.update(min_share=0.1, max_share=0.3)
    assert "roles-sum" in small.codes()


@pytest.mark.parametrize("lock", ["carry", "keep"])
def test_more_locks_than_slots_are_an_error(small, lock):
    for row in small.tables["slots"]:
        row["slots"] = 1 if row["store"] == "S1" else 2
    for row in small.tables["pairs"]:
        row["lock"] = lock if row["store"] == "S1" else None
    errors = [error for error in small.problems().errors if error.code == "more-locks-than-slots"]
    assert len(errors) == 2
    assert "2 products locked or pinned into cell" in errors[0].message
    assert errors[0].value == "S1"


def test_locks_are_held_against_the_least_slots_of_all_periods(small):
    for row in small.tables["pairs"]:
        row["lock"] = "carry" if row["store"] == "S1" else None
    assert "more-locks-than-slots" in small.codes()
    del small.tables["capacity"]
    (small.folder / "capacity.csv").unlink()
    assert "more-locks-than-slots" not in small.codes()


def test_a_minimum_above_what_is_eligible_is_told_with_its_figures(small):
    for row in small.tables["pairs"]:
        if (row["store"], row["product"]) in {("S2", "P2"), ("S2", "P4")}:
            row["lock"] = "forbid"
    small.row("launches")["min_stores"] = 0
    message = small.warning("minimum-above-eligible").message
    assert "CORE minimum: 1 asked, 0 eligible in store S2" in message


def test_demand_without_stock_is_told(small):
    small.row("stock", 1)["pieces"] = 0
    for row in small.tables["pairs"]:
        row["opening"] = 0
    message = small.warning("demand-without-stock").message
    assert "P2" in message
    assert "9 pieces" in message


def test_stores_that_hold_nothing_are_told(small):
    small.row("stores", 2)["pieces"] = 0
    for row in small.tables["slots"]:
        row["slots"] = 0 if row["store"] == "S3" else 2
    warnings = {warning.code: warning.message for warning in small.read().warnings}
    assert "S3" in warnings["zero-capacity"]
    assert "K2" in warnings["empty-cluster"]
    assert "4 pairs" in warnings["no-cell"]


def test_stores_without_cluster_lane_or_pair_are_told(small):
    small.row("stores")["cluster"] = None
    small.tables["lanes"] = [row for row in small.tables["lanes"] if row["store"] != "S2"]
    small.tables["pairs"] = [row for row in small.tables["pairs"] if row["store"] != "S3"]
    warnings = {warning.code: warning.message for warning in small.read().warnings}
    assert "S1" in warnings["no-cluster"]
    assert "S2" in warnings["no-lane"]
    assert "S3" in warnings["no-pairs"]


def test_periods_that_are_not_planned_are_dropped_and_told(small):
    small.keys["periods"] = 1
    case = small.read()
    assert not case.table("demand").height
    assert not case.table("receipts").height
    assert not case.table("displays").height
    assert sum(warning.code == "outside-horizon" for warning in case.warnings) == 4


def test_pins_must_name_what_there_is(small):
    small.keys["pins"] = [
        {"kind": "pinned", "store": "S1", "product": "P7"},
        {"kind": "frozen", "store": "S1", "period": 3},
    ]
    errors = {error.code: error.column for error in small.problems().errors}
    assert errors == {"unknown-product": "pins.0.product", "outside-horizon": "pins.1.period"}


def test_a_pin_of_no_pair_is_an_error(small):
    small.tables["pairs"] = [
        row for row in small.tables["pairs"] if (row["store"], row["product"]) != ("S2", "P2")
    ]
    small.keys["pins"] = [{"kind": "pinned", "store": "S2", "product": "P2"}]
    error = small.problems().errors[0]
    assert (error.code, error.column) == ("unknown-pair", "pins.0")
    assert "P2" in error.message


def test_a_pair_cannot_be_carried_and_forbidden(small):
    small.row("pairs", 5)["lock"] = "carry"
    small.keys["pins"] = [{"kind": "forbidden", "product": "P2", "period": 2}]
    error = small.problems().errors[0]
    assert (error.code, error.row, error.file) == ("contradiction", 7, "pairs.csv")


def test_a_lock_of_a_product_that_is_not_alive_says_nothing(small):
    small.row("pairs", 5)["lock"] = "carry"
    small.row("products", 1)["last_period"] = 1
    small.keys["pins"] = [{"kind": "forbidden", "product": "P2", "period": 2}]
    small.read()


def test_pins_count_against_the_slots_like_locks(small):
    small.keys["pins"] = [{"kind": "pinned", "store": "S3"}]
    small.row("slots", 4)["slots"] = 1
    error = small.problems().errors[0]
    assert (error.code, error.value) == ("more-locks-than-slots", "S3")
    small.keys["pins"] = [{"kind": "frozen", "store": "S3"}]
    assert "more-locks-than-slots" in small.codes()


def test_a_core_subcategory_must_be_one(small):
    small.keys["rules"] = {"core_subcategories": ["slimm", "wide"]}
    error = small.problems().errors[0]
    assert (error.code, error.mend) == ("unknown-subcategory", "did you mean slim?")


def test_slots_may_be_columns_of_the_stores(small):
    del small.tables["slots"]
    for row in small.tables["stores"]:
        row.update(slots_front=2, slots_back=3)
    slots = small.read().table("slots")
    assert slots.rows() == [
        (store, cell, count) for store in ("S1", "S2", "S3") for cell, count in (("back", 3), ("front", 2))
    ]


def test_unknown_keys_come_with_the_nearest_one(small):
    small.keys["rules"] = {"coherance": False}
    small.keys["perods"] = 2
    mends = {error.mend for error in small.problems().errors}
    assert {"did you mean coherence?", "did you mean periods?"} <= mends


@pytest.mark.parametrize("start", ["2025-10", "202513A", "202510C", 20251001])
def test_the_first_period_is_a_half_month(small, start):
    small.keys["start"] = start
    with pytest.raises(BadCase):
        small.read()


def test_a_missing_column_names_itself(small):
    for row in small.tables["pairs"]:
        del row["max_pieces"]
    error = small.problems().errors[0]
    assert error.code == "missing-column"
    assert "max_pieces" in error.message


def test_other_headers_of_the_clients_files_are_known(small):
    small.tables["pairs"] = [
        {"str_code": row.pop("store"), "spu_code": row.pop("product"), **row} for row in small.tables["pairs"]
    ]
    assert small.read().table("pairs").height == 12


def test_a_parquet_of_other_types_is_read_as_text_would_be(small):
    small.kind = "parquet"
    small.tables["pairs"] = [
        {**row, "demand": str(row["demand"]), "opening": 1.0} for row in small.tables["pairs"]
    ]
    small.write()
    frame = pl.read_parquet(small.folder / "pairs.parquet").with_columns(
        pl.col("store").cast(pl.Categorical), pl.col("product") + " "
    )
    frame.write_parquet(small.folder / "other.parquet")
    small.files["pairs"] = "other.parquet"
    pairs = small.read().table("pairs")
    assert pairs["product"][0] == "P1"
    assert pairs["demand"].to_list() == [3.0] * 12
    assert pairs["opening"].dtype == pl.Int64


@pytest.mark.parametrize("schema", CASE_TABLES, ids=lambda schema: schema.name)
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
