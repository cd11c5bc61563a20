"""Infeasible cases get the smallest relaxation by priority; applied, it makes them feasible."""

import itertools
from dataclasses import replace

import polars as pl
import pytest
from tests.allocation.test_infeasible import pinned_case

import provisor
from provisor.allocation import tables as own
from provisor.allocation.rules import Pin
from provisor.allocation.solve import solve
from provisor.certificate import Status
from provisor.planner import SolveOptions
from provisor.questions.files import parse_scenario, scenario_text
from provisor.questions.what_if import changed

LAUNCH = {"product": "P0", "min_stores": 0, "max_stores": 1, "min_clusters": 0, "reserve": 0.0}
"""P0 is new and hangs in one store at most."""


def with_table(case, name, rows):
    return replace(case, tables={**case.tables, name: rows})


def first(*rules):
    """Order in which rules give way."""
    return {"gives_way": rules}


def too_little_stock():
    return pinned_case()


def too_little_stock_and_pins_stay():
    return pinned_case(**first("stock"))


def locks_instead_of_pins():
    case = pinned_case()
    pairs = case.table("pairs").with_columns(
        lock=pl.when(pl.col("product") == "P0").then(pl.lit("carry")), max_pieces=3
    )
    products = case.table("products").with_columns(presentation_min=3)
    case = with_table(with_table(case, "pairs", pairs), "products", products)
    return replace(case, settings=case.settings.model_copy(update={"pins": ()}))


def a_whole_product_pinned():
    case = pinned_case()
    pins = (Pin(kind="pinned", product="P0", pieces=3),)
    return replace(case, settings=case.settings.model_copy(update={"pins": pins}))


def too_small_a_budget():
    return with_table(pinned_case(stock=6), "budget", own.BUDGET.frame([{"period": 1, "amount": 70.0}]))


def a_hard_corridor():
    manual = own.MANUAL_PLAN.frame([{"store": "S1", "subcategory": None, "styles": 8}])
    return with_table(pinned_case(stock=6, corridor="hard", corridor_width=0.25), "manual_plan", manual)


def a_hard_corridor_of_a_subcategory():
    manual = own.MANUAL_PLAN.frame([{"store": "S0", "subcategory": "s", "styles": 5}])
    return with_table(pinned_case(stock=6, corridor="hard", corridor_width=0.2), "manual_plan", manual)


def a_floor_on_sell_through():
    rules = {"objective": "sell_through", "sell_through_by": "floor", "sell_through_floor": 0.9}
    return pinned_case(stock=8, pieces=4, **rules)


def too_narrow_lanes():
    case = pinned_case(stock=6, **first("lane-capacity", "pins"))
    return with_table(case, "lanes", case.table("lanes").with_columns(capacity=pl.lit(2.0)))


def too_slow_a_centre():
    case = pinned_case(stock=6, **first("throughput", "pins"))
    return with_table(case, "centres", case.table("centres").with_columns(throughput=pl.lit(4.0)))


def too_little_space():
    case = pinned_case(stock=6, **first("pieces", "pins"))
    return with_table(case, "stores", case.table("stores").with_columns(pieces=pl.lit(2.0)))


def too_few_slots():
    case = pinned_case(stock=6, slots=1, **first("slots", "pins"))
    more = (Pin(kind="pinned", store="S0", product="P1", pieces=1),)
    pins = (*case.settings.pins, *more)
    return replace(case, settings=case.settings.model_copy(update={"pins": pins}))


def a_launch_too_wide():
    case = pinned_case(stock=6, launch=True, **first("launch", "pins"))
    launches = own.LAUNCHES.frame([LAUNCH])
    return with_table(case, "launches", launches)


CASES = {
    too_little_stock: {"pins"},
    too_little_stock_and_pins_stay: {"stock"},
    locks_instead_of_pins: {"pins"},
    a_whole_product_pinned: {"pins"},
    too_small_a_budget: {"budget"},
    a_hard_corridor: {"corridor"},
    a_hard_corridor_of_a_subcategory: {"corridor"},
    a_floor_on_sell_through: {"sell-through"},
    too_narrow_lanes: {"lane-capacity"},
    too_slow_a_centre: {"throughput"},
    too_little_space: {"pieces"},
    too_few_slots: {"slots"},
    a_launch_too_wide: {"launch"},
}
"""Cases and the rules that give way in each."""


