"""The first days as in the last plan: read into pins, kept by the plan, and refused where they cannot be."""

import shutil
from datetime import timedelta

import polars as pl
import pytest

import provisor
from provisor.planner import BadRequest

DAYS = 4


def day(small, number):
    return small.keys["start"] + timedelta(days=number)


def errors(small):
    return {problem.code for problem in small.problems().errors}


@pytest.fixture(scope="module")
def last(tmp_path_factory):
    """Folder of a plan for the small case."""
    from .conftest import Small  # noqa: PLC0415 - the fixture of that name lasts for one test only

    folder = tmp_path_factory.mktemp("last")
    plan = provisor.solve(Small(folder).read(), time_limit=3.0)
    assert plan.audit["ok"]
    assert plan.table("production").height
    assert plan.table("departures").height
    plan.save(folder / "plan")
    return folder / "plan"


@pytest.fixture
def frozen(small, last):
    """The small case with other demand, its first days frozen; the last plan may be changed in its folder."""
    shutil.copytree(last, small.folder / "last")
    small.keys["freeze"] = {"plan": "last", "until": day(small, DAYS - 1)}
    for row in small.tables["demand"]:
        row["units"] = 160
    return small


def decided(tables, until):
    """Production and loads of trucks of the frozen days, as sets of rows."""
    made, left = (tables[name].filter(pl.col("date") <= until) for name in ("production", "departures"))
    loads = (
        left.drop_nulls("truck")
        .group_by("date", "truck", "stop", "product")
        .agg(pl.col("units").sum().round(3))
    )
    return set(made.select("date", "node", "product", pl.col("units").round(3)).rows()), set(loads.rows())


def test_the_frozen_days_are_as_in_the_last_plan_and_the_rest_is_planned_anew(frozen, last):
    until = frozen.keys["freeze"]["until"]
    before = provisor.Plan.load(last)
    after = provisor.solve(frozen.read(), time_limit=3.0)
    assert after.audit["ok"]
    assert decided(after.tables, until) == decided(before.tables, until)
    assert all(decided(before.tables, until))
    assert decided(after.tables, day(frozen, 13)) != decided(before.tables, day(frozen, 13))


def test_the_audit_reports_a_frozen_decision_that_is_not_kept(frozen):
    case = frozen.read()
    free = provisor.solve(_without_freeze(frozen), time_limit=3.0)
    report = provisor.audit(case, free)
    assert {finding.rule for finding in report.findings} == {"pins"}


def _without_freeze(small):
    small.keys.pop("freeze")
    return small.read()


def test_every_decision_of_the_frozen_days_is_a_pin(frozen):
    frozen.keys["pins"] = [{"decision": "departure", "date": day(frozen, 9), "truck": "T1", "used": False}]
    pins = frozen.read().settings.pins
    made = [pin for pin in pins if pin.decision == "production"]
    assert {(pin.day, pin.product) for pin in made} == {
        (day(frozen, number), product) for number in range(DAYS) for product in ("WHITE", "GRAIN")
    }
    assert {pin.day for pin in pins if pin.truck} == {day(frozen, number) for number in (*range(DAYS), 9)}


def test_the_last_plan_may_be_csv_of_any_system(frozen):
    pins = frozen.read().settings.pins
    folder = frozen.folder / "last"
    for name, columns in (("production", ["date", "node", "product", "units"]), ("departures", None)):
        pl.read_parquet(folder / f"{name}.parquet", columns=columns).write_csv(folder / f"{name}.csv")
        (folder / f"{name}.parquet").unlink()
    assert frozen.read().settings.pins == pins


@pytest.mark.parametrize("number", [-1, 14])
def test_days_outside_the_horizon_are_no_days_to_freeze(frozen, number):
    frozen.keys["freeze"]["until"] = day(frozen, number)
    assert errors(frozen) == {"outside-horizon"}


@pytest.mark.parametrize("table", ["production", "departures"])
def test_a_last_plan_without_a_table(frozen, table):
    (frozen.folder / "last" / f"{table}.parquet").unlink()
    assert errors(frozen) == {"file-missing"}


def test_no_last_plan(frozen):
    frozen.keys["freeze"]["plan"] = "nowhere"
    assert errors(frozen) == {"file-missing"}


@pytest.mark.parametrize(
    "freeze", [5, {"until": "2025-10-18"}, {"plan": "last", "until": 3}, {"plan": "last", "til": 1}]
)
def test_what_is_no_freeze(frozen, freeze):
    frozen.keys["freeze"] = freeze
    assert all(problem.column.startswith("freeze") for problem in frozen.problems().errors)
    assert frozen.problems().errors


def test_a_last_plan_of_other_days(frozen):
    frozen.keys["start"] = day(frozen, 13)
    frozen.keys["freeze"]["until"] = frozen.keys["start"]
    for name in ("production", "departures"):
        path = frozen.folder / "last" / f"{name}.parquet"
        pl.read_parquet(path).filter(pl.col("date") < frozen.keys["start"]).write_parquet(path)
    assert "empty-freeze" in errors(frozen)


def test_names_that_the_case_does_not_have_any_more(frozen):
    path = frozen.folder / "last" / "production.parquet"
    pl.read_parquet(path).with_columns(product=pl.lit("RYE")).write_parquet(path)
    (first, *_) = frozen.problems().errors
    assert (first.code, first.file, first.value) == ("unknown-product", "last/production.parquet", "RYE")


def test_a_frozen_day_without_a_shift_is_refused(frozen):
    made = provisor.Plan.load(frozen.folder / "last").table("production")["date"].min()
    frozen.tables["calendar"] = [row for row in frozen.tables["calendar"] if row["date"] != str(made)]
    with pytest.raises(BadRequest, match="pin of production"):
        provisor.solve(frozen.read(), time_limit=3.0)
