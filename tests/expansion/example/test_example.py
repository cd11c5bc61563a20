"""Examples are complete, sound, the same for the same seed, and need building."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from provisor.case import Case
from provisor.expansion.design import find_design
from provisor.expansion.example import SIZES, document, make, write
from provisor.expansion.example.catalogue import PALLET, catalogue
from provisor.expansion.network import network_of

SHIPPED = Path(__file__).parents[3] / "examples" / "expansion"
Written = Callable[[str, int], Case]


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


@pytest.mark.parametrize("size", SIZES)
def test_a_written_example_is_read_as_it_was_made(written: Written, size: str) -> None:
    case = written(size, 4)
    for name, table in make(size, 4).items():
        assert_frame_equal(case.table(name), table)


def test_nothing_is_assumed_of_an_example_but_its_calendar(written: Written) -> None:
    assert {warning.code for warning in written("medium", 2).warnings} == {"calendar"}


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "one", "small", 5)
    write(tmp_path / "two", "small", 5)
    files = [
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two")
    ]
    assert files[0] == files[1]
    assert set(files[0]) == {"README.md", "case.yaml", "warehouses.xlsx"}


def test_another_seed_another_case() -> None:
    one, two = make("small", 1), make("small", 2)
    assert set(one["sites"]["facility"]) != set(two["sites"]["facility"])
    assert not one["demand"].equals(two["demand"])


def test_the_shipped_example_is_what_would_be_written(tmp_path: Path) -> None:
    write(tmp_path / "case", "medium", 1)
    assert contents(SHIPPED) == contents(tmp_path / "case")


@pytest.mark.parametrize("bad", [("huge", 1), ("small", -1)])
def test_sizes_and_seeds_that_are_none(bad: tuple[str, int]) -> None:
    with pytest.raises(ValueError, match=r"no size 'huge'|the seed is -1"):
        make(*bad)


def test_keys_of_an_unknown_size() -> None:
    with pytest.raises(ValueError, match="there are small, medium, ten-year"):
        document("huge", 1)


def test_packs_hold_what_they_say() -> None:
    for product in catalogue(18):
        assert product.ratio * product.sell_volume <= product.inbound_volume, product.sku
        assert product.inbound_weight >= product.ratio * product.sell_weight, product.sku
    assert len({product.sku for product in catalogue(18)}) == 18


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", SIZES)
def test_something_must_be_built_and_can_be(written: Written, size: str, seed: int) -> None:
    case = written(size, seed)
    found = find_design(network_of(case))
    assert found.design is not None
    pallets = sorted(set(case.table("shelving")["storage_type"])).index(PALLET)
    added = found.design.shelves[-1].sum(axis=0)
    assert added[pallets] >= 1
    assert np.delete(added, pallets).sum() == 0
    assert found.design.cost > case.table("sites")["fixed_cost"].max()


def test_prices_rise_at_one_site_and_fall_at_another() -> None:
    prices = make("ten-year", 3)["tiers"].sort("facility", "tier")
    steps = prices.group_by("facility").agg(pl.col("price_per_sqft").diff().drop_nulls().first())
    assert sorted(steps["price_per_sqft"].sign()) == [-1, 1]
