"""What plans keep of their cases says which inputs differ, without the cases."""

from dataclasses import replace

import pytest
from tests.expansion.worlds import small_case

import provisor
from provisor.plan import Plan
from provisor.planner import planner
from provisor.questions.inputs import input_differences, kept_differences
from provisor.questions.words import input_words


@pytest.fixture(scope="module")
def case():
    return small_case(1, months=2)


@pytest.fixture(scope="module")
def plan(case):
    return provisor.solve(case, time_limit=6000.0, gap=1.0)


def with_table(case, name, table):
    return replace(case, tables={**case.tables, name: table})


def variants(case):
    """Cases by what differs in them."""
    demand = case.table("demand")
    tier = case.table("tiers").head(1)
    return {
        ("demand",): with_table(case, "demand", demand.with_columns(quantity=demand["quantity"] + 1)),
        ("tiers",): with_table(case, "tiers", tier),
        ("rules.doh_multiplier",): small_case(1, months=2, rules={"doh_multiplier": 2}),
        ("settings.holding_per_cuft_day",): small_case(1, months=2, holding_per_cuft_day=0.5),
        (): with_table(case, "demand", demand.reverse()),
    }


def test_what_differs_is_named_and_nothing_else(case):
    for names, other in variants(case).items():
        kept = kept_differences(case.inputs, other.inputs)
        assert (*(table.table for table in kept.tables), *(switch.name for switch in kept.switches)) == names
        assert bool(names) == (case.fingerprint != other.fingerprint)


def test_switches_are_those_of_the_cases(case):
    other = small_case(1, months=2, rules={"doh_multiplier": 2, "positions": True})
    kept = kept_differences(case.inputs, other.inputs)
    full = input_differences(case, other, planner("expansion").case_schemas())
    assert kept.switches == full.switches
    assert len(kept.switches) == 2


def test_plans_read_back_name_what_differs(case, plan, tmp_path):
    demand = case.table("demand")
    more = with_table(case, "demand", demand.with_columns(quantity=demand["quantity"] * 1.1))
    provisor.solve(more, time_limit=6000.0, gap=1.0).save(tmp_path / "more")
    plan.save(tmp_path / "plan")
    one, other = Plan.load(tmp_path / "plan"), Plan.load(tmp_path / "more")
    assert one.inputs == plan.inputs == case.inputs
    found = provisor.compare(one, other)
    rows = f"{demand.height} rows"
    assert input_words(found) == [
        "The plans are of different cases.",
        f"Table demand differs: {rows} before and {rows} after.",
        "Give the cases (--case) to compare these tables row by row.",
    ]
    assert found.as_dict()["inputs_kept"]["tables"] == [
        {"table": "demand", "rows": {"before": demand.height, "after": demand.height}}
    ]


def test_a_plan_that_keeps_nothing_says_what_is_needed(plan):
    older = replace(plan, inputs={}, certificate=replace(plan.certificate, case_fingerprint="sha256:other"))
    assert "--case" in input_words(provisor.compare(plan, older))[0]
    assert input_words(provisor.compare(plan, plan)) == ["Both plans are of the same case."]


def test_infeasible_cases_keep_their_inputs_too():
    case = small_case(
        1,
        months=2,
        pins=[
            {"decision": "sqft", "facility": "SOUTH", "amount": 0.0},
            {"decision": "shelves", "facility": "SOUTH", "storage_type": "Bins", "amount": 3.0},
        ],
    )
    assert provisor.solve(case, time_limit=6000.0).inputs == case.inputs
