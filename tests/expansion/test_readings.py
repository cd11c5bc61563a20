"""Months in one piece, and shelves of one product: planned, audited, and held against what is known by hand."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from tests.expansion.worlds import small_case

import provisor
from provisor.expansion.design import find_design
from provisor.expansion.homes import packs_of_shelf
from provisor.expansion.network import network_of
from provisor.expansion.tables import SHELF_PACKS
from provisor.planner import BadRequest

READINGS = [
    {},
    {"check_time": "morning"},
    {"days_on_hand": "network", "whole_packs": False},
    {"trucks": "soft"},
    {"trucks": "hard", "days_on_hand": "pooled"},
    {"shelf_use": "dedicated", "own_type": False},
]


@pytest.mark.parametrize("rules", READINGS, ids=str)
@pytest.mark.parametrize("resolution", ["orders", "monthly"])
def test_months_in_one_piece_are_planned_as_the_auditor_reads_them(resolution, rules):
    plan = provisor.solve(small_case(1, rules={**rules, "resolution": resolution}))
    assert plan.audit["ok"]
    stock = plan.tables["inventory_levels_daily"]
    assert stock["day"].unique().to_list() == [5]
    days = plan.tables["deliveries_daily"]["arrival_day"].unique().sort().to_list()
    assert days == ([1] if resolution == "monthly" else [1, 2, 3, 4, 5])


@pytest.mark.parametrize("resolution", ["orders", "monthly"])
def test_priced_sales_and_rent_are_counted_on_every_day_of_a_month(resolution):
    rules = {"resolution": resolution, "storage": "inbound", "doh_multiplier": 3}
    case = small_case(1, rules=rules, overflow_per_cuft_day=0.02, lost_sale_per_pack=50)
    plan = provisor.solve(case)
    assert plan.audit["ok"]
    rented = plan.tables["overflow"]["volume_cuft"].sum() * 5 * 0.02
    assert plan.costs["overflow"] == pytest.approx(rented)
    assert rented > 0


@pytest.mark.parametrize("resolution", ["orders", "monthly"])
def test_building_does_not_depend_on_the_resolution(resolution):
    rules = {"days_on_hand": "network"}
    daily = find_design(network_of(small_case(1, rules=rules)))
    coarse = find_design(network_of(small_case(1, rules={**rules, "resolution": resolution})))
    assert daily.objective == pytest.approx(coarse.objective)
    assert daily.objective > 0


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"check_time": "morning", "positions": True},
        {"days_on_hand": "network", "whole_shelves": False, "whole_packs": False, "fill": 0.9},
        {"own_type": False, "trucks": "soft"},
    ],
    ids=str,
)
def test_shelves_of_one_product_are_assigned_and_audited(rules):
    plan = provisor.solve(small_case(1, rules={"shelf_use": "dedicated", **rules}))
    assert plan.audit["ok"]
    assert plan.tables["shelf_assignments"].height >= 3


def test_shelves_of_one_product_are_as_many_as_counted_by_hand():
    rules = {"shelf_use": "dedicated", "days_on_hand": "network", "whole_packs": False}
    case = small_case(2, rules=rules)
    network = network_of(case)
    assert packs_of_shelf(network)[:, 1].tolist() == [[80, 0], [0, 11], [0, 40]]
    needed = network.average.max(axis=0) * 3
    south = [np.ceil(needed[0] / 80), np.ceil(needed[1] / 11) + np.ceil(needed[2] / 40)]
    added = find_design(network).design.shelves[-1, 1]
    assert added.tolist() == [max(south[0] - 5, 0), max(south[1] - 10, 0)]


def test_the_case_may_say_what_a_shelf_holds():
    rows = [{"facility": "SOUTH", "storage_type": "Pallet", "sku": "DESKS", "packs": 26.0}]
    plain = small_case(2, rules={"shelf_use": "dedicated", "days_on_hand": "network"})
    case = replace(plain, tables={**plain.tables, "shelf_packs": SHELF_PACKS.frame(rows)})
    plan, other = provisor.solve(case), provisor.solve(plain)
    assert plan.audit["ok"]
    assert plan.costs["expansion"] < other.costs["expansion"]
    assert not provisor.audit(plain, plan).ok


@pytest.mark.parametrize(
    "rules",
    [
        {"resolution": "monthly", "pipeline": False, "opening": "none"},
        {"shelf_use": "dedicated", "phases": True},
    ],
    ids=str,
)
def test_readings_that_contradict_each_other_are_refused(rules):
    with pytest.raises(BadRequest, match="say "):
        provisor.solve(small_case(1, rules=rules))


def test_too_few_shelves_of_one_product_are_told():
    plan = provisor.solve(small_case(1, rules={"shelf_use": "dedicated", "doh_multiplier": 60}))
    assert plan.relaxations
    assert plan.tables == {}


def test_prices_of_shelves_of_one_product():
    rules = {"shelf_use": "dedicated", "days_on_hand": "network", "whole_packs": False}
    prices = provisor.solve(small_case(2, rules=rules)).tables["prices"]
    shelf = prices.filter((pl.col("limit") == "shelf") & (pl.col("facility") == "SOUTH"))
    assert shelf["price"].max() == pytest.approx(30.0)


@pytest.mark.parametrize(
    "rules", [{}, {"days_on_hand": "network"}, {"phases": True}, {"trucks": "soft"}], ids=str
)
def test_one_room_for_all_types_is_planned_and_audited(rules):
    apart, together = (small_case(2, rules={"own_type": flag, **rules}) for flag in (True, False))
    plan, other = provisor.solve(together, gap=1e-6), provisor.solve(apart, gap=1e-6)
    assert plan.audit["ok"]
    assert plan.costs["expansion"] <= other.costs["expansion"]
    assert not provisor.audit(apart, plan).ok or plan.costs["expansion"] == other.costs["expansion"]


def test_one_room_for_all_types_is_as_large_as_all_shelves_together():
    rules = {"own_type": False, "days_on_hand": "network", "whole_packs": False, "whole_shelves": False}
    case = small_case(2, rules=rules)
    network = network_of(case)
    stock = (3 * network.average @ network.use.T).max(axis=0)
    lacking = max(stock[0] - 15 * 40.0, (stock[1] - 15 * 900.0) * 40 / 900)
    added = find_design(network).design.shelves[-1, 1].sum()
    assert added == pytest.approx(lacking / 40)
    prices = provisor.solve(case).tables["prices"]
    assert set(prices.filter(limit="shelf")["storage_type"]) == {"Bins", "Pallet"}


def test_products_of_a_type_without_shelves_stand_in_the_room_of_all_types():
    plain = small_case(2, rules={"own_type": False})
    odd = plain.table("products").with_columns(
        storage_type=pl.when(pl.col("sku") == "CUPS").then(pl.lit("Cage")).otherwise("storage_type")
    )
    plan = provisor.solve(replace(plain, tables={**plain.tables, "products": odd}))
    assert plan.audit["ok"]
    assert plan.costs["expansion"] == pytest.approx(provisor.solve(plain).costs["expansion"])
