from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisor.case import Problems
from provisor.tables.grid import ROW, BrokenCell, Grid
from provisor.tables.read_sheet import read_sheet
from provisor.tables.schema import Column, Schema
from provisor.tables.validate import LISTED, check_schema, pandera_schema

SCHEMA = Schema(
    "loads",
    "one load",
    [
        Column("truck", pl.String, meaning="code"),
        Column("units", pl.Float64, "unit", "units", minimum=0, positive=True, aliases=("Quantity",)),
        Column("pallets", pl.Int64, "pallet", "pallets", nullable=True),
        Column("day", pl.Date, "", "day", nullable=True),
        Column("full", pl.Boolean, "", "whether full", nullable=True),
        Column("mode", pl.String, "", "mode", nullable=True, allowed=("ambient", "frozen")),
        Column("leaves", pl.String, "hh:mm", "time", nullable=True),
        Column("weekdays", pl.List(pl.Int64), "", "weekdays", required=False),
        Column("stops", pl.List(pl.String), "", "stops", required=False),
        Column("hours", pl.Float64, "h", "hours", minimum=0, default=2.0),
    ],
    key=("truck",),
)


def grid(*rows, broken=()):
    width = max(len(row) for row in rows)
    columns = {str(n): [row[n] if n < len(row) else None for row in rows] for n in range(width)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_row_index(ROW, offset=1)
    return Grid(frame.with_columns(pl.col(ROW).cast(pl.Int64)), "loads.xlsx", "Loads", broken)


def read(*rows, broken=()):
    problems = Problems()
    return read_sheet(grid(*rows, broken=broken), SCHEMA, problems), problems


HEAD = ["truck", "units", "pallets", "day", "full", "mode", "leaves", "weekdays", "stops", "hours"]


def test_every_type_is_read():
    sheet, problems = read(
        HEAD,
        [
            "6125.0",
            "1.5",
            "4.0",
            "2025-10-17 00:00:00",
            "TRUE",
            "frozen",
            "1899-12-31 08:00:00",
            "Mon, friday",
            "a; b",
            "1",
        ],
        ["T2", "2", None, "17.10.2025", "no", None, "9:05", "", "7|8", "3"],
    )
    assert not problems.items
    first, second = sheet.frame.drop(ROW).rows()
    assert first == ("6125", 1.5, 4, date(2025, 10, 17), True, "frozen", "08:00", [1, 5], ["a", "b"], 1.0)
    assert second == ("T2", 2.0, None, date(2025, 10, 17), False, None, "09:05", [], ["7", "8"], 3.0)


def test_headers_are_found_below_other_rows_whatever_their_case_and_signs():
    sheet, problems = read(["Report of today"], [None], ["TRUCK ", "quantity", "Hours"], ["T1", "5", "1"])
    assert sheet.frame["units"].to_list() == [5.0]
    assert sheet.frame[ROW].to_list() == [4]
    assert not problems.errors


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("units", "five", "not-a-value"),
        ("units", "0", "out-of-range"),
        ("units", "-1", "out-of-range"),
        ("units", "nan", "not-a-value"),
        ("units", "inf", "not-a-value"),
        ("units", "1e+300", "out-of-range"),
        ("units", "1000000000001", "out-of-range"),
        ("units", None, "empty-cell"),
        ("truck", None, "empty-cell"),
        ("pallets", "4.5", "not-a-value"),
        ("pallets", "1e30", "not-a-value"),
        ("day", "17/10/2025", "not-a-value"),
        ("day", "45000", "not-a-value"),
        ("full", "maybe", "not-a-value"),
        ("mode", "warm", "not-allowed"),
        ("leaves", "25:00", "not-a-value"),
        ("weekdays", "monday; noday", "not-a-value"),
        ("hours", "-1", "out-of-range"),
    ],
)
def test_a_bad_cell_is_reported_once_with_its_place(column, cell, code):
    row = ["T1", "5", "1", "2025-10-17", "true", "frozen", "08:00", "monday", "a", "1"]
    row[HEAD.index(column)] = cell
    _, problems = read(HEAD, row)
    assert len(problems) == 1
    found = problems.items[0]
    assert (found.code, found.column, found.row, found.value) == (code, column, 2, cell or "")
    assert (found.file, found.sheet) == ("loads.xlsx", "Loads")


