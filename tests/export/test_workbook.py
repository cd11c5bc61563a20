import zipfile
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import polars as pl
import pytest

from provisor.export import export_plan, sheets
from provisor.plan import Relaxation
from provisor.production.report import with_report
from provisor.production.tables import PRODUCTION

DAYS = [date(2027, 3, 1), date(2027, 3, 3)]


@pytest.fixture
def full(tiny_case, plan):
    """The idle plan with a day of production of a product called like a formula."""
    rows = [
        {
            "date": day,
            "node": "BAKERY",
            "product": "=1+1",
            "batch": "+cmd",
            "mixes": 2.0,
            "units": 400.0,
            "hours": 4.0,
        }
        for day in DAYS
    ]
    production = pl.DataFrame(rows, schema=PRODUCTION.dtypes)
    relaxations = (Relaxation("hours", 2.0, "h", {}, "two more hours"),)
    tables = {**plan.tables, "production": production}
    changed = replace(plan, tables=tables, relaxations=relaxations, warnings=["=HYPERLINK()"])
    return with_report(tiny_case, changed)


@pytest.fixture
def book(full, tmp_path):
    export_plan(full, tmp_path / "plan.xlsx")
    return openpyxl.load_workbook(tmp_path / "plan.xlsx")


def test_the_sheets_are_summary_charts_tables_and_figures(book, full):
    titles = [sheet.replace(" ", "_").lower() for sheet in book.sheetnames]
    assert titles == ["summary", "charts", *full.tables, "chart_data"]
    assert len(book["Charts"]._charts) == 4


def test_the_summary_says_proof_costs_figures_and_warnings(book):
    said = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True) if row[0]}
    assert said["Proven bound"] == "6,000.00 $"
    assert said["Gap"] == "50.00 %, or 6,000.00 $"
    assert said["Total"] == 12000
    assert said["Units short"] == "1,200 units"
    assert said["hours"] == "two more hours"
    assert said["Warning"] == "=HYPERLINK()"
    assert book["Summary"]["A1"].value == "The smallest bakery"


def test_tables_have_plain_headers_with_units_formats_filter_and_frozen_keys(book):
    sheet = book["Production"]
    assert [cell.value for cell in sheet[1]] == [
        "Date", "Node", "Product", "State", "Batch", "Mixes", "Units", "Hours (h)",
    ]  # fmt: skip
    assert sheet["A2"].value == datetime(2027, 3, 1)  # noqa: DTZ001 - workbooks know no time zone
    assert sheet["A2"].number_format == "ddd yyyy-mm-dd"
    assert (sheet["G2"].value, sheet["G2"].number_format) == (400, "#,##0")
    assert sheet["H2"].number_format == "0.00"
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == "A1:H3"
    assert book["Service"]["F2"].number_format == "0.0%"


def test_no_text_becomes_a_formula(book, full, tmp_path):
    assert book["Production"]["C2"].value == "=1+1"
    assert book["Production"]["C2"].data_type == "s"
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)


def test_charts_are_native_and_the_gantt_starts_on_the_first_day_made(book, tmp_path):
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as archive:
        gantt = archive.read("xl/charts/chart1.xml").decode()
        hours = archive.read("xl/charts/chart2.xml").decode()
    first = (DAYS[0] - date(1899, 12, 30)).days
    assert f'<c:max val="{first + 3}"/><c:min val="{first}"/>' in gantt
    assert '<c:barDir val="bar"/><c:grouping val="stacked"/>' in gantt
    assert "<c:lineChart>" in hours


def test_a_failed_export_leaves_the_earlier_workbook_and_nothing_else(full, tmp_path, monkeypatch):
    file = tmp_path / "books" / "plan.xlsx"
    export_plan(full, file)
    before = file.read_bytes()
    monkeypatch.setattr(sheets, "MOST_ROWS", 1)
    with pytest.raises(ValueError, match="export to a folder"):
        export_plan(full, file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["plan.xlsx"]
