"""Every type of change: what it does to a case, what it says, and what it refuses."""

from dataclasses import dataclass, replace

import polars as pl
import pytest
from tests.allocation.seeded import small_case

from provisor.allocation.changes import CHANGES
from provisor.allocation.planner import ALLOCATION
from provisor.allocation.solve import solve
from provisor.case import BadRequest, Case
from provisor.planner import SolveOptions
from provisor.questions.files import parse_scenario, scenario_text
from provisor.questions.what_if import changed

ELSEWHERE = {"freeze", "unlock", "unpin", "launch", "budget"}
"""Types with a test of their own below."""


@pytest.fixture(scope="module")
def case():
    """Two periods, two centres, transfers."""
    made = (small_case(seed, periods=2, transfers=True) for seed in range(30))
    return next(one for one in made if one.table("centres").height == 2)


def after(case, **change):
    return changed(case, parse_scenario({"changes": [change]}, case)).case


def said(case, **change):
    (words,) = changed(case, parse_scenario({"changes": [change]}, case)).words
    return words


def value(case, table, column, **where):
    return case.table(table).filter(**where)[column].to_list()


@dataclass
class Both:
    """A case before and after a change."""

    before: Case
    after: Case

    def old(self, table, column, **where):
        return value(self.before, table, column, **where)

    def new(self, table, column, **where):
        return value(self.after, table, column, **where)


TRIED = {}
"""By type: a change of it, and what must hold then."""


def tried(**change):
    def note(check):
        TRIED[change["change"]] = (change, check)
        return check

    return note


@tried(change="rules", switches={"coherence": False})
def _rules(case):
    return case.before.rules.coherence and not case.after.rules.coherence


@tried(change="product_launched", product="N", like=["P0", "P1"], stock={"C0": 10}, max_stores=2, reserve=0.3)
def _launched(case):
    assert case.new("stock", "pieces", product="N") == [10]
    assert case.new("launches", "max_stores", product="N") == [2]
    stores = set(case.old("pairs", "store", product="P0")) | set(case.old("pairs", "store", product="P1"))
    return set(case.new("pairs", "store", product="N")) == stores


@tried(change="product_discontinued", product="P0", from_period=2, diversion=0.4, substitute=["P1", "P2"])
def _discontinued(case):
    assert case.new("substitution", "rate", product="P0") == [0.2, 0.2]
    assert case.new("receipts", "pieces", product="P0", period=2) == []
    return case.new("products", "last_period", product="P0") == [1]


@tried(change="clearance", product="P0", markdowns=[0.5])
def _clearance(case):
    assert case.new("pairs", "demand", product="P0")[0] > case.old("pairs", "demand", product="P0")[0]
    (old,), (new,) = (one("products", "price", product="P0") for one in (case.old, case.new))
    return new == round(old / 2, 2)


@tried(change="price", product="P0", factor=2, elasticity=1)
def _price(case):
    halved = [demand / 2 for demand in case.old("pairs", "demand", product="P0")]
    assert case.new("pairs", "demand", product="P0") == pytest.approx(halved)
    return case.new("products", "price", product="P0") == [2 * case.old("products", "price", product="P0")[0]]


@tried(change="demand", store="S0", factor=3, periods=[2])
def _demand(case):
    assert case.new("pairs", "demand") == case.old("pairs", "demand")
    return len(case.new("demand", "demand", store="S0", period=2)) == len(
        case.old("pairs", "demand", store="S0")
    )


@tried(change="supply", factor=0.5, centre="C0")
def _supply(case):
    assert case.new("stock", "pieces", centre="C1") == case.old("stock", "pieces", centre="C1")
    return case.new("stock", "pieces", centre="C0") == [
        n // 2 for n in case.old("stock", "pieces", centre="C0")
    ]


@tried(change="stock", centre="C1", product="P0", pieces=7)
def _stock(case):
    return case.new("stock", "pieces", centre="C1", product="P0") == [7]


@tried(change="centre_closed", centre="C0", until=1, cost_factor=2)
def _centre_closed(case):
    assert case.new("stock", "pieces", centre="C0") == []
    assert case.new("lanes", "cost", centre="C1") == [
        2 * cost for cost in case.old("lanes", "cost", centre="C1")
    ]
    there = sum(case.old("stock", "pieces", centre="C0") + case.old("receipts", "pieces", centre="C0"))
    return sum(case.new("receipts", "pieces", centre="C0", period=2)) == there


@tried(change="lane", centre="C0", capacity=1)
def _lane(case):
    return set(case.new("lanes", "capacity", centre="C0")) == {1.0}


