"""Tables of a production case and of a production plan: columns, units, meanings."""

from __future__ import annotations

import polars as pl

from provisor.tables.schema import Column, Schema

STATES = ("ambient", "frozen", "thawed")
"""States of goods. Thawed goods are kept, moved and sold like ambient ones but live by their own clock."""

_text, _number, _whole, _flag, _day = pl.String, pl.Float64, pl.Int64, pl.Boolean, pl.Date
_many = pl.List(pl.String)

PRODUCTS = Schema(
    "products",
    "one product",
    [
        Column("product", _text, "", "code used in all other tables"),
        Column("name", _text, "", "name for people", required=False),
        Column("aliases", _many, "", "other codes of the same product", required=False),
        Column("shelf_life_ambient_days", _whole, "day", "days alive after production, kept ambient", minimum=1),
        Column("shelf_life_frozen_days", _whole, "day", "days alive after freezing", minimum=1),
        Column("shelf_life_thawed_days", _whole, "day", "days alive after thawing", minimum=1),
        Column("min_days_at_sale", _whole, "day", "days that must be left at sale", minimum=0),
        Column("units_per_mix", _number, "unit", "units of one mix; empty if any quantity can be made", nullable=True, minimum=0, positive=True, required=False),
        Column("units_per_case", _number, "unit", "units of one case", minimum=0, positive=True, required=False, default=1.0),
        Column("units_per_pallet", _number, "unit", "units of one full pallet", minimum=0, positive=True),
        Column("brand", _text, "", "family for changeovers", nullable=True, required=False),
    ],
    key=("product",),
)  # fmt: skip

NODES = Schema(
    "nodes",
    "one place that makes, keeps or sells goods; what it can do is in its columns",
    [
        Column("node", _text, "", "code used in all other tables"),
        Column("name", _text, "", "name for people", required=False),
        Column("can_make", _flag, "", "whether goods are made here"),
        Column("rate_units_per_hour", _number, "unit/h", "speed of production", nullable=True, minimum=0, positive=True),
        Column("startup_hours", _number, "h", "hours before the first unit of a day", minimum=0, default=0.0),
        Column("shutdown_hours", _number, "h", "hours after the last unit of a day", minimum=0, default=0.0),
        Column("changeover_hours", _number, "h", "hours between two products of a day", minimum=0, default=0.0),
        Column("max_hours", _number, "h", "most hours on any day; empty for what the calendar allows", nullable=True, minimum=0),
        Column("shift_start", _text, "hh:mm", "start of work; empty for the rule's default", nullable=True),
        Column("storage", _text, "", "what can be kept overnight", allowed=("ambient", "frozen", "both", "none")),
        Column("capacity_units", _number, "unit", "most stock at day end; empty for no limit", nullable=True, minimum=0),
        Column("has_demand", _flag, "", "whether goods are sold here"),
        Column("needs_trucks", _flag, "", "whether goods leave only on scheduled trucks"),
        Column("latitude", _number, "degree", "for maps", nullable=True, required=False),
        Column("longitude", _number, "degree", "for maps", nullable=True, required=False),
    ],
    key=("node",),
)  # fmt: skip

LEGS = Schema(
    "legs",
    "one way to move goods from one node to another",
    [
        Column("leg", _text, "", "code"),
        Column("origin", _text, "", "node it starts from"),
        Column("destination", _text, "", "node it ends at"),
        Column("mode", _text, "", "ambient (carries ambient and thawed goods) or frozen", allowed=("ambient", "frozen")),
        Column("transit_days", _number, "day", "0, 0.5, 1, ...", minimum=0),
        Column("cost_per_unit", _number, "$/unit", "cost of moving one unit", minimum=0, default=0.0),
        Column("capacity_units", _number, "unit/day", "most units leaving on a day; empty for no limit", nullable=True, minimum=0),
    ],
    key=("leg",),
)  # fmt: skip

TRUCKS = Schema(
    "trucks",
    "one scheduled truck; it leaves on its weekdays, or on its dates where they are given",
    [
        Column("truck", _text, "", "code"),
        Column("name", _text, "", "name for people", required=False),
        Column("origin", _text, "", "node it leaves from"),
        Column("stops", _many, "", "nodes served in order, destination last"),
        Column("alternatives", _many, "", "other last stops of which the plan may choose one instead", required=False),
        Column("weekdays", pl.List(pl.Int64), "", "days of the week, 1 is Monday; empty for every day"),
        Column("dates", pl.List(pl.Date), "", "days it leaves instead of weekdays", required=False),
        Column("departure_time", _text, "hh:mm", "before 12:00 is a morning truck"),
        Column("pallets", _whole, "pallet", "places on the truck", minimum=0),
        Column("cost_fixed", _number, "$/departure", "cost of a departure", minimum=0, default=0.0),
        Column("cost_per_unit", _number, "$/unit", "cost of a unit carried, beside the leg's", minimum=0, default=0.0),
    ],
    key=("truck",),
)  # fmt: skip

