"""The rules page and the auditor speak of the same rules, switches, components and prices."""

import re
from pathlib import Path

import pytest

from provisor.allocation.audit import RULES
from provisor.allocation.audit.lines import PRICED
from provisor.allocation.rules import Rules
from provisor.allocation.tables import COMPONENTS, COST_PARAMETERS

ABOUT_THE_PLAN = {"tables", "costs"}


@pytest.fixture(scope="module")
def page():
    text = (Path(__file__).parents[3] / "docs" / "allocation" / "rules.md").read_text()
    rules, costs = text.partition("## Rules")[2].split("## Costs")
    return {"rules": rules, "costs": costs}


def test_every_documented_rule_is_audited_and_every_audit_documented(page):
    documented = set(re.findall(r"^\| `([a-z-]+)` \| [^|]*\| [^|]*\|$", page["rules"], re.MULTILINE))
    assert {rule.id for rule in RULES} == documented | ABOUT_THE_PLAN


def test_every_switch_named_exists(page):
    rows = re.findall(r"^\| `[a-z-]+` \| [^|]*\| ([^|]*) \|$", page["rules"], re.MULTILINE)
    named = {word for cell in rows for word in re.findall(r"`([a-z_]+)`", cell)}
    assert named - set(Rules.model_fields) <= {"pins"}


def test_every_priced_rule_has_its_price_on_the_page(page):
    prices = set(re.findall(r"\| ([a-z_]+) \|$", page["rules"], re.MULTILINE)) & set(COST_PARAMETERS)
    assert prices == {price for _, _, price in PRICED}


def test_every_component_is_on_the_page(page):
    named = set(re.findall(r"`([a-z_]+)`", page["costs"].partition("| objective |")[0]))
    assert set(COMPONENTS) <= named
