"""A problem built a column and a row at a time is the one its formulas say, with its names."""

import numpy as np
import pytest

from provisor.engine.backends.highs import Highs
from provisor.engine.builder import Builder
from provisor.engine.result import Limits, SolveStatus


def diet():
    """Two foods, one of them in whole pieces, and needs stated in two families of rows taken in turn."""
    builder = Builder(offset=10.0)
    bread = builder.column("eat", ("bread", 1), upper=4.0, cost=2.0)
    eggs = builder.column("eat", ("eggs", 1), lower=1.0, cost=3.0)
    boxes = builder.column("boxes", ("eggs",), upper=9.0, cost=0.5, integer=True)
    builder.row("need", ("energy",), [(bread, 1.0), (eggs, 2.0)], lower=6.0)
    builder.row("limit", ("salt",), [(bread, 1.0), (eggs, 1.0)], upper=5.0)
    builder.row("need", ("protein",), [(eggs, 1.0), (eggs, 0.5)], lower=3.0)
    builder.row("limit", ("pieces",), [(eggs, 1.0), (boxes, -2.0)], lower=-8.0, upper=0.0)
    return builder


def test_columns_are_as_declared():
    problem = diet().problem()
    assert problem.lower.tolist() == [0, 1, 0]
    assert problem.upper.tolist() == [4, np.inf, 9]
    assert problem.cost.tolist() == [2, 3, 0.5]
    assert problem.integer.tolist() == [False, False, True]
    assert problem.offset == 10.0
    assert [problem.column_name(index) for index in range(3)] == [
        "eat[bread, 1]",
        "eat[eggs, 1]",
        "boxes[eggs]",
    ]


def test_rows_are_sorted_by_family_with_their_entries_limits_and_names():
    problem = diet().problem()
    assert [(block.name, block.keys) for block in problem.rows] == [
        ("need", (("energy",), ("protein",))),
        ("limit", (("salt",), ("pieces",))),
    ]
    assert problem.matrix.toarray().tolist() == [[1, 2, 0], [0, 1.5, 0], [1, 1, 0], [0, 1, -2]]
    assert problem.row_lower.tolist() == [6, 3, -np.inf, -8]
    assert problem.row_upper.tolist() == [np.inf, np.inf, 5, 0]


def test_the_optimum_is_that_of_the_formulas():
    result = Highs().solve(diet().problem(), Limits(seconds=5))
    assert result.status is SolveStatus.OPTIMAL
    # three eggs in two boxes; two eggs in one box and two slices of bread cost 20.5
    assert result.objective == pytest.approx(10 + 3 * 3 + 2 * 0.5)
    assert result.x == pytest.approx([0, 3, 2])


def test_entries_of_one_column_add_up_and_those_that_cancel_are_gone():
    builder = Builder()
    x, y = builder.column("x", (1,)), builder.column("x", (2,))
    builder.row("sum", (1,), [(x, 1.0), (y, 1.0), (x, -1.0), (y, 2.0)], lower=3.0)
    problem = builder.problem()
    assert problem.matrix.nnz == 1
    assert problem.matrix.toarray().tolist() == [[0, 3]]


def test_a_charge_adds_to_the_cost():
    builder = Builder()
    x = builder.column("x", (1,), cost=1.0)
    builder.charge(x, 0.5)
    builder.charge(x, 0.25)
    assert builder.problem().cost.tolist() == [1.75]


def test_an_empty_row_and_an_empty_problem_are_problems():
    assert Builder().problem().size == {"rows": 0, "columns": 0, "integers": 0, "nonzeros": 0}
    builder = Builder()
    builder.column("x", (1,))
    builder.row("none", (1,), [], lower=0.0)
    assert builder.problem().size == {"rows": 1, "columns": 1, "integers": 0, "nonzeros": 0}


def test_a_family_of_columns_taken_up_again_is_refused():
    builder = Builder()
    for family in ("x", "y", "x"):
        builder.column(family, (len(family),))
    with pytest.raises(ValueError, match="in one go"):
        builder.problem()


def test_building_again_after_more_rows_has_them_all():
    builder = diet()
    before = builder.problem()
    builder.row("need", ("joy",), [(0, 1.0)], lower=1.0)
    after = builder.problem()
    assert before.size["rows"] + 1 == after.size["rows"]
    assert after.row_block("need").keys == (("energy",), ("protein",), ("joy",))
