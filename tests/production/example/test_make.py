"""Any seed gives a case that makes sense: its tables fit together and its network can serve its demand."""

import math
from datetime import timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from provisor.production.example import SIZES, document, make
from provisor.production.example.sizes import HOLIDAYS, START, size_of
from provisor.production.tables import CASE_TABLES, COST_PARAMETERS

Tables = dict[str, pl.DataFrame]

seeds = st.integers(0, 10**9)
sizes = st.sampled_from(SIZES[:2])
few = settings(max_examples=15, deadline=None)


def references(tables: Tables) -> dict[str, pl.Series]:
    """Codes of nodes and products by the column they stand in."""
    trucks = tables["trucks"]
    found = {"trucks.origin": trucks["origin"], "legs.origin": tables["legs"]["origin"]}
    found["legs.destination"] = tables["legs"]["destination"]
    for column in ("stops", "alternatives"):
        found[f"trucks.{column}"] = trucks[column].explode().drop_nulls()
    for table in ("calendar", "demand", "stock", "transit"):
        found[f"{table}.node"] = tables[table]["node"]
    return found


@few
@given(sizes, seeds)
def test_tables_have_their_types_keys_and_values(size: str, seed: int) -> None:
    tables = make(size, seed)
    assert list(tables) == [schema.name for schema in CASE_TABLES]
    for schema in CASE_TABLES:
        frame = tables[schema.name]
        assert dict(frame.schema) == schema.dtypes
        assert frame.select(schema.key).is_unique().all()
        for column in schema.columns:
            cells = frame[column.name]
            assert column.nullable or cells.null_count() == 0, (schema.name, column.name)
            if column.minimum is not None and cells.drop_nulls().len():
                assert cells.drop_nulls().min() >= column.minimum
                assert not column.positive or cells.drop_nulls().min() > 0
            if column.allowed is not None:
                assert set(cells) <= set(column.allowed)


@few
@given(sizes, seeds)
def test_references_resolve(size: str, seed: int) -> None:
    tables = make(size, seed)
    nodes, products = set(tables["nodes"]["node"]), set(tables["products"]["product"])
    for column, codes in references(tables).items():
        assert set(codes) <= nodes, column
    for table in ("demand", "stock", "transit"):
        assert set(tables[table]["product"]) <= products
    assert set(tables["costs"]["cost"]) == set(COST_PARAMETERS)


@few
@given(sizes, seeds)
def test_every_truck_has_legs_to_its_stops(size: str, seed: int) -> None:
    tables = make(size, seed)
    legs = set(tables["legs"].select("origin", "destination").iter_rows())
    for truck in tables["trucks"].to_dicts():
        for stop in [*truck["stops"], *truck["alternatives"]]:
            assert (truck["origin"], stop) in legs


def sold_in_horizon(tables: Tables, size: str) -> pl.DataFrame:
    return tables["demand"].filter(pl.col("date") < START + timedelta(days=size_of(size).days))


@few
@given(sizes, seeds)
def test_plants_are_near_their_regular_capacity(size: str, seed: int) -> None:
    tables = make(size, seed)
    end = START + timedelta(days=size_of(size).days)
    there = tables["stock"]["units"].sum() + tables["transit"]["units"].sum()
    needed = sold_in_horizon(tables, size)["units"].sum() - there
    days = tables["calendar"].filter(pl.col("is_fixed_day") & (pl.col("date") < end))
    hours = days.join(tables["nodes"], on="node").select(
        pl.col("rate_units_per_hour")
        * (pl.col("fixed_hours") - pl.col("startup_hours") - pl.col("shutdown_hours"))
    )
    assert 0.7 <= needed / hours.sum().item() <= 0.95


@few
@given(sizes, seeds)
def test_opening_stock_is_alive_and_has_several_ages(size: str, seed: int) -> None:
    stock = make(size, seed)["stock"]
    assert (stock["expires"] >= START).all()
    assert (stock.group_by("node", "product").agg(pl.col("expires").n_unique())["expires"] >= 2).all()


def test_one_batch_can_be_sold_on_two_more_days_only() -> None:
    tables = make("medium", 1)
    left = (
        tables["stock"]
        .join(tables["products"], on="product")
        .filter(pl.col("state") == "ambient")
        .select((pl.col("expires") - START).dt.total_days() - pl.col("min_days_at_sale"))
        .to_series()
    )
    assert left.sort().head(2).to_list()[0] == 1
    assert left.sort()[1] > 1


