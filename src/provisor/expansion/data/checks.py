"""Checks of the case's keys against its tables, and what the case leaves unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.expansion.data.context import listed, names_in
from provisor.expansion.data.spelling import kinds_as_spelt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.expansion.data.context import Context
    from provisor.expansion.rules import Pin

Tables = dict[str, pl.DataFrame]


def check_names(context: Context, tables: Tables) -> None:
    """Note keys that name suppliers, kinds, sites or types of shelf that there are not."""
    suppliers, kinds = names_in(tables["suppliers"], "supplier"), names_in(tables["suppliers"], "kind")
    rules = kinds_as_spelt(context.keys.rules, kinds)
    for number, name in enumerate(rules.truck_exempt):
        context.check_name(("rules", "truck_exempt", str(number)), name, "supplier", suppliers)
    for number, name in enumerate(rules.truck_exempt_kinds):
        context.check_name(("rules", "truck_exempt_kinds", str(number)), name, "kind", kinds)
    for name in rules.policy or {}:
        context.check_name(("rules", "policy", name), name, "kind", kinds)
    unsaid = [kind for kind in kinds if rules.policy is not None and kind not in rules.policy]
    if unsaid:
        message = f"the policy says no days on hand for {listed(unsaid)}"
        mend = "add them, or drop the policy to use the lead-time table's"
        context.problems.error("missing-key", message, mend=mend, **context.key("rules", "policy"))
    for number, pin in enumerate(context.keys.pins):
        _check_pin(context, number, pin, tables)


def _check_pin(context: Context, number: int, pin: Pin, tables: Tables) -> None:
    sites = names_in(tables["sites"], "facility")
    context.check_name(("pins", str(number), "facility"), pin.facility, "site", sites)
    if not pin.of_building:
        _check_goods(context, number, pin, tables)
        return
    if pin.facility not in sites:
        return
    growing = tables["sites"].filter("expandable")["facility"].to_list()
    if pin.facility not in growing and pin.least > 0:
        place = context.key("pins", str(number), "facility")
        message = f"{pin.facility} may not grow, but a pin adds to it"
        context.problems.error(
            "may-not-grow", message, mend="name it under expandable, or drop the pin", **place
        )
    _check_pinned_area(context, number, pin, tables)
    if pin.storage_type is not None:
        types = names_in(tables["shelving"].filter(pl.col("facility") == pin.facility), "storage_type")
        key = ("pins", str(number), "storage_type")
        context.check_name(key, pin.storage_type, "type of shelf", types)


def _check_goods(context: Context, number: int, pin: Pin, tables: Tables) -> None:
    """A pin of a share or a delivery names a product, and a month of the horizon."""
    skus = names_in(tables["products"], "sku")
    context.check_name(("pins", str(number), "sku"), str(pin.sku), "product", skus)
    if pin.month is not None and pin.month > context.keys.months:
        context.problems.error(
            "outside-horizon",
            f"a pin speaks of month {pin.month}, and {context.keys.months} months are planned",
            expected=f"1 to {context.keys.months}",
            mend="mend the month of the pin",
            **context.key("pins", str(number), "month"),
        )


def _check_pinned_area(context: Context, number: int, pin: Pin, tables: Tables) -> None:
    """A pin asks for no more area than its site may grow by."""
    limit = tables["sites"].filter(facility=pin.facility, expandable=True)["limit_sqft"]
    each = 1.0 if pin.storage_type is None else _sqft_per_shelf(tables, pin.facility, pin.storage_type)
    if len(limit) and pin.least * each > limit[0] * (1 + 1e-9):
        context.problems.error(
            "beyond-limit",
            f"a pin asks for {pin.amount * each:,.6g} sqft at {pin.facility}, which may grow by {limit[0]:,.6g}",
            expected=f"at most {limit[0]:,.6g} sqft",
            mend="lower the pin, or raise the limit of the site",
            value=f"{pin.amount:g}",
            **_without_value(context.key("pins", str(number), "amount")),
        )


def _sqft_per_shelf(tables: Tables, facility: str, storage_type: str) -> float:
    """Area of a shelf; 0 where there is no such shelf, which is told elsewhere."""
    sizes = tables["shelving"].filter(facility=facility, storage_type=storage_type)["sqft_per_shelf"]
    return float(sizes[0]) if len(sizes) else 0.0


def _without_value(place: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in place.items() if name != "value"}


def check_shelves(context: Context, tables: Tables) -> None:
    """Every type of shelf a product is kept on is somewhere."""
    if not context.keys.rules.own_type:
        return
    there = names_in(tables["shelving"], "storage_type")
    homeless = tables["products"].filter(~pl.col("storage_type").is_in(there))
    for (name,), rows in homeless.group_by("storage_type", maintain_order=True):
        context.problems.error(
            "no-shelves",
            f"{listed(rows['sku'])} is kept on {name}, of which no site has a shelf",
            expected=f"one of {listed(there)}",
            mend="add shelves of that type to the shelving, or mend the product's type",
        )


def tell_unsaid(context: Context) -> None:
    """Warn of prices and sizes that the case does not give, and what is taken instead."""
    keys, given = context.keys, context.keys.model_fields_set
    if "holding_per_cuft_day" not in given:
        context.tell(
            "assumed",
            "no cost of holding is given; stock costs nothing, and its level is decided by rules and space alone",
            mend="add holding_per_cuft_day",
        )
    sizes = {"weight_lb", "volume_cuft"} - keys.trucks.model_fields_set
    if sizes and keys.rules.trucks != "off":
        trucks = keys.trucks
        context.tell(
            "assumed",
            f"the size of a truck is not given in full; taken as {trucks.weight_lb:,.0f} lb and "
            f"{trucks.volume_cuft:,.0f} cuft",
            mend="add trucks: {weight_lb: ..., volume_cuft: ...}",
        )
    if keys.rules.trucks == "soft" and "excess_truck_cost" not in given:
        price = keys.excess_truck_cost
        message = f"no cost of a load beyond the trucks allowed is given; taken as {price:,.0f} each"
        context.tell("assumed", message, mend="add excess_truck_cost")
    if keys.rules.phases and "discount_rate" not in given:
        message = "no discount rate is given; money of later years counts in full"
        context.tell("assumed", message, mend="add discount_rate")


def tell_must_grow(context: Context, tables: Tables) -> None:
    """Warn of sites that may not grow but whose days on hand need more room than there is.

    Only where every site keeps a stock of its own that no plan can move: ``days_on_hand: network``.
    """
    rules = context.keys.rules
    plain = rules.own_type and rules.shelf_use == "shared" and context.keys.overflow_per_cuft_day is None
    if rules.days_on_hand != "network" or not plain:
        return
    floor = _floor(context, tables)
    room = tables["shelving"].join(tables["sites"].filter(~pl.col("expandable")), on="facility", how="semi")
    both = floor.join(room, on=["facility", "storage_type"], how="inner", suffix="_of_shelf")
    for measure, unit in (("volume_cuft", "cuft"), ("weight_lb", "lb")):
        there = pl.col("shelves") * pl.col(f"{measure}_of_shelf") * rules.fill
        short = both.with_columns(there.alias("there"), pl.col(measure).alias("need"))
        short = short.filter(pl.col("need") > pl.col("there") * (1 + 1e-9)).sort("month")
        for (site, kind), rows in short.group_by("facility", "storage_type", maintain_order=True):
            worst = rows.sort("need").row(-1, named=True)
            message = (
                f"{site} may not grow but must: days on hand need {worst['need']:,.0f} {unit} of {kind} in month "
                f"{worst['month']}, and there are {worst['there']:,.0f}; short in {rows.height} months, "
                f"first in month {rows['month'][0]}"
            )
            mend = "lower days on hand, set rules.days_on_hand: own, or let the site grow"
            context.tell("must-grow", message, context.key("rules", "days_on_hand"), mend)


def _floor(context: Context, tables: Tables) -> pl.DataFrame:
    """Volume and weight of the days on hand of the nation, by site, type of shelf and month."""
    keys = context.keys
    rules = kinds_as_spelt(keys.rules, tables["suppliers"]["kind"])
    days = pl.col("days_on_hand")
    if rules.policy is not None:
        days = pl.col("kind").replace_strict(rules.policy, default=None, return_dtype=pl.Float64)
    part = 5 / 7 if rules.days_on_hand_unit == "calendar" else 1.0
    packs = (
        pl.col("quantity") if rules.demand_unit == "packs" else pl.col("quantity") / pl.col("sell_quantity")
    )
    kept = packs / keys.days_per_month * days * part * rules.doh_multiplier
    frame = (
        tables["demand"]
        .join(tables["products"], on="sku")
        .join(tables["suppliers"].select("supplier", "kind"), on="supplier")
        .join(tables["lead_times"], on="sku")
        .with_columns(kept.alias("kept"), *_room(rules.storage))
    )
    return frame.group_by("facility", "storage_type", "month").agg(
        (pl.col("kept") * pl.col("cuft")).sum().alias("volume_cuft"),
        (pl.col("kept") * pl.col("lb")).sum().alias("weight_lb"),
    )


def _room(reading: str) -> tuple[pl.Expr, pl.Expr]:
    """Volume and weight a sell pack takes in stock."""
    inbound = pl.col("inbound_volume_cuft") / pl.col("ratio")
    as_sold: Mapping[str, pl.Expr] = {
        "sell": pl.lit(value=True),
        "inbound": pl.lit(value=False),
        "mixed": pl.col("repackable") & (pl.col("sell_volume_cuft") <= inbound),
    }
    sold = as_sold[reading]
    return (
        pl.when(sold).then(pl.col("sell_volume_cuft")).otherwise(inbound).alias("cuft"),
        pl.when(sold)
        .then(pl.col("sell_weight_lb"))
        .otherwise(pl.col("inbound_weight_lb") / pl.col("ratio"))
        .alias("lb"),
    )
