"""Rules ``truck-pallets``, ``cases`` and ``leg-capacity``: how much goods take on trucks and legs."""

from __future__ import annotations

import polars as pl

from provisor.auditing import Checked, Finding
from provisor.production.audit.evidence import Evidence, rule
from provisor.production.audit.moves import legs_used
from provisor.tables.findings import differs, report, slack

_LOAD = ["date", "truck", "way", "origin", "stop", "product", "state"]


def whole(units: pl.Expr, size: pl.Expr) -> pl.Expr:
    """Pallets or cases of ``size`` that ``units`` begin; a rounding error begins none.

    >>> sizes = pl.DataFrame({"units": [0.00001, 320.00001, 321.0]})
    >>> sizes.select(whole(pl.col("units"), pl.lit(320.0)))["units"].to_list()
    [0.0, 1.0, 2.0]
    """
    return ((units - slack(units)).clip(lower_bound=0) / size).ceil()


def loads(evidence: Evidence) -> pl.DataFrame:
    """Goods of one product and state for one stop of a truck, or on a leg without truck, on a day.

    Columns ``units``; ``pallets`` and ``cases`` begun; ``said_pallets`` and ``said_cases`` of the plan.
    """
    sizes = evidence.products.select("product", "units_per_pallet", "units_per_case")
    way = pl.when(pl.col("truck").is_null()).then("leg").alias("way")
    return (
        evidence.moves.with_columns(way)
        .group_by(_LOAD)
        .agg(
            pl.col("units").sum(),
            pl.col("pallets").sum().cast(pl.Float64).alias("said_pallets"),
            pl.col("cases").sum().alias("said_cases"),
        )
        .join(sizes, on="product")
        .with_columns(
            whole(pl.col("units"), pl.col("units_per_pallet")).alias("pallets"),
            whole(pl.col("units"), pl.col("units_per_case")).alias("cases"),
        )
    )


@rule("truck-pallets", "the pallets of all stops of a departure find place on the truck")
def truck_pallets(evidence: Evidence) -> Checked:
    """Pallets begun per stop, product and state, against the places of the truck and the plan's figures."""
    every = evidence.once(loads)
    findings: list[Finding] = []
    if evidence.states_column("departures", "pallets"):
        wrong = every.with_columns(amount=(pl.col("pallets") - pl.col("said_pallets")).abs())
        words = (
            "Table departures, {date}: {units} units of {product} ({state}) from {origin} to {stop} begin "
            "{pallets} pallets, not {said_pallets}"
        )
        findings += report("truck-pallets", wrong.filter(pl.col("amount") > 0), _LOAD, "pallet", words)
    findings += _too_full(evidence, every)
    return Checked(every.height, findings)


def _too_full(evidence: Evidence, every: pl.DataFrame) -> list[Finding]:
    """Trucks with more pallets than places; pallets may be shared where they need not be whole."""
    if not evidence.rules.truck_pallets:
        shared = (pl.col("units") - slack(pl.col("units"))).clip(lower_bound=0) / pl.col("units_per_pallet")
        every = every.with_columns(pallets=shared)
    places = evidence.trucks.select("truck", places="pallets")
    trucks = every.group_by("date", "truck").agg(pl.col("pallets").sum()).join(places, on="truck")
    over = trucks.with_columns(amount=pl.col("pallets") - pl.col("places")).filter(pl.col("amount") > 0)
    words = "Truck {truck} on {date} carries {pallets} pallets on {places} places: {amount} too many"
    return report("truck-pallets", over, ("date", "truck"), "pallet", words)


@rule("cases", "shipments are whole cases")
def cases(evidence: Evidence) -> Checked:
    """Units of each load in whole cases, and the plan's own count of cases."""
    every = evidence.once(loads)
    findings: list[Finding] = []
    if evidence.rules.whole_cases:
        begun = (pl.col("units") / pl.col("units_per_case")).round() * pl.col("units_per_case")
        part = every.with_columns(amount=(pl.col("units") - begun).abs())
        words = (
            "On {date}, {units} units of {product} ({state}) go from {origin} to {stop}, which is no whole "
            "number of cases of {units_per_case}"
        )
        findings += report(
            "cases", part.filter(pl.col("amount") > slack(pl.col("units"))), _LOAD, "unit", words
        )
    if evidence.states_column("departures", "cases"):
        findings += _miscounted(every)
    return Checked(every.height, findings)


def _miscounted(every: pl.DataFrame) -> list[Finding]:
    """Loads whose stated cases are neither those they fill nor those they begin."""
    filled = pl.col("units") / pl.col("units_per_case")
    wrong = every.filter(
        differs(filled, pl.col("said_cases")) & differs(pl.col("cases"), pl.col("said_cases"))
    )
    words = (
        "Table departures, {date}: {units} units of {product} ({state}) from {origin} to {stop} begin "
        "{cases} cases of {units_per_case}, not {said_cases}"
    )
    off = wrong.with_columns(amount=(pl.col("cases") - pl.col("said_cases")).abs())
    return report("cases", off, _LOAD, "case", words)


@rule("leg-capacity", "what leaves on a leg on a day is within its capacity")
def leg_capacity(evidence: Evidence) -> Checked:
    """Units by leg and day of departure; goods of a truck on every leg they use."""
    if not evidence.rules.leg_capacity:
        return Checked(0)
    used = legs_used(evidence.moves, evidence.legs)
    by_leg = used.group_by("date", leg="one").agg(pl.col("units").sum(), pl.col("capacity_units").first())
    over = by_leg.with_columns(amount=pl.col("units") - pl.col("capacity_units"))
    words = "On {date}, {units} units leave on leg {leg}, which takes {capacity_units}: {amount} too many"
    rows = over.filter(pl.col("amount") > slack(pl.col("units")))
    return Checked(by_leg.height, report("leg-capacity", rows, ("date", "leg"), "unit", words))
