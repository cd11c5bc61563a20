"""The pattern of a plan: what is made on which day, and which trucks leave; and how it is searched for.

Amounts follow from a pattern by a linear problem, so the search decides the pattern and leaves mixes and pallets
divisible. Neighbourhoods are windows of days, pairs of products, and the trucks of all days.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

from provisor.engine.neighbourhood import Neighbourhood
from provisor.engine.result import Limits
from provisor.engine.worker import solve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.production.model.context import Model

PATTERN = ("made", "run", "used", "chosen", "brand")
"""Families of columns that make up a pattern."""

WIDTH = 6
"""Days of a window."""

DAY_OF = -1
"""Place of the day in the key of a column that has one."""


def in_pattern(model: Model, problem: Problem) -> Flags:
    """Which columns belong to the pattern."""
    flags = np.zeros(problem.integer.size, dtype=bool)
    for family in PATTERN:
        flags[list(model.columns.get(family, {}).values())] = True
    return flags


def first_pattern(model: Model, problem: Problem) -> Floats | None:
    """Make every product on every day with fixed hours and let every truck leave; none if that cannot be."""
    lower, upper = problem.lower.copy(), problem.upper.copy()
    for family in PATTERN:
        for key, column in model.columns.get(family, {}).items():
            wanted = float(_wanted(model, family, key))
            lower[column] = upper[column] = min(max(wanted, lower[column]), upper[column])
    result = solve(problem.with_bounds(lower, upper).relaxed(), Limits())
    return result.x


def _wanted(model: Model, family: str, key: tuple[str | int, ...]) -> bool:
    if family == "chosen":
        lane = model.network.lanes[int(key[0])]
        return lane.stop == next(
            other.stop for other in model.network.lanes if other.choice and other.truck == lane.truck
        )
    return family == "used" or model.network.shifts[str(key[0]), int(key[DAY_OF])].fixed


def neighbourhoods(model: Model, problem: Problem, seed: int) -> Iterator[Neighbourhood]:
    """Neighbourhoods without end, in a random order that the seed fixes."""
    chance = random.Random(seed)  # noqa: S311 - a search, not a secret
    pattern = in_pattern(model, problem)
    days, products = _days(model, problem), _products(model, problem)
    codes = list(model.network.products)
    while True:
        offset = chance.randrange(3)
        windows = [(d, d + WIDTH) for d in range(-offset, model.network.days, 3)]
        for first, last in windows:
            yield Neighbourhood(f"days {max(first, 0) + 1}-{last}", pattern & (days >= first) & (days < last))
        yield Neighbourhood("trucks", pattern & (products == ""))
        for _ in range(3 if len(codes) > 2 else 0):
            pair = chance.sample(codes, 2)
            yield Neighbourhood(" and ".join(pair), pattern & (np.isin(products, pair) | (products == "")))


def pairs(model: Model, problem: Problem, seed: int) -> Iterator[tuple[Neighbourhood, Neighbourhood]]:
    """Pairs of neighbourhoods without columns in common: windows half a horizon apart, and pairs of products."""
    chance = random.Random(seed)  # noqa: S311 - a search, not a secret
    pattern = in_pattern(model, problem)
    days, products = _days(model, problem), _products(model, problem)
    half = (model.network.days + 1) // 2
    codes = list(model.network.products)
    while True:
        for first in range(-chance.randrange(3), half, 3):
            windows = [
                pattern & (days >= begin) & (days < begin + WIDTH) & ((days < half) == (begin < half))
                for begin in (first, first + half)
            ]
            yield (
                Neighbourhood(f"days {first + 1}-", windows[0]),
                Neighbourhood(f"{first + half + 1}-", windows[1]),
            )
        if len(codes) > 3:
            four = chance.sample(codes, 4)
            yield (
                Neighbourhood(" and ".join(four[:2]), pattern & np.isin(products, four[:2])),
                Neighbourhood(" and ".join(four[2:]), pattern & np.isin(products, four[2:])),
            )


def _days(model: Model, problem: Problem) -> NDArray[np.int64]:
    days = np.full(problem.integer.size, -(10**6), dtype=np.int64)
    for family in PATTERN:
        for key, column in model.columns.get(family, {}).items():
            days[column] = int(key[DAY_OF])
    return days


def _products(model: Model, problem: Problem) -> NDArray[np.object_]:
    products = np.full(problem.integer.size, "", dtype=object)
    for key, column in model.columns.get("made", {}).items():
        products[column] = str(key[1])
    return products
