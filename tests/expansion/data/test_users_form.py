"""Files as users have them: every quirk is read as it is meant, and told."""

import polars as pl
import pytest

from provisor.expansion.data import read
from provisor.tables.excel_out import SheetOut, write_workbook


def told(case, *words):
    found = [p.message for p in case.problems() if all(word in p.message for word in words)]
    assert found, f"nothing is told of {words}"
    return found[0]


def product(users, sku):
    return users.read().table("products").filter(sku=sku).row(0, named=True)


def shelf(users, kind):
    return users.read().table("shelving").filter(storage_type=kind).row(0, named=True)


def test_quantities_sizes_and_weights(users):
    lamp = product(users, "P2")
    assert (lamp["sell_quantity"], lamp["inbound_quantity"], lamp["ratio"]) == (8, 80, 10)
    assert lamp["sell_volume_cuft"] == pytest.approx(12 * 8 * 6 / 1728)
    assert lamp["inbound_volume_cuft"] == pytest.approx(24 * 16 * 17 / 1728)
    assert (lamp["sell_weight_lb"], lamp["inbound_weight_lb"]) == (4, 42)
    assert (lamp["storage_type"], lamp["supplier"], lamp["repackable"]) == ("Bins", "Lumi", True)
    assert told(users, "words in brackets", "80 (10 packs)")
    assert told(users, "without a blank beside an x", "48 x 40x 27")
    assert told(users, "weights are written in lb, lbs")


def test_carriers(users):
    carriers = dict(users.read().table("products").select("sku", "carrier").iter_rows())
    assert carriers == {"P1": "LTL", "P2": "parcel", "P3": "parcel"}


def test_spellings(users):
    assert told(users, "bins is taken as Bins")
    assert told(users, "Pallets is taken as Pallet")
    assert users.read().table("shelving")["storage_type"].to_list() == ["Bins", "Hazmat", "Pallet", "Racking"]


def test_blanks_around_names(users):
    assert "'Old '" in users.found("blanks").message
    assert users.read().table("sites")["facility"].to_list() == ["Old"]


def test_a_shelf(users):
    pallet = shelf(users, "Pallet")
    assert (pallet["shelves"], pallet["sqft_per_shelf"], pallet["volume_cuft"]) == (100, 58, 520)
    assert (pallet["weight_lb"], pallet["positions"]) == (9600, 8)


def test_dimensions_that_are_missing(users):
    assert shelf(users, "Hazmat")["volume_cuft"] == shelf(users, "Racking")["volume_cuft"] == 27
    assert told(users, "Hazmat in Old: there are no dimensions; those of Racking are taken")


def test_counts_that_contradict(users):
    users.row("shelving", 1)["Total Weight Capacity"] = 8000
    users.row("shelf_dimensions", 1)["Package Capacity"] = 4
    assert told(users, "Bins in Old: all shelves take 8,000 lb", "are 9,000")
    assert told(users, "a shelf holds 3 packs here and 4 in shelf_dimensions.csv; 4 is taken")
    assert shelf(users, "Bins")["weight_lb"] == 90
    assert shelf(users, "Bins")["positions"] == 4


def test_packs_that_contradict(users):
    users.row("products", 1)["Inbound Pack Quantity"] = "80 (8 packs)"
    assert told(users, "are 10 packs, but the cell says 8; taken as 10")
    assert product(users, "P2")["ratio"] == 10


def test_packs_heavier_than_what_holds_them(users):
    users.row("products", 2)["Inbound Pack Weight"] = "50 lbs"
    assert told(users, "P3: 4 sell packs of 14 lb weigh more than the inbound pack (50 lb)")


def test_packs_too_large_for_their_place(users):
    users.row("products", 1)["Inbound Pack Dimensions"] = "30 x 16 x 17"
    assert told(users, "P2: its inbound pack (30 x 17 x 16 in", "24 x 24 x 24 in, 60 lb")
    assert told(users, "no largest inbound pack is given for Hazmat")


def test_days_on_hand_may_be_parts_of_a_day(users):
    assert users.read().table("lead_times")["days_on_hand"].to_list() == [4.5] * 3


def test_a_header_without_its_dash(users):
    for row in users.tables["lead_times"]:
        row |= {"Lead Time - New": 6, "New Days on Hand": 2}
    users.tables["shelving"] += [{**row, "Facility": "New"} for row in users.tables["shelving"]]
    users.tables["shelf_dimensions"] += [
        {**row, "Location": "New"} for row in users.tables["shelf_dimensions"]
    ]
    assert told(users, "New Days on Hand is written without the dash")
    assert users.read().table("lead_times").filter(facility="New")["days_on_hand"].to_list() == [2, 2, 2]


def test_what_is_not_said_is_told(users):
    told(users, "no file says what demand counts; taken as sell packs")
    told(users, "which days lead times count; taken as business days")
    told(users, "which days days on hand count")
    told(users, "no cost of holding is given")
    told(users, "the size of a truck is not given")
    users.rules = {"demand_unit": "eaches", "lead_time_unit": "business", "days_on_hand_unit": "business"}
    users.keys |= {"holding_per_cuft_day": 0.0, "trucks": {"weight_lb": 1, "volume_cuft": 1}}
    messages = [problem.message for problem in users.problems()]
    unsaid = ("no file says", "does not say", "holding is", "a truck is")
    assert not [message for message in messages if any(words in message for words in unsaid)]


def test_kinds_that_contradict(users):
    users.row("products", 0)["Supplier Type"] = "Far"
    assert told(users, "P1 is Far here and Near in suppliers.csv, which counts")
    assert users.read().table("suppliers").filter(supplier="Halden")["kind"].to_list() == ["Near"]


def test_without_suppliers_each_kind_is_one(users):
    del users.keys["files"]["suppliers"]
    assert told(users, "each supplier type (Far, Near) counts as one supplier")
    assert users.read().table("suppliers")["supplier"].to_list() == ["Far", "Near"]


def test_optional_files_may_be_left_out(users):
    first = users.read()
    for name in ("storage_types", "inbound"):
        del users.keys["files"][name]
    second = users.read()
    assert second.table("products").drop("storage_type").equals(first.table("products").drop("storage_type"))
    types = second.table("shelving")["storage_type"].to_list()
    assert types == ["Bins", "Hazmat", "Pallets", "Racking"], "the shelving's own spelling, then"


def test_months_are_counted_from_the_start(users):
    demand = users.read().table("demand").filter(sku="P2")
    assert demand.rows() == [(1, "P2", 4200.0), (2, "P2", 4200.0), (3, "P2", 4200.0)]


def test_a_workbook_with_the_users_tables(users):
    first = users.read().fingerprint
    sheets = [
        SheetOut(name, pl.DataFrame(rows, infer_schema_length=None, strict=False))
        for name, rows in users.tables.items()
    ]
    write_workbook(users.folder / "all.xlsx", sheets)
    case = read({**users.keys, "files": {"workbook": "all.xlsx"}}, users.folder)
    assert case.fingerprint == first


def test_a_header_below_a_title(users):
    first = users.read().fingerprint
    path = users.folder / "titled.csv"
    path.write_text("Demand of our shops,,,,\n,,,,\n" + (users.folder / "demand.csv").read_text())
    users.keys["files"]["demand"] = "titled.csv"
    assert users.read().fingerprint == first
