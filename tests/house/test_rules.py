"""Every rule has its row in the docs, its audit, and its place in the model."""

import re
from importlib import import_module

import pytest

from provisor.production.audit import RULES
from provisor.production.planner import PRODUCTION
from provisor.production.rules import Rules

ABOUT_THE_PLAN = {"tables", "costs"}
"""Audit rules that hold for every plan whatever the case says."""


@pytest.fixture(scope="module")
def documented(root):
    """Switches by rule id, as the table of rules has them."""
    page = (root / "docs" / "production" / "rules.md").read_text()
    table = page.partition("## Rules")[2].partition("## Costs")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \|.*\| (.*?) \|$", table, re.MULTILINE)
    assert len(rows) >= 18
    return dict(rows)


def test_every_documented_rule_is_audited_and_every_audit_documented(documented):
    audited = {rule.id for rule in RULES}
    assert audited == set(documented) | ABOUT_THE_PLAN


def test_every_documented_rule_has_its_place_in_the_model(documented):
    families = import_module("provisor.production.model").FAMILIES
    assert set(families) == set(documented)
    without = {rule: place for rule, place in families.items() if not callable(place)}
    assert all(isinstance(why, str) and len(why.split()) >= 5 for why in without.values())


def test_every_switch_named_in_the_docs_exists(documented):
    named = {word for cell in documented.values() for word in re.findall(r"`([a-z_]+)`", cell)}
    assert named - set(Rules.model_fields) <= {"pins"}


def test_every_switch_names_a_rule_and_says_what_it_means(documented):
    known = set(documented) | {"all", "departures"}
    for info in PRODUCTION.rules():
        assert info.id in known, info.switch
        assert len(info.meaning.split()) > 2
        assert info.default
