"""Why, and why not: each sentence's figures are those of the tables, and prices are those of cold solves."""

from dataclasses import replace

import polars as pl
import pytest
from tests.expansion.questions.test_library import two_may_grow
from tests.expansion.worlds import small_case

import provisor
from provisor.planner import BadRequest
from provisor.planner import planner as called

SECONDS = 120.0


@pytest.fixture(scope="module")
def case():
    return two_may_grow()


@pytest.fixture(scope="module")
def plan(case):
    return provisor.solve(case, time_limit=SECONDS)


def ask(case, plan, text):
    return provisor.why(case, plan, text, time_limit=SECONDS)


def causes(case, plan, text):
    return {cause.cause: cause for cause in ask(case, plan, text).causes}


def refused(case, plan, text):
    with pytest.raises(BadRequest) as bad:
        ask(case, plan, text)
    return str(bad.value)


def test_limits_are_those_of_the_table_of_prices(case, plan):
    limits = {limit.words: limit for limit in called("expansion").limits(case, plan)}
    rows = plan.table("prices").filter(pl.col("price") > 0)
    assert rows.height == len(limits) > 0
    for row in rows.to_dicts():
        limit = limits[row["words"][:1].upper() + row["words"][1:]]
        assert limit.worth == row["price"]
        assert f"{row['price']:,.2f}" in limit.words or f"{row['price']:,.4f}" in limit.words
        assert limit.amount > 0


def test_shelves_that_are_added_are_asked_for_by_a_month(case, plan):
    built = plan.table("shelf_additions").filter(pl.col("shelves_added") > 0).row(0, named=True)
    site, kind = built["facility"], built["storage_type"]
    (cause,) = ask(case, plan, f"shelves facility={site} storage_type={kind}").causes
    assert cause.cause == "room"
    assert cause.amount == built["shelves_added"]
    price = plan.table("prices").filter(limit="shelf", facility=site, storage_type=kind).sort("price")
    assert cause.facts["worth"] == price["price"][-1]
    assert (
        f"month {int(cause.facts['asking_month'])}, in which one more would save {price['price'][-1]:,.2f} $"
        in (cause.words)
    )
    peak = (
        plan.table("peaks")
        .filter(facility=site, storage_type=kind, limits=True)
        .sort("share")
        .row(-1, named=True)
    )
    assert f"month {peak['month']}, day {peak['day']}" in cause.words
    assert f"{peak['used']:,.0f} of {peak['capacity']:,.0f}" in cause.words


def test_shelves_that_are_not_added_have_room_or_are_not_worth_it(case, plan):
    for cause in ask(case, plan, "shelves").causes:
        here = {name: cause.where[name] for name in ("facility", "storage_type")}
        added = plan.table("shelf_additions").filter(**here)["shelves_added"].sum()
        share = plan.table("peaks").filter(**here, limits=True)["share"].max()
        assert (cause.cause == "enough") == (added == 0 and share < 1 - 1e-6)
        if cause.cause == "not_worth_it":
            price = case.table("tiers").filter(facility=here["facility"]).sort("tier")["price_per_sqft"][0]
            assert cause.facts["cost"] >= price * 10
            assert cause.facts["worth"] <= cause.facts["cost"] + 1e-6


def test_why_no_shelves_where_none_may_be(case, plan):
    small = small_case(1, months=2)
    other = provisor.solve(small, time_limit=SECONDS)
    words = {
        cause.where["facility"]: cause.cause
        for cause in ask(small, other, "shelves storage_type=Bins").causes
    }
    assert words["NORTH"] == "may_not_grow"


def test_shares_have_the_ranges_of_the_table(case, plan):
    ranges = plan.table("share_ranges")
    month = ranges["month"][0]
    found = ask(case, plan, f"share month={month}").causes
    assert len(found) == ranges.filter(month=month).height > 0
    for cause in found:
        row = ranges.filter(month=month, sku=cause.where["sku"], facility=cause.where["facility"]).row(
            0, named=True
        )
        assert cause.facts == {name: row[name] for name in ("share", "least", "most")}
        assert f"{100 * row['share']:,.2f} %" in cause.words
        assert (cause.cause == "settled") == (row["most"] - row["least"] <= 1e-6)
    assert "ranges are known for" in refused(case, plan, "share month=2") or 2 in ranges["month"]


@pytest.fixture(scope="module")
def crowded():
    """Loads of JOINER are above its trucks in any plan, those of POTTER on first days of months alone."""
    trucks = {"weight_lb": 1200.0, "volume_cuft": 400.0}
    demand = [[200, 900, 900], [900, 900, 900], [200, 900, 900]]
    case = small_case(2, months=3, demand=demand, trucks=trucks, rules={"trucks": "report"})
    return case, provisor.solve(case, time_limit=SECONDS)


def test_loads_above_trucks_are_too_much_or_steps(crowded):
    case, plan = crowded
    dock = plan.table("dock_schedule")
    found = ask(case, plan, "trucks").causes
    assert {(cause.cause, cause.where["supplier"]) for cause in found} >= {
        ("too_much", "JOINER"),
        ("steps", "POTTER"),
    }
    for cause in found:
        excess = dock.filter(supplier=cause.where["supplier"])["excess"].sum()
        assert cause.facts["excess"] == pytest.approx(excess)
        assert f"{excess:,.1f} truckloads of {cause.where['supplier']}" in cause.words
    by_supplier = dock.filter(pl.col("excess") > 1e-6).group_by("supplier").agg(pl.col("excess").sum())
    for supplier, excess in by_supplier.iter_rows():
        assert sum(c.amount for c in found if c.where["supplier"] == supplier) == pytest.approx(excess)


