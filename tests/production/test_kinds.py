"""Goods told apart by age keep it wherever they go, and are not lost when they are frozen or thawed."""

import pytest
from tests.production.cases import World, best_plan, states

from provisor.planner import planner


def frozen_lot(expires):
    """A freezer with 20 units in it, a shop two days away that asks for 10 a day from day 2 on, no plant."""
    world = World(days=5).product(shelf_life_thawed_days=4, min_days_at_sale=1)
    world.node("F", storage="frozen", has_demand=False).node("S").leg("F", "S", 2.0, mode="frozen")
    return world.demand("S", "A", 0, 0, 10, 10, 10).stock("F", "A", expires, 20, "frozen")


@pytest.mark.parametrize("expires", [2, 3, 10, 200])
def test_a_frozen_lot_alive_on_arrival_thaws_on_arrival_and_is_sold(expires):
    result, plan = best_plan(frozen_lot(expires))
    assert plan.missed == 0
    assert plan.tables["sales"]["units"].sum() == 20
    assert plan.objective == pytest.approx(result.objective)


def test_a_lot_that_dies_on_the_road_serves_nothing():
    result, plan = best_plan(frozen_lot(1))
    assert plan.tables["sales"].height == 0
    assert plan.objective == pytest.approx(result.objective)


def test_a_lot_frozen_by_decision_does_not_vanish():
    world = World(days=3).product().node("W", storage="both").stock("W", "A", 3, 30)
    _, problem = states(world)
    result, plan = best_plan(world)
    assert problem.violation(result.x) < 1e-6
    assert plan.objective == pytest.approx(result.objective)
    kept = plan.tables["stock"].filter(date=world.day(2))["units"].sum()
    assert kept + plan.tables["disposal"]["units"].sum() == 30


def test_thawed_goods_do_not_grow_young_on_their_way():
    world = World(days=5).product(shelf_life_thawed_days=3, min_days_at_sale=2)
    world.node("F", storage="frozen", has_demand=False).node("W").node("S")
    world.leg("F", "W", 0.0, mode="frozen").leg("W", "S", 2.0)
    world.demand("S", "A", 0, 0, 0, 10, 10).stock("F", "A", 60, 20, "frozen")
    result, plan = best_plan(world)
    assert plan.missed == 0
    assert plan.tables["sales"].height == 0  # two days on the road leave one day, two are asked for
    assert plan.tables["shortage"]["units"].sum() == 20
    assert plan.objective == pytest.approx(result.objective)


def test_frozen_goods_on_the_road_at_the_end_are_worth_something_while_alive():
    world = World(days=2).product().node("W", storage="both").demand("W", "A", 0, 0, 10)
    world.transit("W", "A", 2, 2, 10, "frozen")
    result, plan = best_plan(world)
    assert result.objective == pytest.approx(-10)
    assert plan.costs["end_value"] == pytest.approx(-10)


def test_without_shelf_life_all_that_is_left_can_be_sold():
    world = World(days=2, rules={"shelf_life": False}).product().node("S").demand("S", "A", 0, 0, 10)
    world.stock("S", "A", 0, 10)
    result, plan = best_plan(world)
    report = planner("production").audit(world.case(), plan.tables, plan.costs)
    assert report.ok, report.findings
    assert report.costs["end_value"] == pytest.approx(-10)
    assert plan.objective == pytest.approx(result.objective)


def test_without_shelf_life_no_age_is_told_apart():
    world = frozen_lot(1).where(shelf_life=False)
    model, _ = states(world)
    assert model.lives["A"].kinds == ("ambient", "frozen", "thawed")


def test_goods_too_old_to_send_on_are_kept_for_what_they_are_worth_at_the_end():
    world = World(days=1).product(min_days_at_sale=2).node("W").node("S").leg("W", "S", 2.0)
    world.demand("S", "A", 0, 10, 10).stock("W", "A", 3, 20).cost(storage_per_unit_day_ambient=0.0)
    result, plan = best_plan(world)
    assert plan.costs["end_value"] == pytest.approx(-20)
    assert plan.objective == pytest.approx(result.objective)
    assert planner("production").audit(world.case(), plan.tables, plan.costs).ok


def test_a_leg_without_a_truck_still_supplies():
    world = World(days=1).product().node("W", needs_trucks=True).node("S").leg("W", "S", 1.0)
    world.demand("S", "A", 0, 10, 10).stock("W", "A", 9, 20).cost(storage_per_unit_day_ambient=0.0)
    result, plan = best_plan(world)
    assert result.objective == pytest.approx(-20)
    assert planner("production").audit(world.case(), plan.tables, plan.costs).ok
