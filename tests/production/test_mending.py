"""A plan in whole numbers is mended by mixes: never to a dearer one or past a rule, and to the best where it can."""

import numpy as np
import pytest
from tests.production.cases import World, optimum, states
from tests.production.seeded import seeded

from provisor.production.mending import mended
from provisor.production.pattern import PATTERN
from provisor.production.stated import Stated, hold, values_of


def mend(exact, solution, fewer=0):
    """A solution with some mixes fewer wherever there are more than one, the best amounts for it, and it mended."""
    held = values_of(exact, solution, (*PATTERN, "mixes"))
    held["mixes"] = {key: max(min(1.0, value), value - fewer) for key, value in held["mixes"].items()}
    problem = hold(exact, held)
    poor = optimum(problem).x
    return poor, mended(exact, problem, poor, 20.0, "highs", lambda: False)


@pytest.mark.parametrize("number", [3, 8, 14])
def test_mending_keeps_the_rules_and_never_costs_more(number):
    exact = Stated(*states(seeded(number)))
    best = optimum(exact.problem)
    poor, found = mend(exact, best.x, fewer=1)
    assert exact.problem.violation(found) < 1e-6
    assert best.objective - 1e-6 <= exact.problem.objective(found) <= exact.problem.objective(poor) + 1e-6


def test_a_mix_that_is_missing_is_made():
    world = World(days=3).product("bread", units_per_mix=10, units_per_case=5).plant("shop", has_demand=True)
    world = world.demand("shop", "bread", 20, 20, 20)
    exact = Stated(*states(world))
    best = optimum(exact.problem)
    poor, found = mend(exact, best.x, fewer=1)
    assert exact.problem.objective(poor) > best.objective + 1.0
    assert exact.problem.objective(found) == pytest.approx(best.objective)
    columns = list(exact.model.columns["mixes"].values())
    assert np.round(found[columns]).sum() == np.round(best.x[columns]).sum()
