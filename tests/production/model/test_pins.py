"""Pins are kept in every statement of the model, and one that asks for what there is not is refused."""

import pytest
from tests.production.cases import World, solved, states

import provisor
from provisor.planner import BadRequest


def world(**rules):
    """A plant that serves a shop by truck; it is closed on day 2."""
    made = World(days=4, rules=rules).product().plant(needs_trucks=True, has_demand=False).node("S")
    made.rows["calendar"] = [row for row in made.rows["calendar"] if row["date"] != made.day(2)]
    made.leg("P", "S", 0.5).truck("K", "P", "S", time="14:00").truck("L", "P", "S", weekdays=[1])
    return made.demand("S", "A", 10, 20, 20, 20, 10, 10)


def units(plan, table, **where):
    return plan.table(table).filter(**where)["units"].sum()


@pytest.mark.parametrize("amount", [{"mixes": 0}, {"mixes": 3}, {"units": 0.0}, {"units": 40.0}])
def test_production_is_as_pinned(amount):
    case = world().pin("production", 1, node="P", product="A", **amount)
    plan = solved(case)
    assert plan.audit["ok"]
    assert units(plan, "production", date=case.day(1)) == 20 * amount.get(
        "mixes", amount.get("units", 0) / 20
    )


@pytest.mark.parametrize("used", [True, False])
def test_a_truck_leaves_with_goods_or_stays(used):
    case = world().pin("departure", 3, truck="K", used=used)
    plan = solved(case)
    assert plan.audit["ok"]
    assert (units(plan, "departures", date=case.day(3), truck="K") > 0) is used


@pytest.mark.parametrize("amount", [0.0, 30.0])
@pytest.mark.parametrize("names", [{"product": "A", "stop": "S"}, {"product": "A"}, {}])
def test_a_load_is_as_pinned(names, amount):
    case = world().pin("departure", 1, truck="K", units=amount, **names)
    plan = solved(case)
    assert plan.audit["ok"]
    assert units(plan, "departures", date=case.day(1), truck="K") == pytest.approx(amount)


def test_a_load_may_be_of_batches_of_any_age():
    case = world().stock("P", "A", 4, 10).stock("P", "A", 6, 10).stock("P", "A", 90, 10)
    plan = solved(case.pin("departure", 0, truck="L", product="A", stop="S", units=30.0))
    assert plan.audit["ok"]
    assert units(plan, "departures", date=case.day(0), truck="L") == pytest.approx(30)


def test_what_is_pinned_to_nothing_where_nothing_can_be_is_granted():
    case = (
        world()
        .pin("production", 2, node="P", product="A", units=0.0)
        .pin("departure", 2, truck="L", used=False)
    )
    assert solved(case).audit["ok"]


def test_a_pin_costs_at_least_as_much_as_none():
    free = solved(world()).certificate.objective
    for mixes in (0, 1, 3):
        pinned = solved(world().pin("production", 0, node="P", product="A", mixes=mixes))
        assert pinned.certificate.objective >= free - 1e-6


@pytest.mark.parametrize(
    ("decision", "day", "names"),
    [
        ("production", 2, {"node": "P", "product": "A", "mixes": 1}),
        ("production", 9, {"node": "P", "product": "A", "mixes": 1}),
        ("production", 0, {"node": "S", "product": "A", "units": 20.0}),
        ("production", 0, {"node": "P", "product": "B", "units": 20.0}),
        ("production", 0, {"node": "X", "product": "A", "units": 0.0}),
        ("production", 0, {"node": "P", "product": "A"}),
        ("production", 0, {"node": "P", "product": "A", "units": 30.0}),
        ("production", 0, {"node": "P", "product": "A", "mixes": 99}),
        ("departure", 1, {"truck": "L", "used": True}),
        ("departure", 0, {"truck": "X", "used": False}),
        ("departure", 0, {"truck": "K"}),
        ("departure", 1, {"truck": "L", "product": "A", "stop": "S", "units": 10.0}),
        ("departure", 1, {"truck": "K", "product": "A", "stop": "X", "units": 10.0}),
        ("departure", 1, {"truck": "K", "product": "A", "stop": "S", "units": 15.0}),
    ],
)
def test_a_pin_on_what_there_is_not_is_refused(decision, day, names):
    case = world().pin(decision, day, **names)
    with pytest.raises(BadRequest, match=f"pin of {decision}"):
        states(case)
    with pytest.raises(BadRequest):
        provisor.solve(case.case())


def test_two_pins_that_contradict_each_other_are_refused():
    case = world().pin("production", 0, node="P", product="A", mixes=1)
    with pytest.raises(BadRequest, match="not possible"):
        states(case.pin("production", 0, node="P", product="A", mixes=2))


def test_mixes_are_pinned_where_whole_mixes_are_no_rule():
    plan = solved(world(mixes=False).pin("production", 1, node="P", product="A", mixes=2))
    assert plan.audit["ok"]
    assert units(plan, "production", date=world().day(1)) == pytest.approx(40)


def test_mixes_of_a_product_without_mixes_are_refused():
    case = world().pin("production", 1, node="P", product="A", mixes=2)
    case.rows["products"][0]["units_per_mix"] = None
    with pytest.raises(BadRequest, match="not made in mixes"):
        states(case)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("whole_cases", [True, False])
def test_every_statement_has_the_pins(exact, whole_cases):
    case = world().pin("departure", 1, truck="K", product="A", units=20.0)
    _, problem = states(case, exact=exact, whole_cases=whole_cases)
    block = problem.row_block("pins")
    assert problem.row_lower[block.start] == problem.row_upper[block.start] == 20
