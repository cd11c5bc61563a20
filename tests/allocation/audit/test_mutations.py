"""No single cell of a decision can be changed without the audit seeing it, and other decisions are judged alike."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.wide import examples

from provisor.allocation.audit import audit

DECISIONS = {
    "allocation": [
        "carried",
        "pieces",
        "opening",
        "shipped",
        "transferred",
        "returned",
        "sales",
        "value",
        "store",
        "period",
    ],
    "routes": ["pieces", "centre", "store", "product", "period", "sent"],
    "transfers": ["pieces", "product"],
    "slack": ["rule", "period", "store", "group", "amount", "price"],
    "costs": ["component", "period", "store", "amount"],
}


def swapped(frame, column, row, value):
    cell = pl.int_range(pl.len()) == row
    return frame.with_columns(
        pl.when(cell).then(pl.lit(value, dtype=frame.schema[column])).otherwise(column).alias(column)
    )


def numbers(dtype):
    return st.integers(1, 9) if dtype == pl.Int64 else st.floats(0.02, 1e6)


def test_a_changed_cell_is_noticed(hand):
    case, tables = hand.case(), hand.tables()
    costs = hand.costs(tables)

    @given(data=st.data())
    @settings(max_examples=examples(60), deadline=None)
    def check(data):
        table = data.draw(st.sampled_from(sorted(DECISIONS)))
        column = data.draw(st.sampled_from(DECISIONS[table]))
        frame = tables[table]
        row = data.draw(st.integers(0, frame.height - 1))
        if frame.schema[column].is_numeric():
            value = frame[column][row] + data.draw(numbers(frame.schema[column]))
        else:
            others = [value for value in frame[column].unique().sort() if value != frame[column][row]]
            if not others:
                return
            value = data.draw(st.sampled_from(others))
        changed = {**tables, table: swapped(frame, column, row, value)}
        assert not audit(case, changed, costs).ok, (table, column, row, value)

    check()


def test_a_row_left_out_is_noticed(hand):
    case, tables = hand.case(), hand.tables()
    costs = hand.costs(tables)
    for table in DECISIONS:
        for row in range(0, tables[table].height, 1 if tables[table].height < 20 else 4):
            shorter = tables[table].filter(pl.int_range(pl.len()) != row)
            assert not audit(case, {**tables, table: shorter}, costs).ok, (table, tables[table].row(row))


def test_figures_of_any_decisions_are_those_of_the_naive_auditor(hand):
    """Decisions at random, mostly bad ones: whatever else is found, balance, slack and costs are right."""
    pairs = [(row["store"], row["product"]) for row in hand.rows["pairs"]]
    lanes = [(row["centre"], row["store"]) for row in hand.rows["lanes"]]
    ways = [(1, c, s, p) for c, s in lanes for t, p in pairs if s == t]
    ways += [(2, *way[1:]) for way in ways]

    @given(data=st.data())
    @settings(max_examples=examples(40), deadline=None)
    def check(data):
        hand.decisions = {
            "hung": set(
                data.draw(st.lists(st.sampled_from([(k, *p) for k in (1, 2) for p in pairs]), unique=True))
            ),
            "routes": data.draw(st.dictionaries(st.sampled_from(ways), st.integers(1, 9), max_size=12)),
            "transfers": {},
            "returned": {},
        }
        hand.rules["core_subcategories"] = data.draw(st.sampled_from([(), ("Shirt", "Jogger")]))
        hand.rules["coherence_tolerance"] = data.draw(st.sampled_from([0.0, 0.1, 0.5]))
        hand.rules["lifecycle"] = data.draw(st.booleans())
        report = hand.audit()
        told = {"tables", "balance", "role-minimum", "role-maximum", "coherence", "corridor", "categories"}
        told |= {"price-bands", "core-subcategories", "costs"}
        assert [f.words for f in report.findings if f.rule in told] == []
        assert report.cost_difference < 1e-6

    check()