@tried(change="transfer_lane", from_store="S0", to_store="S1", cost=9, capacity=2)
def _transfer_lane(case):
    return case.new("transfer_lanes", "cost", from_store="S0", to_store="S1") == [9.0]


@tried(change="throughput", pieces=5)
def _throughput(case):
    return set(case.new("centres", "throughput")) == {5.0}


@tried(change="store_closed", store="S0", periods=[1])
def _store_closed(case):
    return case.new("capacity", "slots_factor", store="S0", period=1) == [0.0]


@tried(change="store_capacity", store="S1", slots_factor=0.5, max_pieces_factor=2)
def _store_capacity(case):
    twice = [2 * most for most in case.old("pairs", "max_pieces", store="S1")]
    assert case.new("pairs", "max_pieces", store="S1") == twice
    return case.new("capacity", "slots_factor", store="S1") == [0.5, 0.5]


@tried(change="room", store="S0", cell="front", slots=2)
def _room(case):
    (old,), (new,) = (one("slots", "slots", store="S0", cell="front") for one in (case.old, case.new))
    return new == old + 2


@tried(change="display", store="S0", role="SEASONAL", cell="front", slots=2, periods=[1])
def _display(case):
    return case.after.table("displays").rows() == [("S0", "front", 1, "SEASONAL", 2)]


@tried(change="role_share", role="CORE", max_share=0.5)
def _role_share(case):
    return case.after.table("roles").filter(role="CORE").row(0) == ("CORE", 0.3, 0.5)


@tried(change="corridor", mode="hard", width=0.5)
def _corridor(case):
    return (case.after.rules.corridor, case.after.rules.corridor_width) == ("hard", 0.5)


@tried(change="lock", store="S0", lock="keep")
def _lock(case):
    return set(case.new("pairs", "lock", store="S0")) == {"keep"}


@tried(change="pin", store="S0", product="P0", pieces=3, period=2)
def _pin(case):
    pin = case.after.settings.pins[-1]
    return (pin.kind, pin.store, pin.product, pin.period, pin.pieces) == ("pinned", "S0", "P0", 2, 3)


@tried(change="forbid", product="P0")
def _forbid(case):
    return case.after.settings.pins[-1].kind == "forbidden"


def test_every_type_is_tried_here():
    assert set(TRIED) | ELSEWHERE == {kind.kind() for kind in CHANGES}


@pytest.mark.parametrize("kind", TRIED)
def test_a_change_does_what_it_says(case, kind):
    change, holds = TRIED[kind]
    new = after(case, **change)
    assert holds(Both(case, new))
    words = said(case, **change)
    assert len(words) > 8
    assert not words.endswith(".")
    scenario = parse_scenario({"changes": [change]}, case)
    again = parse_scenario({"changes": scenario.as_dict()["changes"]}, case)
    assert again.changes == scenario.changes
    assert scenario_text(scenario)


@pytest.mark.parametrize("kind", TRIED)
def test_the_changed_case_can_be_planned(case, kind):
    change, _ = TRIED[kind]
    new = after(case, **change)
    plan = solve(new, SolveOptions(time_limit=10, gap=0.01))
    if plan.tables:
        report = ALLOCATION.audit(new, plan.tables, plan.costs)
        assert report.ok, report.findings[:3]
    else:
        assert plan.relaxations


def test_locks_and_pins_are_taken_off(case):
    locked = after(case, change="lock", store="S0", lock="forbid")
    assert value(after(locked, change="unlock", store="S0"), "pairs", "lock", store="S0").count("forbid") == 0
    pinned = after(case, change="forbid", product="P0")
    assert after(pinned, change="unpin", product="P0").settings.pins == case.settings.pins
    with pytest.raises(BadRequest, match="there is no such pin"):
        after(case, change="unpin", product="P1")
    with pytest.raises(BadRequest, match="none of these pairs is locked"):
        after(locked, change="unlock", store="S1")


def test_a_freeze_holds_the_plan_up_to_its_period(case, tmp_path):
    """Without least shares and the like: what is forbidden is not eligible, so that they would ask for less."""
    off = {
        "role_minimum": False,
        "coherence": False,
        "categories": 0,
        "price_bands": 0,
        "core_subcategories": (),
    }
    case = replace(case, rules=case.rules.model_copy(update={**off, "corridor": "off", "launch": False}))
    plan = solve(case, SolveOptions(time_limit=10, gap=1e-4))
    plan.save(tmp_path / "plan")
    here = replace(case, folder=tmp_path)
    held = after(here, change="freeze", plan="plan", until=1)
    again = solve(held, SolveOptions(time_limit=10, gap=1e-4))
    first = pl.col("period") == 1
    columns = ["store", "product", "pieces"]
    a, b = (
        one.table("allocation").filter(first, "carried").select(columns).sort(columns)
        for one in (plan, again)
    )
    assert a.rows() == b.rows()
    assert again.certificate.objective == pytest.approx(plan.certificate.objective, rel=1e-3)
    with pytest.raises(BadRequest, match="no table allocation"):
        after(here, change="freeze", plan="elsewhere")


