"""Conflicts of infeasible cases: infeasible by themselves, feasible without any one of their rules, and so told."""

from dataclasses import replace

import numpy as np
import pytest
from tests.allocation.explain.test_repair import (
    CASES,
    after,
    feasible,
    too_little_stock,
    too_narrow_lanes,
    too_small_a_budget,
)

import provisor
from provisor.allocation.arrays import arrays_of
from provisor.allocation.conflict import SAYS, clash, contested
from provisor.allocation.infeasible import GIVE_WAY
from provisor.allocation.worth import worth_of
from provisor.engine.result import Limits
from provisor.engine.worker import solve


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """Conflicts are looked for to the end, however slow the machine."""
    monkeypatch.setattr("provisor.allocation.conflict.SECONDS", 600.0)


def holds(model, problem, rows):
    """Whether there is a solution when of all rows that may be part of a conflict only some hold."""
    gone = sorted(set(contested(model, problem)) - set(rows))
    lower, upper = problem.row_lower.copy(), problem.row_upper.copy()
    lower[gone], upper[gone] = -np.inf, np.inf
    free = replace(problem, row_lower=lower, row_upper=upper, cost=np.zeros_like(problem.cost))
    return solve(free, Limits(seconds=600)).x is not None


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_conflict_cannot_hold_and_without_any_one_of_its_rules_it_can(make):
    arrays = arrays_of(make())
    model, problem, found = clash(arrays, worth_of(arrays))
    assert found.irreducible
    rows = {row for part in found.parts for row in part.rows.tolist()}
    assert not holds(model, problem, rows)
    for part in found.parts:
        assert holds(model, problem, rows - set(part.rows.tolist()))


def without(claim):
    """The change that takes a claim away, by the names that it tells."""
    where = claim.where
    return {
        "pins": {"change": "unpin", "store": where.get("store"), "product": where.get("product")},
        "stock": {
            "change": "stock",
            "centre": where.get("centre"),
            "product": where.get("product"),
            "pieces": 99,
        },
        "budget": {"change": "budget", "amount": 1e6},
        "lane-capacity": {
            "change": "lane",
            "store": [where.get("lane", "").partition(" to ")[2]],
            "capacity": 99,
        },
    }[claim.rule]


AMOUNTS = {
    too_little_stock: {"stock": 4.0, "pins": 3.0},
    too_small_a_budget: {"budget": 70.0, "pins": 3.0},
    too_narrow_lanes: {"lane-capacity": 2.0, "pins": 3.0},
}
"""Amounts by rule, as the tables and pins of the cases have them."""


@pytest.mark.parametrize("make", AMOUNTS, ids=lambda make: make.__name__)
def test_what_is_told_names_the_rules_of_the_case(make):
    case = make()
    conflict = provisor.solve(case, method="exact", time_limit=600.0).conflict
    assert {claim.rule: claim.amount for claim in conflict.claims} == AMOUNTS[make]
    if make is too_narrow_lanes:  # the other store's lane is as narrow, and no part of this conflict
        other = {"S0": "S1", "S1": "S0"}[next(c.where["store"] for c in conflict.claims if c.rule == "pins")]
        case = after(case, {"change": "unpin", "store": other, "product": "P0"})
        assert not feasible(case)
    for claim in conflict.claims:
        assert feasible(after(case, without(claim))), claim
        assert f"{claim.amount:g}" in claim.words


def test_whatever_may_give_way_may_be_named():
    assert {way.families[0] for way in GIVE_WAY} == set(SAYS)
