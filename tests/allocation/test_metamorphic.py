"""What must happen to the optimum when a case changes."""

import polars as pl
import pytest
from tests.allocation.seeded import small_case

from provisor.allocation.solve import solve
from provisor.case import Case
from provisor.planner import BadRequest, SolveOptions

SEEDS = range(100, 106)


def optimum(case):
    found = solve(case, SolveOptions(method="exact", gap=1e-7, time_limit=30)).certificate
    return -float("inf") if found.objective is None else found.objective


def changed(case, **tables):
    return Case(case.planner, case.name, {**case.tables, **tables}, case.settings, case.rules)


@pytest.mark.parametrize("seed", SEEDS)
def test_less_stock_never_raises_the_optimum(seed):
    case = small_case(seed)
    fewer = case.table("stock").with_columns(pl.col("pieces") // 2)
    assert optimum(changed(case, stock=fewer)) <= optimum(case) + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_more_space_never_lowers_the_optimum(seed):
    case = small_case(seed)
    wider = case.table("stores").with_columns(pl.col("pieces") * 2)
    assert optimum(changed(case, stores=wider)) >= optimum(case) - 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_order_of_rows_does_not_matter(seed):
    case = small_case(seed)
    turned = {name: table.reverse() for name, table in case.tables.items()}
    assert optimum(changed(case, **turned)) == pytest.approx(optimum(case), rel=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_money_in_other_units_scales_the_optimum(seed):
    case = small_case(seed, launch=False, budget=False)
    products = case.table("products").with_columns(pl.col("price", "cost", "salvage") * 3)
    lanes = case.table("lanes").with_columns(pl.col("cost") * 3)
    share = pl.col("cost") == "holding_share"
    costs = case.table("costs").with_columns(pl.when(share).then("value").otherwise(pl.col("value") * 3))
    scaled = changed(case, products=products, lanes=lanes, costs=costs)
    assert optimum(scaled) == pytest.approx(3 * optimum(case), rel=1e-5)


def test_no_stock_and_no_opening_leaves_nothing_to_show():
    case = small_case(
        7, role_minimum=False, price_bands=0, categories=0, core_subcategories=(), corridor="off"
    )
    pairs = case.table("pairs").with_columns(
        opening=pl.lit(0, dtype=pl.Int64), carried_before=False, lock=pl.lit(None, dtype=pl.String)
    )
    empty = changed(
        case, pairs=pairs, stock=case.table("stock").clear(), receipts=case.table("receipts").clear(),
        launches=case.table("launches").clear(),
    )  # fmt: skip
    plan = solve(empty, SolveOptions(method="exact"))
    assert plan.kpis["pieces"] == 0


def test_an_unknown_method_is_refused():
    with pytest.raises(BadRequest, match="no method"):
        solve(small_case(1), SolveOptions(method="magic"))
