"""What must hold between the optima of two cases, whatever they are: the exact problem is solved for both."""

from __future__ import annotations

import math
import random
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from tests.production.cases import World, optimum, states
from tests.production.seeded import seeded
from tests.production.worlds import few, worlds

from provisor.engine.result import SolveStatus
from provisor.production.tables import COST_PARAMETERS

ROUNDING = 1e-6


def least(world: World) -> float:
    """Least cost of a world; infinite where there is no plan."""
    result = optimum(states(world)[1])
    if result.status is SolveStatus.INFEASIBLE:
        return math.inf
    assert result.status is SolveStatus.OPTIMAL
    return result.objective


def each(table, **changes):
    """A change of every row of a table; each change makes the new value of a column of the old one."""

    def change(world):
        changed = deepcopy(world)
        for row in changed.rows[table]:
            for column, new in changes.items():
                row[column] = new(row.get(column))
        return changed

    return change


def rule(**rules):
    return lambda world: world.where(**rules)


def less(most, by=1):
    return lambda value: max(most, value - by)


def capped(units):
    """A capacity no larger than before, and none beyond ``units``."""
    return lambda capacity: min(units, math.inf if capacity is None else capacity)


def price(**more):
    """Some prices raised."""
    return lambda world: deepcopy(world).cost(
        **{name: world.costs[name] + amount for name, amount in more.items()}
    )


TIGHTER = {
    "shorter ambient life": each("products", shelf_life_ambient_days=less(1)),
    "shorter thawed life": each("products", shelf_life_thawed_days=less(1)),
    "more days at sale": each("products", min_days_at_sale=lambda days: days + 1),
    "fewer pallets": each("trucks", pallets=less(1)),
    "trucks on no more days": each(
        "trucks", weekdays=lambda days: [d for d in days or range(1, 8) if d != 2]
    ),
    "fewer hours": each("calendar", fixed_hours=less(0.0, 3.0)),
    "no overtime": each("calendar", overtime_hours=lambda _: 0.0),
    "dearer hours": each("calendar", regular_rate=lambda rate: rate + 1, premium_rate=lambda rate: 2 * rate),
    "more hours paid at least": each("calendar", minimum_hours=lambda hours: hours + 20),
    "a slower line": each("nodes", rate_units_per_hour=lambda rate: rate and 0.6 * rate),
    "longer startup": each("nodes", startup_hours=lambda hours: hours + 1.5),
    "smaller stores": each("nodes", capacity_units=capped(25.0)),
    "smaller legs": each("legs", capacity_units=capped(15.0)),
    "dearer legs": each("legs", cost_per_unit=lambda cost: cost + 0.3),
    "dearer trucks": each("trucks", cost_fixed=lambda cost: cost + 5, cost_per_unit=lambda cost: cost + 0.1),
    "dearer shortage": price(shortage_per_unit=5.0),
    "dearer starts": price(start_cost=3.0, start_waste_units=1.0),
    "dearer keeping": price(storage_per_unit_day_ambient=0.1),
    "dearer waste": price(waste_multiplier=0.5),
    "demand beyond the horizon counts less": rule(end_cover_days=1),
    "what is left is worth less": rule(end_value=0.5),
}
"""Changes of a case that take plans away or make them dearer."""

