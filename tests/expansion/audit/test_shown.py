"""What a plan shows of docks and shelves is what its goods take."""

import polars as pl
import pytest

from provisor.expansion.audit import audit
from provisor.expansion.summary_tables import DOCK_SCHEDULE, UTILISATION

INBOUND = {"A": (11.0, 2.0), "B": (6.0, 3.0)}
"""Pounds and cubic feet of a pack as it arrives."""

SUPPLIER = {"A": "ACME", "B": "BOLT"}
ROOM = {
    ("NORTH", "Pallet"): ("A", 60.0, 600.0),
    ("NORTH", "Bins"): ("B", 120.0, 300.0),
    ("SOUTH", "Pallet"): ("A", 30.0, 300.0),
    ("SOUTH", "Bins"): ("B", 80.0, 160.0),
}
"""Product, cubic feet and pounds of the shelves of a type at a site, the added ones among them."""


def dock_rows(hand):
    for row in hand.rows["deliveries_daily"]:
        weight, volume = INBOUND[row["sku"]]
        moment = {"month": row["arrival_month"], "day": row["arrival_day"], "date": row["arrival_date"]}
        place = {"facility": row["facility"], "supplier": SUPPLIER[row["sku"]], "excess": 0.0}
        goods = row["units_delivered"]
        yield {**moment, **place, "weight_lbs": goods * weight, "volume_cuft": goods * volume}


def shelf_rows(hand):
    for (site, kind), (sku, volume, weight) in ROOM.items():
        for row in hand.rows["inventory_levels_daily"]:
            if (row["sku"], row["facility"]) == (sku, site):
                used = {name: row[name] for name in ("month", "day", "date", "volume_cuft", "weight_lbs")}
                room = {"volume_capacity_cuft": volume, "weight_capacity_lbs": weight}
                yield {**used, **room, "facility": site, "storage_type": kind}


@pytest.fixture
def shown(hand):
    """Case and tables of the plan made by hand, with what it shows."""
    more = {
        "dock_schedule": pl.DataFrame(list(dock_rows(hand)), schema_overrides=_types(DOCK_SCHEDULE)),
        "utilisation": pl.DataFrame(list(shelf_rows(hand)), schema_overrides=_types(UTILISATION)),
    }
    return hand.case(), {**hand.tables(), **more}


def _types(schema):
    return {"month": schema.dtypes["month"], "day": schema.dtypes["day"]}


def test_what_is_shown_agrees(shown):
    report = audit(*shown, None)
    assert [f.words for f in report.findings] == []
    assert report.checked["trucks"] == 6 * 2 * 2


@pytest.mark.parametrize(
    ("table", "column", "rule"),
    [
        ("dock_schedule", "weight_lbs", "trucks"),
        ("dock_schedule", "volume_cuft", "trucks"),
        ("dock_schedule", "excess", "trucks"),
        ("utilisation", "volume_cuft", "storage"),
        ("utilisation", "volume_capacity_cuft", "storage"),
        ("utilisation", "weight_lbs", "storage"),
        ("utilisation", "weight_capacity_lbs", "storage"),
    ],
)
def test_a_figure_shown_wrong_is_found(shown, table, column, rule):
    case, tables = shown
    first = pl.int_range(pl.len()) == 0
    wrong = tables[table].with_columns(
        pl.when(first).then(pl.col(column) + 1.0).otherwise(column).alias(column)
    )
    found = audit(case, {**tables, table: wrong}, None).findings
    assert [(f.rule, f.amount) for f in found] == [(rule, pytest.approx(1.0))]


def test_arrivals_the_dock_schedule_leaves_out_are_found(shown):
    case, tables = shown
    shorter = {**tables, "dock_schedule": tables["dock_schedule"].slice(1)}
    found = audit(case, shorter, None).findings
    assert [(f.rule, f.unit) for f in found] == [("trucks", "truck")]
    assert "leaves them out" in found[0].words
