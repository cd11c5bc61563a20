"""A case stated as problems: the same decisions, more or less finely told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from provisor.engine.problem import Flags, Floats, Problem
    from provisor.production.actual import Actual
    from provisor.production.model.context import Model

Key = tuple[str | int, ...]
Values = dict[str, dict[Key, float]]
"""Values by family and key; lanes are named by truck, legs and stop, so that they hold for every network."""


@dataclass(frozen=True)
class Stated:
    """A model with its problem."""

    model: Model
    problem: Problem


@dataclass(frozen=True)
class Stages:
    """One case stated twice.

    Attributes:
        small: The small network, for the proof and the search.
        exact: The whole network with the age of every batch.
        actual: What whole values cost on the exact problem.
    """

    small: Stated
    exact: Stated
    actual: Actual


def values_of(stated: Stated, x: Floats, families: tuple[str, ...]) -> Values:
    """Whole values of some families in a solution."""
    return {
        family: {
            to_name(stated.model, family, key): float(np.round(x[column])) for key, column in columns.items()
        }
        for family in families
        for columns in [stated.model.columns.get(family, {})]
    }


def values_at(stated: Stated, x: Floats, family: str, flags: Flags) -> dict[Key, float]:
    """Whole values of a family in a solution, of some of its columns."""
    columns = stated.model.columns.get(family, {})
    return {
        to_name(stated.model, family, key): float(np.round(x[column]))
        for key, column in columns.items()
        if flags[column]
    }


def named(stated: Stated, family: str, values: dict[Key, float]) -> dict[Key, float]:
    """Values by the keys of a model, by names that hold for every network."""
    return {to_name(stated.model, family, key): value for key, value in values.items()}


def hold(stated: Stated, values: Values) -> Problem:
    """The problem with some columns closed on their values, as far as their bounds allow.

    What is not among the values of a family is zero, but for pallets: they stay open.
    """
    lower, upper = stated.problem.lower.copy(), stated.problem.upper.copy()
    for family, by_key in values.items():
        for key, column in stated.model.columns.get(family, {}).items():
            name = to_name(stated.model, family, key)
            if family == "pallets" and name not in by_key:
                continue
            value = by_key.get(name, 0.0)
            upper[column] = min(max(value, lower[column]), upper[column])
            # pallets are room: what is not needed of them costs nothing
            lower[column] = lower[column] if family == "pallets" else upper[column]
    return stated.problem.with_bounds(lower, upper)


def to_name(model: Model, family: str, key: Key) -> Key:
    """A column's key by names that hold for every network of the case."""
    if family not in ("chosen", "pallets", "cases"):
        return key
    lane = model.network.lanes[int(key[0])]
    return (lane.truck or "", "+".join(lane.legs), lane.stop, *key[1:])