STRICTER = {
    "whole cases": ({"whole_cases": False}, {"whole_cases": True}),
    "whole mixes": ({"mixes": False}, {"mixes": True}),
    "whole pallets": ({"truck_pallets": False}, {"truck_pallets": True}),
    "shelf life": ({"shelf_life": False}, {"shelf_life": True, "min_days_at_sale": False}),
    "days at sale": ({"min_days_at_sale": False}, {"min_days_at_sale": True, "shelf_life": True}),
    "storage capacity": ({"storage_capacity": False}, {"storage_capacity": True}),
    "leg capacity": ({"leg_capacity": False}, {"leg_capacity": True}),
    "no shortages": ({"shortages": True}, {"shortages": False}),
    "starts every day": ({"starts": "transition"}, {"starts": "daily"}),
    "loading as the business does": ({"loading": "same_day"}, {"loading": "business"}),
    "loading the day before": ({"loading": "business"}, {"loading": "previous_day"}),
    "trucks that cost": ({"truck_cost": False}, {"truck_cost": True}),
    "work that begins later": ({"shift_start": "04:00"}, {"shift_start": "11:00"}),
    "an end that credits nothing": ({"end": "value"}, {"end": "waste"}),
    "an end that is not free": ({"end": "free"}, {"end": "waste"}),
    "short days without fixed hours": ({}, {"max_hours_other_days": 2.0}),
    "brands apart": (
        {"changeover": "brand", "cross_brand_hours": 0.0, "same_brand_hours": 0.0},
        {"changeover": "brand", "cross_brand_hours": 2.0},
    ),
}
"""Rules, loose and strict: every plan under the strict ones is one under the loose ones, and no dearer there."""


def crowded():
    """One pallet on the truck, two products for it."""
    world = World(days=2).product().product("B").plant(needs_trucks=True, has_demand=False).node("S")
    world.leg("P", "S", 0.0).truck("K", "P", "S", time="15:00", pallets=1)
    return world.demand("S", "A", 20).demand("S", "B", 20)


def small_store():
    """A day off with demand, and little room for what is made the day before."""
    return World(days=2).product().plant(off=(1,), capacity_units=10.0).demand("P", "A", 0, 30)


def slow_thaw():
    """Goods for one day come over a small leg on two, thawed on arrival and fresh enough for just as long."""
    world = World(days=2).product(shelf_life_thawed_days=3).node("F", storage="frozen", has_demand=False)
    world.node("S").leg("F", "S", 0.0, "frozen", capacity_units=10.0).stock("F", "A", 50, 20, "frozen")
    return world.demand("S", "A", 0, 20)


BINDING = {
    "shorter thawed life": slow_thaw(),
    "storage capacity": small_store(),
    "whole pallets": crowded(),
}
"""Worlds in which what is made tighter binds, where it does not in the ordinary ones."""

ORDINARY = tuple(replace(seeded(number), rules={}) for number in (3, 8, 32, 43))


def dearer_somewhere(name, loose, strict):
    """Whether a change matters: an inequality that is always an equality would show nothing."""
    chosen = [BINDING[name]] if name in BINDING else ORDINARY
    return any(least(strict(world)) > least(loose(world)) + 1e-3 for world in chosen)


@pytest.mark.parametrize("change", TIGHTER)
def test_a_tighter_limit_binds_somewhere(change):
    assert dearer_somewhere(change, lambda world: world, TIGHTER[change])


@pytest.mark.parametrize("switch", STRICTER)
def test_a_stricter_rule_binds_somewhere(switch):
    loose, strict = STRICTER[switch]
    assert dearer_somewhere(switch, rule(**loose), rule(**strict))


@pytest.mark.parametrize("change", TIGHTER)
@few(3)
@given(world=worlds(most_days=3))
def test_a_tighter_limit_never_lowers_the_least_cost(change, world):
    assert least(TIGHTER[change](world)) >= least(world) - ROUNDING


@pytest.mark.parametrize("switch", STRICTER)
@few(3)
@given(world=worlds(most_days=3))
def test_a_stricter_rule_never_lowers_the_least_cost(switch, world):
    loose, strict = STRICTER[switch]
    assert least(world.where(**strict)) >= least(world.where(**loose)) - ROUNDING


PRICES = {"legs": ("cost_per_unit",), "trucks": ("cost_fixed", "cost_per_unit")}
PRICES["calendar"] = ("regular_rate", "overtime_rate", "premium_rate")
NO_PRICE = ("waste_multiplier", "start_waste_units")


def in_other_money(world, rate):
    """The same world with every price in another currency."""
    changed = deepcopy(world)
    for table, columns in PRICES.items():
        for row in changed.rows[table]:
            row.update({column: rate * row[column] for column in columns})
    return changed.cost(
        **{name: rate * world.costs[name] for name in COST_PARAMETERS if name not in NO_PRICE}
    )


