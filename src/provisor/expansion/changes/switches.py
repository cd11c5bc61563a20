"""Rules turned, and how stock is counted against shelves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, model_validator

from provisor.expansion.changes.common import reaching_back, rules_of, some
from provisor.expansion.data.spelling import kinds_as_spelt
from provisor.scenario import Change, SetRules
from provisor.tables.naming import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case

READINGS = ("storage", "check_time", "positions", "own_type")
"""Switches that say what room stock takes and when that is looked at."""

_NEEDED = {"demand": ("daily", "daily_demand"), "opening": ("data", "opening")}
"""Values of switches that take a table of the case."""


class ExpansionRules(SetRules):
    """Turn switches of the rules in force.

    What ``preset`` does to other switches, and ``shelf_packs: slots`` to shelves, happens when a case is read.
    """

    change: Literal["rules"] = "rules"
    refused: ClassVar[tuple[str, ...]] = ("preset", "shelf_packs", "whole_shelf")

    def wrong(self, case: Case) -> Iterator[str]:
        """What switches are wrong, suppliers and kinds that there are not, and tables that lack."""
        found = list(super().wrong(case))
        yield from found
        if found:
            return
        rules, kinds = rules_of(self.applied(case)), case.table("suppliers")["kind"].to_list()
        yield from unknown(case, "suppliers", "supplier", rules.truck_exempt)
        yield from unknown(case, "suppliers", "kind", [*rules.truck_exempt_kinds, *(rules.policy or {})])
        if rules.policy is not None:
            yield from (f"the policy says no days for {kind}" for kind in set(kinds) - set(rules.policy))
        for switch, (value, table) in _NEEDED.items():
            if getattr(rules, switch) == value and case.table(table).is_empty():
                yield f"{switch}: {value} takes a table {table}, which the case does not have"

    def applied(self, case: Case) -> Case:
        """The case under the other rules."""
        turned = super().applied(case)
        spelt = kinds_as_spelt(rules_of(turned), case.table("suppliers")["kind"])
        return reaching_back(replace(turned, rules=spelt))


class StorageReading(Change):
    """What room stock takes on shelves, and when room is looked at."""

    change: Literal["storage_reading"] = "storage_reading"
    storage: Literal["mixed", "sell", "inbound"] | None = Field(
        default=None, description="in which pack goods are kept"
    )
    check_time: Literal["evening", "morning"] | None = Field(
        default=None, description="whether room is looked at in the evening, or in the morning after arrivals"
    )
    positions: bool | None = Field(default=None, description="whether positions of inbound packs count too")
    own_type: bool | None = Field(
        default=None, description="whether a product is kept on shelves of its own type only"
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not some(self, *READINGS):
            raise ValueError(f"give one of {', '.join(READINGS)}")
        return self

    def _switches(self) -> SetRules:
        return ExpansionRules(switches=some(self, *READINGS))

    def wrong(self, case: Case) -> Iterator[str]:
        """A reading that is in force already."""
        for name, value in some(self, *READINGS).items():
            if getattr(rules_of(case), name) == value:
                yield f"{name} is {value} already"

    def applied(self, case: Case) -> Case:
        """The case under the other reading."""
        return self._switches().applied(case)

    def words(self, case: Case) -> str:
        """Each reading with its old and new value."""
        return self._switches().words(case).replace("Rules turned", "Stock against shelves")
