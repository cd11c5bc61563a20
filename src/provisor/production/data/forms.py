"""Sheets as users' files have them: columns of the network workbook, the forecasts and the stock export."""

from __future__ import annotations

import polars as pl

from provisor.production import tables as own
from provisor.tables.schema import Column, Schema

_text, _number, _whole, _flag, _day = pl.String, pl.Float64, pl.Int64, pl.Boolean, pl.Date
_many = pl.List(pl.String)


def _column(
    name: str, dtype: object, meaning: str, *aliases: str, unit: str = "", minimum: float | None = None
) -> Column:
    return Column(name, dtype, unit, meaning, minimum=minimum, aliases=aliases)


def _option(
    name: str, dtype: object, meaning: str, *aliases: str, unit: str = "", minimum: float | None = None
) -> Column:
    return Column(name, dtype, unit, meaning, False, True, minimum, aliases=aliases)


def _amount(name: str, meaning: str, *aliases: str) -> Column:
    return Column(name, _number, "unit", meaning, False, True, aliases=aliases)


PRODUCT_SHEET = Schema(
    "Products",
    "one product",
    [
        _column("product", _text, "code of the product", "product_id"),
        _option("name", _text, "name for people", "product_name"),
        _option("sku", _text, "another code"),
        _column("shelf_life_ambient_days", _whole, "days alive kept ambient", unit="day", minimum=1),
        _column("shelf_life_frozen_days", _whole, "days alive kept frozen", unit="day", minimum=1),
        _column(
            "shelf_life_thawed_days",
            _whole,
            "days alive after thawing",
            "shelf_life_after_thaw_days",
            unit="day",
            minimum=1,
        ),
        _column(
            "min_days_at_sale",
            _whole,
            "days left at sale",
            "min_acceptable_shelf_life_days",
            unit="day",
            minimum=0,
        ),
        Column("units_per_mix", _number, "unit", "units of one mix", False, True, 0, positive=True),
        Column("units_per_case", _number, "unit", "units of one case", False, True, 0, positive=True),
        Column("units_per_pallet", _number, "unit", "units of one pallet", False, True, 0, positive=True),
        _option("brand", _text, "family for changeovers"),
        _option("aliases", _many, "other codes of the product"),
    ],
    key=("product",),
)

LOCATION_SHEET = Schema(
    "Locations",
    "one place, of a type or with capabilities",
    [
        _column("node", _text, "code of the place", "node_id", "location_id", "id"),
        _option("name", _text, "name for people", "location_name"),
        _option("type", _text, "manufacturing, breadroom or storage", "location_type"),
        _column("storage", _text, "ambient, frozen, both or none", "storage_mode"),
        _option("can_make", _flag, "whether goods are made here", "can_manufacture", "can_produce"),
        _option("can_store", _flag, "whether goods can stay overnight"),
        _option("has_demand", _flag, "whether goods are sold here"),
        _option(
            "needs_trucks",
            _flag,
            "whether goods leave only on trucks",
            "requires_trucks",
            "requires_truck_schedules",
            "has_truck_constraints",
        ),
        _option(
            "rate_units_per_hour",
            _number,
            "speed of production",
            "production_rate",
            "production_rate_per_hour",
            unit="unit/h",
        ),
        _option(
            "capacity_units", _number, "most stock", "capacity", "storage_capacity", unit="unit", minimum=0
        ),
        _option(
            "startup_hours",
            _number,
            "hours before the first unit",
            "daily_startup_hours",
            unit="h",
            minimum=0,
        ),
        _option(
            "shutdown_hours",
            _number,
            "hours after the last unit",
            "daily_shutdown_hours",
            unit="h",
            minimum=0,
        ),
        _option(
            "changeover_hours",
            _number,
            "hours between products",
            "default_changeover_hours",
            unit="h",
            minimum=0,
        ),
        _option("max_hours", _number, "most hours on any day", "max_hours_per_day", unit="h", minimum=0),
        _option("shift_start", _text, "start of work", unit="hh:mm"),
        _option("latitude", _number, "for maps", "lat"),
        _option("longitude", _number, "for maps", "lon", "lng"),
    ],
    key=("node",),
)

ROUTE_SHEET = Schema(
    "Routes",
    "one way to move goods",
    [
        _column("leg", _text, "code of the way", "route_id", "id"),
        _column("origin", _text, "place it starts from", "origin_node_id", "origin_id"),
        _column("destination", _text, "place it ends at", "destination_node_id", "destination_id"),
        Column(
            "mode", _text, "", "ambient or frozen", allowed=("ambient", "frozen"), aliases=("transport_mode",)
        ),
        _column("transit_days", _number, "days on the road", "transit_time_days", unit="day", minimum=0),
        _column("cost_per_unit", _number, "cost of moving a unit", "cost", unit="$/unit", minimum=0),
        _option("capacity_units", _number, "most units a day", "capacity", unit="unit/day", minimum=0),
    ],
    key=("leg",),
)

