"""Findings: counted at once, in words when they are looked at."""

import polars as pl
import pytest

from provisor.auditing import AuditReport, Checked, Finding, Findings, Rule, run_rules
from provisor.tables.findings import findings_of, report

FRAME = pl.DataFrame({"sku": ["B", "A", None], "packs": [1234.5, 2.0, 3.0], "amount": [1.0, 2.0, 3.0]})
WORDS = "{packs} packs of {sku}"


def found(rule):
    return findings_of(rule, FRAME, ("sku",), "pack", WORDS)


def unsaid(rule, count):
    """Findings that nobody may look at."""

    def tell():
        raise AssertionError("looked at")

    return Findings({rule: count}, tell)


def test_a_row_is_a_finding_in_the_order_of_its_place():
    first, second, last = found("stock")
    assert first == Finding("stock", {"sku": "A"}, 2.0, "pack", "2 packs of A")
    assert second == Finding("stock", {"sku": "B"}, 1.0, "pack", "1,234.5 packs of B")
    assert (last.where, last.amount) == ({}, 3.0)
    assert list(found("stock")) == report("stock", FRAME, ("sku",), "pack", WORDS)
    assert not Findings.together()
    assert len(findings_of("stock", FRAME.clear(), ("sku",), "pack", WORDS)) == 0


def test_findings_are_counted_by_rule_without_a_word():
    both = Findings.together(unsaid("stock", 300_000), unsaid("demand", 2), unsaid("trucks", 0), [])
    assert both.counts == {"stock": 300_000, "demand": 2}
    assert len(both) == 300_002
    with pytest.raises(AssertionError, match="looked at"):
        list(both)


def test_parts_follow_one_another():
    alone = Finding("demand", {}, 1.0, "pack", "one lost")
    both = Findings.together(found("stock"), [alone], found("demand"))
    assert both.counts == {"stock": 3, "demand": 4}
    assert [one.rule for one in both] == ["stock"] * 3 + ["demand"] * 4
    assert both[3] is alone
    assert both[1:3] == tuple(found("stock"))[1:]


def test_a_report_of_many_places_is_told_by_number():
    rules = [
        Rule(name, "", lambda _case, _tables, name=name: Checked(9, unsaid(name, 9))) for name in ("a", "b")
    ]
    report = AuditReport(*run_rules(rules, None, {}))
    assert not report.ok
    assert report.violations == {"a": 9, "b": 9}
    assert report.as_dict()["violations"] == 18


def test_findings_are_grouped_by_the_rules_that_ran():
    rules = [
        Rule("stock", "", lambda _case, _tables: Checked(3, found("stock"))),
        Rule("demand", "", lambda _case, _tables: Checked(5)),
    ]
    report = AuditReport(*run_rules(rules, None, {}))
    assert report.by_rule() == {"stock": list(found("stock")), "demand": []}
    assert report.findings == tuple(found("stock"))
    assert report.checked == {"stock": 3, "demand": 5}
