"""Why a case has no plan: a few rules that cannot all hold, each with its place and amount."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.conflict import Claim, Conflict
from provisor.engine.clash import find_clash
from provisor.engine.result import Limits
from provisor.production.infeasible import with_lasting_room, with_room
from provisor.production.stated import Stated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from provisor.engine.clash import Clash, Label
    from provisor.engine.problem import Block, Problem
    from provisor.production.network import Network

SECONDS = 10.0
PINS = "pinned"
"""Family of rows that say what the bounds of pinned columns do."""


@dataclass(frozen=True)
class Says:
    """What a family of rows asks for.

    Attributes:
        rule: The rule.
        names: What the keys of a row name, from coarse to fine; ``day`` is the last.
        words: The rule in a sentence, with ``{amount}`` if it has one.
        unit: Unit of the amount.
        amount: What a row asks for, by its keys; none if that is no amount.
    """

    rule: str
    names: tuple[str, ...]
    words: str
    unit: str = ""
    amount: Callable[[Network, Sequence[str]], float] | None = None


FAMILIES = {
    "demand": Says(
        "demand", ("node", "product", "day"), "{amount} units of demand are served", "unit",
        lambda network, key: network.demand[key[0], key[1], int(key[2])],
    ),
    "room in storage_capacity": Says(
        "storage-capacity", ("node",), "no more than {amount} units are kept at the end of a day", "unit",
        lambda network, key: network.nodes[key[0]].capacity or 0.0,
    ),
    "room in leg_capacity": Says(
        "leg-capacity", ("leg",), "no more than {amount} units leave on a leg on a day", "unit",
        lambda network, key: network.leg_capacity[key[0]],
    ),
    "room in truck_pallets": Says(
        "truck-pallets", ("truck",), "no more pallets than {amount} leave on a truck", "pallet",
        lambda network, key: float(network.trucks[key[0]].pallets),
    ),
    "hours": Says(
        "hours", ("node", "day"), "no more than {amount} h are worked", "h",
        lambda network, key: network.shifts[key[0], int(key[1])].limit,
    ),
    "same_day_rate": Says(
        "loading", ("node", "hour", "day"), "no more is loaded than can be made before the trucks leave"
    ),
    "loading": Says(
        "loading", ("node", "product", "kind", "hour", "day"), "trucks carry only what is there when they are loaded"
    ),
    "pins": Says("pins", ("truck", "day"), "goods leave on the truck as pinned"),
    "pinned made": Says("pins", ("node", "product", "day"), "as much is made as pinned"),
    "pinned used": Says("pins", ("truck", "day"), "the truck leaves, or stays, as pinned"),
}  # fmt: skip
"""Families of rows that may be part of a conflict; all others are facts, such as that goods come before they go."""


def conflict(stated: Stated) -> Conflict | None:
    """A small conflict of the rules of a case without a plan; none if none was found in time."""
    problem, found = clash(stated)
    if found is None:
        return None
    network = stated.model.network
    claims = tuple(_claim(network, problem, part.label, part.rows.tolist()) for part in found.parts)
    return Conflict(claims, found.irreducible)


def clash(stated: Stated) -> tuple[Problem, Clash | None]:
    """The problem with rows for all that may be part of a conflict, and those that are."""
    problem = with_lasting_room(with_room(_with_pins(stated)))
    return problem, find_clash(problem, _labels(problem), Limits(seconds=SECONDS))


def _with_pins(stated: Stated) -> Stated:
    """The same with rows for what is pinned, in place of bounds on columns."""
    free, closed = stated.model.builder.problem(), stated.problem
    pinned = np.flatnonzero((free.lower != closed.lower) | (free.upper != closed.upper))
    opened = closed.with_bounds(free.lower, free.upper)
    for family, families in (("pinned made", ("made", "units", "mixes")), ("pinned used", ("used",))):
        keys = {
            column: tuple(map(str, key))
            for name in families
            for key, column in stated.model.columns.get(name, {}).items()
        }
        mine = [column for column in pinned.tolist() if column in keys]
        if mine:
            shape = (len(mine), free.cost.size)
            one = sp.csr_array((np.ones(len(mine)), (range(len(mine)), mine)), shape=shape)
            opened = opened.with_rows(family, one, closed.lower[mine], closed.upper[mine])
            named = replace(opened.rows[-1], keys=tuple(keys[column] for column in mine))
            opened = replace(opened, rows=(*opened.rows[:-1], named))
    return Stated(stated.model, opened)


def _labels(problem: Problem) -> dict[int, Label]:
    """Rule and keys of each row that may be part of a conflict."""
    return {
        block.start + number: (FAMILIES[block.name].words, *map(str, key))
        for block in problem.rows
        if block.name in FAMILIES
        for number, key in enumerate(block.keys)
    }


def _claim(network: Network, problem: Problem, label: Label, rows: list[int]) -> Claim:
    block = _block(problem, rows[0])
    says = FAMILIES[block.name]
    keys = [tuple(map(str, block.keys[row - block.start])) for row in rows]
    named = zip(says.names, label[1:], strict=False)
    where = {name: value for name, value in named if name not in ("kind", "hour", "day")}
    days = {key[says.names.index("day")] for key in keys} if "day" in says.names else set()
    if len(days) == 1:
        where["date"] = str(network.day(int(days.pop())))
    amount = says.amount
    lasting = block.name.startswith("room in") and len(keys) > 1
    amounts = None if amount is None or lasting else [amount(network, key) for key in dict.fromkeys(keys)]
    words = says.words if amounts else says.words.replace("{amount}", "so many")
    return Claim.of(says.rule, words, amounts, says.unit, where, len(set(keys)))


def _block(problem: Problem, row: int) -> Block:
    return next(block for block in problem.rows if block.start <= row < block.stop)
