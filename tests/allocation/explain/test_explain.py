"""Causes, limits and forced decisions: every sentence against the tables of case and plan."""

import re
from dataclasses import replace

import polars as pl
import pytest
from tests.allocation.explain.test_repair import LAUNCH
from tests.allocation.test_infeasible import pinned_case

import provisor
from provisor.allocation import tables as own
from provisor.allocation.example import write
from provisor.case import BadRequest


def free_case(**rules):
    """Two stores with two slots, three styles, six pieces of each; nothing is pinned."""
    case = pinned_case(stock=6, **rules)
    return replace(case, settings=case.settings.model_copy(update={"pins": ()}))


def with_table(case, name, rows):
    return replace(case, tables={**case.tables, name: rows})


def solved(case):
    return provisor.solve(case, method="exact", gap=1e-6, time_limit=10.0)


def causes(case, question):
    return {cause.cause: cause for cause in provisor.why(case, solved(case), question).causes}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explain") / "tiny"
    write(folder, "tiny", 1)
    return provisor.read_case(folder)


@pytest.fixture(scope="module")
def plan(tiny):
    return solved(tiny)


def few_slots():
    return free_case()


def no_stock():
    case = free_case()
    return with_table(case, "stock", case.table("stock").with_columns(pieces=pl.lit(1)))


def no_room():
    case = pinned_case(stock=30, slots=3)
    case = replace(case, settings=case.settings.model_copy(update={"pins": ()}))
    return with_table(case, "stores", case.table("stores").with_columns(pieces=pl.lit(2.0)))


def no_demand():
    case = pinned_case(stock=30, slots=3)
    case = replace(case, settings=case.settings.model_copy(update={"pins": ()}))
    return with_table(case, "pairs", case.table("pairs").with_columns(demand=pl.lit(0.2)))


def large_minimum():
    case = pinned_case(stock=30, slots=3)
    case = replace(case, settings=case.settings.model_copy(update={"pins": ()}))
    costs = case.table("costs").with_columns(
        value=pl.when(pl.col("cost") == "opening_per_style").then(0.0).otherwise("value")
    )
    case = with_table(case, "costs", costs)
    products = case.table("products").with_columns(presentation_min=4, salvage=pl.lit(0.0))
    return with_table(
        with_table(case, "products", products), "pairs", case.table("pairs").with_columns(demand=pl.lit(0.8))
    )


def slow_centre():
    case = pinned_case(stock=30, slots=3)
    case = replace(case, settings=case.settings.model_copy(update={"pins": ()}))
    return with_table(case, "centres", case.table("centres").with_columns(throughput=pl.lit(3.0)))


def forbidden():
    case = free_case()
    lock = pl.when(pl.col("product") == "P2").then(pl.lit("forbid"))
    return with_table(case, "pairs", case.table("pairs").with_columns(lock=lock))


def few_allowed():
    case = pinned_case(stock=30, slots=3)
    case = replace(case, settings=case.settings.model_copy(update={"pins": ()}))
    pairs = case.table("pairs").with_columns(max_pieces=pl.lit(1), demand=pl.lit(4.0))
    return with_table(case, "pairs", pairs)


def narrow_launch():
    case = pinned_case(stock=30, slots=3, launch=True)
    case = replace(case, settings=case.settings.model_copy(update={"pins": ()}))
    return with_table(case, "launches", own.LAUNCHES.frame([LAUNCH]))


def full_role():
    case = pinned_case(stock=30, slots=3, role_maximum=True)
    case = replace(case, settings=case.settings.model_copy(update={"pins": ()}))
    products = case.table("products").with_columns(
        role=pl.when(pl.col("product") != "P2").then(pl.lit("CORE"))
    )
    costs = case.table("costs").with_columns(
        value=pl.when(pl.col("cost") == "role_excess_per_style").then(1000.0).otherwise("value")
    )
    roles = own.ROLES.frame([{"role": "CORE", "min_share": 0.0, "max_share": 0.5}])
    return with_table(with_table(with_table(case, "products", products), "costs", costs), "roles", roles)


NAMED = [
    (few_slots, "unserved", "slot"),
    (no_stock, "unserved", "stock"),
    (no_room, "unserved", "capacity"),
    (no_demand, "unserved", "not worth it"),
    (large_minimum, "unserved", "minimum"),
    (slow_centre, "unserved", "way"),
    (few_allowed, "unserved", "maximum"),
    (narrow_launch, "unserved product=P0", "launch"),
    (full_role, "unserved", "role"),
    (no_demand, "slots store=S0", "not worth it"),
    (no_stock, "slots store=S0", "stock"),
    (few_slots, "left product=P0", "slot"),
    (no_demand, "left product=P0", "not worth it"),
]


