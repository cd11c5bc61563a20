"""The figures of the real case, counted in its files by hand."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from provisor.case import Problems
from provisor.production.data import read
from provisor.tables.document import read_document

HERE = Path(__file__).parent
START = date(2025, 10, 17)
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not (HERE / "../../../../shared/data/bread").exists(), reason="the business data is not there"
    ),
]


def read_bread(folder="."):
    path = HERE / folder
    document = read_document(path / "case.yaml", Problems())
    return read(document, path)


@pytest.fixture(scope="module")
def bread():
    return read_bread()


@pytest.fixture(scope="module")
def twelve_weeks():
    return read_bread("week12")


def told(case, words):
    found = [warning.message for warning in case.warnings if words in warning.message]
    assert found, f"nothing is told of {words!r}"
    return found[0]


def by_node(table):
    return dict(table.group_by("node").agg(pl.col("units").sum()).iter_rows())


def test_opening_stock_by_place(bread):
    assert bread.table("stock")["units"].sum() == pytest.approx(49_581)
    assert by_node(bread.table("stock")) == pytest.approx(
        {
            "6122": 11_120,
            "6104": 11_288,
            "6125": 15_870,
            "6123": 2_639,
            "6110": 1_268,
            "6130": 937,
            "6120": 59,
            "Lineage": 6_400,
        }
    )


def test_goods_on_the_road_by_destination(bread):
    transit = bread.table("transit")
    assert transit["units"].sum() == pytest.approx(32_661)
    assert by_node(transit) == pytest.approx(
        {
            "6104": 11_245,
            "6125": 7_928,
            "6110": 4_003,
            "Lineage": 3_520,
            "6130": 3_200,
            "6105": 1_287,
            "6120": 870,
            "6103": 608,
        }
    )
    arrivals = dict(transit.select("node", "arrival").unique().iter_rows())
    assert arrivals["6110"] == START + timedelta(days=1)
    assert arrivals["6130"] == START + timedelta(days=6)
    assert {arrivals[node] for node in ("6104", "6125", "6105", "6120", "6103", "Lineage")} == {START}


def test_what_is_dropped_or_assumed_is_told_with_its_amount(bread):
    assert "11,277 units" in told(bread, "excluded locations")
    assert "-876 units" in told(bread, "negative stock")
    assert "3,520 units" in told(bread, "on their way to Lineage")
    assert "22,665 units" in told(bread, "in stock without a batch")
    assert "32,661 units" in told(bread, "on the road without a batch")
    assert "937 units" in told(bread, "are thawed")
    assert "10 units in 4 batches" in told(bread, "expired")
    assert "0.13" in told(bread, "freshness_incentive_weight")
    assert "6122" in told(bread, "the only node that makes")


def test_batches_have_their_true_age(bread):
    stock = {(row["node"], row["product"], row["batch"]): row for row in bread.table("stock").to_dicts()}
    ambient = stock["6125", "WONDER GFREE WHITE 470G", "31102025"]
    assert (ambient["state"], ambient["expires"]) == ("ambient", date(2025, 10, 31))
    frozen = stock["Lineage", "HELGAS GFREE MIXED GRAIN 500G", "25274"]
    assert (frozen["state"], frozen["expires"]) == ("frozen", date(2025, 10, 1) + timedelta(days=120))


def test_forty_five_series(twelve_weeks):
    assert twelve_weeks.table("demand").select("node", "product").unique().height == 45


@pytest.mark.parametrize(
    ("days", "units"),
    [(8, 100_001.48), (15, 185_294.08), (29, 352_724.07), (43, 521_526.55), (57, 692_910.88)],
)
def test_demand_up_to_a_day(twelve_weeks, days, units):
    before = twelve_weeks.table("demand").filter(pl.col("date") < START + timedelta(days=days))
    assert before["units"].sum() == pytest.approx(units, abs=0.005)


@pytest.mark.parametrize(
    ("week", "units"), list(enumerate([85_956, 85_435, 84_569, 83_078, 83_258, 85_200, 85_587, 85_658]))
)
def test_demand_of_a_week_as_the_sum_of_rounded_places(twelve_weeks, week, units):
    first = START + timedelta(days=7 * week)
    inside = pl.col("date").is_between(first, first + timedelta(days=6))
    assert (
        sum(round(amount) for amount in by_node(twelve_weeks.table("demand").filter(inside)).values())
        == units
    )


def test_demand_of_each_place_in_the_first_week(bread):
    first = bread.table("demand").filter(pl.col("date") < START + timedelta(days=7))
    assert {node: round(amount) for node, amount in by_node(first).items()} == {
        "6103": 3_832,
        "6104": 15_075,
        "6105": 9_858,
        "6110": 19_435,
        "6120": 1_532,
        "6123": 13_596,
        "6125": 11_632,
        "6130": 3_471,
        "6134": 7_525,
    }


def test_demand_goes_on_for_the_cover(bread):
    assert bread.table("demand")["date"].max() == START + timedelta(days=28 + 7 - 1)


def test_the_network(bread):
    assert bread.table("products")["units_per_mix"].sort().to_list() == [387, 395, 415, 450, 520]
    assert bread.table("nodes").height == 11
    assert bread.table("legs").filter(pl.col("mode") == "frozen")["transit_days"].to_list() == [7.0]
    trucks = {row["truck"]: row for row in bread.table("trucks").to_dicts()}
    assert trucks["T3"]["stops"] == ["Lineage", "6125"]
    assert trucks["T3"]["weekdays"] == [3]
    assert {row["origin"] for row in trucks.values()} == {"6122"}
    calendar = bread.table("calendar")
    assert calendar.height == 28
    assert calendar.filter("is_fixed_day").height == 20 - 1


def test_nothing_else_is_wrong(bread):
    assert {warning.code for warning in bread.warnings} == {
        "assumed",
        "changed",
        "excluded",
        "expired",
        "outside-horizon",
        "unused",
    }


@pytest.mark.parametrize(("folder", "days"), [("week1", 7), ("week2", 14), ("week4", 28), ("week8", 56)])
def test_the_other_lengths(folder, days):
    assert read_bread(folder).settings.days == days


def test_the_rules_of_the_earlier_system():
    case = read_bread("upstream4")
    assert case.settings.days == 29
    assert case.table("transit").is_empty()
    ambient = case.table("stock").filter(pl.col("state") == "ambient")
    assert set(ambient["expires"]) == {START + timedelta(days=16)}
    assert "32,661 units" in told(case, "rules.transit_stock false")
    assert "49,581 units" in told(case, "rules.stock_age fresh")
