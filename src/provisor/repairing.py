"""From what would have to give to changes of the case: what the repairs of all planners share."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from provisor.case import Case
    from provisor.plan import Relaxation
    from provisor.scenario import Change

STEP = 1e-3
"""Amounts that are no whole numbers are rounded up to the next step, so that rounding leaves no case infeasible."""


def up(amount: float) -> float:
    """An amount rounded up to the next step.

    >>> up(1.0002), up(3.0)
    (1.001, 3.001)
    """
    return round((math.floor(amount / STEP + 1e-6) + 1) * STEP, 6)


def whole(amount: float) -> int:
    """An amount of whole things, rounded up.

    >>> whole(2.0000001), whole(2.4)
    (2, 3)
    """
    return math.ceil(amount - 1e-6)


def repaired(
    case: Case,
    relaxations: Sequence[Relaxation],
    by_rule: Mapping[str, Callable[[Case, Sequence[Relaxation]], Iterator[Change]]],
) -> list[Change]:
    """Changes that give each rule the room that the relaxations ask for; ``by_rule`` says how each gives way."""
    found: dict[str, list[Relaxation]] = defaultdict(list)
    for relaxation in relaxations:
        found[relaxation.rule].append(relaxation)
    return [change for rule, those in found.items() for change in by_rule[rule](case, those)]