def feasible(case):
    return bool(solve(case, SolveOptions(method="exact", time_limit=10, gap=0.05)).tables)


def after(case, *changes):
    return changed(case, parse_scenario({"changes": list(changes)}, case)).case


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_what_has_to_give_makes_the_case_feasible(make, tmp_path):
    case = make()
    assert not feasible(case)
    found = provisor.repair(case, time_limit=5.0)
    assert found.plan.certificate.status is Status.INFEASIBLE
    assert {relaxation.rule for relaxation in found.plan.relaxations} == CASES[make]
    file = tmp_path / "repair.yaml"
    file.write_text(scenario_text(found.scenario))
    again = provisor.read_scenario(file, case)
    assert again == found.scenario
    mended = changed(case, again).case
    plan = provisor.solve(mended, method="exact", time_limit=10.0, gap=0.05)
    assert plan.tables
    assert plan.audit["ok"]
    said = [*found.plan.conflict.words, *found.plan.relaxations]
    assert len(found.as_dict()["words"]) == 1 + len(said)


SMALLER = {
    too_small_a_budget: ("budget", [50.0], lambda n: [{"change": "budget", "amount": 70.0 + n}], range(0, 50, 5)),
    too_little_stock_and_pins_stay: (
        "stock",
        [2.0],
        lambda n: [{"change": "stock", "centre": "C0", "product": "P0", "more": n}] if n else [],
        range(2),
    ),
    too_slow_a_centre: ("throughput", [2.0], lambda n: [{"change": "throughput", "pieces": 4 + n}], range(2)),
    too_little_space: (
        "pieces",
        [1.0, 1.0],
        lambda n: [{"change": "room", "store": store, "space": n / 2} for store in ("S0", "S1")] if n else [],
        range(2),
    ),
    too_narrow_lanes: (
        "lane-capacity", [1.0, 1.0], lambda n: [{"change": "lane", "store": "S0", "capacity": 2 + n}], range(3),
    ),
    a_hard_corridor: (
        "corridor", [4.0], lambda n: [{"change": "corridor", "store": "S1", "more": -n}] if n else [], range(5),
    ),
    a_launch_too_wide: (
        "launch", [1.0], lambda n: [{"change": "launch", "product": "P0", "max_stores": 1 + n}], range(1),
    ),
    too_few_slots: (
        "slots",
        [1.0],
        lambda n: [{"change": "room", "store": "S1", "cell": "floor", "slots": n}] if n else [],
        range(3),
    ),
}  # fmt: skip
"""Amounts found, and changes by less (or elsewhere) that are tried: none of them may be enough."""


@pytest.mark.parametrize("make", SMALLER, ids=lambda make: make.__name__)
def test_no_smaller_relaxation_is_found_by_trying(make):
    rule, amounts, changes, tries = SMALLER[make]
    case = make()
    found = provisor.repair(case, time_limit=5.0).plan.relaxations
    assert [relaxation.rule for relaxation in found] == [rule] * len(amounts)
    assert [relaxation.amount for relaxation in found] == pytest.approx(amounts, abs=1e-3)
    for number in tries:
        less = changes(number)
        assert not feasible(after(case, *less) if less else case), less


def test_no_fewer_pins_have_to_go():
    """Every set of pins smaller than the one told leaves the case infeasible."""
    case = a_whole_product_pinned()
    pairs = [("S0", "P0"), ("S1", "P0")]
    found = provisor.repair(case, time_limit=5.0).plan.relaxations
    for freed in itertools.chain.from_iterable(itertools.combinations(pairs, k) for k in range(len(found))):
        kept = tuple(
            Pin(kind="pinned", store=store, product=product, pieces=3)
            for store, product in pairs
            if (store, product) not in freed
        )
        assert not feasible(replace(case, settings=case.settings.model_copy(update={"pins": kept})))


def test_a_feasible_case_needs_no_repair():
    found = provisor.repair(pinned_case(stock=6), time_limit=5.0)
    assert found.scenario is None
    assert found.plan.tables


def test_a_rule_left_out_never_gives_way():
    case = pinned_case(**first("budget"))
    assert provisor.repair(case, time_limit=2.0).scenario is None
