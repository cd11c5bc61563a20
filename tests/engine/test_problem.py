"""Problems know their names, objective and violations."""

import numpy as np
import pytest
import scipy.sparse as sp

from provisor.engine.problem import Statement, stack_keys

from .problems import knapsack, linear, problem


def test_violation_is_the_largest_of_rows_bounds_and_whole_values():
    stated = problem([[1, 1]], [1], [3], [0, 0], [2, 2], [1, 1], [True, False])
    assert stated.violation(np.array([1.0, 1.0])) == 0.0
    assert stated.violation(np.array([2.0, 2.0])) == 1.0
    assert stated.violation(np.array([0.0, 0.5])) == 0.5
    assert stated.violation(np.array([-2.0, 4.0])) == 2.0
    assert stated.violation(np.array([0.75, 1.0])) == 0.25


def test_objective_has_the_offset():
    assert linear().objective(np.array([1.0, 2.0])) == 20.0


def test_relaxed_asks_for_whole_values_only_where_kept():
    keep = np.array([True, False, False, True])
    assert not knapsack().relaxed().integer.any()
    assert np.array_equal(knapsack().relaxed(keep).integer, keep)


def test_families_are_found_by_name_and_rows_can_be_added():
    statement = Statement()
    x = statement.columns("x", stack_keys(["a", "b"], [1, 2]), upper=4.0)
    statement.rows("sum", [("all",)], [(np.zeros(4, int), x, np.ones(4))], upper=9.0)
    statement.rows("none", [], [])
    stated = statement.problem().with_rows("more", sp.csr_array(np.ones((2, 4))), np.zeros(2), np.ones(2))
    assert stated.column_block("x").slice == slice(0, 4)
    assert stated.column_name(2) == "x[b, 1]"
    assert stated.row_name(2) == "more[1]"
    assert stated.row_block("none").stop == 1
    with pytest.raises(KeyError, match="no family 'y'; there are x"):
        stated.column_block("y")


def test_a_term_outside_its_family_is_an_error():
    statement = Statement()
    x = statement.columns("x", [("a",)])
    with pytest.raises(IndexError, match="names a row outside"):
        statement.rows("sum", [("all",)], [([1], x, [1.0])])
