"""Properties of what-if and why on tiny seeded cases, against problems solved to the end.

A run of a few seeds belongs to the suite; ``PROVISOR_SEEDS=100`` runs them all.
"""

import os
from functools import cache

import pytest
from tests.production.cases import optimum, solved
from tests.production.seeded import seeded

import provisor
from provisor.planner import SolveOptions
from provisor.production.model import build
from provisor.production.network import network_of
from provisor.production.resolve import resolve
from provisor.questions.files import parse_scenario
from provisor.questions.what_if import changed

NUMBERS = range(int(os.environ.get("PROVISOR_SEEDS", "2")))
MANY = range(max(24, len(NUMBERS)))
TOLERANCE = 1e-5

TIGHTER = (
    {"change": "line_down", "days": 1},
    {"change": "truck_cancelled", "truck": "K", "days": 1},
    {"change": "truck_places", "truck": "K", "pallets": 1},
    {"change": "leg_capacity", "leg": "F-T", "units": 5},
    {"change": "cold_store_capacity", "units": 10},
    {"change": "shelf_life", "ambient_days": 2, "stock": False},
    {"change": "leg_closed", "leg": "H-S"},
    {"change": "cost", "parameter": "shortage_per_unit", "factor": 1.5},
)


@cache
def world_solved(number):
    """A seeded world and its plan, which the tests only look at."""
    world = seeded(number)
    return world, solved(world)


def best(case):
    """Objective of the exact problem of a case, solved to the end."""
    network = network_of(case)
    _, problem = build(network, whole_cases=network.rules.whole_cases, exact=True, pinned=case.settings.pins)
    return optimum(problem).objective


def after(case, *changes):
    return changed(case, parse_scenario({"changes": list(changes)}, case)).case


def linear(case):
    """The exact problem's linear bound."""
    _, problem = build(network_of(case), exact=True, pinned=case.settings.pins)
    return optimum(problem.relaxed()).objective


@pytest.mark.parametrize("number", MANY)
def test_tightening_never_improves_the_bound(number):
    case = seeded(number).case()
    least = linear(case)
    for change in TIGHTER:
        tight = linear(after(case, change))
        assert tight is None or tight >= least - TOLERANCE * abs(least), change


def test_tightening_never_improves_the_best():
    case = seeded(1).case()
    least = best(case)
    for change in TIGHTER[:4]:
        tight = best(after(case, change))
        assert tight is None or tight >= least - TOLERANCE * abs(least), change


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "change", [{"change": "demand", "factor": 1.3}, {"change": "line_down", "days": 1}], ids=str
)
def test_a_plan_from_another_is_as_good_as_its_certificate_says(number, change):
    world, base = world_solved(number)
    case = after(world.case(), change)
    plan = resolve(case, base, SolveOptions(time_limit=3.0, gap=0.01))
    true = best(case)
    slack = TOLERANCE * abs(true)
    assert plan.certificate.bound <= true + slack <= plan.certificate.objective + 2 * slack
    assert provisor.audit(case, plan).ok


def test_a_plan_of_the_same_case_stays_as_it_is():
    world, base = world_solved(1)
    answer = provisor.compare(base, resolve(world.case(), base, SolveOptions(time_limit=3.0)))
    assert answer.stability >= 0.8


@pytest.mark.parametrize("number", NUMBERS)
def test_prices_of_forced_decisions_are_those_of_a_cold_solve(number):
    world, base = world_solved(number)
    case = world.case()
    made = set(base.table("production").select("product", "date").iter_rows())
    days = sorted(set(case.table("calendar")["date"]))
    product, day = next((code, day) for day in days for code in "AB" if (code, day) not in made)
    answer = provisor.why(case, base, f"not product={product} node=P date={day}", time_limit=3.0)
    price, forced = answer.price, answer.otherwise.plan
    assert price.least >= 0
    assert price.amount >= price.least
    true = best(answer.otherwise.case) - best(case)
    slack = TOLERANCE * abs(base.certificate.objective)
    assert price.least - slack <= true <= price.most + slack
    assert forced.table("production").filter(product=product, node="P", date=day)["units"].sum() > 0


@pytest.mark.parametrize("number", NUMBERS)
def test_a_forbidden_decision_is_not_taken(number):
    world, base = world_solved(number)
    case = world.case()
    node, product, day = base.table("production").select("node", "product", "date").row(0)
    answer = provisor.why(case, base, f"why product={product} node={node} date={day}", time_limit=3.0)
    assert answer.price.amount >= 0
    assert answer.otherwise.plan.table("production").filter(product=product, node=node, date=day).is_empty()
