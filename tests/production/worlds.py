"""Random tiny worlds: a plant, perhaps a hub, spokes, a freezer; stock of all ages; switches of the rules."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from tests.production.cases import World

SWITCHES = {
    "loading": ("business", "previous_day", "same_day"),
    "changeover": ("count", "brand", "starts"),
    "starts": ("transition", "daily"),
    "end": ("value", "waste", "free"),
    "min_days_at_sale": (True, False),
    "shelf_life": (True, False),
    "truck_pallets": (True, False),
    "whole_cases": (True, False),
    "mixes": (True, False),
    "truck_cost": (True, False),
    "transit_stock": (True, False),
    "storage_capacity": (True, False),
    "leg_capacity": (True, False),
}
"""Switches with their values, the default first; every random world turns up to three of them."""

UNITS = st.sampled_from((0, 10, 20, 30, 50))
LIVES = st.tuples(st.integers(2, 6), st.integers(4, 40), st.integers(2, 5), st.integers(0, 2))


def few(examples: int) -> settings:
    """The same examples in every run, each as slow as it needs to be."""
    return settings(max_examples=examples, derandomize=True, deadline=None, database=None)


@st.composite
def switches(draw) -> dict[str, object]:
    """Up to three switches turned."""
    turned = draw(st.lists(st.sampled_from(sorted(SWITCHES)), max_size=3, unique=True))
    return {name: draw(st.sampled_from(SWITCHES[name])) for name in turned}


@st.composite
def worlds(
    draw, kinds=("own", "spoke", "truck", "hub", "freezer", "both", "cold"), most_days: int = 4
) -> World:
    """A world of one or two products on a network of two to four nodes."""
    days = draw(st.integers(2, most_days))
    world = World(days=days, rules=draw(switches()))
    for code in ("A", "B")[: draw(st.integers(1, 2))]:
        ambient, frozen, thawed, least = draw(LIVES)
        lives = {"ambient": ambient, "frozen": frozen, "thawed": thawed}
        world.product(
            code,
            **{f"shelf_life_{state}_days": life for state, life in lives.items()},
            min_days_at_sale=min(least, ambient, thawed),
        )
    sellers = NETWORKS[draw(st.sampled_from(kinds))](draw, world)
    products = [row["product"] for row in world.rows["products"]]
    for node in sellers:
        for product in products:
            world.demand(node, product, *draw(st.lists(UNITS, min_size=days + 2, max_size=days + 2)))
    _goods(draw, world, products)
    dear = draw(st.sampled_from((0.5, 10.0)))
    entry = draw(st.sampled_from((0.0, 1.0)))
    by_pallet = {"storage_per_pallet_entry_frozen": entry, "storage_per_pallet_day_frozen": 2 * entry}
    return world.cost(shortage_per_unit=dear, **by_pallet)


def _plant(draw, world: World, **more) -> None:
    off = (1,) if draw(st.booleans()) else ()
    world.plant(off=off, rate_units_per_hour=draw(st.sampled_from((5.0, 20.0))), **more)


def _capacity(draw) -> float | None:
    return draw(st.sampled_from((None, 30.0)))


def _own(draw, world: World) -> list[str]:
    _plant(draw, world, capacity_units=_capacity(draw))
    return ["P"]


def _spoke(draw, world: World) -> list[str]:
    _plant(draw, world)
    for node in ("S", "T")[: draw(st.integers(1, 2))]:
        world.node(node, storage=draw(st.sampled_from(("ambient", "none"))), capacity_units=_capacity(draw))
        world.leg("P", node, draw(st.sampled_from((0.0, 0.5, 1.0, 2.0))), capacity_units=_capacity(draw))
    return [row["node"] for row in world.rows["nodes"]]


def _truck(draw, world: World) -> list[str]:
    bound, sells = draw(st.booleans()), draw(st.booleans())
    _plant(draw, world, needs_trucks=bound, has_demand=sells)
    world.node("S").leg("P", "S", draw(st.sampled_from((0.0, 0.5, 1.0))), capacity_units=_capacity(draw))
    time = draw(st.sampled_from(("08:00", "13:00", "18:00")))
    world.truck("K", "P", "S", time=time, pallets=draw(st.integers(1, 3)))
    if draw(st.booleans()):
        world.truck("L", "P", "S", time="15:00", weekdays=[1, 3])
    return ["P", "S"] if sells else ["S"]


def _hub(draw, world: World) -> list[str]:
    sellers = _truck(draw, world)
    for node in ("T", "U"):
        world.node(node, capacity_units=_capacity(draw)).leg(
            "S", node, draw(st.sampled_from((0.5, 1.0, 2.0)))
        )
    return [*sellers, "T", "U"]


def _freezer(draw, world: World) -> list[str]:
    by_truck = draw(st.booleans())
    _plant(draw, world, needs_trucks=by_truck)
    world.node("F", storage="frozen", has_demand=False, capacity_units=_capacity(draw)).node("S")
    world.leg("P", "F", draw(st.sampled_from((0.0, 0.5, 1.0))))
    world.leg("F", "S", draw(st.sampled_from((0.0, 1.0))), mode="frozen")
    if by_truck:
        world.truck("K", "P", "F", time=draw(st.sampled_from(("08:00", "14:00"))))
    if draw(st.booleans()):
        world.node("T").leg("S", "T", 1.0)
    return [row["node"] for row in world.rows["nodes"] if row["has_demand"]]


def _both(draw, world: World) -> list[str]:
    _plant(draw, world)
    world.node("W", storage="both").leg("P", "W", draw(st.sampled_from((0.0, 1.0))))
    world.node("S").leg(
        "W", "S", draw(st.sampled_from((0.0, 1.0))), mode=draw(st.sampled_from(("ambient", "frozen")))
    )
    return ["P", "W", "S"]


def _cold(draw, world: World) -> list[str]:
    """A plant that freezes what it makes, or keeps both, and sends it on by truck and by leg."""
    storage = draw(st.sampled_from(("frozen", "both")))
    _plant(draw, world, storage=storage, has_demand=storage == "both")
    world.node("S").leg("P", "S", draw(st.sampled_from((0.0, 0.5, 1.0))), mode="frozen")
    world.truck("K", "P", "S", time=draw(st.sampled_from(("08:00", "14:00"))), cost_fixed=0.0)
    world.node("T").leg("S", "T", draw(st.sampled_from((0.0, 1.0))))
    if storage == "both":
        world.leg("P", "S", 1.0, leg="warm")
    return [row["node"] for row in world.rows["nodes"] if row["has_demand"]]


NETWORKS = {
    "own": _own,
    "spoke": _spoke,
    "truck": _truck,
    "hub": _hub,
    "freezer": _freezer,
    "both": _both,
    "cold": _cold,
}


def _goods(draw, world: World, products: list[str]) -> None:
    """Opening stock and goods on the road, of several ages, in the states that nodes keep."""
    kept = {"ambient": ("ambient", "thawed"), "frozen": ("frozen",), "both": ("ambient", "frozen", "thawed")}
    storage = {row["node"]: row["storage"] for row in world.rows["nodes"]}
    places = [(node, state) for node, store in storage.items() for state in kept.get(store, ())]
    place, product = st.sampled_from(places), st.sampled_from(products)
    expires, units = st.sampled_from((0, 1, 2, 3, 5, 60)), st.sampled_from((7, 10, 20, 40))
    for (node, state), code, day, amount in draw(
        st.lists(st.tuples(place, product, expires, units), max_size=4)
    ):
        world.stock(node, code, day, amount, state)
    for (node, state), code, life, amount, arrival in draw(
        st.lists(st.tuples(place, product, expires, units, st.integers(0, 5)), max_size=2)
    ):
        world.transit(node, code, arrival, arrival + life, amount, state)
