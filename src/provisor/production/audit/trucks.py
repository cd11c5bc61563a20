"""Rule ``trucks``: goods leave on trucks that run, to stops they serve, over legs that exist."""

from __future__ import annotations

import polars as pl

from provisor.auditing import Checked, Finding
from provisor.production.audit.evidence import Evidence, rule
from provisor.tables.findings import report

_RULE = "trucks"
_WAY = ["date", "truck", "leg", "origin", "stop"]
_on_truck = pl.col("truck").is_not_null()


@rule(
    _RULE, "goods leave on a truck of their node on a day it runs, to one of its stops, over legs that exist"
)
def trucks(evidence: Evidence) -> Checked:
    """Truck, day, stop, legs and day of arrival of every departure; one last stop per truck and day."""
    loads = (
        evidence.moves.group_by(*_WAY, "mode")
        .agg(pl.col("units").sum().alias("amount"))
        .join(evidence.nodes.select(origin="node", only_trucks="needs_trucks"), on="origin")
        .join(
            evidence.trucks.select("truck", "stops", "alternatives", "weekdays", "dates", home="origin"),
            on="truck",
            how="left",
        )
        .with_columns(
            served=pl.col("stop").is_in(pl.col("stops"))
            | pl.col("stop").is_in(pl.col("alternatives")).fill_null(value=False)
        )
    )
    findings = [*_without_truck(loads), *_wrong_place(loads), *_wrong_day(loads), *_no_way(loads)]
    return Checked(loads.height, [*findings, *_two_ends(loads), *_arrivals(evidence)])


def _found(rows: pl.DataFrame, words: str) -> list[Finding]:
    return report(_RULE, rows, _WAY, "unit", words)


def _without_truck(loads: pl.DataFrame) -> list[Finding]:
    words = "On {date}, {amount} units leave {origin} for {stop} without a truck; it needs trucks"
    return _found(loads.filter(~_on_truck & pl.col("only_trucks")), words)


def _wrong_place(loads: pl.DataFrame) -> list[Finding]:
    elsewhere = loads.filter(pl.col("home") != pl.col("origin"))
    strange = loads.filter(~pl.col("served"))
    return _found(
        elsewhere, "On {date}, {amount} units leave {origin} on truck {truck}, which starts from {home}"
    ) + _found(
        strange, "On {date}, {amount} units on truck {truck} get off at {stop}, which it does not serve"
    )


def _wrong_day(loads: pl.DataFrame) -> list[Finding]:
    by_date = pl.col("dates").list.len().fill_null(0) > 0
    every_day = pl.col("weekdays").list.len().fill_null(0) == 0
    in_dates = pl.col("date").is_in(pl.col("dates")).fill_null(value=False)
    in_week = pl.col("date").dt.weekday().cast(pl.Int64).is_in(pl.col("weekdays")).fill_null(value=False)
    runs = pl.when(by_date).then(in_dates).otherwise(every_day | in_week)
    idle = loads.filter(pl.col("home").is_not_null() & ~runs).with_columns(
        weekday=pl.col("date").dt.strftime("%A")
    )
    return _found(
        idle, "On {date}, a {weekday}, {amount} units leave on truck {truck}, which does not run that day"
    )


def _no_way(loads: pl.DataFrame) -> list[Finding]:
    lost = loads.filter(pl.col("mode").is_null())
    by_truck = lost.filter(pl.col("served") & (pl.col("home") == pl.col("origin")))
    return _found(
        lost.filter(~_on_truck),
        "On {date}, {amount} units go from {origin} to {stop} on leg {leg}, which does not",
    ) + _found(
        by_truck, "On {date}, {amount} units go to {stop} on truck {truck} over {leg}, which is not its way"
    )


def _two_ends(loads: pl.DataFrame) -> list[Finding]:
    ends = pl.concat_list(pl.col("stops").list.tail(1), pl.col("alternatives").fill_null([]))
    last = loads.filter(_on_truck & pl.col("stop").is_in(ends))
    ways = last.group_by("date", "truck").agg(
        pl.col("stop").unique().sort().str.join(" and ").alias("stops"),
        amount=pl.col("stop").n_unique().cast(pl.Float64) - 1,
    )
    words = "On {date}, truck {truck} ends at {stops}; it has one last stop a day"
    return report(_RULE, ways.filter(pl.col("amount") > 0), ("date", "truck"), "stop", words)


def _arrivals(evidence: Evidence) -> list[Finding]:
    if not evidence.states_column("departures", "arrival"):
        return []
    wrong = evidence.moves.filter(pl.col("due") != pl.col("arrival")).with_columns(
        amount=(pl.col("due") - pl.col("arrival")).dt.total_days().abs()
    )
    words = (
        "Batch {batch} of {product} leaves {origin} on {date} over {leg} and is said to reach {stop} on "
        "{arrival}; it arrives on {due}"
    )
    return report(_RULE, wrong, (*_WAY, "product", "batch"), "day", words)
