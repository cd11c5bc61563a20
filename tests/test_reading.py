from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest
from pydantic import BaseModel

from provisor import reading
from provisor.case import BadCase, Case
from provisor.reading import read_case
from provisor.tables.excel_out import SheetOut, write_workbook


class Echo(BaseModel):
    """Settings of a planner that gives back what it was asked to read."""

    document: dict
    lines: dict


def echo(document, folder):
    nothing = Echo(document=dict(document), lines={})
    return Case("echo", str(document.get("name")), {}, nothing, nothing, (), folder)


@pytest.fixture(autouse=True)
def echo_planner(monkeypatch):
    monkeypatch.setattr(reading, "planner_names", lambda: ["echo", "other"])
    monkeypatch.setattr(reading, "planner", lambda name: SimpleNamespace(name=name, read=echo))


def problems(path, overrides=None):
    with pytest.raises(BadCase) as bad:
        read_case(path, overrides or {})
    return bad.value.problems.errors


def write(tmp_path, text):
    (tmp_path / "case.yaml").write_text(text)
    return tmp_path


def test_a_folder_and_its_file_are_the_same_case(tmp_path):
    write(tmp_path, "planner: echo\nname: bread\n")
    for path in (tmp_path, str(tmp_path), tmp_path / "case.yaml"):
        case = read_case(path)
        assert (case.name, case.folder) == ("bread", tmp_path)


def test_overrides_replace_values_and_make_keys(tmp_path):
    write(tmp_path, "planner: echo\nweeks: 4\nrules: {end: value}\n")
    overrides = {
        "rules.end": "waste",
        "rules.lookahead_days": "3",
        "start": "2025-10-17",
        "files.stock": "a.csv",
    }
    document = read_case(tmp_path, overrides).settings.document
    assert document["rules"] == {"end": "waste", "lookahead_days": 3}
    assert document["start"] == date(2025, 10, 17)
    assert document["files"] == {"stock": "a.csv"}


def test_an_override_below_a_value_is_an_error(tmp_path):
    write(tmp_path, "planner: echo\nweeks: 4\n")
    assert problems(tmp_path, {"weeks.more": "1"})[0].code == "bad-key"


@pytest.mark.parametrize(
    ("text", "words"), [("name: x\n", "missing"), ("planner: ecko\n", "no planner 'ecko'")]
)
def test_an_unknown_planner_names_the_nearest(tmp_path, text, words):
    error = problems(write(tmp_path, text))[0]
    assert words in error.message
    assert "echo" in error.mend
    assert error.file == "case.yaml"


def test_no_case_is_an_error(tmp_path):
    assert problems(tmp_path / "none")[0].code == "file-missing"
    assert problems(tmp_path)[0].code == "file-missing"


def test_a_workbook_holds_its_keys_in_a_sheet(tmp_path):
    path = tmp_path / "bread.xlsx"
    keys = {"planner": "echo", "start": date(2025, 10, 17), "weeks": 4, "rules.end": "waste"}
    write_workbook(path, [SheetOut("demand", pl.DataFrame({"node": ["a"]}))], keys)
    case = read_case(path, {"weeks": "2"})
    assert case.folder == tmp_path
    assert case.settings.document == {
        "planner": "echo",
        "start": date(2025, 10, 17),
        "weeks": 2,
        "rules": {"end": "waste"},
        "files": {"workbook": "bread.xlsx"},
    }


def test_a_workbook_without_keys_is_an_error(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [SheetOut("demand", pl.DataFrame({"node": ["a"]}))])
    assert "no sheet case" in problems(tmp_path / "a.xlsx")[0].message
    (tmp_path / "b.xlsx").write_text("text")
    assert problems(tmp_path / "b.xlsx")[0].code == "not-what-its-name-says"
