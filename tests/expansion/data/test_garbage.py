"""Whatever stands in the files, a case is read or refused with problems; there is never a traceback."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CELL = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(
        ["NaN", "-1", "0", "1e400", "2027-01-01", "0001-01-01", "Old", "LAMP", "=1+1", ";", "true", "1e9"]
    ),
)
TABLES = ["products", "suppliers", "sites", "tiers", "shelving", "lead_times", "demand"]
USERS_TABLES = [
    "products",
    "suppliers",
    "shelving",
    "shelf_dimensions",
    "storage_types",
    "inbound",
    "lead_times",
    "demand",
]
GARBAGE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20
)


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


@GARBAGE
@given(table=st.sampled_from(USERS_TABLES), data=st.data(), cell=CELL)
def test_a_garbage_cell_of_the_users(users, table, data, cell):
    row = data.draw(st.sampled_from(users.tables[table]))
    column = data.draw(st.sampled_from(sorted(row)))
    before, row[column] = row[column], cell
    assert told(users)
    row[column] = before


KEYS = st.sampled_from(
    [
        "start",
        "months",
        "days_per_month",
        "rules",
        "pins",
        "files",
        "expandable",
        "trucks",
        "transport_per_pack",
        "other",
    ]
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
    case.rules = keys.get("rules", case.rules)
    assert told(case)
