"""What stock takes and what shelves hold: volume, weight and positions by period, site and storage type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.expansion.audit.evidence import MONTHS_OF_A_YEAR
from provisor.expansion.audit.grid import Axis, Flags, Floats, Numbers, spread
from provisor.expansion.audit.reading import ALL_TYPES
from provisor.expansion.tables import MEASURES
from provisor.tables.findings import RELATIVE

if TYPE_CHECKING:
    from provisor.expansion.audit.evidence import Evidence

_OF_SHELF = {"volume": "volume_cuft", "weight": "weight_lb", "positions": "positions"}


def taken(evidence: Evidence) -> dict[str, Floats]:
    """What a sell pack of each product takes in stock, by measure, as the switch ``storage`` reads it."""
    products, reading = evidence.of_case("products"), evidence.rules.storage
    received = arriving(evidence)
    sell_volume = products["sell_volume_cuft"].to_numpy()
    as_sold = np.full(products.height, reading == "sell")
    if reading == "mixed":
        as_sold = products["repackable"].to_numpy() & (sell_volume <= received["volume"] * (1 + RELATIVE))
    return {
        "volume": np.where(as_sold, sell_volume, received["volume"]),
        "weight": np.where(as_sold, products["sell_weight_lb"].to_numpy(), received["weight"]),
        "positions": received["positions"],
    }


def arriving(evidence: Evidence) -> dict[str, Floats]:
    """What a sell pack of each product takes as it arrives: its part of the inbound pack, by measure."""
    products = evidence.of_case("products")
    ratio = products["ratio"].to_numpy()
    return {
        "volume": products["inbound_volume_cuft"].to_numpy() / ratio,
        "weight": products["inbound_weight_lb"].to_numpy() / ratio,
        "positions": 1.0 / ratio,
    }


def types(evidence: Evidence) -> Axis:
    """Storage types of shelves and products; one for all of them where they are not kept apart."""
    if not evidence.rules.own_type:
        return Axis(pl.DataFrame({"storage_type": [ALL_TYPES]}), ("storage_type",))
    return kinds_of_shelf(evidence)


def kinds_of_shelf(evidence: Evidence) -> Axis:
    """Storage types of shelves and products, in the order of the alphabet."""
    both = pl.concat([evidence.of_case(name)["storage_type"] for name in ("shelving", "products")])
    return Axis(both.unique().sort().to_frame(), ("storage_type",))


def measures(evidence: Evidence) -> dict[str, str]:
    """Measures that limit stock under the rules in force, with their units."""
    return {name: unit for name, unit in MEASURES.items() if name != "positions" or evidence.rules.positions}


def used(evidence: Evidence, stock: Floats, measure: str) -> Floats:
    """What ``stock`` (period, product, site) takes of a measure, by period, site and storage type."""
    amounts = stock * evidence.once(taken)[measure][None, :, None]
    if not evidence.rules.own_type:
        return np.asarray(amounts.sum(axis=1)[:, :, None])
    place = types(evidence).places(evidence.of_case("products"), ("storage_type",))
    layers = [amounts[:, place == number].sum(axis=1) for number in range(len(types(evidence)))]
    return np.stack(layers, axis=2)


@dataclass(frozen=True)
class Shelves:
    """Shelves of a plan by site and storage type.

    Attributes:
        there: Usable shelves by period, site and type; those added count from the first day of their year.
        of_shelf: What one of them takes, by measure, site and type; zero where the site has none of the type.
    """

    there: Floats
    of_shelf: dict[str, Floats]


def shelves(evidence: Evidence) -> Shelves:
    """The usable shelves: those there are and ``fill`` of those added, or of those there are at fixed sites."""
    place = partial(_at, evidence)
    shelving = evidence.of_case("shelving")
    there = place(shelving, "shelves")
    fixed = np.where(may_grow(evidence), 1.0, evidence.rules.fill)[:, None] * there
    added = evidence.once(added_by_year)[year_of_period(evidence)]
    of_shelf = {measure: place(shelving, column) for measure, column in _OF_SHELF.items()}
    return Shelves(fixed + evidence.rules.fill * added, of_shelf)


def may_grow(evidence: Evidence) -> Flags:
    """Whether a site may grow: it is expandable and its limit is above zero."""
    sites = evidence.of_case("sites")
    return np.asarray(sites["expandable"].to_numpy() & (sites["limit_sqft"].to_numpy() > 0))


def year_of_period(evidence: Evidence) -> Numbers:
    """Year of each period, the first is 0."""
    return evidence.month_of_period // MONTHS_OF_A_YEAR


def years(evidence: Evidence) -> int:
    """Years of the horizon, a begun one counted."""
    return -(-evidence.settings.months // MONTHS_OF_A_YEAR)


def added_by_year(evidence: Evidence) -> Floats:
    """Shelves added up to and with each year, by site and type; all in the first where nothing else is said."""
    if not (evidence.rules.phases and "phases" in evidence.given):
        added = _at(evidence, evidence["shelf_additions"], "shelves_added")
        return np.broadcast_to(added, (years(evidence), *added.shape))
    table, kinds = evidence["phases"], kinds_of_shelf(evidence)
    year = (table["year"] - 1).to_numpy()
    places = (
        np.where(year < years(evidence), year, -1),
        evidence.sites.places(table, ("facility",)),
        kinds.places(table, ("storage_type",)),
    )
    shape = (years(evidence), len(evidence.sites), len(kinds))
    return spread(table["shelves_added"], shape, places).cumsum(axis=0)


def capacity(evidence: Evidence, measure: str) -> Floats:
    """What the usable shelves take of a measure, by period, site and storage type (or one for all)."""
    of = evidence.once(shelves)
    by_type = of.there * of.of_shelf[measure]
    return by_type if evidence.rules.own_type else by_type.sum(axis=2, keepdims=True)


def mornings(evidence: Evidence) -> Floats:
    """Stock of the morning by period, product and site: before shipments, after deliveries.

    For a month it is that of its last day: the stock of its end and one day's average shipments.
    """
    if evidence.by_month:
        return evidence.stock + evidence.shipments / evidence.length[:, None, None]
    return evidence.before + evidence.deliveries


def _at(evidence: Evidence, table: pl.DataFrame, value: str) -> Floats:
    kinds = kinds_of_shelf(evidence)
    places = (evidence.sites.places(table, ("facility",)), kinds.places(table, ("storage_type",)))
    return spread(table[value], (len(evidence.sites), len(kinds)), places)
