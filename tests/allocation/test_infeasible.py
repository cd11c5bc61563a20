"""Cases without a plan: what would have to give, in the rule's own unit, and that giving so much is enough."""

from dataclasses import replace

import polars as pl
import pytest
from tests.allocation.seeded import small_case

from provisor.allocation import tables as own
from provisor.allocation.infeasible import GIVE_WAY
from provisor.allocation.model import FAMILIES
from provisor.allocation.rules import Pin
from provisor.allocation.solve import solve
from provisor.certificate import Status
from provisor.planner import SolveOptions

PLAIN = {
    "role_minimum": False, "role_maximum": False, "coherence": False, "corridor": "off", "launch": False,
    "categories": 0, "price_bands": 0, "core_subcategories": (),
}  # fmt: skip


def pinned_case(pieces=3, stock=4, slots=2, **rules):
    """One centre, two stores with two slots, three styles; each store must show three pieces of P0."""
    stores, products = ["S0", "S1"], ["P0", "P1", "P2"]
    case = small_case(0, **{**PLAIN, **rules})
    pairs = [
        {
            "store": store,
            "product": product,
            "demand": 2.0,
            "max_pieces": 4,
            "dispersion": 1.0,
            "opening": 0,
            "carried_before": False,
        }
        for store in stores
        for product in products
    ]
    tables = {schema.name: schema.empty() for schema in own.CASE_TABLES} | {
        "stores": own.STORES.frame([{"store": store, "pieces": 20.0, "weight": 1.0} for store in stores]),
        "slots": own.SLOTS.frame([{"store": store, "cell": "floor", "slots": slots} for store in stores]),
        "products": own.PRODUCTS.frame(
            [
                {"product": product, "category": "c", "subcategory": "s", "cell": "floor", "price": 50.0,
                 "cost": 20.0, "salvage": 5.0, "pack": 1, "presentation_min": 1, "space": 1.0}
                for product in products
            ]
        ),
        "centres": own.CENTRES.frame([{"centre": "C0"}]),
        "lanes": own.LANES.frame(
            [{"centre": "C0", "store": store, "cost": 1.0, "lead_periods": 0} for store in stores]
        ),
        "pairs": own.PAIRS.frame(pairs),
        "stock": own.STOCK.frame([{"centre": "C0", "product": product, "pieces": stock} for product in products]),
        "costs": case.table("costs"),
    }  # fmt: skip
    pins = tuple(Pin(kind="pinned", store=store, product="P0", pieces=pieces) for store in stores)
    return replace(case, tables=tables, settings=case.settings.model_copy(update={"pins": pins}))


def solved(case, method="auto"):
    return solve(case, SolveOptions(method=method, time_limit=20, gap=1e-4))


@pytest.mark.parametrize("method", ["auto", "exact", "dual"])
def test_pins_beyond_the_stock_name_the_pin_that_has_to_go(method):
    plan = solved(pinned_case(), method)
    assert plan.certificate.status is Status.INFEASIBLE
    assert plan.certificate.objective is None
    assert [(found.rule, found.amount, found.unit) for found in plan.relaxations] == [
        ("pins", pytest.approx(1.0), "style")
    ]
    assert "P0 does not hang in S" in plan.relaxations[0].words


def test_the_same_case_with_enough_stock_has_a_plan():
    plan = solved(pinned_case(stock=6))
    assert plan.certificate.status is Status.OPTIMAL
    assert plan.relaxations == ()


def test_a_budget_gives_way_before_a_pin():
    case = pinned_case(stock=6)
    case = replace(case, tables={**case.tables, "budget": own.BUDGET.frame([{"period": 1, "amount": 70.0}])})
    plan = solved(case)
    assert [(found.rule, found.amount) for found in plan.relaxations] == [("budget", pytest.approx(50.0))]
    wider = own.BUDGET.frame([{"period": 1, "amount": 120.0}])
    assert solved(replace(case, tables={**case.tables, "budget": wider})).certificate.objective is not None


def test_a_hard_corridor_gives_way_first_and_names_the_store():
    manual = own.MANUAL_PLAN.frame([{"store": "S1", "subcategory": None, "styles": 8}])
    case = pinned_case(stock=6, corridor="hard", corridor_width=0.25)
    case = replace(case, tables={**case.tables, "manual_plan": manual})
    plan = solved(case)
    (found,) = plan.relaxations
    assert (found.rule, found.amount, found.where["store"]) == ("corridor", pytest.approx(4.0), "S1")


def test_a_floor_on_sell_through_that_nobody_reaches():
    case = pinned_case(
        stock=8, pieces=4, objective="sell_through", sell_through_by="floor", sell_through_floor=0.9
    )
    plan = solved(case)
    assert plan.certificate.status is Status.INFEASIBLE
    (found,) = plan.relaxations
    assert found.rule == "sell-through"
    assert found.amount > 0


def test_a_lane_is_named_by_its_ends():
    case = pinned_case(stock=6)
    lanes = case.table("lanes").with_columns(capacity=pl.lit(2.0))
    case = replace(case, tables={**case.tables, "lanes": lanes})
    plan = solved(case)
    assert {found.rule for found in plan.relaxations} == {"pins"}
    assert len(plan.relaxations) == 2


def test_every_rule_that_gives_way_is_a_rule_of_the_model():
    assert {way.rule for way in GIVE_WAY} <= set(FAMILIES)


def test_a_case_with_a_plan_tells_no_relaxation():
    for seed in range(6):
        plan = solved(small_case(seed))
        if plan.certificate.objective is not None:
            assert plan.relaxations == ()
