"""The planner as the rest of the house sees it."""

import re
from pathlib import Path

import numpy as np
import pytest
from tests.allocation.seeded import small_case

from provisor.allocation.audit import RULES
from provisor.allocation.demand import chance, expected_sales
from provisor.allocation.model import FAMILIES
from provisor.allocation.planner import ALLOCATION
from provisor.allocation.report import KPI_UNITS
from provisor.planner import SolveOptions

DOCS = Path(__file__).parents[2] / "docs" / "allocation" / "rules.md"


@pytest.fixture(scope="module")
def plan():
    return ALLOCATION.solve(small_case(3), SolveOptions(gap=1e-6))


def test_model_docs_and_audit_have_the_same_rules():
    documented = set(
        re.findall(r"^\| `([a-z-]+)` \| [^|]+\| [^|]+\|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    )
    audited = {rule.id for rule in RULES} - {"tables", "costs", "slack"}
    assert set(FAMILIES) <= documented
    assert set(FAMILIES) <= audited


def test_every_table_has_its_schema(plan):
    schemas = ALLOCATION.table_schemas()
    assert set(plan.tables) == set(schemas)
    for name, table in plan.tables.items():
        assert dict(table.schema) == schemas[name].dtypes


def test_every_row_says_why(plan):
    rows = plan.table("allocation")
    assert rows.height
    assert rows["reason"].str.len_chars().min() > 10
    assert rows["confidence"].is_between(0, 1).all()


def test_key_figures_have_units_and_charts_are_drawn(plan):
    assert set(plan.kpis) == set(KPI_UNITS)
    assert ALLOCATION.charts(plan)
    assert plan.kpis["expected_sales"] == pytest.approx(plan.table("allocation")["sales"].sum())


def test_sales_of_parts_of_a_piece_are_linear():
    mean, spread = np.array([2.0]), np.array([1.5])
    one, two = (expected_sales(np.array([n]), mean, spread) for n in (1.0, 2.0))
    assert expected_sales(np.array([1.25]), mean, spread) == pytest.approx(0.75 * one + 0.25 * two)


def test_chance_of_a_negative_binomial_sums_to_its_mean():
    n = np.arange(1.0, 400.0)
    assert chance(n, np.array(3.0), np.array(2.0)).sum() == pytest.approx(3.0)
    assert chance(n, np.array(0.0), np.array(2.0)).sum() == 0
