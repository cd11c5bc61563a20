"""Tables of an allocation case and of an allocation plan: columns, units, meanings.

Periods are numbered from 1, the half-month that the case starts with. Money is in the case's currency (``$``
below stands for it). A *style* takes a slot; *pieces* of it take space.
"""

from __future__ import annotations

import polars as pl

from provisor.tables.schema import Column, Schema

_text, _number, _whole, _flag = pl.String, pl.Float64, pl.Int64, pl.Boolean

ANY_CELL = "floor"
"""Display cell of stores and products whose files know none."""

LOCKS = ("carry", "forbid", "keep")
"""Locks of a pair: carried, not carried, or as it hangs now (its opening pieces, carried if it was)."""

STORES = Schema(
    "stores",
    "one store",
    [
        Column("store", _text, "", "code used in all other tables", aliases=("str_code", "Store_Code")),
        Column("name", _text, "", "name for people", nullable=True, required=False),
        Column("region", _text, "", "region", nullable=True, required=False),
        Column("temperature_zone", _text, "", "climate it lies in, such as 15 to 20 °C", nullable=True, required=False, aliases=("Temperature_Zone",)),
        Column("cluster", _text, "", "stores of a cluster carry alike; empty for none", nullable=True, required=False, aliases=("Cluster", "cluster_id")),
        Column("pieces", _number, "space", "space for pieces; empty for no limit", nullable=True, minimum=0),
        Column("size", _number, "", "size, for reports and examples; 1 is usual", nullable=True, required=False, minimum=0),
        Column("latitude", _number, "degree", "for maps", nullable=True, required=False, aliases=("lat",)),
        Column("longitude", _number, "degree", "for maps", nullable=True, required=False, aliases=("lon",)),
        Column("weight", _number, "", "priority: what sales and salvage here count; 1 is true money", required=False, default=1.0, minimum=0, positive=True),
    ],
    key=("store",),
)  # fmt: skip

SLOTS = Schema(
    "slots",
    "slots of one display cell of a store",
    [
        Column("store", _text, "", "store"),
        Column("cell", _text, "", "display cell, such as front or back", required=False, default=ANY_CELL),
        Column("slots", _whole, "style", "styles that can hang there", minimum=0),
    ],
    key=("store", "cell"),
)

CAPACITY = Schema(
    "capacity",
    "a store whose capacity differs in one period; slots and pieces are multiplied and rounded down",
    [
        Column("store", _text, "", "store"),
        Column("period", _whole, "", "period", minimum=1),
        Column("slots_factor", _number, "", "factor on the slots of all its cells", minimum=0, default=1.0),
        Column("pieces_factor", _number, "", "factor on its space for pieces", minimum=0, default=1.0),
    ],
    key=("store", "period"),
)

DISPLAYS = Schema(
    "displays",
    "slots that a display cell has more in one period, for styles of one role only; slots_factor does not count here",
    [
        Column("store", _text, "", "store"),
        Column("cell", _text, "", "display cell", required=False, default=ANY_CELL),
        Column("period", _whole, "", "period", minimum=1),
        Column("role", _text, "", "role of the styles that may take them"),
        Column("slots", _whole, "style", "slots more", minimum=0),
    ],
    key=("store", "cell", "period"),
)

PRODUCTS = Schema(
    "products",
    "one product (a style)",
    [
        Column("product", _text, "", "code used in all other tables", aliases=("spu_code", "SPU_Code")),
        Column("name", _text, "", "name for people", nullable=True, required=False),
        Column("category", _text, "", "category", aliases=("cate_name",)),
        Column("subcategory", _text, "", "subcategory", aliases=("sub_cate_name",)),
        Column("season", _text, "", "season", nullable=True, required=False),
        Column("gender", _text, "", "gender", nullable=True, required=False),
        Column("cell", _text, "", "display cell it hangs in", required=False, default=ANY_CELL),
        Column("price_band", _text, "", "price band; empty for none", nullable=True, required=False),
        Column("role", _text, "", "role, such as CORE; empty for none", nullable=True, required=False, aliases=("product_role",)),
        Column("supplier", _text, "", "who supplies it, for scenarios; empty if not known", nullable=True, required=False),
        Column("material", _text, "", "what it is made of, for scenarios; empty if not known", nullable=True, required=False),
        Column("price", _number, "$/piece", "price", minimum=0, positive=True),
        Column("cost", _number, "$/piece", "cost of a piece", minimum=0),
        Column("salvage", _number, "$/piece", "worth of a piece left at the end; at most its cost", minimum=0),
        Column("pack", _whole, "piece", "pieces of one pack; shipments are whole packs", required=False, default=1, minimum=1),
        Column("presentation_min", _whole, "piece", "pieces shown at least where it hangs", required=False, default=2, minimum=1),
        Column("space", _number, "space/piece", "space a piece takes", required=False, default=1.0, minimum=0),
        Column("first_period", _whole, "", "first period it may hang; empty for any", nullable=True, required=False),
        Column("last_period", _whole, "", "last period it may hang; empty for any", nullable=True, required=False),
    ],
    key=("product",),
)  # fmt: skip

