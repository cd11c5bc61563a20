"""Every value of every switch makes a plan that the auditor, told the same, finds clean."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from tests.production.cases import World, solved
from tests.production.seeded import seeded

from provisor.production.rules import Rules

CHOSEN = {
    "shift_start": ("04:00", "11:30"),
    "same_brand_hours": (0.0, 1.5),
    "cross_brand_hours": (0.0, 1.5),
    "startup_hours": (0.0, 2.0),
    "shutdown_hours": (0.0, 2.0),
    "changeover_hours": (0.0, 2.0),
    "max_hours_other_days": (3.0, 24.0),
    "end_value": (0.0, 0.5, 1.0),
    "end_cover_days": (0, 2),
    "lookahead_days": (0, 1),
    "extra_days": (0, 1),
    "freshness": (0.0, 0.5),
    "gives_way": (("hours", "demand"), ("truck-pallets",)),
}
"""Values of the switches that are no choice among a few."""

ALONGSIDE = {"same_brand_hours": {"changeover": "brand"}, "cross_brand_hours": {"changeover": "brand"}}
"""Switches that only matter beside others."""


def values_of(switch) -> tuple[object, ...]:
    kind = Rules.model_fields[switch].annotation
    return (False, True) if kind is bool else get_args(kind)


VALUES = [
    (name, value)
    for name, field in Rules.model_fields.items()
    for value in CHOSEN.get(name) or values_of(name)
    if value != field.default
]


def world_of(rules):
    """A world under some rules, in which demand can be met where it must be."""
    if rules.get("shortages", True):
        return replace(seeded(8), rules=rules)
    return World(days=3, rules=rules).product().plant().demand("P", "A", 20, 10, 20, 20)


def clean(world):
    plan = solved(world, method="auto", gap=0.01, time_limit=3.0)
    assert plan.audit["ok"], plan.audit
    assert plan.audit["cost_difference"] < 0.01
    return plan.certificate.bound <= plan.certificate.objective + 1e-9


@pytest.mark.parametrize(("switch", "value"), VALUES)
def test_a_plan_under_every_value_of_a_switch_is_clean(switch, value):
    assert clean(world_of({**ALONGSIDE.get(switch, {}), switch: value}))


def test_every_switch_but_its_default_has_been_turned():
    assert {name for name, _ in VALUES} == set(Rules.model_fields)


@pytest.mark.parametrize("number", range(2))
def test_a_plan_under_the_rules_of_the_earlier_system_is_clean(number):
    assert clean(replace(seeded(number), rules={"preset": "upstream"}))