@pytest.mark.parametrize(
    ("make", "question", "cause"), NAMED, ids=[f"{m.__name__}: {q}" for m, q, _ in NAMED]
)
def test_the_cause_is_named(make, question, cause):
    found = causes(make(), question)
    assert cause in found, sorted(found)
    told = found[cause]
    assert told.amount > 0
    numbers = [float(text.replace(",", "")) for text in re.findall(r"\d[\d,]*\.?\d*", told.words)]
    assert any(abs(number - told.amount) < 0.06 for number in numbers), told.words


def test_a_cause_that_is_none_is_not_named():
    """With room, stock and demand for everything only what each may show at most is in the way."""
    case = pinned_case(stock=30, slots=3)
    case = replace(case, settings=case.settings.model_copy(update={"pins": ()}))
    assert set(causes(case, "unserved")) <= {"maximum", "not worth it"}


def test_a_lock_is_not_counted_as_unserved_but_can_be_asked_about():
    case = forbidden()
    base = solved(case)
    answer = provisor.why(case, base, "not product=P2 store=S0", time_limit=2.0)
    assert [change.kind() for change in answer.otherwise.scenario.changes] == ["unlock", "pin"]
    assert answer.otherwise.plan.table("allocation").filter("carried", store="S0", product="P2").height == 1


def test_unserved_demand_adds_up_to_the_table(tiny, plan):
    """Each pair is told once for each of its causes; pairs with one cause add up to no more than all of it."""
    told = provisor.why(tiny, plan, "unserved").causes
    total = float(plan.table("unserved")["unserved"].sum())
    assert told[0].facts["of"] == pytest.approx(total, abs=1e-6)
    assert all(0 < cause.amount <= total + 1e-6 for cause in told)
    assert sum(cause.amount for cause in told) >= total - 1e-6


def test_empty_slots_are_those_of_the_summary(tiny, plan):
    for row in plan.table("store_summary").to_dicts():
        empty = row["slots"] - row["styles"]
        if empty:
            told = provisor.why(tiny, plan, f"slots store={row['store']}").causes
            assert all(cause.facts["empty"] == empty for cause in told)
            assert all(cause.words.startswith(f"{empty} slot") for cause in told)
        else:
            with pytest.raises(BadRequest, match="no slot is empty"):
                provisor.why(tiny, plan, f"slots store={row['store']}")


def test_what_is_left_is_what_the_summary_says(tiny, plan):
    for row in plan.table("product_summary").filter(pl.col("left") > 0).head(4).to_dicts():
        told = [
            c
            for c in provisor.why(tiny, plan, f"left product={row['product']}").causes
            if c.cause != "reserve"
        ]
        assert all(cause.facts["pieces"] == row["left"] for cause in told)


def test_missed_wishes_have_their_price(tiny, plan):
    slack = plan.table("slack").filter(pl.col("store").is_not_null())
    told = provisor.why(tiny, plan, "missed").causes
    rules = {cause.where["rule"] for cause in told}
    assert rules == set(slack["rule"])
    for cause in told:
        rows = slack.filter(rule=cause.where["rule"], store=cause.where["store"])
        if "group" in cause.where:
            rows = rows.filter(group=cause.where["group"])
        assert cause.facts["price"] == pytest.approx(float((rows["amount"] * rows["price"]).sum()))
        assert f"{cause.facts['price']:,.2f} RMB" in cause.words


def test_limits_are_the_prices_of_the_plan(tiny, plan):
    answer = provisor.what_if(tiny, "store_expansion", plan, time_limit=1.0)
    prices = answer.plan.table("prices")
    assert answer.limits
    for limit in answer.limits:
        entity = " / ".join(value for name, value in limit.where.items() if name != "period")
        row = prices.filter(pl.col("entity").str.starts_with(entity), rule=limit.rule)
        assert limit.worth == pytest.approx(abs(float(row["price"][0])))
        assert f"{limit.worth:,.2f} RMB" in limit.words
    assert [limit.worth for limit in answer.limits] == sorted(
        (one.worth for one in answer.limits), reverse=True
    )


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("not product=P99 store=S1", "there is no product P99"),
        ("not product=P01", "name the store"),
        ("unserved store=S9", "there is no store S9"),
        ("left centre=C1", "name the product"),
        ("slots cell=front", "name the store"),
        ("not product=P01 store=S1 period=4", "expected a whole number from 1 to 1"),
        ("unserved period=3", "3 is no period"),
    ],
)
def test_what_cannot_be_asked_is_refused(tiny, plan, question, words):
    with pytest.raises(BadRequest, match=words):
        provisor.why(tiny, plan, question)


def test_what_is_so_already_is_not_forced(tiny, plan):
    store, product = plan.table("allocation").filter("carried").select("store", "product").row(0)
    with pytest.raises(BadRequest, match="hangs, with"):
        provisor.why(tiny, plan, f"not product={product} store={store}")
    store, product = plan.table("allocation").filter(~pl.col("carried")).select("store", "product").row(0)
    with pytest.raises(BadRequest, match="does not hang"):
        provisor.why(tiny, plan, f"product={product} store={store}")
