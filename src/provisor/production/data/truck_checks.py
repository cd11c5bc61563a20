"""Checks of trucks: stops that exist, in an order that can be driven, on days of the horizon."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from provisor.production.data.context import Context, suggestion
from provisor.tables.grid import ROW, Sheet

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

NOON = "12:00"


def check_trucks(context: Context, trucks: Sheet | None, nodes: Collection[str], legs: Sheet) -> None:
    """Note trucks whose stops are missing, unknown, repeated or out of reach, and trucks that never run."""
    if trucks is None:
        return
    ways = set(legs.frame.select("origin", "destination").drop_nulls().iter_rows())
    for truck in trucks.frame.to_dicts():
        known = _check_places(context, trucks, truck, nodes)
        if known and _check_order(context, trucks, truck):
            _check_ways(context, trucks, truck, ways)
        _check_days(context, trucks, truck)
        _check_capacity(context, trucks, truck)


def _error(
    context: Context,
    trucks: Sheet,
    truck: dict[str, Any],
    column: str,
    code: str,
    message: str,
    mend: str = "",
) -> None:
    place = trucks.place(column, truck[ROW], truck["truck"])
    context.problems.error(code, f"truck {truck['truck']}: {message}", mend=mend, **place)


def _check_places(context: Context, trucks: Sheet, truck: dict[str, Any], nodes: Collection[str]) -> bool:
    if not truck["stops"]:
        _error(
            context, trucks, truck, "stops", "truck-without-stops", "it has no stops", "give its destination"
        )
        return False
    named = [
        ("origin", [truck["origin"]]),
        ("stops", truck["stops"]),
        ("alternatives", truck["alternatives"]),
    ]
    strange = [(column, node) for column, places in named for node in places if node and node not in nodes]
    for column, node in strange:
        mend = suggestion(sorted(nodes))(node)
        _error(context, trucks, truck, column, "unknown-node", f"there is no node {node}", mend)
    return not strange and truck["origin"] is not None


def _check_order(context: Context, trucks: Sheet, truck: dict[str, Any]) -> bool:
    """No place twice: a truck that comes back to where it was has no last stop."""
    route = [truck["origin"], *truck["stops"]]
    twice = sorted({node for node in route if route.count(node) > 1})
    for node in twice:
        _error(
            context,
            trucks,
            truck,
            "stops",
            "stop-twice",
            f"it comes to {node} twice ({' → '.join(route)})",
            "name each stop once, the origin not among them",
        )
    again = sorted(set(truck["alternatives"]) & set(route))
    for node in again:
        _error(
            context, trucks, truck, "alternatives", "stop-twice", f"{node} is on its route and an alternative"
        )
    return not twice and not again


def _check_ways(context: Context, trucks: Sheet, truck: dict[str, Any], ways: set[tuple[str, str]]) -> None:
    """Every stop is reached by a leg from the origin or from the stop before."""
    previous = truck["origin"]
    for stop in truck["stops"]:
        _check_way(context, trucks, truck, previous, stop, ways)
        previous = stop
    before_last = [truck["origin"], *truck["stops"]][-2]
    for stop in truck["alternatives"]:
        _check_way(context, trucks, truck, before_last, stop, ways)


def _check_way(
    context: Context,
    trucks: Sheet,
    truck: dict[str, Any],
    previous: str,
    stop: str,
    ways: set[tuple[str, str]],
) -> None:
    origin = truck["origin"]
    if (origin, stop) not in ways and (previous, stop) not in ways:
        ends = " or ".join(dict.fromkeys([origin, previous]))
        _error(
            context,
            trucks,
            truck,
            "stops",
            "leg-to-nowhere",
            f"no leg leads from {ends} to its stop {stop}",
            "add the leg, or take the stop off",
        )


def _check_days(context: Context, trucks: Sheet, truck: dict[str, Any]) -> None:
    keys = context.keys
    days = [keys.start + timedelta(days=number) for number in range(keys.horizon)]
    if truck["dates"]:
        runs = set(truck["dates"]) & set(days)
    else:
        runs = {day for day in days if not truck["weekdays"] or day.isoweekday() in truck["weekdays"]}
    if not runs and keys.horizon >= 7:
        context.tell("never-runs", f"truck {truck['truck']} runs on no day of the horizon", trucks)
    said, time = (truck["departure_type"] or "").lower(), truck["departure_time"]
    if time and said in ("morning", "afternoon") and (said == "morning") != (time < NOON):
        message = f"truck {truck['truck']} is called {said} and leaves at {time}; the time counts"
        context.tell("contradiction", message, trucks)


def _check_capacity(context: Context, trucks: Sheet, truck: dict[str, Any]) -> None:
    """Pallets are what a truck holds; a smaller capacity in units is told, for it is not a rule."""
    unit, pallets, size = truck["capacity_units"], truck["pallets"], truck["units_per_pallet"]
    if unit and pallets and size and unit < pallets * size:
        message = (
            f"truck {truck['truck']}: its capacity of {unit:g} units is not used; its {pallets} pallets count"
        )
        context.tell("unused", message, trucks)


def check_outlets(context: Context, nodes: pl.DataFrame, trucks: Sheet | None, legs: Sheet) -> None:
    """Tell nodes that goods can only leave on trucks and that have none."""
    starts = set() if trucks is None else set(trucks.frame["origin"])
    leaves = set(legs.frame["origin"])
    for node in nodes.filter("needs_trucks")["node"]:
        if node in leaves and node not in starts:
            context.tell("no-trucks", f"goods leave {node} only on trucks, and no truck starts there", legs)
