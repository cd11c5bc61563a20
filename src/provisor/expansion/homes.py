"""Shelves that hold one product for the whole horizon: which product gets how many, and the case that leaves.

Once shelves are given to products each product has room of its own at every site, counted in packs. What is left to
plan is a case whose storage types are its products, in which nothing is built; every other step works on that case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from provisor.engine.problem import Floats, Statement
    from provisor.expansion.model.building import Building
    from provisor.expansion.network import Network, Numbers

PACKS = "packs"
"""Measure of the room of a product."""

ROUNDING = 1e-9
"""Part of a pack that is rounding."""


@dataclass(frozen=True)
class Room:
    """What limits stock, named as its rows are told.

    Attributes:
        names: Storage types; products where each shelf holds one product.
        measures: What is counted.
        used: What a pack takes, names x measures x S.
        capacity: What the shelves there are take, F x names x measures; 0 where they have to be given to products.
    """

    names: tuple[str, ...]
    measures: tuple[str, ...]
    used: Floats
    capacity: Floats


def room_of(network: Network) -> Room:
    """What limits stock: shelves by storage type, or those of each product."""
    if not is_dedicated(network):
        return Room(network.rooms, network.measures, network.used, network.capacity)
    products, sites = len(network.skus), len(network.facilities)
    return Room(network.skus, (PACKS,), np.eye(products)[:, None, :], np.zeros((sites, products, 1)))


def is_dedicated(network: Network) -> bool:
    """Whether each shelf holds one product."""
    return network.rules.shelf_use == "dedicated"


def packs_of_shelf(network: Network) -> Floats:
    """Packs of each product that one shelf holds, S x F x T: whole ones, or as the case says; else 0."""
    of_shelf = network.added_room / network.rules.fill
    counts = of_shelf[None] / network.use.T[:, None, None, :]
    packs = np.floor(counts.min(axis=3) + ROUNDING)
    packs = np.where(np.isnan(network.shelf_packs), packs, network.shelf_packs)
    own = network.type_of[:, None] == np.arange(len(network.types))[None]
    allowed = own | (not network.rules.own_type)
    return np.asarray(np.where(allowed[:, None, :], packs, 0.0))


def usable_shelves(network: Network) -> Floats:
    """Shelves there are that may be used, F x T."""
    part = np.where(network.growing, 1.0, network.rules.fill)
    return np.asarray(network.shelves * part[:, None])


def assign(network: Network, building: Building, statement: Statement) -> Numbers:
    """Columns of shelves given to products, S x F x T, within those there are and those added; -1 where none can be."""
    packs = packs_of_shelf(network)
    there = (usable_shelves(network) > 0) | network.can_add
    where = np.nonzero((packs > 0) & there[None])
    names = (network.skus, network.facilities, network.types)
    keys = [
        tuple(axis[number] for axis, number in zip(names, place, strict=True))
        for place in zip(*where, strict=True)
    ]
    columns = np.full(packs.shape, -1)
    columns[where] = statement.columns("assigned", keys, integer=network.rules.whole_shelves)
    _, site, kind = where
    row = site * len(network.types) + kind
    terms = [(row, columns[where], np.ones(row.size))]
    added = building.shelves[-1]
    site, kind = np.nonzero(added >= 0)
    values = np.full(site.size, -network.rules.fill)
    terms.append((site * len(network.types) + kind, added[site, kind], values))
    keys = [(facility, name) for facility in network.facilities for name in network.types]
    statement.rows("homes", keys, terms, upper=usable_shelves(network).ravel())
    return columns


def room_of_products(network: Network, assigned: Floats) -> Floats:
    """Packs of each product that its shelves, S x F x T, hold, S x F."""
    return np.asarray((packs_of_shelf(network) * assigned).sum(axis=2))


def with_homes(network: Network, assigned: Floats) -> Network:
    """The case that is left when shelves are given to products: storage types are products, nothing is built."""
    room = room_of_products(network, assigned).T[:, :, None]
    products, sites = len(network.skus), len(network.facilities)
    return replace(
        network,
        rules=network.rules.model_copy(update={"shelf_use": "shared", "own_type": True, "phases": False}),
        settings=network.settings.model_copy(
            update={
                "overflow_per_cuft_day": None,
                "pins": tuple(pin for pin in network.settings.pins if not pin.of_building),
            }
        ),
        types=network.skus,
        measures=(PACKS,),
        use=np.ones((1, products)),
        type_of=np.arange(products),
        shelves=np.ones((sites, products)),
        sqft=np.zeros((sites, products)),
        room=room,
        added_room=np.zeros_like(room),
        limit=np.zeros(sites),
        tiers=((),) * sites,
        fixed_cost=np.zeros(sites),
    )