CALENDAR = Schema(
    "calendar",
    "working time of one node on one day",
    [
        Column("node", _text, "", "node that makes"),
        Column("date", _day, "", "day"),
        Column("fixed_hours", _number, "h", "hours of the regular shift", minimum=0),
        Column("regular_rate", _number, "$/h", "price of a regular hour used", minimum=0),
        Column("overtime_hours", _number, "h", "most hours beyond the fixed ones", minimum=0, default=2.0),
        Column("overtime_rate", _number, "$/h", "price of an overtime hour", minimum=0),
        Column("premium_rate", _number, "$/h", "price of an hour on a day without fixed hours", minimum=0),
        Column(
            "minimum_hours", _number, "h", "hours paid at least on such a day if anything is made", minimum=0
        ),
        Column("is_fixed_day", _flag, "", "whether the day has fixed hours"),
    ],
    key=("node", "date"),
)

DEMAND = Schema(
    "demand",
    "forecast of one node, product and day; days beyond the horizon price what is left at its end",
    [
        Column("node", _text, "", "node that sells"),
        Column("product", _text, "", "product"),
        Column("date", _day, "", "day"),
        Column("units", _number, "unit", "units asked for", minimum=0),
    ],
    key=("node", "product", "date"),
)

STOCK = Schema(
    "stock",
    "opening stock of one batch at one node, there before work begins on the first day",
    [
        Column("node", _text, "", "node"),
        Column("product", _text, "", "product"),
        Column("state", _text, "", "state", allowed=STATES),
        Column("batch", _text, "", "batch, unique over stock and transit of a node"),
        Column("expires", _day, "", "last day on which the batch is alive"),
        Column("units", _number, "unit", "units", minimum=0),
    ],
    key=("node", "product", "batch"),
)

TRANSIT = Schema(
    "transit",
    "goods on the road at the start; they are in the given state when they arrive, before the node changes it",
    [
        Column("node", _text, "", "destination"),
        Column("product", _text, "", "product"),
        Column("state", _text, "", "state on the road", allowed=STATES),
        Column("batch", _text, "", "batch, unique over stock and transit of a node"),
        Column("expires", _day, "", "last day on which the batch is alive"),
        Column("arrival", _day, "", "day it arrives"),
        Column("units", _number, "unit", "units", minimum=0),
    ],
    key=("node", "product", "batch", "arrival"),
)

COSTS = Schema(
    "costs",
    "one cost parameter",
    [
        Column("cost", _text, "", "name"),
        Column("value", _number, "", "value in the parameter's unit", minimum=0),
    ],
    key=("cost",),
)

COST_PARAMETERS: dict[str, tuple[str, str]] = {
    "production_per_unit": ("$/unit", "making one unit"),
    "shortage_per_unit": ("$/unit", "one unit of demand not served"),
    "waste_multiplier": ("", "a unit disposed of costs this times its production cost"),
    "storage_per_unit_day_ambient": ("$/unit/day", "keeping one ambient or thawed unit overnight"),
    "storage_per_unit_day_frozen": ("$/unit/day", "keeping one frozen unit overnight"),
    "storage_per_pallet_day_ambient": (
        "$/pallet/day",
        "keeping one pallet of ambient or thawed goods overnight",
    ),
    "storage_per_pallet_day_frozen": ("$/pallet/day", "keeping one pallet of frozen goods overnight"),
    "storage_per_pallet_entry_ambient": ("$/pallet", "one more pallet of ambient or thawed goods in store"),
    "storage_per_pallet_entry_frozen": ("$/pallet", "one more pallet of frozen goods in store"),
    "start_cost": ("$/start", "starting a product"),
    "start_waste_units": ("unit/start", "dough wasted at a start, paid at production cost"),
}
"""Cost parameters by name: unit and meaning. All of them are in every case's ``costs`` table."""

CASE_TABLES = (PRODUCTS, NODES, LEGS, TRUCKS, CALENDAR, DEMAND, STOCK, TRANSIT, COSTS)

PRODUCTION = Schema(
    "production",
    "what is made on a day",
    [
        Column("date", _day, "", "day"),
        Column("node", _text, "", "node that makes"),
        Column("product", _text, "", "product"),
        Column(
            "state", _text, "", "frozen where the node keeps only frozen goods, else ambient", allowed=STATES
        ),
        Column("batch", _text, "", "name of the new batch"),
        Column("mixes", _number, "mix", "mixes; empty where the product has none", nullable=True),
        Column("units", _number, "unit", "units", minimum=0),
        Column("hours", _number, "h", "units / rate, overheads not included"),
    ],
    key=("date", "node", "product"),
)

