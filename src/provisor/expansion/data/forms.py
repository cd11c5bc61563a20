"""Forms in which files may hold the tables of a case: our own, and those their users have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.expansion import tables as own
from provisor.expansion.data.client_forms import (
    INBOUND_LIMITS,
    MONTHLY_DEMAND,
    PRODUCT_DETAILS,
    PRODUCT_SUPPLIERS,
    SHELF_DIMENSIONS,
    SHELVING_COUNT,
    SITE_LEAD_TIMES,
    SLOT_LIMITS,
)

if TYPE_CHECKING:
    from provisor.tables.schema import Column, Schema

_DERIVED = ("name", "ratio", "carrier")


def _may_be_left_out(column: Column) -> Column:
    return replace(column, required=False, nullable=True) if column.name in _DERIVED else column


PRODUCTS = replace(own.PRODUCTS, columns=[_may_be_left_out(column) for column in own.PRODUCTS.columns])
"""Our own products; name, ratio and carrier follow from the rest where they are not given."""

FORMS: dict[str, tuple[Schema, ...]] = {
    "products": (PRODUCTS, PRODUCT_DETAILS),
    "suppliers": (own.SUPPLIERS, PRODUCT_SUPPLIERS),
    "sites": (own.SITES,),
    "tiers": (own.TIERS,),
    "shelving": (own.SHELVING, SHELVING_COUNT),
    "shelf_dimensions": (SHELF_DIMENSIONS,),
    "storage_types": (SLOT_LIMITS,),
    "inbound": (INBOUND_LIMITS,),
    "lead_times": (own.LEAD_TIMES, SITE_LEAD_TIMES),
    "demand": (own.DEMAND, MONTHLY_DEMAND),
    "daily_demand": (own.DAILY_DEMAND,),
    "calendar": (own.CALENDAR,),
    "opening": (own.OPENING,),
    "shelf_packs": (own.SHELF_PACKS,),
}
"""Forms by table, our own first."""


def required(form: Schema) -> list[Column]:
    """Columns without which a table is not of this form."""
    return [column for column in form.columns if column.required and column.default is None]


def headers_of(table: str) -> list[str]:
    """All headers that any form of a table knows."""
    return [name for form in FORMS[table] for column in form.columns for name in column.headers]
