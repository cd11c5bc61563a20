"""Infeasible cases get the smallest relaxation by priority; applied, it makes them feasible."""

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest
from tests.expansion.worlds import small_case

import provisor
from provisor.certificate import Status
from provisor.questions.files import scenario_text
from provisor.questions.what_if import changed

SECONDS = 120.0


def tighter(case, limit=400.0):
    """The case whose SOUTH may grow by less."""
    sites = case.table("sites").with_columns(
        limit_sqft=pl.when(pl.col("facility") == "SOUTH").then(limit).otherwise(0.0)
    )
    return replace(case, tables={**case.tables, "sites": sites})


def too_many_days():
    return tighter(small_case(1, months=3, rules={"doh_multiplier": 9}))


def days_at_every_site():
    return tighter(small_case(2, months=3, rules={"days_on_hand": "network", "doh_multiplier": 4}))


def days_pooled():
    return tighter(small_case(3, months=3, rules={"days_on_hand": "pooled", "doh_multiplier": 9}))


def days_of_a_policy_in_calendar_days():
    rules = {"policy": {"international": 60, "domestic": 40}, "days_on_hand_unit": "calendar"}
    return tighter(small_case(4, months=3, rules=rules))


def first(rule):
    """Rules that give first one after another, the one named before all others."""
    return [
        rule,
        *(other for other in ("trucks", "days-on-hand", "area", "storage", "demand") if other != rule),
    ]


def area_first():
    return tighter(small_case(1, months=3, rules={"doh_multiplier": 9, "give_first": first("area")}))


def volume_first():
    return tighter(small_case(1, months=3, rules={"doh_multiplier": 9, "give_first": first("storage")}))


def weight_first():
    case = small_case(1, months=3, rules={"doh_multiplier": 3, "give_first": first("storage")})
    heavy = case.table("products").with_columns(sell_weight_lb=200.0, inbound_weight_lb=pl.col("ratio") * 210)
    return tighter(replace(case, tables={**case.tables, "products": heavy}))


def positions_first():
    rules = {"doh_multiplier": 6, "positions": True, "give_first": first("storage")}
    return tighter(small_case(2, months=3, rules=rules))


def demand_first():
    rules = {"check_time": "morning", "doh_multiplier": 3, "give_first": first("demand")}
    return tighter(small_case(5, months=2, rules=rules, demand=np.full((2, 3), 9000)))


def too_many_loads():
    trucks = {"weight_lb": 900.0, "volume_cuft": 250.0}
    return small_case(2, months=3, rules={"trucks": "hard"}, trucks=trucks)


def too_many_loads_at_once():
    demand = [[300, 300, 300], [1100, 1100, 1100], [300, 300, 300]]
    trucks = {"weight_lb": 1950.0, "volume_cuft": 600.0}
    rules = {"trucks": "hard", "opening": "none", "doh_multiplier": 2}
    return small_case(2, months=3, rules=rules, demand=demand, trucks=trucks)


def nothing_there_yet():
    return small_case(2, months=3, rules={"pipeline": False, "opening": "none"})


def no_shelves_pinned():
    pins = [{"decision": "sqft", "facility": "SOUTH", "amount": 0.0}]
    return small_case(1, months=3, rules={"doh_multiplier": 6}, pins=pins)


def pins_that_contradict():
    pins = [
        {"decision": "sqft", "facility": "SOUTH", "amount": 0.0},
        {"decision": "shelves", "facility": "SOUTH", "storage_type": "Bins", "amount": 3.0},
    ]
    return small_case(1, months=2, pins=pins)


def shelves_of_one_product():
    return tighter(small_case(1, months=3, rules={"shelf_use": "dedicated", "doh_multiplier": 9}))


CASES = {
    too_many_days: {"days-on-hand"},
    days_at_every_site: {"days-on-hand"},
    days_pooled: {"days-on-hand"},
    days_of_a_policy_in_calendar_days: {"days-on-hand"},
    area_first: {"area"},
    volume_first: {"storage"},
    weight_first: {"storage"},
    positions_first: {"storage"},
    demand_first: {"demand"},
    too_many_loads: {"trucks"},
    too_many_loads_at_once: {"trucks"},
    nothing_there_yet: {"demand"},
    no_shelves_pinned: {"days-on-hand"},
    pins_that_contradict: {"pins"},
    shelves_of_one_product: {"days-on-hand"},
}
"""Cases with the rules that give way in them."""


@cache
def mended(make):
    """A case and its repair."""
    case = make()
    return case, provisor.repair(case, time_limit=SECONDS)


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_what_has_to_give_makes_the_case_feasible(make, tmp_path):
    case, found = mended(make)
    assert found.plan.certificate.status is Status.INFEASIBLE
    together = [relaxation for relaxation in found.plan.relaxations if not relaxation.instead]
    assert {relaxation.rule for relaxation in together} == CASES[make]
    file = tmp_path / "repair.yaml"
    file.write_text(scenario_text(found.scenario))
    again = provisor.read_scenario(file, case)
    assert again == found.scenario
    plan = provisor.solve(changed(case, again).case, time_limit=SECONDS)
    assert plan.tables, plan.certificate
    assert plan.audit["ok"]