CENTRES = Schema(
    "centres",
    "one distribution centre",
    [
        Column("centre", _text, "", "code used in all other tables"),
        Column("name", _text, "", "name for people", nullable=True, required=False),
        Column("throughput", _number, "piece/period", "most pieces it sends in a period; empty for no limit", nullable=True, required=False, minimum=0),
        Column("latitude", _number, "degree", "for maps", nullable=True, required=False),
        Column("longitude", _number, "degree", "for maps", nullable=True, required=False),
    ],
    key=("centre",),
)  # fmt: skip

LANES = Schema(
    "lanes",
    "one way from a centre to a store",
    [
        Column("centre", _text, "", "centre"),
        Column("store", _text, "", "store"),
        Column("cost", _number, "$/piece", "cost of sending a piece", minimum=0),
        Column("lead_periods", _whole, "period", "periods from sending to arrival; 0 arrives in the period it is sent", required=False, default=0, minimum=0),
        Column("capacity", _number, "piece/period", "most pieces arriving in a period; empty for no limit", nullable=True, required=False, minimum=0),
    ],
    key=("centre", "store"),
)  # fmt: skip

TRANSFER_LANES = Schema(
    "transfer_lanes",
    "one way on which a store may pass stock on to another",
    [
        Column("from_store", _text, "", "store that gives"),
        Column("to_store", _text, "", "store that takes"),
        Column("cost", _number, "$/piece", "cost of moving a piece", minimum=0),
        Column("capacity", _number, "piece/period", "most pieces in a period; empty for no limit", nullable=True, required=False, minimum=0),
    ],
    key=("from_store", "to_store"),
)  # fmt: skip

PAIRS = Schema(
    "pairs",
    "a store and a product that may hang there (an eligible pair); what is no row here is never planned",
    [
        Column("store", _text, "", "store", aliases=("str_code",)),
        Column("product", _text, "", "product", aliases=("spu_code",)),
        Column("demand", _number, "piece/period", "mean demand of a period", minimum=0),
        Column("dispersion", _number, "", "variance of demand / its mean: 1 is Poisson, more is negative binomial", required=False, default=1.0, minimum=1.0),
        Column("max_pieces", _whole, "piece", "most pieces on display", minimum=0, maximum=10_000),
        Column("opening", _whole, "piece", "pieces there at the start", required=False, default=0, minimum=0),
        Column("carried_before", _flag, "", "whether it hung there before the first period", required=False, default=False),
        Column("lock", _text, "", "carry, forbid or keep (as it hangs now); empty for free", nullable=True, required=False, allowed=LOCKS),
    ],
    key=("store", "product"),
)  # fmt: skip

DEMAND = Schema(
    "demand",
    "mean demand of a pair in one period, where it is not that of the table pairs",
    [
        Column("store", _text, "", "store"),
        Column("product", _text, "", "product"),
        Column("period", _whole, "", "period", minimum=1),
        Column("demand", _number, "piece", "mean demand", minimum=0),
    ],
    key=("store", "product", "period"),
)

STOCK = Schema(
    "stock",
    "pieces of a product at a centre at the start",
    [
        Column("centre", _text, "", "centre"),
        Column("product", _text, "", "product"),
        Column("pieces", _whole, "piece", "pieces that can be sent", minimum=0),
    ],
    key=("centre", "product"),
)

RECEIPTS = Schema(
    "receipts",
    "pieces of a product that arrive at a centre; they can be sent in that period",
    [
        Column("centre", _text, "", "centre"),
        Column("product", _text, "", "product"),
        Column("period", _whole, "", "period of arrival", minimum=1),
        Column("pieces", _whole, "piece", "pieces", minimum=0),
    ],
    key=("centre", "product", "period"),
)

