"""No single cell of a decision can be changed without the audit seeing it."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.wide import examples

from provisor.production.audit import audit

DECISIONS = {
    "production": ["units", "mixes", "hours", "batch", "state", "product", "date"],
    "departures": [
        "units",
        "cases",
        "pallets",
        "arrival",
        "batch",
        "state",
        "stop",
        "leg",
        "product",
        "date",
    ],
    "stock": ["units", "days_left", "batch", "state", "node", "product", "date"],
    "sales": ["units", "days_left", "batch", "state", "node", "product", "date"],
    "shortage": ["units", "demand", "node", "product", "date"],
    "disposal": ["units", "batch", "state", "node", "product", "date"],
    "state_changes": ["units", "batch", "from_state", "to_state", "new_batch", "node", "product", "date"],
}
CHANGES = st.floats(0.01, 1e6) | st.floats(-1e6, -0.01)


def changed(tables, table, column, row, value):
    frame = tables[table]
    cell = pl.int_range(pl.len()) == row
    literal = pl.lit(value, dtype=frame.schema[column])
    return {**tables, table: frame.with_columns(pl.when(cell).then(literal).otherwise(column).alias(column))}


def test_changed_units_are_noticed(hand):
    case, tables, costs = hand.case(), hand.tables(), hand.costs

    @given(data=st.data())
    @settings(max_examples=examples(40), deadline=None)
    def check(data):
        table = data.draw(st.sampled_from(sorted(DECISIONS)))
        row = data.draw(st.integers(0, tables[table].height - 1))
        value = tables[table]["units"][row] + data.draw(CHANGES)
        assert not audit(case, changed(tables, table, "units", row, value), costs).ok

    check()


def test_units_moved_between_rows_are_noticed_without_costs(hand):
    """Findings alone, no figure of cost: a change of units breaks a rule by itself."""
    case, tables = hand.case(), {name: frame for name, frame in hand.tables().items() if name != "costs"}

    @given(data=st.data())
    @settings(max_examples=examples(20), deadline=None)
    def check(data):
        table = data.draw(st.sampled_from(sorted(DECISIONS)))
        row = data.draw(st.integers(0, tables[table].height - 1))
        value = tables[table]["units"][row] + data.draw(CHANGES)
        assert audit(case, changed(tables, table, "units", row, value), None).findings

    check()


def test_any_other_cell_swapped_for_its_neighbours_is_noticed(hand):
    case, tables, costs = hand.case(), hand.tables(), hand.costs

    @given(data=st.data())
    @settings(max_examples=examples(50), deadline=None)
    def check(data):
        table = data.draw(st.sampled_from(sorted(DECISIONS)))
        column = data.draw(st.sampled_from(DECISIONS[table]))
        frame = tables[table]
        row = data.draw(st.integers(0, frame.height - 1))
        others = [value for value in frame[column].unique().sort() if value != frame[column][row]]
        if others:
            value = data.draw(st.sampled_from(others))
            assert not audit(case, changed(tables, table, column, row, value), costs).ok

    check()


def test_a_row_left_out_is_noticed(hand):
    case, tables, costs = hand.case(), hand.tables(), hand.costs

    @given(data=st.data())
    @settings(max_examples=examples(40), deadline=None)
    def check(data):
        table = data.draw(st.sampled_from(sorted(DECISIONS)))
        row = data.draw(st.integers(0, tables[table].height - 1))
        shorter = tables[table].filter(pl.int_range(pl.len()) != row)
        assert not audit(case, {**tables, table: shorter}, costs).ok

    check()
