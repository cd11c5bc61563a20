"""The answers that the tutorial for merchandisers shows are those of its case, and true of its tables."""

import re
import sys
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

import provisor
from provisor.allocation.changes.pins import PinPair


@pytest.fixture(scope="module")
def tutorial():
    """The module that makes the answers, with the page."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))
    return import_module("tutorial_allocation")


@pytest.fixture(scope="module")
def solved(tutorial):
    return tutorial.tiny()


@pytest.fixture(scope="module")
def told(tutorial):
    """Sentences by place in the page."""
    page = tutorial.PAGE.read_text(encoding="utf-8")
    places = re.findall(r"<!-- begin ([a-z-]+) -->\n+```text\n(.*?)\n```\n+<!-- end \1 -->", page, re.DOTALL)
    return {place: text.splitlines() for place, text in places}


def test_the_page_has_a_place_for_every_question(tutorial, told):
    assert set(told) == set(tutorial.WHY)


def test_every_sentence_is_what_the_case_answers(tutorial, solved, told):
    case, plan = solved
    assert plan.certificate.gap < 1e-5
    for place, question in tutorial.WHY.items():
        words = provisor.why(case, plan, question, time_limit=tutorial.SECONDS).as_dict()["words"]
        assert told[place] == words, place


def amounts(sentence):
    return [float(number.replace(",", "")) for number in re.findall(r"-?\d[\d,]*\.\d\d(?= RMB)", sentence)]


def test_the_price_is_the_difference_of_two_proven_plans(tutorial, solved, told):
    case, plan = solved
    forced = provisor.why(case, plan, tutorial.WHY["why-not"], time_limit=tutorial.SECONDS).otherwise.plan
    exact = provisor.solve(
        provisor.what_if(case, provisor.Scenario("pinned", (PinPair(store="S4", product="P06"),)), plan).case,
        method="exact", gap=1e-6, time_limit=tutorial.SECONDS,
    )  # fmt: skip
    assert forced.table("allocation").filter("carried", product="P06", store="S4").height == 1
    price = plan.certificate.objective - forced.certificate.objective
    assert amounts(told["why-not"][0]) == [pytest.approx(price, abs=0.006)]
    least, most = amounts(told["why-not"][1])
    assert least - 0.01 <= plan.certificate.objective - exact.certificate.objective <= most + 0.01


def test_what_the_price_is_made_of_adds_up(told):
    made = next(sentence for sentence in told["why-not"] if sentence.startswith("Because"))
    parts = [float(n.replace(",", "")) for n in re.findall(r"[+-][\d,]+\.\d\d(?= RMB)", made)]
    assert -sum(parts) == pytest.approx(amounts(told["why-not"][0])[0], abs=0.06)


def test_demand_not_served_is_that_of_the_table(solved, told):
    _, plan = solved
    total = plan.table("unserved").filter(store="S1")["unserved"].sum()
    for sentence in told["unserved"]:
        some, whole = (float(n) for n in re.findall(r"([\d.]+) pieces?", sentence)[:2])
        assert whole == pytest.approx(total, abs=0.051)
        assert 0 < some <= whole


def test_empty_slots_are_those_of_the_store(solved, told):
    case, plan = solved
    slots = case.table("slots").filter(store="S2")["slots"].sum()
    hung = plan.table("allocation").filter("carried", store="S2").height
    may = case.table("pairs").filter(store="S2").height
    for sentence in told["empty"]:
        empty, some, of = (
            int(n) for n in re.findall(r"\d+(?= slot)|(?<=; )\d+|(?<=of )\d+(?= style)", sentence)
        )
        assert empty == slots - hung
        assert some <= of <= may - hung


def test_pieces_left_are_those_of_the_centres(solved, told):
    case, plan = solved
    there = case.table("stock").filter(product="P03")["pieces"].sum()
    sent = plan.table("routes").filter(product="P03")["pieces"].sum()
    stores = case.table("pairs").filter(product="P03").height
    for sentence in told["left"]:
        assert sentence.startswith(f"{there - sent} pieces of P03 left")
        assert f" of {stores} stores " in sentence


def test_missed_wishes_are_rows_of_the_slack(solved, told):
    _, plan = solved
    slack = plan.table("slack").filter(pl.col("store") == "S5")
    for sentence in told["missed"]:
        rule = sentence.split(" in ")[0]
        rows = slack.filter(rule=rule)
        prices = [round(amount * price, 2) for amount, price in rows.select("amount", "price").iter_rows()]
        assert any(abs(amounts(sentence)[0] - price) < 0.01 for price in prices)
