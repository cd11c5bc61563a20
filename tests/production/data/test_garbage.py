"""Whatever stands in the files, a case is read or refused with problems; there is never a traceback."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.wide import examples

CELL = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(
        [
            "NaN",
            "-1",
            "0",
            "1e400",
            "2025-10-17",
            "0001-01-01",
            "9999-12-31",
            "PLANT",
            "HUB",
            "=1+1",
            ";",
            "true",
        ]
    ),
)
TABLES = ["products", "nodes", "legs", "trucks", "calendar", "demand", "stock", "costs"]
GARBAGE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=examples(20)
)


@pytest.fixture
def fresh(small):
    """The small case, made anew for each example in the same folder."""
    return lambda: type(small)(small.folder)


def told(case):
    """Whether every problem of the case is told in words; the small case always has some."""
    problems = case.problems()
    return len(problems) > 0 and all(problem.message for problem in problems)


@GARBAGE
@given(table=st.sampled_from(TABLES), data=st.data(), cell=CELL)
def test_a_garbage_cell(fresh, table, data, cell):
    case = fresh()
    row = data.draw(st.sampled_from(case.tables[table]))
    row[data.draw(st.sampled_from(sorted(row)))] = cell
    assert told(case)


@GARBAGE
@given(table=st.sampled_from(TABLES), column=st.integers(0, 8), cell=CELL)
def test_a_garbage_column(fresh, table, column, cell):
    case = fresh()
    names = sorted(case.tables[table][0])
    for row in case.tables[table]:
        row[names[column % len(names)]] = cell
    assert told(case)


@GARBAGE
@given(table=st.sampled_from(TABLES), content=st.binary(max_size=120))
def test_a_garbage_file(fresh, table, content):
    case = fresh()
    case.write()
    (case.folder / f"{table}.csv").write_bytes(content)
    del case.tables[table]
    assert told(case)
    (case.folder / f"{table}.csv").unlink()


KEYS = st.sampled_from(
    ["start", "days", "weeks", "stock_date", "rules", "pins", "files", "stock_locations", "other"]
)
VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)


@GARBAGE
@given(keys=st.dictionaries(KEYS, VALUE, max_size=3))
def test_garbage_keys(fresh, keys):
    case = fresh()
    case.keys |= keys
    case.files = keys.get("files", case.files)
    assert told(case)


def test_the_order_of_rows_never_matters(fresh):
    first = fresh().read().fingerprint

    @GARBAGE
    @given(seed=st.randoms(use_true_random=False))
    def check(seed):
        case = fresh()
        for rows in case.tables.values():
            seed.shuffle(rows)
        assert case.read().fingerprint == first

    check()
