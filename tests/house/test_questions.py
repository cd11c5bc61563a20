"""The page of questions tells of every type of change, every ready scenario and every subject."""

import re

import pytest

from provisor.planner import HasExplanations, HasScenarios, planners
from provisor.questions.files import library
from provisor.questions.why import parse_question

ASKING = sorted(name for name, planner in planners().items() if isinstance(planner, HasScenarios))


def told(root, planner):
    page = (root / "docs" / "questions.md").read_text(encoding="utf-8")
    part = page.partition(f"\n## {planner.title()}: types of changes")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([a-z_]+)` \|", part, re.MULTILINE))


@pytest.mark.parametrize("name", ASKING)
def test_every_change_and_every_ready_scenario_has_its_row(root, name):
    kinds = {kind.kind() for kind in planners()[name].changes()}
    assert told(root, name) == kinds | set(library(name))


@pytest.mark.parametrize("name", ASKING)
def test_every_type_of_change_says_what_it_does(name):
    for kind in planners()[name].changes():
        assert len((kind.__doc__ or "").split()) > 3, kind
        fields = [field for field_name, field in kind.model_fields.items() if field_name != "change"]
        assert all(field.description for field in fields), kind


@pytest.mark.parametrize("name", ASKING)
def test_every_question_has_an_example_that_can_be_asked(name):
    asked = planners()[name]
    for kind in asked.questions() if isinstance(asked, HasExplanations) else ():
        assert parse_question(kind.example, asked.questions()).subject == kind.subject
