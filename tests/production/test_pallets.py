"""Whole pallets of a flow: every load fits, and none is dearer than it must be."""

from dataclasses import replace

import numpy as np
from tests.production.cases import World, optimum, states

from provisor.production.model.trucks import load
from provisor.production.pallets import room
from provisor.production.pattern import PATTERN
from provisor.production.stated import Stated, hold, values_of

SECONDS = 20.0


def crowded_world():
    """A truck of three pallets, on which two products for two shops fill four if each load is rounded up."""
    world = World(days=3).product(units_per_pallet=20).product("B", units_per_pallet=20)
    world = world.plant(needs_trucks=True)
    world.node("S").node("T").leg("P", "S", 0.5).leg("P", "T", 0.5)
    world.truck("K", "P", "S", "T", time="14:00", pallets=3)
    for node in "ST":
        world.demand(node, "A", *[14] * 6).demand(node, "B", *[14] * 6)
    return world


def stated_with_its_optimum():
    """The exact problem with pattern and mixes held and the rest divisible, its pallets held at 0, and its optimum."""
    model, problem = states(crowded_world(), whole_cases=False)
    exact, best = Stated(model, problem), optimum(problem)
    decided = values_of(exact, best.x, (*PATTERN, "mixes"))
    free = hold(exact, decided).relaxed()
    columns = list(model.columns["pallets"].values())
    upper = free.upper.copy()
    upper[columns] = 0.0
    return model, free, free.with_bounds(np.minimum(free.lower, upper), upper), columns


def within(model, free, pallets):
    """Optimum of the flow that needs no more than some pallets."""
    upper = free.upper.copy()
    for key, column in model.columns["pallets"].items():
        upper[column] = min(upper[column], pallets[key])
    return optimum(free.with_bounds(free.lower, upper))


def whole_optimum(free, columns):
    whole = np.zeros_like(free.integer)
    whole[columns] = True
    return optimum(replace(free, integer=whole)).objective


def test_pallets_are_decided_anew_where_those_known_cost_more():
    model, free, known, columns = stated_with_its_optimum()
    found = room(model, free, known, SECONDS, "highs")
    least = whole_optimum(free, columns)
    assert optimum(free).objective < least  # divisible pallets would do better: the truck is crowded
    assert optimum(known).objective > least
    assert abs(within(model, free, found).objective - least) <= 1e-4 * abs(least)


def test_every_truck_has_places_for_its_pallets_and_every_load_its_pallets():
    model, free, known, _ = stated_with_its_optimum()
    for seconds in (SECONDS, 0.0):
        found = room(model, free, known, seconds, "highs")
        taken = {}
        for (lane, *_, t), count in found.items():
            truck = model.network.lanes[int(lane)].truck
            taken[truck, t] = taken.get((truck, t), 0.0) + count
        assert all(count <= model.network.trucks[truck].pallets for (truck, _), count in taken.items())
        x = within(model, free, found).x
        for key, count in found.items():
            lane, product, state, t = key
            units = sum(x[column] for column, _ in load(model, int(lane), str(product), str(state), int(t)))
            assert units <= 20 * count + 1e-6