@few(6)
@given(world=worlds(most_days=3))
def test_prices_in_another_currency_change_the_least_cost_by_its_rate(world):
    assert least(in_other_money(world, 8.0)) == pytest.approx(8.0 * least(world), abs=1e-5)


def shuffled(world):
    changed = deepcopy(world)
    for number, rows in enumerate(changed.rows.values()):
        random.Random(number).shuffle(rows)
    return replace(changed, costs=dict(reversed(changed.costs.items())))


def a_week_later(world):
    """Every date a week later; weekdays stay what they are."""
    changed = deepcopy(world)
    for row in (row for rows in changed.rows.values() for row in rows):
        later = {key: value + timedelta(days=7) for key, value in row.items() if isinstance(value, date)}
        row.update(later)
    return replace(changed, start=world.start + timedelta(days=7))


def renamed(world):
    """Every code of a node or product another one, in another order of the alphabet."""
    changed = deepcopy(world)
    new = {"P": "zeta", "S": "eta", "A": "omega", "B": "alpha"}
    for row in (row for rows in changed.rows.values() for row in rows):
        for column in ("node", "origin", "destination", "product", "stops"):
            if column in row:
                value = row[column]
                named = (
                    [new.get(name, name) for name in value] if column == "stops" else new.get(value, value)
                )
                row[column] = named
    return changed


def split(world):
    """Every lot as two batches of the same age."""
    changed = deepcopy(world)
    for table in ("stock", "transit"):
        halves = [
            {**row, "batch": f"{row['batch']}/{half}", "units": row["units"] / 2}
            for row in changed.rows[table]
            for half in (1, 2)
        ]
        changed.rows[table] = halves
    return changed


def with_strangers(world):
    """A product that nobody wants and a node that nothing leads to."""
    return deepcopy(world).product("unwanted").node("island")


SAME = {
    "rows in another order": shuffled,
    "everything a week later": a_week_later,
    "other names": renamed,
    "lots in two halves": split,
    "strangers": with_strangers,
}


@pytest.mark.parametrize("change", SAME)
@few(6)
@given(world=worlds(most_days=3))
def test_what_does_not_matter_does_not_matter(change, world):
    assert least(SAME[change](world)) == pytest.approx(least(world), abs=ROUNDING)


def with_truck(world, time, **more):
    """A further truck along the first leg, if there is one."""
    changed = deepcopy(world)
    for leg in changed.rows["legs"][:1]:
        changed.truck("extra", leg["origin"], leg["destination"], time=time, **more)
    return changed


@pytest.mark.parametrize("time", ["06:00", "15:00"])
@few(6)
@given(world=worlds(most_days=3))
def test_a_further_truck_for_nothing_never_hurts(time, world):
    for_nothing = {"cost_fixed": 0.0, "cost_per_unit": 0.0, "pallets": 3}
    assert least(with_truck(world, time, **for_nothing)) <= least(world) + ROUNDING


@few(6)
@given(world=worlds(most_days=3))
def test_more_stock_never_hurts_where_throwing_away_is_free(world):
    world = deepcopy(world).where(end="free").cost(waste_multiplier=0.0)
    node, code = world.rows["nodes"][-1], world.rows["products"][0]["product"]
    state = "frozen" if node["storage"] == "frozen" else "ambient"
    richer = deepcopy(world).stock(node["node"], code, 3, 20, state)
    assert least(richer) <= least(world) + ROUNDING


@few(6)
@given(world=worlds(most_days=3))
def test_less_demand_leaves_no_more_to_be_paid_where_goods_come_to_nothing(world):
    """A plan for more demand is one for less, with the difference thrown away for nothing or not sold at all."""
    world = deepcopy(world).where(end="free").cost(waste_multiplier=0.0)
    fewer = each("demand", units=lambda units: 0.5 * units)(world)
    assert least(fewer) <= least(world) + ROUNDING
