"""Ten years of eighteen products at three sites: all 2,520 days are looked at, in seconds."""

import time
from datetime import date, timedelta

import polars as pl
import pytest

from provisor.case import Case
from provisor.expansion import tables as schemas
from provisor.expansion.audit import audit
from provisor.expansion.rules import Rules, Settings

MONTHS, DAYS, LEAD = 120, 21, 5
SKUS = [f"P{number:02}" for number in range(18)]
SHARES = {"EAST": 30.0, "MIDDLE": 20.0, "WEST": 10.0}
RATIO = 10.0
SECONDS = 20.0
"""Far more than an audit of this size takes on a machine that does nothing else."""


@pytest.fixture(scope="module")
def calendar():
    places = [(month, day) for month in range(MONTHS + 1) for day in range(1, DAYS + 1)]
    first = date(2027, 1, 1)
    rows = [{"month": m, "day": d, "date": first + timedelta(days=n)} for n, (m, d) in enumerate(places)]
    return schemas.CALENDAR.frame(rows)


@pytest.fixture(scope="module")
def case(calendar):
    pack = {"sell_quantity": 1.0, "sell_volume_cuft": 1.0, "sell_weight_lb": 2.0, "repackable": True}
    box = {"inbound_quantity": RATIO, "inbound_volume_cuft": 12.0, "inbound_weight_lb": 25.0, "ratio": RATIO}
    kinds = {"supplier": "ACME", "storage_type": "Bins", "carrier": "LTL"}
    room = {"shelves": 10.0, "sqft_per_shelf": 5.0, "volume_cuft": 60.0, "weight_lb": 120.0, "positions": 9.0}
    rows = {
        "products": [{"sku": sku, **kinds, **pack, **box} for sku in SKUS],
        "suppliers": [{"supplier": "ACME", "kind": "domestic"}],
        "sites": [{"facility": site, "expandable": False, "limit_sqft": 0.0} for site in SHARES],
        "shelving": [{"facility": site, "storage_type": "Bins", **room} for site in SHARES],
        "lead_times": [
            {"sku": sku, "facility": site, "lead_time_days": LEAD, "days_on_hand": 1.0}
            for sku in SKUS
            for site in SHARES
        ],
        "demand": [
            {"month": month, "sku": sku, "quantity": DAYS * 60.0}
            for month in range(1, MONTHS + 1)
            for sku in SKUS
        ],
    }
    frames = {schema.name: schema.frame(rows.get(schema.name, [])) for schema in schemas.CASE_TABLES}
    settings = Settings(start=date(2027, 1, 22), months=MONTHS, holding_per_cuft_day=0.01)
    return Case("expansion", "ten years", {**frames, "calendar": calendar}, settings, Rules())


@pytest.fixture(scope="module")
def tables(calendar):
    """Every site ships its share, gets as much each morning, and keeps one day of it."""
    goods = pl.DataFrame({"sku": SKUS}).join(
        pl.DataFrame({"facility": list(SHARES), "units": list(SHARES.values())}), how="cross"
    )
    days = calendar.filter(pl.col("month") > 0)
    stock = days.join(goods, how="cross")
    earlier = calendar.select(order_month="month", order_day="day", order_date="date").slice(DAYS - LEAD)
    moments = days.select(arrival_month="month", arrival_day="day", arrival_date="date")
    orders = pl.concat([moments, earlier.head(days.height)], how="horizontal").join(goods, how="cross")
    return {
        "expansion_decisions": schemas.EXPANSION_DECISIONS.empty(),
        "shelf_additions": schemas.SHELF_ADDITIONS.empty(),
        "inventory_levels_daily": stock,
        "deliveries_daily": orders.rename({"units": "units_delivered"}),
        "order_schedule_daily": orders.rename({"units": "units_ordered"}),
        "shipment_plan_daily": stock.rename({"units": "units_shipped"}),
    }


def test_every_day_is_looked_at_in_seconds(case, tables):
    began = time.perf_counter()
    report = audit(case, tables, {"expansion": 0.0, "holding": 60 * 18 * MONTHS * DAYS * 0.01})
    assert time.perf_counter() - began < SECONDS
    assert [f.words for f in report.findings] == []
    assert report.cost_difference == pytest.approx(0.0, abs=1e-6)
    assert report.checked["balance"] == report.checked["days-on-hand"] == MONTHS * DAYS * 18 * 3
    assert report.checked["demand"] == MONTHS * DAYS * 18


@pytest.mark.parametrize("name", ["inventory_levels_daily", "deliveries_daily", "shipment_plan_daily"])
def test_one_pack_among_millions_is_found(case, tables, name):
    column = next(c for c in tables[name].columns if c.startswith("units"))
    row = pl.int_range(pl.len()) == 77_777
    changed = tables[name].with_columns(pl.when(row).then(pl.col(column) + 1).otherwise(column).alias(column))
    found = audit(case, {**tables, name: changed}, None).findings
    assert {f.amount for f in found if f.rule == "balance"} == {1.0}
