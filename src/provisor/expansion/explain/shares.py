"""How sure it is which site serves what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.case import BadRequest
from provisor.explaining import Cause

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Case
    from provisor.plan import Plan

NARROW = 1e-6
"""Width of a range that is none."""


def shares(case: Case, plan: Plan, where: Mapping[str, str]) -> list[Cause]:  # noqa: ARG001 - the plan says all
    """The range of each share that costs no more to build, in the months that decide what is built.

    Raises:
        BadRequest: The months asked about do not decide what is built, or nothing of that name is shipped.
    """
    ranges = plan.table("share_ranges")
    if ranges.is_empty():
        words = "which site serves what does not matter to what is built: any shares cost the same to build"
        return [Cause("free", dict(where), 1.0, "share", words)]
    rows = ranges
    for name, value in where.items():
        rows = rows.filter(pl.col(name).cast(pl.String) == value)
    if rows.is_empty():
        months = ", ".join(map(str, sorted(set(ranges["month"]))))
        raise BadRequest(f"ranges are known for the months that decide what is built: {months}")
    return [_cause(row) for row in rows.to_dicts()]


def _cause(row: Mapping[str, Any]) -> Cause:
    place = {name: str(row[name]) for name in ("month", "sku", "facility")}
    facts = {name: float(row[name]) for name in ("share", "least", "most")}
    width = facts["most"] - facts["least"]
    said = f"{row['facility']} serves {100 * row['share']:,.2f} % of {row['sku']} in month {row['month']}"
    if width <= NARROW:
        words = f"{said}, and at this cost of building no other share is possible"
        return Cause("settled", place, 0.0, "share", words, facts)
    words = f"{said}; any share from {100 * row['least']:,.2f} % to {100 * row['most']:,.2f} % costs no more to build"
    return Cause("free", place, width, "share", words, facts)
