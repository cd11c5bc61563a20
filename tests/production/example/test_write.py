"""Examples as files: read without errors as the tables they were made of, and the same bytes every time."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from provisor.case import Case
from provisor.production.example import make, write
from provisor.production.tables import CASE_TABLES
from provisor.reading import read_case
from provisor.tables.files import open_file

SHIPPED = Path(__file__).parents[3] / "examples" / "production"


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def contents(folder: Path) -> dict[str, object]:
    """Files by name; workbooks as what is packed in them, which no version of a packer changes."""
    found: dict[str, object] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            with ZipFile(path) as archive:
                found[path.name] = {name: archive.read(name) for name in archive.namelist()}
        else:
            found[path.name] = path.read_text(encoding="utf-8")
    return found


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "one", "small", 5)
    write(tmp_path / "two", "small", 5)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_files_are_those_the_readme_names(tmp_path: Path) -> None:
    write(tmp_path / "case", "small", 5)
    assert set(files(tmp_path / "case")) == {
        "README.md", "case.yaml", "forecast.xlsx", "network.xlsx", "stock.xlsx",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("size", "seed"), [("small", 0), ("small", 11), ("medium", 1), ("medium", 2), ("large", 1)]
)
def test_read_back_as_it_was_made(written: Callable[[str, int], Case], size: str, seed: int) -> None:
    case = written(size, seed)
    end = case.settings.start + timedelta(days=case.settings.days)
    wanted = make(size, seed)
    wanted["calendar"] = wanted["calendar"].filter(pl.col("date") < end)
    wanted["demand"] = wanted["demand"].filter(
        pl.col("date") < end + timedelta(days=case.rules.end_cover_days)
    )
    assert {warning.code for warning in case.warnings} <= {"outside-horizon"}
    for schema in CASE_TABLES:
        assert_frame_equal(case.table(schema.name), wanted[schema.name])


def test_guide_explains_every_column(tmp_path: Path) -> None:
    write(tmp_path, "small", 1)
    for name in ("network.xlsx", "forecast.xlsx", "stock.xlsx"):
        book = open_file(tmp_path / name, name)
        guide = book.load("guide").frame
        explained = set(guide.select("0", "1").iter_rows())
        for schema in CASE_TABLES:
            if schema.name in book.sheets:
                assert {(schema.name, column.name) for column in schema.columns} <= explained
        assert book.sheets[0] == "guide"


def test_weekdays_are_written_as_words(tmp_path: Path) -> None:
    write(tmp_path, "small", 1)
    trucks = open_file(tmp_path / "network.xlsx", "network.xlsx").load("trucks").frame
    assert "Mon; Tue; Wed; Thu; Fri" in {cell for row in trucks.iter_rows() for cell in row}


def test_readme_draws_the_network(tmp_path: Path) -> None:
    write(tmp_path, "large", 1)
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "```mermaid" in text
    assert "3 bakeries, 8 hubs, 2 cold stores and 40 towns" in text
    assert "-. frozen .->" in text


def test_shipped_example_is_read_without_errors() -> None:
    case = read_case(SHIPPED)
    assert case.planner == "production"
    assert case.table("nodes")["has_demand"].sum() == 10


def test_shipped_example_is_what_its_seed_makes(tmp_path: Path) -> None:
    write(tmp_path, "medium", 1)
    assert contents(SHIPPED) == contents(tmp_path)
