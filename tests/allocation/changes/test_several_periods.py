"""The ready scenarios over several half-months, on a chain small enough to be planned exactly."""

from dataclasses import replace

import polars as pl
import pytest
from tests.allocation.seeded import small_case

import provisor
from provisor.allocation import tables as own
from provisor.allocation.rules import Rules
from provisor.questions.files import parse_scenario

EXACT = {"method": "exact", "time_limit": 600.0, "gap": 0.01}
PLAIN = {
    "role_minimum": False, "role_maximum": False, "coherence": False, "corridor": "off", "launch": False,
    "categories": 0, "price_bands": 0, "core_subcategories": (),
}  # fmt: skip
STORES = {"S0": 1.6, "S1": 1.0}
"""Stores with their demand, 1 is usual."""

STYLES = {
    "BEST": ("CORE", 90.0, 2.0, 0), "SNOW": ("SEASONAL", 80.0, 1.5, 0), "FILL": ("FILLER", 40.0, 1.0, 0),
    "LAST": ("CLEARANCE", 50.0, 0.4, 3),
}  # fmt: skip
"""Styles: role, price, usual demand of a half-month, pieces that hang in each store at the start."""

SEASON = 3
"""Half-months in which seasonal styles sell."""


def chain(periods):
    """Two stores near each other with two slots each, four styles, two centres."""
    case = small_case(0, periods=periods, **PLAIN)
    demand = {(store, style): size * STYLES[style][2] for store, size in STORES.items() for style in STYLES}
    tables = {schema.name: schema.empty() for schema in own.CASE_TABLES} | {
        "stores": own.STORES.frame(
            [{"store": store, "cluster": "K", "pieces": 8.0, "weight": 1.0} for store in STORES]
        ),
        "slots": own.SLOTS.frame([{"store": store, "cell": "floor", "slots": 2} for store in STORES]),
        "products": own.PRODUCTS.frame(
            [
                {"product": style, "category": "c", "subcategory": "s", "role": role, "price": price,
                 "cost": 0.4 * price, "salvage": 0.1 * price, "presentation_min": 1, "cell": "floor", "pack": 1,
                 "space": 1.0, "supplier": "A", "material": "wool"}
                for style, (role, price, _, _) in STYLES.items()
            ]
        ),
        "centres": own.CENTRES.frame([{"centre": centre} for centre in ("NEAR", "FAR")]),
        "lanes": own.LANES.frame(
            [
                {"centre": centre, "store": store, "cost": cost, "lead_periods": 0}
                for centre, cost in (("NEAR", 1.0), ("FAR", 2.0))
                for store in STORES
            ]
        ),
        "transfer_lanes": own.TRANSFER_LANES.frame(
            [{"from_store": a, "to_store": b, "cost": 2.0} for a in STORES for b in STORES if a != b]
        ),
        "pairs": own.PAIRS.frame(
            [
                {"store": store, "product": style, "demand": amount, "dispersion": 1.0,
                 "max_pieces": 4, "opening": STYLES[style][3], "carried_before": STYLES[style][3] > 0}
                for (store, style), amount in demand.items()
            ]
        ),
        "demand": own.DEMAND.frame(
            [
                {"store": store, "product": style, "period": period, "demand": 0.1 * amount}
                for (store, style), amount in demand.items()
                for period in range(SEASON + 1, periods + 1)
                if STYLES[style][0] == "SEASONAL"
            ]
        ),
        "stock": own.STOCK.frame(
            [
                {"centre": centre, "product": style, "pieces": pieces}
                for centre, pieces in (("NEAR", 12), ("FAR", 9))
                for style in STYLES
                if style != "LAST"
            ]
        ),
        "receipts": own.RECEIPTS.frame(
            [{"centre": "NEAR", "product": "BEST", "period": 2, "pieces": 6}]
        ),
        "costs": case.table("costs"),
    }  # fmt: skip
    return replace(case, tables=tables, rules=Rules.model_validate(PLAIN))


@pytest.fixture(scope="module")
def case():
    return chain(3)


@pytest.fixture(scope="module")
def base(case):
    return provisor.solve(case, **EXACT)


@pytest.fixture(scope="module")
def answers(case, base):
    """Answers by scenario, each made once when it is first asked for."""
    made = {}

    def answer(name):
        if name not in made:
            made[name] = provisor.what_if(case, name, base, **EXACT)
            assert made[name].plan.audit["ok"]
        return made[name].plan

    return answer