TRUCK_SHEET = Schema(
    "TruckSchedules",
    "one scheduled truck",
    [
        _column("truck", _text, "code of the truck", "truck_id", "id"),
        _option("name", _text, "name for people", "truck_name"),
        _option("origin", _text, "place it leaves from", "origin_node_id", "origin_id"),
        _option("departure_type", _text, "morning or afternoon"),
        _column("departure_time", _text, "time it leaves", unit="hh:mm"),
        _option("destination", _text, "last stop", "destination_node_id", "destination_id"),
        _option("stops", _many, "places served in order, destination last"),
        _option("intermediate_stops", _many, "stops before the last one, in order"),
        _option("alternatives", _many, "other last stops", "alternative_destinations"),
        _option(
            "weekdays",
            pl.List(pl.Int64),
            "days of the week; empty for every day",
            "day_of_week",
            "days_of_week",
        ),
        _option("dates", pl.List(pl.Date), "days it leaves instead"),
        _option("capacity_units", _number, "units it holds", "capacity", unit="unit", minimum=0),
        _option("pallets", _whole, "places on the truck", "pallet_capacity", unit="pallet", minimum=0),
        _option("cost_fixed", _number, "cost of a departure", unit="$", minimum=0),
        _option("cost_per_unit", _number, "cost of a unit carried", unit="$/unit", minimum=0),
        _option("units_per_pallet", _number, "units of one pallet", unit="unit", minimum=1),
        _option("units_per_case", _number, "units of one case", unit="unit", minimum=1),
    ],
    key=("truck",),
)

LABOUR_SHEET = Schema(
    "LaborCalendar",
    "working time of a day",
    [
        _option("node", _text, "place that makes; empty for all", "node_id", "location_id"),
        _column("date", _day, "day"),
        _column("fixed_hours", _number, "hours of the shift", unit="h", minimum=0),
        _option("regular_rate", _number, "price of a regular hour", unit="$/h", minimum=0),
        _option(
            "overtime_hours", _number, "most hours of overtime", "max_overtime_hours", unit="h", minimum=0
        ),
        _option("overtime_rate", _number, "price of an overtime hour", unit="$/h", minimum=0),
        _option(
            "premium_rate", _number, "price of an hour on other days", "non_fixed_rate", unit="$/h", minimum=0
        ),
        _option("minimum_hours", _number, "hours paid at least", unit="h", minimum=0),
        _column("is_fixed_day", _flag, "whether the day has fixed hours"),
    ],
)

COST_SHEET = Schema(
    "CostParameters",
    "one cost parameter",
    [
        _column("cost", _text, "name of the parameter", "parameter", "cost_type"),
        _column("value", _number, "its value", minimum=0),
    ],
    key=("cost",),
)

ALIAS_SHEET = Schema(
    "Alias",
    "the codes of one product",
    [
        _column("product", _text, "the product", "Alias1"),
        _option("any_state", _text, "code that says nothing of the state", "Alias2"),
        _option("frozen", _text, "code of frozen goods", "Alias3"),
        _option("ambient", _text, "code of ambient goods", "Alias4"),
    ],
    key=("product",),
)

LONG_FORECAST = Schema(
    "Forecast",
    "forecast of one place, product and day",
    [
        _column("node", _text, "place", "location_id", "location"),
        _column("product", _text, "product or one of its codes", "product_id"),
        _column("date", _day, "day"),
        Column(
            "units",
            _number,
            "unit",
            "forecast",
            nullable=True,
            required=True,
            minimum=0,
            aliases=("quantity",),
        ),
    ],
    key=("node", "product", "date"),
)

WIDE_FORECAST = Schema(
    "forecast export",
    "forecast of one place and product, one column per day",
    [
        _column("product", _text, "product or one of its codes", "Product ID"),
        _column("node", _text, "place", "Location ID"),
        _option("key_figure", _text, "what the figures are", "Key Figure"),
    ],
    key=("node", "product", "key_figure"),
)

STOCK_EXPORT = Schema(
    "stock export",
    "stock of one material, plant, location and batch",
    [
        _column("material", _text, "material code", "Material"),
        _column("plant", _text, "plant", "Plant"),
        _option("location", _text, "storage location", "Storage Location"),
        _option("batch", _text, "batch", "Batch"),
        _column("measure", _text, "unit of measure", "Base Unit of Measure"),
        Column(
            "unrestricted", _number, "", "stock that can be used", nullable=True, aliases=("Unrestricted",)
        ),
        _amount("road", "stock on the road", "Transit and Transfer"),
        _amount("inspected", "stock in inspection", "In Quality Insp."),
        _amount("restricted", "restricted stock", "Restricted-Use Stock"),
        _amount("blocked", "blocked stock", "Blocked"),
        _amount("returned", "returns", "Returns"),
    ],
)

FORMS: dict[str, tuple[Schema, ...]] = {
    "products": (PRODUCT_SHEET,),
    "nodes": (LOCATION_SHEET,),
    "legs": (ROUTE_SHEET,),
    "trucks": (TRUCK_SHEET,),
    "calendar": (LABOUR_SHEET,),
    "demand": (LONG_FORECAST, WIDE_FORECAST),
    "stock": (own.STOCK, STOCK_EXPORT),
    "transit": (own.TRANSIT,),
    "costs": (COST_SHEET,),
    "alias": (ALIAS_SHEET,),
}
"""Forms in which files may hold a table; each reads our own headers and those users have."""


def headers_of(table: str) -> list[str]:
    """All headers that any form of a table knows."""
    return [name for form in FORMS[table] for column in form.columns for name in column.headers]
