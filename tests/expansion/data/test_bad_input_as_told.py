"""Mistakes in a workbook and its case.yaml, as a user makes them and as the command line tells them."""

import json
import shutil
from datetime import datetime

import openpyxl
import pytest
from typer.testing import CliRunner

from provisor.cli.main import app
from provisor.expansion.example import write

BOOK = "warehouses.xlsx"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example") / "case"
    write(folder, "small", 0)
    return folder


@pytest.fixture
def case(example, tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(example, folder)
    return folder


def column(sheet, name):
    return [cell.value for cell in sheet[1]].index(name) + 1


def told(case, command="check"):
    """Exit code and errors of a command; nothing but the answer may be shown."""
    done = CliRunner().invoke(app, [command, str(case), "--json"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.stdout + done.stderr
    problems = json.loads(done.stdout)["problems"]
    return done.exit_code, [problem for problem in problems if problem["severity"] == "error"]


CELLS = [
    ("products", 2, "sell_volume_cuft", None, "empty-cell"),
    ("products", 2, "inbound_weight_lb", 0, "out-of-range"),
    ("products", 2, "inbound_quantity", 7.5, "not-whole-packs"),
    ("products", 3, "supplier", "Nobody & Sons", "unknown-supplier"),
    ("products", 3, "repackable", "perhaps", "not-a-value"),
    ("tiers", 3, "upto_sqft", 10, "tier-order"),
    ("tiers", 2, "price_per_sqft", -2, "out-of-range"),
    ("sites", 2, "limit_sqft", -5, "out-of-range"),
    ("shelving", 2, "volume_cuft", 0, "no-capacity"),
    ("shelving", 3, "shelves", -1, "out-of-range"),
    ("lead_times", 2, "lead_time_days", 9999, "lead-time-too-long"),
    ("lead_times", 3, "lead_time_days", "five weeks", "not-a-value"),
    ("lead_times", 3, "days_on_hand", -1, "out-of-range"),
    ("demand", 5, "quantity", "about 500", "not-a-value"),
    ("demand", 5, "quantity", -3, "out-of-range"),
    ("demand", 5, "quantity", "nan", "not-a-value"),
    ("demand", 5, "quantity", "=1/0", "formula-without-value"),
    ("demand", 5, "quantity", datetime(2027, 1, 1), "not-a-value"),  # noqa: DTZ001 - workbooks know no zone
    ("demand", 2, "sku", "BENCHH", "unknown-product"),
]


@pytest.mark.parametrize(("sheet", "row", "name", "value", "code"), CELLS)
def test_a_bad_cell_is_told_with_its_place_what_is_wrong_and_what_was_expected(
    case, sheet, row, name, value, code
):
    book = openpyxl.load_workbook(case / BOOK)
    book[sheet].cell(row, column(book[sheet], name)).value = value
    book.save(case / BOOK)
    exit_code, errors = told(case)
    assert exit_code == 2
    found = next(error for error in errors if error["code"] == code)
    place = {"file": BOOK, "sheet": sheet, "row": row, "column": name}
    assert {key: found[key] for key in place} == place
    assert found["message"].strip("'") != found.get("value"), "a value alone says nothing"
    assert found.get("expected") or found.get("mend")
    assert len(errors) <= 2, "one mistake is no list of mistakes"


def test_a_supplier_nobody_has_is_one_problem(case):
    book = openpyxl.load_workbook(case / BOOK)
    book["products"].cell(2, column(book["products"], "supplier")).value = "Kestrel Forg"
    book.save(case / BOOK)
    (error,) = told(case)[1]
    assert error["mend"] == "did you mean Kestrel Forge?"


def without_month_3(book):
    sheet = book["demand"]
    for row in range(sheet.max_row, 1, -1):
        if sheet.cell(row, 1).value == 3:
            sheet.delete_rows(row)


def first_month_again(book):
    book["demand"].append([cell.value for cell in book["demand"][2]])


def renamed(book):
    book["demand"].title = "forecast"


def shelving_gone(book):
    del book["shelving"]


def column_gone(book):
    book["products"].delete_cols(column(book["products"], "storage_type"))


SHEETS = [
    (without_month_3, "missing-months", "there is no demand for March 2027"),
    (first_month_again, "duplicate-key", "1 / BENCH"),
    (renamed, "missing-table", "forecast"),
    (shelving_gone, "missing-table", "shelving"),
    (column_gone, "missing-column", "storage_type"),
]


@pytest.mark.parametrize(("change", "code", "words"), SHEETS)
def test_a_bad_sheet_is_told(case, change, code, words):
    book = openpyxl.load_workbook(case / BOOK)
    change(book)
    book.save(case / BOOK)
    exit_code, errors = told(case)
    assert exit_code == 2
    found = next(error for error in errors if error["code"] == code)
    assert words in found["message"]
    assert found["expected"]


FILES = [
    (lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]), "broken-workbook"),
    (lambda file: file.write_bytes(b""), "file-empty"),
    (lambda file: file.write_text("month,sku,quantity"), "not-what-its-name-says"),
    (lambda file: file.unlink(), "file-missing"),
]


@pytest.mark.parametrize(("spoil", "code"), FILES, ids=[code for _, code in FILES])
def test_a_bad_workbook_is_told_by_every_command(case, spoil, code):
    spoil(case / BOOK)
    for command in ("check", "solve"):
        exit_code, errors = told(case, command)
        assert exit_code == 2
        assert code in {error["code"] for error in errors}
        assert all(error.get("mend") or error.get("expected") or code == "file-empty" for error in errors)


KEYS = [
    ("months: 24", "months: 0", "bad-key"),
    ("months: 24", "months: 36", "missing-months"),
    ("start: 2027-01-01", "start: 2027-02-30", "yaml-value"),
    ("weight_lb: 44000.0", "weight_lb: -1", "bad-key"),
    ("planner: expansion", "planner: expantion", "unknown-planner"),
    ("demand_unit: packs", "demand_unit: boxes", "bad-key"),
    ("demand_unit: packs", "policy: {domestic: 1}", "missing-key"),
    ("demand_unit: packs", "policy: {domestic: -1, overseas: 3}", "bad-key"),
    ("demand_unit: packs", "demand: daily", "missing-table"),
    ("demand_unit: packs", "opening: data", "missing-table"),
    ("rules:", "rules: [", "yaml-syntax"),
    ("rules:", "pins:\n  - {decision: sqft, facility: Calderford, amount: 10001}\nrules:", "beyond-limit"),
    (
        "rules:",
        "pins:\n  - {decision: shelves, facility: Calderford, storage_type: pallet, amount: 999}\nrules:",
        "beyond-limit",
    ),
    ("rules:", "pins:\n  - {decision: sqft, facility: Kernhaven, amount: 1}\nrules:", "may-not-grow"),
    ("rules:", "pins:\n  - {decision: sqft, facility: Kern, amount: 1}\nrules:", "unknown-site"),
]


@pytest.mark.parametrize(("key", "instead", "code"), KEYS)
def test_a_bad_key_is_told(case, key, instead, code):
    file = case / "case.yaml"
    assert key in file.read_text()
    file.write_text(file.read_text().replace(key, instead, 1))
    exit_code, errors = told(case)
    assert exit_code == 2
    assert code in {error["code"] for error in errors}


def test_a_pin_at_the_limit_may_stand(case):
    file = case / "case.yaml"
    pins = "pins:\n  - {decision: sqft, facility: Calderford, amount: 10000}\nrules:"
    file.write_text(file.read_text().replace("rules:", pins, 1))
    assert told(case) == (0, [])
