"""Conflicts of infeasible cases: infeasible by themselves, feasible without any one of their rules, and so told."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from tests.production.cases import optimum, solved
from tests.production.explain.test_repair import CASES, feasible, narrow_leg, one, small_truck, too_much

import provisor
from provisor.plan import Plan
from provisor.production.conflict import FAMILIES, clash
from provisor.production.infeasible import FAMILIES as GIVE_WAY
from provisor.production.model import build
from provisor.production.network import network_of
from provisor.production.stated import Stated
from provisor.questions.files import parse_scenario
from provisor.questions.what_if import changed

PATIENCE = 600.0


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """Conflicts are looked for to the end, however slow the machine."""
    monkeypatch.setattr("provisor.production.conflict.SECONDS", 600.0)


def stated(case):
    network = network_of(case)
    return Stated(
        *build(network, whole_cases=network.rules.whole_cases, exact=True, pinned=case.settings.pins)
    )


def holds(problem, rows):
    """Whether there is a solution when of all rows that may be part of a conflict only some hold."""
    contested = [
        row for block in problem.rows if block.name in FAMILIES for row in range(block.start, block.stop)
    ]
    gone = sorted(set(contested) - set(rows))
    lower, upper = problem.row_lower.copy(), problem.row_upper.copy()
    lower[gone], upper[gone] = -np.inf, np.inf
    free = replace(problem, row_lower=lower, row_upper=upper, cost=np.zeros_like(problem.cost))
    return optimum(free).x is not None


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_conflict_cannot_hold_and_without_any_one_of_its_rules_it_can(make):
    problem, found = clash(stated(make().case()))
    assert found.irreducible
    rows = {row for part in found.parts for row in part.rows.tolist()}
    assert not holds(problem, rows)
    for part in found.parts:
        assert holds(problem, rows - set(part.rows.tolist()))


def told(make):
    """The case, and the conflict that its solve tells."""
    case = make().case()
    return case, provisor.solve(case, time_limit=PATIENCE).conflict


def without(claim):
    """The change that takes a claim away, by the names that it tells."""
    where = dict(claim.where)
    if claim.rule == "demand":
        return {
            "change": "demand",
            "node": where["node"],
            "product": where["product"],
            "dates": [where["date"]],
            "units": 0.0,
        }
    if claim.rule == "hours":
        return {"change": "hours", "node": where["node"], "dates": [where["date"]], "overtime_hours": 16.0}
    if claim.rule == "leg-capacity":
        return {"change": "leg_capacity", "leg": where["leg"], "units": 1e6}
    return {"change": "truck_places", "truck": where["truck"], "pallets": 99}


@pytest.mark.parametrize("make", [too_much, narrow_leg, small_truck], ids=lambda make: make.__name__)
def test_what_is_told_names_the_rules_of_the_case(make):
    """Each claim's amount is that of the tables; all other demand may go; any one claim taken away is enough."""
    case, conflict = told(make)
    named = {
        (claim.where["node"], claim.where["product"], date.fromisoformat(claim.where["date"])): claim.amount
        for claim in conflict.claims
        if claim.rule == "demand"
    }
    demand = case.table("demand")
    rows = {(row["node"], row["product"], row["date"]): row["units"] for row in demand.to_dicts()}
    assert named == {key: rows[key] for key in named}
    only = demand.with_columns(
        units=pl.Series(
            [row["units"] if key in named else 0.0 for key, row in zip(rows, demand.to_dicts(), strict=True)]
        )
    )
    alone = replace(case, tables={**case.tables, "demand": only})
    assert not feasible(alone)
    for claim in conflict.claims:
        assert feasible(changed(alone, parse_scenario({"changes": [without(claim)]}, alone)).case), claim


def test_many_days_are_told_together():
    world = one().product("B")
    for code in ("A", "B"):
        world.demand("P", code, 60.0, 60.0, 60.0)
    world.days = 3
    case = world.case()
    conflict = provisor.solve(case, time_limit=PATIENCE).conflict
    assert sum(claim.amount for claim in conflict.claims if claim.rule == "demand") <= 360.0
    assert {claim.rule for claim in conflict.claims} == {"demand", "hours"}
    assert all(claim.words.count("{") == 0 for claim in conflict.claims)


def test_a_rule_that_never_gives_way_is_named_all_the_same():
    case = one(gives_way=["hours"]).node("S").demand("S", "A", 10.0).case()
    found = provisor.repair(case, time_limit=PATIENCE)
    assert found.plan.certificate.status == "infeasible"
    assert found.scenario is None
    assert found.as_dict()["conflict"]["rules"][0]["where"] == {
        "node": "S",
        "product": "A",
        "date": "2027-03-01",
    }
    assert any("10 units of demand are served" in words for words in found.as_dict()["words"])


def test_a_plan_without_conflict_tells_none_and_one_with_it_is_read_back(tmp_path):
    assert solved(one().demand("P", "A", 20.0)).conflict is None
    plan = provisor.solve(too_much().case(), time_limit=PATIENCE)
    plan.save(tmp_path / "plan")
    assert Plan.load(tmp_path / "plan").conflict == plan.conflict


def test_whatever_may_give_way_may_be_named():
    assert {rule for _, rule, *_ in GIVE_WAY} <= {says.rule for says in FAMILIES.values()}
