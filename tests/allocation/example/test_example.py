"""Examples: seeded, calibrated, and read back without errors as the tables they were made of."""

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from provisor.allocation.data import read
from provisor.allocation.example import SIZES, document, make, write
from provisor.allocation.example.sizes import size_of
from provisor.allocation.tables import CASE_TABLES
from provisor.case import Problems
from provisor.tables.document import read_document
from provisor.tables.files import open_file

SHIPPED = Path(__file__).parents[3] / "examples" / "allocation"


def case_of(folder: Path, **changes):
    keys = read_document(folder / "case.yaml", Problems())
    keys.update(changes)
    return read(keys, folder)


def contents(folder: Path) -> dict[str, object]:
    """Files by name; workbooks as what is packed in them, which no version of a packer changes."""
    found: dict[str, object] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            with ZipFile(path) as archive:
                found[path.name] = {name: archive.read(name) for name in archive.namelist()}
        else:
            found[path.name] = path.read_bytes()
    return found


@pytest.fixture(scope="module")
def full() -> dict[str, pl.DataFrame]:
    return make("full", 1)


@pytest.mark.parametrize("size", ["tiny", "demo", "region"])
def test_tables_are_typed_sorted_and_keyed(size):
    tables = make(size, 3)
    assert list(tables) == [schema.name for schema in CASE_TABLES]
    for schema in CASE_TABLES:
        table = tables[schema.name]
        assert dict(table.schema) == schema.dtypes, schema.name
        assert_frame_equal(table, table.sort(schema.key, nulls_last=True))
        assert not table.select(schema.key).is_duplicated().any(), schema.name


def test_same_seed_same_bytes_other_seed_others(tmp_path):
    for folder, seed in (("one", 5), ("two", 5), ("other", 6)):
        write(tmp_path / folder, "tiny", seed)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert contents(tmp_path / "one") != contents(tmp_path / "other")


@pytest.mark.parametrize(
    ("size", "seed"), [("tiny", 0), ("tiny", 7), ("demo", 1), ("demo", 2), ("region", 1)]
)
def test_read_back_as_it_was_made(tmp_path, size, seed):
    write(tmp_path, size, seed)
    case = case_of(tmp_path, periods=3)
    wanted = make(size, seed)
    for schema in CASE_TABLES:
        if schema.name != "costs":
            assert_frame_equal(case.table(schema.name), wanted[schema.name])
    assert {name: size_of(size).long for name in ("pairs", "demand")} == {
        name: (tmp_path / f"{name}.parquet").exists() for name in ("pairs", "demand")
    }


@pytest.mark.parametrize("seed", range(12))
def test_every_seed_gives_a_case_without_errors(tmp_path, seed):
    write(tmp_path / "tiny", "tiny", seed)
    write(tmp_path / "demo", "demo", seed)
    codes = {warning.code for folder in ("tiny", "demo") for warning in case_of(tmp_path / folder).warnings}
    expected = {
        "outside-horizon",
        "assumed",
        "minimum-above-eligible",
        "core-not-eligible",
        "launch-too-wide",
    }
    assert codes <= expected | {"demand-without-stock", "unused", "no-lane"}


def test_an_unknown_size_and_a_negative_seed_are_refused():
    with pytest.raises(ValueError, match="tiny"):
        make("huge", 1)
    with pytest.raises(ValueError, match="0 or more"):
        make("tiny", -1)


def test_the_first_size_is_the_default_one():
    assert SIZES[0] == "demo"
    assert set(SIZES) == {"tiny", "demo", "region", "full", "dense"}
    assert document("full", 1)["files"] == {"workbook": "chain.xlsx", "pairs": "pairs.parquet"}


def test_guide_explains_every_column(tmp_path):
    write(tmp_path, "tiny", 1)
    book = open_file(tmp_path / "chain.xlsx", "chain.xlsx")
    guide = book.load("guide").frame
    explained = set(guide.select("0", "1").iter_rows())
    for schema in CASE_TABLES:
        if schema.name in book.sheets:
            assert {(schema.name, column.name) for column in schema.columns} <= explained
    assert book.sheets[0] == "guide"


def test_a_full_case_is_as_large_as_life(full):
    pairs = full["pairs"]
    carried = pairs.filter("carried_before")
    assert 600_000 <= pairs.height <= 800_000
    assert (full["stores"].height, full["products"].height) == (2_253, 6_470)
    assert 245 <= carried.height / 2_253 <= 275
    places = carried["product"].value_counts()["count"].sort(descending=True)
    assert 0.76 <= places.head(1_000).sum() / carried.height <= 0.80
    assert 0.78 <= places[0] / 2_253 <= 0.90
    assert 1 <= pairs["demand"].median() <= 4
    assert pairs["dispersion"].is_between(1.3, 2.0).all()


def test_supply_and_room_of_a_full_case_are_scarce_as_in_life(full):
    carried = full["pairs"].filter("carried_before")
    demand, stock = carried.group_by("product").agg(pl.col("demand").sum()), full["stock"]
    supply = stock.group_by("product").agg(pl.col("pieces").sum())
    ratio = demand.join(supply, on="product").filter(pl.col("demand") > 200)
    share = (ratio["pieces"] / ratio["demand"]).to_numpy()
    assert np.quantile(share, 0.02) >= 0.28
    assert np.quantile(share, 0.98) <= 0.95
    slots, now = full["slots"]["slots"].sum(), carried.height
    assert 0.95 <= slots / now <= 1.05
    assert 2.0 <= full["stores"]["pieces"].sum() / slots <= 3.0


def test_clusters_and_roles_of_a_full_case_are_as_in_life(full):
    sizes = full["stores"]["cluster"].value_counts()["count"]
    assert len(sizes) == 46
    assert 8 <= sizes.std() <= 30
    roles = full["pairs"].join(full["products"], on="product")["role"].value_counts(normalize=True)
    shares = dict(roles.rows())
    for role, least, most in full["roles"].rows():
        assert least - 0.05 <= shares[role] <= most + 0.05, role


def test_shipped_example_is_read_without_errors():
    assert case_of(SHIPPED).table("stores").height == 60


def test_shipped_example_is_what_its_seed_makes(tmp_path):
    write(tmp_path, "demo", 1)
    assert contents(SHIPPED) == contents(tmp_path)
