"""Whatever stands in the cells, reading ends in a case or in a list of problems with their places."""

import contextlib
import random
from pathlib import Path

import polars as pl
import pytest
from tests.wide import examples

from provisor.allocation.data import read
from provisor.allocation.tables import CASE_TABLES
from provisor.case import BadCase
from provisor.tables.excel_out import SheetOut, write_workbook

GARBAGE = (
    "",
    None,
    "?",
    "-1",
    "0",
    "1e999",
    "NaN",
    "3.7",
    "99999999999999999999",
    "S1",
    "=1+1",
    "a;b|c",
    "\u202e x",
    "x" * 5_000,
)
COLUMNS = [(schema.name, column.name) for schema in CASE_TABLES for column in schema.columns]


def outcome(small):
    """Codes of what is wrong; every error must say what and, if it is about a cell, where."""
    try:
        small.read()
    except BadCase as bad:
        for error in bad.problems.errors:
            assert error.message
            if error.row is not None:
                assert error.file
                assert error.column
        return {error.code for error in bad.problems.errors}
    return set()


@pytest.mark.parametrize("seed", range(examples(12)))
def test_garbage_in_one_cell_is_a_case_or_a_problem(small, seed):
    chance = random.Random(seed)
    for table, column in chance.sample(COLUMNS, 12):
        rows = small.tables[table]
        row = chance.choice(rows)
        before, had = row.get(column), column in row
        row[column] = chance.choice(GARBAGE)
        small.tables[table] = [
            {name: None if cell is None else str(cell) for name, cell in r.items()} for r in rows
        ]
        small.kind = chance.choice(("csv", "parquet"))
        for path in [*small.folder.glob("*.csv"), *small.folder.glob("*.parquet")]:
            path.unlink()
        outcome(small)
        small.tables[table] = rows
        if had:
            row[column] = before
        else:
            del row[column]
    assert outcome(small) == set()


@pytest.mark.parametrize("seed", range(examples(6)))
def test_garbage_in_many_cells_is_a_list_of_problems(small, seed):
    chance = random.Random(100 + seed)
    for table, column in chance.sample(COLUMNS, 25):
        for row in small.tables[table]:
            if chance.random() < 0.6:
                row[column] = chance.choice(GARBAGE)
        small.tables[table] = [
            {name: None if cell is None else str(cell) for name, cell in row.items()}
            for row in small.tables[table]
        ]
    assert outcome(small)


@pytest.mark.parametrize("table", [schema.name for schema in CASE_TABLES])
def test_tables_without_rows_are_a_case_or_a_problem(small, table):
    small.write()
    pl.DataFrame(schema=dict.fromkeys(small.tables[table][0], pl.String)).write_csv(
        small.folder / f"{table}.csv"
    )
    keys = {**small.keys, "files": small.files}
    if table in ("stores", "products", "centres", "slots", "pairs", "lanes", "stock"):
        with contextlib.suppress(BadCase):
            read(keys, small.folder)
    else:
        assert table == "costs" or not read(keys, small.folder).table(table).height


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PAR1 cut off", b"PK\x03\x04 cut off", "ä,ö\n1,2".encode("cp1252")]
)
@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_files_that_are_none_are_said(small, content, kind):
    small.write()
    (small.folder / f"other.{kind}").write_bytes(content)
    small.files["pairs"] = f"other.{kind}"
    errors = small.problems().errors
    assert any(error.file == f"other.{kind}" for error in errors)


def test_a_folder_that_is_not_there_is_said(small):
    small.files = {"tables": "nowhere", "pipeline": "nothing"}
    assert [error.file for error in small.problems().errors if error.code == "file-missing"] == [
        "nowhere",
        "nothing",
    ]


def test_a_case_may_be_one_workbook(small, tmp_path):
    schemas = {schema.name: schema for schema in CASE_TABLES}
    sheets = [SheetOut(name, pl.DataFrame(rows), schemas[name]) for name, rows in small.tables.items()]
    write_workbook(Path(tmp_path) / "all.xlsx", sheets)
    one = small.read()
    small.files = {"workbook": "all.xlsx"}
    assert small.read().fingerprint == one.fingerprint
