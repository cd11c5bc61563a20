"""Plans played through demand they did not see: the same demand for all, and the intervals honest."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from provisor import api
from provisor.allocation.arrays import arrays_of
from provisor.allocation.evaluation.draws import Draws
from provisor.allocation.evaluation.played import Played
from provisor.evaluation import Evaluation, Interval
from provisor.planner import BadRequest, planner
from provisor.reading import read_case


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluation") / "case"
    planner("allocation").new(folder, "tiny", 1)
    return read_case(folder)


@pytest.fixture(scope="module")
def plans(case):
    return {method: api.baseline(case, method) for method in ("rules", "rules-raw")}


def test_demand_is_around_its_forecast_and_wider_than_the_optimizer_thinks(case):
    arrays = arrays_of(case)
    draws = Draws(arrays, 3)
    demand = np.stack([draws.demand(draw)[:, 0] for draw in range(4000)])
    mean = arrays.pairs.mean[:, 0]
    assert demand.mean(axis=0) == pytest.approx(mean, rel=0.15, abs=0.05)
    assert demand.sum(axis=1).mean() == pytest.approx(mean.sum(), rel=0.02)
    assert demand.var(axis=0).sum() > (arrays.pairs.dispersion * mean).sum()


def test_draws_depend_on_seed_and_number_alone(case):
    arrays = arrays_of(case)
    assert (Draws(arrays, 1).demand(5) == Draws(arrays, 1).demand(5)).all()
    assert (Draws(arrays, 1).demand(5) != Draws(arrays, 1).demand(6)).any()
    assert (Draws(arrays, 1).demand(5) != Draws(arrays, 2).demand(5)).any()


def test_figures_of_one_draw_are_those_of_loops(case, plans):
    arrays, tables = arrays_of(case), plans["rules"].tables
    demand = Draws(arrays, 0).demand(0)
    figures = Played.of(arrays, "rules", tables).play(demand)
    asked = {
        (arrays.store_names[s], arrays.product_names[p]): int(d)
        for s, p, d in zip(arrays.pairs.store, arrays.pairs.product, demand[:, 0], strict=True)
    }
    facts = {row["product"]: row for row in case.table("products").iter_rows(named=True)}
    lanes = {(row["centre"], row["store"]): row["cost"] for row in case.table("lanes").iter_rows(named=True)}
    costs = dict(case.table("costs").iter_rows())
    before = {
        (row["store"], row["product"]): row["carried_before"]
        for row in case.table("pairs").iter_rows(named=True)
    }
    revenue = profit = pieces = sold = 0.0
    for row in tables["allocation"].iter_rows(named=True):
        key, fact = (row["store"], row["product"]), facts[row["product"]]
        sales = min(asked[key], row["pieces"]) if row["carried"] else 0
        revenue += fact["price"] * sales
        profit += fact["price"] * sales + fact["salvage"] * (row["pieces"] - sales + row["returned"])
        profit -= costs["return_per_piece"] * row["returned"]
        profit -= costs["opening_per_style"] * (row["carried"] and not before[key])
        pieces, sold = pieces + row["pieces"], sold + sales
    for row in tables["routes"].iter_rows(named=True):
        profit -= row["pieces"] * (facts[row["product"]]["cost"] + lanes[row["centre"], row["store"]])
    assert figures["revenue"] == pytest.approx(revenue)
    assert figures["profit"] == pytest.approx(profit)
    assert figures["sell_through"] == pytest.approx(sold / pieces)


def test_a_plan_gains_nothing_over_itself(case, plans):
    found = api.evaluate(case, {"one": plans["rules"], "other": plans["rules"]}, draws=20)
    for measure in found.units:
        assert found.gain(measure, "one", "other") == Interval(0.0, 0.0, 0.0)


def test_figures_do_not_depend_on_the_other_plans(case, plans):
    alone = api.evaluate(case, {"rules": plans["rules"]}, draws=10, seed=4)
    both = api.evaluate(case, plans, draws=10, seed=4)
    assert alone.level("profit", "rules") == both.level("profit", "rules")


def test_folders_and_foreign_tables_are_evaluated(case, plans, tmp_path):
    plans["rules"].save(tmp_path / "plan")
    (tmp_path / "foreign").mkdir()
    plan = plans["rules"]
    columns = ["period", "store", "product", "carried", "returned"]
    plan.table("allocation").select(columns).write_csv(tmp_path / "foreign" / "allocation.csv")
    plan.table("routes").write_csv(tmp_path / "foreign" / "routes.csv")
    found = api.evaluate(case, {name: tmp_path / name for name in ("plan", "foreign")}, draws=5)
    assert found.level("profit", "plan") == found.level("profit", "foreign")


def test_tables_that_are_not_of_the_case_are_refused(case, plans):
    tables = dict(plans["rules"].tables)
    tables["allocation"] = tables["allocation"].with_columns(store=pl.lit("nowhere"))
    with pytest.raises(BadRequest, match="plan p: period 1, nowhere"):
        planner("allocation").evaluate(case, {"p": tables}, 2, 0)
    with pytest.raises(BadRequest, match="plan p: Table allocation is missing"):
        planner("allocation").evaluate(case, {"p": {}}, 2, 0)


def test_a_planner_without_evaluation_says_so(case):
    other = replace(case, planner="production")
    with pytest.raises(BadRequest, match="no evaluation"):
        api.evaluate(other, {}, draws=2)
    with pytest.raises(BadRequest, match="no baselines"):
        api.baseline(other)


def test_intervals_hold_the_mean_as_often_as_they_say():
    random = np.random.default_rng(0)
    inside = [i.low <= 5.0 <= i.high for i in (Interval.of(random.normal(5, 2, 30)) for _ in range(2000))]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


def test_pairing_narrows_the_interval():
    random = np.random.default_rng(0)
    common = random.normal(100, 30, 50)
    samples = np.stack([common + 1 + random.normal(0, 0.1, 50), common])
    found = Evaluation(("a", "b"), 50, 0, "", {"profit": "$"}, {"profit": samples})
    gain, level = found.gain("profit", "a", "b"), found.level("profit", "a")
    assert gain.high - gain.low < (level.high - level.low) / 50
    share = found.relative_gain("profit", "a", "b")
    assert share.mean == pytest.approx(gain.mean / found.level("profit", "b").mean)
    assert found.as_dict()["gains"][0]["over"] == "b"
    assert Interval.of(np.array([1.0])).as_dict() == {"mean": 1.0, "low": None, "high": None}
