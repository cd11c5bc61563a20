from datetime import date

import openpyxl
import polars as pl
import pytest

from provisor.tables import excel_out
from provisor.tables.docs import markdown, page
from provisor.tables.excel_out import SheetOut, write_workbook
from provisor.tables.schema import Column, Schema

SCHEMA = Schema(
    "loads",
    "one load",
    [
        Column("truck", pl.String, "", "code of the truck"),
        Column("day", pl.Date, "", "day"),
        Column("units", pl.Float64, "unit", "units carried", minimum=0, positive=True),
        Column("stops", pl.List(pl.String), "", "stops", required=False),
        Column("mode", pl.String, "", "mode", allowed=("ambient", "frozen"), default="ambient"),
        Column("note", pl.String, "", "a | b", nullable=True),
    ],
    key=("truck", "day"),
)
FRAME = pl.DataFrame(
    {
        "truck": ["T1", "T2"],
        "day": [date(2025, 10, 17), None],
        "units": [1234.5, 2.0],
        "stops": [["a", "b"], []],
        "mode": ["ambient", "frozen"],
        "note": ["=1+1", "@cmd"],
    }
)


def written(path):
    return openpyxl.load_workbook(path)["loads"]


def test_a_table_is_typed_filtered_frozen_and_noted(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [SheetOut("loads", FRAME, SCHEMA)])
    sheet = written(tmp_path / "a.xlsx")
    assert [cell.value for cell in sheet[1]] == FRAME.columns
    assert sheet["B2"].value.date() == date(2025, 10, 17)
    assert sheet["B2"].number_format == "yyyy-mm-dd"
    assert sheet["B3"].value is None
    assert sheet["C2"].value == 1234.5
    assert sheet["D2"].value == "a; b"
    assert sheet["C1"].comment.text.strip() == "units carried (unit)"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F3"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@cmd", "=HYPERLINK(1)", "http://x.y"])
def test_text_is_never_a_formula(tmp_path, text):
    write_workbook(tmp_path / "a.xlsx", [SheetOut("loads", pl.DataFrame({"note": [text]}))])
    cell = written(tmp_path / "a.xlsx")["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_a_table_that_no_sheet_can_hold_is_refused_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(excel_out, "MOST_ROWS", 1)
    (tmp_path / "a.xlsx").write_text("old")
    with pytest.raises(ValueError, match="2 rows"):
        write_workbook(tmp_path / "a.xlsx", [SheetOut("loads", FRAME)])
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
    assert (tmp_path / "a.xlsx").read_text() == "old"


def test_keys_make_a_first_sheet(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [SheetOut("loads", FRAME)], {"planner": "production", "weeks": 4})
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["case"].values)
    assert rows == [("key", "value"), ("planner", "production"), ("weeks", "4")]


def test_the_docs_say_what_the_checks_do():
    text = markdown(SCHEMA)
    assert text.startswith("## loads\n\nOne row: one load. Named by `truck`, `day`.")
    assert "| `units` | number | unit | units carried | > 0 |" in text
    assert "| `stops` | list of texts |  | stops | optional column |" in text
    assert "ambient / frozen; ambient if not given" in text
    assert "a \\| b" in text
    assert page("Tables", [SCHEMA]).startswith("# Tables\n\n## loads")
