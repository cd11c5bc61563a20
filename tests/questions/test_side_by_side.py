"""What-ifs side by side answer what each would by itself."""

from copy import deepcopy
from dataclasses import replace

import pytest
from polars.testing import assert_frame_equal
from tests.allocation import seeded
from tests.expansion import worlds

import provisor
from provisor.planner import SolveOptions
from provisor.questions import side_by_side
from provisor.questions.files import parse_scenario
from provisor.questions.side_by_side import at_once, what_ifs
from provisor.questions.what_if import what_if

OPTIONS = SolveOptions(time_limit=6000.0, threads=1)


def expansion():
    changes = (
        [{"change": "demand", "factor": 1.1}],
        [{"change": "site_limit", "facility": ["SOUTH"], "limit_sqft": 3000.0}],
    )
    return worlds.small_case(1, months=2), changes


def allocation():
    return seeded.small_case(3), ([{"change": "demand", "factor": 1.2}],)


def alike(one, other):
    """Whether two answers are the same but for seconds, and for the order in which sums were added up."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            key == "seconds" or alike(value, other[key]) for key, value in one.items()
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return one == pytest.approx(other, rel=1e-9, abs=1e-6) if isinstance(one, float) else one == other


@pytest.mark.parametrize("make", [expansion, allocation], ids=lambda make: make.__name__)
def test_answers_are_those_of_one_after_another(make):
    case, changes = make()
    scenarios = [parse_scenario({"name": str(n), "changes": some}, case) for n, some in enumerate(changes)]
    base = provisor.solve(case, time_limit=6000.0, threads=1)
    steps = []
    found = dict(
        what_ifs(case, scenarios, base, OPTIONS, 2, lambda number, step: steps.append((number, step)))
    )
    assert sorted(found) == list(range(len(scenarios)))
    for number, scenario in enumerate(scenarios):
        alone = what_if(case, scenario, base, OPTIONS)
        assert alike(found[number].as_dict(), alone.as_dict())
        for name, table in alone.plan.tables.items():
            assert_frame_equal(table, found[number].plan.table(name))
    assert {number for number, _ in steps} <= {0, 1}


def test_a_case_reaches_another_process_as_it_is():
    case = worlds.small_case(1, months=2)
    again = deepcopy(case)  # as pickle makes it
    assert again is not case
    assert again.fingerprint == case.fingerprint
    assert (again.name, again.settings, again.rules) == (case.name, case.settings, case.rules)
    with pytest.raises(TypeError):
        again.tables["demand"] = None


def test_told_to_stop_none_begins():
    case, changes = expansion()
    scenario = parse_scenario({"changes": changes[0]}, case)
    base = provisor.solve(case, time_limit=6000.0)
    options = replace(OPTIONS, stop=lambda: True)
    assert list(what_ifs(case, [scenario] * 3, base, options, 2, print)) == []


def test_as_many_at_once_as_have_cores_for_their_threads(monkeypatch):
    monkeypatch.setattr(side_by_side, "cores", lambda: 8)
    assert at_once(scenarios=9, threads=2) == 4
    assert at_once(scenarios=3, threads=2) == 3
    assert at_once(scenarios=9, threads=16) == 1
