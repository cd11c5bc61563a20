"""A world for changes: a plant with two trucks, a hub with a spoke, a freezer; two products; a week."""

from tests.production.cases import World


def shop(**rules):
    world = World(days=7, rules=rules)
    world.product("A", shelf_life_ambient_days=6).product("B", brand="brand A")
    world.plant(off=(5, 6), needs_trucks=True, has_demand=False, rate_units_per_hour=20.0)
    world.node("H").node("S").node("F", storage="frozen", has_demand=False, capacity_units=80.0)
    world.leg("P", "H", 0.5).leg("H", "S", 1.0).leg("P", "F", 0.5, capacity_units=60.0)
    world.leg("F", "S", 1.0, mode="frozen")
    world.truck("K", "P", "H", weekdays=[1, 2, 3, 4, 5], pallets=4)
    world.truck("L", "P", "F", "H", time="15:00", weekdays=[3], pallets=3)
    for node in "HS":
        for code in "AB":
            world.demand(node, code, *[20.0] * 10)
    return world.stock("H", "A", 3, 40).stock("F", "B", 40, 30, "frozen").transit("H", "B", 2, 6, 20)
