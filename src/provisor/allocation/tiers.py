"""Objectives in order of importance: each is made best among the plans that are almost best by those before it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from provisor.allocation.ratio import best_ratio
from provisor.allocation.route import Floor
from provisor.allocation.tabulate import objective_of
from provisor.allocation.worth import ratio_worth, worth_of
from provisor.clock import Clock

if TYPE_CHECKING:
    from provisor.allocation.arrays import Arrays
    from provisor.allocation.route import Found
    from provisor.allocation.search import Search


def best(search: Search) -> Found:
    """The best plan by the case's objective, one after the other where there are several.

    Raises:
        BadRequest: The route cannot state the case.
        SolverError: The solver refused the problem or is not installed.
    """
    if search.arrays.rules.objective != "lexicographic":
        return _single(search)
    return _in_order(search)


def _single(search: Search) -> Found:
    return best_ratio(search) if search.arrays.rules.is_ratio else search.find(worth_of(search.arrays))


def _in_order(search: Search) -> Found:
    tiers = search.arrays.rules.tiers
    notes: dict[str, float] = {}
    for number, tier in enumerate(tiers[:-1], 1):
        arrays = _by(search.arrays, tier)
        clock = Clock(search.clock.left / (len(tiers) - number + 1))
        found = _single(replace(search, arrays=arrays, clock=clock))
        if found.decisions is None:
            return found
        value = objective_of(arrays, found.decisions)
        least = value - search.arrays.rules.tier_tolerance * abs(value)
        floor = (
            Floor(tier, ratio_worth(arrays, least), 0.0)
            if arrays.rules.is_ratio
            else Floor(tier, worth_of(arrays), least)
        )
        notes |= {f"tier_{number}_best": value, f"tier_{number}_least": least}
        if found.bound is not None:
            notes[f"tier_{number}_bound"] = found.bound
        search = replace(search, starts=(found.decisions, *search.starts), floors=(*search.floors, floor))
    last = _single(replace(search, arrays=_by(search.arrays, tiers[-1])))
    return replace(last, notes={**last.notes, **notes})


def _by(arrays: Arrays, tier: str) -> Arrays:
    """The case with one of its objectives alone."""
    return replace(arrays, rules=arrays.rules.model_copy(update={"objective": tier}))
