"""All ways goods may go: which legs, how long, at what cost; by truck or by leg alone."""

from __future__ import annotations

from itertools import pairwise
from itertools import product as combinations
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MINUTES = 24 * 60
"""Minutes of a day."""

Leg = dict[str, Any]
_LegsBetween = dict[tuple[str, str, str], list[Leg]]

WAYS = {
    "truck": pl.String,
    "leg": pl.String,
    "origin": pl.String,
    "stop": pl.String,
    "mode": pl.String,
    "days": pl.Int64,
    "leg_cost": pl.Float64,
}
"""Columns of :func:`possible_ways`; ``days`` is arrival minus departure."""


def minutes_of(time: str) -> int:
    """Minutes since midnight of ``hh:mm``.

    >>> minutes_of("13:30")
    810
    """
    hours, minutes = time.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def possible_ways(legs: pl.DataFrame, trucks: pl.DataFrame) -> pl.DataFrame:
    """One row per truck (empty on a leg without trucks), stop and legs used.

    A stop is reached by a leg from the truck's origin, or, where none carries goods of this mode, by the leg
    to the last stop before that has one and then from stop to stop.
    """
    rows = [_way(None, 0, (leg,)) for leg in legs.iter_rows(named=True)]
    between: _LegsBetween = {}
    for leg in legs.iter_rows(named=True):
        between.setdefault((leg["origin"], leg["destination"], leg["mode"]), []).append(leg)
    for truck in trucks.iter_rows(named=True):
        leaves = minutes_of(truck["departure_time"])
        rows += [_way(truck["truck"], leaves, chain) for chain in _chains_of(truck, between)]
    return pl.DataFrame(rows, schema=WAYS, orient="row").unique(
        ["truck", "leg", "origin", "stop"], keep="first", maintain_order=True
    )


def _way(truck: str | None, leaves: int, chain: Sequence[Leg]) -> tuple[Any, ...]:
    minutes = sum(leg["transit_days"] for leg in chain) * MINUTES + leaves
    name = "+".join(leg["leg"] for leg in chain)
    days = int((minutes + 1e-6) // MINUTES)
    cost = sum(leg["cost_per_unit"] for leg in chain)
    return truck, name, chain[0]["origin"], chain[-1]["destination"], chain[0]["mode"], days, cost


def _chains_of(truck: dict[str, Any], between: _LegsBetween) -> Iterator[tuple[Leg, ...]]:
    stops = list(truck["stops"] or [])
    routes = [stops, *([*stops[:-1], other] for other in truck["alternatives"] or [])]
    for route in routes:
        for number in range(len(route)):
            for mode in ("ambient", "frozen"):
                yield from _chains_to(truck["origin"], route[: number + 1], mode, between)


def _chains_to(origin: str, route: list[str], mode: str, between: _LegsBetween) -> Iterator[tuple[Leg, ...]]:
    """Legs to the last of ``route``: to the last stop with a leg from the origin, then stop by stop."""
    direct = [number for number, stop in enumerate(route) if (origin, stop, mode) in between]
    if not direct:
        return
    path = [origin, *route[direct[-1] :]]
    yield from combinations(*(between.get((a, b, mode), []) for a, b in pairwise(path)))
