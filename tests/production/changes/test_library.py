"""The eight ready scenarios on the small generated case: what each must show, whatever plan was found.

The horizon ends in the second week and cases may be broken: what a scenario shows needs no more, and is found soon.
With PROVISOR_WIDE it is the case as it is made, of two weeks and whole cases.
"""

import os
from datetime import timedelta

import polars as pl
import pytest

import provisor
from provisor.production.changes.choices import busiest_line, hub, wednesday_truck, working_day
from provisor.production.example import write
from provisor.questions.files import library

WIDE = bool(os.environ.get("PROVISOR_WIDE"))

TIGHTER = (
    "line_down_two_days",
    "wednesday_truck_cancelled",
    "public_holiday",
    "freezer_half_full",
    "hub_closed",
    "shorter_ambient_life",
)
"""Scenarios that only take away: no plan of them can be better than the bound of the case."""


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library") / "bakery"
    write(folder, "small", 1)
    if WIDE:
        return provisor.read_case(folder)
    file = folder / "case.yaml"
    words = file.read_text(encoding="utf-8")
    for said, instead in {"weeks: 2\n": "days: 9\n", "rules: {}": "rules: {whole_cases: false}"}.items():
        assert said in words
        words = words.replace(said, instead)
    file.write_text(words, encoding="utf-8")
    return provisor.read_case(folder)


@pytest.fixture(scope="module")
def base(case):
    return provisor.solve(case, time_limit=8.0 if WIDE else 3.0, gap=0.02)


@pytest.fixture(scope="module")
def answers(case, base):
    """Answers by scenario, each made once when it is first asked for."""
    made = {}

    def answer(name):
        if name not in made:
            made[name] = provisor.what_if(case, name, base, time_limit=4.0 if WIDE else 1.0, gap=0.02)
        return made[name]

    return answer


def costs(plan, component):
    return plan.costs[component]


def test_the_library_is_the_eight(case):
    assert sorted(library("production")) == sorted((*TIGHTER, "demand_peak", "extra_afternoon_truck"))


@pytest.mark.parametrize("name", sorted(library("production")))
def test_every_plan_is_clean_and_proven(answers, name):
    answer = answers(name)
    assert answer.plan.audit["ok"]
    assert answer.plan.certificate.bound <= answer.plan.certificate.objective
    assert answer.plan.certificate.case_fingerprint == answer.case.fingerprint
    assert answer.comparison.total.after == pytest.approx(answer.plan.certificate.objective)
    assert answer.as_dict()["words"]


@pytest.mark.parametrize("name", TIGHTER)
def test_what_takes_away_is_no_better_than_the_bound(answers, base, name):
    assert answers(name).plan.certificate.objective >= base.certificate.bound - 1e-6


def test_nothing_is_made_on_a_line_that_is_down(case, answers):
    first, line = working_day(case), busiest_line(case)
    made = answers("line_down_two_days").plan.table("production").filter(pl.col("node") == line)
    assert made.filter(pl.col("date").is_between(first, first + timedelta(days=1))).is_empty()


def test_the_cancelled_truck_stays_on_wednesdays(case, answers):
    loads = (
        answers("wednesday_truck_cancelled")
        .plan.table("departures")
        .filter(pl.col("truck") == wednesday_truck(case))
    )
    assert loads.filter(pl.col("date").dt.weekday() == 3).is_empty()


def test_work_on_the_holiday_is_paid_as_such(case, answers):
    labour = answers("public_holiday").plan.table("labour").filter(pl.col("date") == working_day(case))
    assert labour["regular"].sum() == labour["overtime"].sum() == 0


def test_a_peak_sells_more_or_is_short(case, base, answers):
    peak = answers("demand_peak")
    before, after = (one.table("service")["demand"].sum() for one in (base, peak.plan))
    assert after > before
    sold, short = (peak.plan.table("service")[name].sum() for name in ("sold", "short"))
    assert sold + short == pytest.approx(after)


def test_the_freezer_holds_half(answers):
    answer = answers("freezer_half_full")
    room = dict(
        answer.case.table("nodes")
        .filter(pl.col("storage") == "frozen")
        .select("node", "capacity_units")
        .iter_rows()
    )
    kept = answer.plan.table("stock").group_by("node", "date").agg(pl.col("units").sum())
    assert room
    assert all(units <= room[node] + 1e-6 for node, _, units in kept.iter_rows() if node in room)


def test_nothing_passes_a_closed_hub(case, answers):
    plan, closed = answers("hub_closed").plan, hub(case)
    assert (
        plan.table("departures").filter((pl.col("origin") == closed) | (pl.col("stop") == closed)).is_empty()
    )
    demand = case.table("demand").filter(pl.col("node") == closed)
    days = plan.table("shortage").filter(pl.col("node") == closed)
    asked = demand.filter(pl.col("date").is_in(days["date"].unique().to_list()))
    assert days["units"].sum() == pytest.approx(asked["units"].sum())


def test_a_truck_more_can_only_help(base, answers):
    assert answers("extra_afternoon_truck").plan.certificate.bound <= base.certificate.objective + 1e-6


def test_nothing_is_sold_older_than_the_shorter_life(answers):
    answer = answers("shorter_ambient_life")
    lives = answer.case.table("products").select(
        "product", life="shelf_life_ambient_days", least="min_days_at_sale"
    )
    sold = answer.plan.table("sales").filter(pl.col("state") == "ambient").join(lives, on="product")
    assert (sold["days_left"] >= sold["least"]).all()
    assert (sold["days_left"] <= sold["life"]).all()
