"""Cases at the edge: nothing to do, nothing to do it with, odd days, too little time, no plan at all."""

from copy import deepcopy
from datetime import date, timedelta

import pytest
from tests.production.cases import World, solved
from tests.production.seeded import seeded

from provisor.certificate import Status


def bakery(days=3, start=date(2027, 3, 1), **more):
    """A plant with a truck to a shop, a freezer on the way, and a leg onward."""
    world = World(days=days, start=start).product(**more).product("B").plant(needs_trucks=True)
    world.node("F", storage="frozen", has_demand=False).node("S").node("T")
    world.leg("P", "S", 0.5).leg("P", "F", 0.5).leg("S", "T", 1.0).leg("F", "T", 1.0, "frozen")
    world.truck("K", "P", "F", "S", time="14:00")
    for node in "PST":
        world.demand(node, "A", *[10] * (days + 3)).demand(node, "B", *[0, 10] * days)
    return world


def planned(world, **options):
    """The plan, found to be clean."""
    plan = solved(world, **{"method": "auto", "gap": 0.01, "time_limit": 3.0, **options})
    assert plan.audit["ok"], plan.audit
    assert plan.certificate.bound <= plan.certificate.objective + 1e-9
    return plan


def units(plan, table):
    return plan.table(table)["units"].sum()


def test_without_trucks_nothing_leaves_where_trucks_are_needed():
    world = bakery()
    world.rows["trucks"].clear()
    plan = planned(world)
    assert units(plan, "departures") == 0
    assert units(plan, "production") > 0
    assert set(plan.table("sales")["node"]) == {"P"}
    assert units(plan, "shortage") >= 10 * (2 * 3 + 2)


def test_trucks_that_never_run_in_the_horizon_are_no_trucks():
    world = bakery()
    world.rows["trucks"][0].update(weekdays=[7])
    assert units(planned(world), "departures") == 0


@pytest.mark.parametrize("amount", [None, 0.0])
def test_without_demand_nothing_is_done(amount):
    world = bakery()
    world.rows["demand"] = [] if amount is None else [{**row, "units": 0.0} for row in world.rows["demand"]]
    plan = planned(world)
    assert plan.certificate.objective == 0
    assert plan.certificate.status is Status.OPTIMAL
    assert all(plan.table(name).is_empty() for name in ("production", "departures", "sales", "costs"))


def test_without_demand_stock_is_left_or_thrown_away():
    world = bakery().stock("S", "A", 1, 20).stock("F", "A", 60, 20, "frozen").transit("S", "B", 1, 5, 10)
    world.rows["demand"].clear()
    plan = planned(world)
    assert units(plan, "disposal") + plan.table("stock").filter(date=world.day(2))["units"].sum() == 50


def test_one_day():
    plan = planned(bakery(days=1))
    assert set(plan.table("production")["date"]) == {date(2027, 3, 1)}
    assert units(plan, "sales") > 0


def test_one_product_at_one_node():
    world = World(days=1).product().plant().demand("P", "A", 20)
    plan = planned(world)
    assert plan.certificate.status is Status.OPTIMAL
    assert (units(plan, "production"), units(plan, "sales")) == (20, 20)


def test_nobody_makes_anything():
    world = World(days=2).product().node("S").stock("S", "A", 9, 10).demand("S", "A", 10, 10)
    plan = planned(world)
    assert (units(plan, "sales"), units(plan, "shortage")) == (10, 10)


def test_a_plant_without_a_calendar_stands_still():
    world = bakery()
    world.rows["calendar"].clear()
    plan = planned(world)
    assert units(plan, "production") == 0


def moved(plan, table, days):
    """A table with all its dates some days later, batches named after days left out."""
    frame = plan.table(table)
    dates = [name for name, dtype in frame.schema.items() if str(dtype) == "Date"]
    later = frame.with_columns(*(frame[name] + timedelta(days=days) for name in dates))
    return later.drop([name for name in ("batch", "new_batch") if name in frame.columns])


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        pytest.param(date(2028, 2, 28), date(2027, 3, 1), id="leap day"),
        pytest.param(date(2028, 3, 25), date(2027, 3, 6), id="clocks go forward"),
        pytest.param(date(2028, 10, 28), date(2027, 10, 2), id="clocks go back"),
        pytest.param(date(2027, 12, 31), date(2027, 3, 5), id="turn of the year"),
    ],
)
def test_days_are_days(odd, plain):
    """The same weekdays at an odd and at a plain place in the calendar have the same plan."""
    assert odd.isoweekday() == plain.isoweekday()
    there, here = planned(bakery(start=odd)), planned(bakery(start=plain))
    assert there.certificate.objective == pytest.approx(here.certificate.objective)
    assert set(there.table("sales")["date"]) == {odd + timedelta(days=number) for number in range(3)}
    for table in ("production", "labour", "sales", "shortage"):
        assert moved(here, table, (odd - plain).days).equals(moved(there, table, 0))


