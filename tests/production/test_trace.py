"""Batches of a plan: who gets which, and that nothing is missing."""

import polars as pl
import pytest
from tests.production.cases import World, best_plan

from provisor.planner import planner


def checked(world):
    """Best plan of a world, traced in full and audited."""
    result, plan = best_plan(world)
    assert plan.missed == 0
    report = planner("production").audit(world.case(), plan.tables, plan.costs)
    assert report.ok, [finding.words for finding in report.findings]
    assert plan.objective == pytest.approx(result.objective)
    return plan


def morning(rule):
    world = World(days=2, rules={"loading": rule}).product().plant(needs_trucks=True, has_demand=False)
    return world.node("S").leg("P", "S", 0.5).truck("K", "P", "S", time="08:00").demand("S", "A", 40, 40)


def test_a_morning_truck_takes_what_is_made_that_day_only_where_the_rule_lets_it():
    first, second = morning("same_day").day(0), morning("same_day").day(1)
    made_and_gone = checked(morning("same_day")).tables["departures"].sort("date")
    assert made_and_gone["date"][0] == first
    assert made_and_gone["batch"][0] == f"P/A/{first}"
    for rule in ("business", "previous_day"):
        assert checked(morning(rule)).tables["departures"].select("date", "units").rows() == [(second, 40)]


@pytest.mark.parametrize("loading", ["business", "previous_day"])
@pytest.mark.parametrize("shelf_life", [True, False])
def test_goods_made_today_are_sold_at_the_plant_where_the_truck_may_not_take_them(loading, shelf_life):
    world = World(days=1, rules={"loading": loading, "shelf_life": shelf_life}).product()
    world.plant(needs_trucks=True, shift_start="12:00", rate_units_per_hour=5.0).node("S").leg("P", "S", 0.0)
    world.truck("K", "P", "S", time="13:00").stock("P", "A", 5, 20).demand("P", "A", 20).demand("S", "A", 20)
    plan = checked(world)
    assert plan.tables["departures"]["batch"].to_list() == ["old-0"]
    assert plan.tables["shortage"].height == 0


def test_goods_that_go_both_ways_between_two_nodes_on_one_day_are_found():
    world = World(days=1).product("A").product("B")
    world.plant("P").plant("Q").leg("P", "Q", 0.5).leg("Q", "P", 0.5)
    for node, made, brought in (("P", "A", "B"), ("Q", "B", "A")):
        world.demand(node, "A", 20).demand(node, "B", 20)
        world.pin("production", 0, node=node, product=made, mixes=2)
        world.pin("production", 0, node=node, product=brought, mixes=0)
    plan = checked(world)
    assert plan.tables["shortage"].height == 0
    assert plan.tables["departures"]["units"].to_list() == [20, 20]


def test_goods_that_thaw_on_arrival_by_truck_and_by_leg_are_one_change():
    world = (
        World(days=1, rules={"whole_cases": False}).product().node("F", storage="frozen", has_demand=False)
    )
    world.node("S").leg("F", "S", 0.0, mode="frozen", capacity_units=60.0)
    world.truck("K", "F", "S", pallets=1, cost_fixed=0.0, cost_per_unit=0.0)
    world.rows["legs"][0]["capacity_units"] = 60.0
    world.leg("F", "S", 0.0, mode="frozen", leg="slow", capacity_units=10.0)
    world.stock("F", "A", 60, 70, "frozen").demand("S", "A", 70)
    plan = checked(world)
    assert plan.tables["departures"].height > 1
    assert plan.tables["state_changes"]["units"].to_list() == [70]


@pytest.mark.parametrize("expires", [(60, 50), (9, 4), (60, 4), (5, 4)])
def test_the_first_to_expire_is_sold_first(expires):
    world = World(days=2).product().node("S").stock("S", "A", expires[0], 10).stock("S", "A", expires[1], 10)
    sales = checked(world.demand("S", "A", 10, 10)).tables["sales"].sort("date")
    assert sales["batch"].to_list() == ["old-1", "old-0"]
    assert sales["days_left"].to_list() == [expires[1], expires[0] - 1]


def test_no_sale_leaves_older_goods_behind_that_could_be_sold():
    world = World(days=6).product().plant(rate_units_per_hour=5.0).node("S").leg("P", "S", 1.0)
    world.stock("S", "A", 5, 20).stock("S", "A", 3, 10).stock("S", "A", 60, 30)
    plan = checked(world.demand("S", "A", *[20] * 8).cost(start_cost=0.0))
    assert plan.tables["sales"]["batch"].n_unique() >= 4
    place = ["date", "node", "product", "state"]
    both = plan.tables["sales"].join(plan.tables["stock"], on=place, suffix="_behind")
    sellable = both.filter(pl.col("days_left_behind") >= 2)
    assert sellable.height > 0
    assert sellable.filter(pl.col("days_left") > pl.col("days_left_behind")).height == 0


def test_a_batch_too_old_for_sale_is_left_for_the_one_that_is_fresh_enough():
    world = World(days=1).product().node("S").stock("S", "A", 1, 10).stock("S", "A", 4, 10)
    sales = checked(world.demand("S", "A", 10)).tables["sales"]
    assert sales["batch"].to_list() == ["old-1"]
