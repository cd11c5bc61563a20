"""The workbook of product mixes, its tables and the reconciliation, read again from disk."""

import json
from dataclasses import replace
from datetime import date

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.allocation.seeded import small_case

from provisor.allocation.downstream import write
from provisor.allocation.downstream.recommendations import recommendations
from provisor.allocation.downstream.whole import whole
from provisor.allocation.downstream.write import SHEETS
from provisor.allocation.planner import ALLOCATION
from provisor.export import export_plan

COLUMN_NAMES = """Analysis_Year Analysis_Month Analysis_Period Store_Code Store_Group_ID Store_Group_Name SPU_Code
Season Gender Location Category Subcategory Style_Code Price_Band Current_Quantity Recommended_Quantity Quantity_Change
Investment_Amount Business_Rule Rationale Expected_Benefit Clustering_Date Recommendation_Date Valid_Until
Store_Count_In_Group Explicit_Store_List Sell_Through_Rate Temperature_Zone"""
COLUMNS = COLUMN_NAMES.split()
SEED = 4
DAY = date(2025, 9, 20)


@pytest.fixture(scope="module", params=[1, 3])
def plan(request):
    return ALLOCATION.baseline(small_case(SEED, periods=request.param), "rules")


@pytest.fixture
def written(plan, tmp_path):
    files = write(plan, tmp_path, DAY)
    assert sorted(tmp_path.iterdir()) == sorted(files)
    return tmp_path


def book_of(folder):
    (file,) = folder.glob("ProductMix_Recommendations_*.xlsx")
    return file, openpyxl.load_workbook(file, read_only=True)


def sheet_rows(book, name):
    head, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_workbook_has_three_sheets_and_the_28_columns(plan, written):
    file, book = book_of(written)
    last = "" if plan.table("period_labels").height == 1 else "-2025M11A"
    assert file.name == f"ProductMix_Recommendations_2025M10A{last}.xlsx"
    assert tuple(book.sheetnames) == SHEETS
    head = next(book[SHEETS[0]].iter_rows(max_row=1, values_only=True))
    assert list(head) == COLUMNS
    assert len(head) == 28


def test_rows_say_what_the_plan_says(plan, written):
    _, book = book_of(written)
    found = {
        (row["Valid_Until"].date(), row["Store_Code"], row["SPU_Code"]): row
        for row in sheet_rows(book, SHEETS[0])
    }
    last_day = dict(plan.table("period_labels").select("period", "last_day").iter_rows())
    allocation = plan.table("allocation")
    assert len(found) == allocation.height
    for row in allocation.filter(pl.col("period") == 1).iter_rows(named=True):
        told = found[last_day[1], row["store"], row["product"]]
        assert told["Current_Quantity"] == row["opening"]
        assert told["Recommended_Quantity"] == (row["pieces"] if row["carried"] else 0)
        assert told["Quantity_Change"] == told["Recommended_Quantity"] - told["Current_Quantity"]
        assert row["reason"] in told["Rationale"]
        assert told["Recommendation_Date"].date() == DAY
    for row in found.values():
        assert all(isinstance(row[name], int) for name in COLUMNS[14:17])
        assert row["Sell_Through_Rate"] is None or 0 <= row["Sell_Through_Rate"] <= 1


def test_groups_are_the_clusters_and_single_stores(plan, written):
    _, book = book_of(written)
    groups = sheet_rows(book, SHEETS[1])
    stores = plan.table("store_labels")
    named = {row["Store_Group_ID"]: row["Explicit_Store_List"].split(", ") for row in groups}
    for store, cluster in stores.select("store", "cluster").iter_rows():
        assert store in named[cluster or store]
    assert sum(row["Store_Count"] for row in groups) == stores.height * plan.table("period_labels").height
    told = pl.read_csv(written / "recommendations.csv")
    assert sum(row["Recommended_Quantity"] for row in groups) == told["Recommended_Quantity"].sum()


