"""The sites, how far each may grow, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.expansion.data.context import known_only, listed, names_in, note_values, table_of
from provisor.expansion.tables import SITES, TIERS
from provisor.tables.grid import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.expansion.data.context import Context
    from provisor.expansion.data.keys import Growth
    from provisor.tables.grid import Sheet


def read_sites(context: Context, shelving: Sheet) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The case's sites and tiers, from their tables or from the key ``expandable``."""
    sheet = context.sheet("sites", needed=False)
    growth = context.keys.expandable
    if sheet is None:
        return _from_keys(context, names_in(shelving.frame, "facility"))
    if growth is not None:
        context.problems.error(
            "twice",
            f"how far sites may grow is said twice: here and in {sheet.file}",
            mend="drop the key expandable, or do not name the tables sites and tiers",
            **context.key("expandable"),
        )
    bare = sorted(set(names_in(sheet.frame, "facility")) - set(names_in(shelving.frame, "facility")))
    if bare:
        message = (
            f"{listed(bare)} has no shelves of any type and can get none: the shelving says what one takes"
        )
        context.problems.error(
            "no-shelves", message, mend="add rows to the shelving", **sheet.place("facility")
        )
    _check_limits(context, sheet)
    named = sheet.frame.drop_nulls(["facility", "expandable", "limit_sqft"])
    sites = table_of(named, SITES)
    return _with_transport(context, sites), _read_tiers(context, sites)


def _from_keys(context: Context, names: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    growth = context.keys.expandable or {}
    if context.keys.expandable is None:
        context.tell(
            "assumed",
            "neither a key expandable nor a table of sites says which sites may grow; none may",
            mend="add expandable: {SITE: {limit_sqft: ..., tiers: [[..., ...]]}}",
        )
    for name in growth:
        context.check_name(("expandable", name), name, "site", names)
    sites = [_site(name, growth.get(name)) for name in names]
    tiers = [
        {"facility": name, "tier": number, "upto_sqft": upto, "price_per_sqft": price}
        for name, grows in growth.items()
        if name in names
        for number, (upto, price) in enumerate(grows.tiers, 1)
    ]
    for name, grows in growth.items():
        place = context.key("expandable", name, "tiers")
        _check_prices(context, name, [price for _, price in grows.tiers], place)
        _check_steps(context, name, grows.limit_sqft, [(upto, place) for upto, _ in grows.tiers], place)
    return _with_transport(context, table_of(SITES.frame(sites), SITES)), table_of(TIERS.frame(tiers), TIERS)


def _site(name: str, growth: Growth | None) -> dict[str, Any]:
    return {
        "facility": name,
        "expandable": growth is not None,
        "limit_sqft": 0.0 if growth is None else growth.limit_sqft,
        "fixed_cost": 0.0 if growth is None else growth.fixed_cost,
        "transport_per_pack": 0.0,
    }


def _with_transport(context: Context, sites: pl.DataFrame) -> pl.DataFrame:
    """Costs of shipping by site from the key, which counts before the table."""
    costs = context.keys.transport_per_pack
    for name in costs:
        context.check_name(("transport_per_pack", name), name, "site", names_in(sites, "facility"))
    given = (
        pl.col("facility").replace_strict(costs, default=None, return_dtype=pl.Float64)
        if costs
        else pl.lit(None)
    )
    return sites.with_columns(
        pl.coalesce(given, pl.col("transport_per_pack")).cast(pl.Float64).alias("transport_per_pack")
    )


def _check_limits(context: Context, sheet: Sheet) -> None:
    closed = sheet.frame.filter(~pl.col("expandable") & (pl.col("limit_sqft") > 0))
    note_values(context, sheet, "limit_sqft", closed, "contradiction", "0 where a site may not grow")


def _read_tiers(context: Context, sites: pl.DataFrame) -> pl.DataFrame:
    growing = dict(sites.filter("expandable").select("facility", "limit_sqft").iter_rows())
    sheet = context.sheet("tiers", needed=bool(growing))
    if sheet is None:
        return TIERS.empty()
    sheet = known_only(context, sheet, "facility", names_in(sites, "facility"), "site")
    idle = sheet.frame.filter(~pl.col("facility").is_in(list(growing)))
    if idle.height:
        context.tell(
            "unused", f"tiers of {listed(names_in(idle, 'facility'))} are not used: it may not grow", sheet
        )
    sheet = sheet.of(sheet.frame.filter(pl.col("facility").is_in(list(growing))).drop_nulls())
    for name, limit in growing.items():
        steps = sheet.frame.filter(pl.col("facility") == name).sort("tier")
        ends = [
            (upto, sheet.place("upto_sqft", row)) for upto, row in steps.select("upto_sqft", ROW).iter_rows()
        ]
        _check_steps(context, name, limit, ends, sheet.place("upto_sqft"))
        numbers = steps["tier"].to_list()
        if steps.height and numbers != list(range(1, steps.height + 1)):
            context.problems.error(
                "tier-numbers",
                f"the tiers of {name} are numbered {listed(numbers)}",
                expected="1, 2, 3 and so on",
                **sheet.place("tier"),
            )
    return table_of(sheet.frame, TIERS)


def _check_prices(context: Context, name: str, prices: Sequence[float], place: dict[str, Any]) -> None:
    for number, price in enumerate(prices, 1):
        if price < 0:
            context.problems.error(
                "out-of-range",
                f"tier {number} of {name} has the price {price:g}",
                expected="at least 0",
                value=f"{price:g}",
                **_bare(place),
            )


def _check_steps(
    context: Context,
    name: str,
    limit: float,
    ends: Sequence[tuple[float, dict[str, Any]]],
    place: dict[str, Any],
) -> None:
    """Tiers, each with its end and its place, rise in size and cover the limit."""
    note = context.problems.error
    if not ends:
        note("no-tiers", f"{name} may grow, but no price of its area is given", mend="add its tiers", **place)
        return
    before = 0.0
    for number, (upto, where) in enumerate(ends, 1):
        if upto <= before:
            note(
                "tier-order",
                f"tier {number} of {name} ends at {upto:,.6g} sqft, not beyond the one before it ({before:,.6g})",
                expected="sizes that go up: each tier ends at a total area",
                mend="give the total area up to the end of the tier, not its own size",
                value=f"{upto:g}",
                **_bare(where),
            )
        before = max(before, upto)
    if before < limit:
        message = f"the tiers of {name} end at {before:,.6g} sqft, before its limit of {limit:,.6g} sqft"
        note(
            "tiers-too-short",
            message,
            expected="a last tier that ends at the limit or beyond",
            mend="add a tier, or lower the limit",
            **place,
        )


def _bare(place: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in place.items() if name != "value"}
