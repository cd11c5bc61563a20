import zipfile

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisor.tables import files
from provisor.tables.files import Unreadable, open_file
from provisor.tables.grid import ROW

ANY_FOLDER = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


def workbook(path, rows=(("a", "b"), (1, "x"))):
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Data")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def refusal(path):
    with pytest.raises(Unreadable) as refused:
        load_all(path)
    assert "\n" not in str(refused.value)
    return refused.value.code


def load_all(path):
    file = open_file(path, path.name)
    return [file.load(sheet) for sheet in file.sheets]


def is_read_or_refused(path):
    try:
        return all(ROW in grid.frame.columns for grid in load_all(path))
    except Unreadable as refused:
        return bool(refused.code)


def test_a_workbook_gives_its_cells_as_text_with_rows_as_users_count(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [[], ["id", "amount"], [], [6125.0, 1.5], ["0012", True]])
    file = open_file(path, "a.xlsx")
    frame = file.load("Data").frame
    assert file.sheets == ("Data",)
    assert frame.filter(pl.col("0") == "6125")[ROW].item() == 4
    assert frame.filter(pl.col("0") == "0012").row(0) == (5, "0012", "true")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_is_read_with_its_separator_and_encoding(tmp_path, separator, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(f"node{separator}name\n1{separator}Zürich\n".encode(encoding))
    assert open_file(path, "a.csv").load("").frame.row(1) == (2, "1", "Zürich")


def test_parquet_keeps_dates_and_lists(tmp_path):
    path = tmp_path / "a.parquet"
    frame = pl.DataFrame({"day": ["2025-10-17"], "stops": [["a", "b"]]}).with_columns(
        pl.col("day").str.to_date()
    )
    frame.write_parquet(path)
    assert open_file(path, "a.parquet").load("").frame.row(1) == (2, "2025-10-17", "a;b")


def test_files_that_cannot_be_read_are_refused_in_one_line(tmp_path):
    good = workbook(tmp_path / "good.xlsx").read_bytes()
    locked = files._OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    contents = {
        "cut.xlsx": (good[: len(good) // 2], "broken-workbook"),
        "locked.xlsx": (locked, "encrypted"),
        "text.xlsx": (b"a,b\n1,2\n", "not-what-its-name-says"),
        "book.csv": (good, "not-what-its-name-says"),
        "book.parquet": (good, "not-what-its-name-says"),
        "picture.csv": (b"\x89PNG\0\0\0\1", "not-what-its-name-says"),
        "cut.parquet": (b"PAR1abc", "broken-parquet"),
        "empty.csv": (b"", "file-empty"),
        "page.html": (b"<html>", "file-kind"),
    }
    for name, (content, code) in contents.items():
        (tmp_path / name).write_bytes(content)
        assert refusal(tmp_path / name) == code, name
    assert refusal(tmp_path / "nothing.csv") == "file-missing"


def test_a_file_of_200_mb_is_refused_unread(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    assert refusal(path) == "file-too-large"


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_UNPACKED", 1000)
    assert refusal(workbook(tmp_path / "bomb.xlsx")) == "file-too-large"


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "zip.xlsx", "w") as archive:
        archive.writestr("a.txt", "x")
    assert refusal(tmp_path / "zip.xlsx") == "broken-workbook"


def test_formulas_never_calculated_and_errors_are_found_where_they_stand(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data & more"
    sheet["B2"], sheet["C2"] = "id", "value"
    sheet["B3"], sheet["C3"] = 1, "=1+1"
    sheet["B4"], sheet["C4"] = 2, "#N/A"
    sheet["B5"], sheet["C5"] = 3, 5
    book.save(tmp_path / "formula.xlsx")
    broken = open_file(tmp_path / "formula.xlsx", "formula.xlsx").load("Data & more").broken
    assert [(cell.row, cell.column, cell.what) for cell in broken] == [(3, 1, "formula"), (4, 1, "#N/A")]


def test_formulas_with_their_value_are_values(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet("Data").write_formula(0, 0, "=1+1", None, 2)
    book.close()
    grid = open_file(tmp_path / "a.xlsx", "a.xlsx").load("Data")
    assert grid.broken == ()
    assert grid.frame["0"].to_list() == ["2"]


@ANY_FOLDER
@given(
    content=st.binary(max_size=300), name=st.sampled_from(["a.csv", "a.xlsx", "a.parquet", "a.xls", "a.ods"])
)
def test_garbage_is_refused_or_read_and_never_crashes(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    assert is_read_or_refused(path)


@ANY_FOLDER
@given(
    damage=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=5)
)
def test_a_damaged_workbook_is_refused_or_read_and_never_crashes(tmp_path, damage):
    good = bytearray(workbook(tmp_path / "good.xlsx").read_bytes())
    for place, byte in damage:
        good[int(place * len(good))] = byte
    (tmp_path / "bad.xlsx").write_bytes(bytes(good))
    assert is_read_or_refused(tmp_path / "bad.xlsx")
