"""Tables that sum up an expansion plan; nothing is decided in them."""

from __future__ import annotations

import polars as pl

from provisor.expansion.tables import MEASURES
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

SUMMARY_TABLES = (UTILISATION, DOCK_SCHEDULE, PEAKS, PRICES, SHARE_RANGES, NEED_BY_YEAR)
"""Tables that sum up a plan."""
