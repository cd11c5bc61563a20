"""The plan made by hand keeps every rule and costs what was added up by hand."""

import re
from pathlib import Path

import polars as pl
import pytest

from provisor.expansion.audit import RULES, audit

PAGE = Path(__file__).parents[3] / "docs" / "expansion" / "rules.md"
SIX = (
    "expansion_decisions",
    "shelf_additions",
    "inventory_levels_daily",
    "deliveries_daily",
    "order_schedule_daily",
    "shipment_plan_daily",
)


def test_clean_plan_has_no_findings(hand):
    hand.rules["trucks"] = "hard"
    report = hand.audit()
    assert [finding.words for finding in report.findings] == []
    assert report.cost_difference == pytest.approx(0.0, abs=1e-9)
    assert report.ok


def test_costs_are_those_added_up_by_hand(hand):
    assert hand.audit().costs == pytest.approx(hand.costs)


def test_rules_are_those_of_the_page_in_its_order():
    table = PAGE.read_text().partition("## Rules")[2].partition("###")[0]
    documented = re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)
    assert ["tables", *documented, "costs"] == [rule.id for rule in RULES]


def test_six_files_read_back_as_text_give_the_same_audit(hand, tmp_path):
    case, tables = hand.case(), hand.tables()
    for name in SIX:
        tables[name].write_csv(tmp_path / f"{name}.csv")
    texts = {name: pl.read_csv(tmp_path / f"{name}.csv", infer_schema=False) for name in SIX}
    six, whole = audit(case, texts, hand.costs), audit(case, tables, hand.costs)
    assert six.ok
    assert six.costs == pytest.approx(whole.costs)
    rows_of_others = sum(len(table) for name, table in tables.items() if name not in SIX)
    assert six.checked["tables"] == whole.checked["tables"] - rows_of_others
    others = set(whole.checked) - {"tables", "shelves", "phases"}
    assert {rule: six.checked[rule] for rule in others} == {rule: whole.checked[rule] for rule in others}


def test_six_files_of_a_broken_plan_have_the_same_findings(hand):
    hand.shipped((1, 2), "A", "NORTH")["units_shipped"] -= 1.0
    del hand.rows["costs"]
    case, tables = hand.case(), hand.tables()
    whole = audit(case, tables, None).findings
    assert {finding.rule for finding in whole} == {"balance", "demand", "opening", "units", "costs"}
    assert audit(case, {name: tables[name] for name in SIX}, None).findings == whole


def test_every_day_product_and_site_is_looked_at(hand):
    hand.rules |= {"trucks": "hard", "check_time": "morning"}
    checked = hand.audit().checked
    places = 6 * 2 * 2
    assert checked["balance"] == checked["days-on-hand"] == checked["trucks"] == places
    assert checked["demand"] == 6 * 2
    assert checked["storage"] == checked["check-time"] == 2 * places
