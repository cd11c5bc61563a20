"""Plan tables of any origin: what is wrong with them is told, and never raises."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.wide import examples

from provisor.production.audit import audit, coerce
from provisor.production.tables import PLAN_TABLES

DECISIONS = ["production", "departures", "stock", "sales", "shortage", "disposal", "state_changes"]


def day(number):
    return date(2025, 10, number)


def misread(hand, tables):
    return audit(hand.case(), tables, None).by_rule()["tables"]


def csv(frame):
    """The table as a CSV file of another system would have it: everything text, missing cells empty."""
    return pl.read_csv(frame.write_csv().encode(), infer_schema_length=0)


def test_all_text_is_read(hand):
    report = audit(hand.case(), {name: csv(frame) for name, frame in hand.tables().items()}, hand.costs)
    assert [finding.words for finding in report.findings] == []


def test_other_types_are_read(hand):
    tables = hand.tables()
    tables["production"] = tables["production"].with_columns(
        pl.col("date").cast(pl.Datetime("ns")),
        pl.col("units").cast(pl.Int32),
        pl.col("node").cast(pl.Categorical),
    )
    tables["sales"] = tables["sales"].with_columns(
        pl.col("units").cast(pl.Decimal(12, 2)), pl.col("days_left").cast(pl.Float32), extra=pl.lit("other")
    )
    assert audit(hand.case(), {**tables, "notes": pl.DataFrame({"x": [1]})}, hand.costs).ok


def test_codes_read_as_numbers_are_codes():
    frame = pl.DataFrame(
        {"date": [day(20)], "node": [6122], "product": [168846.0], "units": [1], "demand": [2]}
    )
    tables, _ = coerce({"shortage": frame})
    assert tables["shortage"].row(0)[1:3] == ("6122", "168846")


def test_coerced_tables_have_exactly_the_columns_of_their_schemas(hand):
    tables, findings = coerce(hand.tables())
    assert not findings
    assert {name: dict(frame.schema) for name, frame in tables.items()} == {
        s.name: s.dtypes for s in PLAN_TABLES
    }


@pytest.mark.parametrize("name", DECISIONS)
def test_missing_decisions_are_told(hand, name):
    tables = hand.tables()
    del tables[name]
    assert [finding.where for finding in misread(hand, tables)][:1] == [{"table": name}]


@pytest.mark.parametrize(("table", "column"), [("sales", "batch"), ("departures", "leg"), ("stock", "units")])
def test_missing_columns_are_told(hand, table, column):
    tables = hand.tables()
    tables[table] = tables[table].drop(column)
    assert {"table": table, "column": column} in [finding.where for finding in misread(hand, tables)]


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("sales", "units", "many", "'many' is not a plain number"),
        ("sales", "units", "NaN", "'NaN' is not a plain number"),
        ("sales", "units", "inf", "'inf' is not a plain number"),
        ("sales", "units", "1e300", "'1e300' is not a plain number"),
        ("sales", "units", "-5", "-5 is below 0"),
        ("sales", "units", "", "the cell is empty"),
        ("sales", "date", "22/10/2025", "is not a day written as 2025-10-17"),
        ("sales", "date", "2025-02-30", "is not a day written as 2025-10-17"),
        ("sales", "days_left", "7.5", "'7.5' is not a whole number"),
        ("sales", "days_left", "", "the cell is empty"),
        ("stock", "state", "melted", "is not one of ambient, frozen, thawed"),
        ("costs", "amount", "free", "is not a plain number"),
    ],
)
def test_cells_that_cannot_be_read(hand, table, column, value, words):
    tables = hand.tables()
    text = csv(tables[table])
    row = pl.int_range(pl.len()) == 2
    tables[table] = text.with_columns(pl.when(row).then(pl.lit(value)).otherwise(column).alias(column))
    (finding,) = misread(hand, tables)
    assert finding.where == {"table": table, "row": "3", "column": column}
    assert words in finding.words


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("sales", "node", "MOON", "the case has no node MOON"),
        ("sales", "product", "Z", "the case has no product Z"),
        ("departures", "truck", "T9", "the case has no truck T9"),
        ("departures", "stop", "MOON", "the case has no node MOON"),
        ("departures", "origin", "MOON", "the case has no node MOON"),
        ("sales", "batch", "unheard", "batch unheard of A began nowhere (50 units)"),
        ("sales", "date", date(2025, 10, 28), "2025-10-28 is outside the horizon 2025-10-20 to 2025-10-27"),
        ("costs", "node", "MOON", "the case has no node MOON"),
    ],
)
def test_names_the_case_does_not_have(hand, table, column, value, words):
    hand.rows[table][0][column] = value
    found = [finding for finding in hand.audit().by_rule()["tables"] if words in finding.words]
    assert [finding.where["table"] for finding in found] == [table]


def test_goods_on_an_unknown_truck_still_move(hand):
    hand.find("departures", truck="T5")["truck"] = "T9"
    assert "balance" not in hand.broken()


@pytest.mark.parametrize("name", [schema.name for schema in PLAN_TABLES if schema.key])
def test_repeated_rows(hand, name):
    hand.rows[name].append(dict(hand.rows[name][0]))
    found = [finding for finding in hand.audit().by_rule()["tables"] if "second row" in finding.words]
    assert [finding.where["table"] for finding in found] == [name]


GARBAGE = [
    pl.DataFrame(),
    pl.DataFrame({"date": []}),
    pl.DataFrame({"nonsense": [1, 2, 3]}),
    "a text",
    pl.LazyFrame({"date": [1]}),
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_tables_never_raise(hand, garbage):
    case, tables = hand.case(), hand.tables()
    for name in tables:
        told = audit(case, {**tables, name: garbage}, hand.costs).by_rule()["tables"]
        assert {finding.where["table"] for finding in told if finding.unit in ("table", "column")} == {name}


def test_derived_tables_may_be_none(hand):
    assert audit(hand.case(), {**hand.tables(), "labour": None, "costs": None}, hand.costs).ok


CELLS = [
    [None, None],
    [True, False],
    [float("nan"), float("-inf")],
    [10**18, -(10**18)],
    ["", "\x00"],
    [b"raw", b"\xff"],
    [[1], []],
    [{"a": 1}, None],
    [date(2025, 10, 20), date(9999, 12, 31)],
    [datetime(1, 1, 1), datetime(2025, 10, 20, 13, 0)],  # noqa: DTZ001 - as a file without zones has it
    [Decimal("1.5"), Decimal(-1)],
    ["{date}", "2025-10-20"],
]


@pytest.mark.parametrize("cells", CELLS, ids=range(len(CELLS)))
def test_garbage_cells_are_read_or_told(hand, cells):
    """Every column of every table once holds cells of a strange type."""
    tables = hand.tables()
    for schema in PLAN_TABLES:
        frame = tables[schema.name].head(len(cells))
        for column in schema.columns:
            strange = frame.with_columns(pl.Series(column.name, cells[: frame.height]))
            coerced, findings = coerce({**tables, schema.name: strange})
            assert coerced[schema.name].schema == schema.dtypes
            told = [finding for finding in findings if finding.where["table"] == schema.name]
            lost = frame.height - coerced[schema.name].height
            assert len(told) >= lost
            assert all(finding.where["column"] == column.name for finding in told)


def test_audit_of_garbage_cells_never_raises(hand):
    case, tables = hand.case(), hand.tables()
    columns = [(schema.name, column) for schema in PLAN_TABLES for column in schema.dtypes]

    @given(place=st.sampled_from(columns), cells=st.sampled_from(CELLS))
    @settings(max_examples=examples(40), deadline=None)
    def check(place, cells):
        table, column = place
        frame = tables[table].head(len(cells))
        strange = frame.with_columns(pl.Series(column, cells[: frame.height]))
        assert audit(case, {**tables, table: strange}, hand.costs).cost_difference is not None

    check()


def test_objects_and_far_days_never_raise(hand):
    tables = hand.tables()
    things = pl.Series("units", [object()] * tables["sales"].height, dtype=pl.Object)
    far = pl.Series("date", [10**8] * tables["stock"].height, dtype=pl.Int32).cast(pl.Date)
    tables["sales"] = tables["sales"].with_columns(things)
    tables["stock"] = tables["stock"].with_columns(far)
    assert len(misread(hand, tables)) >= tables["sales"].height + tables["stock"].height


def test_no_tables_at_all(hand):
    report = audit(hand.case(), {}, {})
    assert [f.where["table"] for f in report.by_rule()["tables"]] == [
        schema.name for schema in PLAN_TABLES if schema.name in DECISIONS
    ]
    assert report.cost_difference == pytest.approx(0.0)
