"""Rules of the expansion planner: page of rules, auditor, page of the model and switches speak of the same."""

import re
from importlib import import_module

import pytest

from provisor.expansion.audit.auditor import RULES
from provisor.expansion.planner import EXPANSION

NOT_RULES_OF_THE_BRIEF = {"tables", "costs"}
"""Audit rules that hold for every plan whatever the brief: readable tables, and figures of cost."""

ROW = re.compile(r"^\| [^|]+ \| [^|]+ \| (`[a-z_.]+`(?:, `[a-z_.]+`)*|\u2013) \| ([^|]+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def audited():
    return {rule.id for rule in RULES}


def page(root, name):
    return (root / "docs" / "expansion" / name).read_text(encoding="utf-8")


def test_the_page_of_rules_has_exactly_the_rules_that_are_audited(root, audited):
    text = page(root, "rules.md").partition("## Rules")[2].partition("\n### ")[0]
    told = set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE))
    assert told == audited - NOT_RULES_OF_THE_BRIEF


def test_every_switch_governs_a_rule_and_is_on_the_page(root, audited):
    text = page(root, "rules.md")
    for rule in EXPANSION.rules():
        assert rule.id in {*audited, "all"}, rule.switch
        name = rule.switch.removeprefix("rules.")
        assert rule.id == "all" or f"`{name}" in text, rule.switch


def test_the_page_of_the_model_names_functions_that_state_rules_and_rules_that_audit_them(root, audited):
    rows = ROW.findall(page(root, "model.md"))
    assert len(rows) >= 15
    for functions, rules in rows:
        for name in re.findall(r"`([a-z_.]+)`", functions):
            module, _, function = name.rpartition(".")
            places = [f"provisor.expansion.{module}", f"provisor.expansion.model.{module}"]
            assert any(_has(place, function) for place in places), name
        assert set(re.findall(r"`([a-z-]+)`", rules)) <= audited, rules


def test_every_audited_rule_is_stated_in_the_model(root, audited):
    named = set(
        re.findall(r"`([a-z-]+)`", " ".join(rules for _, rules in ROW.findall(page(root, "model.md"))))
    )
    text = page(root, "model.md")
    missing = audited - NOT_RULES_OF_THE_BRIEF - named
    assert {rule for rule in missing if f"{rule}:" not in text} == set()


def _has(module, name):
    try:
        return hasattr(import_module(module), name)
    except ModuleNotFoundError:
        return False
