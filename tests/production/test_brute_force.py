"""Tiny worlds whose best plan is found by trying all plans: the planner finds one as good, and proves it.

The plan found by trying is written down and audited, so that its cost is the auditor's and not that of the search.
"""

import pytest
from tests.production.brute import Brute
from tests.production.cases import World, best_plan, solved

from provisor.certificate import Status
from provisor.planner import planner
from provisor.production.tables import PLAN_TABLES


def own(**more):
    """A plant that sells what it makes."""
    return World(days=3).product().plant(**more).demand("P", "A", 20, 10, 20, 20)


def shop(days=1.0, **more):
    """A plant and a shop a day away, where keeping costs nothing."""
    world = (
        World(days=3).product(shelf_life_ambient_days=4, **more).plant(off=(1,)).node("S").leg("P", "S", days)
    )
    world.cost(storage_per_unit_day_ambient=0.0)
    return world.demand("S", "A", 10, 20, 10, 10).stock("S", "A", 2, 10)


def truck(time, **more):
    """A plant with a shop that a truck of one pallet goes to."""
    world = World(days=3).product(units_per_pallet=20.0).plant(needs_trucks=True).node("S").leg("P", "S", 0.0)
    world.truck("K", "P", "S", time=time, **{"pallets": 1, **more}).cost(storage_per_unit_day_ambient=0.0)
    return world.demand("P", "A", 0, 10, 0, 10).demand("S", "A", 20, 10, 10)


def two_products(**more):
    world = World(days=3).product().product("B").plant(rate_units_per_hour=6.0, **more)
    world.cost(storage_per_unit_day_ambient=0.0)
    return world.demand("P", "A", 20, 10, 20, 20).demand("P", "B", 0, 20, 10)


def two_on_a_truck():
    world = World(days=2).product(units_per_pallet=10.0).product("B", units_per_pallet=10.0)
    world.plant(needs_trucks=True, has_demand=False).node("S").leg("P", "S", 0.0).truck(
        "K", "P", "S", time="15:00"
    )
    world.cost(storage_per_unit_day_ambient=0.0)
    return world.demand("S", "A", 10, 10).demand("S", "B", 10, 20)


WORLDS = {
    "own": own(),
    "own, overtime": own(rate_units_per_hour=3.5),
    "own, short life": World(days=4)
    .product(shelf_life_ambient_days=2, min_days_at_sale=1)
    .plant()
    .demand("P", "A", 10, 10, 10, 10, 10),
    "own, cheap shortage": own().cost(shortage_per_unit=1.2, start_cost=20.0),
    "own, daily starts": own().where(starts="daily"),
    "own, waste at the end": own().where(end="waste"),
    "own, free at the end": own().where(end="free"),
    "own, days off": World(days=3).product().plant(off=(0, 1, 2)).demand("P", "A", 10, 10, 10, 10),
    "two products": two_products(),
    "two products, long changeover": two_products(changeover_hours=4.0),
    "shop": shop(),
    "shop, half a day": shop(0.5),
    "shop, two days": shop(2.0, min_days_at_sale=1),
    "morning truck": truck("08:00"),
    "afternoon truck": truck("14:00"),
    "truck soon after the start of work": truck("12:00").where(shift_start="11:00"),
    "truck at noon": truck("12:00", pallets=2, cost_fixed=1.0),
    "truck, same day": truck("08:00").where(loading="same_day"),
    "truck, previous day": truck("16:00").where(loading="previous_day"),
    "truck, dear": truck("14:00", cost_fixed=60.0, pallets=3),
    "truck on tuesdays": truck("14:00", weekdays=[2], pallets=3),
    "two on a truck": two_on_a_truck(),
}


@pytest.fixture(scope="module", params=WORLDS)
def tried(request):
    """A world, the search through it, its least cost and a plan of that cost."""
    world = WORLDS[request.param]
    search = Brute(world)
    return world, search, *search.solve()


def test_the_auditor_finds_the_tried_plan_clean_and_of_the_same_cost(tried):
    world, search, cost, moves = tried
    rows = search.tables(moves)
    tables = {schema.name: schema.frame(rows.get(schema.name, [])) for schema in PLAN_TABLES}
    for derived in ("costs", "labour"):
        del tables[derived]
    report = planner("production").audit(world.case(), tables, None)
    assert [finding.words for finding in report.findings] == []
    assert sum(report.costs.values()) == pytest.approx(cost)


def test_the_exact_model_has_the_same_optimum(tried):
    world, _, cost, _ = tried
    result, plan = best_plan(world)
    assert result.objective == pytest.approx(cost, abs=1e-6)
    assert plan.objective == pytest.approx(cost, abs=1e-6)
    assert plan.missed == 0


def test_the_planner_finds_a_plan_of_the_least_cost_and_proves_it(tried):
    world, _, cost, _ = tried
    plan = solved(world)
    assert plan.audit["ok"]
    assert plan.certificate.objective == pytest.approx(cost, abs=1e-6)
    assert plan.certificate.bound == pytest.approx(cost, abs=1e-6)
    assert plan.certificate.status is Status.OPTIMAL
