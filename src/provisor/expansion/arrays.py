"""The tables of an expansion case as arrays, one function for what each rule asks of them.

Axes, in this order wherever they occur: months M, days of a month D, products S, sites F, storage types T.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from provisor.expansion.tiers import Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from provisor.case import Case
    from provisor.engine.problem import Floats
    from provisor.expansion.rules import Rules, Settings

    Numbers = NDArray[np.int64]

CALENDAR_SHARE = 5 / 7
"""Business days of a calendar day."""

ROOM = ("volume_cuft", "weight_lb", "positions")
"""Columns of what a shelf takes, by measure."""


def numbers(table: pl.DataFrame, column: str) -> Floats:
    """A column as numbers; 0 where it is empty."""
    return table[column].cast(pl.Float64).fill_null(0.0).to_numpy().astype(np.float64)


def places(labels: Sequence[str], values: pl.Series, *, strict: bool = True) -> Numbers:
    """Places of values among labels; the first one for what is none of them, unless strict."""
    place = {label: number for number, label in enumerate(labels)}
    found = [place[value] if strict else place.get(value, 0) for value in values]
    return np.array(found, dtype=np.int64)


def room_of_packs(products: pl.DataFrame, rules: Rules) -> Floats:
    """Volume, weight and positions of a pack as rules.storage reads them, 3 x S.

    Mixed: as received where a product may not be repacked, else the form of less volume with its weight; the sell
    pack where both are equal.
    """
    ratio = numbers(products, "ratio")
    sell = np.stack([numbers(products, "sell_volume_cuft"), numbers(products, "sell_weight_lb")])
    received = np.stack([numbers(products, "inbound_volume_cuft"), numbers(products, "inbound_weight_lb")])
    received /= ratio
    as_sold = products["repackable"].to_numpy() & (sell[0] <= received[0] * (1 + 1e-9))
    if rules.storage != "mixed":
        as_sold = np.full(ratio.shape, rules.storage == "sell")
    return np.vstack([np.where(as_sold, sell, received), 1.0 / ratio])


def loads(products: pl.DataFrame, settings: Settings) -> Floats:
    """Parts of a truck that a pack takes as received, by weight, volume and, where limited, positions: L x S."""
    ratio, trucks = numbers(products, "ratio"), settings.trucks
    rows = [
        numbers(products, "inbound_weight_lb") / trucks.weight_lb,
        numbers(products, "inbound_volume_cuft") / trucks.volume_cuft,
    ]
    if trucks.positions is not None:
        rows.append(np.ones_like(ratio) / trucks.positions)
    return np.stack(rows) / ratio


def holding(products: pl.DataFrame, settings: Settings) -> Floats:
    """Cost of a pack at day end: its own, or by the volume it is sold in however it is stored."""
    volume = numbers(products, "sell_volume_cuft")
    own = products["holding_per_pack_day"].cast(pl.Float64).to_numpy()
    return np.where(np.isnan(own), volume * settings.holding_per_cuft_day, own)


def daily_demand(case: Case, skus: tuple[str, ...], rules: Rules, settings: Settings) -> Floats:
    """Demand by day in packs, M x D x S."""
    months, days = settings.months, settings.days_per_month
    pieces = dict(case.table("products").select("sku", "sell_quantity").iter_rows())
    part = np.array([1.0 if rules.demand_unit == "packs" else 1.0 / pieces[sku] for sku in skus])
    place = {sku: number for number, sku in enumerate(skus)}
    if rules.demand == "daily":
        by_day = np.zeros((months, days, len(skus)))
        for month, day, sku, quantity in case.table("daily_demand").iter_rows():
            by_day[month - 1, day - 1, place[sku]] = quantity
        return np.asarray(by_day * part)
    by_month = np.zeros((months, len(skus)))
    for month, sku, quantity in case.table("demand").iter_rows():
        by_month[month - 1, place[sku]] = quantity
    parts = day_parts(case.table("calendar"), rules, months, days)
    return np.asarray(by_month[:, None, :] * parts[:, :, None] * part)


def day_parts(calendar: pl.DataFrame, rules: Rules, months: int, days: int) -> Floats:
    """Part of a month's demand on each of its days, M x D."""
    if rules.demand != "weekday":
        return np.full((months, days), 1.0 / days)
    dates = calendar.filter(pl.col("month").is_between(1, months)).sort("month", "day")["date"]
    weights = np.array(rules.weekday_weights)[dates.dt.weekday().to_numpy() - 1].reshape(months, days)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def by_site(
    case: Case, table: str, column: str, skus: tuple[str, ...], facilities: tuple[str, ...]
) -> Floats:
    """A column of a table by product and site, S x F; 0 where there is no row."""
    values = np.zeros((len(skus), len(facilities)))
    for sku, facility, value in case.table(table).select("sku", "facility", column).iter_rows():
        values[skus.index(sku), facilities.index(facility)] = value
    return values


