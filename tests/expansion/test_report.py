"""What a plan shows beside its decisions: work, cash, break-even, peaks, prices and shares."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog
from tests.expansion.worlds import small_case

import provisor
from provisor.expansion.capital import prices
from provisor.expansion.design import find_design
from provisor.expansion.network import network_of
from provisor.expansion.report import KPI_UNITS
from provisor.expansion.share_ranges import MARGIN, share_ranges
from provisor.expansion.summary_tables import SUMMARY_TABLES
from provisor.expansion.tables import MEASURES

CASES = {
    "own": small_case(1, months=14, rules={"doh_multiplier": 4}, holding_per_cuft_day=0.01),
    "trucks": small_case(2, months=4, rules={"trucks": "soft", "doh_multiplier": 4}),
    "morning": small_case(3, months=5, rules={"check_time": "morning", "positions": True}),
    "monthly": small_case(1, months=5, rules={"resolution": "monthly", "doh_multiplier": 4}),
}


@pytest.fixture(scope="module", params=CASES)
def solved(request):
    case = CASES[request.param]
    plan = provisor.solve(case, time_limit=20)
    assert plan.audit["ok"]
    return case, plan


def test_summary_tables_have_the_columns_and_keys_they_say(solved):
    _, plan = solved
    for schema in SUMMARY_TABLES:
        table = plan.table(schema.name)
        assert table.schema == pl.Schema(schema.dtypes), schema.name
        if schema.key:
            assert table.select(schema.key).is_unique().all(), schema.name
            assert table.equals(table.sort(schema.key)), schema.name
        needed = [column.name for column in schema.columns if not column.nullable]
        assert sum(table.select(needed).null_count().row(0)) == 0, schema.name


def test_every_figure_has_a_unit(solved):
    assert set(solved[1].kpis) <= set(KPI_UNITS)


def test_work_is_all_that_comes_in_and_goes_out(solved):
    case, plan = solved
    work = plan.table("daily_work")
    arrived, shipped = plan.table("deliveries_daily"), plan.table("shipment_plan_daily")
    assert work["packs_received"].sum() == pytest.approx(arrived["inbound_packs"].sum())
    assert work["packs_shipped"].sum() == pytest.approx(shipped["units_shipped"].sum())
    pounds = arrived.join(case.table("products"), on="sku").select(
        (pl.col("inbound_packs") * pl.col("inbound_weight_lb")).sum()
    )
    assert work["received_lbs"].sum() == pytest.approx(pounds.item())


def test_cash_is_every_cost_once(solved):
    _, plan = solved
    cash = plan.table("cash_by_month")
    assert cash.height == plan.table("inventory_levels_daily")["month"].n_unique()
    for component, amount in plan.costs.items():
        assert cash[component].sum() == pytest.approx(amount, abs=1e-6)
    assert cash["so_far"][-1] == pytest.approx(sum(plan.costs.values()))
    assert cash["so_far"].to_list() == pytest.approx(cash["total"].cum_sum().to_list())


def test_peaks_are_the_fullest_days(solved):
    _, plan = solved
    used, peaks = plan.table("utilisation"), plan.table("peaks")
    columns = dict(zip(MEASURES, (("volume_cuft",), ("weight_lbs",), ("positions",)), strict=True))
    for row in peaks.to_dicts():
        here = used.filter(facility=row["facility"], storage_type=row["storage_type"])
        day = here.filter(month=row["month"], day=row["day"])
        amount = columns[row["measure"]][0]
        assert day[amount].item() == pytest.approx(row["used"])
        if row["share"] is not None:
            capacity = f"{row['measure']}_capacity_{'cuft' if row['measure'] == 'volume' else 'lbs'}"
            capacity = "positions_capacity" if row["measure"] == "positions" else capacity
            assert row["share"] == pytest.approx((here[amount] / here[capacity]).max())


def test_only_measures_of_the_rules_limit(solved):
    case, plan = solved
    limiting = set(plan.table("peaks").filter("limits")["measure"])
    assert limiting == {"volume", "weight"} | ({"positions"} if case.rules.positions else set())


def test_shares_lie_in_their_ranges_of_equal_cost(solved):
    ranges = solved[1].table("share_ranges")
    assert (ranges["least"] <= ranges["most"] + 1e-9).all()
    assert ranges["least"].min() >= 0 if ranges.height else True
    assert ranges["most"].max() <= 1 + 1e-9 if ranges.height else True


@pytest.mark.parametrize("seed", range(4))
def test_no_share_of_equal_cost_lies_beyond_its_range(seed):
    """Ends are those of a linear problem of each by itself."""
    rules = {"doh_multiplier": 4, "days_on_hand": "pooled" if seed == 3 else "own"}
    case = small_case(seed, months=4, rules=rules, overflow_per_cuft_day=0.4 if seed == 2 else None)
    network = network_of(case)
    found = find_design(network, whole=False)
    problem = found.model.problem()
    serve = {"A_eq": problem.matrix[problem.row_lower == problem.row_upper],
             "b_eq": problem.row_upper[problem.row_lower == problem.row_upper]}  # fmt: skip
    upper, lower = np.isfinite(problem.row_upper), np.isfinite(problem.row_lower)
    rows = sp.vstack([problem.matrix[upper], -problem.matrix[lower], problem.cost.reshape(1, -1)])
    limits = [*problem.row_upper[upper], *-problem.row_lower[lower], found.result.objective * (1 + MARGIN)]
    assert not problem.offset
    ranges = share_ranges(network, provisor.solve(case, time_limit=20).tables)
    assert ranges.height
    for row in ranges.to_dicts():
        month = row["month"] - 1
        sku, site = network.skus.index(row["sku"]), network.facilities.index(row["facility"])
        cost = np.zeros(problem.cost.size)
        cost[found.model.ship[found.months.index(month), sku, site]] = 1 / network.average[month, sku]
        ends = [
            sign * linprog(sign * cost, rows, limits, **serve, bounds=np.c_[problem.lower, problem.upper]).fun
            for sign in (1, -1)
        ]
        assert (row["least"], row["most"]) == pytest.approx(ends, abs=1e-5)


def test_need_never_falls_and_ends_with_what_is_least_to_build(solved):
    _, plan = solved
    costs = plan.table("need_by_year").group_by("year").agg(pl.col("cost").first()).sort("year")["cost"]
    assert costs.is_sorted()
    building = sum(plan.costs.get(name, 0.0) for name in ("expansion", "phases"))
    assert costs[-1] <= building + 1e-6


def test_break_even_is_cost_over_what_the_shelves_there_are_do_not_take():
    case = CASES["own"]
    plan = provisor.solve(case, time_limit=20)
    (row,) = plan.table("break_even").to_dicts()
    shelf = (
        case.table("shelving")
        .filter(facility=row["facility"], storage_type=row["storage_type"])
        .row(0, named=True)
    )
    used = plan.table("utilisation").filter(facility=row["facility"], storage_type=row["storage_type"])
    beyond = 0.0
    for volume, weight in used.select("volume_cuft", "weight_lbs").iter_rows():
        parts = [shelf["shelves"] * shelf["volume_cuft"] / volume] if volume else []
        parts += [shelf["shelves"] * shelf["weight_lb"] / weight] if weight else []
        beyond += volume * (1 - min([1.0, *parts]))
    assert row["cuft_days_beyond"] == pytest.approx(beyond)
    assert row["rent"] == pytest.approx(row["cost"] / beyond)
    assert row["cost"] == pytest.approx(plan.costs["expansion"] + plan.costs.get("phases", 0.0))


def test_a_price_is_what_one_more_shelf_saves():
    """Where shelves may be parts, a little more of a shelf saves its price."""
    rules = {"doh_multiplier": 4, "whole_shelves": False, "whole_packs": False}
    case = small_case(1, months=6, rules=rules)
    known = prices(network_of(case)).filter(limit="shelf")
    assert known.height
    for row in known.to_dicts():
        here = (pl.col("facility") == row["facility"]) & (pl.col("storage_type") == row["storage_type"])
        more = case.table("shelving").with_columns(shelves=pl.col("shelves") + here * 1e-3)
        other = replace(case, tables={**case.tables, "shelving": more})
        saved = find_design(network_of(case)).objective - find_design(network_of(other)).objective
        assert saved / 1e-3 == pytest.approx(row["price"], rel=1e-3), row["words"]


def test_prices_are_told_where_area_gets_cheaper_by_the_tier():
    """Binaries are held: the price is that of the tier the cheapest design ends in."""
    case = small_case(1, months=6, rules={"doh_multiplier": 4, "whole_shelves": False})
    tiers = case.table("tiers").with_columns(price_per_sqft=100.0 / pl.col("tier"))
    falling = replace(case, tables={**case.tables, "tiers": tiers})
    network = network_of(falling)
    assert find_design(network).result.duals is None
    assert prices(network).filter(limit="shelf").height
