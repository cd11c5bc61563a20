"""What must not change an answer, what must scale it, what can only make it dearer; and answers by trying all."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.expansion.worlds import small_case

import provisor
from provisor.expansion.design import find_design
from provisor.expansion.network import network_of

RULES = st.sampled_from(
    [
        {"doh_multiplier": 3},
        {"doh_multiplier": 3, "check_time": "morning"},
        {"doh_multiplier": 3, "days_on_hand": "pooled"},
        {"doh_multiplier": 2, "storage": "inbound"},
        {"days_on_hand": "network"},
    ]
)
SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=25, deadline=None)


def cost(case):
    """Least cost of building; infinite where nothing that may be built will do."""
    design = find_design(network_of(case)).design
    return float("inf") if design is None else design.cost


def changed(case, table, **columns):
    return replace(case, tables={**case.tables, table: case.table(table).with_columns(**columns)})


def scaled(case, factor, **columns):
    """The case with columns times a factor, given as table=column or table=(column, ...)."""
    for table, names in columns.items():
        case = changed(case, table, **{name: pl.col(name) * factor for name in np.atleast_1d(names)})
    return case


@FEW
@given(seed=SEEDS, rules=RULES, shuffle=SEEDS)
def test_the_order_of_rows_does_not_matter(seed, rules, shuffle):
    case = small_case(seed, months=4, rules=rules)
    mixed = {
        name: table.sample(fraction=1.0, shuffle=True, seed=shuffle) for name, table in case.tables.items()
    }
    assert cost(replace(case, tables=mixed)) == pytest.approx(cost(case), abs=1e-6)


@FEW
@given(seed=SEEDS, rules=RULES, factor=st.sampled_from([0.5, 3.0, 40.0]))
def test_twice_the_business_costs_twice(seed, rules, factor):
    case = small_case(seed, months=4, rules={**rules, "whole_shelves": False})
    larger = scaled(
        case, factor, demand="quantity", shelving="shelves", sites="limit_sqft", tiers="upto_sqft"
    )
    assert cost(larger) == pytest.approx(factor * cost(case), rel=1e-6, abs=1e-6)


@FEW
@given(seed=SEEDS, rules=RULES, factor=st.sampled_from([0.01, 7.0, 1728.0]))
def test_the_unit_of_volume_does_not_matter(seed, rules, factor):
    case = small_case(seed, months=4, rules=rules)
    volumes = {"products": ("sell_volume_cuft", "inbound_volume_cuft"), "shelving": "volume_cuft"}
    assert cost(scaled(case, factor, **volumes)) == pytest.approx(cost(case), abs=1e-6)


@FEW
@given(seed=SEEDS, rules=RULES)
def test_twice_the_price_of_area_is_twice_the_cost(seed, rules):
    case = small_case(seed, months=4, rules=rules)
    assert cost(scaled(case, 2.0, tiers="price_per_sqft")) == pytest.approx(2 * cost(case), abs=1e-6)


TIGHTER = {
    "more demand": lambda case: scaled(case, 1.2, demand="quantity"),
    "fewer shelves": lambda case: scaled(case, 0.5, shelving="shelves"),
    "less area": lambda case: scaled(case, 0.5, sites="limit_sqft"),
    "dearer area": lambda case: scaled(case, 1.3, tiers="price_per_sqft"),
    "larger goods": lambda case: scaled(case, 1.2, products=("sell_volume_cuft", "inbound_volume_cuft")),
    "more days on hand": lambda case: scaled(case, 1.5, lead_times="days_on_hand"),
    "larger shelves for the same goods": lambda case: scaled(case, 1.5, shelving="sqft_per_shelf"),
    "whole shelves": lambda case: replace(case, rules=case.rules.model_copy(update={"whole_shelves": True})),
    "mornings too": lambda case: replace(case, rules=case.rules.model_copy(update={"check_time": "morning"})),
}


@FEW
@given(seed=SEEDS, rules=RULES, change=st.sampled_from(sorted(TIGHTER)))
def test_what_is_tighter_never_costs_less(seed, rules, change):
    case = small_case(seed, months=4, rules={**rules, "whole_shelves": False})
    assert cost(TIGHTER[change](case)) >= cost(case) - 1e-6


def test_a_plan_of_shuffled_tables_is_proven_as_well():
    case = small_case(5, months=3, rules={"doh_multiplier": 3})
    mixed = {name: table.reverse() for name, table in case.tables.items()}
    first, second = (
        provisor.solve(each, time_limit=5) for each in (case, replace(case, tables={**case.tables, **mixed}))
    )
    assert second.certificate.bound == pytest.approx(first.certificate.bound, rel=1e-9)
    assert second.certificate.objective == pytest.approx(
        first.certificate.objective, rel=first.certificate.gap + 1e-9
    )
    assert second.audit["ok"]


def test_a_whole_plan_scales_with_its_business():
    rules = {"doh_multiplier": 3, "whole_shelves": False, "whole_packs": False, "trucks": "off"}
    case = small_case(4, months=3, rules=rules)
    larger = scaled(case, 10.0, demand="quantity", shelving="shelves", sites="limit_sqft", tiers="upto_sqft")
    small, large = (provisor.solve(each, time_limit=5) for each in (case, larger))
    least, most = small.certificate.bound, small.certificate.objective
    assert large.certificate.objective >= 10 * least * (1 - 1e-9)
    assert large.certificate.bound <= 10 * most * (1 + 1e-9)


def fits(case, kind, shelves):
    """Whether every month can be served from shelves of a type, each site with ``shelves`` of them."""
    products = case.table("products").filter(storage_type=kind)
    days = case.settings.days_per_month
    room = {
        row["facility"]: (row["volume_cuft"], row["weight_lb"])
        for row in case.table("shelving").filter(storage_type=kind).to_dicts()
    }
    takes = [as_kept(row) for row in products.to_dicts()]
    on_hand = 3.0 * case.rules.doh_multiplier
    for month in range(1, case.settings.months + 1):
        asked = case.table("demand").filter(month=month)
        demand = [asked.filter(sku=sku)["quantity"].item() / days for sku in products["sku"]]
        count, sites = len(demand), list(shelves)
        limits = np.zeros((2 * len(sites), count * len(sites)))
        right = []
        for place, site in enumerate(sites):
            for measure in (0, 1):
                for item in range(count):
                    limits[2 * place + measure, item * len(sites) + place] = on_hand * takes[item][measure]
                right.append(shelves[site] * room[site][measure])
        served = np.kron(np.eye(count), np.ones(len(sites)))
        if linprog(np.zeros(limits.shape[1]), limits, right, served, demand).status != 0:
            return False
    return True


def as_kept(row):
    """Volume and weight of a sell pack on the shelf: as received, or repacked where that takes less room."""
    as_sold = (row["sell_volume_cuft"], row["sell_weight_lb"])
    received = (row["inbound_volume_cuft"] / row["ratio"], row["inbound_weight_lb"] / row["ratio"])
    return as_sold if row["repackable"] and as_sold[0] <= received[0] else received


@pytest.mark.parametrize("seed", range(6))
def test_nothing_cheaper_is_found_by_trying_all_counts_of_shelves(seed):
    case = small_case(seed, months=3, rules={"doh_multiplier": 4})
    there = {
        (row["facility"], row["storage_type"]): row["shelves"] for row in case.table("shelving").to_dicts()
    }
    area = 0.0
    for kind in ("Bins", "Pallet"):
        tried = (
            added
            for added in range(401)
            if fits(case, kind, {"NORTH": there["NORTH", kind], "SOUTH": there["SOUTH", kind] + added})
        )
        added = next(tried, None)
        if added is None:
            assert cost(case) == float("inf")
            return
        area += 10.0 * added
    by_hand = 2.0 * min(area, 300.0) + 3.0 * max(area - 300.0, 0.0) if area <= 4000 else float("inf")
    assert cost(case) == pytest.approx(by_hand)
