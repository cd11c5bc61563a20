"""Valid inequalities cut off no plan: the strengthened bound problem costs no more than the exact one's best plan."""

from dataclasses import replace

import pytest
from tests.production.cases import World, optimum, solved, states
from tests.production.seeded import seeded

from provisor.production.bounds.strengthen import strengthen
from provisor.production.merging import merged
from provisor.production.model import build
from provisor.production.network import network_of


def strengthened(world):
    """The bound problem of a world with inequalities, and how many there are."""
    small = merged(network_of(world.case()))
    model, problem = build(small.network, fixed_cost=small.fixed_cost)
    return strengthen(model, problem, 5.0, lambda _: None, lambda: False)


def thawed_lots():
    """All that a shop sells comes from a lot in a freezer that is told apart by its age until it is thawed."""
    world = World(days=3).product().node("F", storage="frozen", has_demand=False, needs_trucks=True).node("S")
    world.leg("F", "S", 0.0, "frozen").truck("K", "F", "S", cost_fixed=0.0).stock("F", "A", 9, 60, "frozen")
    return world.plant().leg("P", "S", 2.0).demand("S", "A", 20, 20, 20)


def run_on():
    """Made every day for a shop of its own; what a truck takes on the fourth is from the last days of the run."""
    world = World(days=4, rules={"whole_cases": False})
    world.product(shelf_life_ambient_days=1, min_days_at_sale=0).plant(needs_trucks=True)
    world.node("S").leg("P", "S", 0.0).truck("K", "P", "S", time="15:00", weekdays=[4], cost_fixed=0.0)
    return world.cost(start_cost=50.0).demand("P", "A", 20, 20, 20, 20).demand("S", "A", 0, 0, 0, 20)


WORLDS = {"thawed lots": thawed_lots(), "a run that goes on": run_on()}
WORLDS |= {f"seeded {number}": replace(seeded(number), rules={}) for number in (2, 3, 4, 8, 9)}
WORLDS |= {f"seeded {number}, switched": seeded(number) for number in (2, 8, 14)}


@pytest.mark.parametrize("name", WORLDS)
def test_inequalities_cut_off_no_plan(name):
    stronger = strengthened(WORLDS[name])
    least = optimum(states(WORLDS[name])[1]).objective
    assert stronger.bound <= least + 1e-6
    assert optimum(stronger.problem).objective <= least + 1e-6


def test_inequalities_are_found_and_lift_the_bound():
    model, problem = build(network_of(WORLDS["seeded 9"].case()))
    stronger = strengthen(model, problem, 5.0, lambda _: None, lambda: False)
    assert stronger.cuts > 5
    assert stronger.bound > optimum(problem.relaxed()).objective + 10


@pytest.mark.parametrize("number", [2, 3, 8, 9])
def test_the_certificate_embraces_the_least_cost(number):
    world = replace(seeded(number), rules={})
    plan = solved(world, method="auto", gap=1e-4, time_limit=3.0)
    least = optimum(states(world)[1]).objective
    assert plan.audit["ok"]
    assert plan.certificate.bound <= least + 1e-6
    assert plan.certificate.objective >= least - 1e-6
