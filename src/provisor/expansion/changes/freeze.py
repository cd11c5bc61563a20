"""The first months held as in an earlier plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from provisor.expansion.data.freeze import Freeze, read_earlier
from provisor.scenario import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.case import Case


class FreezeMonths(Change):
    """Deliveries and shipments of the first months held as in an earlier plan, and what it builds kept at least."""

    change: Literal["freeze"] = "freeze"
    plan: str = Field(description="folder of the plan, from the folder of the case")
    until: int = Field(ge=1, strict=True, description="last month held")

    def _freeze(self, case: Case) -> Freeze:
        return Freeze(read_earlier((case.folder or Path()) / self.plan), self.until)

    def wrong(self, case: Case) -> Iterator[str]:
        """Months frozen already, no such plan, rules under which months cannot be held, and other demand."""
        if "frozen" in case.tables:
            yield "months are frozen already"
        yield from self._freeze(case).wrong(case)

    def applied(self, case: Case) -> Case:
        """The case with the months held."""
        return self._freeze(case).of(case)

    def words(self, case: Case) -> str:  # noqa: ARG002 - it says all
        """The months held."""
        held = f"deliveries and shipments up to month {self.until}"
        return f"Frozen as in {Path(self.plan).name}: {held}; what it builds stays"
