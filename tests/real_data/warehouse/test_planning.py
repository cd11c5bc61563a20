"""The known answers on ten years of business data, to the cent; skipped where the data is absent.

All solvers are asked for ten years of days in one problem where the environment has PROVISOR_WIDE; else HiGHS alone is,
and the others for two years.
"""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import provisor
from provisor.certificate import Status
from provisor.engine.backends import back_end
from provisor.engine.result import Limits, SolveStatus
from provisor.engine.worker import solve
from provisor.expansion.board import with_rules
from provisor.expansion.design import find_design
from provisor.expansion.model.days import days_model, even_buckets
from provisor.expansion.network import network_of
from provisor.expansion.shares import monthly_bound
from provisor.expansion.totals import policy_totals
from provisor.export.files import write_csv_set

HERE = Path(__file__).parent
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not (HERE.parents[3] / "shared" / "data" / "warehouse").is_dir(), reason="the data is not here"
    ),
]


@cache
def read(name):
    return provisor.read_case(HERE / name)


def case(name, **rules):
    return with_rules(read(name), rules)


@cache
def planned(name):
    return provisor.solve(case(name))


def policy(international, domestic):
    return {"international": international, "domestic": domestic}


@pytest.mark.parametrize(
    ("rules", "cost", "whole"),
    [
        ({"policy": policy(14, 4)}, 41_796.65, 41_807.33),
        ({"days_on_hand": "network", "policy": policy(5, 2)}, 757_188.05, 757_461.28),
        ({"days_on_hand": "network", "policy": policy(3, 1)}, 150_974.85, 151_072.10),
        ({"storage": "inbound", "policy": policy(14, 4)}, 62_896.83, 62_911.35),
        ({"check_time": "morning", "policy": policy(14, 4)}, 262_359.19, None),
        ({"days_on_hand": "network", "storage": "sell", "policy": policy(10, 3)}, 293_817.10, None),
        ({"days_on_hand": "network", "demand_unit": "eaches", "policy": policy(5, 2)}, 710_982.59, None),
    ],
    ids=str,
)
def test_least_expansion(rules, cost, whole):
    network = network_of(case("file", **rules))
    assert find_design(network, whole=False).objective == pytest.approx(cost, abs=0.005)
    if whole is not None:
        assert find_design(network).objective == pytest.approx(whole, abs=0.005)


def shelves_by_site(**rules):
    network = network_of(case("file", **rules))
    return dict(zip(network.facilities, find_design(network).design.shelves[-1].sum(axis=1), strict=True))


def test_shelves_of_the_known_answers():
    nation = shelves_by_site(days_on_hand="network", policy=policy(5, 2))
    assert nation == {"Columbus": 0, "Sacramento": 3869, "Austin": 1829}
    assert shelves_by_site(policy=policy(14, 4)) == {"Columbus": 0, "Sacramento": 0, "Austin": 313}


@pytest.mark.parametrize(
    ("rules", "total"),
    [
        ({"days_on_hand": "network", "policy": policy(5, 2)}, 10_057_262.57),
        ({"policy": policy(14, 4)}, 6_271_560.41),
    ],
    ids=str,
)
def test_ten_years_of_days_in_continuous_shelves_and_packs(rules, total):
    asked = case("file", whole_shelves=False, whole_packs=False, **rules)
    plan = provisor.solve(asked, gap=1e-9)
    assert plan.certificate.objective == pytest.approx(total, abs=0.005)
    assert plan.certificate.status is Status.OPTIMAL
    assert plan.audit["ok"]


@pytest.fixture(scope="module")
def whole():
    return planned("network5_2")


def test_whole_packs_on_all_days(whole):
    assert whole.audit["ok"]
    assert whole.certificate.status is Status.OPTIMAL
    assert whole.costs["expansion"] == pytest.approx(757_461.28, abs=0.005)


SIX = (
    "expansion_decisions", "shelf_additions", "inventory_levels_daily", "deliveries_daily", "order_schedule_daily",
    "shipment_plan_daily",
)  # fmt: skip


@pytest.mark.parametrize("name", ["network5_2", "own14_4"])
def test_the_six_files_read_again_give_the_same_audit(name, tmp_path):
    asked, plan = case(name), planned(name)
    write_csv_set(plan, tmp_path / "all")
    (tmp_path / "six").mkdir()
    for table in SIX:
        (tmp_path / "all" / f"{table}.csv").rename(tmp_path / "six" / f"{table}.csv")
    again, first = provisor.audit(asked, tmp_path / "six"), provisor.audit(asked, plan)
    assert again.ok
    assert again.findings == first.findings == ()
    assert again.costs == pytest.approx(first.costs, rel=1e-9)
    every = 2520 * 18 * 3
    assert again.checked["balance"] == again.checked["days-on-hand"] == every
    assert again.checked["demand"] >= 2520 * 18
    packs = pl.read_csv(tmp_path / "six" / "deliveries_daily.csv")["inbound_packs"]
    assert (packs - packs.round()).abs().max() < 1e-6


def test_holding_is_that_of_sell_packs_counted_by_hand(whole):
    """Stock x volume of the sell pack in the product file x 0.0024 a day, whatever room it takes when stored."""
    inches = pl.read_csv(HERE.parents[3] / "shared" / "data" / "warehouse" / "SKU Details.csv").select(
        "SKU Number",
        pl.col("Sell Pack Dimensions (in)").str.extract_all(r"[0-9.]+").cast(pl.List(pl.Float64)),
    )
    volume = {sku: sides[0] * sides[1] * sides[2] / 1728 for sku, sides in inches.iter_rows()}
    units = whole.tables["inventory_levels_daily"].group_by("sku").agg(pl.col("units").sum())
    by_hand = sum(volume[sku] * total * 0.0024 for sku, total in units.iter_rows())
    assert provisor.audit(case("network5_2"), whole).costs["holding"] == pytest.approx(by_hand)
    assert by_hand == pytest.approx(9_301_369.70, abs=0.01)


