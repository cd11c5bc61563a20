"""What tests of questions about expansion share."""

import pytest

from provisor.planner import BadRequest
from provisor.questions.files import parse_scenario
from provisor.questions.what_if import changed


def after(case, *changes):
    """The case after changes."""
    return changed(case, parse_scenario({"changes": list(changes)}, case)).case


def said(case, *changes):
    """What the changes say of themselves."""
    return changed(case, parse_scenario({"changes": list(changes)}, case)).words


def wrong(case, *changes):
    """What is wrong with the changes."""
    with pytest.raises(BadRequest) as bad:
        after(case, *changes)
    return str(bad.value)
