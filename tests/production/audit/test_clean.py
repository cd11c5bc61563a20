"""The plan made by hand keeps every rule and costs what was added up by hand."""

from pathlib import Path

import polars as pl
import pytest

from provisor.production.audit import RULES, audit

PAGE = Path(__file__).parents[3] / "docs" / "production" / "rules.md"


def test_clean_plan_has_no_findings(hand):
    report = hand.audit()
    assert [finding.words for finding in report.findings] == []
    assert report.cost_difference == pytest.approx(0.0, abs=1e-9)
    assert report.ok


def test_costs_are_those_added_up_by_hand(hand):
    assert hand.audit().costs == pytest.approx(hand.costs)


def test_every_rule_looks_at_something(hand):
    hand.pins = [{"decision": "departure", "truck": "T1", "date": "2025-10-20", "used": True}]
    checked = hand.audit().checked
    assert list(checked) == [rule.id for rule in RULES]
    assert all(places > 0 for places in checked.values())


def test_rules_are_those_of_the_page():
    section = PAGE.read_text(encoding="utf-8").split("## Rules")[1].split("## Costs")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    ids = [row.split("`")[1] for row in rows]
    assert [rule.id for rule in RULES] == ["tables", *ids, "costs"]


def test_a_rule_can_be_checked_alone(hand):
    hand.find("stock", node="SHOP", batch="stock-A")["units"] = 19.0
    balance = next(rule for rule in RULES if rule.id == "balance")
    assert len(balance.check(hand.case(), hand.tables()).findings) == 2


def test_a_hub_that_keeps_frozen_goods_too_changes_nothing(hand):
    hand.find("case_nodes", node="HUB")["storage"] = "both"
    assert hand.audit().ok


def test_plan_in_any_order_of_rows_reads_the_same(hand):
    shuffled = {
        name: frame.sample(fraction=1.0, shuffle=True, seed=1) for name, frame in hand.tables().items()
    }
    report = audit(hand.case(), shuffled, hand.costs)
    assert report.ok
    assert report.costs == pytest.approx(hand.costs)


def test_derived_tables_and_columns_may_be_left_out(hand):
    derived = ["mixes", "hours", "arrival", "cases", "pallets", "days_left", "demand"]
    tables = {name: frame.drop(derived, strict=False) for name, frame in hand.tables().items()}
    del tables["labour"], tables["costs"]
    assert audit(hand.case(), tables, hand.costs).ok


def test_a_plan_without_any_costs_has_no_difference(hand):
    hand.costs = None
    del hand.rows["costs"]
    report = hand.audit()
    assert report.ok
    assert report.cost_difference is None
    assert sum(report.costs.values()) == pytest.approx(4347.75)


def test_an_empty_plan_loses_the_stock_and_leaves_demand_open(hand):
    empty = {name: frame.clear() for name, frame in hand.tables().items()}
    findings = audit(hand.case(), empty, None).findings
    assert {finding.rule for finding in findings} == {"balance", "demand"}


def test_findings_are_plain_values(hand):
    hand.find("sales", node="SHOP", batch="PLANT/B/2025-10-20")["units"] = 60.0
    for finding in hand.audit().findings:
        values = finding.as_dict()
        assert all(isinstance(text, str) for text in values["where"].values())
        assert isinstance(values["amount"], float)
        assert "{" not in values["words"]


def test_audit_of_another_planners_case_is_refused(hand):
    case = hand.case()
    other = type(case)("allocation", "other", case.tables, case.rules, case.settings)
    with pytest.raises(TypeError, match="not of production"):
        audit(other, hand.tables(), None)


def test_case_tables_may_lack_optional_columns(hand):
    case = hand.case()
    trucks = case.table("trucks").drop("dates", "name")
    nodes = case.table("nodes").drop("latitude", "longitude", "name")
    slim = type(case)(
        case.planner, case.name, {**case.tables, "trucks": trucks, "nodes": nodes}, case.settings, case.rules
    )
    assert isinstance(slim.table("trucks"), pl.DataFrame)
    assert audit(slim, hand.tables(), hand.costs).ok
