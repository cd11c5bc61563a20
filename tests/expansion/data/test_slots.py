"""Packs on a shelf counted slot by slot, held against counts made by hand."""

import pytest

SLOTS = {"shelf_use": "dedicated", "shelf_packs": "slots"}


def packs(case):
    table = case.read().table("shelf_packs")
    return {(kind, sku): count for _, kind, sku, count in table.iter_rows()}


def test_slots_and_stacks(users):
    users.rules = SLOTS
    found = packs(users)
    assert len(found) == 12
    assert found["Pallet", "P1"] == 8 * 14, "65 cuft of a slot hold 14 packs of 4.44 cuft"
    assert found["Bins", "P2"] == 3 * 4 * 8, "four flat packs a slot, counted in pieces"
    assert found["Racking", "P2"] == 6 * 13, "on another type as many as volume allows, no stacks"
    assert found["Racking", "P1"] == 6 * 1


def test_of_shelves_without_dimensions_only_stacks_are_known(users):
    users.rules = SLOTS
    found = packs(users)
    assert (found["Hazmat", "P1"], found["Hazmat", "P2"]) == (0, 0)
    assert found["Hazmat", "P3"] == 6 * 2


def test_products_counted_on_the_shelf_as_a_whole(users):
    users.rules = {**SLOTS, "whole_shelf": ["P1"]}
    assert packs(users)["Pallet", "P1"] == 117
    users.rules = {**SLOTS, "whole_shelf": ["P9"]}
    assert "there is no product P9" in users.found("unknown-product").message


def test_the_cases_own_table_counts_first(users):
    users.rules = SLOTS
    users.keys["files"]["shelf_packs"] = "shelf_packs.csv"
    users.tables["shelf_packs"] = [{"facility": "Old", "storage_type": "Pallet", "sku": "P1", "packs": 99}]
    found = packs(users)
    assert found["Pallet", "P1"] == 99
    assert found["Bins", "P2"] == 96


def test_sizes_that_lack(users, small):
    users.rules = SLOTS
    users.tables["storage_types"].pop()
    assert "the largest item on Hazmat" in users.found("no-sizes").message
    small.rules = {**small.rules, **SLOTS}
    assert "the sizes of sell packs" in small.found("no-sizes").message


@pytest.mark.parametrize("rules", [{}, {"shelf_use": "dedicated"}], ids=str)
def test_without_the_switch_nothing_is_counted(users, rules):
    users.rules = rules
    assert packs(users) == {}