def hung(plan, **where):
    return plan.table("allocation").filter("carried", **where)


def styles(plan, store, period):
    return set(hung(plan, store=store, period=period)["product"])


def test_a_renovated_store_is_halved_for_its_half_month_and_comes_back(base, answers):
    plan = answers("store_renovation")
    assert len(styles(plan, "S0", 1)) == 1
    assert hung(plan, store="S0", period=1)["pieces"].sum() <= 4
    assert all(styles(plan, "S0", period) == styles(base, "S0", period) for period in (2, 3))
    before, after = (hung(one, store="S1", period=1)["sales"].sum() for one in (base, plan))
    assert after > before
    assert plan.certificate.objective <= base.certificate.bound


def test_an_expanded_store_is_larger_in_every_half_month(base, answers):
    plan = answers("store_expansion")
    assert all(len(styles(plan, "S0", period)) > 2 for period in (1, 2, 3))
    assert plan.certificate.bound >= base.certificate.objective


def test_a_discontinued_style_is_sold_off_and_then_gone(base, answers):
    plan = answers("product_discontinuation")
    assert set(hung(plan, product="BEST")["period"]) == {1}
    assert hung(plan, product="BEST")["sales"].sum() > 0
    routes = plan.table("routes").filter(product="BEST")
    assert set(routes["period"]) | set(routes["sent"]) <= {1}
    first = base.table("routes").filter(product="BEST", sent=1)["pieces"].sum()
    assert routes["pieces"].sum() <= first
    later = (pl.col("product") != "BEST") & (pl.col("period") > 1)
    before, after = (hung(one).filter(later)["sales"].sum() for one in (base, plan))
    assert after > before


def test_what_is_sent_by_each_half_month_is_within_what_came_by_then(case, base):
    answer = provisor.what_if(case, "supplier_disruption", base, **EXACT)
    routes, stock, receipts = (
        answer.plan.table("routes"),
        answer.case.table("stock"),
        answer.case.table("receipts"),
    )
    assert receipts["pieces"].sum() < case.table("receipts")["pieces"].sum()
    for period in (1, 2, 3):
        came = receipts.filter(pl.col("period") <= period)
        for product in case.table("products")["product"]:
            sent = routes.filter(pl.col("sent") <= period, product=product)["pieces"].sum()
            there = (
                stock.filter(product=product)["pieces"].sum() + came.filter(product=product)["pieces"].sum()
            )
            assert sent <= there
    lost = 1 - answer.plan.kpis["expected_revenue"] / base.kpis["expected_revenue"]
    supply = [
        one.table("stock")["pieces"].sum() + one.table("receipts")["pieces"].sum()
        for one in (case, answer.case)
    ]
    assert lost < 1 - supply[1] / supply[0]


def test_longer_ways_from_other_centres_are_waited_for(base, answers):
    routes = answers("logistics_disruption").table("routes")
    assert len(set(routes["centre"])) == 1
    assert (routes["period"] - routes["sent"] >= 1).all()
    assert routes["period"].min() == 2
    assert answers("logistics_disruption").certificate.objective <= base.certificate.bound


def test_a_centre_closed_for_a_while_sends_again(case, base):
    changes = [{"change": "centre_closed", "centre": "NEAR", "until": 1, "cost_factor": 1.3}]
    plan = provisor.what_if(case, parse_scenario({"changes": changes}, case), base, **EXACT).plan
    near = plan.table("routes").filter(centre="NEAR")
    assert near["sent"].min() == 2
    assert set(plan.table("routes").filter(sent=1)["centre"]) == {"FAR"}


def test_displays_stand_for_the_season_and_leave_little_behind():
    case = chain(SEASON + 1)
    rougher = {**EXACT, "gap": 0.03}
    base = provisor.solve(case, **rougher)
    plan = provisor.what_if(case, "seasonal_capacity", base, **rougher).plan
    assert plan.audit["ok"]
    for period in range(1, SEASON + 2):
        there = styles(plan, "S0", period)
        assert len(there - {"SNOW"}) <= 2
        assert len(there) <= (3 if period <= SEASON else 2)
    snow = plan.table("allocation").filter(product="SNOW", store="S0")
    assert all(snow.filter(period=period)["carried"].all() for period in range(1, SEASON + 1))
    assert snow.filter(period=SEASON + 1)["shipped"].sum() == 0
    assert snow.filter(period=SEASON + 1)["opening"].sum() <= 0.25 * snow["shipped"].sum()
