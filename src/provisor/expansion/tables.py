"""Tables of an expansion case and of an expansion plan: columns, units, meanings.

A unit of goods is a sell pack everywhere, unless a column says otherwise.
"""

from __future__ import annotations

import polars as pl

from provisor.tables.schema import Column, Schema

_text, _number, _whole, _flag, _day = pl.String, pl.Float64, pl.Int64, pl.Boolean, pl.Date

MEASURES = {"volume": "cuft", "weight": "lb", "positions": "position"}
"""What limits the stock on shelves, with its unit."""

PRODUCTS = Schema(
    "products",
    "one product, in the pack it is sold in and in the pack it arrives in",
    [
        Column("sku", _text, "", "code used in all other tables"),
        Column("name", _text, "", "name for people", required=False),
        Column("supplier", _text, "", "who delivers it"),
        Column("storage_type", _text, "", "type of shelf it is kept on"),
        Column("sell_quantity", _number, "each", "pieces of a sell pack", positive=True, minimum=0),
        Column("sell_volume_cuft", _number, "cuft", "volume of a sell pack", positive=True, minimum=0),
        Column("sell_weight_lb", _number, "lb", "weight of a sell pack", positive=True, minimum=0),
        Column("inbound_quantity", _number, "each", "pieces of an inbound pack", positive=True, minimum=0),
        Column("inbound_volume_cuft", _number, "cuft", "volume of an inbound pack", positive=True, minimum=0),
        Column("inbound_weight_lb", _number, "lb", "weight of an inbound pack", positive=True, minimum=0),
        Column("ratio", _number, "pack", "sell packs of an inbound pack", positive=True, minimum=0),
        Column("repackable", _flag, "", "whether it may be taken out of the inbound pack for storage"),
        Column("carrier", _text, "", "how an inbound pack travels", allowed=("LTL", "parcel")),
        Column("holding_per_pack_day", _number, "$/pack/day", "cost of a sell pack at day end; empty for sell_volume_cuft x holding_per_cuft_day", nullable=True, minimum=0, required=False),
    ],
    key=("sku",),
)  # fmt: skip

SUPPLIERS = Schema(
    "suppliers",
    "one supplier",
    [
        Column("supplier", _text, "", "name used in products"),
        Column("kind", _text, "", "kind for policies and exemptions, such as international or domestic"),
        Column("trucks_per_day", _number, "truck/day", "trucks at a site on a day; empty for trucks.per_day", nullable=True, minimum=0, required=False),
    ],
    key=("supplier",),
)  # fmt: skip

SITES = Schema(
    "sites",
    "one site",
    [
        Column("facility", _text, "", "name used in all other tables"),
        Column("expandable", _flag, "", "whether it may grow"),
        Column("limit_sqft", _number, "sqft", "most area that may be added; 0 where it may not grow", minimum=0),
        Column("fixed_cost", _number, "$/phase", "cost of a phase of building, whatever its size", minimum=0, required=False, default=0.0),
        Column("transport_per_pack", _number, "$/pack", "cost of shipping a sell pack from here", minimum=0, required=False, default=0.0),
    ],
    key=("facility",),
)  # fmt: skip

TIERS = Schema(
    "tiers",
    "one step of the price of added area at a site; the tiers of a site end at or beyond its limit",
    [
        Column("facility", _text, "", "site that may grow"),
        Column("tier", _whole, "", "1, 2, ... in order of size", minimum=1),
        Column("upto_sqft", _number, "sqft", "total added area at which the tier ends", positive=True, minimum=0),
        Column("price_per_sqft", _number, "$/sqft", "price of each sqft within the tier", minimum=0),
    ],
    key=("facility", "tier"),
)  # fmt: skip

SHELVING = Schema(
    "shelving",
    "shelves of a type at a site, and what one of them takes",
    [
        Column("facility", _text, "", "site"),
        Column("storage_type", _text, "", "type of shelf"),
        Column("shelves", _number, "shelf", "shelves there are", minimum=0),
        Column("sqft_per_shelf", _number, "sqft", "area of a shelf, aisles included", positive=True, minimum=0),
        Column("volume_cuft", _number, "cuft", "room of a shelf", minimum=0),
        Column("weight_lb", _number, "lb", "most weight on a shelf", minimum=0),
        Column("positions", _number, "position", "places for inbound packs on a shelf", minimum=0),
    ],
    key=("facility", "storage_type"),
)  # fmt: skip