def first_arrival(case: Case, lead: Numbers, rules: Rules) -> Numbers:
    """First day (from 0) on which an order of the first day can arrive, S x F."""
    if rules.lead_time_unit == "business":
        return lead.copy()
    days = case.table("calendar").filter(pl.col("month") >= 1).sort("date")["date"].to_numpy()
    return np.asarray(np.searchsorted(days, days[0] + lead.astype("timedelta64[D]")).astype(np.int64))


def days_on_hand(
    case: Case, skus: tuple[str, ...], facilities: tuple[str, ...], kinds: NDArray[Any], rules: Rules
) -> Floats:
    """Business days of shipments to keep, S x F; ``kinds`` are those of the products' suppliers."""
    if rules.policy is None:
        days = by_site(case, "lead_times", "days_on_hand", skus, facilities)
    else:
        by_sku = np.array([rules.policy[kind] for kind in kinds])
        days = np.repeat(by_sku[:, None], len(facilities), axis=1)
    unit = CALENDAR_SHARE if rules.days_on_hand_unit == "calendar" else 1.0
    return np.asarray(days * unit * rules.doh_multiplier)


def shelving(case: Case, facilities: tuple[str, ...], types: tuple[str, ...]) -> dict[str, Floats]:
    """Shelves there are, area of one and what one takes, each F x T; 0 where a site has none of a type."""
    names = ("shelves", "sqft_per_shelf", *ROOM)
    values = {name: np.zeros((len(facilities), len(types))) for name in names}
    for row in case.table("shelving").to_dicts():
        for name in names:
            values[name][facilities.index(row["facility"]), types.index(row["storage_type"])] = row[name]
    return values


def shelf_packs(
    case: Case, skus: tuple[str, ...], facilities: tuple[str, ...], types: tuple[str, ...]
) -> Floats:
    """Packs of a product that one shelf holds where the case says so, S x F x T; nan else."""
    packs = np.full((len(skus), len(facilities), len(types)), np.nan)
    for sku, facility, kind, value in (
        case.table("shelf_packs").select("sku", "facility", "storage_type", "packs").iter_rows()
    ):
        packs[skus.index(sku), facilities.index(facility), types.index(kind)] = value
    return packs


def tiers_of(case: Case, facility: str) -> tuple[Tier, ...]:
    """Prices of the area added at a site, in order of size."""
    rows = case.table("tiers").filter(pl.col("facility") == facility).sort("tier")
    return tuple(Tier(upto, price) for upto, price in rows.select("upto_sqft", "price_per_sqft").iter_rows())


def trucks_allowed(suppliers: pl.DataFrame, sites: int, rules: Rules, settings: Settings) -> Floats:
    """Trucks of a supplier at a site on a day, suppliers x F; infinite where exempt."""
    rows = []
    for name, kind, own in suppliers.select("supplier", "kind", "trucks_per_day").iter_rows():
        exempt = name in rules.truck_exempt or kind in rules.truck_exempt_kinds
        rows.append(np.inf if exempt else settings.trucks.per_day if own is None else own)
    return np.repeat(np.array(rows, dtype=np.float64)[:, None], sites, axis=1)
