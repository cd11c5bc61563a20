"""Problems written as MPS files read back the same, and files of others read as others read them."""

import gzip
from dataclasses import replace

import highspy
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from provisor.engine.read_mps import BadMps, read_mps
from provisor.engine.write_mps import write_mps

from .problems import hard, knapsack, linear, problem

FIELDS = ("row_lower", "row_upper", "lower", "upper", "cost", "integer")


def same(one, two):
    assert (one.matrix != two.matrix).nnz == 0
    for field in FIELDS:
        assert np.array_equal(getattr(one, field), getattr(two, field)), field
    assert one.offset == two.offset


@pytest.mark.parametrize("suffix", [".mps", ".mps.gz"])
@pytest.mark.parametrize("stated", [knapsack(), linear(), hard(4, 6)])
def test_round_trip(tmp_path, stated, suffix):
    path = tmp_path / f"model{suffix}"
    write_mps(stated, path)
    same(stated, read_mps(path))


limit = st.none() | st.integers(-9, 9)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(limit, limit), min_size=0, max_size=4),
    columns=st.lists(st.tuples(limit, limit, st.booleans(), st.integers(-3, 3)), min_size=1, max_size=5),
    seed=st.integers(0, 99),
)
def test_round_trip_of_all_kinds_of_limits(tmp_path_factory, rows, columns, seed):
    ordered = [sorted(pair) if None not in pair else pair for pair in rows]
    bounds = [
        sorted(pair) if None not in pair else pair for pair in ((low, high) for low, high, _, _ in columns)
    ]
    matrix = np.random.default_rng(seed).integers(-2, 3, (len(rows), len(columns)))
    stated = problem(
        matrix, [low for low, _ in ordered], [high for _, high in ordered],
        [low for low, _ in bounds], [high for _, high in bounds],
        [cost for *_, cost in columns], [whole for *_, whole, _ in columns], float(seed) / 7,
    )  # fmt: skip
    path = tmp_path_factory.mktemp("mps") / "model.mps"
    write_mps(stated, path)
    same(stated, read_mps(path))


@pytest.mark.parametrize(
    "name",
    [
        "flugpl",
        "egout",
        "p0548",
        "lseu",
        "rgn",
        "bell5",
        "dcmulti",
        "p200x1188c",
        "sp150x300d",
        "tr12-30",
        "b1c1s1",
    ],
)
def test_benchmarks_read_as_highs_reads_them(benchmark_file, name):
    path = benchmark_file(name)
    ours = read_mps(path)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    assert model.readModel(str(path)) == highspy.HighsStatus.kOk
    theirs = model.getLp()
    kept = np.isfinite(ours.row_lower) | np.isfinite(ours.row_upper)
    entries = theirs.a_matrix_
    size = (theirs.num_row_, theirs.num_col_)
    matrix = sp.csc_array((entries.value_, entries.index_, entries.start_), shape=size)
    assert abs(matrix - ours.matrix[kept]).max() == 0
    assert np.array_equal(theirs.row_lower_, ours.row_lower[kept])
    assert np.array_equal(theirs.row_upper_, ours.row_upper[kept])
    assert np.array_equal(theirs.col_lower_, ours.lower)
    assert np.array_equal(theirs.col_upper_, ours.upper)
    assert np.array_equal(theirs.col_cost_, ours.cost)
    assert theirs.offset_ == ours.offset
    assert np.array_equal([int(kind) for kind in theirs.integrality_], ours.integer)


EVERYTHING = """\
* a comment
NAME          everything
OBJSENSE
    MAX
ROWS
 N  profit
 E  e_plus
 E  e_minus
 L  less
 G  more
 N  other
COLUMNS
    a  profit  2.0  e_plus  1.0
    a  e_minus  1.0
    M1  'MARKER'  'INTORG'
    b  profit  -3.0  less  1.5
    c  less  1.0
    M2  'MARKER'  'INTEND'
    d  more  1.0
    e  more  1.0  other  4.0
    f  more  1.0
    g  more  1.0
    h  more  1.0
    i  more  1.0
RHS
    profit  -10.0
    e_plus  5.0  e_minus  5.0
    rhs  less  8.0
    rhs  more  3.0
RANGES
    range  e_plus  2.0  e_minus  -2.0
    less  4.0  more  1.0
BOUNDS
 UP bound c 7
 MI bound d
 UP bound e -2
 FR bound f
 BV g
 LI h 2
 UI bound h 6
 FX bound i 3.5
ENDATA
"""


def test_every_kind_of_line(tmp_path):
    path = tmp_path / "everything.mps.gz"
    with gzip.open(path, "wt") as file:
        file.write(EVERYTHING)
    stated = read_mps(path)
    inf = np.inf
    assert stated.offset == -10.0
    assert stated.cost.tolist() == [-2, 3, 0, 0, 0, 0, 0, 0, 0]
    assert stated.row_lower.tolist() == [5, 3, 4, 3, -inf]
    assert stated.row_upper.tolist() == [7, 5, 8, 4, inf]
    assert stated.lower.tolist() == [0, 0, 0, -inf, -inf, -inf, 0, 2, 3.5]
    assert stated.upper.tolist() == [inf, 1, 7, inf, -2, inf, 1, 6, 3.5]
    assert stated.integer.tolist() == [False, True, True, False, False, False, True, True, False]
    assert stated.row_name(2) == "row[less]"
    assert stated.column_name(8) == "column[i]"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (" UP bound c 7", " UP bound zebra 7", "line 34: UP bound zebra 7: 'no column zebra'"),
        (" UP bound c 7", " SC bound c 7", "SC"),
        ("    c  less  1.0", "    c  fewer  1.0", "no row fewer"),
        ("    c  less  1.0", "    c  less  many", "many"),
        ("    c  less  1.0", "    c  less", "a name without a number"),
        (" G  more", " X  more", "unknown"),
        (" G  more", " G  less", "not new"),
        ("RANGES", "QUADOBJ", "QUADOBJ is not that of a linear problem"),
    ],
)
def test_bad_files_say_where(tmp_path, old, new, words):
    path = tmp_path / "bad.mps"
    path.write_text(EVERYTHING.replace(old, new, 1))
    with pytest.raises(BadMps, match=words):
        read_mps(path)


def test_numbers_are_written_in_full(tmp_path):
    path = tmp_path / "model.mps"
    write_mps(replace(linear(), offset=0.1 + 0.2), path)
    assert read_mps(path).offset == 0.1 + 0.2
