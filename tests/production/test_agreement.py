"""Two solvers that share no code find the same optimum of the exact problem."""

import pytest
from tests.production.cases import optimum, states
from tests.production.seeded import seeded

from provisor.engine.result import SolveStatus


@pytest.mark.parametrize("number", [2, 3, 4, 8, 9, 14, 21, 28, 32, 43])
def test_two_solvers_agree(number):
    _, problem = states(seeded(number))
    assert problem.integer.sum() > 30
    found = {solver: optimum(problem, solver) for solver in ("highs", "scip")}
    assert {result.status for result in found.values()} == {SolveStatus.OPTIMAL}
    highs, scip = found["highs"], found["scip"]
    assert highs.objective == pytest.approx(scip.objective, abs=1e-6)
    assert all(problem.violation(result.x) < 1e-6 for result in found.values())
    assert all(problem.objective(result.x) == pytest.approx(result.objective) for result in found.values())