ROLES = Schema(
    "roles",
    "shares of one role in every store",
    [
        Column("role", _text, "", "role"),
        Column("min_share", _number, "", "least share of the store's slots", minimum=0, default=0.0),
        Column(
            "max_share", _number, "", "largest share of the styles the store carries", minimum=0, default=1.0
        ),
    ],
    key=("role",),
)

SUBSTITUTION = Schema(
    "substitution",
    "share of a product's demand that turns to another where it is missing",
    [
        Column("product", _text, "", "product that is missing"),
        Column("substitute", _text, "", "product taken instead"),
        Column("rate", _number, "", "share of the demand", minimum=0),
    ],
    key=("product", "substitute"),
)

MANUAL_PLAN = Schema(
    "manual_plan",
    "styles of a subcategory that the merchandiser planned for a store",
    [
        Column("store", _text, "", "store"),
        Column("subcategory", _text, "", "subcategory; empty for the store as a whole", nullable=True, required=False),
        Column("styles", _whole, "style", "styles planned", minimum=0),
    ],
    key=("store", "subcategory"),
)  # fmt: skip

LAUNCHES = Schema(
    "launches",
    "a new product and how widely it starts",
    [
        Column("product", _text, "", "product"),
        Column("min_stores", _whole, "store", "least stores that carry it; priced", required=False, default=0, minimum=0),
        Column("max_stores", _whole, "store", "most stores that carry it; empty for no limit", nullable=True, required=False, minimum=0),
        Column("min_clusters", _whole, "cluster", "least clusters with a store that carries it; priced", required=False, default=0, minimum=0),
        Column("reserve", _number, "", "share of the first stock of each centre that is kept back", required=False, default=0.0, minimum=0),
    ],
    key=("product",),
)  # fmt: skip

