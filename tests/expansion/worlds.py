"""Small expansion cases made by hand or at random, for the mathematics."""

from datetime import date, timedelta

import numpy as np

from provisor.case import Case
from provisor.expansion import tables
from provisor.expansion.rules import Rules, Settings

SITES = ("NORTH", "SOUTH")


def calendar(start: date, months: int, days: int):
    """Weekdays in a row, some months before the first day too."""
    early = 6
    day, before, after = start, [], [start]
    while len(after) < months * days:
        day += timedelta(days=1)
        if day.weekday() < 5:
            after.append(day)
    day = start
    while len(before) < early * days:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            before.append(day)
    dates = [*reversed(before), *after]
    places = range(-early * days, months * days)
    return [
        {"month": number // days + 1, "day": number % days + 1, "date": when}
        for number, when in zip(places, dates, strict=True)
    ]


def small_case(seed: int = 0, *, months: int = 6, days: int = 5, rules=None, demand=None, **settings) -> Case:
    """Two sites, of which SOUTH may grow; three products of two suppliers; demand with a season, at random."""
    random = np.random.default_rng(seed)
    skus = ("CUPS", "DESKS", "LAMPS")
    quantity = random.integers(200, 2000, size=(months, 3)) if demand is None else np.asarray(demand)
    products = [
        {
            "sku": sku,
            "name": sku.title(),
            "supplier": supplier,
            "storage_type": kind,
            "sell_quantity": 2.0,
            "sell_volume_cuft": volume,
            "sell_weight_lb": 5.0,
            "inbound_quantity": 2.0 * ratio,
            "inbound_volume_cuft": volume * ratio * 1.2,
            "inbound_weight_lb": 5.0 * ratio + 1,
            "ratio": ratio,
            "repackable": sku != "DESKS",
            "carrier": "parcel",
        }
        for sku, supplier, kind, volume, ratio in (
            ("CUPS", "POTTER", "Bins", 0.5, 4.0),
            ("DESKS", "JOINER", "Pallet", 3.0, 1.0),
            ("LAMPS", "JOINER", "Pallet", 1.0, 2.0),
        )
    ]
    shelving = [
        {
            "facility": site,
            "storage_type": kind,
            "shelves": shelves,
            "sqft_per_shelf": 10.0,
            "volume_cuft": 40.0,
            "weight_lb": 900.0,
            "positions": 30.0,
        }
        for site, kind, shelves in (
            ("NORTH", "Bins", 60.0),
            ("NORTH", "Pallet", 160.0),
            ("SOUTH", "Bins", 5.0),
            ("SOUTH", "Pallet", 10.0),
        )
    ]
    case_tables = {
        "products": tables.PRODUCTS.frame(products),
        "suppliers": tables.SUPPLIERS.frame(
            [{"supplier": "POTTER", "kind": "international"}, {"supplier": "JOINER", "kind": "domestic"}]
        ),
        "sites": tables.SITES.frame(
            [
                {
                    "facility": site,
                    "expandable": site == "SOUTH",
                    "limit_sqft": 4000.0 if site == "SOUTH" else 0.0,
                    "fixed_cost": 0.0,
                    "transport_per_pack": 0.0,
                }
                for site in SITES
            ]
        ),
        "tiers": tables.TIERS.frame(
            [
                {"facility": "SOUTH", "tier": 1, "upto_sqft": 300.0, "price_per_sqft": 2.0},
                {"facility": "SOUTH", "tier": 2, "upto_sqft": 4000.0, "price_per_sqft": 3.0},
            ]
        ),
        "shelving": tables.SHELVING.frame(shelving),
        "lead_times": tables.LEAD_TIMES.frame(
            [
                {"sku": sku, "facility": site, "lead_time_days": 3, "days_on_hand": 3.0}
                for sku in skus
                for site in SITES
            ]
        ),
        "demand": tables.DEMAND.frame(
            [
                {"month": month + 1, "sku": sku, "quantity": float(quantity[month, place])}
                for month in range(months)
                for place, sku in enumerate(skus)
            ]
        ),
        "daily_demand": tables.DAILY_DEMAND.empty(),
        "calendar": tables.CALENDAR.frame(calendar(date(2030, 1, 7), months, days)),
        "opening": tables.OPENING.empty(),
        "shelf_packs": tables.SHELF_PACKS.empty(),
    }
    given = Settings.model_validate(
        {
            "start": date(2030, 1, 7),
            "months": months,
            "days_per_month": days,
            "holding_per_cuft_day": 0.01,
            **settings,
        }
    )
    return Case("expansion", "small", case_tables, given, Rules.model_validate(rules or {}))
