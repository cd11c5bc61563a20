"""The list of solvers says what is there and how to get the rest."""

from importlib.metadata import PackageNotFoundError

import pytest

from provisor.engine.backends import back_end, executable, installed
from provisor.engine.catalogue import solvers
from provisor.engine.result import Limits, SolverError

from .problems import knapsack


def test_highs_is_first_and_there():
    rows = solvers()
    assert [row.name for row in rows] == ["highs", "scip", "ortools", "cbc", "glpk", "gurobi", "cplex"]
    assert rows[0].found
    assert rows[0].version.startswith("1.")
    assert "warm re-solve" in rows[0].capabilities
    assert all(row.how_to_get for row in rows)
    assert all("LP" in row.capabilities and "MIP" in row.capabilities for row in rows)


@pytest.fixture
def _nothing_installed(monkeypatch):
    def missing(name):
        raise PackageNotFoundError(name)

    executable.executable_version.cache_clear()
    monkeypatch.setattr(installed, "version", missing)
    monkeypatch.setattr(executable.shutil, "which", lambda _: None)
    yield
    executable.executable_version.cache_clear()


@pytest.mark.usefixtures("_nothing_installed")
def test_what_is_not_there_is_listed_without_version():
    found = {row.name for row in solvers() if row.found}
    assert found == {"highs"}
    assert all(row.version == "" for row in solvers() if not row.found)


@pytest.mark.usefixtures("_nothing_installed")
@pytest.mark.parametrize("name", ["cbc", "glpk"])
def test_an_executable_that_is_not_there_is_an_error(name):
    with pytest.raises(SolverError, match="is not installed"):
        back_end(name).solve(knapsack(), Limits())
