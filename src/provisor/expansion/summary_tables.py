"""Tables that sum up an expansion plan; nothing is decided in them."""

from __future__ import annotations

import polars as pl

from provisor.expansion.tables import COMPONENTS, MEASURES
from provisor.tables.schema import Column, Schema

_text, _number, _whole, _day = pl.String, pl.Float64, pl.Int64, pl.Date

UTILISATION = Schema(
    "utilisation",
    "stock of a storage type at a site on a day, at the time room is checked, against its capacity",
    [
        Column("month", _whole, "", "month of the horizon"),
        Column("day", _whole, "", "business day of the month"),
        Column("date", _day, "", "its date"),
        Column("facility", _text, "", "site"),
        Column("storage_type", _text, "", "type of shelf"),
        Column("volume_cuft", _number, "cuft", "volume of the stock"),
        Column("volume_capacity_cuft", _number, "cuft", "room of the shelves, added ones included"),
        Column("volume_used", _number, "share", "volume / room; 0 where there is neither"),
        Column("weight_lbs", _number, "lb", "weight of the stock"),
        Column("weight_capacity_lbs", _number, "lb", "weight the shelves take"),
        Column("weight_used", _number, "share", "weight / what the shelves take"),
        Column("positions", _number, "position", "positions the stock takes"),
        Column("positions_capacity", _number, "position", "positions of the shelves"),
    ],
    key=("month", "day", "facility", "storage_type"),
)

DOCK_SCHEDULE = Schema(
    "dock_schedule",
    "what a supplier brings to a site on a day; days without are left out",
    [
        Column("month", _whole, "", "month of the horizon"),
        Column("day", _whole, "", "business day of the month"),
        Column("date", _day, "", "its date"),
        Column("facility", _text, "", "site"),
        Column("supplier", _text, "", "supplier"),
        Column("weight_lbs", _number, "lb", "weight as received"),
        Column("volume_cuft", _number, "cuft", "volume as received"),
        Column("loads_by_weight", _number, "truck", "weight / weight of a truck"),
        Column("loads_by_volume", _number, "truck", "volume / volume of a truck"),
        Column("trucks", _whole, "truck", "whole trucks: the larger of both (and of positions), rounded up"),
        Column("allowed", _number, "truck", "trucks allowed; empty for an exempt supplier", nullable=True),
        Column("excess", _number, "truck", "loads beyond the trucks allowed", minimum=0),
        Column("parcel_lbs", _number, "lb", "of the weight, as parcels"),
        Column("ltl_lbs", _number, "lb", "of the weight, as less-than-truckload freight"),
    ],
    key=("month", "day", "facility", "supplier"),
)

PEAKS = Schema(
    "peaks",
    "the fullest day of a storage type at a site, by measure",
    [
        Column("facility", _text, "", "site"),
        Column("storage_type", _text, "", "type of shelf"),
        Column("measure", _text, "", "volume, weight or positions", allowed=tuple(MEASURES)),
        Column("month", _whole, "", "month of the horizon"),
        Column("day", _whole, "", "business day of the month"),
        Column("date", _day, "", "its date"),
        Column("used", _number, "", "stock in the measure's unit"),
        Column("capacity", _number, "", "capacity in the measure's unit"),
        Column("share", _number, "share", "used / capacity; empty where there is no capacity", nullable=True),
        Column("limits", pl.Boolean, "", "whether the rules of the case hold stock to this measure"),
    ],
    key=("facility", "storage_type", "measure"),
)

PRICES = Schema(
    "prices",
    "what one more unit of a limit would be worth (a dual of the linear problem, integers relaxed)",
    [
        Column("limit", _text, "", "volume, weight, positions, shelf, area or days-on-hand"),
        Column("facility", _text, "", "site", nullable=True),
        Column("storage_type", _text, "", "type of shelf", nullable=True),
        Column("sku", _text, "", "product", nullable=True),
        Column("month", _whole, "", "month that binds", nullable=True),
        Column("unit", _text, "", "unit of the limit"),
        Column("price", _number, "$/unit", "money saved by one more unit"),
        Column("words", _text, "", "the same in a sentence"),
    ],
)

