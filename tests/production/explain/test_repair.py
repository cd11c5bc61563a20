"""Infeasible cases get the smallest relaxation by priority; applied, it makes them feasible."""

import itertools

import pytest
from tests.production.cases import World, optimum
from tests.production.changes.shop import shop

import provisor
from provisor.certificate import Status
from provisor.production.model import build
from provisor.production.network import network_of
from provisor.questions.files import parse_scenario, scenario_text
from provisor.questions.what_if import changed


def one(**rules):
    """A plant with a shop of its own; nothing may be short."""
    world = World(days=3, rules={"shortages": False, **rules})
    return world.product("A").plant()


def too_much():
    return one().demand("P", "A", 200.0, 20.0, 20.0)


def too_much_with_hours_first():
    return one(gives_way=["hours", "demand"]).demand("P", "A", 200.0, 20.0, 20.0)


def too_early():
    return one().node("S").leg("P", "S", 1.0).demand("S", "A", 20.0, 20.0, 20.0)


def no_way():
    return one().node("S").demand("S", "A", 10.0)


def too_old():
    world = World(days=3, rules={"shortages": False}).product("A", shelf_life_ambient_days=2)
    return world.plant(off=(0, 1, 2), max_hours=0.0).stock("P", "A", 1, 60).demand("P", "A", 20.0, 20.0, 20.0)


def narrow_leg():
    world = one(gives_way=["leg-capacity", "demand"]).node("S").leg("P", "S", 0.0, capacity_units=15.0)
    return world.demand("S", "A", 20.0, 40.0, 20.0)


def small_truck():
    world = World(days=3, rules={"shortages": False, "gives_way": ["truck-pallets", "demand"]}).product("A")
    world.plant(needs_trucks=True, has_demand=False, rate_units_per_hour=50.0).node("S").leg("P", "S", 0.0)
    return world.truck("K", "P", "S", time="18:00", pallets=1).demand("S", "A", 80.0, 80.0, 20.0)


def small_store():
    world = one(gives_way=["storage-capacity", "demand"]).node("S", capacity_units=20.0).leg("P", "S", 0.0)
    world.plant("Q", off=(0, 1, 2), has_demand=False)
    for number in (1, 2):
        world.pin("production", number, node="P", product="A", mixes=0)
        world.pin("production", number, node="Q", product="A", mixes=0)
    world.rows["nodes"][0]["storage"] = "none"
    return world.demand("S", "A", 20.0, 20.0, 20.0)


def pinned_too_long():
    world = World(days=3).product("A").plant().demand("P", "A", 20.0)
    world.product("B").pin("production", 0, node="P", product="A", mixes=4).pin(
        "production", 0, node="P", product="B", mixes=4
    )
    return world


def pinned_to_leave_empty_handed():
    world = shop(loading="previous_day").stock("P", "A", 0, 0.0)
    return world.pin("departure", 0, truck="K", used=True)


CASES = (
    too_much,
    too_much_with_hours_first,
    too_early,
    no_way,
    too_old,
    narrow_leg,
    small_truck,
    small_store,
    pinned_too_long,
    pinned_to_leave_empty_handed,
)
RULES = {
    "too_much_with_hours_first": {"hours"},
    "narrow_leg": {"leg-capacity"},
    "small_truck": {"truck-pallets"},
    "small_store": {"storage-capacity"},
    "pinned_too_long": {"hours"},
    "pinned_to_leave_empty_handed": {"loading"},
}
"""Rules that give way; demand where none are named."""


def feasible(case):
    network = network_of(case)
    _, problem = build(network, whole_cases=network.rules.whole_cases, exact=True, pinned=case.settings.pins)
    return optimum(problem).x is not None


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_what_has_to_give_makes_the_case_feasible(make, tmp_path):
    case = make().case()
    assert not feasible(case)
    found = provisor.repair(case, time_limit=3.0)
    assert found.plan.certificate.status is Status.INFEASIBLE
    assert {relaxation.rule for relaxation in found.plan.relaxations} == RULES.get(make.__name__, {"demand"})
    file = tmp_path / "repair.yaml"
    file.write_text(scenario_text(found.scenario))
    again = provisor.read_scenario(file, case)
    assert again == found.scenario
    assert feasible(changed(case, again).case)
    said = [*found.plan.conflict.words, *found.plan.relaxations]
    assert len(found.as_dict()["words"]) == 1 + len(said)


def less_demand(step):
    """Every way to cut demand by multiples of a step that cuts less than an amount."""

    def smaller(case, given):
        demand = case.table("demand")
        keys = demand.select("node", "product", "date").rows()
        cuts = [[k * step for k in range(int(units // step) + 1)] for units in demand["units"]]
        for cut in itertools.product(*cuts):
            if sum(cut) < given - 1e-3:
                yield [
                    {
                        "change": "demand",
                        "node": node,
                        "product": product,
                        "dates": [day],
                        "units": units - less,
                    }
                    for (node, product, day), units, less in zip(keys, demand["units"], cut, strict=True)
                ]

    return smaller


def more_hours(step):
    """Every way to work longer by multiples of a step that adds fewer hours than an amount."""

    def smaller(case, given):
        days = case.table("calendar").select("node", "date", "overtime_hours").rows()
        adds = [k * step for k in range(int(given // step) + 1)]
        for more in itertools.product(adds, repeat=len(days)):
            if sum(more) < given - 1e-3:
                yield [
                    {"change": "hours", "node": node, "dates": [day], "overtime_hours": hours + extra}
                    for (node, day, hours), extra in zip(days, more, strict=True)
                ]

    return smaller


def more_of(change, base, step):
    """Every step of one limit that adds less than an amount."""

    def smaller(_case, given):
        field = "pallets" if change["change"] == "truck_places" else "units"
        for k in range(int(given // step) + 1):
            if k * step < given - 1e-3:
                yield [{**change, field: base + k * step}]

    return smaller


SMALLER = {
    too_much: less_demand(10.0),
    too_much_with_hours_first: more_hours(2.5),
    too_early: less_demand(10.0),
    no_way: less_demand(2.5),
    too_old: less_demand(10.0),
    narrow_leg: more_of({"change": "leg_capacity", "leg": "P-S"}, 15.0, 4.0),
    small_truck: more_of({"change": "truck_places", "truck": "K"}, 1, 1),
    small_store: more_of({"change": "cold_store_capacity", "node": "S"}, 20.0, 4.0),
    pinned_too_long: more_hours(1.5),
}


@pytest.mark.parametrize("make", SMALLER, ids=lambda make: make.__name__)
def test_no_smaller_relaxation_is_found_by_brute_force(make):
    case = make().case()
    found = provisor.repair(case, time_limit=3.0)
    given = sum(relaxation.amount for relaxation in found.plan.relaxations)
    tried = 0
    for changes in SMALLER[make](case, given):
        tried += 1
        assert not feasible(changed(case, parse_scenario({"changes": changes}, case)).case), changes
    assert tried > 0


def test_a_feasible_case_needs_no_repair():
    found = provisor.repair(shop().case(), time_limit=3.0)
    assert found.scenario is None
    assert found.plan.tables


def test_a_rule_left_out_never_gives_way():
    case = one(gives_way=["hours"]).node("S").demand("S", "A", 10.0).case()
    assert provisor.repair(case, time_limit=2.0).scenario is None
