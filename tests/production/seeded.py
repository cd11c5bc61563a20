"""Small worlds by number: the same number gives the same world, each with every kind of node and leg."""

from __future__ import annotations

import random

from tests.production.cases import World
from tests.production.worlds import SWITCHES


def seeded(number: int) -> World:
    """A plant with two trucks, a hub, a freezer and a spoke of each; two products, lots of several ages."""
    chance = random.Random(number)
    world = World(days=chance.randint(3, 5), rules=_switches(chance))
    for code in "AB":
        world.product(
            code,
            shelf_life_ambient_days=chance.randint(3, 6),
            shelf_life_thawed_days=chance.randint(2, 4),
            min_days_at_sale=chance.randint(0, 2),
            units_per_mix=chance.choice((15.0, 20.0, None)),
            units_per_pallet=chance.choice((20.0, 40.0)),
        )
    _network(chance, world)
    for node in "PHST":
        for code in "AB":
            world.demand(node, code, *(chance.choice((0, 10, 20, 30)) for _ in range(world.days + 3)))
    for node, state in (("P", "ambient"), ("H", "ambient"), ("F", "frozen"), ("T", "thawed")):
        world.stock(node, chance.choice("AB"), chance.randint(0, 5), chance.choice((7, 20, 40)), state)
    world.transit("H", "A", chance.randint(0, 2), 4, 20).transit("T", "B", 1, 30, 10, "frozen")
    return world.cost(
        shortage_per_unit=chance.choice((5.0, 10.0, 20.0)),
        storage_per_pallet_day_frozen=chance.choice((0.0, 0.5)),
        storage_per_pallet_entry_frozen=chance.choice((0.0, 1.0)),
    )


def _switches(chance: random.Random) -> dict[str, object]:
    """Two switches turned from their default."""
    return {name: chance.choice(SWITCHES[name][1:]) for name in chance.sample(sorted(SWITCHES), 2)}


def _network(chance: random.Random, world: World) -> None:
    off = (chance.randrange(world.days),) if chance.random() < 0.5 else ()
    world.plant(off=off, rate_units_per_hour=chance.choice((8.0, 15.0)), needs_trucks=True)
    world.node("H", capacity_units=chance.choice((None, 30.0))).node("S")
    world.node("F", storage="frozen", has_demand=False).node("T")
    world.leg("P", "H", chance.choice((0.0, 0.5))).leg("P", "F", 0.5).leg("H", "S", 1.0)
    world.leg("F", "T", 1.0, mode="frozen", capacity_units=chance.choice((None, 30.0)))
    world.truck("K", "P", "H", time="08:00", pallets=chance.randint(2, 4))
    world.truck("L", "P", "F", "H", time="14:00", weekdays=[1, 3, 4], pallets=chance.randint(2, 4))
