"""Plan tables of any origin, cast to their schemas; what cannot be read becomes findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.production.tables import PLAN_TABLES
from provisor.tables.casting import RULE, Derived
from provisor.tables.casting import coerce as cast_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from provisor.auditing import Finding

__all__ = ["DERIVED", "RULE", "coerce"]

DERIVED = Derived(
    tables=frozenset({"labour", "costs"}),
    columns={
        "production": frozenset({"mixes", "hours"}),
        "labour": frozenset({"products", "hours_used", "regular", "overtime", "premium", "paid", "cost"}),
        "departures": frozenset({"arrival", "cases", "pallets"}),
        "stock": frozenset({"pallets", "days_left"}),
        "sales": frozenset({"days_left"}),
        "shortage": frozenset({"demand"}),
    },
)
"""What of a plan follows from its decisions and may be left out."""


def coerce(tables: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], list[Finding]]:
    """Plan tables with exactly the columns of their schemas, and what could not be read; never raises."""
    return cast_tables(tables, PLAN_TABLES, DERIVED)
