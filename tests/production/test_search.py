"""Where the search for a pattern begins."""

import pytest
from tests.production.cases import solved, states
from tests.production.seeded import seeded

from provisor.planner import SolveOptions
from provisor.production.actual import Actual
from provisor.production.search import Search
from provisor.production.stated import Stages, Stated


def begun(world, **options):
    """A search of a world that has only its first pattern."""
    small, exact = Stated(*states(world, exact=False, whole_cases=False)), Stated(*states(world))
    search = Search(Stages(small, exact, Actual(exact)), SolveOptions(**options), 0.0)
    search.begin(lambda *_: None)
    return search


@pytest.mark.parametrize("number", range(3))
def test_a_plan_to_start_from_gives_its_pattern(number):
    world = seeded(number)
    plan = solved(world)
    search = begun(world, start=plan)
    made = {
        (node, product, (day - world.start).days)
        for node, product, day in plan.table("production").select("node", "product", "date").iter_rows()
    }
    columns = search.stages.small.model.columns["made"]
    assert {key for key, column in columns.items() if search.x[column] > 0.5} == made
    assert search.objective <= begun(world).objective + 1e-9
    assert search.objective <= plan.certificate.objective + 1e-9


def test_a_plan_of_another_case_to_start_from_does_no_harm():
    world = seeded(3)
    other = solved(seeded(5).where(preset="upstream"), gap=0.01)
    assert begun(world, start=other).objective <= begun(world).objective + 1e-9
    assert solved(world, gap=0.01, method="auto", start=other).audit["ok"]
