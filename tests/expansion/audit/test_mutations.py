"""Whatever cell of the plan made by hand is changed, the auditor notices.

Some cells belong to the suite; twice as many are looked at where the environment has PROVISOR_WIDE.
"""

import os

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from provisor.expansion.audit import RULES, audit

UNITS = {
    "inventory_levels_daily": "units",
    "deliveries_daily": "units_delivered",
    "order_schedule_daily": "units_ordered",
    "shipment_plan_daily": "units_shipped",
    "opening_stock": "units",
    "shelf_additions": "shelves_added",
    "expansion_decisions": "sqft_added",
}
"""Column of the amount decided, by table."""

FEW = 60 if os.environ.get("PROVISOR_WIDE") else 30

CHANGES = st.sampled_from([-24.0, -7.0, -1.0, -0.02, 0.02, 1.0, 8.0, 50.0])


def changed(tables, table, column, row, value):
    frame = tables[table]
    cell = pl.int_range(pl.len()) == row
    literal = pl.lit(value, dtype=frame.schema[column])
    return {**tables, table: frame.with_columns(pl.when(cell).then(literal).otherwise(column).alias(column))}


def test_changed_amounts_break_a_rule_without_a_look_at_what_follows(hand):
    """The columns that follow from amounts are left out, and so are figures of cost: a rule itself must notice."""
    case, tables = hand.case(), hand.tables()
    keys = {"month", "day", "sku", "facility", "storage_type"}
    for table, column in UNITS.items():
        moments = {c for c in tables[table].columns if c.endswith(("_month", "_day"))}
        tables[table] = tables[table].select(
            c for c in tables[table].columns if c in keys | moments | {column}
        )
    for name in ("costs", "phases", "expansion_tiers"):
        del tables[name]

    @given(data=st.data())
    @settings(max_examples=FEW, deadline=None)
    def check(data):
        table = data.draw(st.sampled_from(sorted(set(UNITS) - {"expansion_decisions", "shelf_additions"})))
        row = data.draw(st.integers(0, tables[table].height - 1))
        value = tables[table][UNITS[table]][row] + data.draw(CHANGES)
        assert audit(case, changed(tables, table, UNITS[table], row, value), None).findings

    check()


def test_any_cell_changed_is_noticed(hand):
    case, tables, costs = hand.case(), hand.tables(), hand.costs
    filled = {name: frame for name, frame in tables.items() if frame.height and name != "costs"}

    @given(data=st.data())
    @settings(max_examples=2 * FEW, deadline=None)
    def check(data):
        table = data.draw(st.sampled_from(sorted(filled)))
        frame = filled[table]
        column = data.draw(st.sampled_from(frame.columns))
        row = data.draw(st.integers(0, frame.height - 1))
        if frame.schema[column] == pl.Float64:
            value = frame[column][row] + data.draw(CHANGES)
        else:
            others = [value for value in frame[column].unique().sort() if value != frame[column][row]]
            if not others:
                return
            value = data.draw(st.sampled_from(others))
        assert not audit(case, changed(filled, table, column, row, value), costs).ok

    check()


def test_a_row_left_out_is_noticed(hand):
    case, tables, costs = hand.case(), hand.tables(), hand.costs

    @given(data=st.data())
    @settings(max_examples=FEW, deadline=None)
    def check(data):
        table = data.draw(st.sampled_from(sorted(UNITS)))
        row = data.draw(st.integers(0, tables[table].height - 1))
        shorter = tables[table].filter(pl.int_range(pl.len()) != row)
        assert not audit(case, {**tables, table: shorter}, costs).ok

    check()


def test_plans_of_garbage_are_told_and_never_raise(hand):
    case, tables = hand.case(), hand.tables()
    garbage = [None, "x", -1.5, 1e300, float("nan"), "2027-03-01"]

    @given(data=st.data())
    @settings(max_examples=FEW, deadline=None)
    def check(data):
        table = data.draw(st.sampled_from(sorted(tables)))
        frame = tables[table].cast(pl.String)
        if frame.is_empty():
            return
        column = data.draw(st.sampled_from(frame.columns))
        value = data.draw(st.sampled_from(garbage))
        spoilt = frame.with_columns(pl.lit(None if value is None else str(value)).alias(column))
        report = audit(case, {**tables, table: spoilt}, None)
        assert set(report.checked) == {rule.id for rule in RULES}

    check()


def test_a_plan_without_rows_breaks_what_it_must(hand):
    empty = {name: frame.clear() for name, frame in hand.tables().items()}
    broken = {finding.rule for finding in audit(hand.case(), empty, None).findings}
    assert broken == {"demand"}
