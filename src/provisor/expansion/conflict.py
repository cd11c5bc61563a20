"""Why a case has no plan: a few rules that cannot all hold, each with its place and amount.

Months by themselves are looked at first, with all that may be built. Where each of them can be served, days are: there
days on hand, room and what may be built are facts, and demand, trucks and pins are what may be part of a conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from provisor.conflict import Claim, Conflict
from provisor.engine.clash import find_clash
from provisor.engine.result import Limits
from provisor.expansion.homes import is_dedicated
from provisor.expansion.model.days import days_model, even_buckets
from provisor.expansion.model.peak import peak_model
from provisor.expansion.tables import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from provisor.engine.clash import Clash, Label
    from provisor.engine.problem import Block, Problem
    from provisor.expansion.model.days import DaysModel
    from provisor.expansion.network import Network

SECONDS = 10.0


@dataclass(frozen=True)
class Says:
    """What a family of rows asks for.

    Attributes:
        rule: The rule.
        words: The rule in a sentence, with ``{amount}`` if it has one.
        added: Whether amounts of several places add up; if not, they are told where they are the same.
    """

    rule: str
    words: str
    added: bool = False


FAMILIES = {
    "serve": Says("demand", "demand of {amount} packs is served", added=True),
    "level": Says("days-on-hand", "stock covers {amount} days of shipments"),
    "room": Says("storage", "stock takes no more than {amount} {unit} of the shelves there are"),
    "given room": Says("storage", "stock takes no more than the shelves given to the product"),
    "limit": Says("area", "no more than {amount} sqft are added"),
    "pins": Says("pins", "{amount} {unit} are built, as pinned"),
    "pinned_share": Says("pins", "the site serves its pinned share of demand"),
    "trucks": Says("trucks", "no more truckloads than {amount} arrive on a day"),
}
"""Families of rows that may be part of a conflict; all others are facts, such as that goods come before they go."""


@dataclass(frozen=True)
class Row:
    """A row that may be part of a conflict.

    Attributes:
        family: Its family.
        where: Its place by column, from coarse to fine.
        amount: What it asks for, if that is an amount.
        unit: Unit of the amount.
    """

    family: str
    where: tuple[tuple[str, str], ...]
    amount: float | None
    unit: str

    @property
    def label(self) -> Label:
        """The row for the search."""
        return (self.family, *(value for _, value in self.where))


def months_conflict(network: Network) -> Conflict | None:
    """A small conflict of months that cannot be served by themselves; none if none was found in time."""
    problem, rows = months_rows(network)
    return _told(rows, find_clash(problem, _labels(rows), Limits(seconds=SECONDS)))


def days_conflict(network: Network) -> Conflict | None:
    """A small conflict of days that cannot be planned though months could; none if none was found in time."""
    problem, rows = days_rows(network)
    return _told(rows, find_clash(problem, _labels(rows), Limits(seconds=SECONDS)))


def months_rows(network: Network) -> tuple[Problem, dict[int, Row]]:
    """The problem of months by themselves and the rows in it that may be part of a conflict."""
    problem = peak_model(network, range(network.months), elastic=True).problem()
    return problem, {
        block.start + number: _month_row(network, problem, block, number)
        for block in problem.rows
        if block.name in FAMILIES
        for number in range(len(block.keys))
    }


def _month_row(network: Network, problem: Problem, block: Block, number: int) -> Row:
    key, upper = block.keys[number], float(problem.row_upper[block.start + number])
    if block.name == "serve":
        month, sku = key
        return Row("serve", (("sku", sku), ("month", month)), upper * network.month_days, "pack")
    if block.name == "room":
        month, facility, kind, measure = key
        if is_dedicated(network):
            return Row("given room", (("facility", facility), ("sku", kind), ("month", month)), None, "pack")
        room = ("facility", facility), ("storage_type", kind), ("measure", measure), ("month", month)
        return Row("room", room, upper, MEASURES[measure])
    if block.name == "limit":
        year, facility = key
        return Row("limit", (("facility", facility), ("year", year)), upper, "sqft")
    if block.name == "pins":
        pin = network.settings.pins[int(key[0]) - 1]
        unit = "sqft" if pin.storage_type is None else "shelves"
        how = ("holds", pin.holds.replace("_", " "))
        place = ("facility", pin.facility), ("storage_type", pin.storage_type or ""), how
        return Row("pins", place, pin.amount, unit)
    month, sku, facility = key
    place = ("facility", "" if facility == "all" else facility), ("sku", sku), ("month", month)
    days = _days_on_hand(network, sku, facility) if block.name == "level" else None
    return Row(block.name, place, days, "day")


def _days_on_hand(network: Network, sku: str, facility: str) -> float | None:
    """Days on hand of a product at a site; none of a pool whose sites differ."""
    mine = network.days_on_hand[network.skus.index(sku)]
    if facility != "all":
        return float(mine[network.facilities.index(facility)])
    return float(mine[0]) if np.ptp(mine) == 0 else None


def days_rows(network: Network) -> tuple[Problem, dict[int, Row]]:
    """The problem of days, as lean as it may be, and the rows in it that may be part of a conflict."""
    days = network.month_days
    model = days_model(network, None, even_buckets(network, (1, days - 1) if days > 1 else (1,)))
    problem = model.problem().relaxed()
    rows: dict[int, Row] = {}
    for block in problem.rows:
        found = {"serve": _served, "trucks": _trucks}.get(block.name)
        if found is not None:
            rows |= {block.start + number: row for number, row in enumerate(found(model))}
        elif block.name == "pins":
            rows[block.start] = _month_row(network, problem, block, 0)
    return problem, rows


def _served(model: DaysModel) -> Iterator[Row]:
    network = model.network
    if network.rules.demand == "monthly":
        for month, packs in enumerate(network.average * network.month_days):
            for sku, amount in zip(network.skus, packs, strict=True):
                yield Row("serve", (("sku", sku), ("month", str(month + 1))), float(amount), "pack")
        return
    for day, length, packs in zip(model.first_day, model.lengths, model.demand, strict=True):
        for sku, amount in zip(network.skus, packs, strict=True):
            place = ("sku", sku), *_day(network, int(day))
            yield Row("serve", place, float(amount * length), "pack")


def _trucks(model: DaysModel) -> Iterator[Row]:
    network = model.network
    for day in model.first_day:
        for supplier, site in np.argwhere(network.truck_rows):
            for _ in range(network.load.shape[0]):
                names = ("supplier", network.suppliers[supplier]), ("facility", network.facilities[site])
                place = *names, *_day(network, int(day))
                yield Row("trucks", place, float(network.trucks[supplier, site]), "truckload")


def _day(network: Network, day: int) -> tuple[tuple[str, str], tuple[str, str]]:
    month, number = divmod(day, network.month_days)
    return ("month", str(month + 1)), ("from_day", str(number + 1))


def _labels(rows: dict[int, Row]) -> dict[int, Label]:
    return {number: row.label for number, row in rows.items()}


def _told(rows: dict[int, Row], found: Clash | None) -> Conflict | None:
    if found is None:
        return None
    claims = tuple(
        _claim([rows[row] for row in part.rows.tolist()], len(part.label) - 1) for part in found.parts
    )
    return Conflict(claims, found.irreducible)


def _claim(rows: Sequence[Row], named: int) -> Claim:
    """What rows of a family ask for that have so many columns of their place in common."""
    first, says = rows[0], FAMILIES[rows[0].family]
    amounts = [row.amount for row in rows if row.amount is not None]
    if not says.added:
        amounts = amounts[:1] if len(set(amounts)) == 1 else []
    words = says.words.replace("{unit}", first.unit)
    return Claim.of(
        says.rule, words if amounts else words.replace("{amount}", "so many"), amounts or None, first.unit,
        {name: value for name, value in first.where[:named] if value}, len(rows),
    )  # fmt: skip
