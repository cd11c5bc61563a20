"""Lines and figures of the objective: a few added up with pencil, all of them held against the plan's."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from provisor.allocation.audit import audit
from provisor.allocation.audit.coherence import least_outside, outside
from provisor.allocation.audit.sales import expected_sales


def figures(hand):
    return audit(hand.case(), hand.tables(), None).costs


def test_lines_added_up_with_pencil(hand):
    costs = figures(hand)
    assert costs["transfers"] == pytest.approx(-2 * 4.0)
    first, second = 3 + 2 + 3 + 1, 1 + 1
    assert costs["opening"] == pytest.approx(-15.0 * (first + second))
    sent = {
        "P1": 3 + 5 + 2 + 3 + 4 + 4,
        "P2": 3 + 3 + 3 + 3,
        "P3": 5 + 3 + 4 + 2 + 2 + 2,
        "P5": 2,
        "P6": 5,
        "P7": 3,
    }
    price = {"P1": 50, "P2": 110, "P3": 60, "P5": 180, "P6": 45, "P7": 30}
    assert costs["goods"] == pytest.approx(-sum(sent[name] * price[name] for name in sent))
    to_s1, d1_s2, d1_s3, d2_s2, d2_s3, d2_s4 = 25, 9, 4, 9, 11, 3
    lanes = to_s1 * 1.0 + d1_s2 * 1.5 + d1_s3 * 2.0 + d2_s2 * 2.5 + d2_s3 * 1.0 + d2_s4 * 1.0
    assert costs["routes"] == pytest.approx(-lanes)
    assert costs["core_subcategories"] == pytest.approx(-500.0)


def test_sunk_stock_costs_its_salvage(hand):
    charged = figures(hand)["goods"]
    hand.rules["stock_cost"] = "sunk"
    assert hand.broken() == set()
    assert charged < figures(hand)["goods"] < 0


def test_the_literal_objective_counts_pieces_at_their_price(hand):
    tables = hand.tables()
    hand.rules["objective"] = "revenue"
    costs = audit(hand.case(), tables, None).costs
    price = {row["product"]: row["price"] for row in hand.rows["products"]}
    weight = {row["store"]: row["weight"] for row in hand.rows["stores"]}
    shown = tables["allocation"].filter("carried").select("store", "product", "pieces").iter_rows()
    assert costs["sales"] == pytest.approx(sum(weight[s] * price[p] * pieces for s, p, pieces in shown))
    assert costs["goods"] == costs["salvage"] == costs["opening"] == 0
    assert costs["core_subcategories"] == pytest.approx(-500.0)


def test_unsold_pieces_cost_a_share_of_their_price(hand):
    tables, profit = hand.tables(), figures(hand)
    hand.rules.update(objective="sell_through", unsold_price=0.5)
    costs = audit(hand.case(), tables, None).costs
    price = {row["product"]: row["price"] for row in hand.rows["products"]}
    rows = (
        tables["allocation"]
        .filter("carried")
        .select("product", pl.col("pieces") - pl.col("sales"))
        .iter_rows()
    )
    assert costs["unsold"] == pytest.approx(-0.5 * sum(price[name] * unsold for name, unsold in rows))
    assert {**costs, "unsold": 0.0} == pytest.approx(profit)


def test_a_weighted_objective_is_the_sum_of_its_parts(hand):
    tables, profit = hand.tables(), figures(hand)
    hand.rules["objective"] = "revenue"
    revenue = audit(hand.case(), tables, None).costs
    hand.rules.update(objective="weighted", weight_profit=0.7, weight_revenue=0.2, unsold_price=0.0)
    costs = audit(hand.case(), tables, None).costs
    assert costs["sales"] == pytest.approx(0.7 * profit["sales"] + 0.2 * revenue["sales"])
    for name in ("salvage", "goods", "routes", "transfers", "returns", "opening", "holding"):
        assert costs[name] == pytest.approx(0.7 * profit[name])
    assert costs["launch"] == pytest.approx(profit["launch"])


def test_a_ratio_is_pieces_sold_for_pieces_put_out(hand):
    tables = hand.tables()
    hand.rules.update(objective="sell_through", sell_through_by="ratio")
    costs = audit(hand.case(), tables, None).costs
    rows = tables["allocation"]
    assert costs["sales"] == pytest.approx(rows["sales"].sum() / rows["pieces"].sum())
    prices = [hand.row("products", product=pair["product"])["price"] for pair in hand.rows["pairs"]]
    usual = sum(prices) / len(prices)
    assert costs["core_subcategories"] == pytest.approx(-500.0 / usual / rows["pieces"].sum())


@pytest.mark.parametrize(
    "column", ["value", "sales", "opening", "shipped", "transferred", "pieces", "returned"]
)
def test_a_figure_of_a_pair_that_is_not_true(hand, column):
    tables = hand.tables()
    rows = tables["allocation"].clone()
    rows[2, column] = rows[column][2] + 1
    found = hand.audit({**tables, "allocation": rows})
    rule = "costs" if column == "value" else "balance"
    assert rule in {finding.rule for finding in found.findings}
    assert found.findings[0].where["product"] == rows["product"][2]


def test_another_centre_named(hand):
    tables = hand.tables()
    rows = tables["allocation"].with_columns(from_centre=pl.lit("D2"))
    assert {finding.rule for finding in hand.audit({**tables, "allocation": rows}).findings} == {"balance"}


def test_a_line_moved_to_another_store(hand):
    tables = hand.tables()
    lines = tables["costs"].clone()
    place = lines.with_row_index().filter(pl.col("component") == "goods", pl.col("store") == "S1")["index"][0]
    lines[int(place), "amount"] = lines["amount"][int(place)] + 5
    words = [finding.words for finding in hand.audit({**tables, "costs": lines}).findings]
    assert any("S1: table costs has" in text for text in words)


def test_figures_claimed_that_are_not_true(hand):
    tables = hand.tables()
    claimed = {**hand.costs(tables), "sales": 1e6, "bribes": 7.0}
    report = audit(hand.case(), tables, claimed)
    assert {finding.where["component"] for finding in report.findings} == {"sales", "bribes", "total"}
    assert report.cost_difference > 1e5


def test_expected_sales_are_those_of_the_distribution():
    random = np.random.default_rng(7)
    mean, spread = random.lognormal(1, 1, 200), random.choice([1.0, 1.3, 4.0], 200)
    pieces = random.integers(0, 30, 200) + random.choice([0.0, 0.4], 200)
    found = expected_sales(mean, spread, pieces)
    for m, d, q, sold in zip(mean, spread, pieces, found, strict=True):
        law = stats.poisson(m) if d == 1 else stats.nbinom(m / (d - 1), 1 / d)
        whole = int(q)
        assert sold == pytest.approx(
            sum(law.sf(n) for n in range(whole)) + (q - whole) * law.sf(whole), abs=1e-9
        )


def test_the_band_lies_where_the_least_is_outside():
    random = np.random.default_rng(3)
    for _ in range(50):
        size = random.integers(2, 8)
        styles, share = random.integers(0, 12, size).astype(float), random.uniform(0.5, 2, size)
        width = float(random.uniform(0, 3))
        best = least_outside(styles, share, width).sum()
        grid = outside(styles, share, width, np.linspace(0, 30, 3001)).sum(axis=1)
        assert best <= grid.min() + 1e-9
        assert best >= grid.min() - 0.01 * share.sum() - 1e-9
