"""Small worlds in each of which some rule binds."""

from __future__ import annotations

from copy import deepcopy

from tests.production.cases import World


def changed(world, table, number=0, **values) -> World:
    """The same world with other values in a row of a table."""
    other = deepcopy(world)
    other.rows[table][number].update(values)
    return other


def dropped(world, table) -> World:
    """The same world without the last row of a table."""
    other = deepcopy(world)
    other.rows[table].pop()
    return other


def shop(time="14:00", *, rules=None, **more):
    """A plant and a shop that a truck goes to on the day."""
    world = World(days=2, rules=rules or {}).product(**more).plant(needs_trucks=True, has_demand=False)
    world.node("S").leg("P", "S", 0.0).truck("K", "P", "S", time=time)
    return world.demand("S", "A", 40, 40)


def late_start():
    """A truck leaves an hour after work begins."""
    return shop(rules={"shift_start": "12:30"})


def stocked(units=(40,), *, pallets=1, **more):
    """A depot with stock for a shop, and a truck between them."""
    world = World(days=2).product().product("B").node("W", has_demand=False, needs_trucks=True).node("S")
    world.leg("W", "S", 0.0).truck("K", "W", "S", pallets=pallets, **more)
    for code, amount in zip("AB", units, strict=False):
        world.stock("W", code, 9, amount).demand("S", code, amount)
    return world


def two_ends():
    """A truck that goes to one shop or to another, and both want something."""
    world = World(days=1).product().node("W", has_demand=False, needs_trucks=True).node("S").node("T")
    world.leg("W", "S", 0.0).leg("W", "T", 0.0).truck("K", "W", "S", alternatives=["T"], pallets=2)
    return world.stock("W", "A", 9, 40).demand("S", "A", 20).demand("T", "A", 20)


def bakery(units=40, **more):
    """A plant that sells what it makes: two products."""
    world = World(days=1).product().product("B").plant(**more).cost(shortage_per_unit=50.0)
    return world.demand("P", "A", units).demand("P", "B", units)


def brands():
    return bakery(max_hours=9.5).where(changeover="brand", cross_brand_hours=2.0)


def cold(*, capacity=None):
    """A freezer with pallets that cost, and a shop behind it that wants its goods tomorrow."""
    world = World(days=2).product().node("F", storage="frozen", has_demand=False, capacity_units=capacity)
    world.node("S").leg("F", "S", 0.0, "frozen", capacity_units=50.0)
    world.cost(storage_per_pallet_day_frozen=0.5, storage_per_pallet_entry_frozen=2.0)
    return world.transit("F", "A", 0, 50, 50, "frozen").demand("S", "A", 0, 50)


def crowded_store():
    """What is made today for a day off has to be kept."""
    return World(days=2).product().plant(off=(1,), capacity_units=10.0).demand("P", "A", 0, 40)


def narrow_leg():
    world = World(days=1).product().node("W", has_demand=False).node("S")
    world.leg("W", "S", 0.0, capacity_units=10.0)
    return world.stock("W", "A", 9, 40).demand("S", "A", 40)


def leftover(*units):
    """A batch to be sold today and one that keeps, and what is asked for by day; the second day is beyond the end."""
    world = World(days=1).product().node("S").stock("S", "A", 2, 20).stock("S", "A", 9, 20)
    return world.demand("S", "A", *units)


def pinned():
    """A truck that is to leave half empty."""
    return stocked().pin("departure", 0, truck="K", product="A", units=20.0)


def weekend():
    """A day without fixed hours on which little is made."""
    return World(days=1).product().plant(off=(0,)).demand("P", "A", 20)


def old_bread(left):
    """Bread of which some days are left today, on a shelf where it is wanted; it lives 17 and is sold for 10."""
    world = World(days=1).product(shelf_life_ambient_days=17, min_days_at_sale=7).node("S")
    return world.stock("S", "A", left, 20).demand("S", "A", 20)


def far_shop(life):
    """A shop two days away that sells what was made on day 0 on days 2 to 4; the plant works on day 0 only."""
    world = World(days=5).product(shelf_life_ambient_days=life, min_days_at_sale=2)
    world.plant(has_demand=False).node("S").leg("P", "S", 2.0).cost(storage_per_unit_day_ambient=0.0)
    world.rows["calendar"] = world.rows["calendar"][:1]
    return world.demand("S", "A", 0, 0, 0, 0, 20)


def wednesday():
    """A truck with 44 places that goes to a shop by way of a freezer, and 45 pallets of goods that are wanted."""
    world = World(days=1).product(units_per_pallet=320.0).node("W", has_demand=False, needs_trucks=True)
    world.node("F", storage="frozen").node("S").leg("W", "F", 0.5).leg("W", "S", 0.0)
    world.truck("K", "W", "F", "S", pallets=44).stock("W", "A", 9, 14400).demand("S", "A", 14080, 0)
    return world.cost(shortage_per_unit=20.0).pin(
        "departure", 0, truck="K", product="A", stop="F", units=320.0
    )


def thawing():
    """Goods that come to a freezer in ambient state and are wanted in a shop behind it in two days."""
    world = World(days=3).product().node("W", has_demand=False).node("F", storage="frozen", has_demand=False)
    world.node("S").leg("W", "F", 0.0).leg("F", "S", 1.0, "frozen").stock("W", "A", 9, 20)
    return world.demand("S", "A", 0, 0, 20)


def waiting():
    """Goods that stay in a freezer, in two batches of half a pallet each."""
    world = World(days=2).product().node("F", storage="frozen", has_demand=False).node("S")
    world.leg("F", "S", 1.0, "frozen").stock("F", "A", 60, 20, "frozen").stock("F", "A", 61, 20, "frozen")
    return world.cost(storage_per_pallet_day_frozen=0.5).demand("S", "A", 0, 0, 40)


def two_days():
    """As much is wanted on two days as can be made on two days."""
    return World(days=2).product().plant().demand("P", "A", 80, 80)


def stale():
    """A batch that nobody wants dies today."""
    return World(days=2).product().node("S").stock("S", "A", 0, 20)


def road():
    """Goods that arrive today and are wanted."""
    return World(days=1).product().node("S").transit("S", "A", 0, 9, 20).demand("S", "A", 20)