LEAD_TIMES = Schema(
    "lead_times",
    "lead time and days on hand of a product at a site",
    [
        Column("sku", _text, "", "product"),
        Column("facility", _text, "", "site"),
        Column("lead_time_days", _whole, "day", "days from order to arrival (rules.lead_time_unit)", minimum=0),
        Column("days_on_hand", _number, "day", "days of shipments to keep (rules.days_on_hand_unit)", minimum=0),
    ],
    key=("sku", "facility"),
)  # fmt: skip

DEMAND = Schema(
    "demand",
    "demand of all customers for a product in a month",
    [
        Column("month", _whole, "", "month of the horizon, 1 is the first", minimum=1),
        Column("sku", _text, "", "product"),
        Column("quantity", _number, "rules.demand_unit", "sell packs, or eaches", minimum=0),
    ],
    key=("month", "sku"),
)

DAILY_DEMAND = Schema(
    "daily_demand",
    "demand of all customers for a product on a day (rules.demand: daily); the sum of a month is its demand",
    [
        Column("month", _whole, "", "month of the horizon", minimum=1),
        Column("day", _whole, "", "business day of the month", minimum=1),
        Column("sku", _text, "", "product"),
        Column("quantity", _number, "rules.demand_unit", "sell packs, or eaches", minimum=0),
    ],
    key=("month", "day", "sku"),
)

CALENDAR = Schema(
    "calendar",
    "one business day; months before the first (0, -1, ...) reach back beyond the longest lead time",
    [
        Column("month", _whole, "", "month of the horizon, 1 is the first"),
        Column("day", _whole, "", "business day of the month, 1 to days_per_month", minimum=1),
        Column("date", _day, "", "real date; dates rise with month and day"),
    ],
    key=("month", "day"),
)

OPENING = Schema(
    "opening",
    "stock before the first day (rules.opening: data)",
    [
        Column("sku", _text, "", "product"),
        Column("facility", _text, "", "site"),
        Column("units", _number, "pack", "sell packs", minimum=0),
    ],
    key=("sku", "facility"),
)

SHELF_PACKS = Schema(
    "shelf_packs",
    "packs of a product that one shelf holds, where more is known of it than volume and weight "
    "(rules.shelf_use: dedicated)",
    [
        Column("facility", _text, "", "site"),
        Column("storage_type", _text, "", "type of shelf"),
        Column("sku", _text, "", "product"),
        Column(
            "packs", _number, "pack", "sell packs on one shelf; 0 where it may not stand there", minimum=0
        ),
    ],
    key=("facility", "storage_type", "sku"),
)

FROZEN = Schema(
    "frozen",
    "what arrives and leaves on a day that is held as in an earlier plan; only cases with frozen months have it",
    [
        Column("month", _whole, "", "month of the horizon", minimum=1),
        Column("day", _whole, "", "business day of the month", minimum=1),
        Column("sku", _text, "", "product"),
        Column("facility", _text, "", "site"),
        Column("units_delivered", _number, "pack", "sell packs that arrive", minimum=0),
        Column("units_shipped", _number, "pack", "sell packs that leave", minimum=0),
    ],
    key=("month", "day", "sku", "facility"),
)

CASE_TABLES = (
    PRODUCTS, SUPPLIERS, SITES, TIERS, SHELVING, LEAD_TIMES, DEMAND, DAILY_DEMAND, CALENDAR, OPENING, SHELF_PACKS,
)  # fmt: skip
"""Tables of every case; daily_demand, opening and shelf_packs are empty where their rule does not ask for them."""

EXPANSION_DECISIONS = Schema(
    "expansion_decisions",
    "area added at a site that may grow",
    [
        Column("facility", _text, "", "site"),
        Column("sqft_added", _number, "sqft", "area added", minimum=0),
        Column("tier1_sqft", _number, "sqft", "of it in the first tier", minimum=0),
        Column("tier2_sqft", _number, "sqft", "of it in the second tier; further tiers are in expansion_tiers", minimum=0),
        Column("expansion_cost", _number, "$", "cost of the area, not discounted, without fixed costs of phases"),
    ],
    key=("facility",),
)  # fmt: skip

