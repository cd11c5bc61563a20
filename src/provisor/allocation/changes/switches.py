"""Rules turned."""

from __future__ import annotations

from typing import Literal

from provisor.scenario import SetRules


class AllocationRules(SetRules):
    """Turn switches of the rules in force."""

    change: Literal["rules"] = "rules"