@pytest.mark.parametrize("solver", ["scip", "ortools", "cbc", "glpk"])
def test_another_solver_builds_the_same(solver):
    if back_end(solver).version() is None:
        pytest.skip(f"{solver} is not installed")
    network = network_of(case("network5_2"))
    assert find_design(network, whole=False, solver=solver).objective == pytest.approx(757_188.05, abs=0.005)
    assert find_design(network, solver=solver).objective == pytest.approx(757_461.28, abs=0.005)


KNOWN = {2: 1_335_966.772575, 10: 10_057_262.565284}
"""Least cost by years."""

YEARS = 10 if os.environ.get("PROVISOR_WIDE") else 2


@cache
def every_day(years):
    """Years of days in one problem with building in it; ten have 241,976 rows and 272,225 columns."""
    asked = case("network5_2", whole_shelves=False, whole_packs=False)
    settings = asked.settings.model_copy(update={"months": 12 * years})
    early = {
        name: asked.table(name).filter(pl.col("month") <= 12 * years) for name in ("demand", "daily_demand")
    }
    network = network_of(replace(asked, settings=settings, tables={**asked.tables, **early}))
    return days_model(network, None, even_buckets(network, (1,) * 21)).problem()


@pytest.mark.parametrize(
    ("solver", "years"), [("highs", 10), ("highs", YEARS), ("ortools", YEARS), ("cbc", YEARS)]
)
def test_solvers_agree_on_years_of_days(solver, years):
    if back_end(solver).version() is None:
        pytest.skip(f"{solver} is not installed")
    stated = every_day(years)
    result = solve(stated, Limits(seconds=1200.0), solver)
    assert result.status is SolveStatus.OPTIMAL
    assert result.objective == pytest.approx(KNOWN[years], rel=1e-11)
    assert stated.violation(result.x) < 1e-5


def test_days_on_hand_that_differ_by_site_are_planned_by_monthly_shares():
    asked = case("file", storage="sell")
    plan = provisor.solve(asked)
    assert plan.audit["ok"]
    assert plan.certificate.gap <= 1e-3
    bound = monthly_bound(network_of(asked), lambda: 60.0)
    assert 0.999 * plan.certificate.objective <= bound.value <= plan.certificate.objective


HUNDRED = {
    "International": (0, 3, 6, 8, 10, 12, 15, 17, 19, 21),
    "Domestic": (0, 1, 2, 3, 4, 5, 7, 9, 11, 14),
}


def test_a_hundred_policies_are_proven_and_some_of_them_audited():
    asked = case("file", storage="sell", whole_shelves=False, whole_packs=False)
    table = policy_totals(asked, HUNDRED)
    assert (table.height, table["total"].null_count()) == (100, 0)
    assert table["gap"].max() <= 1e-9
    for row in table.sample(2, seed=1).to_dicts():
        plan = provisor.solve(with_rules(asked, {"policy": {kind: row[kind] for kind in HUNDRED}}), gap=1e-9)
        assert plan.audit["ok"]
        assert plan.certificate.objective == pytest.approx(row["total"], rel=1e-9)


def test_the_clients_own_rules_cannot_be_kept_and_what_would_have_to_give():
    plan = provisor.solve(case("file"))
    assert plan.certificate.status is Status.INFEASIBLE
    share = next(step.amount for step in plan.relaxations if step.unit == "share")
    assert 1 - share == pytest.approx(0.928, abs=5e-4)
    hard = provisor.solve(case("file", storage="sell", trucks="hard"))
    (trucks,) = hard.relaxations
    assert trucks.where == {"supplier": "Form & Function"}
    assert "78.5 truckloads" in trucks.words
    assert trucks.amount == pytest.approx(391_967, rel=1e-3)
    both = provisor.solve(case("hard_all"))
    given = {step.rule: step for step in both.relaxations if not step.words.startswith("or")}
    assert set(given) == {"trucks", "days-on-hand"}
    assert given["trucks"].where == {"supplier": "Form & Function"}
    assert given["trucks"].amount == pytest.approx(391_967, rel=2e-3)


def test_without_a_pipeline_the_first_days_cannot_be_served():
    plan = provisor.solve(case("file", policy=policy(5, 2), pipeline=False, opening="none"))
    (demand,) = plan.relaxations
    assert demand.amount == pytest.approx(306_838, abs=1)


@pytest.mark.parametrize(
    ("name", "sacramento", "austin"),
    [
        ("upstream10_3", 1_688.65, 326.80),
        ("upstream14_4", 2_884.23, 1_109.71),
        ("upstream8_3", 1_678.54, 320.26),
    ],
)
def test_the_shelves_of_an_earlier_model(name, sacramento, austin):
    plan = provisor.solve(case(name))
    assert plan.audit["ok"]
    by_site = plan.tables["shelf_additions"].group_by("facility").agg(pl.col("shelves_added").sum())
    added = dict(by_site.iter_rows())
    assert added["Sacramento"] == pytest.approx(sacramento, abs=0.005)
    assert added["Austin"] == pytest.approx(austin, abs=0.005)


def test_whole_packs_take_room_that_the_least_expansion_does_not_leave():
    plan = provisor.solve(case("file", policy=policy(14, 4)))
    assert plan.costs["expansion"] == pytest.approx(41_899.49, abs=0.005)
    (words,) = [warning for warning in plan.warnings if "whole packs" in warning]
    assert "124.9 cuft of Pallet volume on an average day of month 115" in words
    assert plan.audit["ok"]