@pytest.mark.parametrize(
    "make", [too_many_days, area_first, no_shelves_pinned], ids=lambda make: make.__name__
)
def test_what_would_do_alone_does_alone(make):
    case, found = mended(make)
    alone = [relaxation for relaxation in found.plan.relaxations if relaxation.instead]
    assert len(found.alternatives) == len(alone) > 0
    for scenario in found.alternatives:
        plan = provisor.solve(changed(case, scenario).case, time_limit=SECONDS)
        assert plan.tables, scenario
        assert plan.audit["ok"]


def tiny(rules, demand, shelves=10.0):
    """One product at one site that may grow by one shelf: three packs of 10 cuft on a shelf of 30."""
    case = small_case(0, months=len(demand), days=1, rules={"whole_packs": False, **rules})
    product = (
        case.table("products")
        .filter(sku="LAMPS")
        .with_columns(
            sell_volume_cuft=10.0, inbound_volume_cuft=20.0, sell_weight_lb=1.0, inbound_weight_lb=2.0
        )
    )
    south = pl.col("facility") == "SOUTH"
    pallet = south & (pl.col("storage_type") == "Pallet")
    return replace(
        case,
        tables={
            **case.tables,
            "products": product,
            "sites": case.table("sites").filter(south).with_columns(limit_sqft=10.0),
            "shelving": case.table("shelving").filter(pallet).with_columns(shelves=shelves, volume_cuft=30.0),
            "lead_times": case.table("lead_times").filter(south, pl.col("sku") == "LAMPS"),
            "demand": case.table("demand").filter(sku="LAMPS").sort("month").with_columns(
                quantity=pl.Series(demand, dtype=pl.Float64)
            ),
        },
    )  # fmt: skip


def given(case):
    """Amounts by rule of what has to give together."""
    plan = provisor.solve(case, time_limit=SECONDS)
    return {entry.rule: entry.amount for entry in plan.relaxations if not entry.instead}


DEMAND = [12.0, 20.0, 16.0]
"""Level 3 x this; ten shelves and one more hold 33 packs."""


def keeps(demand, levels, shelves, more):
    """Whether levels fit the shelves there are, one that may be added, and some more."""
    return all(level <= 3 * (shelves + 1 + more) + 1e-9 for level in levels)


def test_no_fewer_packs_are_kept_below_their_days_by_brute_force():
    found = given(tiny({}, DEMAND))["days-on-hand"]
    cuts = itertools.product(*[range(int(3 * value) + 1) for value in DEMAND])
    least = min(
        sum(cut)
        for cut in cuts
        if keeps(DEMAND, [3 * value - less for value, less in zip(DEMAND, cut, strict=True)], 10, 0)
    )
    assert found == pytest.approx(least)
    assert least == 3 + 27 + 15


def test_no_less_area_does_by_brute_force():
    found = given(tiny({"give_first": first("area"), "whole_shelves": False}, DEMAND))["area"]
    least = min(k / 4 for k in range(500) if keeps(DEMAND, [3 * value for value in DEMAND], 10, k / 40))
    assert found == pytest.approx(least, abs=0.25)
    assert found == pytest.approx((60 - 33) / 3 * 10)


def test_no_less_room_does_by_brute_force():
    found = given(tiny({"give_first": first("storage")}, DEMAND))["storage"]
    over = itertools.product(*[range(0, 300, 30) for _ in DEMAND])
    least = min(
        sum(cuft)
        for cuft in over
        if all(3 * value * 10 <= 330 + more for value, more in zip(DEMAND, cuft, strict=True))
    )
    assert found == pytest.approx(sum(max(30 * value - 330, 0) for value in DEMAND))
    assert found <= least


def test_no_less_demand_is_lost_by_brute_force():
    found = given(tiny({"give_first": first("demand")}, DEMAND))["demand"]
    cuts = itertools.product(*[range(int(value) + 1) for value in DEMAND])
    least = min(
        sum(cut)
        for cut in cuts
        if keeps(DEMAND, [3 * (value - less) for value, less in zip(DEMAND, cut, strict=True)], 10, 0)
    )
    assert found == pytest.approx(least)


def test_no_fewer_truckloads_do_by_brute_force():
    """Loads of ten packs at most; what is above may come a month early, but nothing is there before the first."""
    case = tiny({"trucks": "hard", "opening": "none"}, [12.0, 6.0, 18.0], shelves=100.0)
    trucks = case.settings.trucks.model_copy(update={"weight_lb": 10.0, "volume_cuft": 1e6})
    asked = replace(case, settings=case.settings.model_copy(update={"trucks": trucks}))
    none = asked.table("lead_times").with_columns(days_on_hand=0.0)
    asked = replace(asked, tables={**asked.tables, "lead_times": none})
    found = given(asked)["trucks"]
    loads = itertools.product(range(40), repeat=3)
    least = min(
        sum(max(load - 10, 0) for load in tried) / 10
        for tried in loads
        if all(sum(tried[: n + 1]) >= sum([12, 6, 18][: n + 1]) for n in range(3))
    )
    assert found == pytest.approx(least)


def test_nothing_of_a_later_rule_is_given_for_any_amount_of_an_earlier_one():
    assert set(
        given(tiny({"give_first": ["area", "days-on-hand", "demand", "storage", "trucks"]}, DEMAND))
    ) == {"area"}
    assert set(given(tiny({"give_first": ["demand", "area", "days-on-hand"]}, DEMAND))) == {"demand"}


def test_a_feasible_case_needs_no_repair():
    found = provisor.repair(small_case(1, months=2), time_limit=SECONDS)
    assert found.scenario is None
    assert found.alternatives == ()
    assert found.plan.tables