def test_what_no_plan_avoids_is_what_a_plan_for_trucks_alone_leaves(crowded):
    case, plan = crowded
    cause = causes(case, plan, "trucks supplier=JOINER")["too_much"]
    hard = replace(case, rules=case.rules.model_copy(update={"trucks": "hard"}))
    told = {
        entry.where["supplier"]: entry.amount
        for entry in provisor.solve(hard).relaxations
        if entry.rule == "trucks"
    }
    assert cause.facts["unavoidable"] <= told["JOINER"] + 1e-6
    assert "POTTER" not in told


def test_nothing_to_ask_about(case, plan, crowded):
    quiet = replace(case, rules=case.rules.model_copy(update={"trucks": "off"}))
    assert "trucks: off" in refused(quiet, plan, "trucks")
    assert "all demand is served" in refused(case, plan, "short")
    assert "did you mean POTTER?" in refused(*crowded, "trucks supplier=POTER")
    assert "1 to 12" in refused(case, plan, "share month=13")


def test_demand_not_served_comes_too_early_has_no_room_or_is_not_worth_it():
    early = small_case(2, months=3, rules={"pipeline": False, "opening": "none"}, lost_sale_per_pack=50.0)
    plan = provisor.solve(early, time_limit=SECONDS)
    found = causes(early, plan, "short")
    lost = plan.table("lost_sales")
    first = lost.filter((pl.col("month") - 1) * 5 + pl.col("day") - 1 < 3)["units"].sum()
    assert found["too_early"].amount == pytest.approx(first)
    assert sum(cause.amount for cause in found.values()) == pytest.approx(lost["units"].sum(), abs=0.03)


def test_what_has_no_room_is_told_apart_from_what_is_not_worth_it():
    full = small_case(1, months=2, rules={"doh_multiplier": 40}, lost_sale_per_pack=0.01)
    plan = provisor.solve(full, time_limit=SECONDS)
    found = causes(full, plan, "short")
    total = plan.table("lost_sales")["units"].sum()
    assert set(found) == {"room", "not_worth_it"}
    assert found["room"].amount < total
    assert sum(cause.amount for cause in found.values()) == pytest.approx(total, abs=0.03)
    dear = replace(full, settings=full.settings.model_copy(update={"lost_sale_per_pack": 1e4}))
    least = provisor.solve(dear, time_limit=SECONDS).table("lost_sales")["units"].sum()
    assert found["room"].amount <= least + 0.1


def test_why_not_has_a_price_that_a_cold_solve_confirms(case, plan):
    built = {row["facility"]: row["shelves_added"] for row in
             plan.table("shelf_additions").filter(storage_type="Pallet").to_dicts()}  # fmt: skip
    more = int(built["SOUTH"]) + 7
    answer = ask(case, plan, f"not facility=SOUTH storage_type=Pallet shelves={more}")
    assert answer.price.amount >= answer.price.least >= 0
    cold = provisor.solve(answer.otherwise.case, time_limit=SECONDS)
    slack = 1e-6 * plan.certificate.objective
    assert answer.otherwise.plan.certificate.bound <= cold.certificate.objective + slack
    assert cold.certificate.bound <= answer.otherwise.plan.certificate.objective + slack
    assert answer.as_dict()["words"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("facility=SOUTH storage_type=Bins", "no Bins shelves are added at SOUTH"),
        ("not facility=SOUTH", "say of which type"),
        ("not facility=SOUTH sku=CUPS", "say which share"),
        ("not facility=SOUTH sku=CUPS share=2", "at most 1"),
        ("not facility=SOUTH storage_type=Bins shelves=many", "expected a number from 0 on"),
        ("not facility=SOUTH storage_type=Bins sku=CUPS", "ask for building"),
        ("not sku=CUPS", "name the site"),
        ("not facility=NORTH delivery=99 sku=CUPS", "1 to 12"),
    ],
)
def test_questions_that_cannot_be_asked(case, plan, text, words):
    assert words in refused(case, plan, text)


def test_why_a_site_serves_a_product_and_what_a_delivery_costs(case, plan):
    shipped = plan.table("shipment_plan_daily").group_by("sku", "facility").agg(pl.col("units_shipped").sum())
    sku, site, _ = shipped.filter(pl.col("units_shipped") > 1).sort("sku", "facility").row(0)
    answer = ask(case, plan, f"sku={sku} facility={site}")
    assert answer.price.amount >= 0
    left = (
        answer.otherwise.plan.table("shipment_plan_daily")
        .filter(sku=sku, facility=site)["units_shipped"]
        .sum()
    )
    assert left == pytest.approx(0, abs=1e-6)
    month = plan.table("deliveries_daily").filter(sku=sku, facility=site, arrival_month=3)
    assert month.height
    gone = ask(case, plan, f"delivery=3 sku={sku} facility={site}")
    assert gone.price.amount >= 0
    arrived = gone.otherwise.plan.table("deliveries_daily").filter(sku=sku, facility=site, arrival_month=3)
    assert arrived["units_delivered"].sum() == 0


def test_every_answer_can_be_read_as_json(case, plan):
    for text in ("shelves", "share", "not facility=SOUTH sku=CUPS share=0.9"):
        answer = ask(case, plan, text).as_dict()
        assert answer["words"]
        assert all(isinstance(words, str) for words in answer["words"])
