"""Why a case has no plan: a few rules that cannot all hold, each with its place and amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.allocation.infeasible import GIVE_WAY, MOST_PAIRS, PINS, called, group_of, with_pins
from provisor.allocation.model import Model, build
from provisor.conflict import Claim, Conflict
from provisor.engine.clash import find_clash
from provisor.engine.result import Limits

if TYPE_CHECKING:
    from provisor.allocation.arrays import Arrays
    from provisor.allocation.infeasible import GivesWay
    from provisor.allocation.worth import Worth
    from provisor.engine.clash import Clash, Label
    from provisor.engine.problem import Block, Problem

SECONDS = 10.0

SAYS = {
    "corridor-": "{side} than {amount} styles hang, as the corridor of the manual plan says",
    "sell-through": "the floor of sell-through is reached",
    "launch-most": "no more than {amount} stores carry the new product",
    "budget-": "no more than {amount} {currency} are spent",
    "pins": "the style hangs with at least {amount} pieces, as a lock or pin says",
    "transfers-in": "no more than {amount} pieces come from other stores",
    "transfers": "no more than {amount} pieces go over the transfer lane",
    "lane-capacity": "no more than {amount} pieces go over the lane",
    "throughput": "no more than {amount} pieces leave the centre in a period",
    "stock": "no more than {amount} pieces leave the centre up to the period",
    "pieces-over": "pieces take no more space than {amount}",
    "slots-over": "no more than {amount} styles hang, one in a slot",
}
"""What each family of rows asks for; all others are facts, such as that pieces come from somewhere."""


@dataclass(frozen=True)
class _Row:
    """A row that may be part of a conflict."""

    way: GivesWay
    block: Block
    key: tuple[str, ...]
    amount: float


def conflict(arrays: Arrays, worth: Worth) -> Conflict | None:
    """A small conflict of the rules of a case without a plan; none if none was found in time or the case is large."""
    if arrays.pairs.count * arrays.periods > MOST_PAIRS:
        return None
    model, problem, found = clash(arrays, worth)
    if found is None:
        return None
    rows = contested(model, problem)
    claims = tuple(
        _claim(arrays, part.label, [rows[row] for row in part.rows.tolist()]) for part in found.parts
    )
    return Conflict(claims, found.irreducible)


def clash(arrays: Arrays, worth: Worth) -> tuple[Model, Problem, Clash | None]:
    """The problem with rows for all that may be part of a conflict, and those that are."""
    model, bounded = build(arrays, worth)
    problem = with_pins(bounded)
    labels = {row: _label(told) for row, told in contested(model, problem).items()}
    return model, problem, find_clash(problem, labels, Limits(seconds=SECONDS))


def contested(model: Model, problem: Problem) -> dict[int, _Row]:
    """Rows that may be part of a conflict, with what they ask for; a pin asks for the least pieces of its pair."""
    found, pieces = {}, _least_pieces(model, problem)
    for way in GIVE_WAY:
        for row in group_of(problem, way).rows.tolist():
            block = next(block for block in problem.rows if block.start <= row < block.stop)
            least = block.name.endswith("under")
            amount = problem.row_lower[row] if least else problem.row_upper[row]
            key = block.keys[row - block.start]
            found[row] = _Row(way, block, key, pieces[key] if block.name == PINS else float(amount))
    return found


def _least_pieces(model: Model, problem: Problem) -> dict[tuple[str, ...], float]:
    """Pieces that a pair shows at least where it hangs, by store, product and period."""
    block = problem.column_block("carried")
    return {
        block.keys[column - block.start]: float(model.extents.least[place])
        for place, column in np.ndenumerate(model.carried)
        if column >= 0
    }


def _label(row: _Row) -> Label:
    return (row.way.families[0], row.block.name.rpartition("-")[2], *row.key)


def _claim(arrays: Arrays, label: Label, rows: list[_Row]) -> Claim:
    """What some rows of a family ask for; a row of stock says what may have left up to its period."""
    first, family = rows[0], label[0]
    named = zip(first.way.names, label[2:], strict=False)
    where = {name: called(arrays, first.way, name, text) for name, text in named if text}
    if arrays.periods == 1:
        where.pop("period", None)
    words = SAYS[family].replace("{side}", "no fewer" if first.block.name.endswith("under") else "no more")
    summed = family != "sell-through" and (len(rows) == 1 or "up to the period" not in words)
    amounts = [row.amount for row in rows] if summed else None
    words = words.replace("{currency}", arrays.currency)
    unit = "piece" if family == PINS else first.way.unit
    words = words if summed else words.replace("{amount}", "so many")
    return Claim.of(first.way.rule, words, amounts, unit, where, len(rows))