def test_csv_and_workbook_hold_the_same_rows(written):
    _, book = book_of(written)
    table = pl.read_csv(written / "recommendations.csv", try_parse_dates=True)
    rows = sheet_rows(book, SHEETS[0])
    for name in ("Store_Code", "SPU_Code", "Business_Rule", "Recommended_Quantity", "Rationale"):
        assert table[name].to_list() == [row[name] for row in rows]


def test_everything_is_reconciled(written):
    found = json.loads((written / "reconciliation.json").read_text())
    assert found["ok"]
    assert all(check["reconciled"] == 1.0 for check in found["checks"])
    assert found["climate"] == {"known": 0.0, "wanted": 0.95, "ok": False}


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("routes", "pieces", "pieces that centres send"),
        ("allocation", "shipped", "pieces that centres send"),
        ("allocation", "transferred", "what stores give"),
    ],
)
def test_a_plan_that_does_not_add_up_is_told(plan, tmp_path, table, column, words):
    frame = plan.table(table)
    wrong = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(pl.col(column) + 1).otherwise(pl.col(column)).alias(column)
    )
    write(replace(plan, tables={**plan.tables, table: wrong}), tmp_path, DAY)
    found = json.loads((tmp_path / "reconciliation.json").read_text())
    assert not found["ok"]
    assert [check["differences"] for check in found["checks"] if check["check"].startswith(words)] == [1]


def test_summary_tells_case_proof_and_columns(plan, written):
    _, book = book_of(written)
    rows = {(row["Section"], row["Item"]): row["Value"] for row in sheet_rows(book, SHEETS[2])}
    assert rows["Case", "Name"] == plan.case_name
    assert rows["Objective", "sales"] == f"{plan.costs['sales']:,.2f}"
    assert {name for section, name in rows if section == "Column"} >= set(COLUMNS)


def test_text_that_looks_like_a_formula_stays_text(plan, tmp_path):
    strange = plan.table("product_labels").with_columns(name=pl.lit("=1+1"))
    write(replace(plan, tables={**plan.tables, "product_labels": strange}), tmp_path, DAY)
    _, book = book_of(tmp_path)
    assert {row["Style_Code"] for row in sheet_rows(book, SHEETS[0])} == {"=1+1"}
    assert set(pl.read_csv(tmp_path / "recommendations.csv")["Style_Code"]) == {"'=1+1"}


def test_the_export_holds_it_and_can_be_renewed(plan, tmp_path):
    for _ in range(2):
        names = {path.name for path in export_plan(plan, tmp_path / "set")}
    assert {"reconciliation.json", "recommendations.csv", "store_groups.csv", "allocation.csv"} <= names
    document = json.loads((tmp_path / "set" / "plan.json").read_text())
    assert {*document["files"], *document["tables"].values(), "plan.json"} == names


def test_tables_of_another_system_are_refused(plan, tmp_path):
    with pytest.raises(ValueError, match="no table product_labels"):
        write(replace(plan, tables={k: v for k, v in plan.tables.items() if k != "product_labels"}), tmp_path)
    assert write(replace(plan, tables={}), tmp_path) == []


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
@settings(max_examples=60)
def test_whole_pieces_add_up(tenths):
    rows = pl.DataFrame({"period": 1, "product": "P", "pieces": [t / 10 for t in tenths]})
    made = rows.select(whole("pieces"))["pieces"]
    assert abs(made.sum() - sum(tenths) / 10) <= 0.5 + 1e-9
    assert ((made - rows["pieces"]).abs() < 1 + 1e-9).all()


def test_current_quantity_of_later_periods_is_whole_and_adds_up():
    plan = ALLOCATION.baseline(small_case(8, periods=3), "rules")
    rows = recommendations(plan.tables, DAY)
    later = plan.table("allocation").filter(pl.col("period") == 3)
    assert (later["opening"] % 1 != 0).any()
    assert rows["Current_Quantity"].dtype == pl.Int64
