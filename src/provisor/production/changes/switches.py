"""Rules turned."""

from __future__ import annotations

from typing import ClassVar, Literal

from provisor.scenario import SetRules


class ProductionRules(SetRules):
    """Turn switches of the rules in force.

    What ``lookahead_days`` and ``extra_days`` do to the horizon, and ``preset`` to other switches, happens when a case
    is read.
    """

    change: Literal["rules"] = "rules"
    refused: ClassVar[tuple[str, ...]] = ("preset", "lookahead_days", "extra_days")