SHARE_RANGES = Schema(
    "share_ranges",
    "range of a site's share of a product's shipments in a binding month that costs no more capital",
    [
        Column("month", _whole, "", "month"),
        Column("sku", _text, "", "product"),
        Column("facility", _text, "", "site"),
        Column("share", _number, "share", "share in the plan"),
        Column("least", _number, "share", "smallest share of equal capital cost"),
        Column("most", _number, "share", "largest share of equal capital cost"),
    ],
    key=("month", "sku", "facility"),
)

NEED_BY_YEAR = Schema(
    "need_by_year",
    "least expansion that serves the horizon up to the end of a year",
    [
        Column("year", _whole, "", "year of the horizon"),
        Column("last_month", _whole, "", "last month of the year"),
        Column("facility", _text, "", "site"),
        Column("sqft", _number, "sqft", "area needed there", nullable=True),
        Column("shelves", _number, "shelf", "shelves needed there", nullable=True),
        Column("cost", _number, "$", "cost at all sites; empty where it is not feasible", nullable=True),
    ],
    key=("year", "facility"),
)

DAILY_WORK = Schema(
    "daily_work",
    "what is handled at a site on a day: goods in at 8 am, goods out by 5 pm",
    [
        Column("month", _whole, "", "month of the horizon"),
        Column("day", _whole, "", "business day of the month"),
        Column("date", _day, "", "its date"),
        Column("facility", _text, "", "site"),
        Column("packs_received", _number, "inbound pack", "inbound packs that arrive"),
        Column("pallets_received", _number, "inbound pack", "of them those that travel as LTL freight"),
        Column("received_lbs", _number, "lb", "their weight"),
        Column("received_cuft", _number, "cuft", "their volume"),
        Column("packs_shipped", _number, "pack", "sell packs that leave"),
        Column("shipped_lbs", _number, "lb", "their weight"),
    ],
    key=("month", "day", "facility"),
)

CASH_BY_MONTH = Schema(
    "cash_by_month",
    "cost of a month by component; building as in costs, discounted where the case has a rate",
    [
        Column("month", _whole, "", "month of the horizon"),
        Column("date", _day, "", "its first business day"),
        *(Column(name, _number, "$", f"component {name}") for name in COMPONENTS),
        Column("total", _number, "$", "all components"),
        Column("so_far", _number, "$", "all components since the start"),
    ],
    key=("month",),
)

NOTHING_CUFT = 1e-6
"""Volume that is none."""

BREAK_EVEN = Schema(
    "break_even",
    "rent below which keeping the same stock elsewhere surely costs less than the shelves added",
    [
        Column("facility", _text, "", "site"),
        Column("storage_type", _text, "", "type of shelf"),
        Column("shelves_added", _number, "shelf", "shelves added"),
        Column(
            "cost", _number, "$", "their part of the site's cost of building, by area, fixed costs included"
        ),
        Column("days_beyond", _whole, "day", "days on which the shelves there are would not do"),
        Column("cuft_days_beyond", _number, "cuft-day", "volume beyond them, summed over days"),
        Column(
            "rent", _number, "$/cuft/day", "cost / volume beyond; empty where there is none", nullable=True
        ),
        Column("words", _text, "", "the same in a sentence"),
    ],
    key=("facility", "storage_type"),
)

SUMMARY_TABLES = (
    UTILISATION, DOCK_SCHEDULE, DAILY_WORK, PEAKS, PRICES, SHARE_RANGES, NEED_BY_YEAR, CASH_BY_MONTH, BREAK_EVEN,
)  # fmt: skip
"""Tables that sum up a plan."""
