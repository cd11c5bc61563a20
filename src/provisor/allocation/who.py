"""What periods, stores and products of a plan are called, so that a plan can be read without its case."""

from __future__ import annotations

import calendar
from datetime import date
from typing import TYPE_CHECKING, cast

import polars as pl

from provisor.tables.schema import Column, Schema

if TYPE_CHECKING:
    from provisor.allocation.rules import Settings
    from provisor.case import Case

_text, _number, _whole, _day = pl.String, pl.Float64, pl.Int64, pl.Date

PERIOD_LABELS = Schema(
    "period_labels",
    "one period",
    [
        Column("period", _whole, "", "period"),
        Column("half_month", _text, "", "half-month, such as 202510A"),
        Column("first_day", _day, "", "its first day"),
        Column("last_day", _day, "", "its last day"),
    ],
    key=("period",),
)

STORE_LABELS = Schema(
    "store_labels",
    "one store, as the case had it",
    [
        Column("store", _text, "", "store"),
        Column("name", _text, "", "name for people", nullable=True),
        Column("region", _text, "", "region", nullable=True),
        Column("cluster", _text, "", "stores of a cluster carry alike; empty for none", nullable=True),
        Column("temperature_zone", _text, "", "climate it lies in", nullable=True),
    ],
    key=("store",),
)

PRODUCT_LABELS = Schema(
    "product_labels",
    "one product, as the case had it",
    [
        Column("product", _text, "", "product"),
        Column("name", _text, "", "name for people", nullable=True),
        Column("category", _text, "", "category"),
        Column("subcategory", _text, "", "subcategory"),
        Column("season", _text, "", "season", nullable=True),
        Column("gender", _text, "", "gender", nullable=True),
        Column("cell", _text, "", "display cell it hangs in"),
        Column("price_band", _text, "", "price band", nullable=True),
        Column("role", _text, "", "role", nullable=True),
        Column("price", _number, "$/piece", "price"),
        Column("cost", _number, "$/piece", "cost of a piece"),
    ],
    key=("product",),
)

LABEL_TABLES = (PERIOD_LABELS, STORE_LABELS, PRODUCT_LABELS)


def labels(case: Case) -> dict[str, pl.DataFrame]:
    """Tables :data:`LABEL_TABLES` by name."""
    settings = cast("Settings", case.settings)
    halves = [half_month(settings.start, number) for number in range(settings.periods)]
    rows = [
        {"period": number, "half_month": label, "first_day": first, "last_day": last}
        for number, (label, first, last) in enumerate(halves, 1)
    ]
    return {
        "period_labels": PERIOD_LABELS.frame(rows),
        "store_labels": _chosen(case, "stores", STORE_LABELS),
        "product_labels": _chosen(case, "products", PRODUCT_LABELS),
    }


def half_month(start: str, later: int) -> tuple[str, date, date]:
    """Label, first and last day of the half-month that comes ``later`` half-months after ``start``.

    >>> half_month("202512B", 1)
    ('202601A', datetime.date(2026, 1, 1), datetime.date(2026, 1, 15))
    """
    halves = 24 * int(start[:4]) + 2 * (int(start[4:6]) - 1) + (start[6] == "B") + later
    year, rest = divmod(halves, 24)
    month, second = rest // 2 + 1, rest % 2 == 1
    last = calendar.monthrange(year, month)[1] if second else 15
    label = f"{year}{month:02}{'B' if second else 'A'}"
    return label, date(year, month, 16 if second else 1), date(year, month, last)


def _chosen(case: Case, table: str, schema: Schema) -> pl.DataFrame:
    columns = [pl.col(name).cast(dtype) for name, dtype in schema.dtypes.items()]
    return case.table(table).select(columns).sort(*schema.key)
