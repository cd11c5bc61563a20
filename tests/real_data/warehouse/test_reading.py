"""The figures of the real case, counted in its files by hand."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from provisor.case import Case, Problems
from provisor.expansion.data import read
from provisor.tables.document import read_document

HERE = Path(__file__).parent
FOLDERS = sorted(path.parent.name for path in HERE.glob("*/case.yaml"))
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not (HERE / "../../../../shared/data/warehouse").exists(), reason="the business data is not there"
    ),
]

QUIRKS = (
    "4 cells have blanks around what they say, such as 'Columbus '",
    "words in brackets ('144 (12 packs)'",
    "2 sizes without a blank beside an x ('48 x 48x 20')",
    "weights are written in lb, lbs",
    "13 of 18 products may be kept as sell packs",
    "SKUA1: 15 eaches in sell packs of 3 are 5 packs, but the cell says 3; taken as 5",
    "SKUA1: 5 sell packs of 2 lb weigh more than the inbound pack (8 lb)",
    "bins is taken as Bins",
    "Pallets is taken as Pallet",
    "Bins in Austin: all shelves take 1,181,920 lb, but 19,688 shelves x 90 lb are 1,771,920",
    "Bins in Columbus: a shelf holds 1 packs here and 6 in Shelving Dimensions.csv; 6 is taken",
    "Hazmat in Columbus: there are no dimensions; those of Racking are taken",
    "Hazmat in Sacramento: there are no dimensions; those of Racking are taken",
    "Hazmat in Austin: there are no dimensions; those of Racking are taken",
    "no largest inbound pack is given for Hazmat",
    "Austin Days on Hand is written without the dash",
    "lead times count; taken as business days",
    "days on hand count; taken as business days",
    "no file says what demand counts; taken as sell packs",
    "17 months have fewer than 21 weekdays",
)


def read_warehouse(folder: str) -> Case:
    path = HERE / folder
    document = read_document(path / "case.yaml", Problems())
    assert document is not None
    return read(document, path)


@pytest.fixture(scope="module")
def case() -> Case:
    return read_warehouse("file")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_reading_is_read(folder):
    assert read_warehouse(folder).table("demand").height == 2160


@pytest.mark.parametrize("quirk", QUIRKS)
def test_quirks_are_told(case, quirk):
    assert [warning for warning in case.warnings if quirk in warning.message]


def test_nothing_else_is_told(case):
    assert len(case.warnings) == len(QUIRKS) + 2, "brackets of the inbound packs and the carriers"


def test_demand(case):
    demand = case.table("demand")
    by_month = dict(demand.group_by("month").agg(pl.col("quantity").sum()).iter_rows())
    assert (by_month[1], by_month[115], by_month[120]) == (511_059, 2_365_905, 1_352_853)
    assert sum(by_month.values()) == 131_907_212
    assert demand.filter(month=1, sku="SKUE3")["quantity"].item() == 4578


def test_ratios(case):
    ratios = dict(case.table("products").select("sku", "ratio").iter_rows())
    assert ratios == {
        "SKUW1": 12, "SKUW2": 10, "SKUW3": 10, "SKUA1": 5, "SKUA2": 5, "SKUA3": 1, "SKUT1": 3, "SKUT2": 64,
        "SKUT3": 64, "SKUT4": 3, "SKUD1": 1, "SKUD2": 1, "SKUD3": 1, "SKUC1": 1, "SKUC2": 8, "SKUE1": 100,
        "SKUE2": 60, "SKUE3": 24,
    }  # fmt: skip


def test_room_of_a_pack(case):
    row = case.table("products").filter(sku="SKUE2").row(0, named=True)
    assert row["sell_volume_cuft"] == pytest.approx(0.2431, abs=5e-5)
    assert row["inbound_volume_cuft"] / row["ratio"] == pytest.approx(1.067, abs=5e-4)
    assert row["inbound_weight_lb"] / row["ratio"] == pytest.approx(8.67, abs=5e-3)


def test_suppliers(case):
    kinds = dict(case.table("suppliers").select("supplier", "kind").iter_rows())
    assert kinds == {
        "The Write Stuff": "International",
        "VoltEdge": "International",
        "Canvas & Co.": "Domestic",
        "Bound to Learn": "Domestic",
        "Form & Function": "Domestic",
    }


def test_shelves(case):
    shelving = case.table("shelving")
    assert shelving.height == 12
    rows = {(row["facility"], row["storage_type"]): row for row in shelving.to_dicts()}
    bay = rows["Sacramento", "Pallet"]
    assert (bay["shelves"], bay["volume_cuft"], bay["weight_lb"], bay["positions"]) == (1100, 510, 2400, 4)
    assert bay["sqft_per_shelf"] == pytest.approx(46.08, abs=5e-3)
    assert rows["Columbus", "Bins"]["volume_cuft"] == pytest.approx(3.467, abs=5e-4)
    assert rows["Austin", "Bins"]["weight_lb"] == 90
    pallets = shelving.filter(storage_type="Pallet")
    assert (pallets["shelves"] * pallets["positions"]).sum() == 34_864
    assert (pallets["shelves"] * pallets["weight_lb"]).sum() == pytest.approx(20.9e6, abs=5e4)


def test_sites_and_prices(case):
    assert dict(case.table("sites").select("facility", "limit_sqft").iter_rows()) == {
        "Austin": 200_000, "Columbus": 0, "Sacramento": 250_000,
    }  # fmt: skip
    assert case.table("tiers").height == 3


def test_lead_times(case):
    row = case.table("lead_times").filter(sku="SKUE1", facility="Austin")
    assert row.select("lead_time_days", "days_on_hand").row(0) == (35, 43)


def test_days(case):
    calendar = case.table("calendar")
    assert calendar.filter(pl.col("month") > 0).height == 2520
    assert calendar.filter(month=1)["date"][0] == date(2026, 1, 1)
    assert calendar.filter(month=120)["date"].max() <= date(2035, 12, 31)


def test_a_policy_says_the_same_as_its_file():
    policy, file = read_warehouse("policy5_2"), read_warehouse("network5_2")
    days = dict(policy.table("suppliers").select("supplier", "kind").iter_rows())
    by_kind = {"International": 5.0, "Domestic": 2.0}
    suppliers = dict(policy.table("products").select("sku", "supplier").iter_rows())
    for sku, _, _, on_hand in file.table("lead_times").iter_rows():
        assert on_hand == by_kind[days[suppliers[sku]]]
