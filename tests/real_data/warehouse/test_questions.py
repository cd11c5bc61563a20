"""Questions on ten years of business data: scenarios with known answers and prices of decisions."""

from functools import cache
from pathlib import Path

import polars as pl
import pytest

import provisor
from provisor.certificate import Status
from provisor.expansion.board import with_rules
from provisor.expansion.design import find_design
from provisor.expansion.network import network_of
from provisor.planner import SolveOptions, planner
from provisor.questions.files import library, parse_scenario, read_scenario
from provisor.questions.what_if import changed
from provisor.scenario import Scenario

HERE = Path(__file__).parent
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not (HERE.parents[3] / "shared" / "data" / "warehouse").is_dir(), reason="the data is not here"
    ),
]

FEASIBLE = {
    "network5_2": ("demand_ten_per_cent_more", "july_peak_rented", "morning_check"),
    "own14_4": (
        "cheapest_site_only", "days_on_hand_fourteen_four", "demand_ten_per_cent_more", "july_peak_rented",
        "morning_check", "third_site_leased",
    ),
}  # fmt: skip


NATION = ("cheapest_site_only", "demand_ten_per_cent_more", "july_peak_rented")
"""Scenarios that are asked of the nation's days on hand too."""


@cache
def read(name):
    return provisor.read_case(HERE / name)


@cache
def planned(name):
    return provisor.solve(read(name))


@pytest.fixture(scope="module", params=list(FEASIBLE))
def asked(request):
    return request.param, read(request.param), planned(request.param)


@pytest.mark.parametrize("name", library("expansion"))
def test_every_ready_scenario_is_answered_with_its_proof(asked, name):
    which, case, base = asked
    if which == "network5_2" and name not in NATION:
        pytest.skip("asked of the other case")
    answer = provisor.what_if(case, name, base)
    plan, feasible = answer.plan, name in FEASIBLE[which]
    assert (plan.certificate.status is Status.INFEASIBLE) == (not feasible)
    if feasible:
        assert plan.certificate.gap <= 1e-3
        assert plan.audit["ok"]
        built = find_design(network_of(answer.case)).bound
        assert built <= plan.costs["expansion"] + plan.costs.get("overflow", 0.0) + 1e-6
    else:
        assert plan.relaxations


def least(case, name=None, **rules):
    """Least expansion in continuous shelves, in a ready scenario or not."""
    case = with_rules(case, rules) if rules else case
    case = case if name is None else changed(case, read_scenario(name, case)).case
    return find_design(network_of(case), whole=False).objective


def test_known_answers_of_scenarios():
    nation = read("network5_2")
    assert least(nation, "demand_ten_per_cent_more") == pytest.approx(893_005, abs=1)
    own = with_rules(read("file"), {"policy": {"international": 5, "domestic": 2}})
    assert least(own) == 0.0
    assert least(own, "days_on_hand_fourteen_four") == pytest.approx(41_796.65, abs=0.005)
    covered = read("own14_4")
    sell = with_rules(covered, {"storage": "sell"})
    assert least(sell, "suppliers_five_days_later") == pytest.approx(25_028, abs=1)
    two = parse_scenario({"changes": [{"change": "lead_time", "later": 2, "cover": True}]}, covered)
    assert least(changed(covered, two).case) == pytest.approx(489_325, abs=1)
    assert least(covered, "morning_check") == pytest.approx(262_359, abs=1)


def test_smoothed_demand_builds_what_is_known():
    nation = read("network5_2")
    smoothed = parse_scenario({"changes": [{"change": "demand_smoothed"}]}, nation)
    assert least(changed(nation, smoothed).case) == pytest.approx(415_442, rel=1e-3)


@pytest.fixture(scope="module")
def covered():
    return read("own14_4"), planned("own14_4")


def test_why_nothing_is_built_at_sacramento(covered):
    case, base = covered
    answer = provisor.why(case, base, "not facility=Sacramento storage_type=Pallet shelves=100")
    price = answer.price
    bay = (
        2.0
        * case.table("shelving").filter(facility="Sacramento", storage_type="Pallet")["sqft_per_shelf"].item()
    )
    cold = planner("expansion").solve(answer.otherwise.case, SolveOptions()).certificate
    assert price.least >= 0
    assert cold.bound <= answer.otherwise.plan.certificate.objective
    assert answer.otherwise.plan.certificate.bound <= cold.objective
    assert 0 < price.most <= 100 * bay + base.certificate.objective - base.certificate.bound + 1
    why = provisor.why(case, base, "shelves facility=Austin storage_type=Pallet").causes
    assert "month 115" in why[0].words


def test_trucks_above_their_limit_are_those_of_one_supplier(covered):
    causes = provisor.why(*covered, "trucks").causes
    unavoidable = {cause.where["supplier"]: cause.amount for cause in causes if cause.cause == "too_much"}
    assert set(unavoidable) == {"Form & Function"}
    assert unavoidable["Form & Function"] == pytest.approx(391_967, rel=1e-3)


def test_the_clients_own_days_on_hand_are_mended_by_what_is_proposed():
    case, asked = read("file"), planner("expansion")
    (share,) = [entry for entry in asked.solve(case, SolveOptions()).relaxations if entry.unit == "share"]
    (change,) = asked.repairs(case, [share])
    assert change.factor == pytest.approx(0.928, abs=5e-4)
    assert asked.solve(changed(case, Scenario("mended", (change,))).case, SolveOptions(gap=1.0)).tables


def test_comparing_two_policies_tells_what_is_built_more(asked):
    _, case, base = asked
    later = changed(case, parse_scenario({"changes": [{"change": "demand", "factor": 1.05}]}, case)).case
    other = provisor.solve(later, start=base)
    comparison = provisor.compare(base, other)
    shelves = [moved for moved in comparison.first if moved.decision == "built"]
    before, after = (
        dict(
            plan.table("shelf_additions")
            .select(pl.concat_str("facility", "storage_type"), "shelves_added")
            .iter_rows()
        )
        for plan in (base, other)
    )
    assert {moved.where["facility"] + moved.where["storage_type"] for moved in shelves} == {
        key for key in after if abs(after[key] - before[key]) > 1e-4
    }
