"""The page of the model names what the code states, column by column and row by row."""

import re
from importlib import import_module

import pytest

from provisor.production.audit import RULES
from provisor.production.model import CONSTRAINTS, FAMILIES, Model


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "production" / "model.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(page):
    """Cells by rule of the table of rules, rows and audit."""
    table = page.partition("## Rules, rows and audit")[2].partition("\n## ")[0]
    found = re.findall(r"^\| `([a-z-]+)` \| (.*?) \| (.*?) \| (.*?) \|$", table, re.MULTILINE)
    return {rule: cells for rule, *cells in found}


def name_of(function):
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def test_every_rule_has_a_row_with_the_function_that_states_it(rows):
    assert set(rows) == set(FAMILIES)
    stated = {rule: name_of(place) for rule, place in FAMILIES.items() if callable(place)}
    assert {rule: name for rule, name in stated.items() if f"`{name}`" not in rows[rule][0]} == {}


def test_every_rule_names_its_audit(rows):
    for rule, (_, _, audit) in rows.items():
        module, _, name = audit.strip("`").rpartition(".")
        found = getattr(import_module(f"provisor.production.{module}"), name)
        assert found in RULES, rule
        assert found.id == rule


def test_every_family_of_constraints_is_told_of(page):
    assert [name_of(family) for family in CONSTRAINTS if name_of(family) not in page] == []


def test_every_column_has_a_row(page):
    table = page.partition("## Variables")[2].partition("\n## ")[0]
    declared = set(re.findall(r"``([a-z_]+)``", Model.__doc__))
    assert declared == set(re.findall(r"`([a-z_]+)`", table)) & declared
    assert len(declared) >= 20
