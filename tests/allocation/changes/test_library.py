"""The nine ready scenarios on generated cases: what each must show, whatever plan was found.

The demo case always; the region too where the environment has PROVISOR_WIDE.
"""

import os

import numpy as np
import polars as pl
import pytest

import provisor
from provisor.allocation.changes.choices import (
    best_seller,
    busiest_store,
    closed_centre,
    fullest_store,
    scarce_material,
    seasonal_cell,
    seasonal_stores,
)
from provisor.allocation.changes.clearance import Clearance
from provisor.allocation.changes.neighbours import neighbours
from provisor.allocation.changes.stores import NEAR_KM
from provisor.allocation.demand import chance, expected_sales
from provisor.allocation.example import write
from provisor.questions.files import library, parse_scenario
from provisor.questions.what_if import changed

NINE = (
    "store_renovation",
    "store_expansion",
    "seasonal_capacity",
    "product_discontinuation",
    "new_product_introduction",
    "clearance_optimization",
    "supplier_disruption",
    "material_shortage",
    "logistics_disruption",
)
LOCAL = ("store_renovation", "store_expansion", "product_discontinuation", "new_product_introduction")
"""Scenarios of one store or product: little else may move."""

SIZES = (
    {"demo": (240.0, 3.0), "region": (300.0, 6.0)}
    if os.environ.get("PROVISOR_WIDE")
    else {"demo": (240.0, 3.0)}
)
"""By size: most seconds of the plan before, compiling on a new machine included, and seconds of each scenario."""

GAP = {"demo": 0.003, "region": 0.005}
"""Gap of the plan before: by a poorer one, what moves is what it missed, whatever the scenario."""


@pytest.fixture(scope="module", params=sorted(SIZES))
def size(request):
    return request.param


@pytest.fixture(scope="module")
def case(size, tmp_path_factory):
    folder = tmp_path_factory.mktemp("library") / size
    write(folder, size, 1)
    return provisor.read_case(folder)


@pytest.fixture(scope="module")
def base(case, size):
    return provisor.solve(case, method="dual", time_limit=SIZES[size][0], gap=GAP[size])


@pytest.fixture(scope="module")
def answers(case, base, size):
    """Answers by scenario, each made once when it is first asked for."""
    made = {}

    def answer(name):
        if name not in made:
            made[name] = provisor.what_if(case, name, base, time_limit=SIZES[size][1])
        return made[name]

    return answer


def rows(plan):
    return plan.table("allocation").filter("carried")


def pieces_of(plan, **where):
    return float(rows(plan).filter(**where)["pieces"].sum())


def moved(base, plan):
    """Pairs that hang in one of two plans only."""
    a, b = (rows(one).select("store", "product") for one in (base, plan))
    gone = a.join(b, on=["store", "product"], how="anti").with_columns(gone=pl.lit(value=True))
    new = b.join(a, on=["store", "product"], how="anti").with_columns(gone=pl.lit(value=False))
    return pl.concat([gone, new])


def demand_of(case):
    return case.table("pairs").select("store", "product", "demand", "dispersion")


def played(case, table):
    """Expected revenue of ``store, product, pieces`` under the demand of a case."""
    told = table.join(demand_of(case), on=["store", "product"]).join(
        case.table("products").select("product", "price"), on="product"
    )
    figures = (told[name].cast(pl.Float64).to_numpy() for name in ("pieces", "demand", "dispersion"))
    sold = told.with_columns(pl.Series("sold", expected_sales(*figures)))
    return sold.select(revenue=pl.col("sold") * pl.col("price"), store="store")


def kept_above_lost(case, base, plan):
    """Of each product that lost some of its sent pieces: chance of a sale of those it kept less that of those it lost.

    The mean over products. Pieces that were in a store from the start are left out: they cost nothing to keep.
    """
    before = rows(base).select("store", "product", "pieces", "opening")
    after = rows(plan).select("store", "product", left="pieces")
    both = before.join(after, on=["store", "product"], how="left").with_columns(pl.col("left").fill_null(0.0))
    both = both.join(demand_of(case), on=["store", "product"])
    n = pl.int_ranges(pl.col("opening").cast(pl.Int64) + 1, pl.col("pieces").cast(pl.Int64) + 1)
    each = both.with_columns(n=n).explode("n").drop_nulls("n")
    figures = (each[name].cast(pl.Float64).to_numpy() for name in ("n", "demand", "dispersion"))
    each = each.with_columns(pl.Series("chance", chance(*figures)), lost=pl.col("n") > pl.col("left"))
    means = each.group_by("product").agg(
        kept=pl.col("chance").filter(~pl.col("lost")).mean(), gone=pl.col("chance").filter("lost").mean()
    )
    return (means["kept"] - means["gone"]).mean()