BUDGET = Schema(
    "budget",
    "money for the pieces sent from the centres in one period, at cost",
    [
        Column("period", _whole, "", "period", minimum=1),
        Column("amount", _number, "$", "most that the pieces may cost", minimum=0),
    ],
    key=("period",),
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

COST_PARAMETERS: dict[str, tuple[str, str, float | None]] = {
    "opening_per_style": ("$/style", "handling of a style that a store takes up", 15.0),
    "return_per_piece": ("$/piece", "taking a piece back from a store", 2.0),
    "holding_share": ("1/period", "share of its cost that a piece left over a period costs", 0.01),
    "role_shortfall_per_style": ("$/style", "a style short of a role's minimum", None),
    "role_excess_per_style": ("$/style", "a style beyond a role's maximum", None),
    "coherence_per_style": ("$/style", "a style outside the cluster's band", None),
    "corridor_per_style": ("$/style", "a style outside the corridor of the manual plan", None),
    "category_shortfall": ("$/category", "a category short in a store", None),
    "price_band_shortfall_per_style": ("$/style", "a style short of a price band in a store", None),
    "core_shortfall": ("$/subcategory", "a core subcategory missing in a store", None),
    "launch_shortfall_per_store": ("$/store", "a store short of a launch's minimum", None),
    "launch_shortfall_per_cluster": ("$/cluster", "a cluster short of a launch's minimum", None),
}
"""Cost parameters: unit, meaning, and the value taken (and told) where the case gives none.

None stands for a price made from the case's data: :data:`PENALTY_FACTORS` times the worth of a usual style,
``mean over pairs of (price - cost) x min(demand, max_pieces)``, rounded to the cent. The reader fills it in, so
that the table ``costs`` of a case is always complete.
"""

PENALTY_FACTORS: dict[str, float] = {
    "role_shortfall_per_style": 2.0,
    "role_excess_per_style": 2.0,
    "coherence_per_style": 0.5,
    "corridor_per_style": 1.0,
    "category_shortfall": 2.0,
    "price_band_shortfall_per_style": 2.0,
    "core_shortfall": 5.0,
    "launch_shortfall_per_store": 2.0,
    "launch_shortfall_per_cluster": 4.0,
}
"""Price of a shortfall in usual styles, by cost parameter."""

CASE_TABLES = (
    STORES, SLOTS, CAPACITY, DISPLAYS, PRODUCTS, CENTRES, LANES, TRANSFER_LANES, PAIRS, DEMAND, STOCK, RECEIPTS, ROLES,
    SUBSTITUTION, MANUAL_PLAN, LAUNCHES, BUDGET, COSTS,
)  # fmt: skip
"""All tables of a case; stores, slots, products, centres, lanes, pairs and stock must be there, others may be empty."""

OPTIONAL_TABLES = (
    "capacity", "displays", "transfer_lanes", "demand", "receipts", "roles", "substitution", "manual_plan", "launches",
    "budget", "costs",
)  # fmt: skip
"""Tables that a case need not have; they are then empty (``costs``: its defaults)."""

ALLOCATION = Schema(
    "allocation",
    "a pair in one period: every pair that is carried, was carried, or has stock",
    [
        Column("period", _whole, "", "period"),
        Column("store", _text, "", "store"),
        Column("product", _text, "", "product"),
        Column("carried", _flag, "", "whether it hangs there"),
        Column("pieces", _number, "piece", "pieces on display: opening + shipped + transferred - returned", minimum=0),
        Column("opening", _number, "piece", "pieces there before anything moves", minimum=0),
        Column("shipped", _whole, "piece", "pieces that arrive from centres", minimum=0),
        Column("from_centre", _text, "", "centre most of them come from; empty if none", nullable=True),
        Column("transferred", _number, "piece", "pieces from other stores less those to them"),
        Column("returned", _number, "piece", "pieces taken back", minimum=0),
        Column("sales", _number, "piece", "expected sales: sum over n of P(demand >= n), n up to pieces", minimum=0),
        Column("value", _number, "$", "what the pair adds to the objective, penalties left out"),
        Column("reason", _text, "", "why, in words"),
        Column("confidence", _number, "", "0 to 1: how sure the decision is", minimum=0),
        Column("flags", _text, "", "what limits it, joined by ; such as capacity_limited", nullable=True),
    ],
    key=("period", "store", "product"),
)  # fmt: skip

ROUTES = Schema(
    "routes",
    "pieces that a centre sends to a store",
    [
        Column("period", _whole, "", "period of arrival"),
        Column("sent", _whole, "", "period of sending: arrival less the lane's lead"),
        Column("centre", _text, "", "centre"),
        Column("store", _text, "", "store"),
        Column("product", _text, "", "product"),
        Column("pieces", _whole, "piece", "pieces", minimum=0),
    ],
    key=("period", "centre", "store", "product"),
)

TRANSFERS = Schema(
    "transfers",
    "pieces that a store passes on to another",
    [
        Column("period", _whole, "", "period"),
        Column("from_store", _text, "", "store that gives"),
        Column("to_store", _text, "", "store that takes"),
        Column("product", _text, "", "product"),
        Column("pieces", _number, "piece", "pieces", minimum=0),
    ],
    key=("period", "from_store", "to_store", "product"),
)

SLACK = Schema(
    "slack",
    "by how much a priced rule is missed; the only way in which one may be",
    [
        Column("rule", _text, "", "rule"),
        Column("period", _whole, "", "period"),
        Column("store", _text, "", "store; empty if the rule is not of one", nullable=True),
        Column("product", _text, "", "product; empty if the rule is not of one", nullable=True),
        Column("group", _text, "", "role, price band, category, subcategory or cluster", nullable=True),
        Column("amount", _number, "", "amount in the unit", minimum=0),
        Column("unit", _text, "", "style, category, store or cluster"),
        Column("price", _number, "$/unit", "price of one unit"),
        Column("words", _text, "", "what is missed, in words"),
    ],
    key=("rule", "period", "store", "product", "group"),
)

COST_LINES = Schema(
    "costs",
    "one line of the objective: gains are positive, costs negative; all lines add up to it",
    [
        Column("component", _text, "", "component of the objective"),
        Column("period", _whole, "", "period"),
        Column("store", _text, "", "store; empty where it is of no single one", nullable=True),
        Column("amount", _number, "$", "amount"),
    ],
    key=("component", "period", "store"),
)

COMPONENTS = (
    "sales", "salvage", "unsold", "goods", "routes", "transfers", "returns", "opening", "holding", "role_minimum",
    "role_maximum", "coherence", "corridor", "categories", "price_bands", "core_subcategories", "launch",
)  # fmt: skip
"""Components of the objective, in the order they are shown; what each is made of is in docs/allocation/model.md."""

PLAN_TABLES = (ALLOCATION, ROUTES, TRANSFERS, SLACK, COST_LINES)
"""Tables that decide; the summaries are made from them."""
