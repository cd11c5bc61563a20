"""Conflicts of infeasible cases: infeasible by themselves, feasible without any one of their rules, and so told."""

from dataclasses import replace

import numpy as np
import pytest
from tests.expansion.questions.asking import after
from tests.expansion.questions.test_repair import (
    CASES,
    days_pooled,
    nothing_there_yet,
    shelves_of_one_product,
    tiny,
    too_many_days,
    too_many_loads,
    too_many_loads_at_once,
)

import provisor
from provisor.engine.clash import find_clash
from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.expansion.conflict import days_rows, months_rows
from provisor.expansion.network import network_of

SECONDS = 600.0
OF_DAYS = (too_many_loads, too_many_loads_at_once, nothing_there_yet)


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """Conflicts are looked for to the end, however slow the machine."""
    monkeypatch.setattr("provisor.expansion.conflict.SECONDS", 600.0)


def holds(problem, rows, kept):
    """Whether there is a solution when of all rows that may be part of a conflict only some hold."""
    gone = sorted(set(rows) - set(kept))
    lower, upper = problem.row_lower.copy(), problem.row_upper.copy()
    lower[gone], upper[gone] = -np.inf, np.inf
    free = replace(problem, row_lower=lower, row_upper=upper, cost=np.zeros_like(problem.cost))
    return solve(free, Limits(seconds=600)).x is not None


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_conflict_cannot_hold_and_without_any_one_of_its_rules_it_can(make):
    problem, rows = (days_rows if make in OF_DAYS else months_rows)(network_of(make()))
    found = find_clash(problem, {number: row.label for number, row in rows.items()}, Limits(seconds=600))
    assert found.irreducible
    kept = {row for part in found.parts for row in part.rows.tolist()}
    assert not holds(problem, rows, kept)
    for part in found.parts:
        assert holds(problem, rows, kept - set(part.rows.tolist()))


def told(case):
    """Conflict that a solve tells."""
    return provisor.solve(case, time_limit=SECONDS).conflict


def test_what_is_told_names_the_rules_of_the_case():
    """20 packs a day for 3 days take 600 cuft: 10 shelves of 30 there, and one more on 10 sqft."""
    case = tiny({}, [20.0])
    conflict = told(case)
    amounts = {claim.rule: (claim.amount, claim.unit, claim.places) for claim in conflict.claims}
    assert amounts == {
        "demand": (20.0, "pack", 1),
        "days-on-hand": (3.0, "day", 1),
        "storage": (300.0, "cuft", 1),
        "area": (10.0, "sqft", 1),
    }
    south = {"facility": ["SOUTH"]}
    without = {
        "demand": {"change": "demand", "product": ["LAMPS"], "factor": 0.5},
        "days-on-hand": {"change": "days_on_hand", **south, "product": ["LAMPS"], "days": 1},
        "storage": {"change": "shelf_type", **south, "storage_type": ["Pallet"], "more": 20},
        "area": {"change": "site_limit", **south, "limit_sqft": 1000.0},
    }
    for claim in conflict.claims:
        assert provisor.solve(after(case, without[claim.rule]), time_limit=SECONDS, gap=1.0).tables, claim


def test_months_are_looked_at_before_days_and_days_where_months_could_be_served():
    rules = {claim.rule for claim in told(too_many_days()).claims}
    assert {"area", "storage", "days-on-hand", "demand"} == rules
    loads = told(too_many_loads())
    assert {claim.rule for claim in loads.claims} == {"demand", "trucks"}
    assert {claim.amount for claim in loads.claims if claim.rule == "trucks"} == {1.0}
    (early,) = told(nothing_there_yet()).claims
    assert early.where["month"] == early.where["from_day"] == "1"


def test_places_that_are_none_are_not_named():
    pooled = [claim for claim in told(days_pooled()).claims if claim.rule == "days-on-hand"]
    assert all("facility" not in claim.where for claim in pooled)
    assert any(
        claim.words.startswith("stock takes no more than the shelves given")
        for claim in told(shelves_of_one_product()).claims
    )


def test_a_case_with_a_plan_tells_none():
    assert told(tiny({}, [10.0])) is None


def test_months_after_frozen_ones_say_how_they_are_counted(tmp_path):
    case = replace(tiny({"doh_multiplier": 1.0}, [10.0, 10.0, 20.0]), folder=tmp_path)
    easy = after(case, {"change": "demand", "product": ["LAMPS"], "first": 3, "factor": 0.5})
    provisor.solve(easy, time_limit=SECONDS).save(tmp_path / "last")
    plan = provisor.solve(after(case, {"change": "freeze", "plan": "last", "until": 1}), time_limit=SECONDS)
    assert plan.certificate.status == "infeasible"
    assert all("counted from month 2 on" in claim.words for claim in plan.conflict.claims)
