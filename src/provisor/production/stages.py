"""A case as the problems that it is searched, proven and decided by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.production.actual import Actual
from provisor.production.merging import Merged, merged
from provisor.production.model import build
from provisor.production.network import network_of
from provisor.production.rules import Settings
from provisor.production.stated import Stages, Stated

if TYPE_CHECKING:
    from provisor.case import Case


def stages_of(case: Case) -> Stages:
    """State a case with its leaves merged, and as it is; a pin of what a truck carries keeps leaves apart.

    Raises:
        BadRequest: A pin names a decision that there is not, or an amount that it cannot take.
        TypeError: It is no production case.
    """
    if not isinstance(case.settings, Settings):
        raise TypeError("not a production case")
    network, pinned = network_of(case), case.settings.pins
    mergeable = not any(pin.product and pin.truck for pin in pinned)
    small = merged(network) if mergeable else Merged(network, 0.0)
    stated = Stated(*build(small.network, pinned=pinned, fixed_cost=small.fixed_cost))
    exact = Stated(*build(network, whole_cases=network.rules.whole_cases, exact=True, pinned=pinned))
    return Stages(stated, exact, Actual(exact))