EXPANSION_TIERS = Schema(
    "expansion_tiers",
    "area added within a tier of a site's price",
    [
        Column("facility", _text, "", "site"),
        Column("tier", _whole, "", "tier", minimum=1),
        Column("sqft", _number, "sqft", "area in the tier", minimum=0),
        Column("price_per_sqft", _number, "$/sqft", "its price"),
        Column("cost", _number, "$", "area times price"),
    ],
    key=("facility", "tier"),
)

SHELF_ADDITIONS = Schema(
    "shelf_additions",
    "shelves of a type added at a site that may grow",
    [
        Column("facility", _text, "", "site"),
        Column("storage_type", _text, "", "type of shelf"),
        Column("shelves_added", _number, "shelf", "shelves added", minimum=0),
        Column("sqft_per_shelf", _number, "sqft", "area of a shelf"),
        Column("total_sqft", _number, "sqft", "their area"),
        Column("weight_capacity_lbs", _number, "lb", "weight the added shelves take"),
        Column("volume_capacity_cuft", _number, "cuft", "volume the added shelves take"),
    ],
    key=("facility", "storage_type"),
)

PHASES = Schema(
    "phases",
    "shelves added at the start of a year; without rules.phases all of them in the first",
    [
        Column("year", _whole, "", "year of the horizon, 1 is months 1 to 12", minimum=1),
        Column("facility", _text, "", "site"),
        Column("storage_type", _text, "", "type of shelf"),
        Column("shelves_added", _number, "shelf", "shelves added in that year", minimum=0),
        Column("sqft_added", _number, "sqft", "their area", minimum=0),
    ],
    key=("year", "facility", "storage_type"),
)

SHELF_ASSIGNMENTS = Schema(
    "shelf_assignments",
    "shelves that hold one product for the whole horizon (rules.shelf_use: dedicated); else without rows",
    [
        Column("facility", _text, "", "site"),
        Column("storage_type", _text, "", "type of shelf"),
        Column("sku", _text, "", "product"),
        Column("shelves", _number, "shelf", "shelves, added ones included", minimum=0),
    ],
    key=("facility", "storage_type", "sku"),
)

OPENING_STOCK = Schema(
    "opening_stock",
    "stock before the first day, chosen by the plan or given",
    [
        Column("sku", _text, "", "product"),
        Column("facility", _text, "", "site"),
        Column("units", _number, "pack", "sell packs", minimum=0),
    ],
    key=("sku", "facility"),
)

INVENTORY_LEVELS_DAILY = Schema(
    "inventory_levels_daily",
    "stock of a product at a site at day end; rows of 0 are there too",
    [
        Column("month", _whole, "", "month of the horizon"),
        Column("day", _whole, "", "business day of the month"),
        Column("date", _day, "", "its date"),
        Column("sku", _text, "", "product"),
        Column("facility", _text, "", "site"),
        Column("units", _number, "pack", "sell packs at day end", minimum=0),
        Column("volume_cuft", _number, "cuft", "room they take as rules.storage reads it"),
        Column("weight_lbs", _number, "lb", "weight as rules.storage reads it"),
        Column("holding_cost_dollars", _number, "$", "cost of holding them that day"),
    ],
    key=("month", "day", "sku", "facility"),
)

DELIVERIES_DAILY = Schema(
    "deliveries_daily",
    "goods that arrive at 8 am, with the order they come from; days without are left out",
    [
        Column("arrival_month", _whole, "", "month of arrival"),
        Column("arrival_day", _whole, "", "business day of arrival"),
        Column("arrival_date", _day, "", "date of arrival"),
        Column("sku", _text, "", "product"),
        Column("facility", _text, "", "site"),
        Column("units_delivered", _number, "pack", "sell packs", minimum=0),
        Column("inbound_packs", _number, "inbound pack", "units / ratio; whole if rules.whole_packs", minimum=0),
        Column("order_month", _whole, "", "month of the order; 0 and below lie before the horizon"),
        Column("order_day", _whole, "", "business day of the order"),
        Column("order_date", _day, "", "date of the order"),
        Column("lead_time_days", _whole, "day", "lead time, in the unit of rules.lead_time_unit"),
        Column("supplier_type", _text, "", "kind of the supplier"),
    ],
    key=("arrival_month", "arrival_day", "sku", "facility"),
)  # fmt: skip

