"""Each rule of thumb does what its numbers say."""

import numpy as np
import polars as pl
import pytest

from provisor.allocation.baselines.chain import changes
from provisor.allocation.baselines.level import gaps_in_sales, imbalance, least_pieces, too_many_styles
from provisor.allocation.baselines.rulebook import whole
from provisor.allocation.baselines.spread import missed_sales, missing_best_sellers
from provisor.allocation.baselines.validator import accepts_less, accepts_more


def asked(frame):
    """Pieces by pair."""
    return dict(frame.select("pair", "add").iter_rows())


def accepts(judge, now, then):
    return pl.select(judge(pl.lit(float(now)), pl.lit(float(then)))).item()


@pytest.mark.parametrize(
    ("now", "then", "passes"),
    [(0, 1, True), (1, 30, True), (30, 40, True), (30, 41, False), (100, 101, False), (98, 99, True)],
)
def test_an_addition_passes_where_sell_through_stays(now, then, passes):
    assert accepts(accepts_more, now, then) is passes


@pytest.mark.parametrize(
    ("now", "then", "passes"), [(40, 35, True), (2, 1, True), (1, 0, False), (200, 190, False)]
)
def test_a_reduction_passes_unless_nothing_is_left(now, then, passes):
    assert accepts(accepts_less, now, then) is passes


def best_seller(sellers, stores=12, sold=6.0, **more):
    """Rows of one style in a cluster; each store also sells another style, so that its usual price is known."""
    rows = [
        {"store": s, "product": 0, "hangs": s < sellers, "n": sold if s < sellers else 0.0, **more}
        for s in range(stores)
    ]
    return rows + [{"store": s, "product": 1, "n": 2.0} for s in range(stores)]


def test_a_missing_best_seller_goes_where_it_is_not(seeing):
    """600 a store: 6 pieces at the store's usual price of 100."""
    assert asked(missing_best_sellers(seeing(best_seller(10)))) == {10: 6.0, 11: 6.0}


def test_expected_sales_are_lifted_to_500_and_capped_at_2000(seeing):
    assert asked(missing_best_sellers(seeing(best_seller(10, sold=2.0)))) == {10: 5.0, 11: 5.0}
    assert asked(missing_best_sellers(seeing(best_seller(10, sold=50.0)))) == {10: 20.0, 11: 20.0}


@pytest.mark.parametrize(
    "rows",
    [
        best_seller(9),
        best_seller(9, stores=11),
        best_seller(10, sold=1.0),
        best_seller(10, cost=80.0),
        best_seller(10, sold=1.5, cost=60.0),
        [{**row, "cluster": -1} for row in best_seller(10)],
    ],
    ids=[
        "too few stores",
        "nine to compare with",
        "sells little",
        "small return",
        "small gain",
        "no cluster",
    ],
)
def test_no_best_seller(seeing, rows):
    frame = seeing(rows)
    gain = missing_best_sellers(frame).join(frame, on="pair").filter(pl.col("product") == 0)
    assert gain.is_empty()


def test_imbalance_never_bites_in_practice(seeing):
    """z under -3 with a step of half the sales and five pieces at least: 10 pieces far below all others."""
    rows = [{"store": s, "product": 0, "n": 100.0 + s % 2} for s in range(20)]
    assert asked(imbalance(seeing([*rows, {"store": 20, "product": 0, "n": 10.0}]))) == {20: 5.0}
    assert not asked(imbalance(seeing([*rows, {"store": 20, "product": 0, "n": 8.0}])))
    assert not asked(imbalance(seeing(rows)))


def test_what_sells_less_than_a_piece_gets_one(seeing):
    rows = [{"store": s, "product": 0, "n": n} for s, n in enumerate((0.05, 0.1, 0.5, 0.99, 1.0))]
    assert asked(least_pieces(seeing(rows))) == {1: 1.0, 2: 1.0, 3: 1.0}
    assert not asked(least_pieces(seeing(rows[1:2])))


def test_a_cell_with_too_many_styles_is_cut(seeing):
    """Four styles, three slots: a quarter of each, where that is a piece at least."""
    rows = [{"store": 0, "product": p, "n": n} for p, n in enumerate((8.0, 4.0, 3.0, 1.0))]
    assert asked(too_many_styles(seeing(rows), np.array([3]))) == {0: -2.0, 1: -1.0}
    assert not asked(too_many_styles(seeing(rows), np.array([4])))
    assert asked(too_many_styles(seeing(rows), np.array([1])))[0] == pytest.approx(-0.4 * 8)


def test_a_top_style_is_raised_to_its_usual_share(seeing):
    """One of twenty styles is the top; nine stores sell it as a third of the group, the tenth not at all."""
    rows = [{"store": s, "product": 0, "n": 10.0, "hangs": s < 9} for s in range(10)]
    rows[9]["n"] = 0.0
    rows += [{"store": s, "product": p, "n": 20.0 / 19} for s in range(10) for p in range(1, 20)]
    frame = seeing(rows).with_columns(a=pl.col("n") * 250.0)
    found = asked(missed_sales(frame))
    assert set(found) == {9}
    assert found[9] == pytest.approx(20.0 / 3)


def test_a_gap_to_the_upper_quartile_is_closed_in_part(seeing):
    """Upper quartile 1,000; the store that sells 1 piece may get three quarters of a piece at most."""
    rows = [{"store": s, "product": 0, "n": n} for s, n in enumerate((10.0, 10.0, 10.0, 10.0, 1.0))]
    assert asked(gaps_in_sales(seeing(rows))) == {4: 0.75}
    assert not asked(gaps_in_sales(seeing(rows[3:])))


def test_of_several_changes_the_first_rule_stands_and_every_store_gets_ten(seeing):
    """Rule 9 blocks rule 12; the store's single piece is scaled to ten; silent stores get 10.1 by their mix."""
    rows = [{"store": s, "product": 0, "n": n} for s, n in enumerate((10.0, 10.0, 10.0, 10.0, 0.9))]
    frame = seeing([*rows, {"store": 0, "product": 1, "n": 30.0}])
    found = changes(frame, np.array([10_000]))
    assert found.filter(pl.col("pair") == 4).rows() == [(4, 9, 10.0, pytest.approx(0.1))]
    silent = found.filter(pl.col("rule") == 13)
    by_store = (
        silent.join(frame.select("pair", "store"), on="pair").group_by("store").agg(pl.col("add").sum())
    )
    assert dict(by_store.iter_rows()) == pytest.approx(dict.fromkeys(range(4), 10.1))
    mine = dict(silent.select("pair", "add").iter_rows())
    assert mine[5] == pytest.approx(3 * mine[0])


def test_parts_of_a_piece_are_rounded_so_that_groups_add_up(seeing):
    frame = seeing([{"store": 0, "product": p} for p in range(4)])
    parts = pl.DataFrame({"pair": [0, 1, 2, 3], "rule": 12, "add": [0.75, 0.75, 0.25, 0.25], "score": 1.0})
    assert whole(frame, parts).rows() == [(0, 1), (1, 1)]