LABOUR = Schema(
    "labour",
    "working time of a node on a day on which it makes something",
    [
        Column("date", _day, "", "day"),
        Column("node", _text, "", "node that makes"),
        Column("products", _whole, "", "products made"),
        Column("hours_used", _number, "h", "units/rate + startup + shutdown + changeovers"),
        Column("regular", _number, "h", "hours used within the fixed hours"),
        Column("overtime", _number, "h", "hours used beyond the fixed hours"),
        Column("premium", _number, "h", "hours paid on a day without fixed hours"),
        Column("paid", _number, "h", "regular + overtime + premium"),
        Column("cost", _number, "$", "cost of these hours"),
    ],
    key=("date", "node"),
)

DEPARTURES = Schema(
    "departures",
    "goods of one batch that leave on a truck or leg",
    [
        Column("date", _day, "", "day of departure"),
        Column("truck", _text, "", "truck; empty on a leg without trucks", nullable=True),
        Column("leg", _text, "", "leg, or legs joined by + where a truck goes on over several"),
        Column("origin", _text, "", "node left"),
        Column("stop", _text, "", "node where these goods get off"),
        Column("arrival", _day, "", "day of arrival; may lie beyond the horizon"),
        Column("product", _text, "", "product"),
        Column("state", _text, "", "state on the road", allowed=STATES),
        Column("batch", _text, "", "batch"),
        Column("units", _number, "unit", "units", minimum=0),
        Column("cases", _number, "case", "cases begun by this row; rows of a load add up to its cases"),
        Column(
            "pallets", _whole, "pallet", "pallets begun by this row; rows of a load add up to its pallets"
        ),
    ],
    key=("date", "truck", "leg", "stop", "product", "batch"),
)

STOCK_LEFT = Schema(
    "stock",
    "stock of one batch at day end",
    [
        Column("date", _day, "", "day"),
        Column("node", _text, "", "node"),
        Column("product", _text, "", "product"),
        Column("state", _text, "", "state", allowed=STATES),
        Column("batch", _text, "", "batch"),
        Column("units", _number, "unit", "units at day end", minimum=0),
        Column("pallets", _whole, "pallet", "pallets begun by this row; rows of a product and state add up"),
        Column("days_left", _whole, "day", "days to the last day alive"),
    ],
    key=("date", "node", "product", "batch"),
)

SALES = Schema(
    "sales",
    "goods of one batch that serve demand",
    [
        Column("date", _day, "", "day"),
        Column("node", _text, "", "node"),
        Column("product", _text, "", "product"),
        Column("state", _text, "", "state", allowed=STATES),
        Column("batch", _text, "", "batch"),
        Column("days_left", _whole, "day", "days to the last day alive"),
        Column("units", _number, "unit", "units sold", minimum=0),
    ],
    key=("date", "node", "product", "batch"),
)

SHORTAGE = Schema(
    "shortage",
    "demand not served",
    [
        Column("date", _day, "", "day"),
        Column("node", _text, "", "node"),
        Column("product", _text, "", "product"),
        Column("demand", _number, "unit", "units asked for"),
        Column("units", _number, "unit", "units short", minimum=0),
    ],
    key=("date", "node", "product"),
)

DISPOSAL = Schema(
    "disposal",
    "goods thrown away",
    [
        Column("date", _day, "", "day"),
        Column("node", _text, "", "node"),
        Column("product", _text, "", "product"),
        Column("state", _text, "", "state", allowed=STATES),
        Column("batch", _text, "", "batch"),
        Column("units", _number, "unit", "units", minimum=0),
    ],
    key=("date", "node", "product", "batch"),
)

STATE_CHANGES = Schema(
    "state_changes",
    "goods frozen or thawed, by arrival at a node or by decision; they become a new batch with a new life",
    [
        Column("date", _day, "", "day"),
        Column("node", _text, "", "node"),
        Column("product", _text, "", "product"),
        Column("from_state", _text, "", "state before", allowed=STATES),
        Column("batch", _text, "", "batch before"),
        Column("to_state", _text, "", "state after", allowed=STATES),
        Column("new_batch", _text, "", "batch after: the old name, > and F or T with the date"),
        Column("units", _number, "unit", "units", minimum=0),
    ],
    key=("date", "node", "product", "batch", "to_state"),
)

COST_LINES = Schema(
    "costs",
    "one line of cost; the lines of a component add up to its figure, all lines to the objective",
    [
        Column("component", _text, "", "component of the objective"),
        Column("date", _day, "", "day; empty for effects at the end", nullable=True),
        Column("node", _text, "", "node", nullable=True),
        Column("product", _text, "", "product; empty where the cost is of no single one", nullable=True),
        Column("amount", _number, "$", "cost; a value left at the end is negative"),
    ],
)

COMPONENTS = (
    "production", "labour", "transport", "departures", "storage", "starts", "start_waste",
    "shortage", "disposal", "freshness", "end_value", "end_waste",
)  # fmt: skip
"""Components of the objective, in the order they are shown."""

PLAN_TABLES = (
    PRODUCTION, LABOUR, DEPARTURES, STOCK_LEFT, SALES, SHORTAGE, DISPOSAL, STATE_CHANGES, COST_LINES,
)  # fmt: skip