def test_the_library_is_the_nine():
    assert sorted(library("allocation")) == sorted(NINE)


@pytest.mark.parametrize("name", NINE)
def test_every_plan_is_clean_and_proven(answers, name):
    answer = answers(name)
    assert answer.plan.audit["ok"]
    assert answer.plan.certificate.bound >= answer.plan.certificate.objective
    assert answer.plan.certificate.case_fingerprint == answer.case.fingerprint
    assert answer.comparison.total.after == pytest.approx(answer.plan.certificate.objective)
    assert {step.name for step in answer.comparison.kpis} >= {"expected_revenue", "service_level", "slot_use"}
    assert answer.limits
    assert answer.as_dict()["words"]


@pytest.mark.parametrize("name", LOCAL)
def test_what_moves_has_to_do_with_what_changed(answers, base, name):
    """At least 80 % of the pairs moved are of a store or product that the scenario touched, or of a neighbour."""
    answer = answers(name)
    pairs = moved(base, answer.plan)
    touched = {
        column: {
            value for table in answer.comparison.inputs.tables for value in table.touched.get(column, ())
        }
        for column in ("store", "product")
    }
    substitutes = answer.case.table("substitution").filter(pl.col("product").is_in(list(touched["product"])))
    products = touched["product"] | set(substitutes["substitute"])
    stores = touched["store"]
    if name == "product_discontinuation":
        stores |= set(rows(base).filter(pl.col("product").is_in(list(products)))["store"])
    near = pairs.filter(pl.col("store").is_in(list(stores)) | pl.col("product").is_in(list(products)))
    assert near.height >= 0.8 * pairs.height
    assert answer.comparison.stability > 0.5