def arrival(tables: Tables, origin: str, stop: str, ready: int) -> float:
    """First day on which goods ready at ``origin`` on the morning of day ``ready`` can be at ``stop``."""
    nodes, legs = (tables[name].rows_by_key(key, named=True, unique=True) for name, key in
                   (("nodes", "node"), ("legs", ["origin", "destination"])))  # fmt: skip
    transit = legs[origin, stop]["transit_days"]
    if not nodes[origin]["needs_trucks"]:
        return ready + math.floor(transit)
    found = math.inf
    for truck in (
        tables["trucks"].filter(pl.col("origin") == origin, pl.col("dates").list.len() == 0).to_dicts()
    ):
        if stop not in truck["stops"]:
            continue
        hour, minute = truck["departure_time"].split(":")
        leaves = next(day for day in range(ready, ready + 8) if day % 7 + 1 in truck["weekdays"])
        found = min(found, leaves + math.floor(transit + (int(hour) + int(minute) / 60) / 24))
    return found


def path_to(tables: Tables, node: str) -> list[str]:
    """Nodes from a plant to ``node``."""
    feeder = dict(tables["legs"].select("destination", "origin").iter_rows())
    path = [node]
    while path[0] in feeder:
        path.insert(0, feeder[path[0]])
    return path


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", [0, 1])
def test_goods_reach_every_place_fresh_enough_to_be_sold_on_any_day(size: str, seed: int) -> None:
    tables = make(size, seed)
    freezers = set(tables["nodes"].filter(pl.col("storage") == "frozen")["node"])
    life = (pl.col("shelf_life_ambient_days") - pl.col("min_days_at_sale")).min()
    oldest = tables["products"].select(life).item()
    for node in sorted(set(tables["demand"]["node"])):
        path = path_to(tables, node)
        chilled = next((place for place in path if place in freezers), None)
        end = path.index(chilled) if chilled else len(path) - 1
        reached = {}
        for made in range(28):
            day = made + 1.0
            for origin, stop in pairwise(path[: end + 1]):
                day = arrival(tables, origin, stop, int(day))
            reached[made] = day
        for sale in range(28, 35):
            freshest = max(made for made, day in reached.items() if day <= sale)
            assert sale - freshest <= oldest, (node, sale)


def test_weekends_and_national_days_have_no_fixed_hours() -> None:
    for day in make("medium", 3)["calendar"].to_dicts():
        free = day["date"].weekday() >= 5 or day["date"] in HOLIDAYS
        assert day["is_fixed_day"] is not free
        assert (day["fixed_hours"] > 0) is not free


def test_forecast_goes_on_four_weeks_after_the_horizon() -> None:
    for size in SIZES:
        last = make(size, 1)["demand"]["date"].max()
        assert last == START + timedelta(days=size_of(size).days + 28 - 1)


def test_sizes_are_those_asked_for() -> None:
    counted = {}
    for size in SIZES:
        tables = make(size, 1)
        nodes = tables["nodes"]
        towns = nodes["node"].str.starts_with("S").sum()
        hubs = nodes["node"].str.starts_with("H").sum()
        counted[size] = (nodes["can_make"].sum(), hubs, towns, tables["products"].height)
    assert counted == {"small": (1, 1, 4, 3), "medium": (1, 2, 8, 5), "large": (3, 8, 40, 20)}


def test_trucks_have_all_that_trucks_can_have() -> None:
    trucks = make("large", 1)["trucks"]
    assert (trucks["stops"].list.len() > 1).any()
    assert (trucks["alternatives"].list.len() > 0).any()
    assert (trucks["dates"].list.len() > 0).any()
    assert {time < "12:00" for time in trucks["departure_time"]} == {True, False}
    freezers = set(make("large", 1)["nodes"].filter(pl.col("storage") == "frozen")["node"])
    assert any(set(stops[:-1]) & freezers for stops in trucks["stops"].to_list())


def test_frozen_legs_take_several_days_to_places_where_goods_thaw() -> None:
    tables = make("medium", 1)
    frozen = (
        tables["legs"]
        .filter(pl.col("mode") == "frozen")
        .join(tables["nodes"], left_on="destination", right_on="node")
    )
    assert frozen.height == 1
    assert frozen["transit_days"].item() >= 3
    assert frozen["storage"].item() == "ambient"


def test_same_seed_same_tables_other_seed_other_tables() -> None:
    for name, frame in make("small", 7).items():
        assert_frame_equal(frame, make("small", 7)[name])
    assert not make("small", 7)["demand"].equals(make("small", 8)["demand"])


@pytest.mark.parametrize(("size", "seed"), [("huge", 1), ("small", -1)])
def test_unknown_size_or_negative_seed_is_refused(size: str, seed: int) -> None:
    with pytest.raises(ValueError, match=r"no size 'huge'; there are small, medium, large|seed is -1"):
        make(size, seed)


def test_document_names_planner_start_and_length() -> None:
    keys = document("medium", 1)
    assert (keys["planner"], keys["start"], keys["weeks"]) == ("production", START, 4)
