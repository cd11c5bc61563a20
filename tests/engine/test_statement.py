"""Models stated in linopy arrive as the same problem."""

import highspy
import linopy
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from provisor.engine.backends import back_end
from provisor.engine.result import Limits
from provisor.engine.statement import from_linopy


@pytest.fixture(autouse=True)
def _semantics():
    before = linopy.options["semantics"]
    linopy.options["semantics"] = "v1"
    yield
    linopy.options["semantics"] = before


def model():
    stated = linopy.Model()
    product = pd.Index(["a", "b", "c"], name="product")
    day = pd.date_range("2025-10-17", periods=2, name="day")
    mask = xr.DataArray(np.array([[1, 1], [0, 1], [1, 1]], bool), coords=[product, day])
    made = stated.add_variables(lower=0, upper=5, coords=[product, day], name="made", mask=mask)
    run = stated.add_variables(binary=True, coords=[product], name="run")
    batches = stated.add_variables(lower=0, upper=9, integer=True, coords=[product], name="batches")
    rest = stated.add_variables(name="rest", lower=1)
    stated.add_constraints(made.sum("day") - 7 * run <= 0, name="link")
    stated.add_constraints(made.sum("day") - 1.5 * batches == 0, name="whole")
    stated.add_constraints(made.sum() + rest >= 16, name="need")
    stated.add_objective((made * 1.5).sum() + (run * 3).sum() + 2 * rest)
    return stated


def test_blocks_carry_names_and_labels_without_masked_entries():
    problem = from_linopy(model())
    assert [block.name for block in problem.columns] == ["made", "run", "batches", "rest"]
    assert [block.name for block in problem.rows] == ["link", "whole", "need"]
    assert problem.size == {"rows": 7, "columns": 12, "integers": 6, "nonzeros": 22}
    assert problem.column_name(2) == "made[b, 2025-10-18]"
    assert problem.row_name(4) == "whole[b]"
    assert problem.column_name(11) == "rest[]"


def test_optimum_is_that_of_linopys_own_highs_model():
    own = model().to_highspy()
    own.setOptionValue("output_flag", False)
    own.run()
    assert own.getModelStatus() == highspy.HighsModelStatus.kOptimal
    ours = back_end("highs").solve(from_linopy(model(), offset=10.0), Limits())
    assert ours.objective == pytest.approx(own.getObjectiveValue() + 10.0)


def test_a_maximum_is_turned_round():
    stated = linopy.Model()
    x = stated.add_variables(lower=0, upper=4, name="x")
    stated.add_constraints(x <= 3, name="cap")
    stated.add_objective(2 * x, sense="max")
    assert back_end("highs").solve(from_linopy(stated), Limits()).objective == pytest.approx(-6.0)


def test_no_constraints():
    stated = linopy.Model()
    stated.add_variables(lower=1, upper=4, name="x", coords=[range(3)])
    stated.add_objective(stated.variables["x"].sum())
    assert from_linopy(stated).size["rows"] == 0


def test_what_is_not_linear_is_refused():
    stated = linopy.Model()
    x = stated.add_variables(lower=0, upper=4, name="x")
    stated.add_objective(x * x)
    with pytest.raises(ValueError, match="quadratic"):
        from_linopy(stated)


def test_special_ordered_sets_are_refused():
    stated = linopy.Model()
    x = stated.add_variables(lower=0, upper=4, name="x", coords=[pd.Index([0, 1, 2], name="point")])
    stated.add_sos_constraints(x, sos_type=2, sos_dim="point")
    stated.add_objective(x.sum())
    with pytest.raises(ValueError, match="special ordered sets"):
        from_linopy(stated)
