"""Properties of what-if and why on small seeded cases, against cases solved to the end.

PROVISOR_SEEDS says how many cases; a hundred take some minutes.
"""

import os
from dataclasses import replace

import polars as pl
import pytest
from tests.allocation.seeded import small_case

import provisor
from provisor.allocation.audit import audit
from provisor.allocation.resolve import resolve
from provisor.allocation.solve import solve
from provisor.case import BadRequest
from provisor.certificate import Status
from provisor.planner import SolveOptions
from provisor.questions.files import parse_scenario
from provisor.questions.what_if import changed

SEEDS = range(int(os.environ.get("PROVISOR_SEEDS", "3")))
TIGHT = 1e-6
EXACT = SolveOptions(method="exact", gap=TIGHT, time_limit=20)

TIGHTER = (
    {"change": "store_capacity", "store": "S0", "factor": 0.5},
    {"change": "store_closed", "store": "S1"},
    {"change": "supply", "factor": 0.6},
    {"change": "lane", "centre": "C0", "capacity": 2},
    {"change": "throughput", "pieces": 4},
    {"change": "role_share", "role": "CORE", "max_share": 0.3},
    {"change": "forbid", "store": "S0", "product": "P0"},
    {"change": "product_discontinued", "product": "P1", "diversion": 0.0},
)
"""Changes that only take away."""

TURNED = (
    {"change": "store_capacity", "store": "S0", "factor": 0.5},
    {"change": "demand", "store": "S1", "factor": 1.5},
    {"change": "supply", "factor": 1.4},
    {"change": "price", "product": "P0", "factor": 1.2},
)
"""Changes one way and another."""


PLAIN = {
    "role_minimum": False, "coherence": False, "price_bands": 0, "categories": 0, "core_subcategories": (),
    "corridor": "off", "launch": False,
}  # fmt: skip
"""Without rules that ask for less where less may hang, so that taking away may make the sum of misses smaller."""


def after(case, change):
    return changed(case, parse_scenario({"changes": [change]}, case)).case


def cold(case):
    return solve(case, EXACT)


def transfers(seed):
    return small_case(seed, transfers=bool(seed % 2), coherence_tolerance=5.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_tightening_never_improves_the_bound(seed):
    """No plan of the tighter case is worth more than the bound of the case before; role minima ask for less then."""
    made = small_case(seed, **PLAIN)
    free = made.table("pairs").with_columns(
        lock=pl.lit(None, pl.String)
    )  # a lock of what is no more holds no more
    case = replace(made, tables={**made.tables, "pairs": free})
    before = cold(case).certificate
    if before.objective is None:
        return
    for change in TIGHTER:
        try:
            tight = cold(after(case, change)).certificate
        except BadRequest:
            continue  # the seed has no such lane, or no such pair
        if tight.objective is not None:
            assert tight.objective <= before.bound + 1e-6 * max(1.0, abs(before.bound)), change
            assert tight.bound <= before.bound + 2 * TIGHT * max(1.0, abs(before.bound)), change


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_from_another_equals_a_cold_solve_within_the_certificates(seed):
    case = transfers(seed)
    base = cold(case)
    if not base.tables:
        return
    for change in TURNED:
        new = after(case, change)
        true, warm = cold(new), resolve(new, base, SolveOptions(time_limit=2.0))
        if true.certificate.objective is None:
            assert warm.certificate.objective is None
            continue
        slack = 2 * TIGHT * max(1.0, abs(true.certificate.bound))
        assert warm.certificate.objective <= true.certificate.bound + slack, change
        assert true.certificate.objective <= warm.certificate.bound + slack, change
        report = audit(new, warm.tables, warm.costs)
        assert report.ok, report.findings[:3]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_of_the_same_case_stays_as_it_is(seed):
    case = transfers(seed)
    base = cold(case)
    if base.tables:
        again = resolve(case, base, SolveOptions(time_limit=1.0))
        assert again.certificate.objective >= base.certificate.objective - 1e-6
        assert provisor.compare(base, again).stability >= 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_of_forced_decisions_are_those_of_a_cold_solve(seed):
    case = transfers(seed)
    base = cold(case)
    if not base.tables:
        return
    rows = base.table("allocation").filter("carried").select("store", "product").rows()
    others = [pair for pair in case.table("pairs").select("store", "product").rows() if pair not in set(rows)]
    asked = [(f"not product={product} store={store}", True) for store, product in others[:2]]
    asked += [(f"product={product} store={store}", False) for store, product in rows[:1]]
    for question, hangs in asked:
        if shows_too_much(case, question):
            continue
        answer = provisor.why(case, base, question, time_limit=2.0)
        true = cold(answer.otherwise.case)
        if true.certificate.objective is None:
            assert answer.price is None
            continue
        price = answer.price
        slack = 2 * TIGHT * max(1.0, abs(base.certificate.bound))
        dearer = max(0.0, base.certificate.objective - true.certificate.objective)
        assert price.amount >= price.least >= 0
        assert price.least - slack <= dearer + slack
        assert dearer <= price.most + slack
        forced = answer.otherwise.plan
        assert (
            abs(price.amount - dearer) <= forced.certificate.bound - forced.certificate.objective + 2 * slack
        )
        assert forced.table("allocation").filter("carried", **pair_of(question)).height == hangs


def pair_of(question):
    words = dict(word.split("=") for word in question.split() if "=" in word)
    return {"store": words["store"], "product": words["product"]}


def shows_too_much(case, question):
    """Whether the style must show more pieces than the store may have, so that it cannot be pinned, or is not alive."""
    pair = case.table("pairs").filter(**pair_of(question)).to_dicts()[0]
    product = case.table("products").filter(product=pair["product"]).to_dicts()[0]
    first, last = (
        product["first_period"] or 1,
        product["last_period"] if product["last_period"] is not None else 1,
    )
    return pair["max_pieces"] < product["presentation_min"] or not first <= 1 <= last


def test_a_case_that_prices_cannot_plan_is_solved_from_the_plan():
    case = small_case(5, periods=2)
    base = cold(case)
    new = after(case, {"change": "supply", "factor": 0.8})
    plan = resolve(new, base, SolveOptions(time_limit=10.0, gap=1e-4))
    assert plan.certificate.status in {Status.OPTIMAL, Status.FEASIBLE}
    assert audit(new, plan.tables, plan.costs).ok


def test_a_style_that_may_show_no_piece_has_no_price_and_no_plan():
    case = transfers(22)
    answer = provisor.why(case, cold(case), "not product=P2 store=S0", time_limit=2.0)
    assert answer.price is None
    for method in ("auto", "dual"):
        plan = provisor.solve(answer.otherwise.case, method=method, time_limit=2.0)
        assert plan.certificate.objective is None
