"""The pattern of a plan: what is made on which day, and which trucks leave; and how it is searched for.

Amounts follow from a pattern by a linear problem, so the search decides the pattern and leaves mixes and pallets
divisible, but for the mixes of the first days, while demand is short: there a part of a mix that is lost is sales lost.
Neighbourhoods are windows of days, pairs of products, and the trucks of all days.
"""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

import numpy as np

from provisor.engine.neighbourhood import Neighbourhood
from provisor.engine.result import Limits
from provisor.engine.worker import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.plan import Plan
    from provisor.production.model.context import Model

Key = tuple[str | int, ...]

PATTERN = ("made", "run", "used", "chosen", "brand")
"""Families of columns that make up a pattern."""

WIDTHS = (4, 6, 6, 9, 12)
"""Days of a window, pass by pass: wider ones once the narrow ones have nothing more to give."""

FIRST_SECONDS = 10.0
"""Longest time for the first pattern; only totals are to be decided for it."""

NEARLY = 1e-6
"""Units short that are a rounding error."""

DAY_OF = -1
"""Place of the day in the key of a column that has one."""


def in_pattern(model: Model, problem: Problem) -> Flags:
    """Which columns belong to the pattern."""
    flags = np.zeros(problem.integer.size, dtype=bool)
    for family in PATTERN:
        flags[list(model.columns.get(family, {}).values())] = True
    return flags


def totals(model: Model, problem: Problem) -> Flags:
    """Which columns are whole totals over the horizon: every neighbourhood may change them."""
    flags = np.zeros(problem.integer.size, dtype=bool)
    flags[list(model.columns.get("total", {}).values())] = True
    return flags


def pallets(model: Model, problem: Problem) -> Flags:
    """Which columns are pallets of loads; they are whole only on trucks found to be crowded."""
    flags = np.zeros(problem.integer.size, dtype=bool)
    flags[list(model.columns.get("pallets", {}).values())] = True
    return flags


def scarce_mixes(model: Model, x: Floats) -> Flags:
    """Which columns are mixes of the days up to the last one on which a solution leaves demand short."""
    short = [int(key[DAY_OF]) for key, column in model.columns.get("short", {}).items() if x[column] > NEARLY]
    last = max(short, default=-1)
    flags = np.zeros(x.size, dtype=bool)
    flags[[column for key, column in model.columns.get("mixes", {}).items() if int(key[DAY_OF]) <= last]] = (
        True
    )
    return flags


def first_pattern(model: Model, problem: Problem) -> Floats | None:
    """Make every product on every day with fixed hours and let every truck leave; none if that cannot be."""
    return _followed(model, problem, lambda family, key: _usual(model, family, key))


def pattern_of_plan(model: Model, problem: Problem, plan: Plan) -> Floats | None:
    """The pattern of an earlier plan, as far as its days and decisions are those of the model; none if it cannot be."""
    network = model.network
    made = {
        (node, product, (day - network.start).days)
        for node, product, day, units in plan.table("production")
        .select("node", "product", "date", "units")
        .iter_rows()
        if units > 0
    }
    left = {
        (truck, stop, (day - network.start).days)
        for truck, stop, day in plan.table("departures").select("truck", "stop", "date").iter_rows()
    }
    runs = {(node, t) for node, _, t in made}
    brands = {(node, network.products[code].brand, t) for node, code, t in made if code in network.products}
    used = {(truck, t) for truck, _, t in left}
    planned: dict[str, set[Any]] = {"made": made, "run": runs, "used": used, "brand": brands}

    def wanted(family: str, key: Key) -> bool:
        if family == "chosen":
            lane = network.lanes[int(key[0])]
            return (lane.truck, lane.stop, int(key[DAY_OF])) in left
        return key in planned[family]

    return _followed(model, problem, wanted)


def _followed(model: Model, problem: Problem, wanted: Callable[[str, Key], bool]) -> Floats | None:
    """Solution with what is wanted of a pattern, as far as bounds allow, and amounts that follow."""
    lower, upper = problem.lower.copy(), problem.upper.copy()
    for family in PATTERN:
        for key, column in model.columns.get(family, {}).items():
            value = float(wanted(family, key))
            lower[column] = upper[column] = min(max(value, lower[column]), upper[column])
    held = problem.with_bounds(lower, upper).relaxed(totals(model, problem))
    return solve(held, Limits(seconds=FIRST_SECONDS, gap=1e-4)).x


def _usual(model: Model, family: str, key: Key) -> bool:
    if family == "chosen":
        lane = model.network.lanes[int(key[0])]
        return lane.stop == next(
            other.stop for other in model.network.lanes if other.choice and other.truck == lane.truck
        )
    return family == "used" or model.network.shifts[str(key[0]), int(key[DAY_OF])].fixed


def neighbourhoods(model: Model, problem: Problem, mixes: Flags, seed: int) -> Iterator[Neighbourhood]:
    """Neighbourhoods without end, in a random order that the seed fixes; some mixes are whole too."""
    chance = random.Random(seed)  # noqa: S311 - a search, not a secret
    pattern, always = in_pattern(model, problem) | mixes, totals(model, problem)
    loads = pallets(model, problem)
    days, products = _days(model, problem), _products(model, problem)
    pairs = itertools.cycle(list(pairs_of_products(model, problem, mixes, seed)) or [None])
    for width in itertools.cycle(WIDTHS):
        windows = list(range(-chance.randrange(3), model.network.days, width // 2))
        for first in (*windows[::2], *windows[1::2]):
            inside = (pattern | loads) & (days >= first) & (days < first + width)
            yield Neighbourhood(f"days {max(first, 0) + 1}-{first + width}", inside | always)
        yield Neighbourhood("trucks", pattern & (products == "") | mixes | loads | always)
        pair = next(pairs)
        if pair is not None:
            yield pair


def pairs_of_products(model: Model, problem: Problem, mixes: Flags, seed: int) -> Iterator[Neighbourhood]:
    """Each two products on all days, in a random order that the seed fixes; none where there are no others."""
    codes, products = list(model.network.products), _products(model, problem)
    pattern, always = (
        in_pattern(model, problem) | mixes,
        mixes | pallets(model, problem) | totals(model, problem),
    )
    pairs = list(itertools.combinations(codes, 2)) if len(codes) > 2 else []
    random.Random(seed).shuffle(pairs)  # noqa: S311 - a search, not a secret
    for pair in pairs:
        free = pattern & (np.isin(products, pair) | (products == ""))
        yield Neighbourhood(" and ".join(pair), free | always)


def _days(model: Model, problem: Problem) -> NDArray[np.int64]:
    days = np.full(problem.integer.size, -(10**6), dtype=np.int64)
    for family in (*PATTERN, "mixes", "pallets"):
        for key, column in model.columns.get(family, {}).items():
            days[column] = int(key[DAY_OF])
    return days


def _products(model: Model, problem: Problem) -> NDArray[np.object_]:
    products = np.full(problem.integer.size, "", dtype=object)
    for family in ("made", "mixes"):
        for key, column in model.columns.get(family, {}).items():
            products[column] = str(key[1])
    return products
