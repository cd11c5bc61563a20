"""The network laid out over days: ways of trucks, arrivals, shifts, covers."""

from dataclasses import replace

import pytest
from tests.production.cases import World

from provisor.production.audit.ways import possible_ways
from provisor.production.network import network_of


def with_trucks(*trucks, legs):
    world = World(days=7).product().plant(needs_trucks=True)
    for node in "ABCD":
        world.node(node)
    for origin, goal, mode in legs:
        world.leg(origin, goal, 0.5 if origin == "P" else 0.25, mode, leg=f"{origin}{goal}{mode[0]}")
    for stops, alternatives in trucks:
        world.truck("".join(stops), "P", *stops, time="13:00", alternatives=alternatives)
    return world


A, F = "ambient", "frozen"
NETWORKS = [
    with_trucks((["A", "B"], []), legs=[("P", "A", A), ("A", "B", A)]),
    with_trucks((["A", "B"], []), legs=[("P", "A", A), ("P", "B", A), ("A", "B", A)]),
    with_trucks((["A", "B", "C"], []), legs=[("P", "A", A), ("P", "B", A), ("A", "B", A), ("B", "C", A)]),
    with_trucks((["A", "B"], ["C", "D"]), legs=[("P", "A", A), ("A", "B", A), ("A", "C", A), ("P", "D", A)]),
    with_trucks((["A"], ["B"]), legs=[("P", "A", A), ("P", "B", F)]),
    with_trucks(
        (["A", "B"], ["C"]), legs=[("P", "A", A), ("P", "A", F), ("A", "B", A), ("A", "B", F), ("A", "C", F)]
    ),
    with_trucks(
        (["A", "B"], ["C"]), legs=[("P", "A", A), ("P", "B", A), ("P", "B", F), ("A", "C", A), ("P", "C", F)]
    ),
    with_trucks((["A", "B"], []), legs=[("P", "A", F), ("P", "B", A), ("A", "B", F)]),
]


@pytest.mark.parametrize("world", NETWORKS)
def test_the_ways_of_trucks_are_those_that_the_auditor_knows(world):
    case = world.case()
    lanes = network_of(case).lanes
    ways = possible_ways(case.table("legs"), case.table("trucks")).drop_nulls("truck")
    planned = {
        (lane.truck, "+".join(lane.legs), lane.stop, lane.mode, lane.offset) for lane in lanes if lane.truck
    }
    assert planned == set(ways.select("truck", "leg", "stop", "mode", "days").iter_rows())


@pytest.mark.parametrize(
    ("time", "days", "offset"),
    [
        ("08:00", 0.0, 0),
        ("08:00", 0.5, 0),
        ("12:00", 0.5, 1),
        ("18:00", 1.0, 1),
        ("06:00", 1.75, 2),
        ("16:48", 0.3, 1),
    ],
)
def test_a_truck_arrives_when_its_hour_and_its_transit_say(time, days, offset):
    world = World(days=3).product().plant(needs_trucks=True).node("S").leg("P", "S", days)
    (lane,) = network_of(world.truck("K", "P", "S", time=time).case()).lanes
    assert lane.offset == offset


@pytest.mark.parametrize(("days", "offset"), [(0.0, 0), (0.5, 0), (1.0, 1), (1.5, 1), (3.0, 3)])
def test_goods_on_a_leg_without_trucks_arrive_after_its_whole_days(days, offset):
    world = World(days=3).product().plant().node("S").leg("P", "S", days)
    (lane,) = network_of(world.case()).lanes
    assert (lane.offset, lane.truck, lane.days) == (offset, None, (0, 1, 2))


def test_trucks_run_on_their_weekdays_or_on_their_dates():
    world = World(days=10).product().plant(needs_trucks=True).node("S").leg("P", "S")
    world.truck("every", "P", "S").truck("tuesday", "P", "S", weekdays=[2])
    world.truck("dates", "P", "S", weekdays=[1], dates=[world.day(4), world.day(40)])
    days = {code: truck.days for code, truck in network_of(world.case()).trucks.items()}
    assert days == {"every": tuple(range(10)), "tuesday": (1, 8), "dates": (4,)}


def test_hours_of_the_rules_override_those_of_nodes():
    world = (
        World(rules={"startup_hours": 2.0, "changeover_hours": 0.0, "shift_start": "05:30"}).product().plant()
    )
    node = network_of(world.case()).nodes["P"]
    assert (node.startup, node.shutdown, node.changeover, node.shift_start) == (2.0, 0.5, 0.0, 5.5)


def test_the_limit_of_a_day_is_the_least_of_its_limits():
    world = World(days=2, rules={"max_hours_other_days": 6.0}).product().plant(off=(1,), max_hours=9.0)
    shifts = network_of(world.case()).shifts
    assert (shifts["P", 0].limit, shifts["P", 1].limit) == (9.0, 6.0)


def test_the_cover_is_the_demand_of_all_that_a_node_supplies():
    world = World(days=2, rules={"end_cover_days": 2}).product().plant().node("S").node("T")
    world.leg("P", "S").leg("S", "T").demand("S", "A", 0, 0, 10, 20, 40).demand("T", "A", 5, 5, 1, 2, 4)
    network = network_of(world.case())
    assert [network.cover(node, "A") for node in ("P", "S", "T")] == [33, 33, 3]


def test_a_product_without_brand_is_a_family_of_its_own():
    world = World().product("A", brand=None).product("B", brand=None).product("C", brand="x").plant()
    brands = [product.brand for product in network_of(world.case()).products.values()]
    assert len(set(brands)) == 3


def test_the_case_must_be_one_of_production(tiny_case):
    with pytest.raises(TypeError, match="not a production case"):
        network_of(replace(tiny_case, rules=tiny_case.settings))