class TestStoreRenovation:
    def test_half_the_slots_and_space_are_used(self, case, answers):
        store, plan = busiest_store(case), answers("store_renovation").plan
        slots = case.table("slots").filter(store=store)["slots"]
        space = case.table("stores").filter(store=store)["pieces"][0]
        assert rows(plan).filter(store=store).height <= sum(count // 2 for count in slots)
        assert pieces_of(plan, store=store) <= 0.5 * space

    def test_what_is_dropped_is_worth_least(self, case, base, answers):
        store, plan = busiest_store(case), answers("store_renovation").plan
        before, kept = rows(base).filter(store=store), rows(plan).filter(store=store)["product"]
        stays = pl.col("product").is_in(kept.to_list())
        assert before.filter(~stays)["value"].mean() < before.filter(stays)["value"].mean()
        quarter = before.sort("value")["product"].to_list()
        lowest, highest = set(quarter[: len(quarter) // 4]), set(quarter[-(len(quarter) // 4) :])
        assert len(lowest & set(kept)) < len(highest & set(kept))

    def test_neighbours_take_over(self, case, base, answers):
        store, plan = busiest_store(case), answers("store_renovation").plan
        near = set(neighbours(case, [store], NEAR_KM)["other"])
        gone = set(moved(base, plan).filter(pl.col("gone"), store=store)["product"])
        there = pl.col("store").is_in(list(near)) & pl.col("product").is_in(list(gone))
        before, after = (float(rows(one).filter(there)["pieces"].sum()) for one in (base, plan))
        assert after >= before

    def test_less_is_lost_than_by_halving_everything(self, case, base, answers):
        store, answer = busiest_store(case), answers("store_renovation")
        halved = pl.when(pl.col("store") == store).then((pl.col("pieces") / 2).floor()).otherwise("pieces")
        naive = played(answer.case, rows(base).with_columns(pieces=halved))["revenue"].sum()
        revenue = answer.plan.kpis["expected_revenue"]
        assert revenue >= naive
        own = played(case, rows(base)).filter(store=store)["revenue"].sum()
        assert base.kpis["expected_revenue"] - revenue < own

    def test_tightening_brings_nothing(self, case, base, answers):
        assert answers("store_renovation").plan.certificate.objective <= base.certificate.bound
        alone = {"change": "store_capacity", "store": busiest_store(case), "factor": 0.5}
        tight = provisor.what_if(case, parse_scenario({"changes": [alone]}, case), base, time_limit=1.0)
        assert tight.plan.certificate.objective <= base.certificate.bound + 1e-6


class TestStoreExpansion:
    def test_more_room_never_costs(self, base, answers):
        assert answers("store_expansion").plan.certificate.objective >= base.certificate.objective - 1e-6

    def test_each_slot_more_brings_something_but_less_than_the_first(self, case, base, answers):
        store, plan = fullest_store(case), answers("store_expansion").plan
        slots = int(case.table("slots").filter(store=store)["slots"].sum())
        gain = plan.certificate.objective - base.certificate.objective
        prices = [
            float(
                one.table("prices")
                .filter(pl.col("entity").str.starts_with(f"{store} "), rule="slots")["price"]
                .sum()
            )
            + float(one.table("prices").filter(entity=store, rule="pieces")["price"].sum())
            for one in (base, plan)
        ]
        assert gain / slots >= 0
        assert prices[1] <= prices[0] + 1e-6
        if prices[0] == 0:
            assert gain <= base.certificate.bound - base.certificate.objective + 1e-6

    def test_the_store_is_no_less_diverse(self, case, base, answers):
        store = fullest_store(case)
        kinds = case.table("products").select("product", "subcategory")
        before, after = (
            rows(one).filter(store=store).join(kinds, on="product")["subcategory"].n_unique()
            for one in (base, answers("store_expansion").plan)
        )
        assert after >= before


class TestSeasonalCapacity:
    def test_displays_hold_seasonal_styles_only(self, case, answers):
        answer, cell = answers("seasonal_capacity"), seasonal_cell(case)
        kinds = case.table("products").select("product", "cell", "role")
        hung = rows(answer.plan).join(kinds, on="product").filter(cell=cell)
        own = case.table("slots").filter(cell=cell)
        for store in seasonal_stores(case):
            styles = hung.filter(store=store)
            slots = int(own.filter(store=store)["slots"][0])
            more = int(answer.case.table("displays").filter(store=store)["slots"].sum())
            assert more > 0
            assert styles.filter(pl.col("role") != "SEASONAL").height <= slots
            assert styles.height <= slots + more

    def test_more_seasonal_styles_hang_there(self, case, base, answers):
        seasonal = case.table("products").filter(role="SEASONAL")
        there = pl.col("store").is_in(seasonal_stores(case))
        before, after = (
            rows(one).filter(there).join(seasonal, on="product", how="semi").height
            for one in (base, answers("seasonal_capacity").plan)
        )
        assert after > before

    def test_outside_the_display_the_share_of_the_role_holds_or_is_told(self, case, answers):
        answer = answers("seasonal_capacity")
        plan, most = answer.plan, float(case.table("roles").filter(role="SEASONAL")["max_share"][0])
        told = plan.table("slack").filter(rule="role-maximum", group="SEASONAL")
        excess = dict(told.select("store", "amount").iter_rows())
        seasonal = case.table("products").filter(role="SEASONAL")
        for store in seasonal_stores(case):
            styles = rows(plan).filter(store=store)
            own = styles.join(seasonal, on="product", how="semi").height
            shown = min(own, int(answer.case.table("displays").filter(store=store)["slots"].sum()))
            assert own - shown <= most * (styles.height - shown) + excess.get(store, 0.0) + 1e-6


class TestProductDiscontinuation:
    def test_the_product_is_gone(self, case, answers):
        plan, product = answers("product_discontinuation").plan, best_seller(case)
        assert rows(plan).filter(product=product).is_empty()
        assert plan.table("routes").filter(product=product).is_empty()

    def test_substitutes_sell_more_in_the_same_stores(self, case, base, answers):
        answer, product = answers("product_discontinuation"), best_seller(case)
        stores = rows(base).filter(product=product)["store"].to_list()
        goals = answer.case.table("substitution").filter(product=product)["substitute"].to_list()
        there = pl.col("store").is_in(stores) & pl.col("product").is_in(goals)
        before, after = (float(rows(one).filter(there)["sales"].sum()) for one in (base, answer.plan))
        assert goals
        assert after > before

    def test_substitutes_save_some_of_the_loss(self, case, base, answers, size):
        """No plan without diversion is worth more than the best with it: so say the certificates."""
        gone = {"change": "product_discontinued", "product": best_seller(case), "diversion": 0.0}
        alone = parse_scenario({"changes": [gone]}, case)
        without = provisor.what_if(case, alone, base, time_limit=SIZES[size][1]).plan
        assert answers("product_discontinuation").plan.certificate.bound >= without.certificate.objective


class TestNewProduct:
    def test_it_starts_as_widely_as_it_may(self, answers):
        answer = answers("new_product_introduction")
        launch = answer.case.table("launches").filter(product="NEW").to_dicts()[0]
        stores = rows(answer.plan).filter(product="NEW")["store"]
        clusters = (
            answer.case.table("stores").filter(pl.col("store").is_in(stores.to_list()))["cluster"].n_unique()
        )
        missed = dict(answer.plan.table("slack").filter(product="NEW").select("group", "amount").iter_rows())
        assert len(stores) <= launch["max_stores"]
        assert len(stores) + missed.get("stores", 0) >= launch["min_stores"]
        assert clusters + missed.get("clusters", 0) >= launch["min_clusters"]
        assert len(stores) > 0

    def test_its_reserve_is_kept(self, answers):
        answer = answers("new_product_introduction")
        for centre, pieces in (
            answer.case.table("stock").filter(product="NEW").select("centre", "pieces").iter_rows()
        ):
            sent = answer.plan.table("routes").filter(product="NEW", centre=centre)["pieces"].sum()
            assert sent <= int(0.7 * pieces + 1e-9)

    def test_it_goes_where_it_is_likeliest_to_sell(self, answers):
        """Chance that at least 60 % of what a store must show is sold, in stores chosen and others."""
        answer = answers("new_product_introduction")
        chosen = rows(answer.plan).filter(product="NEW")["store"].to_list()
        pairs = answer.case.table("pairs").filter(product="NEW")
        figures = [pairs[name].cast(pl.Float64).to_numpy() for name in ("demand", "dispersion")]
        pairs = pairs.with_columns(pl.Series("success", chance(np.full(pairs.height, 3.0), *figures)))
        inside = pl.col("store").is_in(chosen)
        assert pairs.filter(inside)["success"].mean() > pairs.filter(~inside)["success"].mean()


class TestClearance:
    def test_fewer_stores_and_more_of_it_sold_than_if_all_stayed(self, case, base, answers):
        answer = answers("clearance_optimization")
        mine = case.table("products").filter(role="CLEARANCE")
        before, after = (rows(one).join(mine, on="product", how="semi") for one in (base, answer.plan))
        assert after.height <= before.height
        assert answer.plan.certificate.objective >= answer.unchanged.cost - 1e-6
        assert not answer.unchanged.broken

    def test_pieces_are_where_they_sell_fastest(self, case, answers):
        answer = answers("clearance_optimization")
        mine = case.table("products").filter(role="CLEARANCE")
        pairs = answer.case.table("pairs").join(mine, on="product", how="semi")
        hung = rows(answer.plan).select("store", "product", there=pl.lit(value=True))
        both = pairs.join(hung, on=["store", "product"], how="left").with_columns(
            pl.col("there").fill_null(value=False)
        )
        assert both.filter("there")["demand"].mean() > both.filter(~pl.col("there"))["demand"].mean()

    def test_each_markdown_is_the_best_of_the_menu(self, case, answers):
        change = Clearance(role=("CLEARANCE",))
        depths = change.depths(case)
        old = dict(case.table("products").select("product", "price").iter_rows())
        new = dict(
            answers("clearance_optimization").case.table("products").select("product", "price").iter_rows()
        )
        assert len(depths) == case.table("products").filter(role="CLEARANCE").height
        for product, depth in depths.items():
            assert new[product] == pytest.approx(round(old[product] * (1 - depth), 2))

    def test_no_piece_moves_for_more_than_it_can_bring(self, answers):
        answer = answers("clearance_optimization")
        lanes = answer.case.table("transfer_lanes").select("from_store", "to_store", "cost")
        prices = answer.case.table("products").select("product", "price")
        moves = (
            answer.plan.table("transfers")
            .join(lanes, on=["from_store", "to_store"])
            .join(prices, on="product")
        )
        assert (moves["cost"] < moves["price"]).all()


class TestSupplierDisruption:
    def test_no_more_is_sent_than_there_is(self, answers):
        answer = answers("supplier_disruption")
        assert answer.plan.table("routes")["pieces"].sum() <= answer.case.table("stock")["pieces"].sum()

    def test_less_is_lost_than_the_suppliers_fail(self, case, base, answers):
        answer = answers("supplier_disruption")
        before, after = (int(one.table("stock")["pieces"].sum()) for one in (case, answer.case))
        lost = 1 - answer.plan.kpis["expected_revenue"] / base.kpis["expected_revenue"]
        assert lost < 1 - after / before

    def test_pieces_that_sell_least_go_first(self, case, base, answers):
        assert kept_above_lost(case, base, answers("supplier_disruption").plan) > 0

    def test_it_beats_cutting_everybody_alike(self, answers):
        answer = answers("supplier_disruption")
        alike = provisor.baseline(answer.case, "pro-rata")
        assert answer.plan.certificate.objective >= alike.certificate.objective


class TestMaterialShortage:
    def test_others_of_the_same_kind_gain(self, case, base, answers):
        plan, material = answers("material_shortage").plan, scarce_material(case)
        products = case.table("products")
        kinds = products.filter(material=material)["subcategory"].unique().to_list()
        others = products.filter((pl.col("material") != material) & pl.col("subcategory").is_in(kinds))
        before, after = (
            float(rows(one).join(others, on="product", how="semi")["pieces"].sum()) for one in (base, plan)
        )
        assert after > before

    def test_slots_are_not_left_empty(self, base, answers):
        assert answers("material_shortage").plan.kpis["slot_use"] > base.kpis["slot_use"] - 0.1

    def test_service_is_told_by_category(self, base, answers):
        for one in (base, answers("material_shortage").plan):
            served = (
                one.table("unserved").group_by("category").agg(pl.col("sales").sum() / pl.col("demand").sum())
            )
            assert served["sales"].is_between(0, 1).all()
            assert served.height > 3


class TestLogisticsDisruption:
    def test_nothing_comes_from_the_closed_centre(self, case, answers):
        routes = answers("logistics_disruption").plan.table("routes")
        assert closed_centre(case) not in set(routes["centre"])

    def test_its_stores_are_served_from_others_at_a_higher_cost(self, case, base, answers):
        answer, closed = answers("logistics_disruption"), closed_centre(case)
        mine = set(base.table("routes").filter(centre=closed)["store"])
        now = answer.plan.table("routes").filter(pl.col("store").is_in(list(mine)))
        assert now["pieces"].sum() > 0
        cost = [-one.costs["routes"] / one.table("routes")["pieces"].sum() for one in (base, answer.plan)]
        assert cost[1] > cost[0]

    def test_what_is_not_served_is_listed(self, base, answers):
        before, after = (
            float(one.table("unserved")["unserved"].sum())
            for one in (base, answers("logistics_disruption").plan)
        )
        assert after > before

    def test_what_is_left_goes_where_a_piece_brings_most(self, case, base, answers):
        assert kept_above_lost(case, base, answers("logistics_disruption").plan) > 0


def test_scenarios_compose_in_the_order_of_their_types(case):
    """Lifecycle before supply before capacity, however they are listed."""
    changes = [
        {"change": "store_capacity", "store": busiest_store(case), "factor": 0.5},
        {"change": "supply", "factor": 0.5},
        {"change": "product_discontinued", "product": best_seller(case)},
    ]
    forwards, backwards = (
        changed(case, parse_scenario({"changes": listed}, case)) for listed in (changes, changes[::-1])
    )
    assert forwards.words == backwards.words
    assert forwards.case.fingerprint == backwards.case.fingerprint
    assert [words.split()[0] for words in forwards.words] == ["Discontinued", "Supply", "Capacity"]
