"""What would make an infeasible case feasible: the smallest relaxation, rule by rule, in the rule's own unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from provisor.allocation.model import build
from provisor.engine.problem import Block
from provisor.engine.relaxation import Group, relax
from provisor.engine.result import Limits
from provisor.plan import Relaxation

if TYPE_CHECKING:
    from provisor.allocation.arrays import Arrays
    from provisor.allocation.worth import Worth
    from provisor.engine.problem import Problem
    from provisor.engine.relaxation import Violation

SECONDS = 30.0
"""Seconds that the whole values may take, and as many for the linear relaxation."""

MOST_PAIRS = 200_000
"""Pairs times periods of a case whose relaxation is looked for."""

PINS = "pins"


@dataclass(frozen=True)
class GivesWay:
    """Families of rows that give way together.

    Attributes:
        rule: Rule as in docs/allocation/rules.md.
        families: Families of the model, by the beginning of their names.
        unit: Unit of the amount.
        names: What the keys of a row name.
        words: What must happen, with ``{amount}``, ``{currency}`` and the names.
    """

    rule: str
    families: tuple[str, ...]
    unit: str
    names: tuple[str, ...]
    words: str


GIVE_WAY = (
    GivesWay("corridor", ("corridor-",), "style", ("store", "subcategory", "period"),
             "store {store} leaves the corridor of its manual plan by {amount} styles {subcategory}"),
    GivesWay("sell-through", ("sell-through",), "piece", ("plan",),
             "{amount} pieces fewer are sold than the floor of sell-through asks for"),
    GivesWay("launch", ("launch-most",), "store", ("product", "period"),
             "{amount} stores more than its most carry the new product {product}"),
    GivesWay("budget", ("budget-",), "$", ("period",), "{amount} {currency} more are spent than the budget"),
    GivesWay("pins", (PINS,), "style", ("store", "product", "period"),
             "{product} does not hang in {store}, though a lock or pin says so"),
    GivesWay("transfers", ("transfers-in",), "piece", ("store", "period"),
             "store {store} takes {amount} pieces more from other stores than it may"),
    GivesWay("transfers", ("transfers",), "piece", ("lane", "period"),
             "{amount} pieces more than its capacity go over the transfer lane {lane}"),
    GivesWay("lane-capacity", ("lane-capacity",), "piece", ("lane", "period"),
             "{amount} pieces more than its capacity go over the lane {lane}"),
    GivesWay("throughput", ("throughput",), "piece", ("centre", "period"),
             "centre {centre} sends {amount} pieces more than it can"),
    GivesWay("stock", ("stock",), "piece", ("centre", "product", "period"),
             "{amount} pieces of {product} more than its stock leave centre {centre}"),
    GivesWay("pieces", ("pieces-over",), "space", ("store", "class", "period"),
             "store {store} needs {amount} more space for pieces"),
    GivesWay("slots", ("slots-over",), "style", ("store", "cell", "period"),
             "store {store} needs {amount} more slots in cell {cell}"),
)  # fmt: skip
"""What may give way, and how that is told; in which order says the rule ``gives_way``."""


def relaxations(arrays: Arrays, worth: Worth) -> tuple[list[Relaxation], bool]:
    """Smallest relaxation of a case without a plan, and whether it proves that there is none.

    Returns:
        The rules that give way, the most important first, empty if nothing is found; and whether it is proven that
        they must.
    """
    if arrays.pairs.count * arrays.periods > MOST_PAIRS:
        return [], False
    problem = with_pins(build(arrays, worth)[1])
    ordered = [way for rule in arrays.rules.gives_way for way in GIVE_WAY if way.rule == rule]
    groups = [group_of(problem, way) for way in ordered]
    for candidate in (problem, problem.relaxed()):
        found = relax(candidate, [group for group in groups if group.rows.size], Limits(SECONDS))
        if found.violations:
            told = [_in_words(arrays, problem, violation) for violation in found.violations]
            return told, found.proven
    return [], False


def with_pins(problem: Problem) -> Problem:
    """The problem with a row for each pair that must hang, in place of a bound on its column."""
    block = problem.column_block("carried")
    columns = np.arange(block.start, block.stop)
    must = np.flatnonzero(problem.lower[columns] > 0)
    lower = problem.lower.copy()
    lower[columns[must]] = 0.0
    if not must.size:
        return problem
    one = sp.csr_array(
        (np.ones(must.size), (np.arange(must.size), columns[must])), shape=(must.size, lower.size)
    )
    pinned = problem.with_bounds(lower, problem.upper).with_rows(
        PINS, one, np.ones(must.size), np.full(must.size, np.inf)
    )
    keys = tuple(block.keys[number] for number in must.tolist())
    return replace(pinned, rows=(*pinned.rows[:-1], Block(PINS, pinned.rows[-1].start, keys)))


def group_of(problem: Problem, way: GivesWay) -> Group:
    """All rows of the families that give way together."""
    taken = {family for other in GIVE_WAY if other is not way for family in other.families}
    rows = [
        np.arange(block.start, block.stop)
        for block in problem.rows
        if any(_named(block.name, family) for family in way.families) and block.name not in taken
    ]
    return Group(way.words, np.concatenate(rows) if rows else np.zeros(0, dtype=np.intp))


def _named(name: str, family: str) -> bool:
    """Whether a family of rows is meant: by its name, or by how it begins where a number follows."""
    return name.startswith(family) if family.endswith("-") else name == family


def _in_words(arrays: Arrays, problem: Problem, violation: Violation) -> Relaxation:
    way = next(way for way in GIVE_WAY if way.words == violation.group)
    block = next(block for block in problem.rows if block.start <= violation.row < block.stop)
    where = dict(zip(way.names, block.keys[violation.row - block.start], strict=False))
    where = {name: called(arrays, way, name, label) for name, label in where.items() if label}
    if way.rule == "corridor":
        where["side"] = "least" if block.name.endswith("under") else "most"
    told = {name: where.get(name, "") for name in way.names}
    words = way.words.format(amount=f"{violation.amount:,.6g}", currency=arrays.currency, **told).strip()
    if arrays.periods > 1 and "period" in where:
        words += f" in period {where['period']}"
    return Relaxation(way.rule, violation.amount, way.unit, where, words)


def called(arrays: Arrays, way: GivesWay, name: str, label: str) -> str:
    """A label of a row as people know it: rows of lanes, centres and takers are keyed by number."""
    if name == "lane" and way.families == ("lane-capacity",):
        lanes = arrays.lanes
        number = int(label)
        return f"{arrays.centre_names[lanes.centre[number]]} to {arrays.store_names[lanes.store[number]]}"
    if name == "lane":
        ways = arrays.transfer_lanes
        number = int(label)
        return f"{arrays.store_names[ways.giver[number]]} to {arrays.store_names[ways.taker[number]]}"
    if name == "centre" and way.families == ("throughput",):
        return arrays.centre_names[int(label)]
    if name == "store" and way.families == ("transfers-in",):
        return arrays.store_names[int(label)]
    return label