ORDER_SCHEDULE_DAILY = Schema(
    "order_schedule_daily",
    "goods ordered, by the day of the order; one row for each row of deliveries_daily",
    [
        Column("order_month", _whole, "", "month of the order; 0 and below lie before the horizon"),
        Column("order_day", _whole, "", "business day of the order"),
        Column("order_date", _day, "", "date of the order"),
        Column("arrival_month", _whole, "", "month of arrival"),
        Column("arrival_day", _whole, "", "business day of arrival"),
        Column("arrival_date", _day, "", "date of arrival"),
        Column("sku", _text, "", "product"),
        Column("facility", _text, "", "site"),
        Column("units_ordered", _number, "pack", "sell packs", minimum=0),
        Column("inbound_packs", _number, "inbound pack", "units / ratio; whole if rules.whole_packs", minimum=0),
        Column("lead_time_days", _whole, "day", "lead time, in the unit of rules.lead_time_unit"),
        Column("supplier_type", _text, "", "kind of the supplier"),
    ],
    key=("order_month", "order_day", "arrival_month", "arrival_day", "sku", "facility"),
)  # fmt: skip

SHIPMENT_PLAN_DAILY = Schema(
    "shipment_plan_daily",
    "goods that leave a site by 5 pm; rows of 0 are there too",
    [
        Column("month", _whole, "", "month of the horizon"),
        Column("day", _whole, "", "business day of the month"),
        Column("date", _day, "", "its date"),
        Column("sku", _text, "", "product"),
        Column("facility", _text, "", "site"),
        Column("units_shipped", _number, "pack", "sell packs", minimum=0),
        Column("daily_demand", _number, "pack", "demand of all customers on that day; month / days if demand is monthly"),
        Column("demand_fulfilled_pct", _number, "%", "100 x units shipped / daily demand; 0 where there is no demand"),
        Column("transportation_cost_dollars", _number, "$", "cost of shipping them"),
    ],
    key=("month", "day", "sku", "facility"),
)  # fmt: skip

LOST_SALES = Schema(
    "lost_sales",
    "demand not served; days without are left out",
    [
        Column("month", _whole, "", "month of the horizon"),
        Column("day", _whole, "", "business day of the month"),
        Column("sku", _text, "", "product"),
        Column("units", _number, "pack", "sell packs", minimum=0),
    ],
    key=("month", "day", "sku"),
)

OVERFLOW = Schema(
    "overflow",
    "room rented elsewhere for stock of a site at the time room is checked; days without are left out",
    [
        Column("month", _whole, "", "month of the horizon"),
        Column("day", _whole, "", "business day of the month"),
        Column("facility", _text, "", "site"),
        Column("storage_type", _text, "", "type of shelf that is short"),
        Column(
            "volume_cuft", _number, "cuft", "volume kept elsewhere; it relieves volume, not weight", minimum=0
        ),
    ],
    key=("month", "day", "facility", "storage_type"),
)

COST_LINES = Schema(
    "costs",
    "one line of cost; the lines of a component add up to its figure, all lines to the objective",
    [
        Column("component", _text, "", "component of the objective"),
        Column("month", _whole, "", "month; empty where it is not of one", nullable=True),
        Column("facility", _text, "", "site", nullable=True),
        Column("sku", _text, "", "product", nullable=True),
        Column("supplier", _text, "", "supplier", nullable=True),
        Column("amount", _number, "$", "cost"),
    ],
)

COMPONENTS = ("expansion", "phases", "holding", "transport", "trucks", "overflow", "lost_sales")
"""Components of the objective, in the order shown. ``expansion`` (discounted if rules.phases) and ``holding`` are
always there; ``phases`` (fixed costs of building), ``transport``, ``trucks`` (excess loads, rules.trucks: soft),
``overflow`` and ``lost_sales`` where they are priced."""

PLAN_TABLES = (
    EXPANSION_DECISIONS, EXPANSION_TIERS, SHELF_ADDITIONS, PHASES, SHELF_ASSIGNMENTS, OPENING_STOCK,
    INVENTORY_LEVELS_DAILY, DELIVERIES_DAILY, ORDER_SCHEDULE_DAILY, SHIPMENT_PLAN_DAILY, LOST_SALES, OVERFLOW,
    COST_LINES,
)  # fmt: skip
"""Tables that decide a plan."""