def test_shelf_life_runs_over_a_leap_day():
    world = World(days=3, start=date(2028, 2, 28)).product(shelf_life_ambient_days=4, min_days_at_sale=2)
    world.plant(has_demand=True).cost(storage_per_unit_day_ambient=0.0).demand("P", "A", 0, 0, 20)
    world.rows["calendar"] = world.rows["calendar"][:1]
    plan = planned(world)
    assert units(plan, "sales") == 20
    assert plan.table("sales")["date"].to_list() == [date(2028, 3, 1)]
    assert plan.table("sales")["days_left"].to_list() == [2]


@pytest.mark.parametrize(("method", "seconds"), [("auto", 1.0), ("exact", 1.0), ("auto", 0.2)])
def test_a_second_is_enough_for_some_plan(method, seconds):
    plan = solved(bakery(days=14), method=method, gap=1e-6, time_limit=seconds)
    assert plan.certificate.status in (Status.FEASIBLE, Status.OPTIMAL)
    assert plan.audit["ok"]
    assert plan.certificate.bound is None or plan.certificate.bound <= plan.certificate.objective
    assert plan.certificate.seconds["total"] < 15


# --------------------------------------------------------------------------------------------- no plan at all


def without_hours():
    """More is wanted on the first day than the day has hours for."""
    return World(days=2).product().plant().demand("P", "A", 120, 20)


def without_room():
    """What is made for a day off does not fit in the store."""
    world = World(days=2).product().plant(capacity_units=10.0).demand("P", "A", 0, 40)
    world.rows["calendar"] = world.rows["calendar"][:1]
    return world


def without_truck():
    """The only truck comes too late for the first day's demand."""
    return bakery()


def without_places():
    """The truck has one place for goods of two products."""
    world = World(days=1).product().product("B").node("W", has_demand=False, needs_trucks=True).node("S")
    world.leg("W", "S", 0.0).truck("K", "W", "S", pallets=1).stock("W", "A", 9, 40).stock("W", "B", 9, 40)
    return world.demand("S", "A", 40).demand("S", "B", 40)


def too_old():
    """Everything in stock is too old to be sold."""
    return World(days=1).product(min_days_at_sale=5).node("S").stock("S", "A", 3, 20).demand("S", "A", 20)


IMPOSSIBLE = {
    "hours": without_hours(),
    "room": without_room(),
    "truck": without_truck(),
    "places": without_places(),
    "age": too_old(),
}


def relaxed(world, relaxations):
    """The world with every relaxation applied."""
    changed = deepcopy(world)
    for each in relaxations:
        APPLY[each.rule](changed, dict(each.where), each.amount)
    return changed


def _less_demand(world, where, amount):
    for row in world.rows["demand"]:
        if (row["node"], row["product"], str(row["date"])) == (
            where["node"],
            where["product"],
            where["date"],
        ):
            row["units"] -= amount


def _larger_store(world, where, amount):
    row = next(row for row in world.rows["nodes"] if row["node"] == where["node"])
    row["capacity_units"] += amount


def _more_places(world, where, amount):
    row = next(row for row in world.rows["trucks"] if row["truck"] == where["truck"])
    row["pallets"] += -int(-amount // 1)


APPLY = {"demand": _less_demand, "storage-capacity": _larger_store, "truck-pallets": _more_places}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_case_that_cannot_meet_demand_says_what_would_make_it_feasible(name):
    world = IMPOSSIBLE[name].where(shortages=False)
    plan = solved(world, method="auto", time_limit=3.0)
    assert plan.certificate.status is Status.INFEASIBLE
    assert plan.certificate.objective is None
    assert plan.tables == {}
    assert plan.relaxations
    assert all(each.amount > 0 and each.words for each in plan.relaxations)
    planned(relaxed(world, plan.relaxations))


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_the_same_case_has_a_plan_with_shortages(name):
    assert units(planned(IMPOSSIBLE[name]), "shortage") > 0


def test_a_case_that_can_meet_demand_does():
    world = seeded(0)
    world.rows["demand"] = [{**row, "units": 10.0} for row in world.rows["demand"] if row["node"] == "P"]
    plan = planned(world.where(shortages=False))
    assert units(plan, "shortage") == 0