def test_demand_turned_away_is_shared_out(case):
    """What a store loses its neighbours gain, as far as they may carry the style."""
    new = after(case, change="store_closed", store="S0", diverted_share=0.5)
    lost = (
        case.table("pairs").filter(store="S0")["demand"].sum()
        - new.table("pairs").filter(store="S0")["demand"].sum()
    )
    gained = (
        new.table("pairs").filter(pl.col("store") != "S0")["demand"].sum()
        - case.table("pairs").filter(pl.col("store") != "S0")["demand"].sum()
    )
    assert lost == pytest.approx(case.table("pairs").filter(store="S0")["demand"].sum() / 2)
    assert 0 <= gained <= lost + 1e-9


def test_launches_and_budgets_are_changed():
    case = next(
        case
        for seed in range(60)
        for case in [small_case(seed)]
        if case.table("launches").height and case.table("budget").height
    )
    product = case.table("launches")["product"][0]
    assert value(after(case, change="launch", product=product, max_stores=9), "launches", "max_stores") == [9]
    assert value(after(case, change="budget", factor=0.5), "budget", "amount") == [1250.0]
    assert "1,250.00 RMB instead of 2,500.00 RMB" in said(case, change="budget", factor=0.5)


WRONG = [
    ({"change": "rules", "switches": {"nothing": 1}}, "there is no switch nothing"),
    (
        {"change": "product_launched", "product": "P0", "like": "P1", "stock": {"C0": 1}},
        "there is a product P0 already",
    ),
    ({"change": "product_discontinued", "product": "P9"}, "there is no product P9"),
    ({"change": "product_discontinued", "product": "P0", "from_period": 5}, "there is no period 5"),
    ({"change": "price", "product": "P0", "price": 0.01}, "below its salvage"),
    ({"change": "price", "product": "P0"}, "give one of factor, price"),
    ({"change": "demand", "store": "S9", "factor": 1}, "there is no store S9"),
    ({"change": "supply", "material": "wool", "factor": 1}, "there is no material wool"),
    ({"change": "stock", "centre": "C0", "product": "P0", "more": -9999}, "would have -"),
    ({"change": "centre_closed", "centre": "C0", "until": 2}, "leave until out"),
    ({"change": "lane", "centre": "C0"}, "give closed, or some of"),
    (
        {"change": "transfer_lane", "from_store": "S0", "to_store": "S0", "cost": 1},
        "from one store to another",
    ),
    ({"change": "store_closed"}, "all stores would be closed"),
    ({"change": "store_capacity", "store": "S0"}, "give factor"),
    ({"change": "store_capacity", "store": "S0", "factor": 0.5, "periods": [3]}, "there is no period 3"),
    ({"change": "room", "store": "S0", "slots": 1}, "slots go with their cell"),
    ({"change": "room", "store": "S0", "cell": "front", "slots": -99}, "S0 has"),
    ({"change": "display", "role": "NONE", "cell": "front", "slots": 1}, "there is no role NONE"),
    ({"change": "role_share", "role": "CORE", "min_share": 0.9}, "is above the largest"),
    ({"change": "corridor"}, "give mode, width, factor or more"),
    ({"change": "launch", "product": "P0", "max_stores": 1}, "there is no product P0"),
    ({"change": "lock", "lock": "keep"}, "name a store, a product, or both"),
    ({"change": "pin", "store": "S0", "product": "P9"}, "there is no product P9"),
    ({"change": "forbid", "store": "S0", "period": 3}, "there is no period 3"),
]


@pytest.mark.parametrize(("change", "words"), WRONG, ids=[f"{row[0]['change']}: {row[1]}" for row in WRONG])
def test_what_cannot_be_done_is_refused(case, change, words):
    with pytest.raises(BadRequest, match=words):
        after(case, **change)


def test_all_that_is_wrong_is_said_at_once(case):
    changes = [{"change": "demand", "store": "S9", "factor": 1}, {"change": "forbid", "product": "P99"}]
    with pytest.raises(BadRequest) as caught:
        changed(case, parse_scenario({"changes": changes}, case))
    assert "S9" in str(caught.value)
    assert "P99" in str(caught.value)
