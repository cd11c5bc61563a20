"""Many rows are written in bulk; every cell is read again as it was."""

import math
from datetime import date

import numpy as np
import openpyxl
import polars as pl
import pytest
import xlsxwriter

from provisor.export import bulk
from provisor.export.sheets import Styles, add_table

ROWS = 1000


@pytest.fixture
def frame():
    """Columns of every type, with empty cells, texts that look like something else, and numbers of any size."""
    rng = np.random.default_rng(1)
    words = ["=1+1", " two  blanks ", "", "<a href='&amp;'>", "Ж 漢", "007", "line\nbreak", "_x0041_", None]
    numbers = (rng.normal(size=ROWS) * 10.0 ** rng.integers(-12, 13, ROWS)).tolist()
    return pl.DataFrame(
        {
            "word": [words[i % len(words)] for i in range(ROWS)],
            "number": [None if i % 7 == 0 else numbers[i] for i in range(ROWS)],
            "count": [i - 500 for i in range(ROWS)],
            "yes": [None if i % 5 == 0 else i % 2 == 0 for i in range(ROWS)],
            "day": [None if i % 11 == 0 else date(2026, 1, 1 + i % 28) for i in range(ROWS)],
            "several": [["a", "b"] if i % 3 else [] for i in range(ROWS)],
            "kind": pl.Series([("x", "y")[i % 2] for i in range(ROWS)], dtype=pl.Categorical),
            "nothing": pl.Series([None] * ROWS, dtype=pl.Float64),
        }
    )


def written(path, frame):
    workbook = xlsxwriter.Workbook(str(path))
    add_table(workbook, Styles(workbook), "all_kinds", frame, None)
    workbook.add_worksheet("After").write_string(0, 0, "shared")
    workbook.close()
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize("chunk", [7, 20_000])
def test_every_cell_is_read_again_as_it_was(frame, tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(bulk, "CHUNK", chunk)
    book = written(tmp_path / "book.xlsx", frame)
    sheet = book["All kinds"]
    assert sheet.max_row == ROWS + 1
    assert book["After"]["A1"].value == "shared"
    rows = sheet.iter_rows(min_row=2, values_only=True)
    for found, row in zip(rows, frame.iter_rows(named=True), strict=True):
        word, number, count, yes, day, several, kind, nothing = found
        assert (word or None) == (row["word"] or None)
        assert number == row["number"]
        assert (count, yes, kind, nothing) == (row["count"], row["yes"], row["kind"], None)
        assert (day and day.date()) == row["day"]
        assert (several or "") == "; ".join(row["several"])
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    assert sheet["E3"].number_format == "ddd yyyy-mm-dd"


def test_what_is_no_number_is_shown_as_an_error(tmp_path):
    numbers = pl.DataFrame({"number": [1.5, math.nan, math.inf, -math.inf]})
    sheet = written(tmp_path / "book.xlsx", numbers)["All kinds"]
    assert [cell.value for cell in sheet["A"][1:]] == [1.5, "#NUM!", "#NUM!", "#NUM!"]


def test_a_text_that_no_cell_holds_is_refused(tmp_path):
    with pytest.raises(ValueError, match="32,768 characters"):
        written(tmp_path / "book.xlsx", pl.DataFrame({"word": ["a" * 32_768]}))


def test_a_table_without_rows_has_its_header(tmp_path):
    sheet = written(tmp_path / "book.xlsx", pl.DataFrame({"word": []}, schema={"word": pl.String}))[
        "All kinds"
    ]
    assert [cell.value for cell in sheet[1]] == ["Word"]
    assert sheet.max_row == 1
