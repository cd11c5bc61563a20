"""Plans of any origin: what cannot be read or is not of the case is told, and nothing raises."""

import ast
from pathlib import Path

import polars as pl
import pytest

from provisor.allocation import audit as package
from provisor.allocation.audit import audit
from provisor.case import Case
from provisor.production.rules import Rules, Settings


def rules_of(report):
    return {finding.rule for finding in report.findings}


def without(hand, table, **key):
    """The audit of the plan for a case that lacks a row."""
    tables = hand.tables()
    hand.rows[table].remove(hand.row(table, **key))
    return audit(hand.case(), tables, None)


def test_a_pair_that_the_case_does_not_have(hand):
    found = without(hand, "pairs", store="S1", product="P6")
    assert not found.findings
    found = without(hand, "pairs", store="S3", product="P6")
    (first,) = [
        finding for finding in found.findings if finding.rule == "eligibility" and "no pair" in finding.words
    ][:1]
    assert first.where == {"period": "1", "store": "S3", "product": "P6"}


def test_a_lane_that_the_case_does_not_have(hand):
    found = without(hand, "lanes", centre="D2", store="S4")
    assert "there is no lane from D2 to S4" in " ".join(finding.words for finding in found.findings)


def test_a_transfer_lane_that_the_case_does_not_have(hand):
    found = without(hand, "transfer_lanes", from_store="S2")
    assert "there is no lane" in " ".join(f.words for f in found.findings if f.rule == "transfers")


@pytest.mark.parametrize(("table", "key"), [("stores", {"store": "S4"}), ("products", {"product": "P6"})])
def test_a_name_that_the_case_does_not_have(hand, table, key):
    ((column, name),) = key.items()
    found = without(hand, table, **key)
    assert f"the case has no {column} {name}" in " ".join(
        f.words for f in found.findings if f.rule == "tables"
    )


def test_a_period_beyond_the_horizon_and_a_row_said_twice(hand):
    tables = hand.tables()
    rows = tables["allocation"]
    strange = rows.tail(1).with_columns(period=pl.lit(3, dtype=pl.Int64))
    words = [
        f.words
        for f in hand.audit({**tables, "allocation": pl.concat([rows, rows.head(1), strange])}).findings
    ]
    assert words == [
        "Table allocation: period 3 is outside the horizon 1 to 2",
        "Table allocation: a second row has the same period, store, product",
    ]


def test_text_alone_is_read(hand):
    """The CSV files of an export hold text."""
    tables = {name: frame.with_columns(pl.all().cast(pl.String)) for name, frame in hand.tables().items()}
    report = audit(hand.case(), tables, None)
    assert [finding.words for finding in report.findings] == []


def test_what_follows_from_decisions_may_be_left_out(hand):
    tables = hand.tables()
    decided = tables["allocation"].select("period", "store", "product", "carried", "pieces", "returned")
    kept = {"allocation": decided, "routes": tables["routes"].drop("sent"), "transfers": tables["transfers"]}
    report = audit(hand.case(), kept, None)
    assert [finding.words for finding in report.findings] == []
    assert report.cost_difference is None
    assert report.costs == pytest.approx(hand.costs(tables))


def test_a_missing_table_a_missing_column_and_a_strange_cell(hand):
    tables = hand.tables()
    told = tables["allocation"].with_columns(pl.col("carried").cast(pl.String).replace("true", "perhaps"))
    assert (
        "'perhaps' is not true or false"
        in audit(hand.case(), {**tables, "allocation": told}, None).findings[0].words
    )
    assert (
        "routes is missing"
        in audit(hand.case(), {"allocation": tables["allocation"]}, None).findings[0].words
    )
    bare = {**tables, "routes": tables["routes"].drop("centre")}
    assert "no column centre" in audit(hand.case(), bare, None).findings[0].words


def test_no_tables_at_all(hand):
    assert "tables" in rules_of(audit(hand.case(), {}, None))


def test_a_case_of_another_planner(hand):
    other = Case("production", "bread", {}, Settings.model_construct(), Rules())
    with pytest.raises(TypeError, match="not of allocation"):
        audit(other, {}, None)


def test_the_auditor_imports_nothing_of_the_planner_but_its_contract():
    allowed = {"provisor.allocation.rules", "provisor.allocation.tables"}
    folder = Path(package.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("provisor.allocation"):
                assert node.module in allowed or node.module.startswith("provisor.allocation.audit"), (
                    path.name
                )