def test_keys_may_not_repeat():
    _, problems = read(HEAD[:2], ["T1", "5"], ["T2", "5"], ["T1", "6"])
    assert [(error.code, error.row) for error in problems.errors] == [("duplicate-key", 4)]


def test_a_missing_column_suggests_the_nearest_header():
    sheet, problems = read(["truck", "unit s"], ["T1", "5"])
    assert sheet is None
    assert problems.errors[0].mend == "did you mean unit s?"


def test_a_default_is_told():
    sheet, problems = read(HEAD[:2], ["T1", "5"])
    assert sheet.frame["hours"].to_list() == [2.0]
    assert [(problem.code, problem.column) for problem in problems.warnings] == [("default", "hours")]


def test_a_formula_without_value_is_an_error_only_where_it_is_read():
    cells = (BrokenCell(2, 1, "formula"), BrokenCell(2, 2, "#REF!"), BrokenCell(1, 0, "formula"))
    _, problems = read(["truck", "units", "note", "hours"], ["T1", None, None, "1"], broken=cells)
    assert [(error.code, error.column, error.row) for error in problems.errors] == [
        ("formula-without-value", "units", 2)
    ]


def test_many_bad_cells_are_listed_and_the_rest_counted():
    _, problems = read(HEAD[:2], *[[f"T{number}", "x"] for number in range(LISTED + 7)])
    errors = problems.errors
    assert len(errors) == LISTED + 1
    assert "7 more" in errors[-1].message


def test_a_million_rows_with_ten_bad_ones_list_all_ten():
    units = ["1.5"] * 1_000_000
    bad = list(range(5, 1_000_000, 100_000))
    for number in bad:
        units[number] = "-1" if number % 2 else "x"
    frame = pl.DataFrame({"0": [f"T{n}" for n in range(1_000_000)], "1": units})
    header = pl.DataFrame({"0": ["truck"], "1": ["units"]})
    whole = pl.concat([header, frame]).with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    problems = Problems()
    read_sheet(Grid(whole, "loads.csv"), SCHEMA, problems)
    assert [error.row for error in problems.errors] == [number + 2 for number in bad]


CELL = st.one_of(
    st.none(), st.text(max_size=12), st.sampled_from(["1", "x", "2025-10-17", "true", "NaN", "-1", "T1"])
)


@settings(deadline=None, max_examples=80)
@given(rows=st.lists(st.lists(CELL, min_size=1, max_size=10), min_size=1, max_size=8), headed=st.booleans())
def test_garbage_gives_problems_and_never_crashes(rows, headed):
    sheet, problems = read(*([HEAD] if headed else []), *[[cell or None for cell in row] for row in rows])
    assert sheet is not None or problems.errors


@settings(deadline=None, max_examples=40)
@given(st.lists(st.one_of(st.none(), st.floats(-2, 2)), max_size=6), st.booleans(), st.booleans())
def test_pandera_and_the_screen_before_it_agree(values, nullable, positive):
    column = Column("units", pl.Float64, nullable=nullable, minimum=0, positive=positive)
    frame = pl.DataFrame(
        {ROW: range(len(values)), "units": values}, schema={ROW: pl.Int64, "units": pl.Float64}
    )
    problems = Problems()
    sheet = read_sheet(grid(HEAD[:2], ["T1", "5"]), SCHEMA, Problems()).of(frame)
    check_schema(sheet, Schema("t", "", [column]), problems)
    expected = [
        number
        for number, value in enumerate(values)
        if (value is None and not nullable) or (value is not None and (value <= 0 if positive else value < 0))
    ]
    assert sorted(error.row for error in problems.errors) == expected
    if not expected:
        pandera_schema([column]).validate(frame)
